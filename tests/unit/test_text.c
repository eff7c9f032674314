/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

START_TEST(grows)
{
	cleanup_text struct text text = {0};

	ck_assert_str_eq(text_string(&text), "");
	for (int i = 0; i < 10000; i++) {
		text_add(&text, "ab");
		text_addf(&text, "%d,", i % 10);
	}
	ck_assert_uint_eq(text.length, 40000);
	ck_assert_uint_eq(strlen(text.bytes), 40000);
	ck_assert(!text.truncated);
	ck_assert_str_eq(text.bytes + 40000 - 8, "ab8,ab9,");
}
END_TEST

START_TEST(add_of_nothing_terminates)
{
	cleanup_text struct text text = {0};

	text_add_bytes(&text, NULL, 0);
	ck_assert_ptr_nonnull(text.bytes);
	ck_assert_str_eq(text.bytes, "");
	text_release(&text);
	ck_assert_str_eq(text_string(&text), "");
}
END_TEST

START_TEST(ceiling_is_exact)
{
	cleanup_text struct text text = TEXT_INIT(10);

	text_add(&text, "12345");
	text_addf(&text, "%s", "67890");
	ck_assert(!text.truncated);
	text_add(&text, "x");
	ck_assert(text.truncated);
	ck_assert_str_eq(text.bytes, "1234567890");
}
END_TEST

START_TEST(nothing_follows_what_was_cut)
{
	cleanup_text struct text text = TEXT_INIT(4);

	text_add(&text, "abc\xc3\xa9");
	ck_assert_str_eq(text.bytes, "abc");
	ck_assert(text.truncated);
	text_add(&text, "d");
	text_addf(&text, "%c", 'd');
	text_add_utf8(&text, "d\xff", 2);
	ck_assert_str_eq(text.bytes, "abc");
}
END_TEST

START_TEST(cut_splits_no_sequence)
{
	static const char *const sequences[] = {"\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80"};

	for (size_t i = 0; i < N_ELEMENTS(sequences); i++) {
		for (size_t most = 2; most <= strlen(sequences[i]) + 1; most++) {
			cleanup_text struct text plain = TEXT_INIT(most);
			cleanup_text struct text formatted = TEXT_INIT(most);
			bool fits = most == strlen(sequences[i]) + 1;

			text_addf(&formatted, "-%s", sequences[i]);
			text_add(&plain, formatted.bytes);
			ck_assert_uint_eq(formatted.length, fits ? most : 1);
			ck_assert_uint_eq(plain.length, fits ? most : 1);
			ck_assert(formatted.truncated == !fits);
		}
	}
}
END_TEST

START_TEST(cut_keeps_bytes_that_are_no_utf8)
{
	cleanup_text struct text text = TEXT_INIT(8);

	text_add_bytes(&text, "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80", 10);
	ck_assert_uint_eq(text.length, 8);
}
END_TEST

START_TEST(items)
{
	cleanup_text struct text text = {0};

	text_add_item(&text, "a");
	ck_assert_str_eq(text.bytes, "a");
	text_add_item(&text, "b");
	text_add_item(&text, "c");
	ck_assert_str_eq(text.bytes, "a, b, c");
}
END_TEST

START_TEST(sequences)
{
	static const struct {
		const char *bytes;
		size_t n;
	} cases[] = {
		{"a", 1},
		{"\x7f", 1},
		{"\xc3\xa9", 2},
		{"\xc2\x80", 2},
		{"\xe0\xa0\x80", 3},
		{"\xed\x9f\xbf", 3},
		{"\xee\x80\x80", 3},
		{"\xef\xbf\xbf", 3},
		{"\xf0\x90\x80\x80", 4},
		{"\xf4\x8f\xbf\xbf", 4},
		/* alone, overlong, surrogates, too large, cut short */
		{"\x80", 0},
		{"\xbf\xbf", 0},
		{"\xc0\x80", 0},
		{"\xc1\xbf", 0},
		{"\xe0\x9f\xbf", 0},
		{"\xf0\x8f\xbf\xbf", 0},
		{"\xed\xa0\x80", 0},
		{"\xed\xbf\xbf", 0},
		{"\xf4\x90\x80\x80", 0},
		{"\xf5\x80\x80\x80", 0},
		{"\xfe", 0},
		{"\xff", 0},
		{"\xc3", 0},
		{"\xc3(", 0},
		{"\xe2\x82", 0},
		{"\xe2\x28\xa1", 0},
		{"\xf0\x9f\x98", 0},
		{"\xf0\x9f\x98(", 0},
		{"", 0},
	};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++)
		ck_assert_msg(utf8_sequence(cases[i].bytes, strlen(cases[i].bytes)) == cases[i].n,
			      "case %zu", i);
	ck_assert_uint_eq(utf8_sequence("", 1), 1);
}
END_TEST

