/* SPDX-License-Identifier: Apache-2.0 */

/* The parts of the text report, each in its own file. */
#ifndef BULKHEAD_REPORTS_TEXT_H
#define BULKHEAD_REPORTS_TEXT_H

#include "base/arena.h"
#include "reports/printer.h"
#include "reports/words.h"

/* Results of one control (and status) that are told in one line, or one after the other. */
struct text_run {
	const struct result *const *results;
	size_t n;
	size_t of; /* subjects of that kind, where that is told; else 0 */
};

struct text_report {
	struct printer printer;
	const struct report *report;
	struct arena *arena; /* for the time of writing */
	bool quiet, verbose, unicode;
	bool news; /* quiet, and compared with a baseline: of failures only the new ones are told */
	/*
	 * Subjects with the same findings are told once, as one block, which names them in its
	 * heading. Only for a reader at a terminal: a file or pipe gets one line for each finding,
	 * complete in itself, to be searched.
	 */
	bool folded;
	/* What most containers have in common, the worst first. None unless folded. */
	struct text_run *common;
	size_t n_common;
};

/*
 * "fail critical 5.5 not-privileged [container web] HostConfig.Privileged is true", or of several
 * subjects "[40 containers]". Without the brackets where a heading just above has `named` it.
 */
void text_findings(struct text_report *text, const struct text_run *run, bool named);

/*
 * Print results that are sorted by control: if folded, those of one control and kind as one line,
 * else many to be judged by a person that have one message, too.
 */
void text_runs(struct text_report *text, const struct result *const *results, size_t n);

/* The results of this status, in the report's order; *ret_n of them. */
const struct result **text_select(struct text_report *text, enum status status, size_t *ret_n);

/*
 * Fill in text->common: of n findings that are about to be told, those that would be told again and
 * again although most containers have them. Sorts `told`.
 */
void text_find_common(struct text_report *text, const struct result **told, size_t n);
bool text_is_common(const struct text_report *text, const struct result *result);

void text_header(struct text_report *text);
void text_paths(struct text_report *text);
/* Rows of what closes the worst of them. */
void text_do_first(struct text_report *text);
void text_subjects(struct text_report *text);
void text_common(struct text_report *text);
void text_unknown(struct text_report *text);
void text_waived(struct text_report *text);
void text_manual(struct text_report *text);
void text_fixes(struct text_report *text);
void text_policy(struct text_report *text);
void text_problems(struct text_report *text);
void text_summary(struct text_report *text);

#endif
