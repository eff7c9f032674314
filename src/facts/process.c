/* SPDX-License-Identifier: Apache-2.0 */

/* The kernel's text about a process as numbers. */

#include "facts/process.h"

#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char *const namespace_names[] = {
	[NAMESPACE_PID] = "pid",       [NAMESPACE_NET] = "net",   [NAMESPACE_IPC] = "ipc",
	[NAMESPACE_UTS] = "uts",       [NAMESPACE_USER] = "user", [NAMESPACE_MNT] = "mnt",
	[NAMESPACE_CGROUP] = "cgroup", [NAMESPACE_TIME] = "time",
};

const char *namespace_name(enum namespace_kind kind)
{
	return namespace_names[kind];
}

void namespaces_parse(const cJSON *object, uint64_t inodes[NAMESPACE_COUNT])
{
	for (int kind = 0; kind < NAMESPACE_COUNT; kind++)
		doc_u64(object, namespace_names[kind], &inodes[kind]);
}

const char *status_value(const char *status, const char *name)
{
	size_t length = strlen(name);

	for (const char *line = status; line && *line;) {
		if (!strncmp(line, name, length) && line[length] == ':')
			return line + length + 1 + strspn(line + length + 1, " \t");
		line = strchr(line, '\n');
		if (line)
			line++;
	}
	return NULL;
}

/* The unsigned number at *cursor, behind blanks of the same line; *cursor moves behind it. */
static bool next_number(const char **cursor, int base, uint64_t *ret)
{
	const char *start = *cursor + strspn(*cursor, " \t");
	unsigned long long number;
	char *end;

	if (!isxdigit((unsigned char)*start))
		return false;
	errno = 0;
	number = strtoull(start, &end, base);
	if (end == start || errno)
		return false;
	*cursor = end;
	*ret = number;
	return true;
}

static bool status_number(const char *status, const char *name, int base, uint64_t *ret)
{
	const char *value = status_value(status, name);

	return value && next_number(&value, base, ret);
}

/* The real and the effective id of "Uid:\t0\t0\t0\t0". */
static bool status_ids(const char *status, const char *name, int64_t *ret_real,
		       int64_t *ret_effective)
{
	const char *value = status_value(status, name);
	uint64_t real, effective;

	if (!value || !next_number(&value, 10, &real) || !next_number(&value, 10, &effective) ||
	    real > UINT32_MAX || effective > UINT32_MAX)
		return false;
	*ret_real = (int64_t)real;
	*ret_effective = (int64_t)effective;
	return true;
}

static bool parse_status(const char *status, struct process *process)
{
	uint64_t number;

	if (!status_ids(status, "Uid", &process->uid, &process->euid) ||
	    !status_ids(status, "Gid", &process->gid, &process->egid) ||
	    !status_number(status, "CapInh", 16, &process->cap_inheritable) ||
	    !status_number(status, "CapPrm", 16, &process->cap_permitted) ||
	    !status_number(status, "CapEff", 16, &process->cap_effective) ||
	    !status_number(status, "CapBnd", 16, &process->cap_bounding) ||
	    !status_number(status, "NoNewPrivs", 10, &number))
		return false;
	process->no_new_privs = number == 1;
	process->groups = status_value(status, "Groups");
	status_number(status, "CapAmb", 16, &process->cap_ambient);
	if (status_number(status, "Seccomp", 10, &number) && number <= 2)
		process->seccomp = (int)number;
	if (status_number(status, "Seccomp_filters", 10, &number) && number <= INT64_MAX)
		process->seccomp_filters = (int64_t)number;
	return true;
}

static const char *unread_reason(const cJSON *doc, const char *member, const char *fallback)
{
	return doc_string_or(doc_at(doc, "unread"), member, fallback);
}

static void parse_process(const cJSON *doc, struct process *ret)
{
	const char *status = NULL;
	struct process process = {.seccomp = -1, .seccomp_filters = -1};
	uint64_t pid;

	if (doc_u64(doc, "pid", &pid) == DOC_PRESENT && pid <= INT32_MAX)
		process.pid = (int64_t)pid;
	doc_u64(doc, "starttime", &process.starttime);
	doc_bool(doc, "init", &process.init);
	process.comm = doc_string_or(doc, "comm", "");
	process.exe = doc_string_or(doc, "exe", NULL);
	*ret = process;
	if (doc_string(doc, "status", &status) != DOC_PRESENT)
		ret->status_unread = unread_reason(doc, "status", "status was not read");
	else if (!parse_status(status, &process))
		ret->status_unread = "status lacks lines that every Linux since 4.10 has";
	else
		*ret = process;
	ret->label = doc_string_or(doc, "label", NULL);
	if (ret->label && !*ret->label)
		ret->label = NULL;
	ret->label_unread = unread_reason(doc, "label", NULL);
	namespaces_parse(doc_at(doc, "namespaces"), ret->namespaces);
	for (int kind = 0; kind < NAMESPACE_COUNT; kind++)
		if (!ret->namespaces[kind] && kind != NAMESPACE_TIME)
			ret->namespaces_unread =
				unread_reason(doc, "namespaces", "a namespace link was not read");
}

