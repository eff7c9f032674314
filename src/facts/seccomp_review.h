/* SPDX-License-Identifier: Apache-2.0 */

/* A seccomp profile held against Docker's built-in one: what it opens, what it withholds. */
#ifndef BULKHEAD_FACTS_SECCOMP_REVIEW_H
#define BULKHEAD_FACTS_SECCOMP_REVIEW_H

#include "facts/seccomp_data.h"
#include "facts/seccomp_filter.h"

struct seccomp_opening {
	const struct seccomp_danger *danger;
	/* What the kernel asks for besides is there: a capability, or a way to a user namespace. */
	bool reachable;
};

struct seccomp_openings {
	const struct seccomp_opening *items; /* in the order of seccomp_dangers() */
	size_t n;
	unsigned heaviest; /* weight of those that are reachable; 0: none is */
};

struct seccomp_names {
	const char *const *items; /* sorted */
	size_t n;
};

/* One filter against another. */
struct seccomp_difference {
	struct seccomp_openings openings; /* dangerous calls that it permits, the other not, */
	struct seccomp_names extra;       /* other calls of the kind, */
	struct seccomp_names withheld;    /* and those that the other permits, it not */
};

struct seccomp_difference seccomp_compare(struct arena *arena, const struct seccomp_data *data,
					  const struct seccomp_filter *filter,
					  const struct seccomp_filter *other);

struct seccomp_review {
	const struct seccomp_filter *filter;
	const struct seccomp_filter *usual; /* the built-in profile of this engine */
	const char *engine;                 /* the version that `usual` is of */
	/* Dangerous calls that it permits, and `usual` does not; */
	struct seccomp_openings openings;
	/* that both permit, but not the newest built-in profile; */
	struct seccomp_openings upgrade;
	/* that it would refuse a container with Docker's default capabilities. */
	struct seccomp_openings by_capabilities;
	struct seccomp_names extra;    /* other calls that it permits and `usual` does not */
	struct seccomp_names withheld; /* that `usual` permits and it does not */
	/* That libseccomp does not know; the runtime passes over them in silence. */
	struct seccomp_names unknown;
	/* Calls of which one rule says this for any arguments, and another something for some. */
	struct seccomp_names shadowed;
	bool makes_user_namespaces;
};

const struct seccomp_review *seccomp_review(struct arena *arena, const struct seccomp_data *data,
					    const struct seccomp_profile *profile,
					    const struct seccomp_machine *machine,
					    const char *engine_version);

/* Does the call of a danger get through? */
bool seccomp_danger_passes(const struct seccomp_filter *filter,
			   const struct seccomp_danger *danger);

enum seccomp_family {
	SECCOMP_FAMILY_DENIED,
	SECCOMP_FAMILY_32BIT, /* only by socketcall() of 32-bit programs, which hides the family */
	SECCOMP_FAMILY_OPEN
};
/* Sockets of an address family (AF_ALG 38, AF_VSOCK 40). */
enum seccomp_family seccomp_family(const struct seccomp_filter *filter, unsigned family);

/* The call by which a user namespace can be made, the plainest first; NULL: none. */
const char *seccomp_user_namespace_call(const struct seccomp_filter *filter);

#endif
