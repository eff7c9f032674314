/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/*
 * An arena that grows takes ever larger chunks, and those that are large from the kernel, all of
 * whose pages are then there at once: to ask for each when it is first written to takes longer.
 */
#ifdef ARENA_IS_MALLOC
enum { CHUNK_LEAST = 0, CHUNK_MOST = 0 }; /* every allocation is its own chunk */
#else
enum { CHUNK_LEAST = 8 * 1024, CHUNK_MOST = 256 * 1024 };
#endif
enum { MAPPED_LEAST = 64 * 1024 };

struct chunk {
	struct chunk *next;
	size_t used, size;
	alignas(max_align_t) unsigned char bytes[];
};

struct arena {
	struct chunk *chunks; /* the one that is being filled comes first */
	size_t next_size;
};

void out_of_memory(void)
{
	fputs("bulkhead: out of memory\n", stderr);
	exit(2);
}

struct arena *arena_new(void)
{
	struct arena *arena = calloc(1, sizeof(*arena));

	if (!arena)
		out_of_memory();
	arena->next_size = CHUNK_LEAST;
	return arena;
}

static bool is_mapped(size_t size)
{
	return CHUNK_MOST > 0 && size >= MAPPED_LEAST;
}

static struct chunk *chunk_new(size_t size)
{
	struct chunk *chunk;

	if (is_mapped(size)) {
		chunk = mmap(NULL, sizeof(*chunk) + size, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
		if (chunk == MAP_FAILED)
			out_of_memory();
	} else {
		chunk = calloc(1, sizeof(*chunk) + size);
		if (!chunk)
			out_of_memory();
	}
	chunk->size = size;
	return chunk;
}

static void chunk_free(struct chunk *chunk)
{
	if (is_mapped(chunk->size))
		munmap(chunk, sizeof(*chunk) + chunk->size);
	else
		free(chunk);
}

void arena_free(struct arena *arena)
{
	if (!arena)
		return;
	for (struct chunk *chunk = arena->chunks, *next; chunk; chunk = next) {
		next = chunk->next;
		chunk_free(chunk);
	}
	free(arena);
}

static struct chunk *add_chunk(struct arena *arena, size_t least)
{
	struct chunk *chunk;

	chunk = chunk_new(least > arena->next_size ? least : arena->next_size);
	if (arena->next_size != CHUNK_MOST)
		arena->next_size *= 2;
	chunk->next = arena->chunks;
	arena->chunks = chunk;
	return chunk;
}

static void *allocate(struct arena *arena, size_t size, size_t alignment)
{
	struct chunk *chunk = arena->chunks;
	size_t start = chunk ? (chunk->used + alignment - 1) / alignment * alignment : 0;

	if (size > SIZE_MAX / 2)
		out_of_memory();
	if (!chunk || start > chunk->size || chunk->size - start < size) {
		chunk = add_chunk(arena, size);
		start = 0;
	}
	chunk->used = start + size;
	return chunk->bytes + start;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	return allocate(arena, size, alignof(max_align_t));
}

void *arena_array(struct arena *arena, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size)
		out_of_memory();
	return arena_alloc(arena, n * size);
}

/* There is room for 16 elements, 32, 64 ... */
void *arena_grow(struct arena *arena, void *array, size_t n, size_t size)
{
	bool is_full = n == 0 || (n >= 16 && (n & (n - 1)) == 0);
	void *grown;

	if (!is_full)
		return array;
	grown = arena_array(arena, n ? n * 2 : 16, size);
	if (n > 0)
		memcpy(grown, array, n * size);
	return grown;
}

char *arena_strdup(struct arena *arena, const char *text)
{
	return text ? arena_strndup(arena, text, strlen(text)) : NULL;
}

char *arena_strndup(struct arena *arena, const char *text, size_t length)
{
	char *copy = allocate(arena, length + 1, 1);

	memcpy(copy, text, length);
	return copy;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = arena_vprintf(arena, format, args);
	va_end(args);
	return text;
}

char *arena_vprintf(struct arena *arena, const char *format, va_list args)
{
	char brief[256], *text;
	va_list again;
	int length;

	va_copy(again, args);
	length = vsnprintf(brief, sizeof(brief), format, again);
	va_end(again);
	if (length < 0)
		return arena_strdup(arena, format);
	if ((size_t)length < sizeof(brief))
		return arena_strndup(arena, brief, (size_t)length);
	text = allocate(arena, (size_t)length + 1, 1);
	vsnprintf(text, (size_t)length + 1, format, args);
	return text;
}
