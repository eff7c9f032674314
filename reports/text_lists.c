/* SPDX-License-Identifier: Apache-2.0 */

/* What is neither good nor bad: unknown, waived, left to a person, and trouble while collecting. */
#include "reports/text.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_PROBLEMS = 10, FEWEST_ALIKE = 3 };

static void print_numbers(struct text_report *text, const struct result *const *results, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *number = words_number(text->report, results[i]->control, NULL);

		print_wordsf(&text->printer, "%s%s", number ? number : results[i]->control->key,
			     i + 1 < n ? "," : "");
	}
}

/* NULL, no hint at all, comes last. */
static int compare_hints(const char *a, const char *b)
{
	if (!a || !b)
		return !a - !b;
	return strcmp(a, b);
}

static int compare_unknown(const void *left, const void *right)
{
	const struct result *a = *(const struct result *const *)left;
	const struct result *b = *(const struct result *const *)right;
	int order = compare_hints(a->verdict.hint, b->verdict.hint);

	return order ? order : (a > b) - (a < b);
}

/* What helps most comes first. */
static int compare_runs(const void *left, const void *right)
{
	const struct text_run *a = left, *b = right;
	int order = (a->n < b->n) - (a->n > b->n);

	return order ? order : (a->results > b->results) - (a->results < b->results);
}

/* Cut the sorted results into runs with the same hint. */
static size_t cut(const struct result *const *results, size_t n, struct text_run *runs)
{
	size_t n_runs = 0;

	for (size_t i = 0; i < n; i++) {
		if (i == 0 || compare_hints(results[i - 1]->verdict.hint, results[i]->verdict.hint))
			runs[n_runs++] = (struct text_run){.results = &results[i]};
		runs[n_runs - 1].n++;
	}
	return n_runs;
}

static void print_hint(struct text_report *text, const struct text_run *run, bool is_first)
{
	cleanup_text struct text all = {0};
	const char *hint = run->results[0]->verdict.hint;

	if (!is_first)
		print_end(&text->printer);
	words_count(&all, run->n, "result");
	text->printer.indent = 2;
	print_color(&text->printer, COLOR_BOLD);
	print_plain(&text->printer, text_string(&all));
	print_plain(&text->printer, hint ? "; what would help:" : ":");
	print_reset(&text->printer);
	if (hint)
		print_words(&text->printer, hint);
	print_end(&text->printer);
}

/* How many of the results, from the first on, say the same of one subject. */
static size_t alike(const struct result *const *results, size_t n)
{
	size_t k = 1;

	while (k < n && results[k]->subject == results[0]->subject &&
	       strcmp(results[k]->verdict.message, results[0]->verdict.message) == 0)
		k++;
	return k;
}

/* Many controls for one reason, such as an engine that does not answer. */
static void print_alike(struct text_report *text, const struct result *const *results, size_t n)
{
	struct printer *printer = &text->printer;
	const struct subject *subject = results[0]->subject;

	print_plain(printer, "unknown ");
	printer->indent = strlen("unknown ");
	print_wordsf(printer, "%zu controls of %s %s: %s:", n, subject_kind_name(subject->kind),
		     subject->name, results[0]->verdict.message);
	print_numbers(text, results, n);
	print_end(printer);
	printer->indent = 0;
}

static void print_unknown(struct text_report *text, const struct text_run *run)
{
	for (size_t i = 0, end; i < run->n; i = end) {
		size_t same = alike(&run->results[i], run->n - i);

		end = i + same;
		if (text->folded && same >= FEWEST_ALIKE) {
			print_alike(text, &run->results[i], same);
			continue;
		}
		while (end < run->n &&
		       (!text->folded || alike(&run->results[end], run->n - end) < FEWEST_ALIKE))
			end++;
		text_runs(text, &run->results[i], end - i);
	}
}

void text_unknown(struct text_report *text)
{
	size_t n, n_runs;
	const struct result **results = text_select(text, STATUS_UNKNOWN, &n);
	struct text_run *runs = arena_array(text->arena, n, sizeof(*runs));

	if (n == 0)
		return;
	print_title(&text->printer, "Unknown: neither passed nor failed");
	qsort(results, n, sizeof(*results), compare_unknown);
	n_runs = cut(results, n, runs);
	qsort(runs, n_runs, sizeof(*runs), compare_runs);
	for (size_t i = 0; i < n_runs; i++) {
		print_hint(text, &runs[i], i == 0);
		print_unknown(text, &runs[i]);
	}
}

