/* SPDX-License-Identifier: Apache-2.0 */

/* The pieces of process_collect(): which container a process is of, its sockets, its limits. */
#ifndef BULKHEAD_COLLECT_PROCESS_H
#define BULKHEAD_COLLECT_PROCESS_H

#include "base/arena.h"
#include "collect/sockets.h"

#include "base/text.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A container that was running when it was inspected, or could not be inspected. */
struct running {
	const char *id, *name;
	const char *user;  /* Config.User */
	uint64_t pid;      /* State.Pid; 0: unknown */
	int64_t started;   /* State.StartedAt, seconds since 1970; 0: unknown */
	bool host_network; /* by NetworkMode, through other containers too */
	bool init_seen;
	cJSON *early; /* its first process, where that was read before the pass */
};

struct running_list {
	struct arena *arena;
	struct running *items; /* sorted by id */
	struct running **by_pid;
	size_t n;
};

/* False where the inspect is of none. Its strings are the inspect's. */
bool running_read(const cJSON *inspect, struct running *ret);

void running_list_init(const cJSON *snapshot, struct running_list *ret);
void running_list_release(struct running_list *list);
#define cleanup_running __attribute__((cleanup(running_list_release)))

/*
 * The container that /proc/<pid>/cgroup names: by the last id in a line that is known, whatever
 * stands around it ("/docker/<id>", "docker-<id>.scope", "/<parent>/<id>/init.scope"). NULL for
 * none.
 */
struct running *running_by_cgroup(const struct running_list *list, const char *cgroup);
struct running *running_by_pid(const struct running_list *list, uint64_t pid);

/* RFC 3339 as engines write it, with fractions and an offset; false where it is not. */
bool parse_time(const char *text, int64_t *ret);

/* True for a Config.User whose uid only the container's own passwd tells. */
bool user_is_name(const char *user);

/*
 * The uid of "name" or "name:group" by the passwd of the process whose /proc directory this is.
 * -ENODATA where it is not in there, else why it could not be read.
 */
int passwd_read(int proc_dir, const char *user, uint64_t *ret);
bool passwd_find(const char *passwd, const char *user, uint64_t *ret);

/*
 * Append a field of the first line of a passwd or group with this uid or gid, which is the third
 * field of both; false where there is none.
 */
enum passwd_field { PASSWD_NAME = 0, PASSWD_GROUP = 3, PASSWD_HOME = 5 };
bool passwd_field(const char *passwd, uint64_t id, enum passwd_field field, struct text *ret);

/* The sockets of one network namespace, kept for the next process that is in the same. */
struct listens {
	struct socket_table table;
	uint64_t inode; /* of the namespace that was read; 0: none yet */
};

/* process.listens: the sockets that this process waits on. Negative errno where unreadable. */
int listens_record(struct listens *listens, cJSON *process, int dir);

/* snapshot.cgroups, for the control groups of the init processes in snapshot.processes. */
void cgroup_collect(cJSON *snapshot);

#endif
