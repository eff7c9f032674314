/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The results document, for programs; doc/results.schema.json describes it and it stays as it is.
 * One result is built and written at a time, each on a line of its own, so that two audits compare
 * with diff and a hundred thousand results need no memory. Only "scan" holds the time.
 */
#include "base/doc.h"
#include "reports/json_items.h"
#include "reports/reports.h"
#include "reports/words.h"

static void write_tool(const struct report *report, FILE *out)
{
	cleanup_doc cJSON *tool = json_add_object(NULL, NULL);

	json_add_string(tool, "name", "bulkhead");
	json_add_string(tool, "version", report->tool_version);
	json_write_member(out, "tool", tool);
}

static void add_inventory(cJSON *object, const char *name, const struct inventory *inventory)
{
	if (inventory->is_read)
		json_add_number(object, name, inventory->n);
	else
		json_add_string(object, name, NULL);
}

/* What the engine says of itself is null where none answered. */
static void add_target(cJSON *scan, const struct report_target *target)
{
	cJSON *object = json_add_object(scan, "target");
	bool answered = target->answered;

	json_add_string(object, "endpoint", target->endpoint);
	json_add_string(object, "hostname", target->hostname);
	json_add_string(object, "kernel", target->kernel);
	json_add_bool(object, "local", target->local);
	if (!target->local)
		json_add_string_if(object, "local_reason", target->local_reason);
	json_add_string(object, "engine", answered ? target->engine : NULL);
	json_add_string(object, "engine_version", answered ? target->engine_version : NULL);
	json_add_string(object, "api_version", answered ? target->api_version : NULL);
	if (target->knows_rootless)
		json_add_bool(object, "rootless", target->rootless);
	else
		json_add_string(object, "rootless", NULL);
	add_inventory(object, "containers", &target->containers);
	add_inventory(object, "images", &target->images);
}

static void add_problems(cJSON *scan, const struct report *report)
{
	cJSON *list = json_add_array(scan, "problems");

	for (size_t i = 0; i < report->n_problems; i++) {
		const struct problem *problem = &report->problems[i];
		cJSON *item = json_add_object(NULL, NULL);

		json_add_string(item, "source", problem->source);
		json_add_string(item, "reason", problem->reason);
		json_add_string_if(item, "hint", problem->hint);
		json_add_bool(item, "note", problem->note);
		json_append(list, item);
	}
}

/* What was decided for the host, where anything was. */
static void write_policy(const struct report *report, FILE *out)
{
	cleanup_doc cJSON *policy = json_add_object(NULL, NULL);
	cJSON *files, *notes;

	if (report->n_policies == 0 && report->n_policy_notes == 0)
		return;
	files = json_add_array(policy, "files");
	for (size_t i = 0; i < report->n_policies; i++)
		json_append(files, cJSON_CreateString(report->policies[i]));
	notes = json_add_array(policy, "notes");
	for (size_t i = 0; i < report->n_policy_notes; i++) {
		cJSON *note = json_add_object(NULL, NULL);

		json_add_string(note, "source", report->policy_notes[i].source);
		json_add_string(note, "reason", report->policy_notes[i].reason);
		json_append(notes, note);
	}
	json_write_member(out, "policy", policy);
}

static void write_scan(const struct report *report, FILE *out)
{
	cleanup_doc cJSON *scan = json_add_object(NULL, NULL);

	json_add_string(scan, "started", report->started);
	json_add_string(scan, "finished", report->finished);
	json_add_bool(scan, "complete", report->complete);
	json_add_bool(scan, "as_root", report->target.as_root);
	add_target(scan, &report->target);
	add_problems(scan, report);
	json_write_member(out, "scan", scan);
}

static void write_benchmarks(const struct report *report, FILE *out)
{
	cleanup_doc cJSON *list = json_not_null(cJSON_CreateArray());

	for (size_t i = 0; i < report->n_benchmarks; i++)
		json_append(list, cJSON_CreateString(report->benchmarks[i]->id));
	json_write_member(out, "benchmarks", list);
}

/* All whose numbers the results give, in that order. */
static void write_known_benchmarks(const struct report *report, FILE *out)
{
	cleanup_doc cJSON *list = json_not_null(cJSON_CreateArray());

	for (size_t i = 0; i < report->library->n_benchmarks; i++) {
		cJSON *item = json_add_object(NULL, NULL);

		json_add_string(item, "id", report->library->benchmarks[i].id);
		json_add_string(item, "title", report->library->benchmarks[i].title);
		json_append(list, item);
	}
	json_write_member(out, "known_benchmarks", list);
}

