/* SPDX-License-Identifier: Apache-2.0 */
#include "reports/escape.h"

#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { REPLACEMENT = 0xfffd };

static bool is_within(uint32_t character, uint32_t first, uint32_t last)
{
	return first <= character && character <= last;
}

static bool is_control(uint32_t character)
{
	return character < 0x20 || is_within(character, 0x7f, 0x9f);
}

/* East Asian wide and emoji blocks: close enough to align columns, not to typeset. */
static bool is_wide(uint32_t character)
{
	return is_within(character, 0x1100, 0x115f) || is_within(character, 0x2e80, 0xa4cf) ||
	       is_within(character, 0xac00, 0xd7a3) || is_within(character, 0xf900, 0xfaff) ||
	       is_within(character, 0xfe30, 0xfe6f) || is_within(character, 0xff00, 0xff60) ||
	       is_within(character, 0x1f300, 0x1faff) || is_within(character, 0x20000, 0x3fffd);
}

/* Write to out, or only count where it is NULL. */
static int put(FILE *out, const char *bytes, size_t length)
{
	if (out)
		fwrite(bytes, 1, length, out);
	return (int)length;
}

static int put_escaped(FILE *out, uint32_t character)
{
	char escape[16];
	int length;

	if (character == '\n' || character == '\t' || character == '\r')
		return put(out, character == '\n' ? "\\n" : character == '\t' ? "\\t" : "\\r", 2);
	if (character < 0x100)
		length = snprintf(escape, sizeof(escape), "\\x%02x", (unsigned)character);
	else
		length = snprintf(escape, sizeof(escape), "\\u%04x", (unsigned)character);
	return put(out, escape, (size_t)length);
}

static int terminal(const char *text, FILE *out)
{
	int columns = 0;

	while (*text) {
		const char *start = text;
		size_t plain = ascii_prefix(text, SIZE_MAX);
		uint32_t character;

		if (plain) {
			columns += put(out, text, plain);
			text += plain;
			continue;
		}
		character = utf8_next(&text);
		if (is_control(character) || utf8_is_deceptive(character)) {
			columns += put_escaped(out, character);
			continue;
		}
		if (character == REPLACEMENT)
			put(out, "\xef\xbf\xbd", 3);
		else
			put(out, start, (size_t)(text - start));
		columns += is_wide(character) ? 2 : 1;
	}
	return columns;
}

int escape_terminal(const char *text, FILE *out)
{
	return terminal(text, out);
}

int escape_terminal_width(const char *text)
{
	return terminal(text, NULL);
}

void escape_line(FILE *out, const char *format, ...)
{
	cleanup_text struct text text = {0};
	va_list args;

	va_start(args, format);
	text_vaddf(&text, format, args);
	va_end(args);
	escape_terminal(text_string(&text), out);
	fputc('\n', out);
}

static const char *xml_entity(uint32_t character)
{
	switch (character) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&apos;";
	case '\t':
		return "&#9;";
	case '\n':
		return "&#10;";
	case '\r':
		return "&#13;";
	case REPLACEMENT:
		return "\xef\xbf\xbd";
	default:
		return NULL;
	}
}

void escape_xml(const char *text, FILE *out)
{
	while (*text) {
		const char *start = text;
		uint32_t character = utf8_next(&text);
		const char *entity = xml_entity(character);

		if (entity)
			fputs(entity, out);
		else if (is_control(character) || utf8_is_deceptive(character) ||
			 is_within(character, 0xfffe, 0xffff))
			put_escaped(out, character);
		else
			put(out, start, (size_t)(text - start));
	}
}

/* A string in double quotes, with backslashes in it. */
static void quoted(const char *text, bool has_entities, FILE *out)
{
	while (*text) {
		const char *start = text;
		uint32_t character = utf8_next(&text);

		if (character == '\\' || character == '"')
			fprintf(out, "\\%c", (char)character);
		else if (character == '&' && has_entities)
			fputs("&amp;", out);
		else if (character == REPLACEMENT)
			put(out, "\xef\xbf\xbd", 3);
		else if (is_control(character) || utf8_is_deceptive(character)) {
			fputc('\\', out); /* of an escape, so that the escape is what is drawn */
			put_escaped(out, character);
		} else {
			put(out, start, (size_t)(text - start));
		}
	}
}

void escape_dot(const char *text, FILE *out)
{
	quoted(text, true, out);
}

void escape_label(const char *text, FILE *out)
{
	quoted(text, false, out);
}
