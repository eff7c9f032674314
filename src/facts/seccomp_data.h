/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What is known of system calls: Docker's built-in profile in every version of the engine, and the
 * calls that help who wants out (benchmarks/data/seccomp-docker.yaml, dangerous-calls.yaml).
 */
#ifndef BULKHEAD_FACTS_SECCOMP_DATA_H
#define BULKHEAD_FACTS_SECCOMP_DATA_H

#include "facts/seccomp_profile.h"

/* One call that one should not be able to make, or some calls of it. */
struct seccomp_danger {
	const char *call;
	const char *name; /* "socket(AF_ALG)" where only some calls of it count, else `call` */
	bool by_argument; /* those with `value` as argument */
	bool by_flag;     /* those with the bit `value` set in it */
	uint64_t value;
	unsigned weight;     /* 1 to 10 */
	uint64_t capability; /* that the kernel asks for as well; 0: none */
	bool user_namespace; /* it may be held over a user namespace of one's own */
	const char *why;
};

struct seccomp_data; /* both files */

/* -EBADMSG for a mistake in the data. */
int seccomp_data_load(struct arena *arena, const struct seccomp_data **ret, struct error *err);

/* By weight, the heaviest first, then by name. */
const struct seccomp_danger *seccomp_dangers(const struct seccomp_data *data, size_t *ret_n);

/*
 * Docker's built-in profile in an engine of this version ("20.10.24+dfsg1"). NULL and what does not
 * begin with a number stand for the newest.
 */
const struct seccomp_profile *
seccomp_docker_profile(struct arena *arena, const struct seccomp_data *data, const char *version);

/* Does any version of the built-in profile name this call, or the list of dangerous ones? */
bool seccomp_data_names(const struct seccomp_data *data, const char *call);

/* The last version that changed the built-in profile: "29.4.3". */
const char *seccomp_newest_version(const struct seccomp_data *data);

/* The first three numbers of a version, the missing ones 0. */
struct engine_version {
	unsigned parts[3];
};
bool engine_version_parse(const char *text, struct engine_version *ret);
int engine_version_compare(const struct engine_version *a, const struct engine_version *b);

#endif
