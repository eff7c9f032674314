/* SPDX-License-Identifier: Apache-2.0 */
#include "base/doc_memory.h"

#include "base/arena.h"

#include <cjson/cJSON.h>
#include <stddef.h>
#include <stdlib.h>

/* Larger pieces are left to malloc(). */
#ifdef ARENA_IS_MALLOC
enum { UNIT = 16, UNITS_MOST = 0 };
#else
enum { UNIT = 16, UNITS_MOST = 16 };
#endif

/* cJSON's memory begins after `units`; while it has given it back, the next free piece is there. */
struct piece {
	size_t units;
	struct piece *next;
};

static struct {
	struct arena *arena;
	struct piece *free[UNITS_MOST + 1]; /* by their units */
} memory;

static void *take(size_t size)
{
	size_t units = size / UNIT + 1; /* has room for `units`, too, where that is needed */
	struct piece *piece;

	if (size % UNIT > UNIT - offsetof(struct piece, next))
		units++;
	if (units > UNITS_MOST) {
		piece = malloc(offsetof(struct piece, next) + size);
		if (!piece)
			out_of_memory();
	} else if (memory.free[units]) {
		piece = memory.free[units];
		memory.free[units] = piece->next;
	} else {
		piece = arena_alloc(memory.arena, units * UNIT);
	}
	piece->units = units;
	return &piece->next;
}

static void give_back(void *pointer)
{
	struct piece *piece;

	if (!pointer)
		return;
	piece = (struct piece *)(void *)((char *)pointer - offsetof(struct piece, next));
	if (piece->units > UNITS_MOST) {
		free(piece);
		return;
	}
	piece->next = memory.free[piece->units];
	memory.free[piece->units] = piece;
}

void doc_memory_init(void)
{
	cJSON_Hooks hooks = {.malloc_fn = take, .free_fn = give_back};

	memory.arena = arena_new();
	cJSON_InitHooks(&hooks);
}
