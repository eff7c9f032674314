/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/audit.h"

#include "base/path.h"
#include "base/text.h"
#include "facts/load.h"

#include <string.h>

#define MOST_CALLS 2048

/*
 * The system calls without which a rule does not see an access, for it has some of them only. The
 * numbers are those of x86_64 and of the architectures with the kernel's generic table; -1 where
 * there is no such call.
 */
static const struct call {
	const char *name;
	unsigned access;
	int x86_64, generic;
} calls[] = {
	{"open", AUDIT_WRITE, 2, -1},
	{"openat", AUDIT_WRITE, 257, 56},
	{"truncate", AUDIT_WRITE, 76, 45},
	{"rename", AUDIT_WRITE, 82, -1},
	{"renameat2", AUDIT_WRITE, 316, 276},
	{"unlink", AUDIT_WRITE, 87, -1},
	{"unlinkat", AUDIT_WRITE, 263, 35},
	{"chmod", AUDIT_ATTRIBUTES, 90, -1},
	{"fchmod", AUDIT_ATTRIBUTES, 91, 52},
	{"fchmodat", AUDIT_ATTRIBUTES, 268, 53},
	{"chown", AUDIT_ATTRIBUTES, 92, -1},
	{"fchown", AUDIT_ATTRIBUTES, 93, 55},
	{"fchownat", AUDIT_ATTRIBUTES, 260, 54},
	{"setxattr", AUDIT_ATTRIBUTES, 188, 5},
	{"execve", AUDIT_EXECUTE, 59, 221},
	{"execveat", AUDIT_EXECUTE, 322, 281},
};

#define N_CALLS (sizeof(calls) / sizeof(calls[0]))

enum machine { MACHINE_OTHER, MACHINE_X86_64, MACHINE_GENERIC };

/* A rule while its words are read. */
struct parser {
	struct load *load;
	enum machine machine;
	struct audit_rule rule;
	const char *path;
	bool is_rule, prepend, permissions_given, calls_given, all_calls;
	bool has_call[N_CALLS];
};

static enum machine machine_of(const struct load *load)
{
	const char *name =
		doc_string_or(load->facts->host.doc, "architecture",
			      doc_string_or(load->facts->engine.info, "Architecture", ""));

	if (text_equal(name, "x86_64"))
		return MACHINE_X86_64;
	return text_equal(name, "aarch64") || text_equal(name, "riscv64") ? MACHINE_GENERIC
									  : MACHINE_OTHER;
}

static void narrow(struct parser *parser, const char *condition)
{
	if (!parser->rule.narrowed)
		parser->rule.narrowed = condition;
}

static bool is_number(const char *word)
{
	return *word && strspn(word, "0123456789") == strlen(word);
}

static bool is_call(const struct parser *parser, const struct call *call, const char *word)
{
	int number = parser->machine == MACHINE_X86_64 ? call->x86_64 : call->generic;
	uint64_t value;

	if (text_equal(word, call->name))
		return true;
	return parser->machine != MACHINE_OTHER && parse_u64(word, 10, &value) &&
	       value < MOST_CALLS && (int)value == number;
}

/* "82,87", "unlink,rename", "all" */
static void take_calls(struct parser *parser, char *list)
{
	char *word;

	parser->calls_given = true;
	while ((word = strsep(&list, ","))) {
		parser->all_calls |= text_equal(word, "all");
		parser->rule.unclear |= parser->machine == MACHINE_OTHER && is_number(word);
		for (size_t i = 0; i < N_CALLS; i++)
			parser->has_call[i] |= is_call(parser, &calls[i], word);
	}
}

static unsigned take_permissions(const char *letters)
{
	static const char names[] = "rwxa";
	unsigned accesses = 0;

	for (; *letters; letters++) {
		const char *found = strchr(names, *letters);

		if (found)
			accesses |= 1u << (found - names);
	}
	return accesses;
}

static bool is_other_architecture(const char *name)
{
	static const char *const native[] = {"b64",     "x86_64",   "aarch64",
					     "riscv64", "c000003e", "c00000b7"};

	for (size_t i = 0; i < sizeof(native) / sizeof(native[0]); i++)
		if (text_equal(name, native[i]))
			return false;
	return true;
}

