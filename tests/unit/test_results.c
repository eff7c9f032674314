/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/results.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "reports/reports.h"
#include "tests/unit/json_patch.h"
#include "tests/unit/sample_report.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct report_options plain, verbose = {.verbose = true},
					  terminal = {.width = 100, .unicode = true, .color = true};

static struct attack_path a_path(void)
{
	static const struct attack_evidence evidence[] = {{"kernel", "Mounts /", "/ (writable)"},
							  {"inspect", "Absent", NULL}};
	static const struct attack_step steps[] = {{.technique = "runtime-socket",
						    .actor = "web-0",
						    .text = "asks the engine",
						    .target = "root on the host",
						    .cost = 1,
						    .confidence = ATTACK_RESOLVED,
						    .evidence = evidence,
						    .n_evidence = 2}};
	static const struct attack_change changes[] = {{"web-0", "remove the mount"},
						       {"the engine", "turn icc off"}};

	return (struct attack_path){.container = "web-0",
				    .id = "0",
				    .end = "root on the host",
				    .score = 91,
				    .band = ATTACK_CRITICAL,
				    .cost = 1,
				    .confidence = ATTACK_RESOLVED,
				    .steps = steps,
				    .n_steps = 1,
				    .n_paths = 3,
				    .changes = changes,
				    .n_changes = 2};
}

static const struct evidence *all_evidence(void)
{
	static const struct evidence absent = {
		.source = "kernel", .path = "/proc/1/status", .type = EVIDENCE_ABSENT};
	static const struct evidence number = {.next = &absent,
					       .source = "inspect",
					       .path = "HostConfig.Memory",
					       .type = EVIDENCE_INT,
					       .integer = -7};
	static const struct evidence large = {.next = &number,
					      .source = "inspect",
					      .path = "Large",
					      .type = EVIDENCE_INT,
					      .integer = INT64_MAX};
	static const struct evidence truth = {.next = &large,
					      .source = "inspect",
					      .path = "Truth",
					      .type = EVIDENCE_BOOL,
					      .boolean = true};
	static const struct evidence text = {.next = &truth,
					     .source = "file",
					     .path = "a\nb",
					     .type = EVIDENCE_STRING,
					     .string = "\033[31m \" \\ \xf0\x9f\x90\xb3"};

	return &text;
}

static void decide(struct arena *arena, struct sample *sample)
{
	static const struct waiver waiver = {.reason = "by design",
					     .owner = "ops",
					     .ticket = "OPS-1",
					     .expires = "2030-01-01",
					     .source = "policy.yaml:8:5"};
	static const struct baseline_origin origin = {.file = "old.json", .hostname = "host-01"};
	static const char *const policies[] = {"organisation.yaml", "policy.yaml"};
	static const struct problem note = {.source = "policy.yaml:9:5", .reason = "unused"};
	static const struct threshold threshold = {
		.gates = true, .fail_on = SEVERITY_LOW, .source = "policy.yaml:4:5"};
	struct result *results = sample->results;

	results[0].novelty = NOVELTY_NEW;
	results[1].novelty = NOVELTY_KNOWN;
	results[1].rated_by = "policy.yaml:12:5";
	results[1].judged = SEVERITY_MEDIUM;
	results[3].verdict.status = STATUS_WAIVED;
	results[3].waiver = &waiver;
	sample->report.baseline = &origin;
	sample->report.policies = policies;
	sample->report.n_policies = 2;
	sample->report.policy_notes = &note;
	sample->report.n_policy_notes = 1;
	sample->report.fail_on_source = "fail_on at policy.yaml:1:10";
	sample_finish(arena, sample);
	sample->report.thresholds = &threshold;
	sample->report.n_thresholds = 1;
}

/* A report in which everything occurs that a document can tell. */
static struct sample *full(struct arena *arena)
{
	static const struct problem problems[] = {
		{.source = "/proc/1", .reason = "denied", .hint = "run as root"},
		{.source = "x", .reason = "y", .note = true}};
	struct sample *sample = sample_new(arena, 3);
	struct attack_path *path = arena_alloc(arena, sizeof(*path));
	const struct attack_path **paths = arena_alloc(arena, sizeof(*paths));
	const struct subject *containers = sample->containers;