START_TEST(add_utf8)
{
	static const struct {
		const char *bytes;
		size_t length;
		const char *escaped;
	} cases[] = {
		{"plain", 5, "plain"},
		{"caf\xc3\xa9", 5, "caf\xc3\xa9"},
		{"a\xff\xfe", 3, "a\\377\\376"},
		{"\xc3", 1, "\\303"},
		{"\xc3\xc3\xa9", 3, "\\303\xc3\xa9"},
		{"\xed\xa0\x80x", 4, "\\355\\240\\200x"},
		{"a\0b", 3, "a\\000b"},
		{"", 0, ""},
	};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		cleanup_text struct text text = {0};

		text_add_utf8(&text, cases[i].bytes, cases[i].length);
		ck_assert_str_eq(text.bytes, cases[i].escaped);
	}
}
END_TEST

START_TEST(add_utf8_keeps_escapes_whole)
{
	for (size_t most = 1; most <= 5; most++) {
		cleanup_text struct text text = TEXT_INIT(most);

		text_add_utf8(&text, "a\xff", 2);
		ck_assert_str_eq(text.bytes, most == 5 ? "a\\377" : "a");
		ck_assert(text.truncated == (most < 5));
	}
}
END_TEST

START_TEST(u64)
{
	static const struct {
		const char *text;
		unsigned base;
		bool valid;
		uint64_t value;
	} cases[] = {
		{"0", 10, true, 0},
		{"007", 10, true, 7},
		{"18446744073709551615", 10, true, UINT64_MAX},
		{"18446744073709551616", 10, false, 0},
		{"99999999999999999999999999", 10, false, 0},
		{"0x3fffffffff", 16, true, 0x3fffffffff},
		{"000001ffFFFFffff", 16, true, 0x1ffffffffff},
		{"0xffffffffffffffff", 16, true, UINT64_MAX},
		{"0x10000000000000000", 16, false, 0},
		{"644", 8, true, 0644},
		{"1777777777777777777777", 8, true, UINT64_MAX},
		{"2000000000000000000000", 8, false, 0},
		{"8", 8, false, 0},
		{"0x10", 10, false, 0},
		{"0x", 16, false, 0},
		{"0x0x1", 16, false, 0},
		{"a", 10, false, 0},
		{"g", 16, false, 0},
		{"", 10, false, 0},
		{"", 16, false, 0},
		{" 1", 10, false, 0},
		{"1 ", 10, false, 0},
		{"1\n", 10, false, 0},
		{"+1", 10, false, 0},
		{"-1", 10, false, 0},
		{"1.0", 10, false, 0},
	};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		uint64_t value = 42;
		bool valid = parse_u64(cases[i].text, cases[i].base, &value);

		ck_assert_msg(valid == cases[i].valid, "\"%s\"", cases[i].text);
		ck_assert_uint_eq(value, valid ? cases[i].value : 42);
	}
}
END_TEST

START_TEST(i64)
{
	static const struct {
		const char *text;
		bool valid;
		int64_t value;
	} cases[] = {
		{"0", true, 0},
		{"-0", true, 0},
		{"-1", true, -1},
		{"9223372036854775807", true, INT64_MAX},
		{"9223372036854775808", false, 0},
		{"-9223372036854775808", true, INT64_MIN},
		{"-9223372036854775809", false, 0},
		{"-", false, 0},
		{"--1", false, 0},
		{"- 1", false, 0},
		{"+1", false, 0},
		{"", false, 0},
		{"1e3", false, 0},
	};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		int64_t value = 42;
		bool valid = parse_i64(cases[i].text, &value);

		ck_assert_msg(valid == cases[i].valid, "\"%s\"", cases[i].text);
		ck_assert_int_eq(value, valid ? cases[i].value : 42);
	}
}
END_TEST

START_TEST(go_bool)
{
	static const char *const yes[] = {"1", "t", "T", "TRUE", "true", "True"};
	static const char *const no[] = {"0", "f", "F", "FALSE", "false", "False"};
	static const char *const neither[] = {"", "yes", "tRUE", "true ", "10", "on", "truee"};
	bool value;

	for (size_t i = 0; i < N_ELEMENTS(yes); i++) {
		value = false;
		ck_assert(parse_go_bool(yes[i], &value));
		ck_assert(value);
		ck_assert(parse_go_bool(no[i], &value));
		ck_assert(!value);
	}
	for (size_t i = 0; i < N_ELEMENTS(neither); i++)
		ck_assert_msg(!parse_go_bool(neither[i], &value), "\"%s\"", neither[i]);
}
END_TEST

START_TEST(comparisons)
{
	ck_assert(text_starts("docker.sock", "docker"));
	ck_assert(text_starts("a", ""));
	ck_assert(!text_starts("doc", "docker"));
	ck_assert(text_ends("docker.sock", ".sock"));
	ck_assert(text_ends("a", ""));
	ck_assert(!text_ends("sock", "docker.sock"));
	ck_assert(!text_ends("docker.socks", ".sock"));
	ck_assert(text_equal("a", "a"));
	ck_assert(text_equal(NULL, NULL));
	ck_assert(!text_equal("a", NULL));
	ck_assert(!text_equal(NULL, "a"));
	ck_assert(!text_equal("a", "A"));
}
END_TEST

