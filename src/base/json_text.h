/* SPDX-License-Identifier: Apache-2.0 */

/*
 * JSON text (RFC 8259) that need not be parsed: where in it a value stands. What is not well-formed
 * is left to the parser that reads the rest; nothing here reads beyond the terminating NUL.
 */
#ifndef BULKHEAD_BASE_JSON_TEXT_H
#define BULKHEAD_BASE_JSON_TEXT_H

/*
 * The value of the first member called `key` of the object that `text` begins with; NULL where
 * there is none. A key that is written with escapes is not found.
 */
const char *json_text_member(const char *text, const char *key);

/* The first byte behind the value that `text` begins with; NULL where it does not end. */
const char *json_text_end(const char *text);

#endif
