/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/apparmor_statement.h"

#include "base/text.h"

#include <string.h>

static const char *skip_line(const char *at)
{
	return at + strcspn(at, "\n");
}

static bool is_blank(char c)
{
	return c && strchr(" \t\r\n", c);
}

/* "include <…>", also in the form of a comment, and "@{VARIABLE} = …" end with their line. */
static bool is_line(const char *at)
{
	const char *word = at + (*at == '#');

	if (text_starts(word, "include") && strchr(" \t<\"", word[strlen("include")]))
		return true;
	if (!text_starts(at, "@{"))
		return false;
	at += strcspn(at, "}\n");
	at += *at == '}';
	at += strspn(at, " \t");
	return *at == '=' || text_starts(at, "+=");
}

/* The closing counterpart of what opens at `at`, or `at` itself where nothing does. */
static const char *skip_group(const char *at, bool fresh)
{
	const char *end = at;

	if (*at == '"')
		end = strchr(at + 1, '"');
	else if (*at == '(')
		end = strchr(at, ')');
	else if (*at == '[')
		end = strchr(at, ']');
	else if (*at == '{' && !fresh)
		end = strchr(at, '}');
	return end ? end : at;
}

/* Blanks that follow one another are one; comments are none. Returns where it stopped. */
static const char *read_statement(struct arena *arena, const char *at,
				  struct apparmor_statement *ret)
{
	cleanup_text struct text text = TEXT_INIT(4096);
	bool fresh = true; /* a word begins here */

	for (; *at && *at != ',' && *at != '}'; fresh = is_blank(*at++)) {
		const char *end;

		if (*at == '{' && fresh)
			break;
		if (*at == '#' && fresh)
			at = skip_line(at);
		if (!*at)
			break;
		if (is_blank(*at)) {
			if (text.length && !is_blank(text.bytes[text.length - 1]))
				text_add(&text, " ");
			continue;
		}
		end = *at == '\\' && at[1] ? at + 1 : skip_group(at, fresh);
		text_add_bytes(&text, at, (size_t)(end - at) + 1);
		at = end;
	}
	while (text.length && is_blank(text.bytes[text.length - 1]))
		text.bytes[--text.length] = '\0';
	*ret = (struct apparmor_statement){arena_strdup(arena, text_string(&text)), *at,
					   text.truncated};
	return *at ? at + 1 : at;
}

const char *apparmor_statement(struct arena *arena, const char *at, struct apparmor_statement *ret)
{
	for (;; at = skip_line(at)) {
		at += strspn(at, " \t\r\n");
		if (*at != '#' || is_line(at))
			break;
	}
	if (!is_line(at))
		return read_statement(arena, at, ret);
	*ret = (struct apparmor_statement){arena_strndup(arena, at, strcspn(at, "\n")), '=', false};
	return skip_line(at);
}

const char *apparmor_word(struct arena *arena, const char **at)
{
	const char *start = *at + strspn(*at, " "), *end = start;

	for (; *end && *end != ' '; end++)
		end = skip_group(end, end == start);
	*at = end;
	if (*start == '"' && end - start > 1 && end[-1] == '"')
		return arena_strndup(arena, start + 1, (size_t)(end - start) - 2);
	return arena_strndup(arena, start, (size_t)(end - start));
}
