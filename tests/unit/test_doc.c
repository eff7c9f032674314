/* SPDX-License-Identifier: Apache-2.0 */
#include "base/doc.h"

#include "base/cleanup.h"
#include "base/doc_memory.h"
#include "base/text.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FFFD "\xef\xbf\xbd"

static cJSON *parse_bytes(const char *text, size_t length)
{
	struct error err = {0};
	cJSON *doc = NULL;

	ck_assert_msg(doc_parse(text, length, &doc, &err) == 0, "%s: %s", text, err.text);
	return doc;
}

static cJSON *parse(const char *text)
{
	return parse_bytes(text, strlen(text));
}

static char *written(const cJSON *doc)
{
	struct error err = {0};
	char *bytes = NULL;
	size_t length;
	FILE *out = open_memstream(&bytes, &length);

	ck_assert_msg(doc_write(doc, out, &err) == 0, "%s", err.text);
	fclose(out);
	return bytes;
}

START_TEST(paths)
{
	cleanup_doc cJSON *doc = parse("{\"a\":{\"b\":{\"c\":1},\"x.y\":2,\"n\":null},\"A\":3,"
				       "\"list\":[{\"a\":1}],\"\":4}");

	ck_assert_int_eq(doc_int_or(doc, "a.b.c", 0), 1);
	ck_assert_int_eq(doc_int_or(doc, "A", 0), 3);
	ck_assert_ptr_eq(doc_at(doc, ""), doc);
	ck_assert_ptr_null(doc_at(doc, "a.B.c"));
	ck_assert_ptr_null(doc_at(doc, "a.b.c.d"));
	ck_assert_ptr_null(doc_at(doc, "a.x.y"));
	ck_assert_ptr_null(doc_at(doc, "a.n"));
	ck_assert_ptr_null(doc_at(doc, "a.n.b"));
	ck_assert_ptr_null(doc_at(doc, "list.a"));
	ck_assert_ptr_null(doc_at(doc, "li"));
	ck_assert_ptr_null(doc_at(doc, "lists"));
	ck_assert_ptr_null(doc_at(NULL, "a"));
	ck_assert_int_eq(doc_int_or(doc_member(doc_at(doc, "a"), "x.y"), "", 0), 2);
	ck_assert_int_eq(doc_int_or(doc_member(doc, ""), "", 0), 4);
	ck_assert_ptr_null(doc_member(doc_at(doc, "a"), "n"));
	ck_assert_ptr_null(doc_member(doc_at(doc, "list"), "a"));
	ck_assert_ptr_null(doc_member(NULL, "a"));
}
END_TEST

START_TEST(last_of_two_keys_counts)
{
	cleanup_doc cJSON *doc = parse("{\"icc\":true,\"icc\":false,\"n\":1,\"n\":null}");

	ck_assert(!doc_bool_or(doc, "icc", true));
	ck_assert_ptr_null(doc_at(doc, "n"));
}
END_TEST

START_TEST(presence)
{
	cleanup_doc cJSON *doc = parse("{\"b\":true,\"s\":\"x\",\"i\":1,\"u\":\"1\",\"a\":[],"
				       "\"o\":{},\"n\":null}");
	const char *const keys[] = {"b", "s", "i", "u", "a", "o", "n", "missing"};

	for (size_t i = 0; i < N_ELEMENTS(keys); i++) {
		bool absent = *keys[i] == 'n' || *keys[i] == 'm';
		enum doc_presence other = absent ? DOC_ABSENT : DOC_MALFORMED;
		bool b = false, is_string = *keys[i] == 's' || *keys[i] == 'u';
		const char *s = "untouched";
		int64_t integer = 42;
		uint64_t u = 42;
		const cJSON *a = NULL, *o = NULL;

		ck_assert_int_eq(doc_bool(doc, keys[i], &b), *keys[i] == 'b' ? DOC_PRESENT : other);
		ck_assert_int_eq(doc_string(doc, keys[i], &s), is_string ? DOC_PRESENT : other);
		ck_assert_int_eq(doc_int(doc, keys[i], &integer),
				 *keys[i] == 'i' ? DOC_PRESENT : other);
		ck_assert_int_eq(doc_u64(doc, keys[i], &u), *keys[i] == 'u' ? DOC_PRESENT : other);
		ck_assert_int_eq(doc_array(doc, keys[i], &a),
				 *keys[i] == 'a' ? DOC_PRESENT : other);
		ck_assert_int_eq(doc_object(doc, keys[i], &o),
				 *keys[i] == 'o' ? DOC_PRESENT : other);
		ck_assert(b == (*keys[i] == 'b'));
		ck_assert_str_eq(s, *keys[i] == 's' ? "x" : *keys[i] == 'u' ? "1" : "untouched");
		ck_assert_int_eq(integer, *keys[i] == 'i' ? 1 : 42);
		ck_assert_uint_eq(u, *keys[i] == 'u' ? 1 : 42);
		ck_assert((a != NULL) == (*keys[i] == 'a'));
		ck_assert((o != NULL) == (*keys[i] == 'o'));
	}
	ck_assert_str_eq(doc_string_or(doc, "i", "fallback"), "fallback");
	ck_assert_int_eq(doc_int_or(doc, "s", -7), -7);
	ck_assert(doc_bool_or(doc, "i", true));
}
END_TEST

