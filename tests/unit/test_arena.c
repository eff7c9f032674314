/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include "tests/unit/unit.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

START_TEST(zeroed_and_aligned)
{
	cleanup_arena struct arena *arena = arena_new();
	static const unsigned char zeros[3000];

	for (size_t size = 1; size < sizeof(zeros); size += 7) {
		unsigned char *memory = arena_alloc(arena, size);

		ck_assert_uint_eq((uintptr_t)memory % alignof(max_align_t), 0);
		ck_assert_mem_eq(memory, zeros, size);
		memset(memory, 0xff, size);
	}
}
END_TEST

START_TEST(allocations_do_not_overlap)
{
	cleanup_arena struct arena *arena = arena_new();
	char *texts[2000];

	for (size_t i = 0; i < N_ELEMENTS(texts); i++)
		texts[i] = arena_printf(arena, "text %zu", i);
	for (size_t i = 0; i < N_ELEMENTS(texts); i++)
		ck_assert_uint_eq(strtoul(texts[i] + strlen("text "), NULL, 10), i);
}
END_TEST

START_TEST(larger_than_a_chunk)
{
	cleanup_arena struct arena *arena = arena_new();
	const size_t size = (size_t)1024 * 1024;
	char *before = arena_strdup(arena, "before"), *large = arena_alloc(arena, size);
	char *after = arena_strdup(arena, "after");

	memset(large, 'x', size);
	ck_assert_str_eq(before, "before");
	ck_assert_str_eq(after, "after");
}
END_TEST

START_TEST(copies)
{
	cleanup_arena struct arena *arena = arena_new();

	ck_assert_ptr_null(arena_strdup(arena, NULL));
	ck_assert_str_eq(arena_strdup(arena, ""), "");
	ck_assert_str_eq(arena_strndup(arena, "container", 4), "cont");
	ck_assert_str_eq(arena_printf(arena, "%s:%d", "tag", 7), "tag:7");
	ck_assert_uint_eq(strlen(arena_printf(arena, "%200000d", 1)), 200000);
}
END_TEST

START_TEST(array_overflow_ends_the_program)
{
	cleanup_arena struct arena *arena = arena_new();

	arena_array(arena, SIZE_MAX / 8 + 2, 8);
}
END_TEST

START_TEST(endless_allocation_ends_the_program)
{
	cleanup_arena struct arena *arena = arena_new();

	arena_alloc(arena, SIZE_MAX - 8);
}
END_TEST

START_TEST(free_of_nothing)
{
	arena_free(NULL);
}
END_TEST

Suite *suite_arena(void)
{
	const TTest *const tests[] = {
		zeroed_and_aligned,  allocations_do_not_overlap,
		larger_than_a_chunk, copies,
		free_of_nothing,     NULL,
	};
	Suite *suite = unit_suite("arena", tests);
	TCase *fatal = tcase_create("fatal");

	tcase_add_exit_test(fatal, array_overflow_ends_the_program, 2);
	tcase_add_exit_test(fatal, endless_allocation_ends_the_program, 2);
	suite_add_tcase(suite, fatal);
	return suite;
}
