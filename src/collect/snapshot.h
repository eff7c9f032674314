/* SPDX-License-Identifier: Apache-2.0 */

/* Small helpers with which the collectors fill the snapshot document. */
#ifndef BULKHEAD_COLLECT_SNAPSHOT_H
#define BULKHEAD_COLLECT_SNAPSHOT_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

/* A new, empty snapshot with format, version and tool. */
cJSON *snapshot_new(void);

/* Add to "problems". `hint` may be NULL; `note` is true for what is no loss. */
void snapshot_problem(cJSON *snapshot, const char *source, const char *reason, const char *hint,
		      bool note);

/* object.unread[member] = reason. */
void snapshot_unread(cJSON *object, const char *member, const char *reason);

/* Decimal string members. */
void snapshot_add_u64(cJSON *object, const char *member, uint64_t value);

/* A string member of bytes that need not be UTF-8 (text_add_utf8). */
void snapshot_add_text(cJSON *object, const char *member, const char *bytes, size_t length);

/* The same for a member whose name is such bytes, too: a path. */
void snapshot_add_path(cJSON *object, const char *path, const char *bytes);

/* object[member] as an object, made where it is missing. */
cJSON *snapshot_object(cJSON *object, const char *member);

/* Does one of GET /info's SecurityOptions begin like this: "name=rootless"? */
bool snapshot_security_option(const cJSON *snapshot, const char *start);

/* Seconds since the epoch as "2026-01-01T00:00:00Z"; now, where negative. */
void snapshot_add_time(cJSON *object, const char *member, int64_t seconds);

#endif
