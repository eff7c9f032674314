/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Runs the fixtures of tests/checks (fixture.h), and asks whether there are enough of them: each
 * control that has a check needs one that passes and one that fails.
 *
 *	test_fixtures [CONTROL]        only the fixtures of this control
 */
#include "base/cleanup.h"
#include "base/text.h"
#include "checks/checks.h"
#include "judge/evaluate.h"
#include "tests/unit/fixture.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct arena *arena;
static const struct library *library;
static struct fixture_list fixtures;

static const struct report *judge_fixture(const struct fixture *fixture, const cJSON *snapshot)
{
	const char *const controls[] = {fixture->control, NULL};
	const struct evaluation_options options = {.selection = {.controls = controls}};
	const struct report *report;
	const struct facts *facts;
	struct error err;

	if (facts_load(arena, snapshot, &facts, &err) < 0 ||
	    evaluate(arena, library, facts, &options, &report, &err) < 0)
		ck_abort_msg("%s: %s", fixture->path, err.text);
	return report;
}

/* The result that the fixture is about. */
static const struct result *result_of(const struct fixture *fixture, const struct report *report)
{
	const char *subject = doc_string_or(fixture->doc, "subject", NULL);
	const struct result *found = NULL;

	for (size_t i = 0; i < report->n_results; i++) {
		const struct result *result = &report->results[i];

		if (subject && !text_equal(result->subject->name, subject))
			continue;
		if (found)
			ck_abort_msg("%s: results for %s and %s: name one in \"subject\"",
				     fixture->path, found->subject->name, result->subject->name);
		found = result;
	}
	if (!found)
		ck_abort_msg("%s: no result for %s", fixture->path, subject ? subject : "anything");
	return found;
}

/* One parameter of a check, as the fixture's "with" gives it. */
static struct param param_of(const struct fixture *fixture, const struct check *check,
			     const cJSON *value)
{
	const struct param_spec *spec = check->params;
	struct param param = {.boolean = cJSON_IsTrue(value), .string = value->valuestring};
	const char **strings =
		arena_array(arena, (size_t)cJSON_GetArraySize(value) + 1, sizeof(*strings));

	while (spec && spec->name && !text_equal(spec->name, value->string))
		spec++;
	if (!spec || !spec->name)
		ck_abort_msg("%s: %s has no parameter %s", fixture->path, check->name,
			     value->string);
	doc_for_each (item, value)
		strings[param.n_strings++] = item->valuestring;
	param.name = spec->name;
	param.type = spec->type;
	param.strings = strings;
	param.integer = (int64_t)value->valuedouble;
	return param;
}

static const struct subject *subject_of(const struct fixture *fixture, const struct facts *facts)
{
	const char *name = doc_string_or(fixture->doc, "subject", "");

	for (size_t kind = 0; kind < SUBJECT_KIND_COUNT; kind++)
		for (size_t i = 0; i < facts->subjects[kind].n; i++)
			if (text_equal(facts->subjects[kind].items[i].name, name))
				return &facts->subjects[kind].items[i];
	ck_abort_msg("%s: \"with\" needs a \"subject\" that is there", fixture->path);
}

/* As if the control gave its check these parameters. */
static void judge_with(const struct fixture *fixture, const cJSON *snapshot, const cJSON *with,
		       struct verdict *ret)
{
	struct control control = *library_control(library, fixture->control);
	struct check_input in = {.control = &control, .arena = arena};
	struct param params[8];
	struct error err;

	control.params = params;
	control.n_params = 0;
	doc_for_each (value, with) {
		ck_assert_uint_lt(control.n_params, sizeof(params) / sizeof(*params));
		params[control.n_params++] = param_of(fixture, control.check, value);
	}
	if (facts_load(arena, snapshot, &in.facts, &err) < 0)
		ck_abort_msg("%s: %s", fixture->path, err.text);
	in.subject = subject_of(fixture, in.facts);
	*ret = control.check->judge(&in);
}

START_TEST(fixture_is_judged)
{
	const struct fixture *fixture = &fixtures.items[_i];
	const char *severity = doc_string_or(fixture->doc, "severity", NULL);
	const char *message = doc_string_or(fixture->doc, "message", "");
	const cJSON *with = doc_at(fixture->doc, "with");
	cleanup_doc cJSON *snapshot = NULL;
	struct verdict verdict;
	struct error err = fixture->error;

	if (err.code || fixture_snapshot(arena, &fixtures, fixture, &snapshot, &err) < 0)
		ck_abort_msg("%s: %s", fixture->path, err.text);
	if (with)
		judge_with(fixture, snapshot, with, &verdict);
	else
		verdict = result_of(fixture, judge_fixture(fixture, snapshot))->verdict;
	if (!text_equal(status_name(verdict.status), fixture->status) ||
	    (severity && !text_equal(severity_name(verdict.severity), severity)) ||
	    !strstr(verdict.message, message))
		ck_abort_msg("%s: judged %s (%s): %s", fixture->path, status_name(verdict.status),
			     severity_name(verdict.severity), verdict.message);
}
END_TEST

/* True where a fixture of control expects this status. */
static bool has_fixture(const struct control *control, const char *status)
{
	for (size_t i = 0; i < fixtures.n; i++)
		if (text_equal(fixtures.items[i].control, control->key) &&
		    text_equal(fixtures.items[i].status, status))
			return true;
	return false;
}

