/* SPDX-License-Identifier: Apache-2.0 */
#include "base/doc.h"

#include "base/file.h"
#include "base/text.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* Of a key said twice the last one counts, as it does for the engine (Go's encoding/json). */
static const cJSON *member(const cJSON *object, const char *key, size_t length)
{
	const cJSON *first = cJSON_IsObject(object) ? object->child : NULL;

	/* From the end: of keys said twice the last counts. The first one's prev is the last. */
	for (const cJSON *item = first ? first->prev : NULL; item; item = item->prev) {
		if (*item->string == *key && strncmp(item->string, key, length) == 0 &&
		    !item->string[length])
			return item;
		if (item == first)
			break;
	}
	return NULL;
}

static const cJSON *unless_null(const cJSON *item)
{
	return cJSON_IsNull(item) ? NULL : item;
}

const cJSON *doc_at(const cJSON *doc, const char *path)
{
	size_t length;

	for (; doc && *path; path += length + (path[length] == '.')) {
		length = strcspn(path, ".");
		doc = member(doc, path, length);
	}
	return unless_null(doc);
}

const cJSON *doc_member(const cJSON *object, const char *key)
{
	return unless_null(member(object, key, strlen(key)));
}

static enum doc_presence presence(const cJSON *item, bool fits)
{
	if (!item)
		return DOC_ABSENT;
	return fits ? DOC_PRESENT : DOC_MALFORMED;
}

enum doc_presence doc_bool(const cJSON *doc, const char *path, bool *ret)
{
	const cJSON *item = doc_at(doc, path);

	if (cJSON_IsBool(item))
		*ret = cJSON_IsTrue(item);
	return presence(item, cJSON_IsBool(item));
}

enum doc_presence doc_string(const cJSON *doc, const char *path, const char **ret)
{
	const cJSON *item = doc_at(doc, path);

	if (doc_is_string(item))
		*ret = item->valuestring;
	return presence(item, doc_is_string(item));
}

/* 2^63 is what a double makes of INT64_MAX, the usual way to say "no limit". */
static bool to_int(double number, int64_t *ret)
{
	const double limit = 9223372036854775808.0;

	if (!(number >= -limit && number <= limit) || trunc(number) != number)
		return false;
	*ret = number < limit ? (int64_t)number : INT64_MAX;
	return true;
}

enum doc_presence doc_int(const cJSON *doc, const char *path, int64_t *ret)
{
	const cJSON *item = doc_at(doc, path);

	return presence(item, cJSON_IsNumber(item) && to_int(item->valuedouble, ret));
}

enum doc_presence doc_u64(const cJSON *doc, const char *path, uint64_t *ret)
{
	const cJSON *item = doc_at(doc, path);
	unsigned base;

	if (!doc_is_string(item))
		return presence(item, false);
	base = text_starts(item->valuestring, "0x") ? 16 : 10;
	return presence(item, parse_u64(item->valuestring, base, ret));
}

enum doc_presence doc_array(const cJSON *doc, const char *path, const cJSON **ret)
{
	const cJSON *item = doc_at(doc, path);

	if (cJSON_IsArray(item))
		*ret = item;
	return presence(item, cJSON_IsArray(item));
}

enum doc_presence doc_object(const cJSON *doc, const char *path, const cJSON **ret)
{
	const cJSON *item = doc_at(doc, path);

	if (cJSON_IsObject(item))
		*ret = item;
	return presence(item, cJSON_IsObject(item));
}

const char *doc_string_or(const cJSON *doc, const char *path, const char *fallback)
{
	doc_string(doc, path, &fallback);
	return fallback;
}

bool doc_bool_or(const cJSON *doc, const char *path, bool fallback)
{
	doc_bool(doc, path, &fallback);
	return fallback;
}

int64_t doc_int_or(const cJSON *doc, const char *path, int64_t fallback)
{
	doc_int(doc, path, &fallback);
	return fallback;
}

/* The number of an escape "\uXXXX"; UINT64_MAX where there is none. */
static uint64_t escaped(const char *bytes, size_t length)
{
	char digits[5] = "";
	uint64_t code = UINT64_MAX;

	if (length < 6 || bytes[0] != '\\' || bytes[1] != 'u')
		return UINT64_MAX;
	memcpy(digits, bytes + 2, 4);
	if (digits[1] != 'x') /* which parse_u64() would take for a prefix */
		parse_u64(digits, 16, &code);
	return code;
}

/*
 * The bytes of the escape at `bytes`; 0 where it stands for NUL or for half a surrogate pair, or is
 * "\u" without four digits. Of other escapes only "\\" matters here.
 */
