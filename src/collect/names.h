/* SPDX-License-Identifier: Apache-2.0 */

/* Absolute paths that are to be looked at, sorted and each named once when all are there. */
#ifndef BULKHEAD_COLLECT_NAMES_H
#define BULKHEAD_COLLECT_NAMES_H

#include "base/arena.h"

#include <stddef.h>

struct names {
	struct arena *arena; /* set by the caller; holds the copies */
	const char **items;
	size_t n;
};

/* Copies the name; one that is NULL or no absolute path is left out. */
void names_add(struct names *names, const char *name);

/* The directories above a path, up to "/". */
void names_add_parents(struct names *names, const char *path);

void names_sort(struct names *names);

/* The position of a name after names_sort(); n where it is not there. */
size_t names_find(const struct names *names, const char *name);

#endif