START_TEST(each_control_has_fixtures)
{
	cleanup_text struct text missing = {0};

	for (size_t i = 0; i < library->n_controls; i++) {
		const struct control *control = &library->controls[i];

		if (!control->check)
			continue;
		if (control->check->gathers && !has_fixture(control, "manual"))
			text_addf(&missing, "\n\t%s has no fixture", control->key);
		if (!control->check->gathers && !has_fixture(control, "pass"))
			text_addf(&missing, "\n\t%s has no passing fixture", control->key);
		if (!control->check->gathers && !has_fixture(control, "fail"))
			text_addf(&missing, "\n\t%s has no failing fixture", control->key);
	}
	if (missing.length)
		ck_abort_msg("in tests/checks:%s", missing.bytes);
}
END_TEST

START_TEST(each_fixture_has_a_control)
{
	for (size_t i = 0; i < fixtures.n; i++) {
		const char *key = fixtures.items[i].control;
		const struct control *control = library_control(library, key);

		if (!control || !control->check)
			ck_abort_msg("tests/checks/%s: no control with a check is called so", key);
	}
}
END_TEST

static bool is_used(const char *base)
{
	for (size_t i = 0; i < fixtures.n; i++)
		if (text_equal(doc_string_or(fixtures.items[i].doc, "base", NULL), base))
			return true;
	return false;
}

START_TEST(each_base_is_used)
{
	cleanup_dir DIR *dir = opendir(arena_printf(arena, "%s/base", fixtures.dir));

	ck_assert_ptr_nonnull(dir);
	for (struct dirent *entry; (entry = readdir(dir));)
		if (entry->d_name[0] != '.' && !is_used(entry->d_name))
			ck_abort_msg("tests/checks/base/%s: no fixture uses it", entry->d_name);
}
END_TEST

/* The lists of known wrong results, by the letter before their numbers, and who is covered. */
static struct covered {
	const char *list;
	char letter;
	unsigned n;
	bool rows[100];
} covered[] = {
	{.list = "reported wrong results", .letter = 'W', .n = 79},
	{.list = "wrong results found by reading", .letter = 'D', .n = 24},
	{.list = "faults of docker-bench-security", .letter = 'N', .n = 56},
};
#define N_COVERED (sizeof(covered) / sizeof(*covered))

static bool cover(const char *row)
{
	uint64_t number;

	for (size_t i = 0; i < N_COVERED; i++)
		if (row[0] == covered[i].letter && parse_u64(row + 1, 10, &number) && number >= 1 &&
		    number <= covered[i].n)
			return covered[i].rows[number] = true;
	return false;
}

START_TEST(covers_names_known_rows)
{
	for (size_t i = 0; i < fixtures.n; i++)
		doc_for_each (row, doc_at(fixtures.items[i].doc, "covers"))
			if (!doc_is_string(row) || !cover(row->valuestring))
				ck_abort_msg("%s: \"covers\" names no known row",
					     fixtures.items[i].path);
}
END_TEST

static void print_covered(void)
{
	for (size_t i = 0; i < fixtures.n; i++)
		doc_for_each (row, doc_at(fixtures.items[i].doc, "covers"))
			if (doc_is_string(row))
				cover(row->valuestring);
	printf("%zu fixtures cover", fixtures.n);
	for (size_t i = 0; i < N_COVERED; i++) {
		unsigned n = 0;

		for (unsigned row = 1; row <= covered[i].n; row++)
			n += covered[i].rows[row];
		printf("%s %u of %u %s", i ? "," : "", n, covered[i].n, covered[i].list);
	}
	putchar('\n');
}

/* Only the fixtures of one control. */
static void keep(const char *control)
{
	size_t n = 0;

	for (size_t i = 0; i < fixtures.n; i++)
		if (text_equal(fixtures.items[i].control, control))
			fixtures.items[n++] = fixtures.items[i];
		else
			cJSON_Delete(fixtures.items[i].doc);
	fixtures.n = n;
}

static Suite *suite_fixtures(bool all)
{
	Suite *suite = suite_create("fixtures");
	TCase *tcase = tcase_create("fixtures");

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, fixture_is_judged, 0, (int)fixtures.n);
	if (all) {
		tcase_add_test(tcase, each_control_has_fixtures);
		tcase_add_test(tcase, each_fixture_has_a_control);
		tcase_add_test(tcase, each_base_is_used);
		tcase_add_test(tcase, covers_names_known_rows);
	}
	suite_add_tcase(suite, tcase);
	return suite;
}

static int run(bool all)
{
	SRunner *runner = srunner_create(suite_fixtures(all));
	int failed;

	/* Fixtures are many and small: a process for each would cost more than all of them. */
	if (!getenv("CK_FORK"))
		srunner_set_fork_status(runner, CK_NOFORK);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	struct error err;
	int status;

	arena = arena_new();
	if (library_load(arena, checks_all, NULL, &library, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		return EXIT_FAILURE;
	}
	fixture_list_load(arena, FIXTURES, &fixtures);
	if (argc > 1)
		keep(argv[1]);
	status = run(argc < 2);
	print_covered();
	fixture_list_release(&fixtures);
	arena_free(arena);
	return status;
}
