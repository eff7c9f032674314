/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The OCI bundle of a running container: config.json (runtime-spec, config.md), which tells the
 * runtime what to make of it. It stands in the working directory of the container's shim, which is
 * the parent of its first process, wherever the engine keeps its state.
 */
#ifndef BULKHEAD_COLLECT_BUNDLE_H
#define BULKHEAD_COLLECT_BUNDLE_H

#include "base/arena.h"
#include "base/text.h"

#include <cjson/cJSON.h>
#include <stdint.h>

/*
 * Most containers have the same filter of system calls, so each stands here once. Engines write
 * equal filters alike, so that one which is there already is known by its text.
 */
struct bundle_filters {
	struct arena *arena;
	cJSON *items; /* snapshot.bundle_filters */
	char **texts; /* of each item */
	size_t n;
};

/*
 * process.bundle: of config.json what says how the container is isolated; nothing of its command
 * line and environment. linux.seccomp is the position in `filters`.
 *
 * `parent` is the pid of the first process's parent, `text` room for the file. -EACCES or -EPERM
 * where it may not be read; -ENOENT where the parent is no shim that has a bundle of this
 * container; other negative errnos.
 */
int bundle_record(cJSON *process, uint64_t parent, const char *id, struct bundle_filters *filters,
		  struct text *text);

#endif
