/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cleanup.h"
#include "base/doc.h"
#include "reports/escape.h"
#include "reports/reports.h"
#include "tests/unit/sample_report.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct report_options plain, verbose = {.verbose = true}, quiet = {.quiet = true},
					  terminal = {.width = 80},
					  colored = {.width = 80, .color = true};

static const char nasty[] =
	"a\nb\033[2J\033]0;x\a\xe2\x80\xae<img src=x onerror=1>]]>&\"'=cmd|\xff\xfe"
	"\xed\xa0\x80\xef\xbf\xbe::error::\r\t{\\";

/* n containers that all fail the same way, the first one worse. */
static struct sample *replicas(struct arena *arena, size_t n)
{
	struct sample *sample = sample_new(arena, n);

	sample_add(sample, SAMPLE_PRIVILEGED, &sample->containers[0], STATUS_FAIL,
		   "HostConfig.Privileged is true");
	for (size_t i = 1; i < n; i++)
		sample_add(sample, SAMPLE_PRIVILEGED, &sample->containers[i], STATUS_PASS,
			   "HostConfig.Privileged is false");
	for (size_t i = 0; i < n; i++)
		sample_add(sample, SAMPLE_MEMORY, &sample->containers[i], STATUS_FAIL,
			   i == 2 ? "HostConfig.Memory is 1" : "HostConfig.Memory is 0");
	for (size_t i = 0; i < n; i++)
		sample_add(sample, SAMPLE_PORTS, &sample->containers[i], STATUS_MANUAL,
			   "it publishes no port");
	sample_finish(arena, sample);
	return sample;
}

/* One result of each status, on subjects that want to break out of the format. */
static struct sample *hostile(struct arena *arena, const char *name)
{
	static const struct evidence absent = {
		.source = "kernel", .path = "/proc/1/status", .type = EVIDENCE_ABSENT};
	static const struct evidence large = {.next = &absent,
					      .source = "inspect",
					      .path = "HostConfig.Memory",
					      .type = EVIDENCE_INT,
					      .integer = INT64_MAX};
	static const struct evidence small = {.next = &large,
					      .source = "inspect",
					      .path = "Small",
					      .type = EVIDENCE_INT,
					      .integer = -7};
	static const struct evidence text = {.next = &small,
					     .source = "inspect",
					     .path = nasty,
					     .type = EVIDENCE_STRING,
					     .string = nasty};
	struct problem *problem = arena_alloc(arena, sizeof(*problem));
	struct sample *sample = sample_new(arena, STATUS_COUNT);
	struct verdict *verdict;

	for (size_t i = 0; i < STATUS_COUNT; i++) {
		struct subject *subject = &sample->containers[i];

		subject->name = subject->image = subject->project = name;
		verdict = sample_add(sample, SAMPLE_MEMORY, subject, (enum status)i, name);
		verdict->hint = i == STATUS_UNKNOWN ? name : NULL;
		verdict->evidence = &text;
	}
	*problem = (struct problem){.source = name, .reason = name, .hint = name};
	sample->report.problems = problem;
	sample->report.n_problems = 1;
	sample->report.target.hostname = sample->report.target.endpoint = name;
	sample_finish(arena, sample);
	return sample;
}

static char *huge_name(struct arena *arena)
{
	size_t length = (size_t)1024 * 1024;
	char *name = arena_alloc(arena, length + 1);

	for (size_t i = 0; i < length; i++)
		name[i] = nasty[i % (sizeof(nasty) - 1)];
	return name;
}

static size_t occurrences(const char *text, const char *word)
{
	size_t n = 0;

	for (; (text = strstr(text, word)); text += strlen(word))
		n++;
	return n;
}

static void assert_order(const char *text, const char *first, const char *second)
{
	const char *a = strstr(text, first), *b = strstr(text, second);

	ck_assert_msg(a && b && a < b, "'%s' does not come before '%s'", first, second);
}

START_TEST(finds_writers_by_name)
{
	struct error err = {0};

	ck_assert_ptr_eq(report_writer_find("junit", NULL), &report_junit);
	ck_assert_ptr_null(report_writer_find("jason", &err));
	ck_assert_int_eq(err.code, EINVAL);
	ck_assert_ptr_nonnull(strstr(err.text, "json"));
	ck_assert_ptr_null(report_writer_find("xyzzy-plugh", &err));
	ck_assert_ptr_nonnull(strstr(err.text, "text, json, junit"));
}
END_TEST

