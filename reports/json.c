/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The results document, for programs; doc/results.schema.json describes it and it stays as it is.
 * One result is built and written at a time, each on a line of its own, so that two audits compare
 * with diff and a hundred thousand results need no memory. Only "scan" holds the time.
 */
#include "base/doc.h"
#include "reports/reports.h"
#include "reports/words.h"

#include <inttypes.h>

/* Integers up to here are exact in every reader of JSON; larger ones become strings. */
#define MOST_EXACT (INT64_C(1) << 53)

static cJSON *not_null(cJSON *item)
{
	if (!item)
		out_of_memory();
	return item;
}

/* A new empty object as a member of `parent`, or of nothing. */
static cJSON *add_object(cJSON *parent, const char *name)
{
	return not_null(parent ? cJSON_AddObjectToObject(parent, name) : cJSON_CreateObject());
}

/* null where there is no value. */
static void add_string(cJSON *object, const char *name, const char *value)
{
	if (value)
		not_null(cJSON_AddStringToObject(object, name, value));
	else
		not_null(cJSON_AddNullToObject(object, name));
}

static void add_string_if(cJSON *object, const char *name, const char *value)
{
	if (value)
		add_string(object, name, value);
}

static void add_bool(cJSON *object, const char *name, bool value)
{
	not_null(cJSON_AddBoolToObject(object, name, value));
}

static void add_number(cJSON *object, const char *name, size_t value)
{
	not_null(cJSON_AddNumberToObject(object, name, (double)value));
}

static void add_int(cJSON *object, const char *name, int64_t value)
{
	char digits[32];

	if (value >= -MOST_EXACT && value <= MOST_EXACT) {
		not_null(cJSON_AddNumberToObject(object, name, (double)value));
		return;
	}
	snprintf(digits, sizeof(digits), "%" PRId64, value);
	add_string(object, name, digits);
}

static cJSON *add_array(cJSON *object, const char *name)
{
	return not_null(cJSON_AddArrayToObject(object, name));
}

static void append(cJSON *array, cJSON *item)
{
	if (!cJSON_AddItemToArray(array, not_null(item)))
		out_of_memory();
}

/* A document built here holds nothing that JSON cannot express. */
static void write_line(FILE *out, const cJSON *item)
{
	struct error error = {0};

	doc_write_line(item, out, &error);
}

static void write_member(FILE *out, const char *name, const cJSON *value)
{
	fprintf(out, "\"%s\": ", name);
	write_line(out, value);
	fputs(",\n", out);
}

static void write_tool(const struct report *report, FILE *out)
{
	cleanup_doc cJSON *tool = add_object(NULL, NULL);

	add_string(tool, "name", "bulkhead");
	add_string(tool, "version", report->tool_version);
	write_member(out, "tool", tool);
}

static void add_inventory(cJSON *object, const char *name, const struct inventory *inventory)
{
	if (inventory->is_read)
		add_number(object, name, inventory->n);
	else
		add_string(object, name, NULL);
}

/* What the engine says of itself is null where none answered. */
static void add_target(cJSON *scan, const struct report_target *target)
{
	cJSON *object = add_object(scan, "target");
	bool answered = target->answered;

	add_string(object, "endpoint", target->endpoint);
	add_string(object, "hostname", target->hostname);
	add_string(object, "kernel", target->kernel);
	add_bool(object, "local", target->local);
	if (!target->local)
		add_string_if(object, "local_reason", target->local_reason);
	add_string(object, "engine", answered ? target->engine : NULL);
	add_string(object, "engine_version", answered ? target->engine_version : NULL);
	add_string(object, "api_version", answered ? target->api_version : NULL);
	if (target->knows_rootless)
		add_bool(object, "rootless", target->rootless);
	else
		add_string(object, "rootless", NULL);
	add_inventory(object, "containers", &target->containers);
	add_inventory(object, "images", &target->images);
}

static void add_problems(cJSON *scan, const struct report *report)
{
	cJSON *list = add_array(scan, "problems");

	for (size_t i = 0; i < report->n_problems; i++) {
		const struct problem *problem = &report->problems[i];
		cJSON *item = add_object(NULL, NULL);

		add_string(item, "source", problem->source);
		add_string(item, "reason", problem->reason);
		add_string_if(item, "hint", problem->hint);
		add_bool(item, "note", problem->note);
		append(list, item);
	}
}

/* What was decided for the host, where anything was. */
static void write_policy(const struct report *report, FILE *out)
{
	cleanup_doc cJSON *policy = add_object(NULL, NULL);
	cJSON *files, *notes;

	if (report->n_policies == 0 && report->n_policy_notes == 0)
		return;
	files = add_array(policy, "files");
	for (size_t i = 0; i < report->n_policies; i++)
		append(files, cJSON_CreateString(report->policies[i]));
	notes = add_array(policy, "notes");
	for (size_t i = 0; i < report->n_policy_notes; i++) {
		cJSON *note = add_object(NULL, NULL);

		add_string(note, "source", report->policy_notes[i].source);
		add_string(note, "reason", report->policy_notes[i].reason);
		append(notes, note);
	}
	write_member(out, "policy", policy);
}

