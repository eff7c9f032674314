/* SPDX-License-Identifier: Apache-2.0 */

/* What checks are made of: their parameters, verdicts and evidence. */
#include "judge/check.h"

#include "base/text.h"
#include "judge/benchmark.h"

#include <stdlib.h>
#include <string.h>

/* Lists and objects of a document are an attacker's text: this much of one is enough to see it. */
#define CITED_JSON_BYTES ((size_t)4096)

static const char *const status_names[STATUS_COUNT] = {
	[STATUS_PASS] = "pass",
	[STATUS_FAIL] = "fail",
	[STATUS_MANUAL] = "manual",
	[STATUS_UNKNOWN] = "unknown",
	[STATUS_NOT_APPLICABLE] = "not-applicable",
	[STATUS_WAIVED] = "waived",
};

static const char *const severity_names[SEVERITY_COUNT] = {
	[SEVERITY_INFO] = "info", [SEVERITY_LOW] = "low",           [SEVERITY_MEDIUM] = "medium",
	[SEVERITY_HIGH] = "high", [SEVERITY_CRITICAL] = "critical",
};

const char *status_name(enum status status)
{
	return status_names[status];
}

unsigned status_weight(enum status status)
{
	static const unsigned weights[STATUS_COUNT] = {
		[STATUS_FAIL] = 5,   [STATUS_UNKNOWN] = 4, [STATUS_WAIVED] = 3,
		[STATUS_MANUAL] = 2, [STATUS_PASS] = 1,    [STATUS_NOT_APPLICABLE] = 0,
	};

	return weights[status];
}

const char *severity_name(enum severity severity)
{
	return severity_names[severity];
}

bool severity_parse(const char *name, enum severity *ret)
{
	for (size_t i = 0; i < SEVERITY_COUNT; i++) {
		if (strcmp(severity_names[i], name) == 0) {
			*ret = (enum severity)i;
			return true;
		}
	}
	return false;
}

enum severity severity_of_band(enum attack_band band)
{
	static const enum severity severities[] = {
		[ATTACK_LOW] = SEVERITY_LOW,
		[ATTACK_MEDIUM] = SEVERITY_MEDIUM,
		[ATTACK_HIGH] = SEVERITY_HIGH,
		[ATTACK_CRITICAL] = SEVERITY_CRITICAL,
	};

	return severities[band];
}

unsigned control_subjects(const struct control *control)
{
	const struct check_input in = {.control = control};
	enum subject_kind kind;

	if (!control->check)
		return 0;
	if (control->check->kind_param &&
	    subject_kind_parse(param_string(&in, control->check->kind_param, ""), &kind))
		return control->check->subjects & SUBJECTS(kind);
	return control->check->subjects;
}

static const struct param *find_param(const struct check_input *in, const char *name)
{
	for (size_t i = 0; i < in->control->n_params; i++) {
		if (strcmp(in->control->params[i].name, name) == 0)
			return &in->control->params[i];
	}
	return NULL;
}

const char *param_string(const struct check_input *in, const char *name, const char *fallback)
{
	const struct param *param = find_param(in, name);

	return param ? param->string : fallback;
}

bool param_bool(const struct check_input *in, const char *name, bool fallback)
{
	const struct param *param = find_param(in, name);

	return param ? param->boolean : fallback;
}

int64_t param_int(const struct check_input *in, const char *name, int64_t fallback)
{
	const struct param *param = find_param(in, name);

	return param ? param->integer : fallback;
}

const char *const *param_strings(const struct check_input *in, const char *name, size_t *ret_n)
{
	const struct param *param = find_param(in, name);

	*ret_n = param ? param->n_strings : 0;
	return param ? param->strings : NULL;
}

bool param_lists(const struct check_input *in, const char *name, const char *item)
{
	size_t n;
	const char *const *strings = param_strings(in, name, &n);

	for (size_t i = 0; i < n; i++) {
		if (strcmp(strings[i], item) == 0)
			return true;
	}
	return false;
}

bool param_matches(const struct check_input *in, const char *name, const char *item)
{
	size_t n;
	const char *const *patterns = param_strings(in, name, &n);

	for (size_t i = 0; i < n; i++) {
		if (text_matches(item, patterns[i]))
			return true;
	}
	return false;
}

