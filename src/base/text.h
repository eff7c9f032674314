/* SPDX-License-Identifier: Apache-2.0 */

/* Text: a growing buffer with a ceiling, UTF-8, numbers, the nearest name. */
#ifndef BULKHEAD_BASE_TEXT_H
#define BULKHEAD_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A growing string. Start with TEXT_INIT(ceiling), or zero it for TEXT_CEILING; give back with
 * text_release() or `cleanup_text`. `bytes` is always terminated, never NULL after the first add.
 * What would pass the ceiling is left out, as is all that follows (no UTF-8 sequence is split), and
 * `truncated` is set: who cares looks at it once.
 */
struct text {
	char *bytes;
	size_t length, size;
	size_t ceiling;
	bool truncated;
};
#define TEXT_CEILING ((size_t)1024 * 1024)
#define TEXT_INIT(most)           \
	{                         \
		.ceiling = (most) \
	}

void text_add(struct text *text, const char *string);
void text_add_bytes(struct text *text, const void *bytes, size_t length);
__attribute__((format(printf, 2, 3))) void text_addf(struct text *text, const char *format, ...);
__attribute__((format(printf, 2, 0))) void text_vaddf(struct text *text, const char *format,
						      va_list args);

/* Add `item`, with ", " before it unless it is the first: for lists in messages. */
void text_add_item(struct text *text, const char *item);

/* The string so far; "" for an empty one. */
const char *text_string(const struct text *text);
void text_release(struct text *text);
#define cleanup_text __attribute__((cleanup(text_release)))

/*
 * The number of bytes of the well-formed UTF-8 sequence at `bytes` (1 to 4), or 0 where there is
 * none: overlong forms, surrogates and what lies above U+10FFFF are not well-formed.
 */
size_t utf8_sequence(const char *bytes, size_t length);

/* The next character of a string, and past it; U+FFFD for a byte that belongs to none. */
uint32_t utf8_next(const char **text);

/*
 * Characters that draw nothing themselves and change how others look or stand: U+061C, U+200B-200F,
 * U+2028-202E, U+2060-206F, U+FEFF, U+FFF9-FFFB, U+E0000-E007F.
 */
bool utf8_is_deceptive(uint32_t character);

/* How many bytes at the beginning are printable ASCII; NUL is not, so SIZE_MAX does for a string.
 */
size_t ascii_prefix(const char *bytes, size_t length);

/*
 * Add bytes of the kernel or a file as UTF-8: each byte that is not part of a well-formed sequence
 * becomes a backslash and three octal digits, as the kernel itself writes blanks in mountinfo. So
 * does NUL, which would end the string.
 */
void text_add_utf8(struct text *text, const char *bytes, size_t length);

/*
 * Whole-string conversions: false, and *ret untouched, where anything else is in the text, be it a
 * blank or a plus sign. Base 16 allows "0x" in front; bases go up to 36.
 */
bool parse_u64(const char *text, unsigned base, uint64_t *ret);
bool parse_i64(const char *text, int64_t *ret);

/* Go's strconv.ParseBool: 1 t T TRUE true True, 0 f F FALSE false False. */
bool parse_go_bool(const char *text, bool *ret);

bool text_starts(const char *text, const char *prefix);
bool text_ends(const char *text, const char *suffix);
bool text_equal(const char *a, const char *b); /* two NULLs are equal */

/* How many strings there are before the NULL that ends the list; a list that is NULL has none. */
size_t strings_count(const char *const *list);

/* True where `text` matches the shell pattern `glob` (* ? [...]); '/' is an ordinary character. */
bool text_matches(const char *text, const char *glob);

/*
 * For "did you mean": feed candidates to nearest_offer(); nearest.name is then the one that needs
 * the fewest edits (swaps count as one), or NULL where none is close enough to be meant.
 */
struct nearest {
	const char *wanted, *name;
	size_t distance;
};
void nearest_offer(struct nearest *nearest, const char *candidate);

#endif
