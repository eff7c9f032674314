/* SPDX-License-Identifier: Apache-2.0 */

/* Paths compared by component, not by text: "/run" contains "/run/docker.sock", not "/runner". */
#ifndef BULKHEAD_BASE_PATH_H
#define BULKHEAD_BASE_PATH_H

#include "base/arena.h"

#include <stdbool.h>

/*
 * The path without ".", "..", doubled or trailing slashes, by text alone; "/" for the root, which
 * is its own parent. A relative path keeps leading ".."; where nothing is left, it is ".".
 */
char *path_clean(struct arena *arena, const char *path);

/*
 * dir and name joined by one slash; an absolute name is taken below dir all the same, "" and "/"
 * as dir are the root, and a name without anything in it is dir itself. ".." is left alone.
 */
char *path_join(struct arena *arena, const char *dir, const char *name);

/* True where path is dir or lies below it. Both cleaned and absolute. */
bool path_within(const char *path, const char *dir);

/*
 * Where a path lies against a pattern, whose components may be shell patterns: "/etc" is PATH_ABOVE
 * "/etc/cron.*", and "/etc/cron.d/jobs" is PATH_BELOW it. Both cleaned and absolute.
 */
enum path_relation { PATH_APART, PATH_ABOVE, PATH_SAME, PATH_BELOW };
enum path_relation path_relate(const char *path, const char *pattern);

/* The last component of path ("/" and "" give ""). Points into path. */
const char *path_name(const char *path);

#endif
