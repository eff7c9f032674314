/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Results that were saved as a document (`--format json`, doc/results.schema.json), read again. A
 * report made of one is as the audit's own was, so that every writer writes the same bytes; it has
 * no facts and its thresholds no scope, so that nothing can be judged by it any more.
 */
#ifndef BULKHEAD_JUDGE_RESULTS_H
#define BULKHEAD_JUDGE_RESULTS_H

#include "base/doc.h"
#include "judge/report.h"

/*
 * Read a file ("-": standard input) that is such a document, of a version that this program knows,
 * with its list of results. -EBADMSG where it is none, with what to do; the caller deletes *ret.
 */
int results_document(const char *file, cJSON **ret, struct error *err);

/*
 * The report in a document of results_document(). The report lives in the arena and in the
 * document, which must outlive it. -EBADMSG with file and place, and what was expected there, where
 * the document is not as the schema says or its counts are not those of its results.
 */
int results_report(struct arena *arena, const char *file, const cJSON *doc,
		   const struct report **ret, struct error *err);

#endif
