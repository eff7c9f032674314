/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Memory for what the scan keeps: everything derived from a snapshot, every control, verdict and
 * result is allocated here and freed at once, by arena_free(). There is no per-object free.
 *
 * Allocation cannot fail: without memory the program ends with a message and exit status 2, for
 * half an audit must not look like a whole one. Under AddressSanitizer each allocation is a malloc
 * of its own, so that an overrun of one is seen.
 */
#ifndef BULKHEAD_BASE_ARENA_H
#define BULKHEAD_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_IS_MALLOC
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_IS_MALLOC
#endif
#endif

struct arena;

/* End the program with a message and exit status 2; for who allocates without an arena, too. */
_Noreturn void out_of_memory(void);

struct arena *arena_new(void);
void arena_free(struct arena *arena); /* NULL is allowed */

/* Zeroed memory, aligned for any type. */
void *arena_alloc(struct arena *arena, size_t size);

/* Zeroed room for n elements of `size` bytes; ends the program where n * size overflows. */
void *arena_array(struct arena *arena, size_t n, size_t size);

/*
 * Room for one more element in an array of n that grows by this function alone: the array, or a
 * larger copy. `array` is NULL while n is 0.
 */
void *arena_grow(struct arena *arena, void *array, size_t n, size_t size);

char *arena_strdup(struct arena *arena, const char *text); /* NULL gives NULL */
char *arena_strndup(struct arena *arena, const char *text, size_t length);
__attribute__((format(printf, 2, 3))) char *arena_printf(struct arena *arena, const char *format,
							 ...);
__attribute__((format(printf, 2, 0))) char *arena_vprintf(struct arena *arena, const char *format,
							  va_list args);

static inline void arena_free_p(struct arena **arena)
{
	arena_free(*arena);
}
#define cleanup_arena __attribute__((cleanup(arena_free_p)))

#endif
