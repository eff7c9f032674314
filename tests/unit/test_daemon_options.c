/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "facts/daemon_options.h"
#include "tests/unit/unit.h"

static const struct daemon_flag flags[] = {
	{.name = "debug", .letter = 'D', .is_switch = true},
	{.name = "host", .letter = 'H'},
	{.name = "icc", .is_switch = true},
	{.name = "log-level", .letter = 'l'},
	{0},
};

/* All options as "name=value", joined by ", ". */
static void expect(const char *argv, const char *options)
{
	cleanup_arena struct arena *arena = arena_new();
	cleanup_doc cJSON *document = cJSON_Parse(argv);
	struct daemon_options parsed = daemon_options_parse(arena, document, flags);
	cleanup_text struct text text = {0};

	for (size_t i = 0; i < parsed.n; i++)
		text_add_item(&text, arena_printf(arena, "%s=%s", parsed.items[i].name,
						  parsed.items[i].value));
	ck_assert_str_eq(text_string(&text), options);
}

START_TEST(spellings)
{
	expect("[\"dockerd\"]", "");
	expect("[\"dockerd\", \"--icc=false\"]", "icc=false");
	expect("[\"dockerd\", \"--icc\", \"false\"]", "icc=true");
	expect("[\"dockerd\", \"--log-level\", \"debug\"]", "log-level=debug");
	expect("[\"dockerd\", \"--log-level=\"]", "log-level=");
	expect("[\"dockerd\", \"-l\", \"debug\", \"-lwarn\", \"-l=info\"]",
	       "log-level=debug, log-level=warn, log-level=info");
	expect("[\"dockerd\", \"-D\", \"-Dl\", \"warn\", \"-D=0\"]",
	       "debug=true, debug=true, log-level=warn, debug=0");
	expect("[\"dockerd\", \"-H\", \"fd://\", \"-Htcp://a\", \"-H=tcp://b\", \"--host=c\"]",
	       "host=fd://, host=tcp://a, host=tcp://b, host=c");
	expect("[\"dockerd\", \"--host\", \"--icc\"]", "host=--icc");
}
END_TEST

START_TEST(strange)
{
	expect("[\"dockerd\", \"--foo\", \"bar\", \"--icc\"]", "foo=true, icc=true");
	expect("[\"dockerd\", \"--foo\", \"-D\"]", "foo=true, debug=true");
	expect("[\"dockerd\", \"-x\", \"-D\"]", "debug=true");
	expect("[\"dockerd\", \"--\", \"-D\"]", "");
	expect("[\"dockerd\", \"-\", \"word\", \"-D\"]", "debug=true");
	expect("[\"dockerd\", \"--log-level\"]", "");
	expect("[\"dockerd\", \"-l\"]", "");
	expect("[\"dockerd\", 7, null, {\"a\": \"-D\"}, \"-D\"]", "debug=true");
	expect("[\"dockerd\", \"-l\", 7, \"-D\"]", "debug=true");
	expect("[\"-D\"]", "");
	expect("[]", "");
	expect("{\"a\": \"-D\"}", "");
	expect("null", "");
	expect("[\"dockerd\", \"--=x\", \"--\"]", "=x");
}
END_TEST

START_TEST(last)
{
	cleanup_arena struct arena *arena = arena_new();
	cleanup_doc cJSON *argv = cJSON_Parse("[\"dockerd\", \"--icc\", \"--icc=0\"]");
	struct daemon_options options = daemon_options_parse(arena, argv, flags);

	ck_assert_str_eq(daemon_options_last(&options, "icc"), "0");
	ck_assert_ptr_null(daemon_options_last(&options, "debug"));
}
END_TEST

Suite *suite_daemon_options(void)
{
	const TTest *const tests[] = {spellings, strange, last, NULL};

	return unit_suite("daemon_options", tests);
}
