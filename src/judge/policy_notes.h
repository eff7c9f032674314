/* SPDX-License-Identifier: Apache-2.0 */

/* What is to be said of a policy itself, in every report that was made by it. For judge/ alone. */
#ifndef BULKHEAD_JUDGE_POLICY_NOTES_H
#define BULKHEAD_JUDGE_POLICY_NOTES_H

#include "judge/report.h"

struct policy_notes {
	struct arena *arena;
	struct problem *items;
	size_t n;
};

__attribute__((format(printf, 3, 4))) void policy_note(struct policy_notes *notes,
						       const char *source, const char *format, ...);

#endif