static size_t escape_sequence(const char *bytes, size_t length)
{
	uint64_t code = escaped(bytes, length), low;

	if (code == UINT64_MAX && length > 1 && bytes[1] == 'u')
		return 0;
	if (code == UINT64_MAX)
		return length > 1 && bytes[1] == '\\' ? 2 : 1;
	if (code == 0 || (code >= 0xdc00 && code <= 0xdfff))
		return 0;
	if (code < 0xd800 || code > 0xdfff)
		return 6;
	low = escaped(bytes + 6, length - 6);
	return low >= 0xdc00 && low <= 0xdfff ? 12 : 0;
}

static bool is_plain(char byte)
{
	return (unsigned char)byte < 0x80 && byte != '\\';
}

/* True where eight bytes are ASCII and no backslash, as nearly all of a document are. */
static bool are_plain(const char *bytes)
{
	const uint64_t ones = UINT64_MAX / 0xff, high = ones * 0x80;
	uint64_t word, without;

	memcpy(&word, bytes, sizeof(word));
	without = word ^ (ones * '\\'); /* a zero byte for each backslash */
	return ((word | ((without - ones) & ~without)) & high) == 0;
}

/* The bytes at the beginning of JSON text that can be parsed as they are. */
static size_t sound_prefix(const char *bytes, size_t length)
{
	size_t i = 0, n;

	while (i < length) {
		while (length - i >= sizeof(uint64_t) && are_plain(bytes + i))
			i += sizeof(uint64_t);
		while (i < length && is_plain(bytes[i]))
			i++;
		if (i == length)
			break;
		if (bytes[i] == '\\')
			n = escape_sequence(bytes + i, length - i);
		else
			n = utf8_sequence(bytes + i, length - i);
		if (!n)
			break;
		i += n;
	}
	return i;
}

/*
 * Replace the unsound byte or escape and return its length. "\u" without digits, which cJSON reads
 * as NUL, becomes an escape that it refuses.
 */
static size_t add_replacement(struct text *text, const char *bytes, size_t length)
{
	bool is_escape = bytes[0] == '\\';
	bool is_malformed = is_escape && escaped(bytes, length) == UINT64_MAX;

	text_add(text, is_malformed ? "\\" REPLACEMENT : REPLACEMENT);
	return is_escape && !is_malformed ? 6 : 1;
}

/* Add JSON text with U+FFFD for each byte and each escape that a string of UTF-8 cannot hold. */
static void add_scrubbed(struct text *text, const char *bytes, size_t length)
{
	for (size_t i = 0, n; i < length; i += n) {
		n = sound_prefix(bytes + i, length - i);
		text_add_bytes(text, bytes + i, n);
		if (i + n == length)
			break;
		n += add_replacement(text, bytes + i + n, length - i - n);
	}
}

static int malformed(const char *text, const char *at, const char *why, struct error *err)
{
	const char *start = text;
	size_t line = 1;

	for (const char *end; (end = memchr(start, '\n', (size_t)(at - start))); start = end + 1)
		line++;
	return error_set(err, EBADMSG, "line %zu, byte %zu: malformed JSON%s", line,
			 (size_t)(at - start) + 1, why);
}

/*
 * cJSON gets the terminator, too: up to 1.7.17 it reads one byte past a text that ends after a
 * comma (CVE-2023-53154). With the terminator it finds anything after the document, too.
 */
int doc_parse(const char *text, size_t length, cJSON **ret, struct error *err)
{
	cleanup_text struct text copy = TEXT_INIT(SIZE_MAX / 4);
	const char *nul = length ? memchr(text, '\0', length) : NULL;
	const char *stop = NULL;
	cJSON *doc;

	if (nul)
		return malformed(text, nul, ": a NUL byte", err);
	if (sound_prefix(text, length) < length) {
		add_scrubbed(&copy, text, length);
		text = copy.bytes;
		length = copy.length;
	}
	doc = cJSON_ParseWithLengthOpts(text, length + 1, &stop, true);
	if (!doc)
		return malformed(text, stop, *stop ? "" : ": it ends too soon", err);
	*ret = doc;
	return 0;
}

int doc_read(const char *path, size_t ceiling, cJSON **ret, struct error *err)
{
	cleanup_text struct text text = TEXT_INIT(ceiling);
	int r = file_read_any(path, &text);

	if (r == -EFBIG)
		return error_set(err, EFBIG, "read %s: larger than %zu bytes", path, ceiling);
	if (r < 0)
		return error_set(err, -r, "read %s: %s", path, strerror(-r));
	if (doc_parse(text_string(&text), text.length, ret, err) < 0)
		return error_wrap(err, "read %s", path);
	return 0;
}

