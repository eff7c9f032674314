/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/results.h"

#include "base/text.h"
#include "base/timestamp.h"
#include "judge/results_parts.h"

#include <errno.h>
#include <string.h>

enum { RESULTS_CEILING = 1024 * 1024 * 1024, RESULTS_VERSION = 1 };

static int check_version(const char *file, const cJSON *doc, struct error *err)
{
	int64_t version = doc_int_or(doc, "version", 0);

	if (version == RESULTS_VERSION)
		return 0;
	return error_set(err, EBADMSG,
			 "%s: version: expected %d, but it is %lld: a bulkhead that writes this "
			 "version reads it, too",
			 file, RESULTS_VERSION, (long long)version);
}

int results_document(const char *file, cJSON **ret, struct error *err)
{
	cleanup_doc cJSON *doc = NULL;
	const cJSON *results;
	int r = doc_read(strcmp(file, "-") ? file : "/dev/stdin", RESULTS_CEILING, &doc, err);

	if (r < 0)
		return r;
	if (!text_equal(doc_string_or(doc, "format", NULL), "bulkhead-results"))
		return error_set(err, EBADMSG,
				 "%s: format: expected \"bulkhead-results\": no results of an "
				 "audit (bulkhead --format json=FILE writes them)",
				 file);
	r = check_version(file, doc, err);
	if (r < 0)
		return r;
	if (doc_array(doc, "results", &results) != DOC_PRESENT)
		return error_set(err, EBADMSG, "%s: results: expected a list", file);
	*ret = doc;
	doc = NULL;
	return 0;
}

static struct inventory read_inventory(struct fields *fields, const struct field *target,
				       const char *member)
{
	if (!doc_at(target->item, member))
		return (struct inventory){0};
	return (struct inventory){.is_read = true, .n = field_count(fields, target, member)};
}

static void read_target(struct results_reader *reader, const struct field *scan)
{
	struct fields *fields = &reader->fields;
	struct field object = field_object(fields, scan, "target");
	const char *engine = field_string_or_null(fields, &object, "engine");

	reader->report->target = (struct report_target){
		.endpoint = field_string_or_null(fields, &object, "endpoint"),
		.hostname = field_string_or_null(fields, &object, "hostname"),
		.kernel = field_string_or_null(fields, &object, "kernel"),
		.as_root = field_bool(fields, scan, "as_root"),
		.local = field_bool(fields, &object, "local"),
		.local_reason = field_string_or_null(fields, &object, "local_reason"),
		.answered = engine,
		.engine = engine,
		.engine_version = field_string_or_null(fields, &object, "engine_version"),
		.api_version = field_string_or_null(fields, &object, "api_version"),
		.knows_rootless = doc_at(object.item, "rootless"),
		.rootless = field_bool_or_absent(fields, &object, "rootless"),
		.containers = read_inventory(fields, &object, "containers"),
		.images = read_inventory(fields, &object, "images"),
	};
}

/* Problems while collecting, or notes on policies. */
static const struct problem *read_problems(struct results_reader *reader, const struct field *list,
					   size_t *ret_n)
{
	struct fields *fields = &reader->fields;
	struct field element = field_first(list);
	size_t n = field_length(list);
	struct problem *problems = arena_array(reader->arena, n, sizeof(*problems));

	for (; field_is_object(fields, &element); field_next(&element))
		problems[element.index] = (struct problem){
			.source = field_string(fields, &element, "source"),
			.reason = field_string(fields, &element, "reason"),
			.hint = field_string_or_null(fields, &element, "hint"),
			.note = field_bool_or_absent(fields, &element, "note"),
		};
	*ret_n = n;
	return problems;
}

static const char *read_time(struct fields *fields, const struct field *scan, const char *member)
{
	const char *time = field_string_or_null(fields, scan, member);
	int64_t seconds;

	if (time && !timestamp_parse(time, &seconds))
		field_fail(fields, scan, member, "a time such as \"2026-01-01T00:00:00Z\"");
	return time;
}

static void read_scan(struct results_reader *reader, const struct field *document)
{
	struct field scan = field_object(&reader->fields, document, "scan");
	struct field problems = field_list(&reader->fields, &scan, "problems");
	struct report *report = reader->report;

	report->started = read_time(&reader->fields, &scan, "started");
	report->finished = read_time(&reader->fields, &scan, "finished");
	read_target(reader, &scan);
	report->problems = read_problems(reader, &problems, &report->n_problems);
}

static void read_policy(struct results_reader *reader, const struct field *document)
{
	struct fields *fields = &reader->fields;
	struct field policy = field_object_or_absent(fields, document, "policy");
	struct field files = field_list_or_absent(fields, &policy, "files");
	struct field notes = field_list_or_absent(fields, &policy, "notes");
	struct field file = field_first(&files);
	struct report *report = reader->report;
	const char **names = arena_array(reader->arena, field_length(&files), sizeof(*names));

	for (; doc_is_string(file.item); field_next(&file))
		names[report->n_policies++] = file.item->valuestring;
	if (file.item)
		field_fail(fields, &file, NULL, "a string");
	report->policies = names;
	report->policy_notes = read_problems(reader, &notes, &report->n_policy_notes);
}

