/* SPDX-License-Identifier: Apache-2.0 */

/* Which results a rule of a policy is about: of which controls, on which subjects. */
#ifndef BULKHEAD_JUDGE_SCOPE_H
#define BULKHEAD_JUDGE_SCOPE_H

#include "judge/benchmark.h"

/* What a subject is chosen by. All but the host and labels are globs of one name. */
enum selector {
	SELECT_CONTAINER, /* its name */
	SELECT_IMAGE,     /* of a container or an image; "nginx" stands for every tag of it */
	SELECT_LABEL, /* "key", or "key=glob", of an image, network or service, or a container's own
		       */
	SELECT_PROJECT, /* of Compose */
	SELECT_SERVICE, /* of Compose or swarm */
	SELECT_NETWORK,
	SELECT_PATH, /* of a file */
	SELECT_HOST, /* the name of the host that is audited: every subject on it */
	SELECTOR_COUNT
};

/* "container", "image" … as a policy file says it. */
const char *selector_name(enum selector selector);

/* The kinds of subject that have such a thing: SUBJECTS(…) | … */
unsigned selector_kinds(enum selector selector);

struct globs {
	const char *const *items;
	size_t n; /* 0: anything */
};

/* A result is in it where its control, its section and its subject are. */
struct scope {
	const bool *controls;               /* by control.index; NULL: every control */
	unsigned sections;                  /* 1 << section; 0: every section */
	struct globs words[SELECTOR_COUNT]; /* a subject matches one of each that has any */
};

bool scope_has_control(const struct scope *scope, const struct control *control);

/* The policy is about this host at all. */
bool scope_has_host(const struct scope *scope, const struct facts *facts);

bool scope_matches(const struct scope *scope, const struct facts *facts,
		   const struct control *control, const struct subject *subject);

#endif
