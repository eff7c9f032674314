/* SPDX-License-Identifier: Apache-2.0 */

/*
 * As whom the host's own processes run. Who shares their pid namespace, or has the host's /proc,
 * and can be the same user with no fewer capabilities enters the host by /proc/<pid>/root of one of
 * them.
 */
#ifndef BULKHEAD_COLLECT_RUNNING_AS_H
#define BULKHEAD_COLLECT_RUNNING_AS_H

#include "base/arena.h"
#include "base/text.h"

#include <cjson/cJSON.h>
#include <sys/stat.h>

struct running_as_who {
	uint64_t uid, gid, permitted;
};

struct running_as {
	struct arena *arena;
	dev_t root_device; /* of the host's / … */
	ino_t root_inode;  /* … which 0 is where it was not found */
	uint64_t user;     /* inode of the host's user namespace; 0: unknown */
	struct running_as_who *items;
	size_t n;
	unsigned unread; /* processes that may not be looked at */
	int code;
};

void running_as_init(struct running_as *all, struct arena *arena, const cJSON *snapshot);

/* A process that is in no container's control group; `dir` is its /proc directory. */
void running_as_offer(struct running_as *all, uint64_t pid, int dir, struct text *text);

/* host.running_as, once all were offered. */
void running_as_record(struct running_as *all, cJSON *snapshot);

#endif
