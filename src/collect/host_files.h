/* SPDX-License-Identifier: Apache-2.0 */

/* Which files of the host an engine is made of, so that their records are taken. */
#ifndef BULKHEAD_COLLECT_HOST_FILES_H
#define BULKHEAD_COLLECT_HOST_FILES_H

#include "collect/names.h"

#include <cjson/cJSON.h>

/*
 * host.engine_user: the user whose engine it is, root or that of a rootless one, and his
 * directories. `users` is the text of passwd, "" where unread.
 */
void engine_user_collect(cJSON *snapshot, const char *users);

/* host.unlisted[directory]: why what is in it is not known. Nothing where it does not exist. */
void snapshot_unlisted(cJSON *host, const char *directory, int code);

/* host.units, and the names of their files. `tree` is that of the host. Needs engine_user. */
void units_collect(cJSON *snapshot, int tree, struct names *names);

/*
 * The names of all other files that the engine uses or is told of, in the tree that it sees. Needs
 * engine_user.
 */
void host_files_collect(cJSON *snapshot, int tree, struct names *names);

#endif
