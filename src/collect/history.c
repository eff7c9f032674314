/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/history.h"

#include "base/doc.h"
#include "base/text.h"
#include "collect/redact_rule.h"
#include "collect/secret.h"
#include "collect/shell.h"

#include <stdlib.h>
#include <string.h>

#define UPPERCASE   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define BLANKS      " \t\n"
#define BUILDKIT    "# buildkit"
#define NO_COMMAND  "#(nop)"
#define SHELLS_MOST 16

/* The rest of a step that is being read, up to `end`. */
struct step {
	const char *at, *end;
	struct text *out;
	cJSON *secrets;
};

static void skip_blanks(struct step *step)
{
	while (step->at < step->end && strchr(BLANKS, *step->at))
		step->at++;
}

/* The length of the word at `at`. */
static size_t word_length(const struct step *step, const char *at)
{
	size_t n = 0;

	while (at + n < step->end && !strchr(BLANKS, at[n]))
		n++;
	return n;
}

static bool next_is(const struct step *step, const char *word)
{
	size_t n = strlen(word);

	return (size_t)(step->end - step->at) >= n && strncmp(step->at, word, n) == 0;
}

static void mask_rest(struct step *step)
{
	if (step->at < step->end)
		text_addf(step->out, " <%zu bytes>", (size_t)(step->end - step->at));
	step->at = step->end;
}

static bool is_shell(const char *word, size_t n)
{
	return (n > 2 && word[0] == '/' && strncmp(word + n - 2, "sh", 2) == 0) ||
	       (n == 3 && strncmp(word, "cmd", n) == 0) ||
	       (n == 10 && strncmp(word, "powershell", n) == 0);
}

static bool is_command_option(const char *word, size_t n)
{
	return (n >= 2 && word[0] == '-' && word[1] != '-' && word[n - 1] == 'c') ||
	       (n == 2 && strncmp(word, "/C", n) == 0) ||
	       (n == 8 && strncmp(word, "-Command", n) == 0);
}

/* Past "/bin/bash -o pipefail -c"; false, and where it was, where no shell is named. */
static bool skip_shell(struct step *step)
{
	const char *start = step->at;
	size_t n = word_length(step, step->at);

	if (!is_shell(step->at, n))
		return false;
	for (size_t i = 0; i < SHELLS_MOST && step->at < step->end; i++) {
		bool found = is_command_option(step->at, n);

		step->at += n;
		skip_blanks(step);
		if (found)
			return true;
		n = word_length(step, step->at);
	}
	step->at = start;
	return false;
}

/* "NAME=" at the beginning of a word, with something that is no padding of base64 after it. */
static size_t name_length(const char *at, const char *end)
{
	size_t n = shell_name_length(at, (size_t)(end - at));

	if (n == 0 || at + n >= end || at[n] != '=')
		return 0;
	return at + n + 1 < end && at[n + 1] == '=' ? 0 : n;
}

/* Where the value at `at` ends: before the next word that sets a variable, or begins a command. */
static const char *value_end(const struct step *step, const char *at, bool before_command)
{
	const char *end = at;

	while (at < step->end) {
		size_t n = word_length(step, at), name;

		end = at += n;
		while (at < step->end && strchr(BLANKS, *at))
			at++;
		n = word_length(step, at);
		name = name_length(at, at + n);
		if ((name > 0 && n > name + 1) || (before_command && is_shell(at, n)))
			break;
	}
	return at < step->end ? end : step->end;
}

static void add_variable(struct step *step, size_t name, const char *end)
{
	const char *value = step->at + name + 1;

	text_add(step->out, " ");
	text_add_bytes(step->out, step->at, name);
	shell_add_value(step->out, step->secrets, step->at, name, value, (size_t)(end - value));
	step->at = end;
	skip_blanks(step);
}

/* "NAME=value NAME=value", of which the values may hold blanks. */
static void add_variables(struct step *step, bool before_command)
{
	size_t name;

	while ((name = name_length(step->at, step->at + word_length(step, step->at))) > 0)
		add_variable(step, name, value_end(step, step->at + name + 1, before_command));
}

/* "|2 NAME=value NAME=value " in front of a command: the arguments of the build. */
static void add_arguments(struct step *step)
{
	size_t n = word_length(step, step->at);

	if (n < 2 || *step->at != '|' || strspn(step->at + 1, "0123456789") < n - 1)
		return;
	text_add(step->out, " ");
	text_add_bytes(step->out, step->at, n);
	step->at += n;
	skip_blanks(step);
	add_variables(step, true);
}

static void add_run(struct step *step)
{
	bool has_shell, has_arguments = *step->at == '|' && step->at < step->end;

	add_arguments(step);
	has_shell = skip_shell(step);
	if (has_arguments && !has_shell)
		mask_rest(step);
	else if (step->at < step->end)
		shell_redact(step->at, (size_t)(step->end - step->at), step->out, step->secrets);
	step->at = step->end;
}

