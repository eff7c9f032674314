/* SPDX-License-Identifier: Apache-2.0 */

/* What is recorded of one path of the host: where it leads, whose it is, and who may do what. */
#ifndef BULKHEAD_COLLECT_PATH_RECORD_H
#define BULKHEAD_COLLECT_PATH_RECORD_H

#include "base/text.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct path_recorder {
	int tree;                   /* of tree_open(), or a negative errno */
	const char *users, *groups; /* texts of passwd and group; "" where unread */
	bool foreign_ids;           /* we are in a user namespace: ids are not those of the host */
	unsigned n, refused;        /* paths looked at; those that exist but were not shown */
};

/* Add paths[name], which is not there yet. The result is its record. */
cJSON *path_record(struct path_recorder *recorder, cJSON *paths, const char *name);

/* Append the access ACL of a file's extended attribute as text; false where it is malformed. */
bool acl_text(const void *attribute, size_t length, struct text *ret);

#endif
