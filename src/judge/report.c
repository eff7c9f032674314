/* SPDX-License-Identifier: Apache-2.0 */

/* What follows from the results as a whole: counts, exit status, and the numbers of controls. */
#include "judge/report.h"

#include "base/text.h"

#include <string.h>

static void count(struct counts *counts, const struct verdict *verdict)
{
	counts->by_status[verdict->status]++;
	if (verdict->status == STATUS_FAIL)
		counts->failed_by_severity[verdict->severity]++;
}

static size_t count_gating(const struct report *report)
{
	size_t n = 0;

	for (size_t i = report->fail_on; report->gate && i < SEVERITY_COUNT; i++)
		n += report->counts.failed_by_severity[i];
	return n;
}

static enum exit_status exit_status(const struct report *report, bool allow_incomplete)
{
	if (report->n_gating > 0)
		return EXIT_FINDINGS;
	return report->complete || allow_incomplete ? EXIT_CLEAN : EXIT_INCOMPLETE;
}

static void add_unknown(struct text *text, size_t n)
{
	text_addf(text, "%zu %s unknown", n, n == 1 ? "result is" : "results are");
}

static const char *exit_reason(struct arena *arena, const struct report *report)
{
	size_t n_unknown = report->counts.by_status[STATUS_UNKNOWN];
	const char *fail_on = severity_name(report->fail_on);
	cleanup_text struct text text = {0};

	text_addf(&text, "exit status %d: ", report->exit_status);
	if (report->exit_status == EXIT_INCOMPLETE) {
		text_add(&text, "the audit is incomplete: ");
		add_unknown(&text, n_unknown);
		text_add(&text, " (--allow-incomplete accepts that)");
		return arena_strdup(arena, text_string(&text));
	}
	if (report->exit_status == EXIT_FINDINGS)
		text_addf(&text, "%zu failure%s at or above %s (--fail-on %s)", report->n_gating,
			  report->n_gating == 1 ? "" : "s", fail_on, fail_on);
	else if (report->gate)
		text_addf(&text, "no failure at or above %s", fail_on);
	else
		text_add(&text, "failures do not count (--fail-on none)");
	if (n_unknown > 0) {
		text_add(&text, "; ");
		add_unknown(&text, n_unknown);
	}
	return arena_strdup(arena, text_string(&text));
}

void report_settle(struct arena *arena, struct report *report, bool allow_incomplete)
{
	memset(&report->counts, 0, sizeof(report->counts));
	memset(report->by_section, 0, sizeof(report->by_section));
	for (size_t i = 0; i < report->n_results; i++) {
		const struct result *result = &report->results[i];

		count(&report->counts, &result->verdict);
		count(&report->by_section[result->control->section], &result->verdict);
	}
	report->complete = report->counts.by_status[STATUS_UNKNOWN] == 0;
	report->n_gating = count_gating(report);
	report->exit_status = exit_status(report, allow_incomplete);
	report->exit_reason = exit_reason(arena, report);
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
