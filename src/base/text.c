/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include "base/arena.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t room(const struct text *text)
{
	size_t ceiling = text->ceiling ? text->ceiling : TEXT_CEILING;

	return text->truncated || text->length >= ceiling ? 0 : ceiling - text->length;
}

/* Make place for `more` bytes and the terminator. */
static void reserve(struct text *text, size_t more)
{
	size_t needed, size;

	if (more > SIZE_MAX / 2 - text->length - 1)
		out_of_memory();
	needed = text->length + more + 1;
	if (needed <= text->size)
		return;
	size = text->size * 2 > needed ? text->size * 2 : needed;
	size = size < 64 ? 64 : size;
	text->bytes = realloc(text->bytes, size);
	if (!text->bytes)
		out_of_memory();
	text->size = size;
}

static bool is_continuation(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

/* Of the first `length` bytes, those before a UTF-8 sequence which the cut would split. */
static size_t cut(const char *bytes, size_t length)
{
	size_t start = length;

	while (start && length - start < 3 && is_continuation(bytes[start - 1]))
		start--;
	if (start && (unsigned char)bytes[start - 1] >= 0xc0 &&
	    !utf8_sequence(bytes + start - 1, length - start + 1))
		return start - 1;
	return length;
}

void text_add(struct text *text, const char *string)
{
	text_add_bytes(text, string, strlen(string));
}

void text_add_bytes(struct text *text, const void *bytes, size_t length)
{
	size_t most = room(text);

	if (length > most) {
		length = cut(bytes, most);
		text->truncated = true;
	}
	reserve(text, length);
	if (length)
		memcpy(text->bytes + text->length, bytes, length);
	text->length += length;
	text->bytes[text->length] = '\0';
}

void text_addf(struct text *text, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	text_vaddf(text, format, args);
	va_end(args);
}

void text_vaddf(struct text *text, const char *format, va_list args)
{
	size_t most = room(text), length;
	va_list again;
	int needed;

	va_copy(again, args);
	needed = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (needed < 0) {
		text_add(text, format);
		return;
	}
	length = (size_t)needed < most ? (size_t)needed : most;
	reserve(text, length);
	vsnprintf(text->bytes + text->length, length + 1, format, args);
	if ((size_t)needed > most) {
		length = cut(text->bytes + text->length, length);
		text->truncated = true;
	}
	text->length += length;
	text->bytes[text->length] = '\0';
}

void text_add_item(struct text *text, const char *item)
{
	if (text->length)
		text_add(text, ", ");
	text_add(text, item);
}

const char *text_string(const struct text *text)
{
	return text->bytes ? text->bytes : "";
}

void text_release(struct text *text)
{
	free(text->bytes);
	*text = (struct text){.ceiling = text->ceiling};
}

/* How long the sequence is that `lead` begins; 0 where none does. */
static size_t sequence_length(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead < 0xc2)
		return 0;
	if (lead < 0xe0)
		return 2;
	if (lead < 0xf0)
		return 3;
	return lead < 0xf5 ? 4 : 0;
}

/* False for the overlong forms, surrogates and numbers too large that lead and second byte show. */
static bool second_fits(unsigned char lead, unsigned char second)
{
	switch (lead) {
	case 0xe0:
		return second >= 0xa0;
	case 0xed:
		return second < 0xa0;
	case 0xf0:
		return second >= 0x90;
	case 0xf4:
		return second < 0x90;
	default:
		return true;
	}
}

size_t utf8_sequence(const char *bytes, size_t length)
{
	size_t n = length ? sequence_length((unsigned char)bytes[0]) : 0;

	if (n > length)
		return 0;
	for (size_t i = 1; i < n; i++)
		if (!is_continuation(bytes[i]))
			return 0;
	if (n > 1 && !second_fits((unsigned char)bytes[0], (unsigned char)bytes[1]))
		return 0;
	return n;
}

uint32_t utf8_next(const char **text)
{
	const unsigned char *bytes = (const unsigned char *)*text;
	size_t length = utf8_sequence(*text, strnlen(*text, 4));

	*text += length ? length : 1;
	switch (length) {
	case 1:
		return bytes[0];
	case 2:
		return (bytes[0] & 0x1fu) << 6 | (bytes[1] & 0x3fu);
	case 3:
		return (bytes[0] & 0x0fu) << 12 | (bytes[1] & 0x3fu) << 6 | (bytes[2] & 0x3fu);
	case 4:
		return (bytes[0] & 0x07u) << 18 | (bytes[1] & 0x3fu) << 12 |
		       (bytes[2] & 0x3fu) << 6 | (bytes[3] & 0x3fu);
	default:
		return 0xfffd;
	}
}

