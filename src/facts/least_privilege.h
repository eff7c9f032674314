/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The capabilities with which a container could do with, by what was seen of it: who its processes
 * run as, what they hold, on which ports of the host they listen, who owns what is mounted. What
 * nobody saw is not suggested; what was seen may still not be all, for a program may need one only
 * at its start.
 *
 * Since Engine 20.10 containers in a network of their own may listen on any port, and ping, without
 * NET_BIND_SERVICE and NET_RAW.
 */
#ifndef BULKHEAD_FACTS_LEAST_PRIVILEGE_H
#define BULKHEAD_FACTS_LEAST_PRIVILEGE_H

#include "facts/facts.h"

struct privilege_need {
	uint64_t capabilities;
	const char *observation; /* "process 7 (nginx) runs as uid 101, and started as root" */
};

#define MOST_NEEDS 8

struct least_privilege {
	const char *unseen; /* why there is no suggestion; NULL: there is one */
	uint64_t keep;      /* what to give back after all is dropped */
	struct privilege_need needs[MOST_NEEDS];
	size_t n_needs;
	const char *drop, *add; /* as Compose writes it: "cap_drop: [ALL]"; add is "" for none */
};

struct least_privilege least_privilege(struct arena *arena, const struct facts *facts,
				       const struct container *container);

#endif
