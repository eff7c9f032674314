/* SPDX-License-Identifier: Apache-2.0 */
#include "command/destinations.h"

#include "base/text.h"
#include "reports/reports.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

void destinations_discard(struct destinations *destinations)
{
	for (size_t i = 0; i < destinations->n; i++)
		output_discard(&destinations->items[i].output);
}

/* "junit=FILE", "junit"; without a file it goes to --output, or stdout, which takes only one. */
static int open_destination(struct arena *arena, const char *format, const char **unnamed,
			    struct destinations *destinations, struct error *err)
{
	const char *equals = strchr(format, '=');
	const char *name =
		equals ? arena_strndup(arena, format, (size_t)(equals - format)) : format;
	const char *path = equals ? equals + 1 : *unnamed;
	struct destination *destination = &destinations->items[destinations->n];
	int r;

	destination->writer = report_writer_find(name, err);
	if (!destination->writer)
		return -EINVAL;
	if (equals && !*path)
		return error_set(err, EINVAL, "--format %s: the file's name is missing", format);
	if (!path)
		return error_set(
			err, EINVAL,
			"--format %s: another report goes there already; give each its own "
			"file: --format %s=FILE",
			format, name);
	for (size_t i = 0; i < destinations->n; i++)
		if (!strcmp(destinations->items[i].output.path, path))
			return error_set(err, EINVAL, "two reports cannot both go to '%s'", path);
	r = output_open(arena, path, &destination->output, err);
	if (r < 0)
		return r;
	if (!equals)
		*unnamed = NULL;
	destinations->n++;
	return 0;
}

static int open_all(struct arena *arena, const struct options *options, struct destinations *ret,
		    struct error *err)
{
	static const char *const text_only[] = {"text", NULL};
	const char *const *formats = options_values(options, "format");
	const char *unnamed = options_value(options, "output");
	const bool named = unnamed;

	if (!unnamed)
		unnamed = "-";
	if (!formats)
		formats = text_only;
	ret->items = arena_array(arena, strings_count(formats), sizeof(*ret->items));
	for (; *formats; formats++) {
		int r = open_destination(arena, *formats, &unnamed, ret, err);
		if (r < 0)
			return r;
	}
	if (named && unnamed)
		return error_set(err, EINVAL, "--output %s: every --format names its own file",
				 unnamed);
	return 0;
}

static int read_color(const struct options *options, bool *ret_always, bool *ret_never,
		      struct error *err)
{
	const char *when = options_value(options, "color");
	const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");

	*ret_always = text_equal(when, "always");
	*ret_never = text_equal(when, "never");
	if (when && !*ret_always && !*ret_never && strcmp(when, "auto") != 0)
		return error_set(err, EINVAL, "--color %s: expected auto, always or never", when);
	if (!*ret_always && ((no_color && *no_color) || text_equal(terminal, "dumb")))
		*ret_never = true;
	return 0;
}

static int terminal_width(const struct output *output)
{
	struct winsize size;

	if (!output_is_terminal(output))
		return 0;
	if (ioctl(fileno(output->stream), TIOCGWINSZ, &size) < 0 || size.ws_col < 40)
		return 80;
	return size.ws_col;
}

/* Does the terminal take more than ASCII? By the first of the variables that is set. */
static bool is_unicode(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return strcasestr(value, "UTF-8") || strcasestr(value, "UTF8");
	}
	return false;
}

int destinations_open(struct arena *arena, const struct options *options, struct destinations *ret,
		      struct error *err)
{
	bool always, never;
	int r = open_all(arena, options, ret, err);

	if (r == 0)
		r = read_color(options, &always, &never, err);
	for (size_t i = 0; r == 0 && i < ret->n; i++) {
		const struct output *output = &ret->items[i].output;

		ret->items[i].how = (struct report_options){
			.color = always || (!never && output_is_terminal(output)),
			.unicode = output_is_terminal(output) && is_unicode(),
			.width = terminal_width(output),
			.quiet = options_flag(options, "quiet"),
			.verbose = options_flag(options, "verbose"),
		};
	}
	return r;
}

int destinations_commit(struct destinations *destinations, struct error *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < destinations->n; i++)
		r = output_commit(&destinations->items[i].output, err);
	return r;
}

int destinations_write(struct destinations *destinations, const struct report *report,
		       struct error *err)
{
	for (size_t i = 0; i < destinations->n; i++) {
		struct destination *destination = &destinations->items[i];

		destination->writer->write(report, &destination->how, destination->output.stream);
	}
	return destinations_commit(destinations, err);
}
