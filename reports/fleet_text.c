/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Many hosts for people: a line for each host, the worst first; a line for each control that fails
 * or is unknown anywhere; the worst findings; and the matrix of both.
 */
#include "base/arena.h"
#include "reports/printer.h"
#include "reports/reports.h"
#include "reports/words.h"

#include <string.h>

enum {
	STATE_WIDTH = 11,
	COUNT_WIDTH = 9,
	SEVERITY_WIDTH = 9,
	NUMBER_WIDTH = 7,
	GROUP = 10, /* columns of the matrix that stand together */
	MOST_NAME = 30,
	MOST_HOSTS = 20, /* of which findings are told */
};

struct fleet_text {
	struct printer printer;
	const struct fleet *fleet;
	struct arena *arena;
	size_t n_shown;  /* controls: those that fail somewhere come first, then what is unknown */
	size_t n_hidden; /* on a terminal: of the latter */
	bool verbose;
};

static void print_head(struct fleet_text *text)
{
	const struct fleet *fleet = text->fleet;
	size_t n_clean = fleet->n_hosts - fleet->n_failing - fleet->n_incomplete;

	print_label(&text->printer, "hosts");
	print_wordsf(&text->printer,
		     "%zu: %zu with failures that decide, %zu incomplete, %zu clean",
		     fleet->n_hosts, fleet->n_failing, fleet->n_incomplete, n_clean);
	print_row_end(&text->printer);
	print_label(&text->printer, "failed");
	print_wordsf(&text->printer, "%zu:", fleet->counts.by_status[STATUS_FAIL]);
	for (size_t i = SEVERITY_COUNT; i-- > 0;)
		print_wordsf(&text->printer, "%zu %s%s", fleet->counts.failed_by_severity[i],
			     severity_name((enum severity)i), i > 0 ? "," : "");
	print_row_end(&text->printer);
	print_label(&text->printer, "unknown");
	print_wordsf(&text->printer, "%zu", fleet->counts.by_status[STATUS_UNKNOWN]);
	print_row_end(&text->printer);
}

static void print_cell(struct fleet_text *text, const char *cell)
{
	text->printer.column += fprintf(text->printer.out, "%*s", COUNT_WIDTH, cell);
}

static void print_number(struct fleet_text *text, size_t n)
{
	char cell[32];

	snprintf(cell, sizeof(cell), "%zu", n);
	print_cell(text, cell);
}

static void print_host(struct fleet_text *text, const struct fleet_host *host)
{
	static const char *const states[] = {
		[EXIT_CLEAN] = "clean", [EXIT_FINDINGS] = "fail", [EXIT_INCOMPLETE] = "incomplete"};
	struct printer *printer = &text->printer;
	enum status status = host->exit_status == EXIT_FINDINGS     ? STATUS_FAIL
			     : host->exit_status == EXIT_INCOMPLETE ? STATUS_UNKNOWN
								    : STATUS_PASS;

	print_status_color(printer, status, SEVERITY_CRITICAL);
	print_plain(printer, states[host->exit_status]);
	print_reset(printer);
	print_to(printer, STATE_WIDTH);
	for (size_t i = SEVERITY_COUNT; i-- > 0;)
		print_number(text, host->counts.failed_by_severity[i]);
	print_number(text, host->counts.by_status[STATUS_UNKNOWN]);
	if (host->worst_way_out > 0)
		print_number(text, host->worst_way_out);
	else
		print_cell(text, "-");
	print_plain(printer, "  ");
	print_name(printer, fleet_host_name(text->arena, host));
	print_end(printer);
}

static void print_hosts(struct fleet_text *text)
{
	print_title(&text->printer, "Hosts: the worst first");
	print_plain(&text->printer, "state");
	print_to(&text->printer, STATE_WIDTH);
	for (size_t i = SEVERITY_COUNT; i-- > 0;)
		print_cell(text, severity_name((enum severity)i));
	print_cell(text, "unknown");
	print_cell(text, "way out");
	print_plain(&text->printer, "  host");
	print_end(&text->printer);
	for (size_t i = 0; i < text->fleet->n_hosts; i++)
		print_host(text, text->fleet->hosts[i]);
	print_words(&text->printer,
		    "failures by severity; way out: the score of the worst, of 100, or -");
	print_end(&text->printer);
}

