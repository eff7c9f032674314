/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/snapshot.h"

#include "base/doc.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define SNAPSHOT_FORMAT  "bulkhead-snapshot"
#define SNAPSHOT_VERSION 1

/* Longer than any file of the kernel that is kept. */
#define TEXT_MEMBER_CEILING ((size_t)4 * 1024 * 1024)

/* A second value takes the place of the first. */
static void set_member(cJSON *object, const char *member, cJSON *value)
{
	if (cJSON_GetObjectItemCaseSensitive(object, member))
		cJSON_ReplaceItemInObjectCaseSensitive(object, member, value);
	else
		cJSON_AddItemToObject(object, member, value);
}

cJSON *snapshot_new(void)
{
	cJSON *snapshot = cJSON_CreateObject();
	cJSON *tool;

	cJSON_AddStringToObject(snapshot, "format", SNAPSHOT_FORMAT);
	cJSON_AddNumberToObject(snapshot, "version", SNAPSHOT_VERSION);
	tool = cJSON_AddObjectToObject(snapshot, "tool");
	cJSON_AddStringToObject(tool, "name", PACKAGE_NAME);
	cJSON_AddStringToObject(tool, "version", PACKAGE_VERSION);
	return snapshot;
}

cJSON *snapshot_object(cJSON *object, const char *member)
{
	cJSON *found = cJSON_GetObjectItemCaseSensitive(object, member);

	if (cJSON_IsObject(found))
		return found;
	found = cJSON_CreateObject();
	set_member(object, member, found);
	return found;
}

void snapshot_problem(cJSON *snapshot, const char *source, const char *reason, const char *hint,
		      bool note)
{
	cJSON *problems = cJSON_GetObjectItemCaseSensitive(snapshot, "problems");
	cJSON *problem = cJSON_CreateObject();

	if (!problems)
		problems = cJSON_AddArrayToObject(snapshot, "problems");
	snapshot_add_text(problem, "source", source, strlen(source));
	snapshot_add_text(problem, "reason", reason, strlen(reason));
	if (hint)
		cJSON_AddStringToObject(problem, "hint", hint);
	cJSON_AddBoolToObject(problem, "note", note);
	cJSON_AddItemToArray(problems, problem);
}

void snapshot_unread(cJSON *object, const char *member, const char *reason)
{
	snapshot_add_text(snapshot_object(object, "unread"), member, reason, strlen(reason));
}

void snapshot_add_u64(cJSON *object, const char *member, uint64_t value)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%" PRIu64, value);
	set_member(object, member, cJSON_CreateString(digits));
}

void snapshot_add_text(cJSON *object, const char *member, const char *bytes, size_t length)
{
	cleanup_text struct text text = TEXT_INIT(TEXT_MEMBER_CEILING);

	text_add_utf8(&text, bytes, length);
	set_member(object, member, cJSON_CreateString(text_string(&text)));
}

void snapshot_add_path(cJSON *object, const char *path, const char *bytes)
{
	cleanup_text struct text key = TEXT_INIT(TEXT_MEMBER_CEILING);

	text_add_utf8(&key, path, strlen(path));
	snapshot_add_text(object, text_string(&key), bytes, strlen(bytes));
}

bool snapshot_security_option(const cJSON *snapshot, const char *start)
{
	doc_for_each (option, doc_at(snapshot, "engine.info.SecurityOptions"))
		if (doc_is_string(option) && text_starts(option->valuestring, start))
			return true;
	return false;
}

void snapshot_add_time(cJSON *object, const char *member, int64_t seconds)
{
	time_t when = seconds < 0 ? time(NULL) : seconds;
	struct tm utc;
	char stamp[40];

	if (!gmtime_r(&when, &utc) || !strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", &utc))
		return;
	set_member(object, member, cJSON_CreateString(stamp));
}
