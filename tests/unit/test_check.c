/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/check.h"

#include "base/text.h"
#include "judge/benchmark.h"
#include "tests/unit/unit.h"

#include <string.h>

static const char *const items[] = {"tcp", "udp"};
static const struct param params[] = {
	{.name = "path", .type = PARAM_STRING, .string = "/etc/docker"},
	{.name = "strict", .type = PARAM_BOOL, .boolean = true},
	{.name = "mode", .type = PARAM_INT, .integer = 420},
	{.name = "protocols", .type = PARAM_STRINGS, .strings = items, .n_strings = 2},
};
static const struct control control = {
	.key = "a-control",
	.severity = SEVERITY_HIGH,
	.params = params,
	.n_params = N_ELEMENTS(params),
};

START_TEST(names)
{
	enum severity severity = SEVERITY_COUNT;

	ck_assert_str_eq(status_name(STATUS_NOT_APPLICABLE), "not-applicable");
	for (size_t i = 0; i < SEVERITY_COUNT; i++) {
		ck_assert(severity_parse(severity_name((enum severity)i), &severity));
		ck_assert_uint_eq(severity, i);
	}
	ck_assert(!severity_parse("High", &severity));
	ck_assert_uint_eq(severity, SEVERITY_CRITICAL);
}
END_TEST

START_TEST(parameters)
{
	const struct check_input in = {.control = &control};
	size_t n = 7;

	ck_assert_str_eq(param_string(&in, "path", "/"), "/etc/docker");
	ck_assert_str_eq(param_string(&in, "other", "/"), "/");
	ck_assert(param_bool(&in, "strict", false));
	ck_assert(param_bool(&in, "other", true));
	ck_assert_int_eq(param_int(&in, "mode", 0), 420);
	ck_assert_int_eq(param_int(&in, "other", -1), -1);
	ck_assert_str_eq(param_strings(&in, "protocols", &n)[1], "udp");
	ck_assert_uint_eq(n, 2);
	ck_assert_ptr_null(param_strings(&in, "other", &n));
	ck_assert_uint_eq(n, 0);
	ck_assert(param_lists(&in, "protocols", "tcp"));
	ck_assert(!param_lists(&in, "protocols", "sctp"));
	ck_assert(!param_lists(&in, "other", "tcp"));
}
END_TEST

START_TEST(verdicts)
{
	static const char literal[] = "nothing to see";
	cleanup_arena struct arena *arena = arena_new();
	const struct check_input in = {.control = &control, .arena = arena};
	struct verdict verdict = verdict_fail(&in, "Memory is %d", 0);

	ck_assert_uint_eq(verdict.status, STATUS_FAIL);
	ck_assert_uint_eq(verdict.severity, SEVERITY_HIGH);
	ck_assert_str_eq(verdict.message, "Memory is 0");
	ck_assert_uint_eq(verdict_as(verdict, SEVERITY_LOW).severity, SEVERITY_LOW);
	ck_assert_ptr_eq(verdict_pass(&in, literal).message, literal);
	ck_assert_uint_eq(verdict_manual(&in, literal).status, STATUS_MANUAL);
	ck_assert_uint_eq(verdict_not_applicable(&in, literal).status, STATUS_NOT_APPLICABLE);
	verdict = verdict_unknown(&in, "run as root", "%s", "Permission denied %n");
	ck_assert_uint_eq(verdict.status, STATUS_UNKNOWN);
	ck_assert_str_eq(verdict.message, "Permission denied %n");
	ck_assert_str_eq(verdict.hint, "run as root");
}
END_TEST

