/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/results_fields.h"

#include "base/text.h"

#include <errno.h>
#include <math.h>
#include <string.h>

/* Integers up to here are exact in a JSON number. */
#define MOST_EXACT 9007199254740992.0

enum { LONGEST_VALUE = 60 };

/* "results[12].subject" */
static void add_place(struct text *text, const struct field *field)
{
	if (!field->above)
		return;
	add_place(text, field->above);
	if (field->member)
		text_addf(text, "%s%s", text->length ? "." : "", field->member);
	else
		text_addf(text, "[%zu]", field->index);
}

static void add_value(struct text *text, const cJSON *item)
{
	if (!item || cJSON_IsNull(item))
		text_add(text, item ? "null" : "missing");
	else if (cJSON_IsString(item))
		text_addf(text, "\"%.*s\"%s", LONGEST_VALUE, item->valuestring,
			  strlen(item->valuestring) > LONGEST_VALUE ? " …" : "");
	else if (cJSON_IsNumber(item))
		text_addf(text, "%.17g", item->valuedouble);
	else if (cJSON_IsBool(item))
		text_add(text, cJSON_IsTrue(item) ? "true" : "false");
	else
		text_add(text, cJSON_IsArray(item) ? "a list" : "an object");
}

void field_fail(struct fields *fields, const struct field *field, const char *member,
		const char *expected)
{
	const struct field at = {
		.above = field,
		.member = member,
		.item = member ? cJSON_GetObjectItemCaseSensitive(field->item, member) : NULL,
	};
	cleanup_text struct text place = {0}, value = {0};

	if (fields->code)
		return;
	add_place(&place, member ? &at : field);
	add_value(&value, member ? at.item : field->item);
	fields->code = error_set(fields->err, EBADMSG, "%s: %s%sexpected %s, but it is %s",
				 fields->file, text_string(&place), place.length ? ": " : "",
				 expected, text_string(&value));
}

const char *field_string_or_null(struct fields *fields, const struct field *object,
				 const char *member)
{
	const char *value = NULL;

	if (doc_string(object->item, member, &value) == DOC_MALFORMED)
		field_fail(fields, object, member, "a string");
	return value;
}

const char *field_string(struct fields *fields, const struct field *object, const char *member)
{
	const char *value = "";

	if (doc_string(object->item, member, &value) != DOC_PRESENT)
		field_fail(fields, object, member, "a string");
	return value;
}

bool field_bool_or_absent(struct fields *fields, const struct field *object, const char *member)
{
	bool value = false;

	if (doc_bool(object->item, member, &value) == DOC_MALFORMED)
		field_fail(fields, object, member, "true or false");
	return value;
}

bool field_bool(struct fields *fields, const struct field *object, const char *member)
{
	bool value = false;

	if (doc_bool(object->item, member, &value) != DOC_PRESENT)
		field_fail(fields, object, member, "true or false");
	return value;
}

size_t field_count(struct fields *fields, const struct field *object, const char *member)
{
	const cJSON *item = doc_at(object->item, member);
	double value = cJSON_IsNumber(item) ? item->valuedouble : -1;

	if (value >= 0 && value <= MOST_EXACT && trunc(value) == value)
		return (size_t)value;
	field_fail(fields, object, member, "a whole number from 0 on");
	return 0;
}

unsigned field_word(struct fields *fields, const struct field *object, const char *member,
		    field_words *words)
{
	const char *value = doc_string_or(object->item, member, NULL);
	cleanup_text struct text expected = {0};

	for (unsigned i = 0; words(i); i++) {
		if (text_equal(words(i), value))
			return i;
	}
	text_add(&expected, "one of ");
	for (unsigned i = 0; words(i); i++)
		text_addf(&expected, "%s%s", i ? ", " : "", words(i));
	field_fail(fields, object, member, text_string(&expected));
	return 0;
}

static struct field child(const struct field *object, const char *member)
{
	return (struct field){
		.above = object, .member = member, .item = doc_at(object->item, member)};
}

struct field field_object_or_absent(struct fields *fields, const struct field *object,
				    const char *member)
{
	struct field field = child(object, member);

	if (field.item && !cJSON_IsObject(field.item)) {
		field_fail(fields, object, member, "an object");
		field.item = NULL;
	}
	return field;
}

struct field field_list_or_absent(struct fields *fields, const struct field *object,
				  const char *member)
{
	struct field field = child(object, member);

	if (field.item && !cJSON_IsArray(field.item)) {
		field_fail(fields, object, member, "a list");
		field.item = NULL;
	}
	return field;
}

struct field field_object(struct fields *fields, const struct field *object, const char *member)
{
	struct field field = field_object_or_absent(fields, object, member);

	if (!field.item)
		field_fail(fields, object, member, "an object");
	return field;
}

struct field field_list(struct fields *fields, const struct field *object, const char *member)
{
	struct field field = field_list_or_absent(fields, object, member);

	if (!field.item)
		field_fail(fields, object, member, "a list");
	return field;
}

size_t field_length(const struct field *list)
{
	size_t n = 0;

	doc_for_each (item, list->item)
		n++;
	return n;
}

struct field field_first(const struct field *list)
{
	return (struct field){.above = list, .item = list->item ? list->item->child : NULL};
}

void field_next(struct field *element)
{
	element->item = element->item->next;
	element->index++;
}

bool field_is_object(struct fields *fields, const struct field *element)
{
	if (!element->item || fields->code)
		return false;
	if (cJSON_IsObject(element->item))
		return true;
	field_fail(fields, element, NULL, "an object");
	return false;
}