START_TEST(integers)
{
	static const struct {
		const char *json;
		bool valid;
		int64_t value;
	} cases[] = {
		{"0", true, 0},
		{"-1", true, -1},
		{"1e3", true, 1000},
		{"5.0", true, 5},
		{"2147483648", true, 2147483648},
		{"9007199254740991", true, 9007199254740991},
		{"-9007199254740991", true, -9007199254740991},
		{"9007199254740992", true, 9007199254740992},
		{"9223372036854771712", true, 9223372036854771712},
		{"9223372036854775807", true, INT64_MAX},
		{"-9223372036854775808", true, INT64_MIN},
		{"18446744073709551615", false, 0},
		{"-9223372036854777856", false, 0},
		{"0.5", false, 0},
		{"-0.001", false, 0},
		{"1e300", false, 0},
		{"1e999", false, 0},
		{"-1e999", false, 0},
		{"\"1\"", false, 0},
		{"true", false, 0},
	};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		cleanup_doc cJSON *doc = parse(cases[i].json);
		int64_t value = 42;

		ck_assert_msg(doc_int(doc, "", &value) ==
				      (cases[i].valid ? DOC_PRESENT : DOC_MALFORMED),
			      "%s", cases[i].json);
		ck_assert_int_eq(value, cases[i].valid ? cases[i].value : 42);
	}
}
END_TEST

START_TEST(not_a_number)
{
	cleanup_doc cJSON *doc = cJSON_CreateNumber(0.0);
	int64_t value = 42;

	doc->valuedouble = strtod("nan", NULL);
	ck_assert_int_eq(doc_int(doc, "", &value), DOC_MALFORMED);
	ck_assert_int_eq(value, 42);
}
END_TEST

START_TEST(unsigned_strings)
{
	static const struct {
		const char *json;
		bool valid;
		uint64_t value;
	} cases[] = {
		{"\"18446744073709551615\"", true, UINT64_MAX},
		{"\"0x000001ffffffffff\"", true, 0x1ffffffffff},
		{"\"10\"", true, 10},
		{"\"0x\"", false, 0},
		{"\"ff\"", false, 0},
		{"\"-1\"", false, 0},
		{"\"\"", false, 0},
		{"\" 1\"", false, 0},
		{"1", false, 0},
	};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		cleanup_doc cJSON *doc = parse(cases[i].json);
		uint64_t value = 42;

		ck_assert_msg(doc_u64(doc, "", &value) ==
				      (cases[i].valid ? DOC_PRESENT : DOC_MALFORMED),
			      "%s", cases[i].json);
		ck_assert_uint_eq(value, cases[i].valid ? cases[i].value : 42);
	}
}
END_TEST

START_TEST(walks_children)
{
	cleanup_doc cJSON *doc = parse("[1,2,3]");
	int64_t sum = 0;

	doc_for_each (item, doc) {
		sum += doc_int_or(item, "", 0);
	}
	doc_for_each (item, (const cJSON *)NULL) {
		sum = item->type;
	}
	ck_assert_int_eq(sum, 6);
}
END_TEST

