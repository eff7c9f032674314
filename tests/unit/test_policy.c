/* SPDX-License-Identifier: Apache-2.0 */

/* Parameters, and the policy files that set them. */
#include "base/text.h"
#include "checks/checks.h"
#include "judge/library.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

static const struct param_spec age_params[] = {
	{.name = "days", .type = PARAM_INT},
	{.name = "trusted", .type = PARAM_STRINGS},
	{.name = "strict", .type = PARAM_BOOL},
	{.name = "mode", .type = PARAM_STRING},
	{0},
};
static const struct check age_checks[] = {{.name = "age", .params = age_params}, {0}};
static const struct check *const some_checks[] = {age_checks, NULL};

#define CONTROL(key, rest) \
	"  - {key: " key   \
	", section: host, title: T, severity: low, rationale: R, remediation: R" rest "}\n"
#define CONTROLS                                                                \
	"controls:\n" CONTROL("old", ", check: age, with: {days: 90, mode: a}") \
		CONTROL("older", ", check: age, with: {days: 90}") CONTROL("free", "")
#define PARAMETER(name, param, controls) \
	"  - {name: " name ", param: " param ", controls: [" controls "], summary: S}\n"
#define PARAMETERS                                                   \
	"parameters:\n" PARAMETER("image_age", "days", "old, older") \
		PARAMETER("users", "trusted", "old") PARAMETER("hard", "strict", "old")

/* The library with these parameters and up to two policy files. */
static int read_library(struct arena *arena, const char *parameters, const char *const policies[2],
			const struct library **ret, struct error *err)
{
	const struct embedded_file texts[] = {
		{"benchmarks/controls/c.yaml", CONTROLS, strlen(CONTROLS)},
		{"benchmarks/data/d.yaml", "no: benchmark", strlen("no: benchmark")},
		{"benchmarks/parameters.yaml", parameters, strlen(parameters)},
		{0},
	};
	char *directory = unit_directory(), *paths[2] = {NULL};
	struct library_sources sources = {.checks = some_checks, .texts = texts};
	int result;

	for (size_t i = 0; i < 2 && policies[i]; i++) {
		const char *const names[] = {"organisation.yaml", "host.yaml"};

		paths[i] = unit_write_file(directory, names[i], policies[i], strlen(policies[i]));
		sources.files.n_policies = i + 1;
	}
	sources.files.policies = (const char *const *)paths;
	result = library_read(arena, &sources, ret, err);
	free(paths[0]);
	free(paths[1]);
	unit_remove_directory(directory);
	return result;
}

static int64_t days(const struct library *library, const char *key)
{
	const struct check_input in = {.control = library_control(library, key)};

	return param_int(&in, "days", -1);
}

START_TEST(defaults)
{
	cleanup_arena struct arena *arena = arena_new();
	const struct library *library = NULL;
	struct error err = {0};

	ck_assert_msg(
		read_library(arena, PARAMETERS, (const char *const[2]){NULL}, &library, &err) == 0,
		"%s", err.text);
	ck_assert_uint_eq(library->n_parameters, 3);
	ck_assert_int_eq(library->parameters[0].value.integer, 90);
	ck_assert_uint_eq(library->parameters[0].n_controls, 2);
	ck_assert_ptr_null(library->parameters[0].set_at);
	ck_assert_uint_eq(library->parameters[1].fallback.type, PARAM_STRINGS);
	ck_assert_uint_eq(library->parameters[1].fallback.n_strings, 0);
	ck_assert_int_eq(days(library, "old"), 90);
}
END_TEST

START_TEST(later_file_overrides)
{
	static const char *const policies[] = {
		"parameters: {image_age: 30, users: [deploy, al]}\n",
		"parameters:\n  image_age: 7\n",
	};
	cleanup_arena struct arena *arena = arena_new();
	const struct library *library = NULL;
	struct error err = {0};
	struct check_input in;

	ck_assert_msg(read_library(arena, PARAMETERS, policies, &library, &err) == 0, "%s",
		      err.text);
	ck_assert_int_eq(days(library, "old"), 7);
	ck_assert_int_eq(days(library, "older"), 7);
	in = (struct check_input){.control = library_control(library, "old")};
	ck_assert(param_lists(&in, "trusted", "deploy"));
	ck_assert(!param_lists(&in, "trusted", "a"));
	ck_assert_str_eq(param_string(&in, "mode", ""), "a");
	ck_assert_int_eq(library->parameters[0].fallback.integer, 90);
	ck_assert_msg(text_ends(library->parameters[0].set_at, "host.yaml:2:14"), "%s",
		      library->parameters[0].set_at);
}
END_TEST

