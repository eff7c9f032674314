/* SPDX-License-Identifier: Apache-2.0 */

/* The ways out, the worst first: each as a chain of steps, and what to change so that none is left.
 */
#include "reports/text.h"

enum { MOST_FIRST = 3, MOST_PATHS = 20, SCORE_COLUMN = 9, CHAIN_COLUMN = 13 };

/* "web -> enters ci by /proc/812/root -> root on the host" */
static void print_chain(struct text_report *text, const struct attack_path *path)
{
	struct printer *printer = &text->printer;
	const char *arrow = text->unicode ? "\u2192" : "->";

	print_color(printer, COLOR_BOLD);
	print_name(printer, path->container);
	print_reset(printer);
	for (size_t i = 0; i < path->n_steps; i++)
		print_wordsf(printer, "%s %s", arrow, path->steps[i].text);
	print_wordsf(printer, "%s %s", arrow, path->end);
	if (path->confidence == ATTACK_GUESSED)
		print_words(printer, "(assumed in part, not seen)");
	else if (path->confidence < ATTACK_EFFECTIVE)
		print_wordsf(printer, "(%s)", attack_confidence_name(path->confidence));
	print_end(printer);
}

/* "on web: remove … and drop …; on ci: …": all of them together. */
static void print_changes(struct printer *printer, const struct attack_path *path)
{
	const char *where = NULL;

	for (size_t i = 0; i < path->n_changes; i++) {
		const struct attack_change *change = &path->changes[i], *next = change + 1;
		bool is_last = i + 1 == path->n_changes;

		if (!text_equal(where, change->where))
			print_wordsf(printer, "on %s:", change->where);
		where = change->where;
		print_wordsf(printer, "%s%s", change->text,
			     is_last                          ? ""
			     : text_equal(where, next->where) ? " and"
							      : ";");
	}
}

static void print_path(struct text_report *text, const struct attack_path *path)
{
	struct printer *printer = &text->printer;
	char score[16];

	print_status_color(printer, STATUS_FAIL, severity_of_band(path->band));
	print_plain(printer, attack_band_name(path->band));
	print_reset(printer);
	print_to(printer, SCORE_COLUMN);
	snprintf(score, sizeof(score), "%3u", path->score);
	print_plain(printer, score);
	print_to(printer, CHAIN_COLUMN);
	printer->indent = CHAIN_COLUMN;
	print_chain(text, path);
	print_to(printer, CHAIN_COLUMN);
	if (path->n_paths > 1)
		print_wordsf(printer, "%zu ways out; fix", path->n_paths);
	else
		print_words(printer, "fix");
	print_changes(printer, path);
	print_end(printer);
	printer->indent = 0;
}

void text_do_first(struct text_report *text)
{
	const struct report *report = text->report;

	for (size_t i = 0; i < report->n_paths && i < MOST_FIRST; i++) {
		if (report->paths[i]->band < ATTACK_HIGH)
			break;
		print_label(&text->printer, i == 0 ? "do first" : "");
		print_changes(&text->printer, report->paths[i]);
		print_row_end(&text->printer);
	}
}

/* What takes a flaw that nobody knows yet is for those who ask for everything. */
static size_t count_shown(const struct text_report *text)
{
	const struct report *report = text->report;
	size_t n = 0;

	if (text->verbose)
		return report->n_paths;
	while (n < report->n_paths && report->paths[n]->band > ATTACK_LOW &&
	       (!text->folded || n < MOST_PATHS))
		n++;
	return n;
}

void text_paths(struct text_report *text)
{
	const struct report *report = text->report;
	size_t n = count_shown(text);

	if (report->n_paths == 0)
		return;
	print_title(&text->printer, "Ways out: from a container to the host");
	for (size_t i = 0; i < n; i++)
		print_path(text, report->paths[i]);
	if (n < report->n_paths) {
		cleanup_text struct text others = {0};

		words_count(&others, report->n_paths - n, n > 0 ? "other container" : "container");
		print_wordsf(&text->printer, "%s %s a way out%s; --verbose shows %s",
			     text_string(&others), report->n_paths - n == 1 ? "has" : "have",
			     report->paths[n]->band == ATTACK_LOW
				     ? " that takes a flaw of a service, or more"
				     : "",
			     report->n_paths - n == 1 ? "it" : "them");
		print_end(&text->printer);
	}
}
