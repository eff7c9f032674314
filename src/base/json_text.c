/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_text.h"

#include <stddef.h>
#include <string.h>

static const char *skip_blanks(const char *text)
{
	return text + strspn(text, " \t\r\n");
}

/* `text` begins with a quotation mark. */
static const char *string_end(const char *text)
{
	for (text++; *text != '"'; text++)
		if (*text == '\0' || (*text == '\\' && *++text == '\0'))
			return NULL;
	return text + 1;
}

/* `text` begins with a bracket of either kind. */
static const char *bracket_end(const char *text)
{
	size_t depth = 0;

	while (text && *text) {
		switch (*text) {
		case '"':
			text = string_end(text);
			continue;
		case '{':
		case '[':
			depth++;
			break;
		case '}':
		case ']':
			if (--depth == 0)
				return text + 1;
			break;
		default:
			break;
		}
		text++;
	}
	return NULL;
}

const char *json_text_end(const char *text)
{
	if (*text == '"')
		return string_end(text);
	if (*text == '{' || *text == '[')
		return bracket_end(text);
	return text + strcspn(text, ",}] \t\r\n");
}

const char *json_text_member(const char *text, const char *key)
{
	size_t length = strlen(key);

	text = skip_blanks(text);
	if (*text != '{')
		return NULL;
	do {
		const char *name = skip_blanks(text + 1), *value, *end;

		end = *name == '"' ? string_end(name) : NULL;
		if (!end || *(value = skip_blanks(end)) != ':')
			return NULL;
		value = skip_blanks(value + 1);
		if ((size_t)(end - name) == length + 2 && memcmp(name + 1, key, length) == 0)
			return value;
		end = json_text_end(value);
		if (!end)
			return NULL;
		text = skip_blanks(end);
	} while (*text == ',');
	return NULL;
}