START_TEST(text_has_a_line_for_each_finding)
{
	cleanup_arena struct arena *arena = arena_new();
	struct sample *sample = replicas(arena, 40);
	cleanup_free char *text = sample_write(sample, "text", &plain);

	ck_assert_uint_eq(occurrences(text, "\nfail "), 41);
	ck_assert_uint_eq(occurrences(text, "\nmanual "), 1);
	ck_assert_ptr_nonnull(strstr(text, " [40 containers] "));
	ck_assert_uint_eq(occurrences(text, "\npass "), 0);
	ck_assert_ptr_nonnull(strstr(text, "\nfail critical 5.5    not-privileged "
					   "[container web-0] HostConfig.Privileged is true\n"));
	assert_order(text, "not-privileged [container web-0]", "memory-limited [container web-0]");
	assert_order(text, "memory-limited [container web-0]", "memory-limited [container web-1]");
	assert_order(text, "memory-limited [container web-9]", "\nHow to fix\n");
	ck_assert_uint_eq(occurrences(text, "Set --memory"), 1);
	ck_assert_ptr_nonnull(strstr(text, "\n      mem_limit: 256m\n"));
	ck_assert_ptr_nonnull(strstr(text, "41: 1 critical, 0 high, 40 medium, 0 low, 0 info"));
	ck_assert_ptr_nonnull(strstr(text, "48 %"));
	ck_assert_ptr_null(strchr(text, '\033'));
}
END_TEST

START_TEST(text_verbose_tells_all)
{
	cleanup_arena struct arena *arena = arena_new();
	struct sample *sample = replicas(arena, 40);
	const struct report_options wide = {.verbose = true, .width = 80};
	cleanup_free char *text = sample_write(sample, "text", &verbose);
	cleanup_free char *wrapped = sample_write(sample, "text", &wide);

	ck_assert_uint_eq(occurrences(text, "\npass "), 39);
	ck_assert_uint_eq(occurrences(wrapped, "\nfail "), 41);
}
END_TEST

START_TEST(text_quiet_tells_what_failed)
{
	cleanup_arena struct arena *arena = arena_new();
	struct sample *sample = replicas(arena, 3);
	cleanup_free char *text = sample_write(sample, "text", &quiet);

	ck_assert_uint_eq(occurrences(text, "\nfail "), 4);
	ck_assert_uint_eq(occurrences(text, "\nmanual "), 0);
	ck_assert_ptr_null(strstr(text, "How to fix"));
	ck_assert_ptr_nonnull(strstr(text, "\nSummary\n"));
}
END_TEST

START_TEST(text_folds_on_a_terminal)
{
	cleanup_arena struct arena *arena = arena_new();
	struct sample *sample = replicas(arena, 500);
	cleanup_free char *text = sample_write(sample, "text", &terminal);

	ck_assert_uint_eq(occurrences(text, "\nfail "), 3);
	ck_assert_uint_eq(occurrences(text, "\nmanual "), 1);
	ck_assert_ptr_nonnull(strstr(text, "\n499 containers: 1 medium each\n"));
	ck_assert_ptr_nonnull(strstr(text, "memory-limited: e.g. HostConfig.Memory is 0"));
	ck_assert_ptr_nonnull(strstr(text, "[500 containers] it publishes no port"));
	ck_assert_uint_lt(occurrences(text, "\n"), 50);
	for (char *rest, *line = strtok_r(text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest))
		ck_assert_msg(strlen(line) <= 80, "longer than 80 columns: %s", line);
}
END_TEST

/* Each container has a finding of its own beside the one that all but two have. */
START_TEST(text_tells_once_what_most_containers_have)
{
	cleanup_arena struct arena *arena = arena_new();
	struct sample *sample = sample_new(arena, 12);
	cleanup_free char *text = NULL, *piped = NULL;

	for (size_t i = 0; i < 12; i++) {
		const struct subject *web = &sample->containers[i];

		sample_add(sample, SAMPLE_PRIVILEGED, web, STATUS_FAIL,
			   arena_printf(arena, "device %zu", i));
		sample_add(sample, SAMPLE_MEMORY, web, i < 10 ? STATUS_FAIL : STATUS_PASS,
			   "no limit");
	}
	sample_finish(arena, sample);
	text = sample_write(sample, "text", &terminal);
	ck_assert_uint_eq(occurrences(text, "no limit"), 1);
	ck_assert_uint_eq(occurrences(text, "not-privileged: device"), 12);
	ck_assert_uint_eq(occurrences(text, "\nand 1 that most containers have, below\n"), 10);
	ck_assert_uint_eq(occurrences(text, ": 1 critical, 1 medium\n"), 10);
	ck_assert_ptr_nonnull(strstr(text, "memory-limited [10 of 12 containers] no limit\n"));
	piped = sample_write(sample, "text", &plain);
	ck_assert_uint_eq(occurrences(piped, "no limit"), 10);
}
END_TEST

