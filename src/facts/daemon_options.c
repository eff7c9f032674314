/* SPDX-License-Identifier: Apache-2.0 */

/* dockerd's command line, parsed as pflag parses it. */

#include "facts/daemon_options.h"

#include "base/text.h"

#include <string.h>

struct parser {
	struct arena *arena;
	const struct daemon_flag *flags;
	const cJSON *next; /* the word after the one that is being read */
	struct daemon_option *items;
	size_t n;
};

static const struct daemon_flag *flag_by_name(const struct daemon_flag *flags, const char *name,
					      size_t length)
{
	for (; flags->name; flags++)
		if (strlen(flags->name) == length && !memcmp(flags->name, name, length))
			return flags;
	return NULL;
}

static const struct daemon_flag *flag_by_letter(const struct daemon_flag *flags, char letter)
{
	for (; flags->name; flags++)
		if (flags->letter == letter)
			return flags;
	return NULL;
}

static void add(struct parser *parser, const char *name, const char *value)
{
	parser->items[parser->n++] = (struct daemon_option){name, value};
}

/* The next word as a value, whatever it looks like; NULL at the end. */
static const char *take_word(struct parser *parser)
{
	const cJSON *word = parser->next;

	if (!doc_is_string(word))
		return NULL;
	parser->next = word->next;
	return word->valuestring;
}

static void add_with_word(struct parser *parser, const char *name)
{
	const char *value = take_word(parser);

	if (value)
		add(parser, name, value);
}

/* What follows "--". */
static void parse_long(struct parser *parser, const char *text)
{
	size_t length = strcspn(text, "=");
	const struct daemon_flag *flag = flag_by_name(parser->flags, text, length);
	const char *name = flag ? flag->name : arena_strndup(parser->arena, text, length);

	if (text[length] == '=')
		add(parser, name, text + length + 1);
	else if (!flag || flag->is_switch)
		add(parser, name, "true");
	else
		add_with_word(parser, name);
}

/* What follows "-": switches, of which the last may be an option with its value. */
static void parse_letters(struct parser *parser, const char *text)
{
	for (; *text; text++) {
		const struct daemon_flag *flag = flag_by_letter(parser->flags, *text);

		if (!flag)
			return;
		if (text[1] == '=') {
			add(parser, flag->name, text + 2);
			return;
		}
		if (flag->is_switch) {
			add(parser, flag->name, "true");
			continue;
		}
		if (text[1])
			add(parser, flag->name, text + 1);
		else
			add_with_word(parser, flag->name);
		return;
	}
}

/* No word gives more options than it has bytes. */
static size_t most_options(const cJSON *argv)
{
	size_t n = 0;

	doc_for_each (word, argv)
		if (doc_is_string(word) && word->valuestring[0] == '-')
			n += word->valuestring[1] == '-' ? 1 : strlen(word->valuestring);
	return n;
}

struct daemon_options daemon_options_parse(struct arena *arena, const cJSON *argv,
					   const struct daemon_flag *flags)
{
	struct parser parser = {.arena = arena, .flags = flags};

	if (!cJSON_IsArray(argv) || !argv->child)
		return (struct daemon_options){0};
	parser.items = arena_array(arena, most_options(argv), sizeof(*parser.items));
	parser.next = argv->child->next;
	while (parser.next) {
		const cJSON *word = parser.next;
		const char *text = doc_is_string(word) ? word->valuestring : "";

		parser.next = word->next;
		if (text_equal(text, "--"))
			break;
		if (text_starts(text, "--"))
			parse_long(&parser, text + 2);
		else if (text_starts(text, "-"))
			parse_letters(&parser, text + 1);
	}
	return (struct daemon_options){parser.items, parser.n};
}

const char *daemon_options_last(const struct daemon_options *options, const char *name)
{
	for (size_t i = options->n; i-- > 0;)
		if (text_equal(options->items[i].name, name))
			return options->items[i].value;
	return NULL;
}