START_TEST(malformed)
{
	static const struct {
		const char *text;
		size_t length; /* 0: all of it */
		const char *where;
	} cases[] = {
		{"", 0, "line 1, byte 1: malformed JSON: it ends too soon"},
		{" \n", 0, "line 2, byte 1: malformed JSON: it ends too soon"},
		{"{\"a\":1,", 0, "line 1, byte 8: malformed JSON: it ends too soon"},
		{"{\"a\":", 0, "line 1, byte 6: malformed JSON: it ends too soon"},
		{"[1,2", 0, "line 1, byte 5: malformed JSON: it ends too soon"},
		{"{}x", 0, "line 1, byte 3: malformed JSON"},
		{"{} {}", 0, "line 1, byte 4: malformed JSON"},
		{"{\n\"a\": 1,\n\"b\": x}", 0, "line 3, byte 6: malformed JSON"},
		{"nulll", 0, "line 1, byte 5: malformed JSON"},
		{"{\"a\" 1}", 0, "line 1, byte 6: malformed JSON"},
		{"\"\\q\"", 0, "line 1, "},
		{"\"\\u00g0\"", 0, "line 1, "},
		{"\"\\u0x00\"", 0, "line 1, "},
		{"\"\\", 0, "line 1, "},
		{"\"\\u00", 0, "line 1, "},
		{"\"open", 0, "line 1, byte 2: malformed JSON"},
		{"\xff", 0, "line 1, byte 1: malformed JSON"},
		{"{}\0", 3, "line 1, byte 3: malformed JSON: a NUL byte"},
		{"[\n\"a\0b\"]", 8, "line 2, byte 3: malformed JSON: a NUL byte"},
	};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		size_t length = cases[i].length ? cases[i].length : strlen(cases[i].text);
		char *exact = malloc(length + 1); /* so that a read past the NUL is seen */
		struct error err = {0};
		cJSON *doc = NULL;

		memcpy(exact, cases[i].text, length);
		exact[length] = '\0';
		ck_assert_int_eq(doc_parse(exact, length, &doc, &err), -EBADMSG);
		ck_assert_msg(text_starts(err.text, cases[i].where), "case %zu: %s", i, err.text);
		ck_assert_ptr_null(doc);
		free(exact);
	}
}
END_TEST

START_TEST(every_truncation_is_malformed)
{
	static const char text[] = "{\"a\":[1,{\"b\":\"\\u00e9\\ud83d\\ude00\\\\\"},null,true],"
				   "\"c\":{\"d\":-1.5e3}}";

	for (size_t length = 0; length < sizeof(text) - 1; length++) {
		char *exact = malloc(length + 1);
		struct error err = {0};
		cJSON *doc;

		memcpy(exact, text, length);
		exact[length] = '\0';
		ck_assert_int_eq(doc_parse(exact, length, &doc, &err), -EBADMSG);
		free(exact);
	}
	cJSON_Delete(parse(text));
}
END_TEST

START_TEST(white_space_around)
{
	cleanup_doc cJSON *doc = parse(" \n\t{ \"a\" : 1 } \r\n\n");

	ck_assert_int_eq(doc_int_or(doc, "a", 0), 1);
}
END_TEST

START_TEST(scrubs_strings)
{
	static const char *const cases[][2] = {
		{"caf\xc3\xa9", "caf\xc3\xa9"},
		{"a\xff", "a" FFFD},
		{"\xc3", FFFD},
		{"\xed\xa0\x80", FFFD FFFD FFFD},
		{"\xf0\x9f\x98", FFFD FFFD FFFD},
		{"a\\u0000b", "a" FFFD "b"},
		{"\\\\u0000", "\\u0000"},
		{"\\\\\\u0000", "\\" FFFD},
		{"\\ud800", FFFD},
		{"\\udc00x", FFFD "x"},
		{"\\ud800\\ud800", FFFD FFFD},
		{"\\ud83d\\ude00", "\xf0\x9f\x98\x80"},
		{"\\ud83d\\u0041", FFFD "A"},
		{"\\u00e9\xfe\\\"", "\xc3\xa9" FFFD "\""},
	};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		cleanup_text struct text text = {0};
		cleanup_doc cJSON *doc = NULL;

		text_addf(&text, "{\"k%s\":\"%s\"}", cases[i][0], cases[i][0]);
		doc = parse(text.bytes);
		ck_assert_str_eq(doc->child->valuestring, cases[i][1]);
		ck_assert_str_eq(doc->child->string + 1, cases[i][1]);
	}
}
END_TEST