	/* Two things that look the same, as images with one reference do. */
	sample->containers[2] = sample->containers[1];
	sample_add(sample, SAMPLE_PRIVILEGED, &containers[0], STATUS_FAIL, "it is");
	sample_add(sample, SAMPLE_PRIVILEGED, &containers[1], STATUS_FAIL, "it is")->evidence =
		all_evidence();
	sample_add(sample, SAMPLE_PRIVILEGED, &containers[2], STATUS_PASS, "it is not");
	sample_add(sample, SAMPLE_MEMORY, &containers[0], STATUS_FAIL, "no limit");
	sample_add(sample, SAMPLE_MEMORY, &containers[1], STATUS_UNKNOWN, "unread")->hint = "root";
	sample_add(sample, SAMPLE_MEMORY, &containers[2], STATUS_FAIL, "no limit");
	sample_add(sample, SAMPLE_PORTS, &sample->host, STATUS_MANUAL, "look");
	sample->results[6].undecided = true;
	sample_add(sample, SAMPLE_OWN, &sample->host, STATUS_NOT_APPLICABLE, "no swarm");
	*path = a_path();
	paths[0] = path;
	sample->report.paths = paths;
	sample->report.n_paths = 1;
	sample->report.problems = problems;
	sample->report.n_problems = 2;
	sample->report.target.local_reason = NULL;
	sample->report.target.answered = sample->report.target.knows_rootless = true;
	sample->report.target.engine = "Docker Engine";
	sample->report.target.engine_version = sample->report.target.api_version = "";
	sample->report.target.images.is_read = false;
	decide(arena, sample);
	return sample;
}

static cJSON *document(const struct sample *sample)
{
	cleanup_free char *json = sample_write(sample, "json", &plain);
	cJSON *doc;

	ck_assert_int_eq(doc_parse(json, strlen(json), &doc, NULL), 0);
	return doc;
}

START_TEST(what_is_read_is_written_as_before)
{
	static const struct report_options *const ways[] = {&plain, &verbose, &terminal};
	cleanup_arena struct arena *arena = arena_new();
	struct sample *sample = full(arena), *read = sample_new(arena, 0);
	cleanup_doc cJSON *doc = document(sample);
	const struct report *report;
	struct error err = {0};

	ck_assert_msg(results_report(arena, "r.json", doc, &report, &err) == 0, "%s", err.text);
	read->report = *report;
	for (size_t i = 0; report_writers[i]; i++) {
		for (size_t k = 0; k < N_ELEMENTS(ways); k++) {
			const char *name = report_writers[i]->name;
			cleanup_free char *before = sample_write(sample, name, ways[k]);
			cleanup_free char *after = sample_write(read, name, ways[k]);

			ck_assert_str_eq(before, after);
		}
	}
	ck_assert_uint_eq(report->n_new, 1);
	ck_assert_uint_eq(report->n_known, 1);
	ck_assert(!report->complete);
	ck_assert_ptr_null(report->facts);
}
END_TEST

START_TEST(subjects_are_one_where_results_are_on_one)
{
	cleanup_arena struct arena *arena = arena_new();
	cleanup_doc cJSON *doc = document(full(arena));
	const struct report *report;
	const struct result *results;

	ck_assert_int_eq(results_report(arena, "r.json", doc, &report, NULL), 0);
	results = report->results;
	ck_assert_ptr_eq(results[0].subject, results[3].subject);
	ck_assert_ptr_eq(results[1].subject, results[4].subject);
	ck_assert_ptr_eq(results[2].subject, results[5].subject);
	ck_assert_ptr_ne(results[1].subject, results[2].subject);
	ck_assert_ptr_eq(results[6].subject, results[7].subject);
	ck_assert_ptr_eq(results[0].control, results[2].control);
	ck_assert_ptr_ne(results[0].control, results[3].control);
}
END_TEST

/* What an older version wrote lacks what was added since. */
START_TEST(older_documents_are_read)
{
	static const char patch[] = "[{\"op\":\"remove\",\"path\":\"/known_benchmarks\"},"
				    "{\"op\":\"remove\",\"path\":\"/attack_paths\"},"
				    "{\"op\":\"remove\",\"path\":\"/scan/target/kernel\"},"
				    "{\"op\":\"remove\",\"path\":\"/scan/target/containers\"},"
				    "{\"op\":\"remove\",\"path\":\"/scan/target/images\"}]";
	cleanup_arena struct arena *arena = arena_new();
	cleanup_doc cJSON *doc = document(full(arena));
	cleanup_doc cJSON *changes = cJSON_Parse(patch);
	const struct report *report;
	struct error err = {0};

	ck_assert_int_eq(json_patch(doc, changes, NULL), 0);
	ck_assert_msg(results_report(arena, "r.json", doc, &report, &err) == 0, "%s", err.text);
	ck_assert_str_eq(report->benchmarks[0]->title, "cis-docker-1.8.0");
	ck_assert_str_eq(report_numbering(report, report->results[0].control, NULL)->id, "5.5");
	ck_assert_uint_eq(report->n_paths, 0);
	ck_assert(!report->target.containers.is_read);
}
END_TEST

