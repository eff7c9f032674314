/* SPDX-License-Identifier: Apache-2.0 */

/* bulkhead collect: write a snapshot, to be judged later or elsewhere. */
#include "base/doc.h"
#include "command/command.h"
#include "command/output.h"
#include "command/target.h"

#include <sys/stat.h>

static const struct option_spec specs[] = {
	TARGET_OPTIONS,
	DEEP_OPTION,
	{.group = "Output",
	 .name = "output",
	 .letter = 'o',
	 .argument = "FILE",
	 .help = "the snapshot; - or none is standard output"},
	{.name = "quiet", .letter = 'q', .help = "no progress and no summary on stderr"},
	{0},
};

/* Say what is missing, so that nobody files away half a host without knowing. */
static void say_problems(const cJSON *snapshot)
{
	doc_for_each (problem, doc_at(snapshot, "problems")) {
		const char *hint = doc_string_or(problem, "hint", NULL);

		command_say("%s: %s: %s%s%s",
			    doc_bool_or(problem, "note", false) ? "note" : "not collected",
			    doc_string_or(problem, "source", "?"),
			    doc_string_or(problem, "reason", "?"), hint ? "; " : "",
			    hint ? hint : "");
	}
}

static int run(struct arena *arena, const struct options *options, struct error *err)
{
	const bool quiet = options_flag(options, "quiet");
	cleanup_doc cJSON *snapshot = NULL;
	struct output output = {0};
	int r = command_no_words(options, err);

	if (r < 0)
		return r;
	umask(077); /* a snapshot describes where a host is weak */
	r = output_open(arena, options_value(options, "output"), &output, err);
	if (r == 0)
		r = target_collect(options, quiet, &snapshot, err);
	if (r == 0)
		r = doc_write(snapshot, output.stream, err);
	if (r == 0)
		r = output_commit(&output, err);
	output_discard(&output);
	if (r == 0 && !quiet)
		say_problems(snapshot);
	return r;
}

const struct command command_collect = {
	.name = "collect",
	.summary = "write a snapshot of this host, for judging it later or elsewhere",
	.synopsis = "bulkhead collect [OPTION]...",
	.details = "Record what an audit would look at as one JSON document without secrets\n"
		   "(`bulkhead audit --snapshot FILE` judges it).\n",
	.epilogue = "\nExit status: 0, also where some of it could not be read (the document says "
		    "so);\n2 where nothing was written.\n",
	.options = specs,
	.run = run,
};
