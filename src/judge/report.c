/* SPDX-License-Identifier: Apache-2.0 */

/* What follows from the results as a whole: counts, and the numbers of controls. */
#include "judge/report.h"

#include "judge/gate.h"

#include <string.h>

static void count(struct counts *counts, const struct verdict *verdict)
{
	counts->by_status[verdict->status]++;
	if (verdict->status == STATUS_FAIL)
		counts->failed_by_severity[verdict->severity]++;
}

void report_count(struct report *report)
{
	memset(&report->counts, 0, sizeof(report->counts));
	memset(report->by_section, 0, sizeof(report->by_section));
	report->n_new = report->n_known = 0;
	for (size_t i = 0; i < report->n_results; i++) {
		const struct result *result = &report->results[i];

		count(&report->counts, &result->verdict);
		count(&report->by_section[result->control->section], &result->verdict);
		report->n_new += result->novelty == NOVELTY_NEW;
		report->n_known += result->novelty == NOVELTY_KNOWN;
	}
	report->complete = report->counts.by_status[STATUS_UNKNOWN] == 0;
}

void report_settle(struct arena *arena, struct report *report, bool allow_incomplete)
{
	report_count(report);
	gate_settle(arena, report, allow_incomplete);
}

const struct numbering *report_numbering(const struct report *report, const struct control *control,
					 const struct benchmark **ret_benchmark)
{
	for (size_t i = 0; i < report->n_benchmarks; i++) {
		const struct numbering *line = benchmark_line(report->benchmarks[i], control);

		if (line) {
			if (ret_benchmark)
				*ret_benchmark = report->benchmarks[i];
			return line;
		}
	}
	return NULL;
}
