/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_text.h"

#include "tests/unit/unit.h"

#include <string.h>

/* What follows the value is the second text. */
START_TEST(end)
{
	static const char *const cases[][2] = {
		{"1,2", ",2"},
		{"true}", "}"},
		{"null", ""},
		{"\"\",1", ",1"},
		{"\"a\\\"}\"]", "]"},
		{"\"\\\\\"x", "x"},
		{"{}}", "}"},
		{"[[1],{\"a\":\"]\"}] ,", " ,"},
		{"{\"}\":{\"\\\"{\":[]}}\n", "\n"},
	};
	static const char *const endless[] = {"\"a", "\"a\\", "\"a\\\"", "{", "[1", "{\"a}", "[{}"};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++)
		ck_assert_str_eq(json_text_end(cases[i][0]), cases[i][1]);
	for (size_t i = 0; i < N_ELEMENTS(endless); i++)
		ck_assert_ptr_null(json_text_end(endless[i]));
}
END_TEST

START_TEST(member)
{
	static const char text[] =
		" { \"ab\" : \"b\", \"a\":{\"b\":1} , \"b\": [2], \"\":3, \"b\":4}";
	static const char *const none[] = {
		"",      "[]",          "\"b\":1",      "{\"b\"}",   "{\"a\":\"b}",
		"{b:1}", "{\"a\":{b:1", "{\"a\":1 2,b", "{\"a\":1}", "{\"\\u0062\":1}",
	};

	ck_assert_int_eq(strncmp(json_text_member(text, "b"), "[2]", 3), 0);
	ck_assert_int_eq(strncmp(json_text_member(text, "a"), "{\"b\":1}", 7), 0);
	ck_assert_int_eq(strncmp(json_text_member(text, ""), "3,", 2), 0);
	ck_assert_ptr_null(json_text_member(text, "c"));
	for (size_t i = 0; i < N_ELEMENTS(none); i++)
		ck_assert_ptr_null(json_text_member(none[i], "b"));
}
END_TEST

Suite *suite_json_text(void)
{
	const TTest *const tests[] = {end, member, NULL};

	return unit_suite("json_text", tests);
}