/* A path or an address without its query; "file:", "dir:" and "multi:" without their hash. */
static void add_source(struct step *step, const char *word, size_t n)
{
	static const char *const kinds[] = {"file:", "dir:", "multi:"};
	char *copy = strndup(word, n);
	const char *query = memchr(word, '?', n);
	bool is_address = memmem(word, n, "://", 3);
	size_t kept = 0;

	for (size_t i = 0; i < REDACT_COUNT(kinds); i++)
		if (n > strlen(kinds[i]) && strncmp(word, kinds[i], strlen(kinds[i])) == 0)
			kept = strlen(kinds[i]);
	if (query && is_address)
		kept = (size_t)(query - word);
	else if (kept == 0 && copy && (is_address || !secret_value(copy)))
		kept = n;
	text_add(step->out, " ");
	text_add_bytes(step->out, word, kept);
	if (kept < n)
		text_addf(step->out, "<%zu bytes>", n - kept);
	free(copy);
}

/* The classic builder writes "in" before the destination. */
static void add_copy(struct step *step)
{
	while (step->at < step->end) {
		size_t n = word_length(step, step->at);

		if (!(n == 2 && strncmp(step->at, "in", n) == 0))
			add_source(step, step->at, n);
		step->at += n;
		skip_blanks(step);
	}
}

static void add_environment(struct step *step)
{
	add_variables(step, false);
	mask_rest(step);
}

/* ARG may name a variable without giving it a value. */
static void add_argument(struct step *step)
{
	size_t n = shell_name_length(step->at, (size_t)(step->end - step->at));

	if (n > 0 && step->at + n == step->end) {
		text_add(step->out, " ");
		text_add_bytes(step->out, step->at, n);
		step->at = step->end;
	}
	add_environment(step);
}

static const struct {
	const char *word;
	void (*add)(struct step *step); /* NULL: no control needs it */
} instructions[] = {
	{"RUN", add_run},      {"ADD", add_copy},    {"COPY", add_copy},   {"ENV", add_environment},
	{"ARG", add_argument}, {"CMD", NULL},        {"ENTRYPOINT", NULL}, {"EXPOSE", NULL},
	{"HEALTHCHECK", NULL}, {"LABEL", NULL},      {"MAINTAINER", NULL}, {"ONBUILD", NULL},
	{"SHELL", NULL},       {"STOPSIGNAL", NULL}, {"USER", NULL},       {"VOLUME", NULL},
	{"WORKDIR", NULL},
};

/* False where it is an instruction of which nothing is kept. */
static bool add_instruction(struct step *step)
{
	size_t n = 0;

	while (step->at + n < step->end && strchr(UPPERCASE, step->at[n]))
		n++;
	for (size_t i = 0; i < REDACT_COUNT(instructions); i++) {
		const char *word = instructions[i].word;

		if (strlen(word) != n || strncmp(word, step->at, n) != 0 ||
		    word_length(step, step->at) != n)
			continue;
		if (!instructions[i].add)
			return false;
		text_add(step->out, word);
		step->at += n;
		skip_blanks(step);
		instructions[i].add(step);
		return true;
	}
	text_add(step->out, "RUN");
	add_run(step);
	return true;
}

static struct step step_begin(const char *text, struct text *out, cJSON *secrets)
{
	struct step step = {.at = text, .end = text + strlen(text), .out = out, .secrets = secrets};

	while (step.end > step.at && strchr(BLANKS, step.end[-1]))
		step.end--;
	if (text_ends(text, BUILDKIT))
		step.end -= strlen(BUILDKIT);
	while (step.end > step.at && strchr(BLANKS, step.end[-1]))
		step.end--;
	skip_blanks(&step);
	return step;
}

static bool add_step(const char *text, struct text *out, cJSON *secrets)
{
	struct step step = step_begin(text, out, secrets);
	const char *start = step.at;

	if (step.at == step.end)
		return true;
	if (skip_shell(&step) && next_is(&step, NO_COMMAND)) {
		step.at += strlen(NO_COMMAND);
		skip_blanks(&step);
		return add_instruction(&step);
	}
	step.at = start;
	return add_instruction(&step);
}

/* NULL where nothing of the step is needed. */
static cJSON *redact_entry(const cJSON *entry)
{
	cleanup_text struct text text = {0};
	cJSON *step, *secrets = cJSON_CreateArray();
	int64_t size = doc_int_or(entry, "Size", 0);

	if (!add_step(doc_string_or(entry, "CreatedBy", ""), &text, secrets) && size <= 0) {
		cJSON_Delete(secrets);
		return NULL;
	}
	step = cJSON_CreateObject();
	cJSON_AddStringToObject(step, "step", text_string(&text));
	if (size > 0)
		cJSON_AddNumberToObject(step, "size", (double)size);
	if (secrets->child)
		cJSON_AddItemToObject(step, "secrets", secrets);
	else
		cJSON_Delete(secrets);
	return step;
}

cJSON *history_redact(const cJSON *reply)
{
	cJSON *steps;

	if (!cJSON_IsArray(reply))
		return NULL;
	steps = cJSON_CreateArray();
	doc_for_each (entry, reply) {
		cJSON *step = redact_entry(entry);

		if (step)
			cJSON_InsertItemInArray(steps, 0, step);
	}
	for (cJSON *step = steps->child; step; step = step->next)
		secret_strip_userinfo(step->child);
	return steps;
}
