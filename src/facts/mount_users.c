/* SPDX-License-Identifier: Apache-2.0 */

/* Which containers have the same files of the host: one pass over the mounts of all, sorted. */

#include "base/text.h"
#include "facts/load.h"

#include <stdlib.h>
#include <string.h>

/* Those who may write come first; then in the order of the snapshot. */
static int compare_uses(const void *left, const void *right)
{
	const struct mount_use *a = left, *b = right;
	int order = strcmp(a->mount->host_path, b->mount->host_path);

	if (order)
		return order;
	if (a->mount->writable != b->mount->writable)
		return a->mount->writable ? -1 : 1;
	return (a->order > b->order) - (a->order < b->order);
}

static bool is_named(const struct container *const *items, size_t n,
		     const struct container *container)
{
	for (size_t i = n; i > 0 && i + 2 > n; i--)
		if (items[i - 1] == container)
			return true;
	return false;
}

/* The stretch of uses that have one path. */
static void load_users(struct arena *arena, struct mount_use *uses, size_t n)
{
	const struct container **items = arena_array(arena, n, sizeof(*items));
	struct mount_users *users = arena_alloc(arena, sizeof(*users));

	for (size_t i = 0; i < n; i++) {
		if (is_named(items, users->n, uses[i].container))
			continue;
		users->n_writers += uses[i].mount->writable;
		items[users->n++] = uses[i].container;
	}
	users->items = items;
	for (size_t i = 0; i < n && users->n > 1; i++)
		uses[i].mount->users = users;
}

static size_t stretch(const struct mount_use *uses, size_t n)
{
	size_t length = 1;

	while (length < n && text_equal(uses[length].mount->host_path, uses[0].mount->host_path))
		length++;
	return length;
}

void mount_uses_add(struct mount_uses *uses, struct arena *arena, struct mount_use use)
{
	if (!use.mount->host_path || use.mount->engine_made)
		return;
	uses->items = arena_grow(arena, uses->items, uses->n, sizeof(*uses->items));
	use.order = uses->n;
	uses->items[uses->n++] = use;
}

void mount_uses_load(struct mount_uses *uses, struct arena *arena)
{
	size_t length;

	if (uses->n > 1)
		qsort(uses->items, uses->n, sizeof(*uses->items), compare_uses);
	for (size_t i = 0; i < uses->n; i += length) {
		length = stretch(uses->items + i, uses->n - i);
		if (length > 1)
			load_users(arena, uses->items + i, length);
	}
}
