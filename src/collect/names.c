/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/names.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

void names_add(struct names *names, const char *name)
{
	if (!name || name[0] != '/')
		return;
	names->items = arena_grow(names->arena, names->items, names->n, sizeof(*names->items));
	names->items[names->n++] = arena_strdup(names->arena, name);
}

void names_add_parents(struct names *names, const char *path)
{
	size_t length = path ? strlen(path) : 0;

	while (length > 1) {
		while (length > 1 && path[length - 1] != '/')
			length--;
		while (length > 1 && path[length - 1] == '/')
			length--;
		names_add(names, arena_strndup(names->arena, path, length));
	}
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void names_sort(struct names *names)
{
	size_t kept = 0;

	if (names->n > 0)
		qsort(names->items, names->n, sizeof(names->items[0]), by_name);
	for (size_t i = 0; i < names->n; i++)
		if (kept == 0 || !text_equal(names->items[i], names->items[kept - 1]))
			names->items[kept++] = names->items[i];
	names->n = kept;
}

size_t names_find(const struct names *names, const char *name)
{
	const char **found =
		names->n ? bsearch(&name, names->items, names->n, sizeof(name), by_name) : NULL;

	return found ? (size_t)(found - names->items) : names->n;
}
