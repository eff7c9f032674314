/* SPDX-License-Identifier: Apache-2.0 */

/* Moments as seconds since 1970, UTC, and their spelling in documents (RFC 3339). */
#ifndef BULKHEAD_BASE_TIMESTAMP_H
#define BULKHEAD_BASE_TIMESTAMP_H

#include <stdbool.h>
#include <stdint.h>

#define SECONDS_PER_DAY INT64_C(86400)

/*
 * "2026-01-01T00:00:00Z", with a fraction of a second, which is dropped, or an offset such as
 * +02:00; or the day alone. False, and *ret untouched, for anything else, NULL among it.
 */
bool timestamp_parse(const char *text, int64_t *ret);

#endif
