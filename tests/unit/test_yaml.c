/* SPDX-License-Identifier: Apache-2.0 */
#include "base/yaml.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "base/yaml_text.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct yaml *parse(const char *text)
{
	struct error err = {0};
	struct yaml *yaml = NULL;

	ck_assert_msg(yaml_parse("f.yaml", text, strlen(text), &yaml, &err) == 0, "%s", err.text);
	return yaml;
}

START_TEST(refused)
{
	static const char *const cases[][2] = {
		{"", "f.yaml:1:1: the document is empty"},
		{"# only a comment\n", "f.yaml:1:1: the document is empty"},
		{"a: &x 1\nb: *x\n", "f.yaml:1:4: an alias refers to this, and"},
		{"&x [*x]\n", "f.yaml:1:1: an alias refers to this, and"},
		{"a: &x {}\n*x : 1\n", "f.yaml:1:4: an alias refers to this, and"},
		{"a: 1\nb: 2\na: 3\n", "f.yaml:3:1: key \"a\" is there twice, first in line 1"},
		{"a: {b: 1, \"b\": 2}\n", "f.yaml:1:11: key \"b\" is there twice, first in line 1"},
		{"? [a]\n: 1\n", "f.yaml:1:3: a key must be a plain word"},
		{"{a: 1}: 2\n", "f.yaml:1:1: a key must be a plain word"},
		{"a: 1\n---\nb: 1\n", "f.yaml:3:1: a second document, where one is allowed"},
		{"a: 1\n...\n[\n", "f.yaml:"},
		{"a: !mine 1\n", "f.yaml:1:4: tags are not allowed"},
		{"a: \"x\\0y\"\n", "f.yaml:1:4: a NUL character in the text"},
		{"a: [1\n", "f.yaml:2:1: did not find expected ',' or ']' while parsing a flow"},
		{"a: 1\n b: 2\n", "f.yaml:2:3: mapping values are not allowed in this context"},
		{"\ta: 1\n", "f.yaml:1:1: found character that cannot start any token"},
		{"a: 1\nb: \xff\n", "f.yaml:2:4: "},
		{"a: *nowhere\n", "f.yaml:1:4: found undefined alias"},
		{"a: \x01\n", "f.yaml:1:4: "},
	};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		struct error err = {0};
		struct yaml *yaml = NULL;

		ck_assert_int_eq(
			yaml_parse("f.yaml", cases[i][0], strlen(cases[i][0]), &yaml, &err),
			-EBADMSG);
		ck_assert_msg(text_starts(err.text, cases[i][1]), "case %zu: %s", i, err.text);
		ck_assert_ptr_null(yaml);
	}
}
END_TEST

START_TEST(nul_bytes)
{
	struct error err = {0};
	struct yaml *yaml = NULL;

	ck_assert_int_eq(yaml_parse("f", "a: b\0c", 6, &yaml, &err), -EBADMSG);
	ck_assert_ptr_null(yaml);
}
END_TEST

START_TEST(depth)
{
	for (int levels = 50; levels <= 5000; levels *= 10) {
		cleanup_text struct text text = {0};
		cleanup_yaml struct yaml *yaml = NULL;
		struct error err = {0};

		for (int i = 0; i < levels; i++)
			text_add(&text, "[");
		for (int i = 0; i < levels; i++)
			text_add(&text, "]");
		ck_assert_int_eq(yaml_parse("f", text.bytes, text.length, &yaml, &err),
				 levels > 64 ? -EBADMSG : 0);
	}
}
END_TEST

START_TEST(size)
{
	cleanup_text struct text text = TEXT_INIT((size_t)5 * 1024 * 1024);
	struct error err = {0};
	struct yaml *yaml = NULL;

	while (!text.truncated)
		text_add(&text, "- a\n");
	ck_assert_int_eq(yaml_parse("f", text.bytes, text.length, &yaml, &err), -EFBIG);
	ck_assert_int_eq(yaml_parse("f", text.bytes, 400000, &yaml, &err), 0);
	yaml_delete(yaml);
}
END_TEST

START_TEST(number_of_keys)
{
	cleanup_text struct text text = {0};
	struct error err = {0};
	struct yaml *yaml = NULL;

	for (int i = 0; i < 50000; i++)
		text_addf(&text, "k%d: 1\n", i);
	ck_assert_int_eq(yaml_parse("f", text.bytes, text.length, &yaml, &err), -EBADMSG);
	ck_assert_str_eq(err.text, "f:1:1: more than 1024 keys");
}
END_TEST

