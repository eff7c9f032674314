/* SPDX-License-Identifier: Apache-2.0 */

/* What changed between two audits, for people: one line for each change, what is new first. */
#include "reports/printer.h"
#include "reports/reports.h"
#include "reports/words.h"

#include <string.h>

enum { CHANGE_WIDTH = 8, SEVERITY_WIDTH = 9, NUMBER_WIDTH = 7 };

static const char *const headings[CHANGE_COUNT] = {
	[CHANGE_NEW] = "New: fails, and did not before",
	[CHANGE_LOST] = "Lost: was judged before, is not now",
	[CHANGE_FIXED] = "Fixed: failed before",
	[CHANGE_OTHER] = "Changed otherwise",
	[CHANGE_GAINED] = "Gained: was not judged before",
};

static void print_audit(struct printer *printer, const char *label, const struct report *report,
			const char *file)
{
	print_label(printer, label);
	print_wordsf(printer, "%.200s, %s, by bulkhead %.40s (%s)",
		     words_host(report, "an unknown host"),
		     report->finished ? report->finished : "at an unknown time",
		     report->tool_version, file);
	print_row_end(printer);
}

static void print_head(struct printer *printer, const struct diff *diff)
{
	const char *old = words_host(diff->old, NULL), *new = words_host(diff->new, NULL);

	print_audit(printer, "old", diff->old, diff->old_file);
	print_audit(printer, "new", diff->new, diff->new_file);
	if (!text_equal(old, new)) {
		print_label(printer, "note");
		print_words(printer, "these are not of one host by its name");
		print_row_end(printer);
	}
	print_label(printer, "changes");
	print_wordsf(printer, "%zu new, %zu lost, %zu fixed, %zu changed otherwise, %zu gained;",
		     diff->n[CHANGE_NEW], diff->n[CHANGE_LOST], diff->n[CHANGE_FIXED],
		     diff->n[CHANGE_OTHER], diff->n[CHANGE_GAINED]);
	print_wordsf(printer, "%zu unchanged, of which %zu still fail", diff->n_unchanged,
		     diff->n_still_failing);
	print_row_end(printer);
}

static void print_color_of(struct printer *printer, const struct diff_item *item)
{
	static const enum status statuses[CHANGE_COUNT] = {[CHANGE_NEW] = STATUS_FAIL,
							   [CHANGE_LOST] = STATUS_UNKNOWN,
							   [CHANGE_FIXED] = STATUS_PASS,
							   [CHANGE_OTHER] = STATUS_MANUAL,
							   [CHANGE_GAINED] = STATUS_MANUAL};

	print_status_color(printer, statuses[item->change], item->severity);
}

/* " [container web]", " [3 containers]" where several share the key; nothing of a control. */
static void print_who(struct printer *printer, const struct diff_item *item)
{
	size_t n = item->new.result ? item->new.n : item->old.n;
	cleanup_text struct text who = {0};

	if (!item->subject)
		return;
	if (n > 1)
		text_addf(&who, "%zu like ", n);
	text_addf(&who, "%s %s", subject_kind_name(item->subject->kind), item->subject->name);
	print_plain(printer, " [");
	print_name(printer, text_string(&who));
	print_plain(printer, "]");
}

/* "(was fail, medium)" */
static void print_side(struct printer *printer, const struct diff_side *side, const char *verb)
{
	const struct verdict *verdict;

	if (!side->result) {
		print_wordsf(printer, "(%s not there)", verb);
		return;
	}
	verdict = &side->result->verdict;
	if (verdict->status == STATUS_FAIL)
		print_wordsf(printer, "(%s fail, %s)", verb, severity_name(verdict->severity));
	else
		print_wordsf(printer, "(%s %s)", verb, status_name(verdict->status));
}

/* What is seen now, and what the status was; of what is gone, what was seen. */
static void print_what(struct printer *printer, const struct diff_item *item)
{
	if (!item->subject) {
		print_words(printer,
			    item->old.result ? "no result any more" : "had no result before");
		return;
	}
	if (item->new.result) {
		print_words(printer, item->new.result->verdict.message);
		if (item->change != CHANGE_NEW)
			print_side(printer, &item->new, "now");
		print_side(printer, &item->old, "was");
		return;
	}
	print_words(printer, item->old.result->verdict.message);
	print_side(printer, &item->new, "now");
}

static void print_item(struct printer *printer, const struct diff *diff,
		       const struct diff_item *item)
{
	const struct report *report = item->new.result ? diff->new : diff->old;
	const char *number = words_number(report, item->control, NULL);
	int column = CHANGE_WIDTH;

	print_color_of(printer, item);
	print_plain(printer, change_name(item->change));
	print_to(printer, column);
	print_plain(printer, severity_name(item->severity));
	print_reset(printer);
	print_to(printer, column += SEVERITY_WIDTH);
	print_plain(printer, number ? number : "-");
	print_to(printer, column += NUMBER_WIDTH);
	print_plain(printer, item->control->key);
	print_who(printer, item);
	printer->indent = column;
	print_what(printer, item);
	print_row_end(printer);
}

void diff_write_text(const struct diff *diff, const struct report_options *options, FILE *out)
{
	struct printer printer = {.out = out, .color = options->color, .width = options->width};

	print_head(&printer, diff);
	for (size_t i = 0; i < diff->n_items; i++) {
		const struct diff_item *item = &diff->items[i];

		if (options->quiet && item->change > CHANGE_LOST)
			break;
		if (i == 0 || item->change != diff->items[i - 1].change)
			print_title(&printer, headings[item->change]);
		print_item(&printer, diff, item);
	}
}
