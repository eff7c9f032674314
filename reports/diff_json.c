/* SPDX-License-Identifier: Apache-2.0 */

/* What changed between two audits, for programs: doc/diff.schema.json describes it. */
#include "base/doc.h"
#include "reports/json_items.h"
#include "reports/reports.h"

static void write_audit(const char *name, const struct report *report, const char *file, FILE *out)
{
	cleanup_doc cJSON *audit = json_add_object(NULL, NULL);

	json_add_string(audit, "file", file);
	json_add_string(audit, "hostname", report->target.hostname);
	json_add_string(audit, "finished", report->finished);
	json_add_string(audit, "version", report->tool_version);
	json_write_member(out, name, audit);
}

static void write_summary(const struct diff *diff, FILE *out)
{
	cleanup_doc cJSON *summary = json_add_object(NULL, NULL);
	cJSON *severities, *gate;

	for (int i = 0; i < CHANGE_COUNT; i++)
		json_add_number(summary, change_name((enum change)i), diff->n[i]);
	json_add_number(summary, "unchanged", diff->n_unchanged);
	json_add_number(summary, "still_failing", diff->n_still_failing);
	severities = json_add_object(summary, "new_by_severity");
	for (int i = SEVERITY_COUNT; i-- > 0;)
		json_add_number(severities, severity_name((enum severity)i),
				diff->new_by_severity[i]);
	gate = json_add_object(summary, "gate");
	json_add_string(gate, "fail_on",
			diff->fail_on.gates ? severity_name(diff->fail_on.fail_on) : "none");
	json_add_string(gate, "source", diff->fail_on.source);
	json_add_number(gate, "failures", diff->n_gating);
	json_add_number(summary, "exit_status", (size_t)diff->exit_status);
	json_add_string(summary, "exit_reason", diff->exit_reason);
	json_write_member(out, "summary", summary);
}

static void add_side(cJSON *item, const char *name, const struct diff_side *side)
{
	cJSON *object;

	if (!side->result) {
		json_add_string(item, name, NULL);
		return;
	}
	object = json_add_object(item, name);
	json_add_number(object, "results", side->n);
	json_add_string(object, "status", status_name(side->result->verdict.status));
	json_add_string(object, "severity", severity_name(side->result->verdict.severity));
	json_add_string(object, "message", side->result->verdict.message);
}

static void write_item(const struct diff_item *item, FILE *out)
{
	cleanup_doc cJSON *object = json_add_object(NULL, NULL);

	json_add_string(object, "change", change_name(item->change));
	json_add_string(object, "control", item->control->key);
	json_add_string(object, "section", section_name(item->control->section));
	json_add_string(object, "title", item->control->title);
	json_add_string(object, "severity", severity_name(item->severity));
	if (item->subject)
		json_add_subject(object, item->subject);
	else
		json_add_string(object, "subject", NULL);
	add_side(object, "old", &item->old);
	add_side(object, "new", &item->new);
	json_write_line(out, object);
}

void diff_write_json(const struct diff *diff, const struct report_options *options, FILE *out)
{
	(void)options;
	fputs("{\n\"format\": \"bulkhead-diff\",\n\"version\": 1,\n", out);
	write_audit("old", diff->old, diff->old_file, out);
	write_audit("new", diff->new, diff->new_file, out);
	write_summary(diff, out);
	fputs("\"changes\": [", out);
	for (size_t i = 0; i < diff->n_items; i++) {
		fputs(i > 0 ? ",\n" : "\n", out);
		write_item(&diff->items[i], out);
	}
	fputs("\n]\n}\n", out);
}