/* False: "none". */
static bool read_threshold(struct fields *fields, const struct field *object, enum severity *ret)
{
	if (text_equal(doc_string_or(object->item, "fail_on", NULL), "none"))
		return false;
	*ret = (enum severity)field_word(fields, object, "fail_on", results_severity_words);
	return true;
}

static void read_thresholds(struct results_reader *reader, const struct field *gate)
{
	struct fields *fields = &reader->fields;
	struct field list = field_list_or_absent(fields, gate, "thresholds");
	struct field element = field_first(&list);
	struct threshold *thresholds =
		arena_array(reader->arena, field_length(&list), sizeof(*thresholds));

	for (; field_is_object(fields, &element); field_next(&element)) {
		struct threshold *threshold = &thresholds[element.index];

		threshold->source = field_string(fields, &element, "source");
		threshold->gates = read_threshold(fields, &element, &threshold->fail_on);
	}
	reader->report->thresholds = thresholds;
	reader->report->n_thresholds = field_length(&list);
}

static void read_baseline(struct results_reader *reader, const struct field *summary)
{
	struct fields *fields = &reader->fields;
	struct field object = field_object_or_absent(fields, summary, "baseline");
	struct baseline_origin *origin;

	if (!object.item)
		return;
	origin = arena_alloc(reader->arena, sizeof(*origin));
	*origin = (struct baseline_origin){
		.file = field_string(fields, &object, "file"),
		.hostname = field_string_or_null(fields, &object, "hostname"),
		.finished = field_string_or_null(fields, &object, "finished"),
	};
	reader->report->baseline = origin;
}

/* A document that was cut, or written by hand, must not look whole. */
static void check_counts(struct results_reader *reader, const struct field *summary)
{
	struct fields *fields = &reader->fields;
	const struct counts *counts = &reader->report->counts;
	struct field failed = field_object(fields, summary, "failed_by_severity");

	for (unsigned i = 0; i < STATUS_COUNT; i++) {
		if (field_count(fields, summary, status_name((enum status)i)) !=
		    counts->by_status[i])
			field_fail(fields, summary, status_name((enum status)i),
				   arena_printf(reader->arena, "%zu, as there are such results",
						counts->by_status[i]));
	}
	for (unsigned i = 0; i < SEVERITY_COUNT; i++) {
		if (field_count(fields, &failed, severity_name((enum severity)i)) !=
		    counts->failed_by_severity[i])
			field_fail(fields, &failed, severity_name((enum severity)i),
				   arena_printf(reader->arena, "%zu, as there are such failures",
						counts->failed_by_severity[i]));
	}
}

static void read_exit(struct results_reader *reader, const struct field *summary)
{
	struct fields *fields = &reader->fields;
	size_t status = field_count(fields, summary, "exit_status");

	if (status != EXIT_CLEAN && status != EXIT_FINDINGS && status != EXIT_INCOMPLETE)
		field_fail(fields, summary, "exit_status", "0, 1 or 3");
	reader->report->exit_status = (enum exit_status)status;
	reader->report->exit_reason = field_string(fields, summary, "exit_reason");
}

static void read_summary(struct results_reader *reader, const struct field *document)
{
	struct fields *fields = &reader->fields;
	struct field summary = field_object(fields, document, "summary");
	struct field gate = field_object(fields, &summary, "gate");
	struct report *report = reader->report;

	report_count(report);
	check_counts(reader, &summary);
	report->gate = read_threshold(fields, &gate, &report->fail_on);
	report->fail_on_source = field_string_or_null(fields, &gate, "source");
	report->n_gating = field_count(fields, &gate, "failures");
	read_thresholds(reader, &gate);
	read_baseline(reader, &summary);
	read_exit(reader, &summary);
}

int results_report(struct arena *arena, const char *file, const cJSON *doc,
		   const struct report **ret, struct error *err)
{
	const struct field document = {.item = doc};
	struct results_reader reader = {
		.arena = arena,
		.fields = {.file = file, .err = err},
		.report = arena_alloc(arena, sizeof(struct report)),
	};
	struct field tool = field_object(&reader.fields, &document, "tool");

	reader.report->tool_version = field_string(&reader.fields, &tool, "version");
	read_scan(&reader, &document);
	read_policy(&reader, &document);
	results_list_read(&reader, &document);
	results_paths_read(&reader, &document);
	if (!reader.fields.code)
		read_summary(&reader, &document);
	if (reader.fields.code)
		return reader.fields.code;
	*ret = reader.report;
	return 0;
}