static void add_thresholds(cJSON *gate, const struct report *report)
{
	cJSON *list;

	if (report->fail_on_source)
		json_add_string(gate, "source", report->fail_on_source);
	if (report->n_thresholds == 0)
		return;
	list = json_add_array(gate, "thresholds");
	for (size_t i = 0; i < report->n_thresholds; i++) {
		const struct threshold *threshold = &report->thresholds[i];
		cJSON *item = json_add_object(NULL, NULL);

		json_add_string(item, "source", threshold->source);
		json_add_string(item, "fail_on",
				threshold->gates ? severity_name(threshold->fail_on) : "none");
		json_append(list, item);
	}
}

static void add_baseline(cJSON *summary, const struct report *report)
{
	cJSON *baseline;

	if (!report->baseline)
		return;
	baseline = json_add_object(summary, "baseline");
	json_add_string(baseline, "file", report->baseline->file);
	json_add_string(baseline, "hostname", report->baseline->hostname);
	json_add_string(baseline, "finished", report->baseline->finished);
	json_add_number(baseline, "new", report->n_new);
	json_add_number(baseline, "known", report->n_known);
}

static void write_summary(const struct report *report, FILE *out)
{
	cleanup_doc cJSON *summary = json_add_object(NULL, NULL);
	cJSON *sections, *gate;

	json_add_counts(summary, &report->counts);
	sections = json_add_object(summary, "by_section");
	for (int i = 0; i < SECTION_COUNT; i++) {
		if (words_total(&report->by_section[i]) > 0)
			json_add_counts(json_add_object(sections, section_name((enum section)i)),
					&report->by_section[i]);
	}
	gate = json_add_object(summary, "gate");
	json_add_string(gate, "fail_on", report->gate ? severity_name(report->fail_on) : "none");
	json_add_number(gate, "failures", report->n_gating);
	add_thresholds(gate, report);
	add_baseline(summary, report);
	json_add_number(summary, "exit_status", (size_t)report->exit_status);
	json_add_string(summary, "exit_reason", report->exit_reason);
	json_write_member(out, "summary", summary);
}

/* The control's number in every known benchmark that has it, selected or not. */
static void add_numbers(cJSON *result, const struct library *library, const struct control *control)
{
	cJSON *numbers = json_add_object(result, "controls");

	for (size_t i = 0; i < library->n_benchmarks; i++) {
		const struct benchmark *benchmark = &library->benchmarks[i];
		const struct numbering *line = benchmark_line(benchmark, control);

		if (line)
			json_add_string(numbers, benchmark->id, line->id);
	}
}

static void add_control(cJSON *object, const struct report *report, const struct control *control)
{
	const struct benchmark *benchmark;
	const struct numbering *line = report_numbering(report, control, &benchmark);

	json_add_string(object, "control", control->key);
	add_numbers(object, report->library, control);
	json_add_string(object, "section", section_name(control->section));
	json_add_string(object, "title", control->title);
	if (line && line->level > 0)
		json_add_number(object, "level", line->level);
	else
		json_add_string(object, "level", NULL);
	json_add_string(object, "assessment",
			!line             ? NULL
			: line->automated ? "automated"
					  : "manual");
}

static void add_value(cJSON *object, const struct evidence *evidence)
{
	switch (evidence->type) {
	case EVIDENCE_STRING:
		json_add_string(object, "value", evidence->string);
		break;
	case EVIDENCE_BOOL:
		json_add_bool(object, "value", evidence->boolean);
		break;
	case EVIDENCE_INT:
		json_add_int(object, "value", evidence->integer);
		break;
	case EVIDENCE_ABSENT:
		json_add_string(object, "value", NULL);
		break;
	}
}

static void add_evidence(cJSON *result, const struct evidence *evidence)
{
	cJSON *list = json_add_array(result, "evidence");

	for (; evidence; evidence = evidence->next) {
		cJSON *item = json_add_object(NULL, NULL);

		json_add_string(item, "source", evidence->source);
		json_add_string(item, "path", evidence->path);
		add_value(item, evidence);
		json_append(list, item);
	}
}

static void add_waiver(cJSON *result, const struct waiver *waiver)
{
	cJSON *object;

	if (!waiver)
		return;
	object = json_add_object(result, "waiver");
	json_add_string(object, "reason", waiver->reason);
	json_add_string_if(object, "owner", waiver->owner);
	json_add_string_if(object, "ticket", waiver->ticket);
	json_add_string_if(object, "expires", waiver->expires);
	json_add_string(object, "source", waiver->source);
}

