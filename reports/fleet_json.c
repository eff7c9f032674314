/* SPDX-License-Identifier: Apache-2.0 */

/* Many hosts, for programs: doc/fleet.schema.json describes it. One host or control a line. */
#include "base/doc.h"
#include "reports/json_items.h"
#include "reports/reports.h"

static void write_tool(FILE *out)
{
	cleanup_doc cJSON *tool = json_add_object(NULL, NULL);

	json_add_string(tool, "name", "bulkhead");
	json_add_string(tool, "version", PACKAGE_VERSION);
	json_write_member(out, "tool", tool);
}

static void write_summary(const struct fleet *fleet, FILE *out)
{
	cleanup_doc cJSON *summary = json_add_object(NULL, NULL);

	json_add_number(summary, "hosts", fleet->n_hosts);
	json_add_number(summary, "failing_hosts", fleet->n_failing);
	json_add_number(summary, "incomplete_hosts", fleet->n_incomplete);
	json_add_counts(summary, &fleet->counts);
	json_add_number(summary, "exit_status", (size_t)fleet->exit_status);
	json_add_string(summary, "exit_reason", fleet->exit_reason);
	json_write_member(out, "summary", summary);
}

static void write_control(const struct fleet_control *control, FILE *out)
{
	cleanup_doc cJSON *object = json_add_object(NULL, NULL);
	cJSON *hosts;

	json_add_string(object, "control", control->key);
	json_add_string(object, "number", control->number);
	json_add_string(object, "section", section_name(control->section));
	json_add_string(object, "title", control->title);
	json_add_string(object, "severity", control->fails ? severity_name(control->worst) : NULL);
	json_add_number(object, "failures", control->n_failures);
	hosts = json_add_object(object, "hosts");
	for (int i = 0; i < STATUS_COUNT; i++)
		json_add_number(hosts, status_name((enum status)i), control->n_hosts[i]);
	json_write_line(out, object);
}

static void add_ways_out(cJSON *object, const struct fleet_host *host)
{
	cJSON *ways = json_add_object(object, "ways_out");

	for (int i = ATTACK_CRITICAL; i >= ATTACK_LOW; i--)
		json_add_number(ways, attack_band_name((enum attack_band)i), host->ways_out[i]);
	json_add_number(ways, "worst_score", host->worst_way_out);
}

static void add_cells(cJSON *object, const struct fleet *fleet, const struct fleet_host *host)
{
	cJSON *controls = json_add_object(object, "controls");

	for (size_t i = 0; i < fleet->n_controls; i++) {
		struct fleet_cell cell = fleet_cell(host, fleet->controls[i]);
		cJSON *item;

		if (!cell.is_judged)
			continue;
		item = json_add_object(controls, fleet->controls[i]->key);
		json_add_string(item, "status", status_name((enum status)cell.status));
		if (cell.status == STATUS_FAIL)
			json_add_string(item, "severity",
					severity_name((enum severity)cell.severity));
		json_add_number(item, "results", cell.n);
	}
}

static void add_findings(cJSON *object, const struct fleet_host *host, const char *const *keys)
{
	cJSON *list = json_add_array(object, "worst");

	for (size_t i = 0; i < host->n_findings; i++) {
		const struct fleet_finding *finding = &host->findings[i];
		cJSON *item = json_add_object(NULL, NULL), *subject;

		json_add_string(item, "control", keys[finding->control]);
		json_add_string(item, "severity", severity_name(finding->severity));
		subject = json_add_object(item, "subject");
		json_add_string(subject, "kind", subject_kind_name(finding->kind));
		json_add_string(subject, "name", finding->subject);
		json_add_string(item, "message", finding->message);
		json_append(list, item);
	}
}

static void write_host(const struct fleet *fleet, const struct fleet_host *host,
		       const char *const *keys, FILE *out)
{
	cleanup_doc cJSON *object = json_add_object(NULL, NULL);

	json_add_string(object, "file", host->file);
	json_add_string(object, "hostname", *host->hostname ? host->hostname : NULL);
	json_add_string(object, "finished", host->finished);
	json_add_string(object, "version", host->tool_version);
	json_add_number(object, "exit_status", (size_t)host->exit_status);
	json_add_number(object, "gating_failures", host->n_gating);
	json_add_counts(json_add_object(object, "summary"), &host->counts);
	add_ways_out(object, host);
	add_findings(object, host, keys);
	add_cells(object, fleet, host);
	json_write_line(out, object);
}

static void write_fleet(const struct fleet *fleet, const struct report_options *options, FILE *out)
{
	cleanup_arena struct arena *arena = arena_new();
	const char **keys = arena_array(arena, fleet->n_controls, sizeof(*keys));

	(void)options;
	fputs("{\n\"format\": \"bulkhead-fleet\",\n\"version\": 1,\n", out);
	write_tool(out);
	write_summary(fleet, out);
	fputs("\"controls\": [", out);
	for (size_t i = 0; i < fleet->n_controls; i++) {
		keys[fleet->controls[i]->index] = fleet->controls[i]->key;
		fputs(i > 0 ? ",\n" : "\n", out);
		write_control(fleet->controls[i], out);
	}
	fputs("\n],\n\"hosts\": [", out);
	for (size_t i = 0; i < fleet->n_hosts; i++) {
		fputs(i > 0 ? ",\n" : "\n", out);
		write_host(fleet, fleet->hosts[i], keys, out);
	}
	fputs("\n]\n}\n", out);
}

const struct fleet_writer fleet_json = {.end = write_fleet};
