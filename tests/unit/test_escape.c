/* SPDX-License-Identifier: Apache-2.0 */
#include "reports/escape.h"

#include "base/cleanup.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

static char *xml(const char *text)
{
	char *bytes = NULL;
	size_t length;
	FILE *out = open_memstream(&bytes, &length);

	escape_xml(text, out);
	fclose(out);
	return bytes;
}

static char *terminal(const char *text)
{
	char *bytes = NULL;
	size_t length;
	FILE *out = open_memstream(&bytes, &length);
	int columns = escape_terminal(text, out);

	fclose(out);
	ck_assert_int_eq(columns, escape_terminal_width(text));
	return bytes;
}

static const struct {
	const char *text, *terminal, *xml;
} samples[] = {
	{"", "", ""},
	{"web-1 (nginx:1.27)", "web-1 (nginx:1.27)", "web-1 (nginx:1.27)"},
	{"a\nb\tc\rd", "a\\nb\\tc\\rd", "a&#10;b&#9;c&#13;d"},
	{"\033[31mred", "\\x1b[31mred", "\\x1b[31mred"},
	{"\a\177\001", "\\x07\\x7f\\x01", "\\x07\\x7f\\x01"},
	{"\xc2\x9b", "\\x9b", "\\x9b"},
	{"<a href='x'>&\"", "<a href='x'>&\"", "&lt;a href=&apos;x&apos;&gt;&amp;&quot;"},
	{"]]>", "]]>", "]]&gt;"},
	{"\xe2\x80\xae"
	 "exe",
	 "\\u202eexe", "\\u202eexe"},
	{"\xe2\x80\x8b\xef\xbb\xbf\xd8\x9c", "\\u200b\\ufeff\\u061c", "\\u200b\\ufeff\\u061c"},
	{"\xff\xfe", "\xef\xbf\xbd\xef\xbf\xbd", "\xef\xbf\xbd\xef\xbf\xbd"},
	{"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
	 "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
	{"cut \xe2\x82", "cut \xef\xbf\xbd\xef\xbf\xbd", "cut \xef\xbf\xbd\xef\xbf\xbd"},
	{"\xef\xbf\xbe", "\xef\xbf\xbe", "\\ufffe"},
	{"\xc3\xa9\xf0\x9f\x90\xb3", "\xc3\xa9\xf0\x9f\x90\xb3", "\xc3\xa9\xf0\x9f\x90\xb3"},
};

START_TEST(makes_samples_harmless)
{
	for (size_t i = 0; i < N_ELEMENTS(samples); i++) {
		cleanup_free char *shown = terminal(samples[i].text);
		cleanup_free char *marked_up = xml(samples[i].text);

		ck_assert_str_eq(shown, samples[i].terminal);
		ck_assert_str_eq(marked_up, samples[i].xml);
	}
}
END_TEST

START_TEST(no_byte_gets_through)
{
	for (unsigned first = 1; first < 256; first++) {
		for (unsigned second = 0; second < 256; second++) {
			const char text[] = {(char)first, (char)second, 'x', 0};
			cleanup_free char *shown = terminal(text);
			cleanup_free char *marked_up = xml(text);

			for (const char *c = shown; *c; c++)
				ck_assert((unsigned char)*c >= ' ' && *c != 127);
			for (const char *c = marked_up; *c; c++)
				ck_assert((unsigned char)*c >= ' ' && !strchr("<>\"'", *c));
		}
	}
}
END_TEST

START_TEST(counts_columns)
{
	ck_assert_int_eq(escape_terminal_width("abc"), 3);
	ck_assert_int_eq(escape_terminal_width("\xc3\xa9"), 1);
	ck_assert_int_eq(escape_terminal_width("\xe6\xbc\xa2\xe5\xad\x97"), 4);
	ck_assert_int_eq(escape_terminal_width("\xf0\x9f\x90\xb3"), 2);
	ck_assert_int_eq(escape_terminal_width("\033"), 4);
}
END_TEST

Suite *suite_escape(void)
{
	const TTest *const tests[] = {makes_samples_harmless, no_byte_gets_through, counts_columns,
				      NULL};

	return unit_suite("escape", tests);
}