START_TEST(only_invalid_bytes)
{
	const size_t n = 1000000;
	char *text = malloc(n + 2);
	cleanup_doc cJSON *doc = NULL;

	memset(text, 0xff, n + 2);
	text[0] = text[n + 1] = '"';
	doc = parse_bytes(text, n + 2);
	ck_assert_uint_eq(strlen(doc->valuestring), 3 * n);
	free(text);
}
END_TEST

START_TEST(deep_nesting)
{
	static const char *const levels[] = {"[", "{\"a\":"};

	for (size_t i = 0; i < N_ELEMENTS(levels); i++) {
		cleanup_text struct text text = {0};
		struct error err = {0};
		cJSON *doc;

		while (!text.truncated)
			text_add(&text, levels[i]);
		ck_assert_int_eq(doc_parse(text.bytes, text.length, &doc, &err), -EBADMSG);
	}
}
END_TEST

START_TEST(huge)
{
	cleanup_text struct text text = TEXT_INIT(100000000);
	cleanup_doc cJSON *doc = NULL;

	text_add(&text, "[");
	for (int i = 0; i < 200000; i++)
		text_addf(&text, "%s{\"Id\":\"%064d\"}", i ? "," : "", i);
	text_add(&text, "]");
	doc = parse_bytes(text.bytes, text.length);
	ck_assert_int_eq(cJSON_GetArraySize(doc), 200000);
}
END_TEST

START_TEST(reads_pipes)
{
	static const char text[] = "{\"a\": 1}\n";
	cleanup_doc cJSON *doc = NULL;
	struct error err = {0};
	char path[64];
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(write(ends[1], text, strlen(text)), (ssize_t)strlen(text));
	close(ends[1]);
	snprintf(path, sizeof(path), "/dev/fd/%d", ends[0]);
	ck_assert_int_eq(doc_read(path, 1000, &doc, &err), 0);
	ck_assert_int_eq(doc_int_or(doc, "a", 0), 1);
	close(ends[0]);
}
END_TEST

START_TEST(reads_files)
{
	static const char text[] = "{\"a\": 1}\n", bad[] = "{\n\"a\": }\n";
	char *directory = unit_directory();
	cleanup_free char *good_path = unit_write_file(directory, "good", text, strlen(text));
	cleanup_free char *bad_path = unit_write_file(directory, "bad", bad, strlen(bad));
	cleanup_doc cJSON *doc = NULL;
	cJSON *none = NULL;
	struct error err = {0};

	ck_assert_int_eq(doc_read(good_path, strlen(text), &doc, &err), 0);
	ck_assert_int_eq(doc_int_or(doc, "a", 0), 1);
	ck_assert_int_eq(doc_read(good_path, strlen(text) - 1, &none, &err), -EFBIG);
	ck_assert_ptr_nonnull(strstr(err.text, "larger than 8 bytes"));
	ck_assert_int_eq(doc_read(bad_path, 1000, &none, &err), -EBADMSG);
	ck_assert(text_starts(err.text, "read unit-"));
	ck_assert(text_ends(err.text, "/bad: line 2, byte 6: malformed JSON"));
	ck_assert_int_eq(doc_read("missing", 1000, &none, &err), -ENOENT);
	ck_assert_str_eq(err.text, "read missing: No such file or directory");
	ck_assert_ptr_null(none);
	unit_remove_directory(directory);
}
END_TEST

START_TEST(writes_an_element_a_line)
{
	static const char text[] = "{\n"
				   "\"format\": \"x\",\n"
				   "\"engine\": {\n"
				   "\"info\": {\"a\":[1,2]},\n"
				   "\"containers\": [\n"
				   "{\"Id\":\"1\",\"l\":[1,2]},\n"
				   "{\"Id\":\"2\"}\n"
				   "],\n"
				   "\"none\": []\n"
				   "},\n"
				   "\"results\": [\n"
				   "[1,2],\n"
				   "null\n"
				   "],\n"
				   "\"empty\": {}\n"
				   "}\n";
	cleanup_doc cJSON *doc = parse(text);
	cleanup_free char *again = written(doc);

	ck_assert_str_eq(again, text);
}
END_TEST

