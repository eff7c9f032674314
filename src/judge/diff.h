/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What changed between two audits, told by controls and the keys of subjects (subject_key.h), as
 * with a baseline: a redeployment is no news. Several results may share a key, as those of replicas
 * do; then the worst of them stands for all.
 */
#ifndef BULKHEAD_JUDGE_DIFF_H
#define BULKHEAD_JUDGE_DIFF_H

#include "judge/report.h"

enum change {
	CHANGE_NEW,    /* fails, and did not before; or fails with a higher severity */
	CHANGE_LOST,   /* is unknown and was not, or its control is judged no more */
	CHANGE_FIXED,  /* failed, and passes or is gone */
	CHANGE_OTHER,  /* another status or, of failures, a lower severity */
	CHANGE_GAINED, /* was unknown and does not fail now, or its control is judged now */
	CHANGE_COUNT
};

/* "new", "lost", "fixed", "changed", "gained". */
const char *change_name(enum change change);

/* What one of the audits says of a key. */
struct diff_side {
	const struct result *result; /* the worst; NULL: nothing */
	size_t n;                    /* results with this key and its status */
};

struct diff_item {
	enum change change;
	const struct control *control;
	const struct subject *subject; /* NULL: it is about the control as a whole */
	struct diff_side old, new;
	enum severity severity; /* of the failure, if there is one, or was */
};

struct diff {
	const char *old_file, *new_file;
	const struct report *old, *new;
	const struct diff_item
		*items; /* by change, the worst first, then in the order of controls */
	size_t n_items;
	size_t n[CHANGE_COUNT];
	size_t new_by_severity[SEVERITY_COUNT];
	size_t n_unchanged;     /* keys with the same status and severity */
	size_t n_still_failing; /* of these */

	struct threshold fail_on; /* which new failures decide */
	size_t n_gating;
	enum exit_status exit_status; /* 1: such are there; 3: something was lost; 0 */
	const char *exit_reason;
};

/*
 * Compare two reports, whose names are those of their files. fail_on without a source: as the new
 * audit said for all. Lives in the arena, and points into both.
 */
const struct diff *diff_reports(struct arena *arena, const struct diff *sides,
				bool allow_incomplete);

#endif