START_TEST(citing)
{
	static const char text[] = "{\"H\": {\"on\": true, \"n\": 12, \"half\": 0.5, \"s\": \"x\", "
				   "\"list\": [\"a\", 1], \"none\": null}}";
	static const struct evidence expected[] = {
		{.path = "H.on", .type = EVIDENCE_BOOL, .boolean = true},
		{.path = "H.n", .type = EVIDENCE_INT, .integer = 12},
		{.path = "H.half", .type = EVIDENCE_STRING, .string = "0.5"},
		{.path = "H.s", .type = EVIDENCE_STRING, .string = "x"},
		{.path = "H.list", .type = EVIDENCE_STRING, .string = "[\"a\",1]"},
		{.path = "H.none", .type = EVIDENCE_ABSENT},
		{.path = "H.gone", .type = EVIDENCE_ABSENT},
		{.path = "H.n.below", .type = EVIDENCE_ABSENT},
	};
	cleanup_arena struct arena *arena = arena_new();
	cleanup_doc cJSON *doc = NULL;
	struct subject subject = {.kind = SUBJECT_CONTAINER};
	const struct check_input in = {.control = &control, .arena = arena, .subject = &subject};
	struct verdict verdict = verdict_pass(&in, "fine");
	const struct evidence *evidence;

	ck_assert_int_eq(doc_parse(text, strlen(text), &doc, NULL), 0);
	subject.doc = doc;
	for (size_t i = 0; i < N_ELEMENTS(expected); i++)
		cite_field(&in, &verdict, "inspect", expected[i].path);
	evidence = verdict.evidence;
	for (size_t i = 0; i < N_ELEMENTS(expected); i++, evidence = evidence->next) {
		ck_assert_str_eq(evidence->source, "inspect");
		ck_assert_str_eq(evidence->path, expected[i].path);
		ck_assert_uint_eq(evidence->type, expected[i].type);
		ck_assert(evidence->boolean == expected[i].boolean);
		ck_assert_int_eq(evidence->integer, expected[i].integer);
		ck_assert(text_equal(evidence->string, expected[i].string));
	}
	ck_assert_ptr_null(evidence);
}
END_TEST

/* A list as long as an attacker likes is cut, between characters. */
START_TEST(citing_much)
{
	cleanup_arena struct arena *arena = arena_new();
	cleanup_doc cJSON *doc = cJSON_CreateObject();
	cJSON *list = cJSON_AddArrayToObject(doc, "list");
	const struct subject subject = {.doc = doc};
	const struct check_input in = {.control = &control, .arena = arena, .subject = &subject};
	struct verdict verdict = verdict_pass(&in, "fine");
	const char *string;
	size_t length;

	for (size_t i = 0; i < 1000; i++)
		cJSON_AddItemToArray(list, cJSON_CreateString("\xe2\x82\xac\xe2\x82\xac"));
	cite_field(&in, &verdict, "inspect", "list");
	string = verdict.evidence->string;
	length = strlen(string);
	ck_assert(text_ends(string, "..."));
	ck_assert_uint_le(length, 4096 + 3);
	for (size_t i = 0, step; i < length; i += step) {
		step = utf8_sequence(string + i, length - i);
		ck_assert_uint_gt(step, 0);
	}
}
END_TEST

START_TEST(citing_values)
{
	cleanup_arena struct arena *arena = arena_new();
	const struct check_input in = {.control = &control, .arena = arena};
	struct verdict verdict = verdict_pass(&in, "fine");

	cite_string(&in, &verdict, "flag", "--icc", NULL);
	cite_bool(&in, &verdict, "default", "icc", false);
	cite_int(&in, &verdict, "kernel", "pids.max", INT64_MAX);
	ck_assert_uint_eq(verdict.evidence->type, EVIDENCE_ABSENT);
	ck_assert_uint_eq(verdict.evidence->next->type, EVIDENCE_BOOL);
	ck_assert_int_eq(verdict.evidence->next->next->integer, INT64_MAX);
	ck_assert_ptr_null(verdict.evidence->next->next->next);
}
END_TEST

Suite *suite_check(void)
{
	return unit_suite("check", (const TTest *const[]){names, parameters, verdicts, citing,
							  citing_much, citing_values, NULL});
}