static __attribute__((format(printf, 3, 0))) struct verdict
verdict_new(const struct check_input *in, enum status status, const char *format, va_list args)
{
	return (struct verdict){
		.status = status,
		.severity = in->control->severity,
		.message = strchr(format, '%') ? arena_vprintf(in->arena, format, args) : format,
	};
}

struct verdict verdict_pass(const struct check_input *in, const char *format, ...)
{
	struct verdict verdict;
	va_list args;

	va_start(args, format);
	verdict = verdict_new(in, STATUS_PASS, format, args);
	va_end(args);
	return verdict;
}

struct verdict verdict_fail(const struct check_input *in, const char *format, ...)
{
	struct verdict verdict;
	va_list args;

	va_start(args, format);
	verdict = verdict_new(in, STATUS_FAIL, format, args);
	va_end(args);
	return verdict;
}

struct verdict verdict_manual(const struct check_input *in, const char *format, ...)
{
	struct verdict verdict;
	va_list args;

	va_start(args, format);
	verdict = verdict_new(in, STATUS_MANUAL, format, args);
	va_end(args);
	return verdict;
}

struct verdict verdict_not_applicable(const struct check_input *in, const char *format, ...)
{
	struct verdict verdict;
	va_list args;

	va_start(args, format);
	verdict = verdict_new(in, STATUS_NOT_APPLICABLE, format, args);
	va_end(args);
	return verdict;
}

struct verdict verdict_unknown(const struct check_input *in, const char *hint, const char *format,
			       ...)
{
	struct verdict verdict;
	va_list args;

	va_start(args, format);
	verdict = verdict_new(in, STATUS_UNKNOWN, format, args);
	va_end(args);
	verdict.hint = hint;
	return verdict;
}

struct verdict verdict_as(struct verdict verdict, enum severity severity)
{
	verdict.severity = severity;
	return verdict;
}

static struct evidence *cite(const struct check_input *in, struct verdict *verdict,
			     const char *source, const char *path)
{
	struct evidence *evidence = arena_alloc(in->arena, sizeof(*evidence));

	evidence->source = source;
	evidence->path = path;
	evidence->type = EVIDENCE_ABSENT;
	if (verdict->last)
		verdict->last->next = evidence;
	else
		verdict->evidence = evidence;
	verdict->last = evidence;
	return evidence;
}

void cite_string(const struct check_input *in, struct verdict *verdict, const char *source,
		 const char *path, const char *value)
{
	struct evidence *evidence = cite(in, verdict, source, path);

	if (!value)
		return;
	evidence->type = EVIDENCE_STRING;
	evidence->string = value;
}

void cite_bool(const struct check_input *in, struct verdict *verdict, const char *source,
	       const char *path, bool value)
{
	struct evidence *evidence = cite(in, verdict, source, path);

	evidence->type = EVIDENCE_BOOL;
	evidence->boolean = value;
}

void cite_int(const struct check_input *in, struct verdict *verdict, const char *source,
	      const char *path, int64_t value)
{
	struct evidence *evidence = cite(in, verdict, source, path);

	evidence->type = EVIDENCE_INT;
	evidence->integer = value;
}

/* At most CITED_JSON_BYTES of an item as JSON, cut between characters. */
static const char *json_text(struct arena *arena, const cJSON *item)
{
	char *text = cJSON_PrintUnformatted(item), *copy;
	size_t length, kept = CITED_JSON_BYTES;

	if (!text)
		return "(too large to show)";
	length = strlen(text);
	while (kept > 0 && length > CITED_JSON_BYTES && (text[kept] & 0xc0) == 0x80)
		kept--;
	if (length > CITED_JSON_BYTES)
		copy = arena_printf(arena, "%.*s...", (int)kept, text);
	else
		copy = arena_strndup(arena, text, length);
	cJSON_free(text);
	return copy;
}

void cite_field(const struct check_input *in, struct verdict *verdict, const char *source,
		const char *path)
{
	const cJSON *item = doc_at(in->subject->doc, path);
	int64_t integer;

	if (!item)
		cite_string(in, verdict, source, path, NULL);
	else if (doc_is_string(item))
		cite_string(in, verdict, source, path, item->valuestring);
	else if (cJSON_IsBool(item))
		cite_bool(in, verdict, source, path, cJSON_IsTrue(item));
	else if (doc_int(in->subject->doc, path, &integer) == DOC_PRESENT)
		cite_int(in, verdict, source, path, integer);
	else
		cite_string(in, verdict, source, path, json_text(in->arena, item));
}