START_TEST(wrong_policies)
{
	static const struct {
		const char *policy, *message;
	} cases[] = {
		{"parameters: {image_ago: 3}\n",
		 ":1:25: unknown parameter 'image_ago': did you mean 'image_age'?"},
		{"parameters:\n  image_age: soon\n", ":2:14: image_age"},
		{"parameters: {users: deploy}\n", ":1:21: users"},
		{"parameters: {hard: maybe}\n", ":1:20: hard"},
		{"parameters: [image_age]\n", ":1:13: parameters"},
		{"parameter: {image_age: 3}\n", "did you mean \"parameters\"?"},
		{"parameters: {image_age: 3, image_age: 4}\n", "image_age"},
	};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		cleanup_arena struct arena *arena = arena_new();
		const struct library *library = NULL;
		struct error err = {0};

		ck_assert_int_lt(read_library(arena, PARAMETERS,
					      (const char *const[2]){cases[i].policy}, &library,
					      &err),
				 0);
		ck_assert_msg(strstr(err.text, cases[i].message), "%s", err.text);
		ck_assert_msg(strstr(err.text, "organisation.yaml:"), "%s", err.text);
	}
}
END_TEST

START_TEST(wrong_parameters)
{
	static const struct {
		const char *parameter, *message;
	} cases[] = {
		{PARAMETER("a", "days", "olt"), "unknown control 'olt': did you mean 'old'?"},
		{PARAMETER("a", "weeks", "old"), "the check of 'old' has no parameter 'weeks'"},
		{PARAMETER("a", "days", "free"), "the check of 'free' has no parameter"},
		{PARAMETER("a", "days", ""), "one control at least"},
		{PARAMETER("a", "days", "old") PARAMETER("a", "mode", "old"), "'a' is there twice"},
	};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		cleanup_arena struct arena *arena = arena_new();
		const char *text = arena_printf(arena, "parameters:\n%s", cases[i].parameter);
		const struct library *library = NULL;
		struct error err = {0};

		ck_assert_int_lt(
			read_library(arena, text, (const char *const[2]){NULL}, &library, &err), 0);
		ck_assert_msg(strstr(err.text, cases[i].message), "%s", err.text);
	}
}
END_TEST

static bool same_value(const struct param *a, const struct param *b)
{
	if (a->n_strings != b->n_strings || a->boolean != b->boolean || a->integer != b->integer ||
	    !text_equal(a->string, b->string))
		return false;
	for (size_t i = 0; i < a->n_strings; i++)
		if (!text_equal(a->strings[i], b->strings[i]))
			return false;
	return true;
}

/* A default that differed between two controls could not be shown as one. */
START_TEST(built_in_parameters)
{
	cleanup_arena struct arena *arena = arena_new();
	const struct library *library = NULL;
	struct error err = {0};

	ck_assert_msg(library_load(arena, checks_all, NULL, &library, &err) == 0, "%s", err.text);
	ck_assert_uint_gt(library->n_parameters, 0);
	for (size_t i = 0; i < library->n_parameters; i++) {
		const struct parameter *parameter = &library->parameters[i];

		for (size_t k = 0; k < parameter->n_controls; k++) {
			const struct control *control = parameter->controls[k];
			const struct param unset = {0}, *param = &unset;

			for (size_t j = 0; j < control->n_params; j++)
				if (text_equal(control->params[j].name, parameter->param))
					param = &control->params[j];
			ck_assert_msg(same_value(param, &parameter->fallback), "%s: %s",
				      parameter->name, control->key);
		}
	}
}
END_TEST

Suite *suite_policy(void)
{
	return unit_suite("policy",
			  (const TTest *const[]){defaults, later_file_overrides, wrong_policies,
						 wrong_parameters, built_in_parameters, NULL});
}
