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
 */
void process_collect(cJSON *snapshot, const struct collect_options *options);

/* snapshot.host.paths and host.sockets, for the bind sources and volume devices of the snapshot. */
void host_collect_paths(cJSON *snapshot);

#endif