/* Let every string of the document, of controls and benchmarks as well, be an attacker's. */
static void spoil(cJSON *item, const char *const *kept)
{
	static const char nasty[] = "\033[2J\r\xe2\x80\xae<a b=\"'&]]>";

	for (; item; item = item->next) {
		bool is_kept = false;

		for (size_t i = 0; kept[i] && item->string; i++)
			is_kept = is_kept || strcmp(item->string, kept[i]) == 0;
		if (cJSON_IsString(item) && !is_kept)
			ck_assert_ptr_nonnull(cJSON_SetValuestring(item, nasty));
		else if (item->child)
			spoil(item->child, kept);
	}
}

START_TEST(strings_of_documents_are_harmless_in_every_format)
{
	/* Words of closed sets, times, and what tells one thing from another. */
	static const char *const kept[] = {
		"format",     "started",    "finished", "status",  "severity",   "judged_severity",
		"section",    "kind",       "band",     "id",      "benchmarks", "fail_on",
		"confidence", "assessment", "baseline", "control", NULL};
	cleanup_arena struct arena *arena = arena_new();
	struct sample *read = sample_new(arena, 0);
	cleanup_doc cJSON *doc = document(full(arena));
	const struct report *report;
	struct error err = {0};

	spoil(doc->child, kept);
	ck_assert_msg(results_report(arena, "r.json", doc, &report, &err) == 0, "%s", err.text);
	read->report = *report;
	for (size_t i = 0; report_writers[i]; i++) {
		cleanup_free char *text = sample_write(read, report_writers[i]->name, &verbose);

		for (const char *c = text; *c; c++)
			ck_assert_msg((unsigned char)*c >= ' ' || strchr("\n\t", *c), "%s: byte %d",
				      report_writers[i]->name, *c);
		if (strcmp(report_writers[i]->name, "junit") == 0)
			ck_assert_ptr_null(strstr(text, "]]>"));
	}
}
END_TEST

struct broken {
	const char *op, *path, *value; /* of JSON Patch */
	const char *said;
};

static const struct broken broken[] = {
	{"remove", "/tool", NULL, "r.json: tool: expected an object, but it is missing"},
	{"replace", "/tool/version", "1", "tool.version: expected a string, but it is 1"},
	{"remove", "/scan", NULL, "scan: expected an object"},
	{"replace", "/scan", "[]", "scan: expected an object, but it is a list"},
	{"replace", "/scan/started", "\"<now>\"",
	 "scan.started: expected a time such as \"2026-01-01T00:00:00Z\", but it is \"<now>\""},
	{"replace", "/scan/as_root", "\"yes\"",
	 "scan.as_root: expected true or false, but it is \"yes\""},
	{"replace", "/scan/target/local", "null",
	 "scan.target.local: expected true or false, but it is null"},
	{"replace", "/scan/target/hostname", "{}",
	 "scan.target.hostname: expected a string, but it is an object"},
	{"replace", "/scan/target/containers", "-1",
	 "scan.target.containers: expected a whole number from 0 on, but it is -1"},
	{"replace", "/scan/problems/0", "true",
	 "scan.problems[0]: expected an object, but it is true"},
	{"remove", "/benchmarks", NULL, "benchmarks: expected a list"},
	{"replace", "/benchmarks/1", "7", "benchmarks[1]: expected a string, but it is 7"},
	{"replace", "/known_benchmarks/0/id", "null",
	 "known_benchmarks[0].id: expected a string, but it is null"},
	{"replace", "/policy/files/1", "1", "policy.files[1]: expected a string"},
	{"replace", "/policy/notes", "\"\"", "policy.notes: expected a list"},
	{"remove", "/summary", NULL, "summary: expected an object"},
	{"replace", "/summary/fail", "7",
	 "summary.fail: expected 3, as there are such results, but it is 7"},
	{"replace", "/summary/failed_by_severity/critical", "0.5",
	 "summary.failed_by_severity.critical: expected a whole number"},
	{"replace", "/summary/gate/fail_on", "\"hgih\"",
	 "summary.gate.fail_on: expected one of info, low, medium, high, critical, but it is "
	 "\"hgih\""},
	{"replace", "/summary/gate/thresholds/0/source", "[]",
	 "summary.gate.thresholds[0].source: expected a string"},
	{"replace", "/summary/exit_status", "2",
	 "summary.exit_status: expected 0, 1 or 3, but it is 2"},
	{"replace", "/summary/baseline/file", "null", "summary.baseline.file: expected a string"},
	{"replace", "/attack_paths/0/band", "\"worse\"",
	 "attack_paths[0].band: expected one of low, medium, high, critical"},
	{"replace", "/attack_paths/0/steps/0/cost", "\"1\"",
	 "attack_paths[0].steps[0].cost: expected a whole number from 0 on, but it is \"1\""},
	{"replace", "/attack_paths/0/steps/0/evidence/1", "[]",
	 "attack_paths[0].steps[0].evidence[1]: expected an object, but it is a list"},
	{"remove", "/results", NULL, "results: expected a list"},
	{"remove", "/results/7", NULL, "summary.not-applicable: expected 0"},
	{"replace", "/results/2", "1", "results[2]: expected an object, but it is 1"},
	{"replace", "/results/1/status", "\"failed\"",
	 "results[1].status: expected one of pass, fail, manual, unknown, not-applicable, waived, "
	 "but it is \"failed\""},
	{"remove", "/results/4/severity", NULL, "results[4].severity: expected one of info, low"},
	{"replace", "/results/0/section", "\"\"", "results[0].section: expected one of host"},
	{"replace", "/results/0/controls", "[]", "results[0].controls: expected an object"},
	{"replace", "/results/0/controls/cis-docker-1.8.0", "5.5",
	 "results[0].controls.cis-docker-1.8.0: expected a string, but it is 5.5"},
	{"add", "/results/0/controls/other", "\"1\"",
	 "results[0].controls.other: expected only benchmarks that known_benchmarks lists"},
	{"replace", "/results/0/subject/kind", "\"pod\"",
	 "results[0].subject.kind: expected one of host, engine"},
	{"remove", "/results/5/subject/name", NULL, "results[5].subject.name: expected a string"},
	{"replace", "/results/1/evidence/0/value", "[1]",
	 "results[1].evidence[0].value: expected a string, a whole number, true, false or null"},
	{"replace", "/results/1/evidence/1/value", "1.5", "results[1].evidence[1].value: expected"},
	{"remove", "/results/3/waiver", NULL,
	 "results[3].waiver: expected an object, but it is missing"},
	{"remove", "/results/3/waiver/reason", NULL, "results[3].waiver.reason: expected a string"},
	{"replace", "/results/0/baseline", "\"old\"",
	 "results[0].baseline: expected one of new, known"},
	{"replace", "/results/5/control", "\"not-privileged\"",
	 "results: expected the results of each control together (not-privileged is in two "
	 "places)"},
};

