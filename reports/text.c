/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The report that a person reads: who was audited, the ways out, what failed (the most dangerous
 * subject first), what is unknown and why, what a person must judge, how to fix it, and the counts
 * at the end, where a terminal stops.
 */
#include "reports/text.h"

#include "reports/reports.h"

#include <string.h>

enum { SEVERITY_WIDTH = 9, NUMBER_WIDTH = 7, FEWEST_ALIKE = 4 };

static void print_evidence(struct text_report *text, const struct result *result)
{
	if (result->rated_by) {
		print_wordsf(&text->printer, "severity by %s, in place of %s", result->rated_by,
			     severity_name(result->judged));
		print_end(&text->printer);
	}
	for (const struct evidence *evidence = result->verdict.evidence; evidence;
	     evidence = evidence->next) {
		cleanup_text struct text words = {0};

		words_evidence(&words, evidence);
		print_words(&text->printer, text_string(&words));
		print_end(&text->printer);
	}
}

/* The line up to what was seen, with `who` or NULL; wrapped lines stand below the control's key. */
static void print_start(struct text_report *text, const struct result *result, const char *who)
{
	struct printer *printer = &text->printer;
	const char *number = words_number(text->report, result->control, NULL);
	const struct verdict *verdict = &result->verdict;
	int column = (int)strlen(status_name(verdict->status)) + 1;

	print_status_color(printer, verdict->status, verdict->severity);
	print_plain(printer, status_name(verdict->status));
	print_to(printer, column);
	print_plain(printer, severity_name(verdict->severity));
	print_reset(printer);
	print_to(printer, column += SEVERITY_WIDTH);
	print_plain(printer, number ? number : "-");
	print_to(printer, column += NUMBER_WIDTH);
	print_plain(printer, result->control->key);
	if (who) {
		print_plain(printer, " [");
		print_name(printer, who);
		print_plain(printer, "]");
	}
	if (result->novelty == NOVELTY_NEW)
		print_plain(printer, " (new)");
	if (!who)
		print_plain(printer, ":");
	printer->indent = column;
}

/* "container web", "40 containers". */
static const char *run_words(struct text_report *text, const struct text_run *run)
{
	const struct subject *subject = run->results[0]->subject;
	const char *kind = subject_kind_name(subject->kind);
	cleanup_text struct text who = {0};

	if (run->n == 1)
		return arena_printf(text->arena, "%s %s", kind, subject->name);
	if (run->of)
		text_addf(&who, "%zu of ", run->n);
	words_count(&who, run->of ? run->of : run->n, kind);
	return arena_strdup(text->arena, text_string(&who));
}

static void print_waiver(struct text_report *text, const struct waiver *waiver)
{
	cleanup_text struct text words = {0};

	words_waiver(&words, waiver);
	print_plain(&text->printer, ";");
	print_wordsf(&text->printer, "accepted %s", text_string(&words));
}

void text_findings(struct text_report *text, const struct text_run *run, bool named)
{
	const struct result *first = run->results[0];
	bool differs = false;

	for (size_t i = 1; i < run->n && !differs; i++)
		differs = strcmp(run->results[i]->verdict.message, first->verdict.message) != 0;
	print_start(text, first, named ? run_words(text, run) : NULL);
	print_wordsf(&text->printer, "%s%s", differs ? "e.g. " : "", first->verdict.message);
	if (first->waiver)
		print_waiver(text, first->waiver);
	print_end(&text->printer);
	if (text->verbose)
		print_evidence(text, first);
	text->printer.indent = 0;
}

static bool are_waived_alike(const struct waiver *a, const struct waiver *b)
{
	if (!a || !b)
		return a == b;
	return text_equal(a->source, b->source) && text_equal(a->reason, b->reason);
}

static bool are_alike(const struct result *a, const struct result *b)
{
	return a->control == b->control && a->subject->kind == b->subject->kind &&
	       a->verdict.status == b->verdict.status &&
	       a->verdict.severity == b->verdict.severity &&
	       are_waived_alike(a->waiver, b->waiver) && a->novelty == b->novelty;
}

/*
 * Whether two results are told in one line. What a person must judge is no finding that somebody
 * would search for: of images in their hundreds it is told once what is the same.
 */
static bool in_one_line(const struct text_report *text, const struct result *a,
			const struct result *b)
{
	if (!are_alike(a, b))
		return false;
	return text->folded || (a->verdict.status == STATUS_MANUAL && !text->verbose &&
				strcmp(a->verdict.message, b->verdict.message) == 0);
}

void text_runs(struct text_report *text, const struct result *const *results, size_t n)
{
	for (size_t i = 0; i < n;) {
		struct text_run run = {.results = &results[i], .n = 1};

		while (i + run.n < n && in_one_line(text, results[i], results[i + run.n]))
			run.n++;
		if (!text->folded && run.n < FEWEST_ALIKE)
			run.n = 1;
		text_findings(text, &run, true);
		i += run.n;
	}
}

const struct result **text_select(struct text_report *text, enum status status, size_t *ret_n)
{
	const struct report *report = text->report;
	const struct result **selected =
		arena_array(text->arena, report->n_results, sizeof(struct result *));
	size_t n = 0;

	for (size_t i = 0; i < report->n_results; i++) {
		if (report->results[i].verdict.status == status)
			selected[n++] = &report->results[i];
	}
	*ret_n = n;
	return selected;
}

static void write_text(const struct report *report, const struct report_options *options, FILE *out)
{
	cleanup_arena struct arena *arena = arena_new();
	struct text_report text = {
		.printer = {.out = out, .color = options->color, .width = options->width},
		.report = report,
		.arena = arena,
		.quiet = options->quiet,
		.news = options->quiet && report->baseline,
		.verbose = options->verbose,
		.unicode = options->unicode,
		.folded = options->width > 0 && !options->verbose,
	};

	text_header(&text);
	if (!text.news)
		text_paths(&text);
	text_subjects(&text);
	text_common(&text);
	text_unknown(&text);
	if (!text.quiet) {
		text_waived(&text);
		text_manual(&text);
		text_fixes(&text);
		text_policy(&text);
		text_problems(&text);
	}
	text_summary(&text);
}

const struct report_writer report_text = {
	.name = "text",
	.summary = "for people: the dangerous first, one line a finding, then how to fix it",
	.write = write_text,
	.write_diff = diff_write_text,
	.fleet = &fleet_text,
};
