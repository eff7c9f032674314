/* SPDX-License-Identifier: Apache-2.0 */

/* Of everything that could be judged, what was asked for. */
#ifndef BULKHEAD_JUDGE_SELECT_H
#define BULKHEAD_JUDGE_SELECT_H

#include "judge/evaluate.h"

#define SUBJECTS_ALL (SUBJECTS(SUBJECT_KIND_COUNT) - 1)

struct subject_choice {
	const struct subject *const *items; /* in the order of facts.subjects */
	size_t n;
	const char *unread, *hint, *none; /* as in struct subject_list */
};

struct choice {
	struct arena *arena;
	const struct library *library;
	const struct selection *selection;

	const struct benchmark *const *benchmarks; /* in the order given, each once */
	size_t n_benchmarks;
	const struct control *const *controls; /* in report order */
	size_t n_controls;
	unsigned kinds; /* SUBJECTS() that are judged */
	struct subject_choice subjects[SUBJECT_KIND_COUNT];
};

/* Each fills its part of the choice: -EINVAL where a word of the selection names nothing. */
int choose_benchmarks(struct choice *choice, struct error *err);
int choose_subjects(struct choice *choice, const struct facts *facts, struct error *err);
int choose_controls(struct choice *choice, struct error *err); /* needs the two before */

/* The line of the first chosen benchmark that has the control; NULL: none has. */
const struct numbering *choice_line(const struct choice *choice, const struct control *control);

#endif