/* A process while they are sorted. */
struct draft {
	const char *container;
	const cJSON *doc;
	uint64_t pid;
	bool init;
};

static int compare_drafts(const void *left, const void *right)
{
	const struct draft *a = left, *b = right;
	int order = strcmp(a->container, b->container);

	if (order)
		return order;
	if (a->init != b->init)
		return a->init ? -1 : 1;
	return (a->pid > b->pid) - (a->pid < b->pid);
}

struct process_set processes_load(struct arena *arena, const cJSON *snapshot)
{
	const cJSON *list = NULL;
	struct process *items;
	const cJSON **docs;
	struct draft *drafts;
	size_t n = 0;

	doc_array(snapshot, "processes", &list);
	doc_for_each (doc, list)
		n++;
	drafts = arena_array(arena, n, sizeof(*drafts));
	n = 0;
	doc_for_each (doc, list) {
		struct draft *draft = &drafts[n];

		if (doc_string(doc, "container", &draft->container) != DOC_PRESENT)
			continue;
		draft->doc = doc;
		doc_u64(doc, "pid", &draft->pid);
		doc_bool(doc, "init", &draft->init);
		n++;
	}
	if (n > 1)
		qsort(drafts, n, sizeof(*drafts), compare_drafts);
	items = arena_array(arena, n, sizeof(*items));
	docs = arena_array(arena, n, sizeof(*docs));
	for (size_t i = 0; i < n; i++) {
		docs[i] = drafts[i].doc;
		parse_process(docs[i], &items[i]);
	}
	return (struct process_set){items, docs, n};
}

struct process_set outsiders_load(struct arena *arena, const cJSON *snapshot)
{
	const cJSON *list = NULL;
	struct process_set set = {0};
	struct process *items;

	doc_array(snapshot, "outsiders", &list);
	items = arena_array(arena, (size_t)cJSON_GetArraySize(list), sizeof(*items));
	doc_for_each (doc, list)
		parse_process(doc, &items[set.n++]);
	set.items = items;
	return set;
}

static const char *container_of(const struct process_set *set, size_t i)
{
	return doc_string_or(set->docs[i], "container", "");
}

size_t processes_of(const struct process_set *set, const char *container, size_t *ret_n)
{
	size_t low = 0, high = set->n, end;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(container_of(set, middle), container) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (end = low; end < set->n && !strcmp(container_of(set, end), container);)
		end++;
	*ret_n = end - low;
	return low;
}

/* One line, "inside outside count". */
static bool read_range(const char *line, uint64_t range[3])
{
	return next_number(&line, 10, &range[0]) && next_number(&line, 10, &range[1]) &&
	       next_number(&line, 10, &range[2]) && range[0] <= UINT32_MAX &&
	       range[1] <= UINT32_MAX;
}

bool uid_map_is_sound(const char *map)
{
	uint64_t range[3];

	for (; *map; map += strcspn(map, "\n"), map += *map == '\n')
		if (!read_range(map, range))
			return false;
	return true;
}

bool uid_map_next(const char **map, uint64_t range[3])
{
	while (*map && **map) {
		const char *line = *map;

		*map += strcspn(line, "\n");
		*map += **map == '\n';
		if (read_range(line, range))
			return true;
	}
	return false;
}

bool uid_map_find(const char *map, int64_t id, bool from_inside, int64_t *ret_other)
{
	uint64_t range[3];

	while (uid_map_next(&map, range)) {
		uint64_t from = from_inside ? range[0] : range[1];
		uint64_t to = from_inside ? range[1] : range[0];

		if (id >= 0 && (uint64_t)id >= from && (uint64_t)id - from < range[2]) {
			*ret_other = (int64_t)(to + ((uint64_t)id - from));
			return true;
		}
	}
	return false;
}