static void write_result(const struct report *report, const struct result *result, FILE *out)
{
	const struct verdict *verdict = &result->verdict;
	cleanup_doc cJSON *object = json_add_object(NULL, NULL);

	add_control(object, report, result->control);
	json_add_string(object, "severity", severity_name(verdict->severity));
	if (result->rated_by) {
		json_add_string(object, "judged_severity", severity_name(result->judged));
		json_add_string(object, "rated_by", result->rated_by);
	}
	json_add_subject(object, result->subject);
	json_add_string(object, "status", status_name(verdict->status));
	json_add_string(object, "message", verdict->message);
	if (result->undecided)
		json_add_bool(object, "undecided", true);
	if (verdict->status == STATUS_UNKNOWN)
		json_add_string_if(object, "hint", verdict->hint);
	add_waiver(object, result->waiver);
	json_add_string_if(object, "baseline", words_novelty(result));
	add_evidence(object, verdict->evidence);
	if (verdict->status != STATUS_PASS && verdict->status != STATUS_NOT_APPLICABLE)
		json_add_string_if(object, "remediation", result->control->remediation);
	json_write_line(out, object);
}

static void add_steps(cJSON *object, const struct attack_path *path)
{
	cJSON *list = json_add_array(object, "steps");

	for (size_t i = 0; i < path->n_steps; i++) {
		const struct attack_step *step = &path->steps[i];
		cJSON *item = json_add_object(NULL, NULL), *evidence;

		json_add_string(item, "technique", step->technique);
		json_add_string(item, "actor", step->actor);
		json_add_string(item, "text", step->text);
		json_add_string(item, "target", step->target);
		json_add_number(item, "cost", step->cost);
		json_add_string(item, "confidence", attack_confidence_name(step->confidence));
		evidence = json_add_array(item, "evidence");
		for (size_t k = 0; k < step->n_evidence; k++) {
			cJSON *piece = json_add_object(NULL, NULL);

			json_add_string(piece, "source", step->evidence[k].source);
			json_add_string(piece, "path", step->evidence[k].path);
			json_add_string(piece, "value", step->evidence[k].value);
			json_append(evidence, piece);
		}
		json_append(list, item);
	}
}

static void write_path(const struct attack_path *path, FILE *out)
{
	cleanup_doc cJSON *object = json_add_object(NULL, NULL);
	cJSON *changes;

	json_add_string(object, "container", path->container);
	json_add_string(object, "id", path->id);
	json_add_string(object, "end", path->end);
	json_add_string(object, "band", attack_band_name(path->band));
	json_add_number(object, "score", path->score);
	json_add_number(object, "cost", path->cost);
	json_add_string(object, "confidence", attack_confidence_name(path->confidence));
	json_add_number(object, "ways", path->n_paths);
	add_steps(object, path);
	changes = json_add_array(object, "changes");
	for (size_t i = 0; i < path->n_changes; i++) {
		cJSON *item = json_add_object(NULL, NULL);

		json_add_string(item, "where", path->changes[i].where);
		json_add_string(item, "text", path->changes[i].text);
		json_append(changes, item);
	}
	json_write_line(out, object);
}

static void write_paths(const struct report *report, FILE *out)
{
	fputs("\"attack_paths\": [", out);
	for (size_t i = 0; i < report->n_paths; i++) {
		fputs(i > 0 ? ",\n" : "\n", out);
		write_path(report->paths[i], out);
	}
	fputs(report->n_paths > 0 ? "\n],\n" : "],\n", out);
}

static void write_json(const struct report *report, const struct report_options *options, FILE *out)
{
	(void)options;
	fputs("{\n\"format\": \"bulkhead-results\",\n\"version\": 1,\n", out);
	write_tool(report, out);
	write_scan(report, out);
	write_benchmarks(report, out);
	write_known_benchmarks(report, out);
	write_policy(report, out);
	write_summary(report, out);
	write_paths(report, out);
	fputs("\"results\": [", out);
	for (size_t i = 0; i < report->n_results; i++) {
		fputs(i > 0 ? ",\n" : "\n", out);
		write_result(report, &report->results[i], out);
	}
	fputs("\n]\n}\n", out);
}

const struct report_writer report_json = {
	.name = "json",
	.summary = "for programs: every result with its evidence (doc/results.schema.json)",
	.write = write_json,
	.write_diff = diff_write_json,
	.fleet = &fleet_json,
};
