/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The results of an earlier audit, to tell which failures are new. A failure is known by its
 * control and by the key of its subject (subject_key.h), never by an id, so that a redeployment is
 * no news. It is new where the earlier one was milder, waived, or not judged.
 */
#ifndef BULKHEAD_JUDGE_BASELINE_H
#define BULKHEAD_JUDGE_BASELINE_H

#include "judge/report.h"

struct baseline_failure {
	const char *key;        /* of control and subject */
	enum severity severity; /* as the check gave it, the worst of those with this key */
};

struct baseline {
	struct baseline_origin origin;
	const struct baseline_failure *failures; /* sorted by key, each once */
	size_t n;
};

/* Read a results document (`--format json`). -EBADMSG where it is none. */
int baseline_read(struct arena *arena, const char *file, const struct baseline **ret,
		  struct error *err);

/* Say of each failure among the results whether it is new. */
void baseline_compare(struct arena *arena, const struct baseline *baseline, struct result *results,
		      size_t n);

#endif