START_TEST(text_groups_unknown_by_hint)
{
	cleanup_arena struct arena *arena = arena_new();
	struct sample *sample = sample_new(arena, 10);
	cleanup_free char *text = NULL;

	for (size_t i = 0; i < 10; i++)
		sample_add(sample, SAMPLE_PRIVILEGED, &sample->containers[i], STATUS_UNKNOWN,
			   "Permission denied")
			->hint = i == 0 ? "run it again" : "run as root";
	sample_finish(arena, sample);
	text = sample_write(sample, "text", &terminal);
	assert_order(text, "9 results; what would help: run as root",
		     "1 result; what would help: run it again");
	ck_assert_ptr_nonnull(strstr(text, "10 of 10 results are unknown"));
	ck_assert_ptr_nonnull(strstr(text, "\nNothing could be judged.\n"));
	ck_assert_ptr_null(strstr(text, "How to fix"));
}
END_TEST

START_TEST(text_says_a_reason_of_many_controls_once)
{
	cleanup_arena struct arena *arena = arena_new();
	struct sample *sample = sample_new(arena, 1);
	cleanup_free char *text = NULL, *piped = NULL;

	for (size_t i = 0; i < SAMPLE_CONTROLS; i++)
		sample_add(sample, i, &sample->host, STATUS_UNKNOWN, "no socket");
	sample_finish(arena, sample);
	text = sample_write(sample, "text", &terminal);
	ck_assert_uint_eq(occurrences(text, "no socket"), 1);
	piped = sample_write(sample, "text", &plain);
	ck_assert_uint_eq(occurrences(piped, "no socket"), SAMPLE_CONTROLS);
}
END_TEST

static void assert_harmless(const char *text, bool is_colored)
{
	for (const char *c = text; *c; c++) {
		if (*c == '\033' && is_colored) {
			ck_assert(c[1] == '[');
			c += 2 + strspn(c + 2, "0123456789;");
			ck_assert_int_eq(*c, 'm');
			continue;
		}
		ck_assert_msg(((unsigned char)*c >= ' ' && *c != 127) || *c == '\n',
			      "byte %d in the report", *c);
	}
	ck_assert_ptr_null(strstr(text, "\xe2\x80\xae"));
	ck_assert_ptr_null(strchr(text, '\xff'));
	ck_assert_ptr_null(strstr(text, "\na\nb"));
}

START_TEST(text_survives_hostile_names)
{
	cleanup_arena struct arena *arena = arena_new();
	const struct report_options wide = {.verbose = true, .width = 80, .color = true};
	const char *const names[] = {nasty, huge_name(arena), ""};

	for (size_t i = 0; i < N_ELEMENTS(names); i++) {
		struct sample *sample = hostile(arena, names[i]);
		cleanup_free char *in_file = sample_write(sample, "text", &verbose);
		cleanup_free char *on_screen = sample_write(sample, "text", &colored);
		cleanup_free char *in_detail = sample_write(sample, "text", &wide);

		assert_harmless(in_file, false);
		assert_harmless(on_screen, true);
		assert_harmless(in_detail, true);
		ck_assert_uint_lt(strlen(in_file), 200 * 1024);
	}
}
END_TEST

START_TEST(json_reads_back)
{
	cleanup_arena struct arena *arena = arena_new();
	const char *const names[] = {nasty, huge_name(arena), ""};

	for (size_t i = 0; i < N_ELEMENTS(names); i++) {
		struct sample *sample = hostile(arena, names[i]);
		cleanup_free char *text = sample_write(sample, "json", &plain);
		cleanup_doc cJSON *doc = NULL;
		const cJSON *results = NULL;
		int n = 0;

		ck_assert_int_eq(doc_parse(text, strlen(text), &doc, NULL), 0);
		ck_assert_int_eq(doc_array(doc, "results", &results), DOC_PRESENT);
		doc_for_each (result, results) {
			ck_assert_str_eq(doc_string_or(result, "status", ""),
					 status_name((enum status)n++));
			ck_assert_str_eq(doc_string_or(result, "controls.bulkhead", "none"),
					 "none");
		}
		ck_assert_int_eq(n, STATUS_COUNT);
		ck_assert_int_eq(doc_int_or(doc, "summary.fail", -1), 1);
		ck_assert_ptr_null(doc_at(doc, "scan.target.engine"));
	}
}
END_TEST

