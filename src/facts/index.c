/* SPDX-License-Identifier: Apache-2.0 */

/* A sorted array of keys with binary search. */

#include "facts/index.h"

#include <stdlib.h>
#include <string.h>

static int compare_entries(const void *left, const void *right)
{
	const struct index_entry *a = left, *b = right;
	int order = strcmp(a->key, b->key);

	if (order)
		return order;
	return (a->position > b->position) - (a->position < b->position);
}

struct index index_sorted(struct index_entry *entries, size_t n)
{
	if (n > 1)
		qsort(entries, n, sizeof(*entries), compare_entries);
	return (struct index){.entries = entries, .n = n};
}

static size_t count_children(const cJSON *parent)
{
	size_t n = 0;

	for (const cJSON *item = parent->child; item; item = item->next)
		n++;
	return n;
}

struct index index_members(struct arena *arena, const cJSON *object)
{
	struct index_entry *entries;
	size_t n = 0;

	if (!cJSON_IsObject(object))
		return (struct index){0};
	entries = arena_array(arena, count_children(object), sizeof(*entries));
	doc_for_each (item, object) {
		if (item->string) {
			entries[n] = (struct index_entry){item->string, item, n};
			n++;
		}
	}
	return index_sorted(entries, n);
}

struct index index_elements(struct arena *arena, const cJSON *array, const char *field)
{
	struct index_entry *entries;
	size_t n = 0, position = 0;

	if (!cJSON_IsArray(array))
		return (struct index){0};
	entries = arena_array(arena, count_children(array), sizeof(*entries));
	doc_for_each (item, array) {
		const cJSON *key = doc_member(item, field);

		if (doc_is_string(key))
			entries[n++] = (struct index_entry){key->valuestring, item, position};
		position++;
	}
	return index_sorted(entries, n);
}

size_t index_lower(const struct index *index, const char *key)
{
	size_t low = 0, high = index->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(index->entries[middle].key, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct index_entry *index_find(const struct index *index, const char *key)
{
	size_t at = key ? index_lower(index, key) : index->n;

	if (at == index->n || strcmp(index->entries[at].key, key) != 0)
		return NULL;
	return &index->entries[at];
}
