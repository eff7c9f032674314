/* SPDX-License-Identifier: Apache-2.0 */
#include "base/path.h"

#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

START_TEST(clean)
{
	static const char *const cases[][2] = {
		{"/", "/"},
		{"//", "/"},
		{"/.", "/"},
		{"/..", "/"},
		{"/../../etc", "/etc"},
		{"/a/b/../../..", "/"},
		{"/a//b/./c/", "/a/b/c"},
		{"/a/b/..", "/a"},
		{"/a/../b", "/b"},
		{"/var/run/../run/docker.sock", "/var/run/docker.sock"},
		{"/...", "/..."},
		{"/..a/.b", "/..a/.b"},
		{"/a/..b/..", "/a"},
		{"", "."},
		{".", "."},
		{"./a", "a"},
		{"a/..", "."},
		{"a/../..", ".."},
		{"../../a", "../../a"},
		{"../a/../..", "../.."},
		{"a/b/", "a/b"},
	};
	cleanup_arena struct arena *arena = arena_new();

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		ck_assert_str_eq(path_clean(arena, cases[i][0]), cases[i][1]);
		ck_assert_str_eq(path_clean(arena, cases[i][1]), cases[i][1]);
	}
}
END_TEST

START_TEST(clean_endless)
{
	cleanup_arena struct arena *arena = arena_new();
	const size_t n = 100000;
	char *path = arena_alloc(arena, n * 6 + 1);

	for (size_t i = 0; i < n; i++)
		memcpy(path + i * 6, "/a/../", 6);
	ck_assert_str_eq(path_clean(arena, path), "/");
}
END_TEST

START_TEST(join)
{
	static const char *const cases[][3] = {
		{"/", "etc", "/etc"},
		{"", "etc", "/etc"},
		{"/host", "/etc", "/host/etc"},
		{"/host/", "//etc", "/host/etc"},
		{"/host", "", "/host"},
		{"/host//", "/", "/host"},
		{"/", "/", "/"},
		{"", "", "/"},
		{"proc", "1/status", "proc/1/status"},
	};
	cleanup_arena struct arena *arena = arena_new();

	for (size_t i = 0; i < N_ELEMENTS(cases); i++)
		ck_assert_str_eq(path_join(arena, cases[i][0], cases[i][1]), cases[i][2]);
}
END_TEST

START_TEST(within)
{
	static const struct {
		const char *path, *dir;
		bool within;
	} cases[] = {
		{"/run/docker.sock", "/run", true},
		{"/run", "/run", true},
		{"/runner", "/run", false},
		{"/ru", "/run", false},
		{"/", "/run", false},
		{"/run", "/", true},
		{"/", "/", true},
		{"/var/run", "/run", false},
	};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++)
		ck_assert_msg(path_within(cases[i].path, cases[i].dir) == cases[i].within,
			      "%s in %s", cases[i].path, cases[i].dir);
}
END_TEST

START_TEST(name)
{
	static const char *const cases[][2] = {
		{"/", ""}, {"", ""}, {"/a/b", "b"}, {"b", "b"}, {"/b", "b"}, {"a/", ""},
	};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++)
		ck_assert_str_eq(path_name(cases[i][0]), cases[i][1]);
}
END_TEST

Suite *suite_path(void)
{
	const TTest *const tests[] = {clean, clean_endless, join, within, name, NULL};

	return unit_suite("path", tests);
}