START_TEST(strings_keep_their_spelling)
{
	static const char *const cases[][2] = {
		{"5.10", "5.10"},
		{"'a b'", "a b"},
		{"\"\\u00e9\"", "\xc3\xa9"},
		{"yes", "yes"},
		{"0644", "0644"},
		{"\"null\"", "null"},
		{"''", ""},
		{"|\n  a\n  b\n", "a\nb\n"},
		{">-\n  a\n  b\n", "a b"},
	};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		cleanup_yaml struct yaml *yaml = parse(cases[i][0]);
		struct error err = {0};
		const char *value = NULL;

		ck_assert_int_eq(yaml_string(yaml, yaml_root(yaml), "id", &value, &err), 0);
		ck_assert_str_eq(value, cases[i][1]);
	}
}
END_TEST

START_TEST(no_strings)
{
	static const char *const cases[][2] = {
		{"[a]", "f.yaml:1:1: id: expected a string, found a list"},
		{"{a: 1}", "f.yaml:1:1: id: expected a string, found a mapping"},
		{"null", "f.yaml:1:1: id: expected a string, found nothing"},
		{"~", "f.yaml:1:1: id: expected a string, found nothing"},
		{"---\n", "f.yaml:2:1: id: expected a string, found nothing"},
	};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		cleanup_yaml struct yaml *yaml = parse(cases[i][0]);
		struct error err = {0};
		const char *value = "untouched";

		ck_assert_int_eq(yaml_string(yaml, yaml_root(yaml), "id", &value, &err), -EINVAL);
		ck_assert_str_eq(err.text, cases[i][1]);
		ck_assert_str_eq(value, "untouched");
	}
}
END_TEST

START_TEST(booleans)
{
	static const struct {
		const char *text;
		bool valid, value;
	} cases[] = {
		{"true", true, true},     {"false", true, false},   {"yes", false, false},
		{"True", false, false},   {"'true'", false, false}, {"1", false, false},
		{"[true]", false, false},
	};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		cleanup_yaml struct yaml *yaml = parse(cases[i].text);
		struct error err = {0};
		bool value = !cases[i].value;

		ck_assert_int_eq(yaml_bool(yaml, yaml_root(yaml), "on", &value, &err),
				 cases[i].valid ? 0 : -EINVAL);
		ck_assert(value == (cases[i].valid ? cases[i].value : !cases[i].value));
	}
}
END_TEST

START_TEST(integers)
{
	static const struct {
		const char *text;
		bool valid;
		int64_t value;
	} cases[] = {
		{"7", true, 7},      {"-7", true, -7},   {"7.0", false, 0},
		{"'7'", false, 0},   {"0x10", false, 0}, {"{}", false, 0},
		{"seven", false, 0}, {"~", false, 0},    {"9223372036854775808", false, 0},
	};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		cleanup_yaml struct yaml *yaml = parse(cases[i].text);
		struct error err = {0};
		int64_t value = 42;

		ck_assert_int_eq(yaml_int(yaml, yaml_root(yaml), "level", &value, &err),
				 cases[i].valid ? 0 : -EINVAL);
		ck_assert_int_eq(value, cases[i].valid ? cases[i].value : 42);
	}
}
END_TEST

START_TEST(walks)
{
	cleanup_yaml struct yaml *yaml = parse("list:\n  - a\n  - b: c\nempty: []\n");
	cleanup_arena struct arena *arena = arena_new();
	const struct yaml_node *root = yaml_root(yaml), *list, *second;
	struct error err = {0};
	const char *value = NULL;
	size_t n;

	ck_assert_int_eq(yaml_mapping(yaml, root, "file", &n, &err), 0);
	ck_assert_uint_eq(n, 2);
	ck_assert_str_eq(yaml_key(yaml, root, 0), "list");
	ck_assert_str_eq(yaml_key(yaml, root, 1), "empty");
	list = yaml_value(yaml, root, 0);
	ck_assert_int_eq(yaml_sequence(yaml, list, "list", &n, &err), 0);
	ck_assert_uint_eq(n, 2);
	ck_assert_int_eq(yaml_string(yaml, yaml_item(yaml, list, 0), "item", &value, &err), 0);
	ck_assert_str_eq(value, "a");
	second = yaml_item(yaml, list, 1);
	ck_assert_str_eq(yaml_where(yaml, second, arena), "f.yaml:3:5");
	ck_assert_int_eq(yaml_sequence(yaml, yaml_value(yaml, root, 1), "empty", &n, &err), 0);
	ck_assert_uint_eq(n, 0);
	ck_assert_int_eq(yaml_sequence(yaml, second, "x", &n, &err), -EINVAL);
	ck_assert_str_eq(err.text, "f.yaml:3:5: x: expected a list, found a mapping");
	ck_assert_int_eq(yaml_mapping(yaml, list, "x", &n, &err), -EINVAL);
	ck_assert_str_eq(err.text, "f.yaml:2:3: x: expected a mapping, found a list");
	ck_assert_int_eq(yaml_error(yaml, second, &err, "no %s", "way"), -EINVAL);
	ck_assert_str_eq(err.text, "f.yaml:3:5: no way");
}
END_TEST

struct target {
	const char *key;
	int64_t level;
};

