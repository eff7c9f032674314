/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Documents found by a string in logarithmic time: the members of a large object by their keys,
 * the elements of an array by one of their fields. cJSON itself searches linearly, which on a host
 * with thousands of containers would be quadratic.
 */
#ifndef BULKHEAD_FACTS_INDEX_H
#define BULKHEAD_FACTS_INDEX_H

#include "base/arena.h"
#include "base/doc.h"

#include <stddef.h>

struct index_entry {
	const char *key;
	const cJSON *item;
	size_t position; /* of the item in its parent, from 0 */
};

/* Sorted by key, then by position. */
struct index {
	const struct index_entry *entries;
	size_t n;
};

/* The members of an object by key; an empty index for anything else. */
struct index index_members(struct arena *arena, const cJSON *object);

/* The elements of an array by their string member `field`; elements without it are left out. */
struct index index_elements(struct arena *arena, const cJSON *array, const char *field);

/* Sort entries that the caller has filled. */
struct index index_sorted(struct index_entry *entries, size_t n);

/* The first entry with this key, or NULL. */
const struct index_entry *index_find(const struct index *index, const char *key);

/* The first entry whose key is not less than `key`: a position in entries, or n. */
size_t index_lower(const struct index *index, const char *key);

#endif
