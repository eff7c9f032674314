/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A field of the engine's document of a subject, compared with what a policy file's own control
 * expects. Absent is what `docker inspect` shows for "not set": no such field, null, an empty
 * string, list or object. Of a list each element is compared.
 */
#include "base/text.h"
#include "checks/checks.h"
#include "judge/benchmark.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const struct param_spec params[] = {
	{.name = "subject",
	 .type = PARAM_STRING,
	 .required = true,
	 .summary = "container, image, network, service, swarm or engine (docker info)"},
	{.name = "path",
	 .type = PARAM_STRING,
	 .required = true,
	 .summary = "HostConfig.LogConfig.Type"},
	{.name = "equals", .type = PARAM_STRING, .summary = "the value it has to have"},
	{.name = "in", .type = PARAM_STRINGS, .summary = "the values of which it has to be one"},
	{.name = "not_in", .type = PARAM_STRINGS, .summary = "the values that it must not have"},
	{.name = "matches", .type = PARAM_STRING, .summary = "a shell pattern of its values"},
	{.name = "min", .type = PARAM_INT, .summary = "the least number"},
	{.name = "max", .type = PARAM_INT, .summary = "the greatest number"},
	{.name = "absent", .type = PARAM_BOOL, .summary = "true: it must not be set"},
	{.name = "present", .type = PARAM_BOOL, .summary = "true: it has to be set"},
	{0},
};

/* Where the engine's document of a subject comes from. */
static const struct {
	enum subject_kind kind;
	const char *source;
} sources[] = {
	{SUBJECT_CONTAINER, "inspect"}, {SUBJECT_IMAGE, "image"}, {SUBJECT_NETWORK, "network"},
	{SUBJECT_SERVICE, "service"},   {SUBJECT_SWARM, "info"},  {SUBJECT_ENGINE, "info"},
};
enum { N_SOURCES = sizeof(sources) / sizeof(sources[0]) };

static bool is_given(const struct check_input *in, const char *name)
{
	for (size_t i = 0; i < in->control->n_params; i++) {
		if (strcmp(in->control->params[i].name, name) == 0)
			return true;
	}
	return false;
}

/* What a control of this check lacks, while policy files are read. */
static const char *complain(const struct check_input *in)
{
	static const char *const tests[] = {"equals", "in",  "not_in", "matches",
					    "min",    "max", "absent", "present"};
	enum subject_kind kind;
	size_t n = 0;

	if (!subject_kind_parse(param_string(in, "subject", ""), &kind) ||
	    !(in->control->check->subjects & SUBJECTS(kind)))
		return "subject: expected container, image, network, service, swarm or engine";
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		n += is_given(in, tests[i]);
	if (n == 2 && is_given(in, "min") && is_given(in, "max"))
		return param_int(in, "min", 0) > param_int(in, "max", 0) ? "min is above max"
									 : NULL;
	if (n != 1)
		return "expected one of equals, in, not_in, matches, absent, present, min and max";
	if ((is_given(in, "absent") && !param_bool(in, "absent", false)) ||
	    (is_given(in, "present") && !param_bool(in, "present", false)))
		return "absent and present can only be true";
	return NULL;
}

/* A key may hold dots itself: the rest of the path is tried as one key at each step. */
static const cJSON *find(const cJSON *item, const char *path)
{
	while (item && *path) {
		const cJSON *whole = doc_member(item, path);
		cleanup_text struct text key = {0};
		size_t length = strcspn(path, ".");

		if (whole)
			return whole;
		text_add_bytes(&key, path, length);
		item = doc_member(item, text_string(&key));
		path += length + (path[length] == '.');
	}
	return item;
}

static bool is_empty(const cJSON *item)
{
	if (!item || cJSON_IsNull(item))
		return true;
	if (doc_is_string(item))
		return !*item->valuestring;
	return (cJSON_IsArray(item) || cJSON_IsObject(item)) && !item->child;
}

/* As YAML spells it; NULL for a list or an object. */
static const char *spell(struct arena *arena, const cJSON *item)
{
	int64_t integer;

	if (doc_is_string(item))
		return item->valuestring;
	if (cJSON_IsBool(item))
		return cJSON_IsTrue(item) ? "true" : "false";
	if (doc_int(item, "", &integer) == DOC_PRESENT)
		return arena_printf(arena, "%" PRId64, integer);
	return cJSON_IsNumber(item) ? arena_printf(arena, "%.15g", item->valuedouble) : NULL;
}

/* A bound may also be that of a number which the engine spells as a string. */
static bool is_within(const struct check_input *in, const char *value)
{
	char *end;
	double number = strtod(value, &end);

	return *value && !*end && number >= (double)param_int(in, "min", INT64_MIN) &&
	       number <= (double)param_int(in, "max", INT64_MAX);
}

