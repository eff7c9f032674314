/* SPDX-License-Identifier: Apache-2.0 */

/* The engine's command line, read as its flag parser reads it. */
#include "collect/daemon.h"

#include <string.h>

void arguments_parse(const struct text *cmdline, struct arguments *ret)
{
	const char *word = text_string(cmdline), *end = word + cmdline->length;
	size_t most = sizeof(ret->words) / sizeof(ret->words[0]);

	ret->n = 0;
	while (word < end && ret->n < most) {
		ret->words[ret->n++] = word;
		word += strlen(word) + 1;
	}
}

/* The value that stands in the same word; "" where it is the next word, NULL for another option. */
static const char *attached_value(const char *word, const char *name, char letter, bool *ret_next)
{
	size_t length = strlen(name);

	*ret_next = false;
	if (strncmp(word, name, length) == 0 && word[length] == '=')
		return word + length + 1;
	if (letter && word[0] == '-' && word[1] == letter && word[2])
		return word + 2 + (word[2] == '=');
	*ret_next = text_equal(word, name) ||
		    (letter && word[0] == '-' && word[1] == letter && !word[2]);
	return NULL;
}

const char *arguments_next(const struct arguments *arguments, const char *name, char letter,
			   size_t *i)
{
	while (*i < arguments->n) {
		bool next;
		const char *value = attached_value(arguments->words[(*i)++], name, letter, &next);

		if (next && *i < arguments->n)
			value = arguments->words[(*i)++];
		if (value)
			return value;
	}
	return NULL;
}

const char *arguments_last(const struct arguments *arguments, const char *name, char letter)
{
	const char *last = NULL, *value;

	for (size_t i = 1; (value = arguments_next(arguments, name, letter, &i));)
		last = value;
	return last;
}
