/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/daemon.h"

#include "base/doc.h"
#include "tests/unit/unit.h"

#include <string.h>

#define PARSE(bytes) parse(bytes, sizeof(bytes) - 1)

static struct text cmdline;
static struct arguments arguments;

static const struct arguments *parse(const char *bytes, size_t length)
{
	text_release(&cmdline);
	cmdline = (struct text){0};
	text_add_bytes(&cmdline, bytes, length);
	arguments_parse(&cmdline, &arguments);
	return &arguments;
}

static const char *config_file(const struct arguments *of)
{
	return arguments_last(of, "--config-file", 0);
}

START_TEST(spellings)
{
	ck_assert_str_eq(config_file(PARSE("dockerd\0--config-file=/a\0")), "/a");
	ck_assert_str_eq(config_file(PARSE("dockerd\0--config-file\0/a\0")), "/a");
	ck_assert_str_eq(config_file(PARSE("dockerd\0-D\0--config-file\0/a\0--config-file=/b\0")),
			 "/b");
	ck_assert_str_eq(config_file(PARSE("dockerd\0--config-file=\0")), "");
	ck_assert_ptr_null(config_file(PARSE("dockerd\0--config-file\0")));
	ck_assert_ptr_null(config_file(PARSE("dockerd\0--config-files=/a\0")));
	ck_assert_ptr_null(config_file(PARSE("--config-file=/a\0")));
	ck_assert_ptr_null(config_file(PARSE("")));
	ck_assert_str_eq(config_file(PARSE("dockerd\0\0--config-file=/no/end")), "/no/end");
	text_release(&cmdline);
}
END_TEST

START_TEST(letters)
{
	const struct arguments *of =
		PARSE("dockerd\0-H\0fd://\0-Hunix:///a\0-H=tcp://b\0--host=c\0--host\0d\0-D\0");
	static const char *const hosts[] = {"fd://", "unix:///a", "tcp://b", "c", "d"};
	size_t at = 1;

	for (size_t i = 0; i < N_ELEMENTS(hosts); i++)
		ck_assert_str_eq(arguments_next(of, "--host", 'H', &at), hosts[i]);
	ck_assert_ptr_null(arguments_next(of, "--host", 'H', &at));
	text_release(&cmdline);
}
END_TEST

START_TEST(endless)
{
	char bytes[8192] = {0};

	ck_assert_uint_le(parse(bytes, sizeof(bytes))->n, N_ELEMENTS(arguments.words));
	text_release(&cmdline);
}
END_TEST

/* Keys and their lines as "key:line key:line". */
static void check_lines(const char *json, const char *expected)
{
	cleanup_doc cJSON *lines = daemon_config_lines(json);
	cleanup_text struct text text = {0};

	doc_for_each (item, lines)
		text_addf(&text, "%s%s:%s", text.length ? " " : "", item->string,
			  item->valuestring);
	ck_assert_str_eq(text_string(&text), expected);
}

START_TEST(lines)
{
	check_lines("{\"icc\": false, \"ip\": \"::1\"}", "icc:1 ip:1");
	check_lines("\n{\n\t\"icc\"\n:\nfalse,\n\"hosts\": [\"a\",\n\"b\", {\"c\": 1}],\n\"x\":{}}",
		    "icc:3 hosts:6 x:8");
	check_lines("{\"log-opts\":{\n\"tag\": \"{\\\"icc\\\":\", \"a\\\\\": 1},\n\"icc\":\"x\"}",
		    "log-opts:1 icc:3");
	check_lines("{\"a\":1,\n\"b\":2,\n\"a\":3}", "b:2 a:3");
	check_lines("{\"i\\u0063c\": true}", "icc:1");
}
END_TEST

START_TEST(lines_malformed)
{
	check_lines("", "");
	check_lines("[\"icc\", {\"a\": 1}]", "");
	check_lines("}}}{\"a\": 1", "a:1");
	check_lines("{\"unended", "");
	check_lines("{\"a\": \"\\", "a:1");
	check_lines("{\"a\" \"b\" \"c\"", "a:1");
	check_lines("{\"\\ud800\": 1, \"b\": 2}", "b:1");
}
END_TEST

START_TEST(many_keys)
{
	cleanup_text struct text json = {0};
	cJSON *found;

	text_add(&json, "{");
	for (unsigned i = 0; i < 50000; i++)
		text_addf(&json, "\"%u\":1,", i);
	found = daemon_config_lines(text_string(&json));
	ck_assert_int_eq(cJSON_GetArraySize(found), DAEMON_CONFIG_KEYS);
	cJSON_Delete(found);
}
END_TEST

Suite *suite_daemon(void)
{
	const TTest *const tests[] = {spellings,       letters,   endless, lines,
				      lines_malformed, many_keys, NULL};

	return unit_suite("daemon", tests);
}
