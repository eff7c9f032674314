/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Text that YAML reads back as it was, whatever is in it, and that looks to people as it is: for
 * files that the program writes. Bytes that are no UTF-8 become U+FFFD.
 */
#ifndef BULKHEAD_BASE_YAML_TEXT_H
#define BULKHEAD_BASE_YAML_TEXT_H

#include "base/text.h"

/* A string: as it is where it has only the characters of names and paths, else in quotes. */
void yaml_add_string(struct text *text, const char *string);

/* The same in double quotes: for readers that take some plain words for numbers or switches. */
void yaml_add_quoted(struct text *text, const char *string);

/* For a comment: on one line, with escapes in place of what YAML does not allow even there. */
void yaml_add_comment(struct text *text, const char *string);

#endif
