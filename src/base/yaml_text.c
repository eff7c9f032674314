/* SPDX-License-Identifier: Apache-2.0 */
#include "base/yaml_text.h"

#include <string.h>

/* The character of a well-formed sequence. */
static unsigned decode(const char *bytes, size_t length)
{
	unsigned code = (unsigned char)*bytes;

	if (length > 1)
		code &= 0xFFU >> (length + 1);
	for (size_t i = 1; i < length; i++)
		code = code << 6 | ((unsigned char)bytes[i] & 0x3FU);
	return code;
}

/* What stands for itself: not controls, line breaks of Unicode, byte order marks, noncharacters. */
static bool is_printable(unsigned code)
{
	if (code < 0xA0)
		return code >= 0x20 && code < 0x7F;
	return code != 0x2028 && code != 0x2029 && code != 0xFEFF && (code & 0xFFFE) != 0xFFFE;
}

static void add_code(struct text *text, unsigned code)
{
	if (code == '\n')
		text_add(text, "\\n");
	else
		text_addf(text, code > 0xFFFF ? "\\U%08X" : "\\u%04X", code);
}

/* With escapes as they are within double quotes, which are only needed there before `quoted`. */
static void add_escaped(struct text *text, const char *string, const char *quoted)
{
	size_t left = strlen(string);

	while (left > 0) {
		size_t length = utf8_sequence(string, left);
		unsigned code = length > 0 ? decode(string, length) : 0xFFFD;

		length = length > 0 ? length : 1;
		if (code < 0x80 && code > 0 && strchr(quoted, (int)code))
			text_add(text, "\\");
		if (is_printable(code) && code != 0xFFFD)
			text_add_bytes(text, string, length);
		else
			add_code(text, code);
		string += length;
		left -= length;
	}
}

static bool is_plain(const char *string)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_/.-";

	return *string && *string != '-' && strcmp(string, "null") != 0 &&
	       strspn(string, plain) == strlen(string);
}

void yaml_add_string(struct text *text, const char *string)
{
	if (is_plain(string)) {
		text_add(text, string);
		return;
	}
	text_add(text, "\"");
	add_escaped(text, string, "\"\\");
	text_add(text, "\"");
}

void yaml_add_comment(struct text *text, const char *string)
{
	add_escaped(text, string, "");
}