static void write_scan(const struct report *report, FILE *out)
{
	cleanup_doc cJSON *scan = add_object(NULL, NULL);

	add_string(scan, "started", report->started);
	add_string(scan, "finished", report->finished);
	add_bool(scan, "complete", report->complete);
	add_bool(scan, "as_root", report->target.as_root);
	add_target(scan, &report->target);
	add_problems(scan, report);
	write_member(out, "scan", scan);
}

static void write_benchmarks(const struct report *report, FILE *out)
{
	cleanup_doc cJSON *list = not_null(cJSON_CreateArray());

	for (size_t i = 0; i < report->n_benchmarks; i++)
		append(list, cJSON_CreateString(report->benchmarks[i]->id));
	write_member(out, "benchmarks", list);
}

/* All whose numbers the results give, in that order. */
static void write_known_benchmarks(const struct report *report, FILE *out)
{
	cleanup_doc cJSON *list = not_null(cJSON_CreateArray());

	for (size_t i = 0; i < report->library->n_benchmarks; i++) {
		cJSON *item = add_object(NULL, NULL);

		add_string(item, "id", report->library->benchmarks[i].id);
		add_string(item, "title", report->library->benchmarks[i].title);
		append(list, item);
	}
	write_member(out, "known_benchmarks", list);
}

static void add_counts(cJSON *object, const struct counts *counts)
{
	cJSON *failed;

	for (int i = 0; i < STATUS_COUNT; i++)
		add_number(object, status_name((enum status)i), counts->by_status[i]);
	failed = add_object(object, "failed_by_severity");
	for (int i = SEVERITY_COUNT; i-- > 0;)
		add_number(failed, severity_name((enum severity)i), counts->failed_by_severity[i]);
}

static void add_thresholds(cJSON *gate, const struct report *report)
{
	cJSON *list;

	if (report->fail_on_source)
		add_string(gate, "source", report->fail_on_source);
	if (report->n_thresholds == 0)
		return;
	list = add_array(gate, "thresholds");
	for (size_t i = 0; i < report->n_thresholds; i++) {
		const struct threshold *threshold = &report->thresholds[i];
		cJSON *item = add_object(NULL, NULL);

		add_string(item, "source", threshold->source);
		add_string(item, "fail_on",
			   threshold->gates ? severity_name(threshold->fail_on) : "none");
		append(list, item);
	}
}

static void add_baseline(cJSON *summary, const struct report *report)
{
	cJSON *baseline;

	if (!report->baseline)
		return;
	baseline = add_object(summary, "baseline");
	add_string(baseline, "file", report->baseline->file);
	add_string(baseline, "hostname", report->baseline->hostname);
	add_string(baseline, "finished", report->baseline->finished);
	add_number(baseline, "new", report->n_new);
	add_number(baseline, "known", report->n_known);
}

static void write_summary(const struct report *report, FILE *out)
{
	cleanup_doc cJSON *summary = add_object(NULL, NULL);
	cJSON *sections, *gate;

	add_counts(summary, &report->counts);
	sections = add_object(summary, "by_section");
	for (int i = 0; i < SECTION_COUNT; i++) {
		if (words_total(&report->by_section[i]) > 0)
			add_counts(add_object(sections, section_name((enum section)i)),
				   &report->by_section[i]);
	}
	gate = add_object(summary, "gate");
	add_string(gate, "fail_on", report->gate ? severity_name(report->fail_on) : "none");
	add_number(gate, "failures", report->n_gating);
	add_thresholds(gate, report);
	add_baseline(summary, report);
	add_number(summary, "exit_status", (size_t)report->exit_status);
	add_string(summary, "exit_reason", report->exit_reason);
	write_member(out, "summary", summary);
}

/* The control's number in every known benchmark that has it, selected or not. */
static void add_numbers(cJSON *result, const struct library *library, const struct control *control)
{
	cJSON *numbers = add_object(result, "controls");

	for (size_t i = 0; i < library->n_benchmarks; i++) {
		const struct benchmark *benchmark = &library->benchmarks[i];
		const struct numbering *line = benchmark_line(benchmark, control);

		if (line)
			add_string(numbers, benchmark->id, line->id);
	}
}

static void add_control(cJSON *object, const struct report *report, const struct control *control)
{
	const struct benchmark *benchmark;
	const struct numbering *line = report_numbering(report, control, &benchmark);

	add_string(object, "control", control->key);
	add_numbers(object, report->library, control);
	add_string(object, "section", section_name(control->section));
	add_string(object, "title", control->title);
	if (line && line->level > 0)
		add_number(object, "level", line->level);
	else
		add_string(object, "level", NULL);
	add_string(object, "assessment", !line ? NULL : line->automated ? "automated" : "manual");
}

