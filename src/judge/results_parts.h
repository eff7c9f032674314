/* SPDX-License-Identifier: Apache-2.0 */

/* Reading of saved results, part by part: what results_report() is made of. For judge/ alone. */
#ifndef BULKHEAD_JUDGE_RESULTS_PARTS_H
#define BULKHEAD_JUDGE_RESULTS_PARTS_H

#include "judge/report.h"
#include "judge/results_fields.h"

/* A report that grows while its document is read. */
struct results_reader {
	struct arena *arena;
	struct fields fields;
	struct report *report;
};

/* Words of documents, for field_word(). */
field_words results_status_words, results_severity_words;

/* "benchmarks", "known_benchmarks" and "results", with controls and subjects. */
void results_list_read(struct results_reader *reader, const struct field *document);

/* Evidence of a result, in its order. */
const struct evidence *results_evidence_read(struct results_reader *reader,
					     const struct field *result);

/* "attack_paths". */
void results_paths_read(struct results_reader *reader, const struct field *document);

#endif
