/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Which seccomp profile each container has, and what it permits.
 *
 * As the engine decides (moby, daemon/seccomp_linux.go): the last seccomp option of
 * HostConfig.SecurityOpt; none in a privileged container, which before Engine 23.0 has no filter
 * whatever its options are; else the engine's own profile, built in or in a file that was read when
 * dockerd started.
 */
#ifndef BULKHEAD_FACTS_SECCOMP_H
#define BULKHEAD_FACTS_SECCOMP_H

#include "facts/seccomp_review.h"

enum seccomp_origin {
	SECCOMP_ORIGIN_NONE,      /* no filter */
	SECCOMP_ORIGIN_BUILTIN,   /* Docker's */
	SECCOMP_ORIGIN_ENGINE,    /* the file of dockerd's seccomp-profile */
	SECCOMP_ORIGIN_CONTAINER, /* in its own HostConfig.SecurityOpt */
	SECCOMP_ORIGIN_UNKNOWN
};

struct seccomp_told;

struct container_seccomp {
	enum seccomp_origin origin;
	/* NULL; or why it is not known what the profile permits, and what would help. */
	const char *unknown, *hint;
	const struct seccomp_review *review; /* NULL where unknown, or where there is no filter */
	bool from_bundle; /* the review is of what the bundle says, for want of anything else */
	const struct seccomp_told *told; /* NULL where the bundle was not read */
};

/*
 * The filter that the runtime was told to set up: linux.seccomp of the OCI bundle, all rules of
 * which hold. It is what the processes run under, since a filter cannot be taken off.
 */
struct seccomp_told {
	const struct seccomp_profile *profile; /* NULL: no filter */
	const char *unknown;                   /* why nothing can be said of the profile; or NULL */
	/* Against the profile that was declared, where that is known. */
	bool is_compared;
	struct seccomp_difference difference;
};

/* The engine's own profile. */
struct engine_seccomp {
	const char *path; /* NULL: built in, or not known */
	const struct seccomp_profile *profile;
	const struct seccomp_review *review; /* for Docker's default capabilities */
	const char *unknown, *hint;          /* as above */
};

#endif
