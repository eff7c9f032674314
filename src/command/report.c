/* SPDX-License-Identifier: Apache-2.0 */

/* bulkhead report: what an audit saved as JSON, in any format. */
#include "command/command.h"
#include "command/destinations.h"
#include "command/gate.h"
#include "judge/gate.h"
#include "judge/results.h"

#include <errno.h>

static const struct option_spec specs[] = {
	REPORT_OPTIONS,
	GATE_OPTIONS("as the audit said"),
	{0},
};

/* The gate of the command line, in place of the audit's own. */
static const struct report *settle(struct arena *arena, const struct report *report,
				   const struct threshold *fail_on, bool allow_incomplete)
{
	struct report *settled = arena_alloc(arena, sizeof(*settled));

	*settled = *report;
	if (fail_on->source) {
		settled->gate = fail_on->gates;
		settled->fail_on = fail_on->fail_on;
		settled->fail_on_source = fail_on->source;
		settled->n_thresholds = 0;
		report_settle(arena, settled, allow_incomplete);
	} else if (allow_incomplete && report->exit_status == EXIT_INCOMPLETE) {
		gate_accept_incomplete(arena, settled);
	}
	return settled;
}

static int render(struct arena *arena, const struct options *options, const char *file,
		  struct destinations *destinations, struct error *err)
{
	struct threshold fail_on;
	cleanup_doc cJSON *doc = NULL;
	const struct report *report;
	int r;

	if ((r = gate_fail_on(arena, options, &fail_on, err)) < 0 ||
	    (r = destinations_open(arena, options, destinations, err)) < 0 ||
	    (r = results_document(file, &doc, err)) < 0 ||
	    (r = results_report(arena, file, doc, &report, err)) < 0)
		return r;
	report = settle(arena, report, &fail_on, options_flag(options, "allow-incomplete"));
	if ((r = destinations_write(destinations, report, err)) < 0)
		return r;
	command_say("%s", report->exit_reason);
	return (int)report->exit_status;
}

static int run(struct arena *arena, const struct options *options, struct error *err)
{
	struct destinations destinations = {0};
	size_t n;
	const char *const *words = options_words(options, &n);
	int r;

	if (n != 1)
		return error_set(err, EINVAL,
				 "report expects one file with results (bulkhead --format "
				 "json=FILE writes it): see --help");
	r = render(arena, options, words[0], &destinations, err);
	destinations_discard(&destinations);
	return r;
}

const struct command command_report = {
	.name = "report",
	.summary = "show saved results in another format",
	.synopsis = "bulkhead report [OPTION]... RESULTS",
	.details =
		"Read the JSON report of an audit and write it in any format, without an audit:\n"
		"the same that the audit itself would have written. RESULTS may be -, standard\n"
		"input.\n",
	.epilogue = "\nExit status: that of the audit, unless the options of the gate say\n"
		    "otherwise; 2 where the file holds no results.\n"
		    "\nExamples:\n"
		    "  sudo bulkhead -f json=results.json       audit and save\n"
		    "  bulkhead report results.json             as text\n"
		    "  bulkhead report -f junit results.json    as JUnit XML\n"
		    "  bulkhead report --fail-on medium results.json\n"
		    "                                           would a stricter gate pass?\n",
	.options = specs,
	.run = run,
};
