/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Findings that are no danger by themselves and that most containers of a host have, for nobody
 * ever set a limit, say: folded, they are told once, and a container's block holds what is its own.
 */
#include "reports/text.h"

#include <stdlib.h>
#include <string.h>

enum { FEWEST_COMMON = 5 };

static bool may_be_common(const struct result *result)
{
	return result->subject->kind == SUBJECT_CONTAINER &&
	       result->verdict.status == STATUS_FAIL && result->verdict.severity < SEVERITY_HIGH;
}

/* 0 where both say the same, word for word. */
static int compare_common(const struct result *a, const struct result *b)
{
	int order = (a->control > b->control) - (a->control < b->control);

	if (order == 0)
		order = (int)a->verdict.severity - (int)b->verdict.severity;
	if (order == 0)
		order = (int)a->novelty - (int)b->novelty;
	return order ? order : strcmp(a->verdict.message, b->verdict.message);
}

static int compare_results(const void *left, const void *right)
{
	const struct result *a = *(const struct result *const *)left;
	const struct result *b = *(const struct result *const *)right;
	int order = compare_common(a, b);

	return order ? order : (a > b) - (a < b);
}

/* The worst first, else in the report's order. */
static int compare_runs(const void *left, const void *right)
{
	const struct result *a = ((const struct text_run *)left)->results[0];
	const struct result *b = ((const struct text_run *)right)->results[0];
	int order = (int)b->verdict.severity - (int)a->verdict.severity;

	return order ? order : (a > b) - (a < b);
}

/* All containers that have the finding, if most have it. */
static bool find_run(struct text_report *text, const struct result *wanted, struct text_run *ret)
{
	const struct report *report = text->report;
	const struct result **same =
		arena_array(text->arena, report->n_results, sizeof(struct result *));

	*ret = (struct text_run){.results = same};
	for (size_t i = 0; i < report->n_results; i++) {
		const struct result *result = &report->results[i];

		if (result->control != wanted->control ||
		    result->subject->kind != SUBJECT_CONTAINER)
			continue;
		ret->of++;
		if (may_be_common(result) && compare_common(result, wanted) == 0)
			same[ret->n++] = result;
	}
	return ret->n * 2 > ret->of;
}

void text_find_common(struct text_report *text, const struct result **told, size_t n)
{
	size_t n_kept = 0, alike;

	for (size_t i = 0; i < n; i++)
		if (may_be_common(told[i]))
			told[n_kept++] = told[i];
	if (n_kept > 1)
		qsort(told, n_kept, sizeof(struct result *), compare_results);
	for (size_t i = 0; i < n_kept; i += alike) {
		struct text_run run;

		alike = 1;
		while (i + alike < n_kept && compare_common(told[i], told[i + alike]) == 0)
			alike++;
		if (alike < FEWEST_COMMON || !find_run(text, told[i], &run))
			continue;
		text->common = arena_grow(text->arena, text->common, text->n_common,
					  sizeof(*text->common));
		text->common[text->n_common++] = run;
	}
	if (text->n_common > 1)
		qsort(text->common, text->n_common, sizeof(*text->common), compare_runs);
}

bool text_is_common(const struct text_report *text, const struct result *result)
{
	for (size_t i = 0; i < text->n_common; i++)
		if (may_be_common(result) &&
		    compare_common(result, text->common[i].results[0]) == 0)
			return true;
	return false;
}

void text_common(struct text_report *text)
{
	if (text->n_common == 0)
		return;
	print_title(&text->printer, "What most containers have");
	for (size_t i = 0; i < text->n_common; i++)
		text_findings(text, &text->common[i], true);
	print_words(&text->printer, "--verbose tells them of each container.");
	print_end(&text->printer);
}
