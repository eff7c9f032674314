/* SPDX-License-Identifier: Apache-2.0 */

/* Snapshots for the tests of the facts. */
#ifndef BULKHEAD_TESTS_SNAPSHOTS_H
#define BULKHEAD_TESTS_SNAPSHOTS_H

#include "facts/facts.h"

/*
 * Facts of a small snapshot, with all that they stand on. Give back with `cleanup_loaded`.
 *
 * The text is JSON with ' for ", and holds the members beside format, version and local, such as
 * "'engine': {'containers': []}".
 */
struct loaded {
	struct arena *arena;
	cJSON *snapshot;
	const struct facts *facts;
};

__attribute__((format(printf, 1, 2))) struct loaded loaded_from(const char *format, ...);
void loaded_release(struct loaded *loaded);
#define cleanup_loaded __attribute__((cleanup(loaded_release)))

/* The recorded host that the fixtures of the checks start from. */
cJSON *recorded_snapshot(void);

#endif
