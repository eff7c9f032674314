/* SPDX-License-Identifier: Apache-2.0 */
#include "command/options.h"

#include "base/text.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>

struct given {
	const struct option_spec *spec;
	const char *value; /* NULL for a switch */
};

struct options {
	struct arena *arena;
	const struct option_spec *specs;
	struct given *given;
	size_t n_given;
	const char **words;
	size_t n_words;
};

static size_t count(const struct option_spec *specs)
{
	size_t n = 0;

	while (specs[n].name)
		n++;
	return n;
}

/* getopt_long's two descriptions of the table; a long option answers with 256 + its index. */
static void describe(struct arena *arena, const struct option_spec *specs,
		     struct option **ret_longs, const char **ret_shorts)
{
	size_t n = count(specs);
	struct option *longs = arena_array(arena, n + 1, sizeof(*longs));
	char *shorts = arena_alloc(arena, 2 * n + 2), *end = shorts;

	*end++ = ':'; /* a missing argument is told from an unknown option */
	for (size_t i = 0; i < n; i++) {
		longs[i].name = specs[i].name;
		longs[i].has_arg = specs[i].argument ? required_argument : no_argument;
		longs[i].val = 256 + (int)i;
		if (!specs[i].letter)
			continue;
		*end++ = specs[i].letter;
		if (specs[i].argument)
			*end++ = ':';
	}
	*ret_longs = longs;
	*ret_shorts = shorts;
}

static const struct option_spec *find(const struct option_spec *specs, int answer)
{
	for (const struct option_spec *spec = specs; spec->name; spec++)
		if (spec->letter == answer || spec - specs == answer - 256)
			return spec;
	return NULL;
}

static int unknown_option(struct arena *arena, const struct option_spec *specs, const char *word,
			  struct error *err)
{
	const char *name = word + strspn(word, "-");
	struct nearest nearest = {.wanted = arena_strndup(arena, name, strcspn(name, "="))};

	for (const struct option_spec *spec = specs; spec->name; spec++)
		nearest_offer(&nearest, spec->name);
	nearest_offer(&nearest, "help");
	if (!nearest.name)
		return error_set(err, EINVAL, "unknown option '%s': see --help", word);
	return error_set(err, EINVAL, "unknown option '%s': did you mean '--%s'?", word,
			 nearest.name);
}

static int keep(struct options *options, const struct option_spec *spec, const char *value,
		struct error *err)
{
	for (size_t i = 0; i < options->n_given; i++)
		if (options->given[i].spec == spec && !spec->many && spec->argument)
			return error_set(err, EINVAL, "--%s is given twice", spec->name);
	options->given[options->n_given++] = (struct given){spec, value};
	return 0;
}

int options_parse(struct arena *arena, const struct option_spec *specs, int argc, char **argv,
		  const struct options **ret, struct error *err)
{
	struct options *options = arena_alloc(arena, sizeof(*options));
	struct option *longs;
	const char *shorts;
	int answer;

	*options = (struct options){
		.arena = arena,
		.specs = specs,
		/* getopt consumes at least one letter of argv for each option that it reports */
		.words = arena_array(arena, (size_t)argc + 1, sizeof(*options->words)),
	};
	size_t letters = 1;
	for (int i = 1; i < argc; i++)
		letters += strlen(argv[i]);
	options->given = arena_array(arena, letters, sizeof(*options->given));
	describe(arena, specs, &longs, &shorts);
	optind = 0; /* start anew: glibc's way to say so */
	opterr = 0;
	while ((answer = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		const struct option_spec *spec =
			answer == '?' || answer == ':' ? NULL : find(specs, answer);
		const char *word = argv[optind - 1];

		if (answer == ':')
			return error_set(err, EINVAL, "option '%s' needs a value: see --help",
					 word);
		if (!spec)
			return unknown_option(arena, specs, word, err);
		int r = keep(options, spec, spec->argument ? optarg : NULL, err);
		if (r < 0)
			return r;
	}
	for (int i = optind; i < argc; i++)
		options->words[options->n_words++] = argv[i];
	*ret = options;
	return 0;
}

bool options_flag(const struct options *options, const char *name)
{
	for (size_t i = 0; i < options->n_given; i++)
		if (!strcmp(options->given[i].spec->name, name))
			return true;
	return false;
}

const char *options_value(const struct options *options, const char *name)
{
	for (size_t i = 0; i < options->n_given; i++)
		if (!strcmp(options->given[i].spec->name, name))
			return options->given[i].value;
	return NULL;
}

const char *const *options_values(const struct options *options, const char *name)
{
	const char **values = NULL;
	size_t n = 0;

	for (size_t i = 0; i < options->n_given; i++) {
		if (strcmp(options->given[i].spec->name, name) != 0)
			continue;
		if (!values)
			values = arena_array(options->arena, options->n_given - i + 1,
					     sizeof(*values));
		values[n++] = options->given[i].value;
	}
	return values;
}

const char *const *options_words(const struct options *options, size_t *ret_n)
{
	*ret_n = options->n_words;
	return options->words;
}

int options_number(const struct options *options, const char *name, uint64_t least, uint64_t most,
		   uint64_t fallback, uint64_t *ret, struct error *err)
{
	const char *value = options_value(options, name);
	uint64_t number = fallback;

	if (value && (!parse_u64(value, 10, &number) || number < least || number > most))
		return error_set(err, EINVAL, "--%s %s: expected a whole number from %ju to %ju",
				 name, value, (uintmax_t)least, (uintmax_t)most);
	*ret = number;
	return 0;
}

enum { HELP_COLUMN = 30, HELP_WIDTH = 80 };

/* The text from the help column on, broken at blanks. */
static void wrap(const char *text, int column, FILE *out)
{
	if (column >= HELP_COLUMN) {
		fputc('\n', out);
		column = 0;
	}
	fprintf(out, "%*s", HELP_COLUMN - column, "");
	column = HELP_COLUMN;
	while (*text) {
		int word = (int)strcspn(text, " ");

		if (column > HELP_COLUMN && column + 1 + word > HELP_WIDTH) {
			fprintf(out, "\n%*s", HELP_COLUMN, "");
			column = HELP_COLUMN;
		} else if (column > HELP_COLUMN) {
			column += fprintf(out, " ");
		}
		column += fprintf(out, "%.*s", word, text);
		text += word;
		text += strspn(text, " ");
	}
	fputc('\n', out);
}

void options_help(const struct option_spec *specs, FILE *out)
{
	for (const struct option_spec *spec = specs; spec->name; spec++) {
		int column = 0;

		if (spec->group)
			fprintf(out, "\n%s:\n", spec->group);
		if (spec->letter)
			column = fprintf(out, "  -%c, --%s", spec->letter, spec->name);
		else
			column = fprintf(out, "      --%s", spec->name);
		if (spec->argument)
			column += fprintf(out, " %s", spec->argument);
		wrap(spec->help, column, out);
	}
}
