/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Typed access to documents that somebody else wrote: the engine's replies, snapshots, results.
 *
 * Absent is not false. Every getter says whether the field was there and of the right type, and
 * the caller must say what each answer means; *ret is written only for DOC_PRESENT. JSON null
 * counts as absent, since the engine writes null for an empty list, map or pointer.
 *
 * A path names members from the document down, separated by dots: "HostConfig.RestartPolicy.Name".
 * A key that itself holds a dot (a label, a network option) is reached with doc_member() on the
 * object; the empty path is the document itself. Of a key said twice the last one counts, as it
 * does for the engine. Strings are UTF-8 and live as long as the document.
 */
#ifndef BULKHEAD_BASE_DOC_H
#define BULKHEAD_BASE_DOC_H

#include "base/error.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum doc_presence { DOC_ABSENT, DOC_PRESENT, DOC_MALFORMED };

/* The item at path; NULL where it is absent or null, or something on the way is no object. */
const cJSON *doc_at(const cJSON *doc, const char *path);

/* The member of object whose whole key is `key`, dots and all; NULL where absent or null. */
const cJSON *doc_member(const cJSON *object, const char *key);

enum doc_presence doc_bool(const cJSON *doc, const char *path, bool *ret);
enum doc_presence doc_string(const cJSON *doc, const char *path, const char **ret);

/*
 * A JSON number without a fraction; exact up to 2^53, beyond that as close as a double is (so
 * that INT64_MAX, which the engine writes for "no limit", is INT64_MAX).
 */
enum doc_presence doc_int(const cJSON *doc, const char *path, int64_t *ret);

/* A 64-bit number that travels as a string of decimal digits, or of hex digits after "0x". */
enum doc_presence doc_u64(const cJSON *doc, const char *path, uint64_t *ret);

enum doc_presence doc_array(const cJSON *doc, const char *path, const cJSON **ret);
enum doc_presence doc_object(const cJSON *doc, const char *path, const cJSON **ret);

/* Shorthands where the caller's answer for absent and malformed is the same fallback. */
const char *doc_string_or(const cJSON *doc, const char *path, const char *fallback);
bool doc_bool_or(const cJSON *doc, const char *path, bool fallback);
int64_t doc_int_or(const cJSON *doc, const char *path, int64_t fallback);

/* Walk the children of an array or object; none for NULL. */
/* NOLINTBEGIN(bugprone-macro-parentheses): a name that is declared has none */
#define doc_for_each(item, parent) \
	for (const cJSON *item = (parent) ? (parent)->child : NULL; item; item = item->next)
/* NOLINTEND(bugprone-macro-parentheses) */

/* True for a JSON string; and then item->valuestring is it. */
static inline bool doc_is_string(const cJSON *item)
{
	return item && cJSON_IsString(item) && item->valuestring;
}

/*
 * Parse `length` bytes of JSON, after which there is a NUL. Bytes that are not UTF-8, and escapes
 * which no string of UTF-8 can hold (\u0000, half a surrogate pair), are read as U+FFFD. The caller
 * deletes *ret. -EBADMSG where it is malformed or something follows it, with the line and byte at
 * which reading stopped.
 */
int doc_parse(const char *text, size_t length, cJSON **ret, struct error *err);

/* doc_parse() of a whole file, at most `ceiling` bytes long. -EFBIG above it. */
int doc_read(const char *path, size_t ceiling, cJSON **ret, struct error *err);

/*
 * Write a document without holding its whole text in memory: one line for each member of the
 * document and of the objects in it, and for each element of an array among those; what is deeper
 * stands on one line. Flushes. -EIO where the stream failed, -EINVAL for what JSON cannot express.
 */
int doc_write(const cJSON *doc, FILE *out, struct error *err);

/*
 * Write a document on one line, which is not ended: for who writes a long list item by item. Does
 * not flush, and leaves a stream that failed to who does.
 */
int doc_write_line(const cJSON *doc, FILE *out, struct error *err);

static inline void cleanup_doc_p(cJSON **doc)
{
	cJSON_Delete(*doc);
}
#define cleanup_doc __attribute__((cleanup(cleanup_doc_p)))

#endif
