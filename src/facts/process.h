/* SPDX-License-Identifier: Apache-2.0 */

/* The processes of a snapshot, parsed, and together by container. */
#ifndef BULKHEAD_FACTS_PROCESS_H
#define BULKHEAD_FACTS_PROCESS_H

#include "base/arena.h"
#include "facts/container.h"

struct process_set {
	const struct process *items; /* sorted by container, the init first, then by pid */
	const cJSON *const *docs;    /* what each was parsed from */
	size_t n;
};

struct process_set processes_load(struct arena *arena, const cJSON *snapshot);

/*
 * Those that are in namespaces of containers, but in no container's control group; without docs, in
 * the order of the snapshot.
 */
struct process_set outsiders_load(struct arena *arena, const cJSON *snapshot);

/* The processes of a container: a position in items, *ret_n of them. */
size_t processes_of(const struct process_set *set, const char *container, size_t *ret_n);

/* The inodes of "namespaces" as the snapshot writes them; 0 for what is not there. */
void namespaces_parse(const cJSON *object, uint64_t inodes[NAMESPACE_COUNT]);

/*
 * The value of "Name:\tvalue" in the lines of /proc/<pid>/status; NULL where there is no such line.
 * It ends at the end of the line.
 */
const char *status_value(const char *status, const char *name);

/* Every line of a uid_map is one that the kernel writes; one without lines maps nobody. */
bool uid_map_is_sound(const char *map);

/* The next line of a uid_map: inside, outside, count; false at its end. */
bool uid_map_next(const char **map, uint64_t range[3]);

/*
 * The line of a uid_map whose range holds `id` ("inside outside count"), seen from inside or from
 * outside; false where none does.
 */
bool uid_map_find(const char *map, int64_t id, bool from_inside, int64_t *ret_other);

#endif
