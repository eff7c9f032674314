/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/apparmor.h"

#include "base/path.h"
#include "base/text.h"
#include "facts/apparmor_statement.h"

#include <string.h>

#define FOLDER "/etc/apparmor.d"

enum { MOST_DEPTH = 64 }; /* of files that include one another */

enum rule_kind { RULE_MOUNT, RULE_PTRACE, RULE_CHANGE_PROFILE, RULE_FILE, RULE_ALL };

struct rule {
	enum rule_kind kind;
	bool denies;
	const char *text; /* "ptrace (trace) peer=unconfined", blanks made single */
	/* Of a file: NULL for all of them, and then permissions are all, too. */
	const char *pattern, *permissions;
};

struct reader {
	struct arena *arena;
	const cJSON *files;
	const char *profile, *path;
	struct apparmor_text *text;
	struct apparmor_variable *variables;
	size_t n_variables;
	struct rule *rules;
	size_t n_rules;
	struct included {
		const char *path;
		bool inside;
	} * included; /* each counts once */
	size_t n_included;
	bool unfollowed;
	unsigned depth;
};

/* --- rules */

static bool is_qualifier(const char *word)
{
	return text_equal(word, "audit") || text_equal(word, "quiet") ||
	       text_equal(word, "allow") || text_equal(word, "owner") ||
	       text_equal(word, "other") || text_starts(word, "priority=");
}

static bool is_pattern(const char *word)
{
	return *word == '/' || text_starts(word, "@{");
}

static bool are_permissions(const char *word)
{
	return *word && word[strspn(word, "rwalkmixpPuUcCdD")] == '\0';
}

/* "/path rw", "rw /path", with or without `file` before; what is behind an arrow is another's. */
static bool read_file_rule(struct arena *arena, const char *rest, struct rule *rule)
{
	const char *word;

	while (*(word = apparmor_word(arena, &rest)) && !text_equal(word, "->")) {
		if (is_pattern(word) && !rule->pattern)
			rule->pattern = word;
		else if (are_permissions(word))
			rule->permissions = word;
	}
	return rule->pattern && rule->permissions;
}

static bool read_rule(struct reader *reader, const char *text, struct rule *ret)
{
	const char *rest = text, *before = rest, *word = apparmor_word(reader->arena, &rest);
	struct rule rule = {.text = text};

	for (; is_qualifier(word) || text_equal(word, "deny");
	     word = apparmor_word(reader->arena, &rest)) {
		rule.denies |= text_equal(word, "deny");
		if (text_starts(word, "priority="))
			reader->text->unjudged = "rules with a priority";
		before = rest;
	}
	*ret = rule;
	ret->kind = RULE_FILE;
	if (text_equal(word, "mount") || text_equal(word, "remount"))
		ret->kind = RULE_MOUNT;
	else if (text_equal(word, "ptrace"))
		ret->kind = RULE_PTRACE;
	else if (text_equal(word, "change_profile"))
		ret->kind = RULE_CHANGE_PROFILE;
	else if (text_equal(word, "all"))
		ret->kind = RULE_ALL;
	else if (text_equal(word, "file"))
		return !*rest || read_file_rule(reader->arena, rest, ret);
	else
		return read_file_rule(reader->arena, before, ret);
	return true;
}

/* --- files */

static void read_text(struct reader *reader, const char *at, bool inside);

static void lack(struct reader *reader, const char *path, const char *why)
{
	if (!reader->text->unread)
		reader->text->unread = arena_printf(reader->arena, "%s: %s", path, why);
}

static bool is_included(struct reader *reader, const char *path, bool inside)
{
	for (size_t i = 0; i < reader->n_included; i++)
		if (reader->included[i].inside == inside &&
		    text_equal(reader->included[i].path, path))
			return true;
	reader->included = arena_grow(reader->arena, reader->included, reader->n_included,
				      sizeof(*reader->included));
	reader->included[reader->n_included++] = (struct included){path, inside};
	return false;
}

static void read_included(struct reader *reader, const char *path, bool if_exists, bool inside)
{
	const cJSON *file = doc_member(reader->files, path);
	const char *unread = file ? doc_string_or(file, "unread", NULL) : "it was not read";
	const char *text = doc_string_or(file, "text", NULL);
	bool is_missing = text_equal(unread, "No such file or directory");

	if (is_included(reader, path, inside))
		return;
	if (reader->depth == MOST_DEPTH)
		unread = "too many files include one another";
	if (unread && !(if_exists && is_missing))
		lack(reader, path, unread);
	if (unread)
		return;
	reader->depth++;
	if (text)
		read_text(reader, text, inside);
	for (const cJSON *other = text ? NULL : reader->files->child; other; other = other->next)
		if (!text_equal(other->string, path) && path_within(other->string, path) &&
		    !strchr(other->string + strlen(path) + 1, '/'))
			read_included(reader, other->string, if_exists, inside);
	reader->depth--;
}