START_TEST(broken_documents_are_refused_with_their_place)
{
	const struct broken *this = &broken[_i];
	cleanup_arena struct arena *arena = arena_new();
	cleanup_doc cJSON *doc = document(full(arena));
	const char *text = arena_printf(arena, "[{\"op\":\"%s\",\"path\":\"%s\",\"value\":%s}]",
					this->op, this->path, this->value ? this->value : "0");
	cleanup_doc cJSON *patch = cJSON_Parse(text);
	const struct report *report = NULL;
	struct error err = {0};

	ck_assert_msg(json_patch(doc, patch, &err) == 0, "%s", err.text);
	ck_assert_int_eq(results_report(arena, "r.json", doc, &report, &err), -EBADMSG);
	ck_assert_ptr_null(report);
	ck_assert(text_starts(err.text, "r.json: "));
	ck_assert_msg(strstr(err.text, this->said), "'%s' lacks '%s'", err.text, this->said);
}
END_TEST

START_TEST(other_files_are_no_results)
{
	static const char *const files[][2] = {
		{"{", "line 1"},
		{"[]", "no results of an audit"},
		{"{\"format\":\"bulkhead-snapshot\",\"version\":1}", "no results of an audit"},
		{"{\"format\":\"bulkhead-results\",\"results\":[]}",
		 "version: expected 1, but it is 0"},
		{"{\"format\":\"bulkhead-results\",\"version\":2,\"results\":[]}",
		 "version: expected 1, but it is 2"},
		{"{\"format\":\"bulkhead-results\",\"version\":1,\"results\":{}}",
		 "results: expected a list"},
	};
	char *directory = unit_directory();

	for (size_t i = 0; i < N_ELEMENTS(files); i++) {
		cleanup_free char *path =
			unit_write_file(directory, "file", files[i][0], strlen(files[i][0]));
		cJSON *doc = NULL;
		struct error err = {0};

		ck_assert_int_lt(results_document(path, &doc, &err), 0);
		ck_assert_ptr_null(doc);
		ck_assert_msg(strstr(err.text, files[i][1]) && strstr(err.text, path), "%s",
			      err.text);
	}
	unit_remove_directory(directory);
}
END_TEST

Suite *suite_results(void)
{
	const TTest *const tests[] = {what_is_read_is_written_as_before,
				      subjects_are_one_where_results_are_on_one,
				      older_documents_are_read,
				      strings_of_documents_are_harmless_in_every_format,
				      other_files_are_no_results,
				      NULL};
	Suite *suite = unit_suite("results", tests);
	TCase *loop = tcase_create("broken");

	tcase_add_loop_test(loop, broken_documents_are_refused_with_their_place, 0,
			    N_ELEMENTS(broken));
	suite_add_tcase(suite, loop);
	return suite;
}