void text_waived(struct text_report *text)
{
	size_t n;
	const struct result **results = text_select(text, STATUS_WAIVED, &n);

	if (n == 0)
		return;
	print_title(&text->printer, "Waived: would fail, were it not for an exception");
	text_runs(text, results, n);
}

/* Controls that have no check: their numbers are all that can be said. */
static void print_undecided(struct text_report *text, const struct result *const *results, size_t n)
{
	struct printer *printer = &text->printer;

	if (n == 0)
		return;
	printer->indent = 2;
	print_words(printer,
		    n == 1 ? "No program can decide this one:" : "No program can decide these:");
	print_numbers(text, results, n);
	print_end(printer);
	printer->indent = 0;
}

/* A result, and the first one of its control that says the same. */
struct manual {
	const struct result *first, *result;
};

static int compare_messages(const void *left, const void *right)
{
	const struct result *a = ((const struct manual *)left)->result;
	const struct result *b = ((const struct manual *)right)->result;
	int order = 0;

	if (a->control == b->control)
		order = strcmp(a->verdict.message, b->verdict.message);
	return order ? order : (a > b) - (a < b);
}

static int compare_first(const void *left, const void *right)
{
	const struct manual *a = left, *b = right;
	int order = (a->first > b->first) - (a->first < b->first);

	return order ? order : (a->result > b->result) - (a->result < b->result);
}

/* Let those of one control with one message stand together, where the first of them does. */
static void gather_alike(struct text_report *text, const struct result **results, size_t n)
{
	struct manual *items = arena_array(text->arena, n, sizeof(*items));

	for (size_t i = 0; i < n; i++)
		items[i].result = results[i];
	qsort(items, n, sizeof(*items), compare_messages);
	for (size_t i = 0; i < n; i++) {
		bool same = i > 0 && items[i - 1].result->control == items[i].result->control &&
			    strcmp(items[i - 1].result->verdict.message,
				   items[i].result->verdict.message) == 0;

		items[i].first = same ? items[i - 1].first : items[i].result;
	}
	qsort(items, n, sizeof(*items), compare_first);
	for (size_t i = 0; i < n; i++)
		results[i] = items[i].result;
}

void text_manual(struct text_report *text)
{
	size_t n, n_decided = 0, n_undecided = 0;
	const struct result **results = text_select(text, STATUS_MANUAL, &n);
	const struct result **undecided = arena_array(text->arena, n, sizeof(*undecided));

	if (n == 0)
		return;
	for (size_t i = 0; i < n; i++) {
		if (text->folded && results[i]->undecided)
			undecided[n_undecided++] = results[i];
		else
			results[n_decided++] = results[i];
	}
	print_title(&text->printer, "Manual: a person must judge");
	if (!text->verbose && n_decided > 1)
		gather_alike(text, results, n_decided);
	text_runs(text, results, n_decided);
	print_undecided(text, undecided, n_undecided);
}

static void print_problem(struct text_report *text, const struct problem *problem)
{
	print_wordsf(&text->printer, "%s: %s%s%s", problem->source, problem->reason,
		     problem->hint ? "; what would help: " : "",
		     problem->hint ? problem->hint : "");
	print_end(&text->printer);
}

static void print_more(struct text_report *text, size_t n)
{
	if (!text->folded || n <= MOST_PROBLEMS)
		return;
	print_wordsf(&text->printer, "and %zu more (--verbose shows all)", n - MOST_PROBLEMS);
	print_end(&text->printer);
}

/* What of a policy asks for somebody's attention. */
void text_policy(struct text_report *text)
{
	const struct report *report = text->report;

	if (report->n_policy_notes > 0)
		print_title(&text->printer, "Policy");
	text->printer.indent = 2;
	for (size_t i = 0; i < report->n_policy_notes; i++) {
		if (!text->folded || i < MOST_PROBLEMS)
			print_problem(text, &report->policy_notes[i]);
	}
	print_more(text, report->n_policy_notes);
	text->printer.indent = 0;
}

/* Notes, which made nothing unknown, are only for who wants all. */
void text_problems(struct text_report *text)
{
	const struct report *report = text->report;
	size_t n = 0;

	for (size_t i = 0; i < report->n_problems; i++) {
		if (report->problems[i].note && !text->verbose)
			continue;
		if (n++ == 0)
			print_title(&text->printer, "Problems while collecting");
		text->printer.indent = 2;
		if (!text->folded || n <= MOST_PROBLEMS)
			print_problem(text, &report->problems[i]);
	}
	print_more(text, n);
	text->printer.indent = 0;
}
