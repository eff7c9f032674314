/* SPDX-License-Identifier: Apache-2.0 */

/* bulkhead [audit]: collect, judge, report. */
#include "base/cleanup.h"
#include "base/doc.h"
#include "base/text.h"
#include "command/command.h"
#include "command/output.h"
#include "command/target.h"
#include "facts/facts.h"
#include "judge/policy.h"
#include "reports/reports.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

static const struct option_spec specs[] = {
	TARGET_OPTIONS,
	DEEP_OPTION,
	SNAPSHOT_OPTION,
	CONTROL_OPTIONS,
	{.group = "Which containers",
	 .name = "container",
	 .many = true,
	 .argument = "GLOB",
	 .help = "only containers of this name or id, and their images"},
	{.name = "exclude-container",
	 .many = true,
	 .argument = "GLOB",
	 .help = "leave these containers out"},
	{.name = "image",
	 .many = true,
	 .argument = "GLOB",
	 .help = "only this image and containers made from it"},
	{.name = "label",
	 .many = true,
	 .argument = "KEY[=VALUE]",
	 .help = "only containers with this label"},
	{.name = "running",
	 .help = "only running containers; stopped ones are audited too otherwise"},
	{.group = "Report",
	 .name = "format",
	 .letter = 'f',
	 .many = true,
	 .argument = "NAME[=FILE]",
	 .help = "text (default), json, junit or dot, to standard output or a file; may be "
		 "repeated: "
		 "one audit, many reports"},
	{.name = "output",
	 .letter = 'o',
	 .argument = "FILE",
	 .help = "where the one report goes that names no file of its own"},
	{.name = "color", .argument = "WHEN", .help = "auto, always or never; auto heeds NO_COLOR"},
	{.name = "quiet",
	 .letter = 'q',
	 .help = "text: only what failed or is unknown, and the counts"},
	{.name = "verbose", .letter = 'v', .help = "text: what passed, too, and all evidence"},
	{.group = "Gate",
	 .name = "fail-on",
	 .argument = "SEVERITY",
	 .help = "exit 1 on a failure of this severity or above: info, low, medium, high "
		 "(default), critical; or none. In place of what policies say"},
	{.name = "baseline",
	 .argument = "RESULTS",
	 .help = "JSON report of an earlier audit: only failures that it does not have are new, "
		 "and "
		 "decide the exit status"},
	{.name = "allow-incomplete", .help = "do not exit 3 because something is unknown"},
	{.name = "no-exceptions",
	 .help = "report as failures what policies except, too: the truth"},
	{0},
};

/* One --format with its destination. */
struct destination {
	const struct report_writer *writer;
	struct output output;
};

struct destinations {
	struct destination *items;
	size_t n;
};

static void discard(struct destinations *destinations)
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

static int open_destinations(struct arena *arena, const struct options *options,
			     struct destinations *ret, struct error *err)
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

static int write_reports(const struct report *report, const struct options *options,
			 struct destinations *destinations, struct error *err)
{
	bool always, never;
	int r = read_color(options, &always, &never, err);

	for (size_t i = 0; r == 0 && i < destinations->n; i++) {
		struct destination *destination = &destinations->items[i];
		const struct report_options how = {
			.color = always || (!never && output_is_terminal(&destination->output)),
			.unicode = output_is_terminal(&destination->output) && is_unicode(),
			.width = terminal_width(&destination->output),
			.quiet = options_flag(options, "quiet"),
			.verbose = options_flag(options, "verbose"),
		};

		destination->writer->write(report, &how, destination->output.stream);
		r = output_commit(&destination->output, err);
	}
	return r;
}

/* Where an organisation locks from when on failures count, no command line says otherwise. */
static int check_unlocked(const struct policy *policy, struct error *err)
{
	static const char *const members[] = {"fail_on", "thresholds"};

	for (size_t i = 0; i < 2; i++) {
		const char *locked = policy_locked(policy, members[i]);

		if (locked)
			return error_set(err, EINVAL, "--fail-on: %s is locked at %s", members[i],
					 locked);
	}
	return 0;
}

