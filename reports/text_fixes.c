/* SPDX-License-Identifier: Apache-2.0 */

/* How to fix what failed: once for each control, the worst first. */
#include "reports/text.h"

#include <stdlib.h>
#include <string.h>

enum { TITLE_INDENT = 2, INDENT = 4, MOST_INDENT = 16 };

struct fix {
	const struct control *control;
	enum severity worst;
	size_t n[SUBJECT_KIND_COUNT]; /* subjects of each kind */
	size_t index;                 /* in the report's order */
};

static int compare_fixes(const void *left, const void *right)
{
	const struct fix *a = left, *b = right;

	if (a->worst != b->worst)
		return a->worst < b->worst ? 1 : -1;
	return (a->index > b->index) - (a->index < b->index);
}

/* The results of one control stand together. */
static size_t collect(struct text_report *text, struct fix *fixes)
{
	size_t n_failed, n = 0;
	const struct result **failed = text_select(text, STATUS_FAIL, &n_failed);

	for (size_t i = 0; i < n_failed; i++) {
		const struct result *result = failed[i];

		if (n == 0 || fixes[n - 1].control != result->control) {
			fixes[n] = (struct fix){.control = result->control, .index = n};
			n++;
		}
		fixes[n - 1].n[result->subject->kind]++;
		if (result->verdict.severity > fixes[n - 1].worst)
			fixes[n - 1].worst = result->verdict.severity;
	}
	return n;
}

static void print_remediation(struct text_report *text, const char *remediation)
{
	for (const char *line = remediation; *line;) {
		size_t length = strcspn(line, "\n"), blanks = strspn(line, " ");

		text->printer.indent = INDENT + (blanks < MOST_INDENT ? (int)blanks : MOST_INDENT);
		print_words(&text->printer, arena_strndup(text->arena, line, length));
		print_end(&text->printer);
		line += length + (line[length] == '\n');
	}
	text->printer.indent = 0;
}

static void print_fix(struct text_report *text, const struct fix *fix)
{
	struct printer *printer = &text->printer;
	const char *number = words_number(text->report, fix->control, NULL);
	cleanup_text struct text all = {0};

	print_status_color(printer, STATUS_FAIL, fix->worst);
	print_plain(printer, severity_name(fix->worst));
	print_reset(printer);
	printer->indent = TITLE_INDENT;
	print_wordsf(printer, "%s%s%s: %s", number ? number : "", number ? " " : "",
		     fix->control->key, fix->control->title);
	for (size_t i = 0; i < SUBJECT_KIND_COUNT; i++) {
		if (fix->n[i] == 0 || i == SUBJECT_HOST || i == SUBJECT_ENGINE)
			continue;
		if (all.length)
			text_add(&all, ", ");
		words_count(&all, fix->n[i], subject_kind_name((enum subject_kind)i));
	}
	if (all.length)
		print_wordsf(printer, "(%s)", text_string(&all));
	print_end(printer);
	print_remediation(text, fix->control->remediation ? fix->control->remediation : "");
}

void text_fixes(struct text_report *text)
{
	struct fix *fixes = arena_array(text->arena, text->report->n_results, sizeof(*fixes));
	size_t n = collect(text, fixes);

	if (n == 0)
		return;
	print_title(&text->printer, "How to fix");
	qsort(fixes, n, sizeof(*fixes), compare_fixes);
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			print_end(&text->printer);
		print_fix(text, &fixes[i]);
	}
	print_end(&text->printer);
	print_words(&text->printer,
		    "`bulkhead explain CONTROL` says why it matters and how it is judged.");
	print_end(&text->printer);
}
