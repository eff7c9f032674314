/* SPDX-License-Identifier: Apache-2.0 */

/* The head of the text report, and the counts at its end. */
#include "reports/text.h"

#include <string.h>

enum { TITLE_WIDTH = 20, COUNT_WIDTH = 8 };

static void print_host(struct text_report *text)
{
	const struct report_target *target = &text->report->target;
	const char *kernel = target->kernel;

	print_label(&text->printer, "host");
	print_wordsf(&text->printer, "%.200s%s%.200s", words_host(text->report, "unknown"),
		     kernel ? ", Linux " : "", kernel ? kernel : "");
	if (!target->local && target->answered)
		print_wordsf(&text->printer, "(containers run elsewhere: %s)",
			     target->local_reason ? target->local_reason : "the engine is remote");
	print_row_end(&text->printer);
	print_label(&text->printer, "seen as");
	print_words(&text->printer, target->as_root ? "root"
						    : "an ordinary user, who may not "
						      "read everything");
	print_row_end(&text->printer);
}

static void print_engine(struct text_report *text)
{
	const struct report_target *target = &text->report->target;

	print_label(&text->printer, "engine");
	if (target->answered)
		print_wordsf(&text->printer, "%.200s %.200s (API %.200s)%s,",
			     target->engine ? target->engine : "engine",
			     target->engine_version ? target->engine_version : "of unknown version",
			     target->api_version ? target->api_version : "unknown",
			     target->rootless ? ", rootless" : "");
	else
		print_words(&text->printer, "none answered at");
	print_words(&text->printer, target->endpoint ? target->endpoint : "an unknown endpoint");
	print_row_end(&text->printer);
}

static void print_benchmarks(struct text_report *text)
{
	const struct report *report = text->report;

	print_label(&text->printer, "benchmarks");
	for (size_t i = 0; i < report->n_benchmarks; i++)
		print_wordsf(&text->printer, "%s%s", report->benchmarks[i]->title,
			     i + 1 < report->n_benchmarks ? "," : "");
	print_row_end(&text->printer);
}

static void add_inventory(struct text *text, const struct inventory *inventory,
			  enum subject_kind kind)
{
	if (inventory->is_read)
		words_count(text, inventory->n, subject_kind_name(kind));
	else
		text_addf(text, "%ss unread", subject_kind_name(kind));
}

static void print_inventory(struct text_report *text)
{
	cleanup_text struct text all = {0};

	add_inventory(&all, &text->report->target.containers, SUBJECT_CONTAINER);
	text_add(&all, ", ");
	add_inventory(&all, &text->report->target.images, SUBJECT_IMAGE);
	print_label(&text->printer, "holds");
	print_words(&text->printer, text_string(&all));
	print_row_end(&text->printer);
}

/* "3 critical, 2 high, 0 medium, 10 low, 0 info". */
static void print_failures(struct text_report *text)
{
	const struct counts *counts = &text->report->counts;
	struct printer *printer = &text->printer;

	print_label(&text->printer, "failed");
	print_wordsf(printer, "%zu:", counts->by_status[STATUS_FAIL]);
	for (size_t i = SEVERITY_COUNT; i-- > 0;) {
		if (counts->failed_by_severity[i] > 0)
			print_status_color(printer, STATUS_FAIL, (enum severity)i);
		print_wordsf(printer, "%zu", counts->failed_by_severity[i]);
		print_words(printer, severity_name((enum severity)i));
		print_reset(printer);
		if (i > 0)
			print_plain(printer, ",");
	}
	print_row_end(&text->printer);
}

static void print_baseline(struct text_report *text)
{
	const struct report *report = text->report;
	const struct baseline_origin *baseline = report->baseline;

	if (!baseline)
		return;
	print_label(&text->printer, "of these");
	print_wordsf(&text->printer, "%zu new, %zu known from %s (%s, %s)", report->n_new,
		     report->n_known, baseline->file,
		     baseline->hostname ? baseline->hostname : "an unknown host",
		     baseline->finished ? baseline->finished : "at an unknown time");
	print_row_end(&text->printer);
}

static void print_completeness(struct text_report *text)
{
	size_t n = text->report->counts.by_status[STATUS_UNKNOWN];

	if (text->report->complete)
		return;
	print_label(&text->printer, "incomplete");
	print_wordsf(&text->printer, "%zu of %zu results are unknown", n,
		     words_total(&text->report->counts));
	print_row_end(&text->printer);
}

void text_header(struct text_report *text)
{
	const struct report *report = text->report;

	print_color(&text->printer, COLOR_BOLD);
	print_wordsf(&text->printer, "bulkhead %s", report->tool_version);
	print_reset(&text->printer);
	print_end(&text->printer);
	print_host(text);
	print_engine(text);
	print_inventory(text);
	print_benchmarks(text);
	print_label(&text->printer, "when");
	print_words(&text->printer, report->started ? report->started : "unknown");
	print_row_end(&text->printer);
	print_failures(text);
	print_baseline(text);
	print_completeness(text);
}

/* Right-aligned in its column. */
static void print_cell(struct text_report *text, const char *cell)
{
	text->printer.column += fprintf(text->printer.out, "%*s", COUNT_WIDTH, cell);
}

/* Passed of what was decided, in percent, rounded down: 100 % means all. */
static void print_score(struct text_report *text, const struct counts *counts)
{
	size_t passed = counts->by_status[STATUS_PASS];
	size_t decided = passed + counts->by_status[STATUS_FAIL];
	char score[32] = "-";

	if (decided > 0)
		snprintf(score, sizeof(score), "%zu %%", passed * 100 / decided);
	print_cell(text, score);
}

static void print_counts(struct text_report *text, const char *title, const struct counts *counts)
{
	static const enum status statuses[] = {STATUS_PASS,   STATUS_FAIL,   STATUS_UNKNOWN,
					       STATUS_MANUAL, STATUS_WAIVED, STATUS_NOT_APPLICABLE};
	char cell[32];

	print_plain(&text->printer, title);
	print_to(&text->printer, TITLE_WIDTH);
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		size_t n = counts->by_status[statuses[i]];
		bool is_colored =
			n > 0 && (statuses[i] == STATUS_FAIL || statuses[i] == STATUS_UNKNOWN);

		snprintf(cell, sizeof(cell), "%zu", n);
		if (is_colored)
			print_status_color(&text->printer, statuses[i], SEVERITY_HIGH);
		print_cell(text, cell);
		if (is_colored)
			print_reset(&text->printer);
	}
	print_score(text, counts);
	print_end(&text->printer);
}

void text_summary(struct text_report *text)
{
	static const char *const headings[] = {"pass",   "fail", "unknown", "manual",
					       "waived", "n/a",  "score"};

	print_title(&text->printer, "Summary");
	print_plain(&text->printer, "section");
	print_to(&text->printer, TITLE_WIDTH);
	for (size_t i = 0; i < sizeof(headings) / sizeof(headings[0]); i++)
		print_cell(text, headings[i]);
	print_end(&text->printer);
	for (int i = 0; i < SECTION_COUNT; i++) {
		if (words_total(&text->report->by_section[i]) > 0)
			print_counts(text, section_title((enum section)i),
				     &text->report->by_section[i]);
	}
	print_counts(text, "total", &text->report->counts);
	print_end(&text->printer);
	print_words(&text->printer,
		    "score = pass / (pass + fail), rounded down; nothing else counts, and no "
		    "result weighs more than another");
	print_end(&text->printer);
	print_failures(text);
	print_baseline(text);
	text_do_first(text);
}