static int read_gate(struct arena *arena, const struct options *options,
		     const struct policy *policy, struct policy_options *ret, struct error *err)
{
	const char *fail_on = options_value(options, "fail-on");
	struct threshold *threshold = &ret->fail_on;

	if (!fail_on)
		return 0;
	if (check_unlocked(policy, err) < 0)
		return -EINVAL;
	threshold->gates = !text_equal(fail_on, "none");
	threshold->source = arena_printf(arena, "--fail-on %s", fail_on);
	if (threshold->gates && !severity_parse(fail_on, &threshold->fail_on))
		return error_set(err, EINVAL,
				 "--fail-on %s: expected info, low, medium, high, critical or none",
				 fail_on);
	return 0;
}

static int read_policy_options(struct arena *arena, const struct options *options,
			       const struct policy *policy, struct policy_options *ret,
			       struct error *err)
{
	const char *baseline = options_value(options, "baseline");
	int r = read_gate(arena, options, policy, ret, err);

	ret->no_exceptions = options_flag(options, "no-exceptions");
	if (r == 0 && baseline)
		r = baseline_read(arena, baseline, &ret->baseline, err);
	return r;
}

static int read_options(struct arena *arena, const struct options *options,
			const struct library *library, struct evaluation_options *ret,
			struct error *err)
{
	int r = command_no_words(options, err);

	if (r == 0)
		r = target_selection(arena, options, library, &ret->selection, err);
	ret->allow_incomplete = options_flag(options, "allow-incomplete");
	ret->selection.containers = options_values(options, "container");
	ret->selection.exclude_containers = options_values(options, "exclude-container");
	ret->selection.images = options_values(options, "image");
	ret->selection.labels = options_values(options, "label");
	ret->selection.running = options_flag(options, "running");
	return r;
}

static int audit(struct arena *arena, const struct options *options,
		 struct destinations *destinations, struct error *err)
{
	struct policy_options policy = {0};
	struct evaluation_options evaluation = {0};
	const struct library *library;
	const struct report *report;
	const struct facts *facts;
	cleanup_doc cJSON *snapshot = NULL;
	int r;

	if ((r = target_library(arena, options, &library, err)) < 0 ||
	    (r = read_options(arena, options, library, &evaluation, err)) < 0 ||
	    (r = read_policy_options(arena, options, library->policy, &policy, err)) < 0 ||
	    (r = open_destinations(arena, options, destinations, err)) < 0 ||
	    (r = target_snapshot(options, options_flag(options, "quiet"), &snapshot, err)) < 0 ||
	    (r = facts_load(arena, snapshot, &facts, err)) < 0 ||
	    (r = evaluate(arena, library, facts, &evaluation, &report, err)) < 0)
		return r;
	report = policy_apply(arena, report, &evaluation, &policy);
	if ((r = write_reports(report, options, destinations, err)) < 0)
		return r;
	command_say("%s", report->exit_reason);
	return (int)report->exit_status;
}

static int run(struct arena *arena, const struct options *options, struct error *err)
{
	struct destinations destinations = {0};
	int r = audit(arena, options, &destinations, err);

	discard(&destinations);
	return r;
}

const struct command command_audit = {
	.name = "audit",
	.summary = "audit this host: collect, judge, report",
	.synopsis = "bulkhead [audit] [OPTION]...",
	.details = "Ask the Docker Engine over its socket (only GET requests), read the host's\n"
		   "/proc, judge every container, image and engine setting, and report. Run it as\n"
		   "root to see what the kernel enforces; for another user some results are\n"
		   "'unknown'. `bulkhead explain` has more on each control.\n",
	.epilogue = "\nExit status:\n"
		    "  0  nothing failed at or above --fail-on\n"
		    "  1  something did\n"
		    "  2  usage, configuration or output error: no complete report was written\n"
		    "  3  incomplete: something is unknown, and --allow-incomplete was not given\n"
		    "\nExamples:\n"
		    "  sudo bulkhead                                     this host, as text\n"
		    "  sudo bulkhead --container web -v                  one container, in detail\n"
		    "  bulkhead -f junit=TEST-bulkhead.xml -f text       for a CI job\n"
		    "  bulkhead --snapshot host.json --fail-on critical  a saved host\n",
	.options = specs,
	.run = run,
};
