/* SPDX-License-Identifier: Apache-2.0 */

/* Which of the engine's documents the audit needs: fills snapshot.engine, redacted. */
#ifndef BULKHEAD_COLLECT_ENGINE_H
#define BULKHEAD_COLLECT_ENGINE_H

#include "collect/collect.h"
#include "collect/engine_client.h"
#include "collect/local.h"

/*
 * True where an engine answered. Failures are recorded in the snapshot. `scan` is offered each
 * container; NULL: nobody is.
 */
bool engine_collect(struct engine_client *client, const struct collect_options *options,
		    struct scan *scan, cJSON *snapshot);

#endif
