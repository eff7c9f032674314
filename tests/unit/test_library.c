/* SPDX-License-Identifier: Apache-2.0 */

/* The controls and benchmarks that are built in. */
#include "judge/benchmark.h"

#include "base/text.h"
#include "checks/checks.h"
#include "tests/unit/unit.h"

#include <string.h>

static const struct library *load(struct arena *arena)
{
	const struct library *library = NULL;
	struct error err = {0};

	ck_assert_msg(library_load(arena, checks_all, NULL, &library, &err) == 0, "%s", err.text);
	return library;
}

START_TEST(benchmarks)
{
	static const struct {
		const char *id;
		size_t n;
	} known[] = {
		{"cis-docker-1.6.0", 117},
		{"cis-docker-1.7.0", 117},
		{"cis-docker-1.8.0", 118},
	};
	cleanup_arena struct arena *arena = arena_new();
	const struct library *library = load(arena);

	for (size_t i = 0; i < N_ELEMENTS(known); i++) {
		ck_assert_str_eq(library->benchmarks[i].id, known[i].id);
		ck_assert_uint_eq(library->benchmarks[i].n, known[i].n);
	}
	ck_assert_uint_eq(library->n_benchmarks, N_ELEMENTS(known) + 1);
	ck_assert_str_eq(library->benchmarks[N_ELEMENTS(known)].id, "bulkhead");
}
END_TEST

START_TEST(every_control_is_numbered)
{
	cleanup_arena struct arena *arena = arena_new();
	const struct library *library = load(arena);

	for (size_t i = 0; i < library->n_controls; i++) {
		size_t n = 0;

		for (size_t k = 0; k < library->n_benchmarks; k++)
			n += benchmark_line(&library->benchmarks[k], &library->controls[i]) != NULL;
		ck_assert_msg(n > 0, "%s is in no benchmark", library->controls[i].key);
	}
}
END_TEST

START_TEST(every_check_is_used)
{
	cleanup_arena struct arena *arena = arena_new();
	const struct library *library = load(arena);

	for (const struct check *const *table = checks_all; *table; table++) {
		for (const struct check *check = *table; check->name; check++) {
			size_t i = 0;

			if (check->is_for_policies)
				continue;
			while (i < library->n_controls && library->controls[i].check != check)
				i++;
			ck_assert_msg(i < library->n_controls, "no control uses %s", check->name);
		}
	}
}
END_TEST

START_TEST(wording)
{
	cleanup_arena struct arena *arena = arena_new();
	const struct library *library = load(arena);

	for (size_t i = 0; i < library->n_controls; i++) {
		const struct control *control = &library->controls[i];

		ck_assert_msg(strlen(control->title) <= 80, "%s: long title", control->key);
		ck_assert_msg(!text_ends(control->title, ".") && !strpbrk(control->title, "\n\t"),
			      "%s: a title is one line without a full stop", control->key);
		ck_assert_msg(!text_ends(control->rationale, "\n") &&
				      !text_ends(control->remediation, "\n"),
			      "%s: ends in a line break (use >-)", control->key);
	}
}
END_TEST

Suite *suite_library(void)
{
	return unit_suite("library", (const TTest *const[]){benchmarks, every_control_is_numbered,
							    every_check_is_used, wording, NULL});
}