START_TEST(json_types_evidence)
{
	cleanup_arena struct arena *arena = arena_new();
	struct sample *sample = hostile(arena, "web");
	cleanup_free char *text = sample_write(sample, "json", &plain);

	ck_assert_ptr_nonnull(strstr(text, "\"path\":\"Small\",\"value\":-7"));
	ck_assert_ptr_nonnull(
		strstr(text, "\"HostConfig.Memory\",\"value\":\"9223372036854775807\""));
	ck_assert_ptr_nonnull(strstr(text, "\"/proc/1/status\",\"value\":null"));
	ck_assert_uint_eq(occurrences(text, "\"hint\":"), 2);
	ck_assert_uint_eq(occurrences(text, "\"remediation\":"), STATUS_COUNT - 2);
	ck_assert_ptr_nonnull(strstr(text, "\"controls\":{\"cis-docker-1.8.0\":\"5.11\"}"));
}
END_TEST

/* Only where xmllint is installed. */
static void assert_well_formed(const char *xml)
{
	const char *schema = getenv("BULKHEAD_JUNIT_XSD");
	char *directory, *path, *command;

	if (system("xmllint --version >/dev/null 2>&1") != 0)
		return;
	directory = unit_directory();
	path = unit_write_file(directory, "report.xml", xml, strlen(xml));
	ck_assert_int_ge(asprintf(&command, "xmllint --noout --nonet %s%s%s %s",
				  schema ? "--schema '" : "", schema ? schema : "",
				  schema ? "' 2>/dev/null" : "", path),
			 0);
	ck_assert_int_eq(system(command), 0);
	free(command);
	free(path);
	unit_remove_directory(directory);
}

START_TEST(junit_is_well_formed)
{
	cleanup_arena struct arena *arena = arena_new();
	const char *const names[] = {nasty, huge_name(arena), ""};

	for (size_t i = 0; i < N_ELEMENTS(names); i++) {
		struct sample *sample = hostile(arena, names[i]);
		cleanup_free char *xml = sample_write(sample, "junit", &plain);

		assert_harmless(xml, false);
		ck_assert_ptr_null(strstr(xml, "]]>"));
		ck_assert_uint_lt(strlen(xml), 200 * 1024);
		assert_well_formed(xml);
	}
}
END_TEST

START_TEST(junit_counts_and_names)
{
	cleanup_arena struct arena *arena = arena_new();
	struct sample *sample = hostile(arena, "web");
	cleanup_free char *xml = NULL;

	sample_add(sample, SAMPLE_OWN, &sample->host, STATUS_FAIL, "seen");
	sample_finish(arena, sample);
	xml = sample_write(sample, "junit", &plain);
	assert_well_formed(xml);
	ck_assert_uint_eq(occurrences(xml, "<testsuite "), 2);
	ck_assert_uint_eq(occurrences(xml, "<testcase "), STATUS_COUNT + 1);
	ck_assert_uint_eq(occurrences(xml, "<failure "), 2);
	ck_assert_uint_eq(occurrences(xml, "<error "), 1);
	ck_assert_uint_eq(occurrences(xml, "<skipped "), 3);
	ck_assert_ptr_nonnull(strstr(xml,
				     "<testsuites name=\"bulkhead\" tests=\"7\" failures=\"2\" "
				     "errors=\"1\""));
	ck_assert_ptr_nonnull(strstr(xml,
				     "name=\"runtime\" tests=\"6\" failures=\"1\" errors=\"1\" "
				     "skipped=\"3\""));
	ck_assert_uint_eq(occurrences(xml, "name=\"memory-limited [container web]\""), 1);
	ck_assert_uint_eq(occurrences(xml, "name=\"memory-limited [container web] #2\""), 1);
	ck_assert_uint_eq(occurrences(xml, "name=\"memory-limited [container web] #6\""), 1);
	ck_assert_ptr_nonnull(strstr(xml, "<skipped message=\"manual: CIS 5.11: web\">"));
	ck_assert_ptr_nonnull(strstr(xml, "<failure message=\"seen\""));
}
END_TEST