/* "path=/etc/docker", "auid>=1000" */
static void take_field(struct parser *parser, char *field)
{
	size_t name = strcspn(field, "=!<>&");
	const char *value = field + name + (field[name] == '=');

	if (field[name] != '=') {
		narrow(parser, field);
	} else if (name == 4 && text_starts(field, "path")) {
		parser->path = value;
	} else if (name == 3 && text_starts(field, "dir")) {
		parser->path = value;
		parser->rule.tree = true;
	} else if (name == 4 && text_starts(field, "perm")) {
		parser->permissions_given = true;
		parser->rule.accesses = take_permissions(value);
	} else if (name == 4 && text_starts(field, "arch")) {
		if (is_other_architecture(value))
			narrow(parser, field);
	} else if (name != 3 || !text_starts(field, "key")) {
		narrow(parser, field);
	}
}

/* "always,exit" in either order; rules of other lists say nothing of files. */
static void take_list(struct parser *parser, const char *value)
{
	bool never = text_starts(value, "never,") || text_ends(value, ",never");
	bool always = text_starts(value, "always,") || text_ends(value, ",always");
	bool exit = text_starts(value, "exit,") || text_ends(value, ",exit");

	parser->rule.never = never;
	parser->rule.on_tasks = text_starts(value, "task,") || text_ends(value, ",task");
	parser->is_rule = (never || always) && (exit || parser->rule.on_tasks);
}

/* The path's record in host.paths; NULL where it was not looked at. */
static const cJSON *path_record(const struct load *load, const char *path)
{
	const struct index_entry *entry = index_find(&load->host_paths, path);

	return entry ? entry->item : NULL;
}

/* The directories above it without links, and the last component as it stands. */
static void settle_path(struct parser *parser)
{
	struct arena *arena = parser->load->arena;
	const char *named = path_clean(arena, parser->path), *name = path_name(named), *parent;
	const char *real = doc_string_or(path_record(parser->load, named), "real", NULL);

	parent = name - named <= 1 ? "/" : arena_strndup(arena, named, (size_t)(name - named) - 1);
	parent = doc_string_or(path_record(parser->load, parent), "real", parent);
	parser->rule.path = path_join(arena, parent, name);
	if (real && !text_equal(real, parser->rule.path))
		parser->rule.link = real;
}

/* "-w PATH": a directory is watched with all that is in it. */
static void take_watch(struct parser *parser, const char *path)
{
	const char *named = path_clean(parser->load->arena, path);
	const char *type = doc_string_or(path_record(parser->load, named), "type", "");

	parser->is_rule = true;
	parser->path = path;
	parser->rule.tree = text_ends(path, "/") || text_equal(type, "directory");
}

static void take_option(struct parser *parser, const char *option, char *value)
{
	switch (option[1]) {
	case 'A':
	case 'a':
		parser->prepend = option[1] == 'A';
		take_list(parser, value);
		break;
	case 'w':
		take_watch(parser, value);
		break;
	case 'p':
		parser->permissions_given = true;
		parser->rule.accesses = take_permissions(value);
		break;
	case 'S':
		take_calls(parser, value);
		break;
	case 'F':
		take_field(parser, value);
		break;
	case 'C':
		narrow(parser, value);
		break;
	default: /* -k, and what is no rule */
		break;
	}
}

/* Which accesses the rule sees whole, where it has some system calls only. */
static unsigned complete_accesses(const struct parser *parser)
{
	unsigned accesses = AUDIT_ALL & ~(unsigned)AUDIT_READ;

	for (size_t i = 0; i < N_CALLS; i++) {
		int number =
			parser->machine == MACHINE_GENERIC ? calls[i].generic : calls[i].x86_64;

		if (number >= 0 && !parser->has_call[i])
			accesses &= ~calls[i].access;
	}
	return accesses;
}

static bool finish_rule(struct parser *parser)
{
	struct audit_rule *rule = &parser->rule;

	if (!parser->is_rule)
		return false;
	if (!parser->permissions_given)
		rule->accesses = AUDIT_ALL;
	if (!parser->calls_given || parser->all_calls)
		rule->unclear = false;
	else if (!rule->unclear)
		rule->accesses &= complete_accesses(parser);
	if (parser->path)
		settle_path(parser);
	return true;
}

static bool parse_rule(struct load *load, enum machine machine, const char *text,
		       struct parser *ret)
{
	char *rest = arena_strdup(load->arena, text), *word, *option = NULL;
	struct parser parser = {.load = load, .machine = machine, .rule.text = text};

