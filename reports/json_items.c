/* SPDX-License-Identifier: Apache-2.0 */
#include "reports/json_items.h"

#include "base/arena.h"
#include "base/doc.h"

#include <inttypes.h>

/* Integers up to here are exact in every reader of JSON; larger ones become strings. */
#define MOST_EXACT (INT64_C(1) << 53)

cJSON *json_not_null(cJSON *item)
{
	if (!item)
		out_of_memory();
	return item;
}

/* A new empty object as a member of `parent`, or of nothing. */
cJSON *json_add_object(cJSON *parent, const char *name)
{
	return json_not_null(parent ? cJSON_AddObjectToObject(parent, name) : cJSON_CreateObject());
}

/* null where there is no value. */
void json_add_string(cJSON *object, const char *name, const char *value)
{
	if (value)
		json_not_null(cJSON_AddStringToObject(object, name, value));
	else
		json_not_null(cJSON_AddNullToObject(object, name));
}

void json_add_string_if(cJSON *object, const char *name, const char *value)
{
	if (value)
		json_add_string(object, name, value);
}

void json_add_bool(cJSON *object, const char *name, bool value)
{
	json_not_null(cJSON_AddBoolToObject(object, name, value));
}

void json_add_number(cJSON *object, const char *name, size_t value)
{
	json_not_null(cJSON_AddNumberToObject(object, name, (double)value));
}

void json_add_int(cJSON *object, const char *name, int64_t value)
{
	char digits[32];

	if (value >= -MOST_EXACT && value <= MOST_EXACT) {
		json_not_null(cJSON_AddNumberToObject(object, name, (double)value));
		return;
	}
	snprintf(digits, sizeof(digits), "%" PRId64, value);
	json_add_string(object, name, digits);
}

cJSON *json_add_array(cJSON *object, const char *name)
{
	return json_not_null(cJSON_AddArrayToObject(object, name));
}

void json_append(cJSON *array, cJSON *item)
{
	if (!cJSON_AddItemToArray(array, json_not_null(item)))
		out_of_memory();
}

void json_add_counts(cJSON *object, const struct counts *counts)
{
	cJSON *failed;

	for (int i = 0; i < STATUS_COUNT; i++)
		json_add_number(object, status_name((enum status)i), counts->by_status[i]);
	failed = json_add_object(object, "failed_by_severity");
	for (int i = SEVERITY_COUNT; i-- > 0;)
		json_add_number(failed, severity_name((enum severity)i),
				counts->failed_by_severity[i]);
}

/* A document built here holds nothing that JSON cannot express. */
void json_write_line(FILE *out, const cJSON *item)
{
	struct error error = {0};

	doc_write_line(item, out, &error);
}

void json_write_member(FILE *out, const char *name, const cJSON *value)
{
	fprintf(out, "\"%s\": ", name);
	json_write_line(out, value);
	fputs(",\n", out);
}

void json_add_subject(cJSON *result, const struct subject *subject)
{
	cJSON *object = json_add_object(result, "subject");

	json_add_string(object, "kind", subject_kind_name(subject->kind));
	json_add_string(object, "name", subject->name);
	json_add_string_if(object, "id", subject->id);
	json_add_string_if(object, "image", subject->image);
	json_add_string_if(object, "state", subject->state);
	json_add_string_if(object, "project", subject->project);
	json_add_string_if(object, "service", subject->service);
	if (subject->is_auditor)
		json_add_bool(object, "auditor", true);
}