static bool is_as_expected(const struct check_input *in, const char *value)
{
	if (is_given(in, "equals"))
		return strcmp(value, param_string(in, "equals", "")) == 0;
	if (is_given(in, "in"))
		return param_lists(in, "in", value);
	if (is_given(in, "not_in"))
		return !param_lists(in, "not_in", value);
	if (is_given(in, "matches"))
		return text_matches(value, param_string(in, "matches", ""));
	return is_within(in, value);
}

static const char *list_words(const struct check_input *in, const char *name)
{
	cleanup_text struct text words = {0};
	size_t n;
	const char *const *items = param_strings(in, name, &n);

	for (size_t i = 0; i < n; i++)
		text_add_item(&words, items[i]);
	return arena_strdup(in->arena, text_string(&words));
}

/* "expected one of journald, syslog" */
static const char *expectation(const struct check_input *in)
{
	struct arena *arena = in->arena;

	if (is_given(in, "equals"))
		return arena_printf(arena, "expected %s", param_string(in, "equals", ""));
	if (is_given(in, "in"))
		return arena_printf(arena, "expected one of %s", list_words(in, "in"));
	if (is_given(in, "not_in"))
		return arena_printf(arena, "expected none of %s", list_words(in, "not_in"));
	if (is_given(in, "matches"))
		return arena_printf(arena, "expected %s", param_string(in, "matches", ""));
	if (is_given(in, "min") && is_given(in, "max"))
		return arena_printf(arena, "expected %" PRId64 " to %" PRId64,
				    param_int(in, "min", 0), param_int(in, "max", 0));
	if (is_given(in, "min"))
		return arena_printf(arena, "expected %" PRId64 " at least",
				    param_int(in, "min", 0));
	return arena_printf(arena, "expected %" PRId64 " at most", param_int(in, "max", 0));
}

static struct verdict judge_presence(const struct check_input *in, const char *path, bool is_set)
{
	bool wanted = is_given(in, "present");

	if (is_set == wanted)
		return verdict_pass(in, "%s is %s", path, is_set ? "set" : "not set");
	return verdict_fail(in, "%s is %s", path, is_set ? "set" : "not set");
}

static struct verdict judge_value(const struct check_input *in, const char *path, const cJSON *item)
{
	bool is_list = cJSON_IsArray(item);

	for (const cJSON *each = is_list ? item->child : item; each;
	     each = is_list ? each->next : NULL) {
		const char *value = spell(in->arena, each);

		if (!value)
			return verdict_unknown(in, "name a field within it",
					       "%s holds an object or a list, which is compared "
					       "with nothing",
					       path);
		if (!is_as_expected(in, value))
			return verdict_fail(in, "%s %s %s, %s", path, is_list ? "has" : "is", value,
					    expectation(in));
	}
	if (is_list)
		return verdict_pass(in, "%s has nothing else than expected", path);
	return verdict_pass(in, "%s is %s", path, spell(in->arena, item));
}

static void cite_item(const struct check_input *in, struct verdict *verdict, const char *path,
		      const cJSON *item)
{
	const char *source = "inspect";

	for (size_t i = 0; i < N_SOURCES; i++) {
		if (sources[i].kind == in->subject->kind)
			source = sources[i].source;
	}
	if (item && doc_at(in->subject->doc, path) != item)
		cite_string(in, verdict, source, path, spell(in->arena, item));
	else
		cite_field(in, verdict, source, path);
}

static struct verdict judge_field(const struct check_input *in)
{
	const char *path = param_string(in, "path", "");
	const cJSON *item = find(in->subject->doc, path);
	struct verdict verdict;

	if (is_given(in, "absent") || is_given(in, "present"))
		verdict = judge_presence(in, path, !is_empty(item));
	else if (!is_empty(item))
		verdict = judge_value(in, path, item);
	else if (is_given(in, "not_in"))
		verdict = verdict_pass(in, "%s is not set", path);
	else
		verdict = verdict_fail(in, "%s is not set, %s", path, expectation(in));
	cite_item(in, &verdict, path, item);
	return verdict;
}

const struct check checks_inspect_field[] = {
	{.name = "inspect-field",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER) | SUBJECTS(SUBJECT_IMAGE) |
		     SUBJECTS(SUBJECT_NETWORK) | SUBJECTS(SUBJECT_SERVICE) |
		     SUBJECTS(SUBJECT_SWARM) | SUBJECTS(SUBJECT_ENGINE),
	 .judge = judge_field,
	 .params = params,
	 .kind_param = "subject",
	 .complain = complain,
	 .is_for_policies = true},
	{0},
};
