/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Documents that are built a piece at a time and written each on a line. Memory that is not there
 * ends the program, so that nothing is left out.
 */
#ifndef BULKHEAD_REPORTS_JSON_ITEMS_H
#define BULKHEAD_REPORTS_JSON_ITEMS_H

#include "judge/report.h"

#include <cjson/cJSON.h>
#include <stdio.h>

cJSON *json_not_null(cJSON *item);

/* A new empty object as a member of `parent`, or of nothing. */
cJSON *json_add_object(cJSON *parent, const char *name);
cJSON *json_add_array(cJSON *object, const char *name);
void json_append(cJSON *array, cJSON *item);

/* null where there is no value. */
void json_add_string(cJSON *object, const char *name, const char *value);
void json_add_string_if(cJSON *object, const char *name, const char *value);
void json_add_bool(cJSON *object, const char *name, bool value);
void json_add_number(cJSON *object, const char *name, size_t value);
/* A string of digits where not every reader of JSON could read the number. */
void json_add_int(cJSON *object, const char *name, int64_t value);

/* Members of a summary: by status, and failures by severity. */
void json_add_counts(cJSON *object, const struct counts *counts);

/* "subject" of a result. */
void json_add_subject(cJSON *result, const struct subject *subject);

void json_write_line(FILE *out, const cJSON *item);
/* "name": value and a comma, on a line. */
void json_write_member(FILE *out, const char *name, const cJSON *value);

#endif
