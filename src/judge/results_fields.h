/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Typed members of a results document, for who reads a whole one. The first thing that is not as it
 * has to be is kept, with its place ("results[12].severity: expected …"); what is read from then on
 * is empty, so that only the end has to ask whether anything failed.
 */
#ifndef BULKHEAD_JUDGE_RESULTS_FIELDS_H
#define BULKHEAD_JUDGE_RESULTS_FIELDS_H

#include "base/doc.h"

struct fields {
	const char *file;
	struct error *err;
	int code; /* 0, or -EBADMSG once something was wrong */
};

/* An object or a list, and where it stands. It points to the one above, which has to outlive it. */
struct field {
	const struct field *above; /* NULL: the document itself */
	const char *member;        /* NULL: an element of the list above */
	size_t index;
	const cJSON *item; /* NULL where it is absent or null */
};

/* Say what was expected of a member (NULL: of the field itself) and what is there. */
void field_fail(struct fields *fields, const struct field *field, const char *member,
		const char *expected);

const char *field_string(struct fields *fields, const struct field *object, const char *member);
/* NULL where it is absent or null. */
const char *field_string_or_null(struct fields *fields, const struct field *object,
				 const char *member);
bool field_bool(struct fields *fields, const struct field *object, const char *member);
/* False where it is absent or null. */
bool field_bool_or_absent(struct fields *fields, const struct field *object, const char *member);
/* A whole number from 0 on. */
size_t field_count(struct fields *fields, const struct field *object, const char *member);

/* The name of the i-th of some words, NULL after the last. */
typedef const char *field_words(unsigned i);
/* Which of them it is. */
unsigned field_word(struct fields *fields, const struct field *object, const char *member,
		    field_words *words);

struct field field_object(struct fields *fields, const struct field *object, const char *member);
struct field field_list(struct fields *fields, const struct field *object, const char *member);
/* Without an item where it is absent or null. */
struct field field_object_or_absent(struct fields *fields, const struct field *object,
				    const char *member);
struct field field_list_or_absent(struct fields *fields, const struct field *object,
				  const char *member);

/* How many elements a list has. */
size_t field_length(const struct field *list);

/*
 * Walk the elements of a list, all of which have to be objects:
 *	struct field element = field_first(list);
 *	for (; field_is_object(fields, &element); field_next(&element))
 */
struct field field_first(const struct field *list);
void field_next(struct field *element);
bool field_is_object(struct fields *fields, const struct field *element);

#endif
