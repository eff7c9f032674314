/* SPDX-License-Identifier: Apache-2.0 */

/* Patterns of AppArmor rules: apparmor.d(5), "Globbing (AARE)" and "Variables". */
#include "facts/apparmor.h"

#include "base/text.h"

#include <string.h>

/* Of one pattern: {a,b}{c,d} are seven with their beginnings. */
enum { MOST_PATTERNS = 1000, MOST_STEPS = 100000 };

/* In brackets; `*pattern` is left behind them. A bracket that does not end is an ordinary one. */
static bool class_matches(const char **pattern, char c)
{
	const char *at = *pattern + 1, *end;
	bool negated = *at == '^', found = false;

	at += negated;
	end = *at ? strchr(at + 1, ']') : NULL;
	if (!end)
		return *(*pattern)++ == c;
	for (; at < end; at++) {
		if (at[1] == '-' && at + 2 < end) {
			found |= c >= at[0] && c <= at[2];
			at += 2;
		} else {
			found |= c == *at;
		}
	}
	*pattern = end + 1;
	return c && found != negated;
}

struct expansion {
	const struct apparmor_variables *variables;
	const char *path;
	unsigned patterns, steps; /* that may still be tried */
};

static bool glob(struct expansion *expansion, const char *pattern, const char *path, char before);

/* One or more stars, and what is behind them. */
static bool star(struct expansion *expansion, const char *pattern, const char *path)
{
	bool deep = pattern[1] == '*';

	for (pattern += strspn(pattern, "*"); expansion->steps; path++) {
		expansion->steps--;
		if (glob(expansion, pattern, path, '*'))
			return true;
		if (!*path || (*path == '/' && !deep))
			return false;
	}
	return false;
}

/* Without alternatives and variables. Values of those may double a slash, which counts as one. */
static bool glob(struct expansion *expansion, const char *pattern, const char *path, char before)
{
	for (; *pattern; before = *path++) {
		if (*pattern == '*')
			return star(expansion, pattern, path);
		if (*pattern == '/' && before == '/') {
			path--;
			pattern++;
		} else if (*pattern == '[') {
			if (!class_matches(&pattern, *path))
				return false;
		} else if (*pattern == '?') {
			if (!*path || *path == '/')
				return false;
			pattern++;
		} else {
			pattern += pattern[0] == '\\' && pattern[1];
			if (*pattern++ != *path)
				return false;
		}
	}
	return !*path;
}

static bool expand(struct expansion *expansion, const char *pattern);

/* The part between `pattern` and `at`, one of the alternatives, and what is behind them. */
static bool expand_with(struct expansion *expansion, const char *pattern, const char *at,
			const char *choice, size_t length, const char *rest)
{
	cleanup_text struct text text = TEXT_INIT(4096);

	text_add_bytes(&text, pattern, (size_t)(at - pattern));
	text_add_bytes(&text, choice, length);
	text_add(&text, rest);
	*expansion->variables->ret_unfollowed |= text.truncated;
	return !text.truncated && expand(expansion, text_string(&text));
}

static bool expand_variable(struct expansion *expansion, const char *pattern, const char *at)
{
	const struct apparmor_variables *variables = expansion->variables;
	size_t length = strcspn(at, "}");
	bool known = false;

	for (size_t i = 0; i < variables->n; i++) {
		const char *value = variables->items[i].values;

		if (strlen(variables->items[i].name) != length - 2 ||
		    memcmp(variables->items[i].name, at + 2, length - 2) != 0)
			continue;
		known = true;
		while (*(value += strspn(value, " \t"))) {
			size_t n = strcspn(value, " \t");
			const char *end = value + n;

			if (n > 1 && value[0] == '"' && value[n - 1] == '"')
				value++, n -= 2;
			if (expand_with(expansion, pattern, at, value, n, at + length + 1))
				return true;
			value = end;
		}
	}
	*variables->ret_unfollowed |= !known;
	return false;
}

/* The end of an alternative: the comma behind it, or the brace that ends all. */
static const char *choice_end(const char *at)
{
	unsigned depth = 0;

	for (; *at; at++) {
		if (*at == '\\' && at[1])
			at++;
		else if (*at == '{')
			depth++;
		else if (*at == '}' && depth)
			depth--;
		else if ((*at == ',' && !depth) || *at == '}')
			break;
	}
	return at;
}

static bool expand_choices(struct expansion *expansion, const char *pattern, const char *at)
{
	const char *last = at + 1;

	while (*(last = choice_end(last)) == ',')
		last++;
	if (!*last)
		return false;
	for (const char *choice = at + 1, *end; choice <= last; choice = end + 1) {
		end = choice_end(choice);
		if (expand_with(expansion, pattern, at, choice, (size_t)(end - choice), last + 1))
			return true;
	}
	return false;
}

static bool expand(struct expansion *expansion, const char *pattern)
{
	const char *at = pattern;

	if (!expansion->patterns)
		return false;
	expansion->patterns--;
	for (; *at && *at != '{'; at++) {
		if (at[0] == '@' && at[1] == '{' && strchr(at, '}'))
			return expand_variable(expansion, pattern, at);
		at += *at == '\\' && at[1];
	}
	if (*at)
		return expand_choices(expansion, pattern, at);
	return glob(expansion, pattern, expansion->path, '\0');
}

bool apparmor_matches(const struct apparmor_variables *variables, const char *pattern,
		      const char *path)
{
	struct expansion expansion = {variables, path, MOST_PATTERNS, MOST_STEPS};
	bool matches = expand(&expansion, pattern);

	*variables->ret_unfollowed |= !matches && !(expansion.patterns && expansion.steps);
	return matches;
}