	while ((word = strsep(&rest, " \t"))) {
		if (!*word)
			continue;
		if (!option && word[0] == '-' && word[1] && !word[2])
			option = word;
		else if (option)
			take_option(&parser, option, word), option = NULL;
	}
	*ret = parser;
	return finish_rule(ret);
}

struct draft {
	struct audit_rule *items;
	size_t n;
};

static void add_rule(struct draft *draft, const struct parser *parser)
{
	size_t at = parser->prepend ? 0 : draft->n;

	memmove(draft->items + at + 1, draft->items + at,
		(draft->n - at) * sizeof(draft->items[0]));
	draft->items[at] = parser->rule;
	draft->n++;
}

/* The lines of a file behind those that are there; "-D" takes away all before it. */
static void add_file(struct load *load, enum machine machine, const cJSON *file,
		     struct draft *draft)
{
	const char *path = doc_string_or(file, "path", "");

	doc_for_each (line, doc_at(file, "lines")) {
		struct parser parser;

		if (!doc_is_string(line))
			continue;
		if (text_equal(line->valuestring, "-D"))
			draft->n = 0;
		if (!parse_rule(load, machine, line->valuestring, &parser))
			continue;
		parser.rule.where = arena_printf(load->arena, "%s:%s", path, line->string);
		add_rule(draft, &parser);
	}
}

static size_t count_lines(const cJSON *files)
{
	size_t n = 0;

	doc_for_each (file, files)
		doc_for_each (line, doc_at(file, "lines"))
			n++;
	return n;
}

static void load_files(struct load *load, enum machine machine, const cJSON *doc,
		       struct audit *audit)
{
	const cJSON *files = doc_at(doc, "files");
	size_t most = count_lines(files);
	struct draft folder = {.items = arena_array(load->arena, most, sizeof(struct audit_rule))};
	struct draft single = {.items = arena_array(load->arena, most, sizeof(struct audit_rule))};

	audit->files_unread = doc_string_or(doc, "unread.files", NULL);
	if (!cJSON_IsArray(files) && !audit->files_unread)
		audit->files_unread = "the snapshot does not hold them";
	doc_for_each (file, files) {
		const char *path = doc_string_or(file, "path", "");

		if (doc_at(file, "unread") && !audit->files_unread)
			audit->files_unread = doc_string_or(file, "unread", "");
		add_file(load, machine, file,
			 path_within(path, "/etc/audit/rules.d") ? &folder : &single);
	}
	audit->folder = (struct audit_rules){folder.items, folder.n};
	audit->file = (struct audit_rules){single.items, single.n};
}

/* With audit=0 at boot there is nobody whom to ask. */
static bool is_off_since_boot(const struct load *load)
{
	return text_equal(doc_string_or(load->facts->host.doc, "hardening.boot_options.audit", ""),
			  "0");
}

static void load_kernel(struct load *load, enum machine machine, const cJSON *doc,
			struct audit *audit)
{
	const cJSON *rules;
	struct draft draft = {0};
	size_t most = 0;
	uint64_t enabled = 0;

	if (is_off_since_boot(load))
		return;
	if (doc_array(doc, "rules", &rules) != DOC_PRESENT ||
	    doc_u64(doc, "enabled", &enabled) != DOC_PRESENT) {
		audit->unread = doc_string_or(doc, "unread.rules",
					      "the snapshot does not hold the audit rules");
		return;
	}
	audit->enabled = enabled != 0;
	doc_for_each (rule, rules)
		most++;
	draft.items = arena_array(load->arena, most, sizeof(*draft.items));
	doc_for_each (rule, rules) {
		struct parser parser;

		if (doc_is_string(rule) && parse_rule(load, machine, rule->valuestring, &parser))
			add_rule(&draft, &parser);
	}
	audit->loaded = (struct audit_rules){draft.items, draft.n};
}

void audit_load(struct load *load)
{
	struct audit *audit = arena_alloc(load->arena, sizeof(*audit));
	const cJSON *doc = doc_at(load->facts->host.doc, "audit");
	enum machine machine = machine_of(load);

	load_kernel(load, machine, doc, audit);
	load_files(load, machine, doc, audit);
	load->facts->host.audit = audit;
}
