/* SPDX-License-Identifier: Apache-2.0 */

/* The pieces of daemon_collect(): which process, its arguments, its configuration file. */
#ifndef BULKHEAD_COLLECT_DAEMON_H
#define BULKHEAD_COLLECT_DAEMON_H

#include "base/error.h"
#include "base/text.h"
#include "collect/endpoint.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <unistd.h>

/* A command line: the words lie in the text that /proc/<pid>/cmdline gave. */
struct arguments {
	const char *words[1024];
	size_t n;
};

void arguments_parse(const struct text *cmdline, struct arguments *ret);

/*
 * The next value of an option, from word *i on, which is moved behind it; NULL where there is no
 * more. All spellings of Go's flags: "--host=v", "--host v", "-H v", "-Hv", "-H=v". `letter` is 0
 * where the option has none.
 */
const char *arguments_next(const struct arguments *arguments, const char *name, char letter,
			   size_t *i);

/* The value that counts where an option is said several times: the last; NULL for none. */
const char *arguments_last(const struct arguments *arguments, const char *name, char letter);

struct daemon {
	uint64_t pid, starttime;
	int dir; /* descriptor of /proc/<pid>, or -1 */
	char comm[16];
	char found_by[256];
};

static inline void daemon_release(struct daemon *daemon)
{
	if (daemon->dir >= 0)
		close(daemon->dir);
	daemon->dir = -1;
}
#define cleanup_daemon __attribute__((cleanup(daemon_release)))

/*
 * The engine's process behind an endpoint. It is
 * proved by the kernel (who listens there), or by the pid file of an engine with this endpoint;
 * never by its name alone. -ESRCH, and why in err, where there is none.
 */
int daemon_find(const struct endpoint *endpoint, struct daemon *ret, struct error *err);

/*
 * Whoever called listen() on a unix socket, by its number in our pid namespace; 0 where it is
 * outside of that.
 */
int socket_peer(const char *path, pid_t *ret);

/* daemon.config_file of a dockerd. */
void daemon_collect_config(cJSON *snapshot, cJSON *daemon, int dir,
			   const struct arguments *arguments);

/* daemon.swarm, where the engine is in a swarm. */
void daemon_collect_swarm(const cJSON *snapshot, cJSON *daemon, int dir);

/* daemon.seccomp_profile, where GET /info names a file. */
void daemon_collect_seccomp(cJSON *snapshot, cJSON *daemon, int dir);

/* The value of a variable in /proc/<pid>/environ's text; NULL where it is not set. */
const char *environment_value(const struct text *variables, const char *name);

/* dockerd knows about a hundred, and refuses all others. */
#define DAEMON_CONFIG_KEYS 1000

/* {"icc": "4"}: the lines on which the top-level keys of a JSON object stand. */
cJSON *daemon_config_lines(const char *json);

#endif