START_TEST(writes_what_it_reads)
{
	static const char *const cases[] = {
		"1\n",
		"null\n",
		"\"\\u0001\\n\\\"\"\n",
		"[]\n",
		"[\n1,\n[2,[3]]\n]\n",
		"{}\n",
		"{\n\"a\\\"\\u001b\": false\n}\n",
		"9007199254740991\n",
		"-9007199254740992\n",
		"0.1\n",
		"1e+300\n",
		"0.30000000000000004\n",
		"1000000000000000\n",
		"\"\\n\\t\\r\\b\\f\\\\/\x7f\"\n",
		"[\n{\"a\":{\"b\":[1,{\"c\":[]}]}}\n]\n",
	};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		cleanup_doc cJSON *doc = parse(cases[i]);
		cleanup_free char *again = written(doc);

		ck_assert_str_eq(again, cases[i]);
	}
}
END_TEST

START_TEST(writes_valid_json_always)
{
	cleanup_doc cJSON *doc = cJSON_CreateObject(), *again = NULL;
	cleanup_free char *text = NULL;

	cJSON_AddStringToObject(doc, "bad \xff key", "bad \xc3 value");
	cJSON_AddNumberToObject(doc, "nan", strtod("nan", NULL));
	text = written(doc);
	ck_assert_str_eq(text, "{\n\"bad " FFFD " key\": \"bad " FFFD " value\",\n"
			       "\"nan\": null\n}\n");
	again = parse(text);
	ck_assert_int_eq(cJSON_GetArraySize(again), 2);
}
END_TEST

START_TEST(write_tells_what_failed)
{
	cleanup_doc cJSON *doc = parse("{\"a\":[1]}"), *invalid = cJSON_CreateArray();
	cleanup_file FILE *full = fopen("/dev/full", "w"), *null = fopen("/dev/null", "w");
	struct error err = {0};

	ck_assert_int_eq(doc_write(doc, full, &err), -EIO);
	ck_assert_str_eq(err.text, "write: No space left on device");
	cJSON_AddItemToArray(invalid, cJSON_CreateNull());
	invalid->child->type = cJSON_Invalid;
	ck_assert_int_eq(doc_write(invalid, null, &err), -EINVAL);
}
END_TEST

/* A string of each length, added, dropped and added again; the longer half stays in between. */
START_TEST(memory_is_used_again)
{
	enum { MOST = 600 };
	cleanup_doc cJSON *list = NULL;
	char text[MOST + 1] = "";

	doc_memory_init();
	list = cJSON_CreateArray();
	for (int round = 0; round < 3; round++) {
		for (size_t n = 0; n < MOST; n++) {
			memset(text, 'a' + round, n);
			text[n] = '\0';
			cJSON_AddItemToArray(list, cJSON_CreateString(text));
		}
		for (size_t n = 0; n < MOST / 2; n++)
			cJSON_DeleteItemFromArray(list, round * MOST / 2);
	}
	ck_assert_int_eq(cJSON_GetArraySize(list), 3 * MOST / 2);
	for (int i = 0; i < 3 * MOST / 2; i++) {
		const char *string = cJSON_GetArrayItem(list, i)->valuestring;
		size_t n = MOST / 2 + (size_t)i % (MOST / 2);

		ck_assert_uint_eq(strlen(string), n);
		ck_assert_uint_eq(strspn(string, (char[]){(char)('a' + i / (MOST / 2)), '\0'}), n);
	}
}
END_TEST

Suite *suite_doc(void)
{
	const TTest *const tests[] = {
		paths,
		last_of_two_keys_counts,
		presence,
		integers,
		not_a_number,
		unsigned_strings,
		walks_children,
		malformed,
		every_truncation_is_malformed,
		white_space_around,
		scrubs_strings,
		only_invalid_bytes,
		deep_nesting,
		huge,
		reads_pipes,
		reads_files,
		writes_an_element_a_line,
		writes_what_it_reads,
		writes_valid_json_always,
		write_tells_what_failed,
		memory_is_used_again,
		NULL,
	};

	return unit_suite("doc", tests);
}