static void read_include(struct reader *reader, const char *line, bool inside)
{
	const char *start = line + strcspn(line, "<\""), *end;

	end = *start ? strpbrk(start + 1, ">\"") : NULL;
	if (!end) {
		reader->text->unjudged = arena_printf(reader->arena, "the line \"%s\"", line);
		return;
	}
	start = arena_strndup(reader->arena, start + 1, (size_t)(end - start - 1));
	read_included(reader,
		      path_clean(reader->arena,
				 *start == '/' ? start : path_join(reader->arena, FOLDER, start)),
		      strstr(line, "if exists"), inside);
}

/* "@{PROC} = /proc/", or "+=", which adds values. */
static void read_variable(struct reader *reader, const char *line)
{
	size_t length = strcspn(line, "}");
	const char *name = arena_strndup(reader->arena, line + 2, length - 2);
	const char *values = strchr(line + length, '=') + 1;

	reader->variables = arena_grow(reader->arena, reader->variables, reader->n_variables,
				       sizeof(*reader->variables));
	reader->variables[reader->n_variables++] = (struct apparmor_variable){
		name, arena_strndup(reader->arena, values, strcspn(values, "#"))};
}

static void read_line(struct reader *reader, const char *line, bool inside)
{
	if (text_starts(line, "@{"))
		read_variable(reader, line);
	else
		read_include(reader, line, inside);
}

/* A block that is not looked into, up to its end. */
static const char *skip_block(struct arena *arena, const char *at)
{
	struct apparmor_statement statement;

	for (unsigned depth = 1; depth && *at;) {
		at = apparmor_statement(arena, at, &statement);
		depth += statement.end == '{';
		depth -= statement.end == '}';
	}
	return at;
}

static void add_rule(struct reader *reader, const char *text)
{
	struct rule rule;

	if (!*text || !read_rule(reader, text, &rule))
		return;
	reader->rules =
		arena_grow(reader->arena, reader->rules, reader->n_rules, sizeof(*reader->rules));
	reader->rules[reader->n_rules++] = rule;
}

/* Is it the wanted profile whose block begins behind `header`? Then its flags, too. */
static bool begins_profile(struct reader *reader, const char *header)
{
	const char *rest = header, *flags;

	if (!text_equal(apparmor_word(reader->arena, &rest), "profile") ||
	    !text_equal(apparmor_word(reader->arena, &rest), reader->profile))
		return false;
	reader->text->path = reader->path;
	flags = strchr(rest, '(');
	if (flags && strstr(flags, "unconfined"))
		reader->text->flag = "unconfined";
	else if (flags && strstr(flags, "complain"))
		reader->text->flag = "complain";
	return true;
}

/* `inside`: the text stands in the profile, else before or between profiles. */
static void read_text(struct reader *reader, const char *at, bool inside)
{
	bool included = inside;
	struct apparmor_statement statement;

	while (*at) {
		at = apparmor_statement(reader->arena, at, &statement);
		if (inside && statement.cut)
			reader->text->unjudged = "rules that are too long";
		if (statement.end == '=') {
			read_line(reader, statement.text, inside);
		} else if (statement.end == '{') {
			if (!inside && begins_profile(reader, statement.text)) {
				inside = true;
				continue;
			}
			if (inside)
				reader->text->unjudged = "blocks within it";
			at = skip_block(reader->arena, at);
		} else {
			if (inside)
				add_rule(reader, statement.text);
			inside &= included || statement.end != '}';
		}
	}
}

/* --- what they permit */

static void grant(struct reader *reader, const char *what, const char *rule)
{
	struct apparmor_text *text = reader->text;

	if (text->n < APPARMOR_GRANTS)
		text->grants[text->n++] = (struct apparmor_grant){what, rule};
}

/* A rule that says no more than its keyword is about all of its kind. */
static bool is_bare(const struct rule *rule)
{
	return !strchr(rule->text, ' ') ||
	       strcspn(strrchr(rule->text, ' ') + 1, "/=(") == strlen(strrchr(rule->text, ' ') + 1);
}

static bool is_refused(const struct reader *reader, enum rule_kind kind)
{
	for (size_t i = 0; i < reader->n_rules; i++)
		if (reader->rules[i].denies && reader->rules[i].kind == kind &&
		    is_bare(&reader->rules[i]))
			return true;
	return false;
}

static struct apparmor_variables variables_of(struct reader *reader)
{
	return (struct apparmor_variables){reader->variables, reader->n_variables,
					   &reader->unfollowed};
}