static void add_subject(cJSON *result, const struct subject *subject)
{
	cJSON *object = add_object(result, "subject");

	add_string(object, "kind", subject_kind_name(subject->kind));
	add_string(object, "name", subject->name);
	add_string_if(object, "id", subject->id);
	add_string_if(object, "image", subject->image);
	add_string_if(object, "state", subject->state);
	add_string_if(object, "project", subject->project);
	add_string_if(object, "service", subject->service);
	if (subject->is_auditor)
		add_bool(object, "auditor", true);
}

static void add_value(cJSON *object, const struct evidence *evidence)
{
	switch (evidence->type) {
	case EVIDENCE_STRING:
		add_string(object, "value", evidence->string);
		break;
	case EVIDENCE_BOOL:
		add_bool(object, "value", evidence->boolean);
		break;
	case EVIDENCE_INT:
		add_int(object, "value", evidence->integer);
		break;
	case EVIDENCE_ABSENT:
		add_string(object, "value", NULL);
		break;
	}
}

static void add_evidence(cJSON *result, const struct evidence *evidence)
{
	cJSON *list = add_array(result, "evidence");

	for (; evidence; evidence = evidence->next) {
		cJSON *item = add_object(NULL, NULL);

		add_string(item, "source", evidence->source);
		add_string(item, "path", evidence->path);
		add_value(item, evidence);
		append(list, item);
	}
}

static void add_waiver(cJSON *result, const struct waiver *waiver)
{
	cJSON *object;

	if (!waiver)
		return;
	object = add_object(result, "waiver");
	add_string(object, "reason", waiver->reason);
	add_string_if(object, "owner", waiver->owner);
	add_string_if(object, "ticket", waiver->ticket);
	add_string_if(object, "expires", waiver->expires);
	add_string(object, "source", waiver->source);
}

static void write_result(const struct report *report, const struct result *result, FILE *out)
{
	const struct verdict *verdict = &result->verdict;
	cleanup_doc cJSON *object = add_object(NULL, NULL);

	add_control(object, report, result->control);
	add_string(object, "severity", severity_name(verdict->severity));
	if (result->rated_by) {
		add_string(object, "judged_severity", severity_name(result->judged));
		add_string(object, "rated_by", result->rated_by);
	}
	add_subject(object, result->subject);
	add_string(object, "status", status_name(verdict->status));
	add_string(object, "message", verdict->message);
	if (result->undecided)
		add_bool(object, "undecided", true);
	if (verdict->status == STATUS_UNKNOWN)
		add_string_if(object, "hint", verdict->hint);
	add_waiver(object, result->waiver);
	add_string_if(object, "baseline", words_novelty(result));
	add_evidence(object, verdict->evidence);
	if (verdict->status != STATUS_PASS && verdict->status != STATUS_NOT_APPLICABLE)
		add_string_if(object, "remediation", result->control->remediation);
	write_line(out, object);
}

static void add_steps(cJSON *object, const struct attack_path *path)
{
	cJSON *list = add_array(object, "steps");

	for (size_t i = 0; i < path->n_steps; i++) {
		const struct attack_step *step = &path->steps[i];
		cJSON *item = add_object(NULL, NULL), *evidence;

		add_string(item, "technique", step->technique);
		add_string(item, "actor", step->actor);
		add_string(item, "text", step->text);
		add_string(item, "target", step->target);
		add_number(item, "cost", step->cost);
		add_string(item, "confidence", attack_confidence_name(step->confidence));
		evidence = add_array(item, "evidence");
		for (size_t k = 0; k < step->n_evidence; k++) {
			cJSON *piece = add_object(NULL, NULL);

			add_string(piece, "source", step->evidence[k].source);
			add_string(piece, "path", step->evidence[k].path);
			add_string(piece, "value", step->evidence[k].value);
			append(evidence, piece);
		}
		append(list, item);
	}
}

static void write_path(const struct attack_path *path, FILE *out)
{
	cleanup_doc cJSON *object = add_object(NULL, NULL);
	cJSON *changes;

	add_string(object, "container", path->container);
	add_string(object, "id", path->id);
	add_string(object, "end", path->end);
	add_string(object, "band", attack_band_name(path->band));
	add_number(object, "score", path->score);
	add_number(object, "cost", path->cost);
	add_string(object, "confidence", attack_confidence_name(path->confidence));
	add_number(object, "ways", path->n_paths);
	add_steps(object, path);
	changes = add_array(object, "changes");
	for (size_t i = 0; i < path->n_changes; i++) {
		cJSON *item = add_object(NULL, NULL);

		add_string(item, "where", path->changes[i].where);
		add_string(item, "text", path->changes[i].text);
		append(changes, item);
	}
	write_line(out, object);
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
};