bool utf8_is_deceptive(uint32_t character)
{
	static const uint32_t ranges[][2] = {
		{0x061c, 0x061c}, {0x200b, 0x200f}, {0x2028, 0x202e},   {0x2060, 0x206f},
		{0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe007f},
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (ranges[i][0] <= character && character <= ranges[i][1])
			return true;
	return false;
}

size_t ascii_prefix(const char *bytes, size_t length)
{
	size_t i = 0;

	while (i < length && bytes[i] >= 0x20 && bytes[i] < 0x7f)
		i++;
	return i;
}

void text_add_utf8(struct text *text, const char *bytes, size_t length)
{
	size_t n, sound = 0;

	for (size_t i = 0; i < length; i += n) {
		n = ascii_prefix(bytes + i, length - i);
		if (!n && bytes[i])
			n = utf8_sequence(bytes + i, length - i);
		if (n)
			continue;
		n = 1;
		text_add_bytes(text, bytes + sound, i - sound);
		if (room(text) < 4)
			text->truncated = true;
		text_addf(text, "\\%03o", (unsigned)(unsigned char)bytes[i]);
		sound = i + 1;
	}
	text_add_bytes(text, bytes + sound, length - sound);
}

/* The value of a digit; 255 for what is none. */
static unsigned digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'z')
		return (unsigned)(c - 'a') + 10;
	if (c >= 'A' && c <= 'Z')
		return (unsigned)(c - 'A') + 10;
	return 255;
}

bool parse_u64(const char *text, unsigned base, uint64_t *ret)
{
	uint64_t value = 0;

	if (base == 16 && text_starts(text, "0x"))
		text += 2;
	if (!*text)
		return false;
	for (; *text; text++) {
		unsigned d = digit(*text);

		if (d >= base || value > (UINT64_MAX - d) / base)
			return false;
		value = value * base + d;
	}
	*ret = value;
	return true;
}

bool parse_i64(const char *text, int64_t *ret)
{
	bool negative = *text == '-';
	uint64_t magnitude;

	if (!parse_u64(text + negative, 10, &magnitude))
		return false;
	if (magnitude > (uint64_t)INT64_MAX + negative)
		return false;
	if (!negative)
		*ret = (int64_t)magnitude;
	else /* -INT64_MIN is no int64_t */
		*ret = magnitude ? -(int64_t)(magnitude - 1) - 1 : 0;
	return true;
}

bool parse_go_bool(const char *text, bool *ret)
{
	static const char *const words[][2] = {
		{"0", "1"},        {"f", "t"},        {"F", "T"},
		{"false", "true"}, {"FALSE", "TRUE"}, {"False", "True"},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		for (int value = 0; value < 2; value++) {
			if (strcmp(text, words[i][value]) != 0)
				continue;
			*ret = value;
			return true;
		}
	}
	return false;
}

bool text_starts(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool text_ends(const char *text, const char *suffix)
{
	size_t length = strlen(text), n = strlen(suffix);

	return length >= n && strcmp(text + length - n, suffix) == 0;
}

bool text_equal(const char *a, const char *b)
{
	if (!a || !b)
		return a == b;
	return strcmp(a, b) == 0;
}

size_t strings_count(const char *const *list)
{
	size_t n = 0;

	while (list && list[n])
		n++;
	return n;
}

bool text_matches(const char *text, const char *glob)
{
	return fnmatch(glob, text, 0) == 0;
}

/* Nobody means a name longer than this by a slip of the finger. */
#define NAME_MOST 64

static size_t least(size_t a, size_t b, size_t c)
{
	size_t least_of_two = a < b ? a : b;

	return least_of_two < c ? least_of_two : c;
}

/* Edits that turn a into b: insert, delete, replace, or swap two neighbours (each pair once). */
static size_t edits(const char *a, size_t n_a, const char *b, size_t n_b)
{
	size_t rows[3][NAME_MOST + 1];
	size_t *before = rows[0], *above = rows[1], *row = rows[2], *spare;

	for (size_t j = 0; j <= n_b; j++)
		row[j] = before[j] = j;
	for (size_t i = 1; i <= n_a; i++) {
		spare = before;
		before = above;
		above = row;
		row = spare;
		row[0] = i;
		for (size_t j = 1; j <= n_b; j++) {
			row[j] = least(above[j] + 1, row[j - 1] + 1,
				       above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], before[j - 2] + 1, row[j]);
		}
	}
	return row[n_b];
}

/* True where somebody who wrote n characters may have meant a name so many edits away. */
static bool is_close(size_t distance, size_t n)
{
	size_t most = n / 3 < 1 ? 1 : n / 3;

	return distance < n && distance <= (most > 3 ? 3 : most);
}

void nearest_offer(struct nearest *nearest, const char *candidate)
{
	size_t n_wanted = strlen(nearest->wanted), n = strlen(candidate), distance;

	if (n_wanted > NAME_MOST || n > NAME_MOST)
		return;
	distance = edits(nearest->wanted, n_wanted, candidate, n);
	if (!is_close(distance, n_wanted) &&
	    !(n_wanted >= 3 && text_starts(candidate, nearest->wanted)))
		return;
	if (nearest->name && nearest->distance <= distance)
		return;
	nearest->name = candidate;
	nearest->distance = distance;
}
