/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/fleet.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { LONGEST_NAME = 200, LONGEST_MESSAGE = 300 };

/* Text that is kept, cut where it is too long. */
static const char *keep(struct arena *arena, const char *text, size_t most)
{
	cleanup_text struct text kept = TEXT_INIT(most);

	text_add(&kept, text ? text : "");
	return arena_printf(arena, "%s%s", text_string(&kept), kept.truncated ? "...[cut]" : "");
}

/* Hosts mostly have the same controls in the same order: begin to look behind the last one. */
static struct fleet_control *find_control(const struct fleet *fleet, const char *key, size_t from)
{
	for (size_t i = 0; i < fleet->n_controls; i++) {
		struct fleet_control *control = fleet->controls[(from + i) % fleet->n_controls];

		if (strcmp(control->key, key) == 0)
			return control;
	}
	return NULL;
}

static struct fleet_control *add_control(struct arena *arena, struct fleet *fleet,
					 const struct report *report, const struct control *from)
{
	struct fleet_control *control = arena_alloc(arena, sizeof(*control));
	const struct numbering *line = report_numbering(report, from, NULL);

	*control = (struct fleet_control){
		.key = keep(arena, from->key, LONGEST_NAME),
		.title = keep(arena, from->title, LONGEST_MESSAGE),
		.section = from->section,
		.index = fleet->n_controls,
	};
	if (line && strcmp(line->id, from->key) != 0)
		control->number = keep(arena, line->id, LONGEST_NAME);
	fleet->controls = arena_grow(arena, fleet->controls, fleet->n_controls,
				     sizeof(struct fleet_control *));
	fleet->controls[fleet->n_controls++] = control;
	return control;
}

static void add_to_cell(struct fleet_cell *cell, const struct verdict *verdict)
{
	if (!cell->is_judged ||
	    status_weight(verdict->status) > status_weight((enum status)cell->status))
		*cell = (struct fleet_cell){.is_judged = true,
					    .status = (unsigned char)verdict->status};
	if (cell->status != verdict->status)
		return;
	cell->n++;
	if (verdict->severity > cell->severity)
		cell->severity = (unsigned char)verdict->severity;
}

/* Keep the worst: a later one comes before none that is as bad. */
static void add_finding(struct fleet_host *host, size_t control, const struct result *result)
{
	size_t at = host->n_findings;

	while (at > 0 && host->findings[at - 1].severity < result->verdict.severity)
		at--;
	if (at == FLEET_FINDINGS)
		return;
	if (host->n_findings < FLEET_FINDINGS)
		host->n_findings++;
	memmove(&host->findings[at + 1], &host->findings[at],
		(host->n_findings - at - 1) * sizeof(host->findings[0]));
	host->findings[at] = (struct fleet_finding){
		.control = control,
		.severity = result->verdict.severity,
		.kind = result->subject->kind,
		.subject = result->subject->name, /* kept at the end: most are pushed out again */
		.message = result->verdict.message,
	};
}

static void keep_findings(struct arena *arena, struct fleet_host *host)
{
	for (size_t i = 0; i < host->n_findings; i++) {
		struct fleet_finding *finding = &host->findings[i];

		finding->subject = keep(arena, finding->subject, LONGEST_NAME);
		finding->message = keep(arena, finding->message, LONGEST_MESSAGE);
	}
}

/* The controls of the report, by their own index, among those of all hosts. */
static const size_t *find_controls(struct arena *arena, struct arena *kept, struct fleet *fleet,
				   const struct report *report)
{
	const struct library *library = report->library;
	size_t *indexes = arena_array(arena, library->n_controls, sizeof(*indexes));
	size_t next = 0;

	for (size_t i = 0; i < library->n_controls; i++) {
		struct fleet_control *control = find_control(fleet, library->controls[i].key, next);

		if (!control)
			control = add_control(kept, fleet, report, &library->controls[i]);
		indexes[i] = control->index;
		next = control->index + 1;
	}
	return indexes;
}

static void add_results(struct arena *kept, struct fleet *fleet, struct fleet_host *host,
			const struct report *report)
{
	cleanup_arena struct arena *arena = arena_new();
	const size_t *indexes = find_controls(arena, kept, fleet, report);
	struct fleet_cell *cells = arena_array(kept, fleet->n_controls, sizeof(*cells));

	for (size_t i = 0; i < report->n_results; i++) {
		const struct result *result = &report->results[i];
		size_t index = indexes[result->control->index];

		add_to_cell(&cells[index], &result->verdict);
		if (result->verdict.status == STATUS_FAIL)
			add_finding(host, index, result);
	}
	keep_findings(kept, host);
	host->cells = cells;
	host->n_cells = fleet->n_controls;
}

static void count_cells(struct fleet *fleet, const struct fleet_host *host)
{
	for (size_t i = 0; i < host->n_cells; i++) {
		const struct fleet_cell *cell = &host->cells[i];
		struct fleet_control *control = fleet->controls[i];

		if (!cell->is_judged)
			continue;
		control->n_hosts[cell->status]++;
		if (cell->status != STATUS_FAIL)
			continue;
		if (!control->fails || cell->severity > control->worst)
			control->worst = (enum severity)cell->severity;
		control->fails = true;
		control->n_failures += cell->n;
	}
}

static void count_host(struct fleet *fleet, const struct fleet_host *host)
{
	for (size_t i = 0; i < STATUS_COUNT; i++)
		fleet->counts.by_status[i] += host->counts.by_status[i];
	for (size_t i = 0; i < SEVERITY_COUNT; i++)
		fleet->counts.failed_by_severity[i] += host->counts.failed_by_severity[i];
	fleet->n_failing += host->exit_status == EXIT_FINDINGS;
	fleet->n_incomplete += host->exit_status == EXIT_INCOMPLETE;
}