static void print_control(struct fleet_text *text, const struct fleet_control *control,
			  size_t column)
{
	struct printer *printer = &text->printer;
	enum status status = control->fails ? STATUS_FAIL : STATUS_UNKNOWN;
	char number[32];

	snprintf(number, sizeof(number), "%3zu", column);
	print_plain(printer, number);
	print_to(printer, 4);
	print_status_color(printer, status, control->worst);
	print_plain(printer, control->fails ? severity_name(control->worst) : "unknown");
	print_reset(printer);
	print_to(printer, 4 + SEVERITY_WIDTH);
	print_plain(printer, control->number ? control->number : "-");
	print_to(printer, 4 + SEVERITY_WIDTH + NUMBER_WIDTH);
	printer->indent = 4 + SEVERITY_WIDTH + NUMBER_WIDTH;
	print_wordsf(printer, "%s:", control->key);
	if (control->fails)
		print_wordsf(printer, "fails on %zu of %zu hosts (%zu %s)%s",
			     control->n_hosts[STATUS_FAIL], text->fleet->n_hosts,
			     control->n_failures, control->n_failures == 1 ? "failure" : "failures",
			     control->n_hosts[STATUS_UNKNOWN] ? "," : "");
	if (control->n_hosts[STATUS_UNKNOWN])
		print_wordsf(printer, "unknown on %zu", control->n_hosts[STATUS_UNKNOWN]);
	print_row_end(&text->printer);
}

static void print_controls(struct fleet_text *text)
{
	print_title(&text->printer, "Controls that fail or are unknown: the worst first");
	for (size_t i = 0; i < text->n_shown; i++)
		print_control(text, text->fleet->controls[i], i + 1);
	if (text->n_hidden > 0) {
		print_wordsf(&text->printer,
			     "and %zu that %s unknown somewhere, and nowhere known to fail; "
			     "--verbose shows %s",
			     text->n_hidden, text->n_hidden == 1 ? "is" : "are",
			     text->n_hidden == 1 ? "it" : "them");
		print_end(&text->printer);
	}
}

/* fleet->controls is in another order by now. */
static const struct fleet_control **by_index(const struct fleet_text *text)
{
	const struct fleet *fleet = text->fleet;
	const struct fleet_control **controls =
		arena_array(text->arena, fleet->n_controls, sizeof(*controls));

	for (size_t i = 0; i < fleet->n_controls; i++)
		controls[fleet->controls[i]->index] = fleet->controls[i];
	return controls;
}

static void print_finding(struct fleet_text *text, const struct fleet_host *host,
			  const struct fleet_finding *finding, const struct fleet_control *control)
{
	struct printer *printer = &text->printer;

	print_plain(printer, "fail ");
	print_status_color(printer, STATUS_FAIL, finding->severity);
	print_plain(printer, severity_name(finding->severity));
	print_reset(printer);
	print_to(printer, 5 + SEVERITY_WIDTH);
	print_plain(printer, control->number ? control->number : "-");
	print_to(printer, 5 + SEVERITY_WIDTH + NUMBER_WIDTH);
	printer->indent = 5 + SEVERITY_WIDTH + NUMBER_WIDTH;
	print_plain(printer, control->key);
	print_plain(printer, " [");
	print_name(printer, fleet_host_name(text->arena, host));
	print_plain(printer, ": ");
	print_plain(printer, subject_kind_name(finding->kind));
	print_plain(printer, " ");
	print_name(printer, finding->subject);
	print_plain(printer, "]");
	print_words(printer, finding->message);
	print_row_end(&text->printer);
}

static void print_findings(struct fleet_text *text)
{
	const struct fleet *fleet = text->fleet;
	const struct fleet_control **controls = by_index(text);

	print_title(&text->printer, "The worst findings of the worst hosts");
	for (size_t i = 0; i < fleet->n_hosts && (text->verbose || i < MOST_HOSTS); i++) {
		const struct fleet_host *host = fleet->hosts[i];

		for (size_t k = 0; k < host->n_findings; k++)
			print_finding(text, host, &host->findings[k],
				      controls[host->findings[k].control]);
	}
}

