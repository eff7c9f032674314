/* SPDX-License-Identifier: Apache-2.0 */

/* Any document as saved results: the report in every format, compared with itself, and merged. */
#include "base/cleanup.h"
#include "judge/results.h"
#include "reports/reports.h"
#include "tests/fuzz/fuzz_document.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_all(struct arena *arena, const struct report *report, FILE *out)
{
	static const struct report_options how = {.color = true, .width = 80, .verbose = true};
	const struct diff sides = {
		.old_file = "old", .new_file = "new", .old = report, .new = report};
	const struct diff *diff = diff_reports(arena, &sides, false);
	struct fleet fleet = {0};
	const struct fleet_host *host = fleet_add(arena, &fleet, "file", report);

	fleet_finish(arena, &fleet);
	for (size_t i = 0; report_writers[i]; i++) {
		const struct report_writer *writer = report_writers[i];

		writer->write(report, &how, out);
		if (writer->write_diff)
			writer->write_diff(diff, &how, out);
		if (writer->fleet && writer->fleet->host)
			writer->fleet->host(report, host, out);
		if (writer->fleet)
			writer->fleet->end(&fleet, &how, out);
	}
	/* Nothing changed from a report to itself. */
	if (diff->n_items > 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_arena struct arena *arena = arena_new();
	cleanup_file FILE *out = fopen("/dev/null", "we");
	cleanup_doc cJSON *doc = NULL;
	const struct report *report;
	struct error err = {0};

	if (out && fuzz_document(data, size, &doc) == 0 &&
	    results_report(arena, "results.json", doc, &report, &err) == 0)
		write_all(arena, report, out);
	return 0;
}