static bool is_known(const struct fleet *fleet, const char *hostname)
{
	for (size_t i = 0; i < fleet->n_hosts; i++) {
		if (strcmp(fleet->hosts[i]->hostname, hostname) == 0)
			return true;
	}
	return false;
}

const struct fleet_host *fleet_add(struct arena *arena, struct fleet *fleet, const char *file,
				   const struct report *report)
{
	struct fleet_host *host = arena_alloc(arena, sizeof(*host));

	*host = (struct fleet_host){
		.file = arena_strdup(arena, file),
		.hostname = keep(arena, report->target.hostname, LONGEST_NAME),
		.finished = arena_strdup(arena, report->finished),
		.tool_version = keep(arena, report->tool_version, LONGEST_NAME),
		.counts = report->counts,
		.exit_status = report->exit_status,
		.n_gating = report->n_gating,
	};
	host->is_namesake = is_known(fleet, host->hostname);
	for (size_t i = 0; i < report->n_paths; i++) {
		host->ways_out[report->paths[i]->band]++;
		if (report->paths[i]->score > host->worst_way_out)
			host->worst_way_out = report->paths[i]->score;
	}
	add_results(arena, fleet, host, report);
	count_cells(fleet, host);
	count_host(fleet, host);
	fleet->hosts = arena_grow(arena, fleet->hosts, fleet->n_hosts, sizeof(struct fleet_host *));
	fleet->hosts[fleet->n_hosts++] = host;
	return host;
}

static int compare_names(const void *left, const void *right)
{
	const struct fleet_host *a = *(struct fleet_host *const *)left;
	const struct fleet_host *b = *(struct fleet_host *const *)right;
	int order = strcmp(a->hostname, b->hostname);

	return order ? order : strcmp(a->file, b->file);
}

static void find_namesakes(struct fleet *fleet)
{
	for (size_t i = 0; i < fleet->n_hosts; i++) {
		struct fleet_host *host = fleet->hosts[i];

		if (i > 0 && strcmp(host->hostname, fleet->hosts[i - 1]->hostname) == 0)
			host->is_namesake = fleet->hosts[i - 1]->is_namesake = true;
	}
}

const char *fleet_host_name(struct arena *arena, const struct fleet_host *host)
{
	if (!*host->hostname)
		return host->file;
	if (host->is_namesake)
		return arena_printf(arena, "%s (%s)", host->hostname, host->file);
	return host->hostname;
}

/* More critical failures first, then more high ones, and so on; then more that is unknown. */
static int compare_hosts(const void *left, const void *right)
{
	const struct counts *a = &(*(struct fleet_host *const *)left)->counts;
	const struct counts *b = &(*(struct fleet_host *const *)right)->counts;
	size_t unknown = a->by_status[STATUS_UNKNOWN], other = b->by_status[STATUS_UNKNOWN];
	int order = 0;

	for (size_t i = SEVERITY_COUNT; i-- > 0 && order == 0;)
		order = (a->failed_by_severity[i] < b->failed_by_severity[i]) -
			(a->failed_by_severity[i] > b->failed_by_severity[i]);
	if (order == 0)
		order = (unknown < other) - (unknown > other);
	return order ? order : compare_names(left, right);
}

/* What fails first, by its severity and on how many hosts; then what is unknown on many. */
static int compare_controls(const void *left, const void *right)
{
	const struct fleet_control *a = *(struct fleet_control *const *)left;
	const struct fleet_control *b = *(struct fleet_control *const *)right;
	static const enum status statuses[] = {STATUS_FAIL, STATUS_UNKNOWN};
	int order = (int)b->fails - (int)a->fails;

	if (order == 0)
		order = (int)b->worst - (int)a->worst;
	for (size_t i = 0; i < 2 && order == 0; i++)
		order = (a->n_hosts[statuses[i]] < b->n_hosts[statuses[i]]) -
			(a->n_hosts[statuses[i]] > b->n_hosts[statuses[i]]);
	return order ? order : (a->index > b->index) - (a->index < b->index);
}

static const char *exit_reason(struct arena *arena, const struct fleet *fleet)
{
	cleanup_text struct text text = {0};

	text_addf(&text, "exit status %d: ", fleet->exit_status);
	if (fleet->n_failing > 0)
		text_addf(&text, "%zu of %zu hosts %s failures that decide", fleet->n_failing,
			  fleet->n_hosts, fleet->n_failing == 1 ? "has" : "have");
	else
		text_addf(&text, "none of %zu hosts has failures that decide", fleet->n_hosts);
	if (fleet->n_incomplete > 0)
		text_addf(&text, "; of %zu the audit is incomplete", fleet->n_incomplete);
	return arena_strdup(arena, text_string(&text));
}

void fleet_finish(struct arena *arena, struct fleet *fleet)
{
	if (fleet->n_hosts > 1)
		qsort(fleet->hosts, fleet->n_hosts, sizeof(struct fleet_host *), compare_names);
	find_namesakes(fleet);
	if (fleet->n_hosts > 1)
		qsort(fleet->hosts, fleet->n_hosts, sizeof(struct fleet_host *), compare_hosts);
	if (fleet->n_controls > 1)
		qsort(fleet->controls, fleet->n_controls, sizeof(struct fleet_control *),
		      compare_controls);
	fleet->exit_status = fleet->n_failing > 0      ? EXIT_FINDINGS
			     : fleet->n_incomplete > 0 ? EXIT_INCOMPLETE
						       : EXIT_CLEAN;
	fleet->exit_reason = exit_reason(arena, fleet);
}

struct fleet_cell fleet_cell(const struct fleet_host *host, const struct fleet_control *control)
{
	return control->index < host->n_cells ? host->cells[control->index]
					      : (struct fleet_cell){0};
}
