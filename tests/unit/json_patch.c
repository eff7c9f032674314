/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/json_patch.h"

#include "base/doc.h"
#include "base/text.h"

#include <errno.h>
#include <string.h>

/* Copy the token that starts at `path` to *ret_token, unescaped, and return where it ends. */
static const char *next_token(const char *path, struct text *ret_token)
{
	for (; *path && *path != '/'; path++) {
		char c = *path;

		if (c == '~' && (path[1] == '0' || path[1] == '1'))
			c = *++path == '0' ? '~' : '/';
		text_add_bytes(ret_token, &c, 1);
	}
	return path;
}

/* The child that a token names; for an array *ret_index is its number, or the array's length. */
static cJSON *child(cJSON *parent, const char *token, uint64_t *ret_index)
{
	uint64_t length;

	if (cJSON_IsObject(parent))
		return cJSON_GetObjectItemCaseSensitive(parent, token);
	if (!cJSON_IsArray(parent))
		return NULL;
	length = (uint64_t)cJSON_GetArraySize(parent);
	if (text_equal(token, "-"))
		*ret_index = length;
	else if (!parse_u64(token, 10, ret_index))
		*ret_index = UINT64_MAX;
	return *ret_index < length ? cJSON_GetArrayItem(parent, (int)*ret_index) : NULL;
}

/* The parent of what `path` names, with its last token in *ret_token; NULL where there is none. */
static cJSON *parent_of(cJSON *doc, const char *path, struct text *ret_token)
{
	uint64_t index;

	while (doc && *path == '/') {
		text_release(ret_token);
		path = next_token(path + 1, ret_token);
		if (!*path)
			return doc;
		doc = child(doc, text_string(ret_token), &index);
	}
	return NULL;
}

static bool add(cJSON *parent, const char *token, uint64_t index, const cJSON *value)
{
	if (cJSON_IsObject(parent)) {
		cJSON_DeleteItemFromObjectCaseSensitive(parent, token);
		return cJSON_AddItemToObject(parent, token, cJSON_Duplicate(value, true));
	}
	if (!cJSON_IsArray(parent) || index > (uint64_t)cJSON_GetArraySize(parent))
		return false;
	return cJSON_InsertItemInArray(parent, (int)index, cJSON_Duplicate(value, true));
}

static bool apply(cJSON *doc, const char *op, const char *path, const cJSON *value)
{
	cleanup_text struct text token = {0};
	uint64_t index = 0;
	cJSON *parent = parent_of(doc, path, &token);
	cJSON *target;

	if (!parent || (!value && !text_equal(op, "remove")))
		return false;
	target = child(parent, text_string(&token), &index);
	if (text_equal(op, "add"))
		return add(parent, text_string(&token), index, value);
	if (!target)
		return false;
	if (text_equal(op, "remove"))
		cJSON_Delete(cJSON_DetachItemViaPointer(parent, target));
	else if (!text_equal(op, "replace"))
		return false;
	else if (cJSON_IsObject(parent))
		return add(parent, text_string(&token), index, value);
	else
		return cJSON_ReplaceItemViaPointer(parent, target, cJSON_Duplicate(value, true));
	return true;
}

int json_patch(cJSON *doc, const cJSON *patch, struct error *err)
{
	unsigned n = 0;

	doc_for_each (step, patch) {
		const char *op = doc_string_or(step, "op", "?");
		const char *path = doc_string_or(step, "path", "?");
		const cJSON *value = cJSON_GetObjectItemCaseSensitive(step, "value");

		if (!apply(doc, op, path, value))
			return error_set(err, EINVAL, "operation %u (%s %s) does not apply", n, op,
					 path);
		n++;
	}
	return 0;
}
