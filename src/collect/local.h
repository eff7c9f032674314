/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The local side of a snapshot: the host, the dockerd process behind the endpoint, and the kernel's
 * view of every process of every container. To be called in this order, after the engine's
 * documents are there: each looks at what those before it found.
 */
#ifndef BULKHEAD_COLLECT_LOCAL_H
#define BULKHEAD_COLLECT_LOCAL_H

#include "collect/collect.h"
#include "collect/endpoint.h"

#include <cjson/cJSON.h>
#include <stdbool.h>

/*
 * Decide whether the engine of this snapshot runs under our kernel: /info's kernel is ours, and the
 * engine's process is here, or else one of its containers; where neither can be seen and nothing
 * runs that could contradict, the host's name decides. Fills local, local_reason and, where local,
 * daemon.
 */
void daemon_collect(cJSON *snapshot, const struct endpoint *endpoint);

/* snapshot.host, except for what depends on the containers: see host_collect_paths(). */
void host_collect(cJSON *snapshot);

/*
 * One pass over /proc: snapshot.processes and snapshot.cgroups, for the containers of
 * snapshot.engine.containers that run. Nothing where the engine is not local.
 *
 * Most of it can be read while the engine still answers: scan_offer() is given inspects that stay
 * where they are until the pass, and each scan_step() reads one of their first processes; false,
 * where none is left. The pass takes these as it comes to them.
 */
struct scan;

struct scan *scan_new(void);
void scan_free(struct scan *scan);
void scan_offer(struct scan *scan, const cJSON *inspect);
bool scan_step(void *scan);
void process_collect(struct scan *scan, cJSON *snapshot, const struct collect_options *options);

static inline void cleanup_scan_p(struct scan **scan)
{
	scan_free(*scan);
}
#define cleanup_scan __attribute__((cleanup(cleanup_scan_p)))

/* The tree that the engine sees, the host's where its process is not known: see tree_open(). */
int engine_tree_open(const cJSON *snapshot);

/* snapshot.host.paths and host.sockets, for the bind sources and volume devices of the snapshot. */
void host_collect_paths(cJSON *snapshot);

#endif