/* "ptrace (trace, readby)" is about tracing, "ptrace (readby)" is not; about all without words. */
static bool is_to_trace(const char *text, const char *end)
{
	bool passive = false;

	for (size_t length; text < end; text += length) {
		text += strspn(text, " (,)");
		length = strcspn(text, " (,)");
		if ((length == 5 && memcmp(text, "trace", 5) == 0) ||
		    (length == 4 && memcmp(text, "read", 4) == 0))
			return true;
		passive |= length > 2 && length < 9 && memcmp(text + length - 2, "by", 2) == 0;
	}
	return !passive;
}

/* To trace processes that no profile confines; to be traced, and to trace its own, are usual. */
static bool traces_others(struct reader *reader, const struct rule *rule)
{
	struct apparmor_variables variables = variables_of(reader);
	const char *peer = strstr(rule->text, "peer=");

	if (!is_to_trace(rule->text, peer ? peer : rule->text + strlen(rule->text)))
		return false;
	if (!peer)
		return true;
	peer += strlen("peer=");
	return apparmor_matches(&variables, apparmor_word(reader->arena, &peer), "unconfined");
}

static bool permits(struct reader *reader, const struct rule *rule, enum rule_kind kind)
{
	if (rule->denies || (rule->kind != kind && rule->kind != RULE_ALL))
		return false;
	return kind != RULE_PTRACE || rule->kind == RULE_ALL || traces_others(reader, rule);
}

static void judge_kind(struct reader *reader, enum rule_kind kind, const char *what)
{
	if (is_refused(reader, kind))
		return;
	for (size_t i = 0; i < reader->n_rules; i++)
		if (permits(reader, &reader->rules[i], kind)) {
			grant(reader, what, reader->rules[i].text);
			return;
		}
}

static bool is_about_write(struct reader *reader, const struct rule *rule, const char *path)
{
	struct apparmor_variables variables = variables_of(reader);

	if (rule->kind != RULE_FILE)
		return rule->kind == RULE_ALL;
	if (rule->permissions && !strpbrk(rule->permissions, "wa"))
		return false;
	return !rule->pattern || apparmor_matches(&variables, rule->pattern, path);
}

/* The rule by which a file may be written; NULL: none, or another one refuses it. */
static const char *writes_by(struct reader *reader, const char *path)
{
	const char *by = NULL;

	for (size_t i = 0; i < reader->n_rules; i++) {
		const struct rule *rule = &reader->rules[i];

		if ((rule->denies || !by) && is_about_write(reader, rule, path)) {
			if (rule->denies)
				return NULL;
			by = rule->text;
		}
	}
	return by;
}

/* Files that stand for what is around them; docker-default refuses to write any of these. */
static void judge_writes(struct reader *reader)
{
	static const char *const paths[] = {
		"/proc/sys/kernel/core_pattern",
		"/proc/sysrq-trigger",
		"/sys/kernel/uevent_helper",
		"/sys/kernel/security/apparmor/.replace",
	};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		const char *rule = writes_by(reader, paths[i]);

		if (rule)
			grant(reader, arena_printf(reader->arena, "writing %s", paths[i]), rule);
	}
}

/* `ux`, also where another transition falls back to it. */
static void judge_programs(struct reader *reader)
{
	for (size_t i = 0; i < reader->n_rules; i++) {
		const struct rule *rule = &reader->rules[i];

		if (rule->kind == RULE_FILE && !rule->denies && rule->permissions &&
		    strpbrk(rule->permissions, "uU")) {
			grant(reader, "programs that nothing confines", rule->text);
			return;
		}
	}
}

static void judge(struct reader *reader)
{
	judge_kind(reader, RULE_MOUNT, "mounts");
	judge_kind(reader, RULE_PTRACE, "ptrace of processes that nothing confines");
	judge_kind(reader, RULE_CHANGE_PROFILE, "a change of the profile");
	judge_programs(reader);
	judge_writes(reader);
	if (reader->unfollowed)
		reader->text->unjudged = "a variable that nothing sets";
}

struct apparmor_text apparmor_text(struct arena *arena, const cJSON *files, const char *profile)
{
	struct apparmor_text text = {0};

	doc_for_each (file, files) {
		struct reader reader = {.arena = arena,
					.files = files,
					.profile = profile,
					.path = file->string,
					.text = &text};
		const char *content = doc_string_or(file, "text", NULL);

		if (!content || !strstr(content, profile))
			continue;
		read_variable(&reader, arena_printf(arena, "@{profile_name}=%s", profile));
		read_text(&reader, content, false);
		if (text.path) {
			judge(&reader);
			break;
		}
		text = (struct apparmor_text){0}; /* of another profile */
	}
	return text;
}
