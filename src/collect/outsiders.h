/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Processes in the namespaces of a container that are not in its control group: tools of the host
 * that entered it (nsenter), or somebody who did.
 */
#ifndef BULKHEAD_COLLECT_OUTSIDERS_H
#define BULKHEAD_COLLECT_OUTSIDERS_H

#include "collect/process.h"
#include "collect/process_record.h"

enum { OUTSIDER_KINDS = 3 }; /* of namespaces that count: pid, mnt, net */

struct outsider {
	uint64_t pid, namespaces[OUTSIDER_KINDS];
};

struct outsiders {
	uint64_t host[OUTSIDER_KINDS]; /* 0: unknown */
	struct arena *arena;
	struct outsider *items; /* those in other namespaces than the host's */
	size_t n;
	unsigned unread; /* processes whose namespaces may not be read */
	int code;
};

void outsiders_init(struct outsiders *outsiders, struct arena *arena, const cJSON *snapshot);

/* A process that is in no container's control group; `dir` is its /proc directory. */
void outsiders_offer(struct outsiders *outsiders, uint64_t pid, int dir);

/* snapshot.outsiders, once snapshot.processes is complete. */
void outsiders_record(const struct outsiders *outsiders, cJSON *snapshot,
		      struct recording *recording, const struct running_list *running);

#endif