/* The bytes of s that stand for themselves in a JSON string. */
static size_t plain_prefix(const char *s, size_t length)
{
	size_t i = 0, n;

	for (; i < length; i += n) {
		if ((unsigned char)s[i] < ' ' || s[i] == '"' || s[i] == '\\')
			break;
		n = utf8_sequence(s + i, length - i);
		if (!n)
			break;
	}
	return i;
}

static void write_escaped(char c, FILE *out)
{
	static const char names[][2] = {"\"\"", "\\\\", "\nn", "\tt", "\rr", "\bb", "\ff"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i][0] == c) {
			fprintf(out, "\\%c", names[i][1]);
			return;
		}
	}
	if ((unsigned char)c < ' ')
		fprintf(out, "\\u%04x", (unsigned)c);
	else
		fputs(REPLACEMENT, out);
}

static void write_string(const char *s, FILE *out)
{
	size_t length = strlen(s), n;

	fputc('"', out);
	for (; length; s += n, length -= n) {
		n = plain_prefix(s, length);
		if (n)
			fwrite(s, 1, n, out);
		else
			write_escaped(s[n++], out);
	}
	fputc('"', out);
}

/* As short as is exact, which cJSON's own is not: it rounds 2^53 - 1 to 15 digits. */
static void write_number(double number, FILE *out)
{
	char digits[32] = "null";
	int precision = 15;

	if (isfinite(number) && trunc(number) == number && fabs(number) < 1e18) {
		fprintf(out, "%.0f", number);
		return;
	}
	while (isfinite(number) && precision <= 17) {
		snprintf(digits, sizeof(digits), "%.*g", precision++, number);
		if (strtod(digits, NULL) == number)
			break;
	}
	digits[strcspn(digits, ",")] = digits[strcspn(digits, ",")] ? '.' : '\0';
	fputs(digits, out);
}

enum { DEEPEST_SPREAD = 3 };

/* Objects spread over lines on two levels, arrays on three: "engine.containers" is on the third. */
static bool is_spread(const cJSON *item, int depth)
{
	return item->child &&
	       (cJSON_IsObject(item) ? depth < 2 : cJSON_IsArray(item) && depth < DEEPEST_SPREAD);
}

static int write_item(const cJSON *item, int depth, FILE *out, struct error *err);

static int write_children(const cJSON *item, int depth, FILE *out, struct error *err)
{
	bool object = cJSON_IsObject(item), spread = is_spread(item, depth);
	int r;

	doc_for_each (child, item) {
		if (spread)
			fputc('\n', out);
		if (object) {
			write_string(child->string, out);
			fputs(spread ? ": " : ":", out);
		}
		r = write_item(child, object ? depth + 1 : DEEPEST_SPREAD, out, err);
		if (r < 0)
			return r;
		if (child->next)
			fputc(',', out);
	}
	if (spread)
		fputc('\n', out);
	return 0;
}

static int write_container(const cJSON *item, int depth, FILE *out, struct error *err)
{
	bool object = cJSON_IsObject(item);
	int r;

	fputc(object ? '{' : '[', out);
	r = write_children(item, depth, out, err);
	fputc(object ? '}' : ']', out);
	return r;
}

static int write_item(const cJSON *item, int depth, FILE *out, struct error *err)
{
	if (cJSON_IsObject(item) || cJSON_IsArray(item))
		return write_container(item, depth, out, err);
	if (doc_is_string(item))
		write_string(item->valuestring, out);
	else if (cJSON_IsNumber(item))
		write_number(item->valuedouble, out);
	else if (cJSON_IsBool(item))
		fputs(cJSON_IsTrue(item) ? "true" : "false", out);
	else if (cJSON_IsNull(item))
		fputs("null", out);
	else
		return error_set(err, EINVAL, "write: a value that JSON cannot express");
	return 0;
}

int doc_write_line(const cJSON *doc, FILE *out, struct error *err)
{
	return write_item(doc, DEEPEST_SPREAD, out, err);
}

int doc_write(const cJSON *doc, FILE *out, struct error *err)
{
	int r;

	errno = 0;
	r = write_item(doc, 0, out, err);
	if (r < 0)
		return r;
	fputc('\n', out);
	if (fflush(out) == EOF || ferror(out))
		return error_set(err, EIO, "write: %s", strerror(errno ? errno : EIO));
	return 0;
}
