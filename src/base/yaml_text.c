/* SPDX-License-Identifier: Apache-2.0 */
#include "base/yaml_text.h"

#include <string.h>

/* What stands for itself: not controls, what deceives the eye, noncharacters. */
static bool is_printable(uint32_t code)
{
	if (code < 0xA0)
		return code >= 0x20 && code < 0x7F;
	return !utf8_is_deceptive(code) && code != 0xFFFD && (code & 0xFFFE) != 0xFFFE;
}

static void add_code(struct text *text, uint32_t code)
{
	if (code == '\n')
		text_add(text, "\\n");
	else
		text_addf(text, code > 0xFFFF ? "\\U%08X" : "\\u%04X", code);
}

/* With escapes as they are within double quotes, which are only needed there before `quoted`. */
static void add_escaped(struct text *text, const char *string, const char *quoted)
{
	while (*string) {
		const char *start = string;
		uint32_t code = utf8_next(&string);

		if (code < 0x80 && strchr(quoted, (int)code))
			text_add(text, "\\");
		if (is_printable(code))
			text_add_bytes(text, start, (size_t)(string - start));
		else
			add_code(text, code);
	}
}

static bool is_plain(const char *string)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_/.-";

	return *string && *string != '-' && strcmp(string, "null") != 0 &&
	       strspn(string, plain) == strlen(string);
}

void yaml_add_quoted(struct text *text, const char *string)
{
	text_add(text, "\"");
	add_escaped(text, string, "\"\\");
	text_add(text, "\"");
}

void yaml_add_string(struct text *text, const char *string)
{
	if (is_plain(string))
		text_add(text, string);
	else
		yaml_add_quoted(text, string);
}

void yaml_add_comment(struct text *text, const char *string)
{
	add_escaped(text, string, "");
}
