/* SPDX-License-Identifier: Apache-2.0 */

/* The containers whose processes are looked for, found by id and by first process. */
#include "base/doc.h"
#include "base/text.h"
#include "collect/process.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ID_LENGTH 64
#define MOST_HOPS 16 /* container:<id> that leads to container:<id> … */

bool parse_time(const char *text, int64_t *ret)
{
	struct tm tm = {0};
	const char *end = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	unsigned hours, minutes;
	char sign;
	int64_t time;

	if (!end)
		return false;
	time = timegm(&tm);
	if (*end == '.')
		end += 1 + strspn(end + 1, "0123456789");
	if (sscanf(end, "%c%2u:%2u", &sign, &hours, &minutes) == 3 && (sign == '+' || sign == '-'))
		time -= (sign == '+' ? 1 : -1) * (int64_t)(hours * 3600 + minutes * 60);
	else if (!text_equal(end, "Z"))
		return false;
	*ret = time;
	return true;
}

static int by_id(const void *a, const void *b)
{
	return strcmp(((const struct running *)a)->id, ((const struct running *)b)->id);
}

static int by_pid(const void *a, const void *b)
{
	uint64_t one = (*(struct running *const *)a)->pid;
	uint64_t other = (*(struct running *const *)b)->pid;

	return (one > other) - (one < other);
}

static struct running *find_id(const struct running_list *list, const char *id)
{
	struct running key = {.id = id};

	if (list->n == 0)
		return NULL;
	return bsearch(&key, list->items, list->n, sizeof(key), by_id);
}

static bool is_id(const char *id)
{
	return strlen(id) == ID_LENGTH && strspn(id, "0123456789abcdef") == ID_LENGTH;
}

bool running_read(const cJSON *inspect, struct running *ret)
{
	const char *id;
	bool running;
	int64_t pid = 0;

	if (doc_string(inspect, "Id", &id) != DOC_PRESENT || !is_id(id))
		return false;
	if (doc_bool(inspect, "State.Running", &running) == DOC_PRESENT && !running)
		return false;
	*ret = (struct running){.id = id,
				.name = doc_string_or(inspect, "Name", id),
				.user = doc_string_or(inspect, "Config.User", "")};
	if (doc_int(inspect, "State.Pid", &pid) == DOC_PRESENT && pid > 0)
		ret->pid = (uint64_t)pid;
	parse_time(doc_string_or(inspect, "State.StartedAt", ""), &ret->started);
	return true;
}

/* Where "container:<id>" chains end; most containers have another mode and are done at once. */
static bool is_host_network(const struct running_list *list, const cJSON *const *inspects,
			    const cJSON *inspect)
{
	for (unsigned hop = 0; hop < MOST_HOPS; hop++) {
		const char *mode = doc_string_or(inspect, "HostConfig.NetworkMode", "");
		const struct running *next;

		if (!text_starts(mode, "container:"))
			return text_equal(mode, "host");
		next = find_id(list, mode + strlen("container:"));
		if (!next)
			return false;
		inspect = inspects[next - list->items];
	}
	return false;
}

/* Inspects go the way that sorting takes their containers, by the id that both have. */
static int inspect_by_id(const void *a, const void *b)
{
	return strcmp(doc_string_or(*(const cJSON *const *)a, "Id", ""),
		      doc_string_or(*(const cJSON *const *)b, "Id", ""));
}

void running_list_init(const cJSON *snapshot, struct running_list *ret)
{
	const cJSON *containers = doc_at(snapshot, "engine.containers");
	size_t most = (size_t)cJSON_GetArraySize(containers);
	struct running_list list = {.arena = arena_new()};
	const cJSON **inspects = arena_array(list.arena, most, sizeof(*inspects));

	list.items = arena_array(list.arena, most, sizeof(*list.items));
	list.by_pid = arena_array(list.arena, most, sizeof(*list.by_pid));
	doc_for_each (inspect, containers) {
		if (!running_read(inspect, &list.items[list.n]))
			continue;
		inspects[list.n++] = inspect;
	}
	qsort(list.items, list.n, sizeof(list.items[0]), by_id);
	qsort(inspects, list.n, sizeof(inspects[0]), inspect_by_id);
	for (size_t i = 0; i < list.n; i++) {
		list.items[i].host_network = is_host_network(&list, inspects, inspects[i]);
		list.by_pid[i] = &list.items[i];
	}
	qsort(list.by_pid, list.n, sizeof(list.by_pid[0]), by_pid);
	*ret = list;
}

void running_list_release(struct running_list *list)
{
	arena_free(list->arena);
	*list = (struct running_list){0};
}

struct running *running_by_pid(const struct running_list *list, uint64_t pid)
{
	struct running key = {.pid = pid}, *pointer = &key, **found;

	if (list->n == 0 || pid == 0)
		return NULL;
	found = bsearch(&pointer, list->by_pid, list->n, sizeof(list->by_pid[0]), by_pid);
	return found ? *found : NULL;
}

/* Podman puts the monitor of a container beside it, as "libpod-conmon-<id>.scope". */
static bool is_monitor(const char *line, const char *id)
{
	return id - line >= 7 && memcmp(id - 7, "conmon-", 7) == 0;
}

static struct running *last_known(const struct running_list *list, const char *line, size_t length)
{
	struct running *found = NULL;
	char id[ID_LENGTH + 1];

	for (const char *p = line, *end = line + length; p < end;) {
		size_t run = strspn(p, "0123456789abcdef");
		struct running *known;

		if (run == ID_LENGTH && !is_monitor(line, p)) {
			memcpy(id, p, ID_LENGTH);
			id[ID_LENGTH] = '\0';
			known = find_id(list, id);
			found = known ? known : found;
		}
		p += run ? run : 1;
	}
	return found;
}

struct running *running_by_cgroup(const struct running_list *list, const char *cgroup)
{
	for (const char *line = cgroup; *line;) {
		size_t length = strcspn(line, "\n");
		struct running *found = length > ID_LENGTH ? last_known(list, line, length) : NULL;

		if (found)
			return found;
		line += length + (line[length] == '\n');
	}
	return NULL;
}