START_TEST(globs)
{
	static const struct {
		const char *text, *glob;
		bool matches;
	} cases[] = {
		{"web-1", "web-*", true},
		{"registry/team/app", "registry/*", true},
		{"registry/team/app", "*app", true},
		{"a/b", "a?b", true},
		{".hidden", "*", true},
		{"web-1", "web-[0-9]", true},
		{"web-x", "web-[!0-9]", true},
		{"web-x", "web-[0-9]", false},
		{"web", "we", false},
		{"web", "WEB", false},
		{"", "*", true},
		{"*", "\\*", true},
		{"x", "\\*", false},
	};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++)
		ck_assert_msg(text_matches(cases[i].text, cases[i].glob) == cases[i].matches,
			      "%s %s", cases[i].text, cases[i].glob);
}
END_TEST

START_TEST(glob_of_many_stars_ends)
{
	char text[5001];

	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	ck_assert(!text_matches(text, "*a*a*a*a*a*a*a*a*a*a*a*a*b"));
}
END_TEST

START_TEST(nearest_name)
{
	static const char *const names[] = {
		"severity", "section", "remediation", "title", "check", "container", "id",
	};
	static const struct {
		const char *wanted, *name;
	} cases[] = {
		{"severty", "severity"},
		{"sevreity", "severity"},
		{"remedation", "remediation"},
		{"titel", "title"},
		{"chekc", "check"},
		{"Title", "title"},
		{"contain", "container"},
		{"sec", "section"},
		{"rem", "remediation"},
		{"di", "id"},
		{"di-di", NULL},
		{"se", NULL},
		{"completely-other", NULL},
		{"", NULL},
		{"x", NULL},
		{"severity", "severity"},
		{"tttttt", NULL},
	};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		struct nearest nearest = {.wanted = cases[i].wanted};

		for (size_t j = 0; j < N_ELEMENTS(names); j++)
			nearest_offer(&nearest, names[j]);
		ck_assert_pstr_eq(nearest.name, cases[i].name);
	}
}
END_TEST

START_TEST(nearest_counts_edits)
{
	static const struct {
		const char *wanted, *candidate;
		size_t distance;
	} cases[] = {
		{"control-name", "control-name", 0}, {"control-name", "control-nmae", 1},
		{"control-name", "control-nam", 1},  {"control-name", "controls-name", 1},
		{"control-name", "kontrol-mame", 2}, {"control-name", "ocntrol-naem", 2},
		{"control-name", "ctrl-name", 3},
	};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		struct nearest nearest = {.wanted = cases[i].wanted};

		nearest_offer(&nearest, cases[i].candidate);
		ck_assert_pstr_eq(nearest.name, cases[i].candidate);
		ck_assert_uint_eq(nearest.distance, cases[i].distance);
	}
}
END_TEST

START_TEST(nearest_of_endless_names)
{
	char *endless = calloc(1, 1000001);
	struct nearest nearest = {.wanted = endless};

	memset(endless, 'a', 1000000);
	nearest_offer(&nearest, endless);
	nearest_offer(&nearest, "a");
	nearest.wanted = "aaa";
	nearest_offer(&nearest, endless);
	ck_assert_ptr_null(nearest.name);
	free(endless);
}
END_TEST

START_TEST(characters)
{
	static const struct {
		const char *text;
		uint32_t character;
		bool deceptive;
	} cases[] = {
		{"a", 'a', false},
		{"\xc3\xa9", 0xe9, false},
		{"\xd8\x9c", 0x61c, true},
		{"\xe2\x80\x8a", 0x200a, false},
		{"\xe2\x80\x8b", 0x200b, true},
		{"\xe2\x80\xae", 0x202e, true},
		{"\xe2\x80\xaf", 0x202f, false},
		{"\xef\xbb\xbf", 0xfeff, true},
		{"\xf0\x9f\x90\xb3", 0x1f433, false},
		{"\xf3\xa0\x81\xbf", 0xe007f, true},
		{"\xff", 0xfffd, false},
	};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		const char *rest = cases[i].text;

		ck_assert_uint_eq(utf8_next(&rest), cases[i].character);
		ck_assert_str_eq(rest, "");
		ck_assert_int_eq(utf8_is_deceptive(cases[i].character), cases[i].deceptive);
	}
}
END_TEST

START_TEST(counts_strings)
{
	static const char *const two[] = {"a", "", NULL}, *const none[] = {NULL};

	ck_assert_uint_eq(strings_count(two), 2);
	ck_assert_uint_eq(strings_count(none), 0);
	ck_assert_uint_eq(strings_count(NULL), 0);
}
END_TEST

Suite *suite_text(void)
{
	const TTest *const tests[] = {
		grows,
		add_of_nothing_terminates,
		ceiling_is_exact,
		nothing_follows_what_was_cut,
		cut_splits_no_sequence,
		cut_keeps_bytes_that_are_no_utf8,
		items,
		sequences,
		add_utf8,
		add_utf8_keeps_escapes_whole,
		u64,
		i64,
		go_bool,
		comparisons,
		globs,
		glob_of_many_stars_ends,
		nearest_name,
		nearest_counts_edits,
		nearest_of_endless_names,
		characters,
		counts_strings,
		NULL,
	};

	return unit_suite("text", tests);
}