static char letter(const struct fleet_cell *cell)
{
	static const char severities[] = {'i', 'L', 'M', 'H', 'C'};
	static const char statuses[STATUS_COUNT] = {[STATUS_PASS] = '.',
						    [STATUS_NOT_APPLICABLE] = '.',
						    [STATUS_MANUAL] = 'm',
						    [STATUS_UNKNOWN] = '?',
						    [STATUS_WAIVED] = 'w'};

	if (!cell->is_judged)
		return ' ';
	if (cell->status == STATUS_FAIL)
		return severities[cell->severity];
	return statuses[cell->status];
}

/* How many columns fit beside the names: whole groups. */
static size_t count_columns(const struct fleet_text *text, int name_width)
{
	int room = text->printer.width - name_width, groups = room / (GROUP + 1);

	if (text->printer.width == 0)
		return text->n_shown;
	groups = groups < 1 ? 1 : groups;
	return (size_t)groups * GROUP < text->n_shown ? (size_t)groups * GROUP : text->n_shown;
}

static void print_row(struct fleet_text *text, const struct fleet_host *host, int name_width,
		      size_t n)
{
	struct printer *printer = &text->printer;
	cleanup_text struct text name = TEXT_INIT(MOST_NAME);

	text_add(&name, fleet_host_name(text->arena, host));
	print_name(printer, text_string(&name));
	print_to(printer, name_width);
	for (size_t i = 0; i < n; i++) {
		struct fleet_cell cell = fleet_cell(host, text->fleet->controls[i]);

		if (i > 0 && i % GROUP == 0)
			fputc(' ', printer->out);
		if (cell.is_judged)
			print_status_color(printer, (enum status)cell.status,
					   (enum severity)cell.severity);
		fputc(letter(&cell), printer->out);
		if (cell.is_judged)
			print_reset(printer);
	}
	print_end(printer);
}

static void print_matrix(struct fleet_text *text)
{
	const struct fleet *fleet = text->fleet;
	const int name_width = MOST_NAME + 2;
	struct printer *printer = &text->printer;
	size_t n = count_columns(text, name_width);

	print_title(&text->printer, "Matrix: hosts and the controls above");
	print_words(printer, "fails: C critical, H high, M medium, L low, i info; ? unknown, w "
			     "waived, m manual, . passes or not applicable, blank: not judged");
	print_end(printer);
	print_to(printer, name_width);
	for (size_t i = 0; i < n; i += GROUP)
		fprintf(printer->out, "%-*zu", i + GROUP < n ? GROUP + 1 : 0, i + 1);
	print_end(printer);
	for (size_t i = 0; i < fleet->n_hosts; i++)
		print_row(text, fleet->hosts[i], name_width, n);
	if (n < text->n_shown) {
		print_wordsf(printer,
			     "and %zu more controls, which a file or a wider terminal shows",
			     text->n_shown - n);
		print_end(printer);
	}
}

static void count_controls(struct fleet_text *text)
{
	const struct fleet *fleet = text->fleet;
	const bool is_folded = text->printer.width > 0 && !text->verbose;

	for (size_t i = 0; i < fleet->n_controls; i++) {
		const struct fleet_control *control = fleet->controls[i];

		if (control->fails || (control->n_hosts[STATUS_UNKNOWN] > 0 && !is_folded))
			text->n_shown++;
		else if (control->n_hosts[STATUS_UNKNOWN] > 0)
			text->n_hidden++;
	}
}

static void write_fleet(const struct fleet *fleet, const struct report_options *options, FILE *out)
{
	cleanup_arena struct arena *arena = arena_new();
	struct fleet_text text = {
		.printer = {.out = out, .color = options->color, .width = options->width},
		.fleet = fleet,
		.arena = arena,
		.verbose = options->verbose,
	};

	count_controls(&text);
	print_head(&text);
	print_hosts(&text);
	if (text.n_shown + text.n_hidden > 0)
		print_controls(&text);
	if (options->quiet)
		return;
	if (fleet->counts.by_status[STATUS_FAIL] > 0)
		print_findings(&text);
	if (text.n_shown > 0)
		print_matrix(&text);
}

const struct fleet_writer fleet_text = {.end = write_fleet};