START_TEST(junit_marks_what_it_cuts)
{
	cleanup_arena struct arena *arena = arena_new();
	struct sample *sample = hostile(arena, "web");
	const struct problem note = {.source = "p.yaml:1:1", .reason = huge_name(arena)};
	cleanup_free char *xml = NULL;

	sample->report.policy_notes = &note;
	sample->report.n_policy_notes = 1;
	xml = sample_write(sample, "junit", &plain);
	assert_well_formed(xml);
	ck_assert_uint_eq(occurrences(xml, "name=\"policy-note\" value=\"p.yaml:1:1: "), 1);
	ck_assert_uint_eq(occurrences(xml, "...[cut]\"/></properties>"), 1);
}
END_TEST

START_TEST(metrics_have_few_labels_all_harmless)
{
	static const struct baseline_origin origin = {.file = "old.json"};
	cleanup_arena struct arena *arena = arena_new();
	struct sample *sample = hostile(arena, nasty);
	cleanup_free char *metrics = NULL;
	size_t n;

	sample->report.target.answered = true;
	sample->report.target.engine = "a\\b\"c\nd&";
	sample->report.target.engine_version = huge_name(arena);
	sample->report.started = "who knows";
	sample->report.baseline = &origin;
	sample->results[STATUS_FAIL].novelty = NOVELTY_KNOWN;
	sample_finish(arena, sample);
	metrics = sample_write(sample, "prometheus", &plain);
	n = strlen(metrics);
	ck_assert_uint_lt(n, 8 * 1024);
	ck_assert_int_eq(metrics[n - 1], '\n');
	for (size_t i = 0; i < n; i++)
		ck_assert((unsigned char)metrics[i] >= ' ' || metrics[i] == '\n');
	ck_assert_ptr_nonnull(strstr(metrics, "engine=\"a\\\\b\\\"c\\\\nd&\","));
	ck_assert_ptr_null(strstr(metrics, "scan_start"));
	ck_assert_ptr_nonnull(
		strstr(metrics, "\nbulkhead_scan_end_timestamp_seconds 1767225601\n"));
	ck_assert_ptr_nonnull(strstr(metrics, "{control=\"memory-limited\",section=\"runtime\","
					      "status=\"unknown\"} 1\n"));
	ck_assert_ptr_nonnull(
		strstr(metrics, "\nbulkhead_baseline_failures{baseline=\"known\"} 1\n"));
}
END_TEST

START_TEST(nothing_judged_is_no_success)
{
	cleanup_arena struct arena *arena = arena_new();
	struct sample *sample = sample_new(arena, 0);
	cleanup_free char *xml = NULL, *text = NULL, *json = NULL;
	cleanup_doc cJSON *doc = NULL;

	sample->report.target = (struct report_target){0};
	sample_finish(arena, sample);
	xml = sample_write(sample, "junit", &plain);
	text = sample_write(sample, "text", &terminal);
	json = sample_write(sample, "json", &plain);
	ck_assert_ptr_nonnull(strstr(xml, "tests=\"1\" failures=\"0\" errors=\"1\""));
	ck_assert_uint_eq(occurrences(xml, "<testcase "), 1);
	assert_well_formed(xml);
	ck_assert_int_eq(doc_parse(json, strlen(json), &doc, NULL), 0);
	ck_assert_ptr_nonnull(strstr(text, "none answered"));
}
END_TEST

Suite *suite_reports(void)
{
	const TTest *const tests[] = {finds_writers_by_name,
				      text_has_a_line_for_each_finding,
				      text_verbose_tells_all,
				      text_quiet_tells_what_failed,
				      text_folds_on_a_terminal,
				      text_tells_once_what_most_containers_have,
				      text_groups_unknown_by_hint,
				      text_says_a_reason_of_many_controls_once,
				      text_survives_hostile_names,
				      json_reads_back,
				      json_types_evidence,
				      junit_is_well_formed,
				      junit_counts_and_names,
				      junit_marks_what_it_cuts,
				      metrics_have_few_labels_all_harmless,
				      nothing_judged_is_no_success,
				      NULL};

	return unit_suite("reports", tests);
}