static int read_key(const struct yaml *yaml, const struct yaml_node *value, void *target,
		    struct error *err)
{
	struct target *to = target;

	return yaml_string(yaml, value, "key", &to->key, err);
}

static int read_level(const struct yaml *yaml, const struct yaml_node *value, void *target,
		      struct error *err)
{
	struct target *to = target;

	return yaml_int(yaml, value, "level", &to->level, err);
}

static int read_target(const char *text, struct target *target, struct error *err)
{
	static const struct yaml_field fields[] = {
		{"key", true, read_key},
		{"level", false, read_level},
	};
	cleanup_yaml struct yaml *yaml = parse(text);

	return yaml_fields(yaml, yaml_root(yaml), "control", fields, N_ELEMENTS(fields), target,
			   err);
}

START_TEST(fields)
{
	static const char *const wrong[][2] = {
		{"key: a\nlevle: 1\n",
		 "f.yaml:2:1: control: unknown key \"levle\"; did you mean \"level\"?"},
		{"key: a\nother: 1\n", "f.yaml:2:1: control: unknown key \"other\""},
		{"level: 1\n", "f.yaml:1:1: control: key \"key\" is missing"},
		{"key: a\nlevel: b\n", "f.yaml:2:8: level: expected a whole number"},
		{"[]", "f.yaml:1:1: control: expected a mapping, found a list"},
		{"{}", "f.yaml:1:1: control: key \"key\" is missing"},
	};
	struct target target = {.level = 1};
	struct error err = {0};

	ck_assert_int_eq(read_target("level: 2\nkey: a\n", &target, &err), 0);
	ck_assert_int_eq(target.level, 2);
	ck_assert_int_eq(read_target("key: a\n", &target, &err), 0);
	for (size_t i = 0; i < N_ELEMENTS(wrong); i++) {
		ck_assert_int_eq(read_target(wrong[i][0], &target, &err), -EINVAL);
		ck_assert_str_eq(err.text, wrong[i][1]);
	}
}
END_TEST

START_TEST(reads_files)
{
	static const char text[] = "a: [\n";
	char *directory = unit_directory();
	cleanup_free char *path = unit_write_file(directory, "bad.yaml", text, strlen(text));
	struct yaml *yaml = NULL;
	struct error err = {0};

	ck_assert_int_eq(yaml_read(path, &yaml, &err), -EBADMSG);
	ck_assert(text_starts(err.text, path));
	ck_assert(text_starts(err.text + strlen(path), ":2:1: "));
	ck_assert_int_eq(yaml_read("missing.yaml", &yaml, &err), -ENOENT);
	ck_assert_str_eq(err.text, "read missing.yaml: No such file or directory");
	ck_assert_ptr_null(yaml);
	yaml_delete(NULL);
	unit_remove_directory(directory);
}
END_TEST

/* What is written is read back, and nobody is deceived by how it looks. */
START_TEST(written_text)
{
	static const char *const cases[][2] = {
		{"web-1", "web-1"},
		{"", "\"\""},
		{"-", "\"-\""},
		{"null", "\"null\""},
		{"a b: c # d", "\"a b: c # d\""},
		{"\"\\", "\"\\\"\\\\\""},
		{"a\nb\t\x7f", "\"a\\nb\\u0009\\u007F\""},
		{"\xc3\xa4\xf0\x9f\x98\x80", "\"\xc3\xa4\xf0\x9f\x98\x80\""},
		{"\xe2\x80\xae"
		 "b\xe2\x80\x8b",
		 "\"\\u202Eb\\u200B\""},
		{"\xef\xbb\xbf\xd8\x9c\xf3\xa0\x80\x81", "\"\\uFEFF\\u061C\\U000E0001\""},
	};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		cleanup_text struct text text = {0}, comment = {0};
		cleanup_yaml struct yaml *yaml = NULL;
		const char *read = NULL;

		yaml_add_string(&text, cases[i][0]);
		ck_assert_str_eq(text_string(&text), cases[i][1]);
		yaml = parse(text_string(&text));
		ck_assert_int_eq(yaml_string(yaml, yaml_root(yaml), "x", &read, NULL), 0);
		ck_assert_str_eq(read, cases[i][0]);
		yaml_add_comment(&comment, cases[i][0]);
		for (const char *c = text_string(&comment); *c;)
			ck_assert(!utf8_is_deceptive(utf8_next(&c)));
		ck_assert_ptr_null(strpbrk(text_string(&comment), "\n\t\x7f"));
	}
}
END_TEST

Suite *suite_yaml(void)
{
	const TTest *const tests[] = {
		refused,      nul_bytes,      depth,
		size,         number_of_keys, strings_keep_their_spelling,
		no_strings,   booleans,       integers,
		walks,        fields,         reads_files,
		written_text, NULL,
	};

	return unit_suite("yaml", tests);
}
