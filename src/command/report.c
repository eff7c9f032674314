/* SPDX-License-Identifier: Apache-2.0 */

/* bulkhead report: what audits saved as JSON, in any format, or compared. */
#include "command/command.h"
#include "command/destinations.h"
#include "command/gate.h"
#include "judge/diff.h"
#include "judge/fleet.h"
#include "judge/gate.h"
#include "judge/results.h"

#include <errno.h>

static const struct option_spec specs[] = {
	REPORT_OPTIONS,
	GATE_OPTIONS("as the audit said"),
	{.group = "What to tell",
	 .name = "diff",
	 .help = "what changed from the first of two files to the second; text or json"},
	{0},
};

/* A document, with the report that points into it. */
struct saved {
	cJSON *doc;
	const struct report *report;
};

static void cleanup_saved_p(const struct saved *saved)
{
	cJSON_Delete(saved->doc);
}
#define cleanup_saved __attribute__((cleanup(cleanup_saved_p)))

static int load(struct arena *arena, const char *file, struct saved *ret, struct error *err)
{
	int r = results_document(file, &ret->doc, err);

	return r < 0 ? r : results_report(arena, file, ret->doc, &ret->report, err);
}

/* What all ways to report are told. */
struct request {
	struct arena *arena;
	const char *const *files;
	size_t n_files;
	struct threshold fail_on;
	bool allow_incomplete;
	struct destinations destinations;
};

/* The gate of the command line, in place of the audit's own. */
static const struct report *settle(struct arena *arena, const struct request *request,
				   const struct report *report)
{
	const struct threshold *fail_on = &request->fail_on;
	struct report *settled = arena_alloc(arena, sizeof(*settled));

	*settled = *report;
	if (fail_on->source) {
		settled->gate = fail_on->gates;
		settled->fail_on = fail_on->fail_on;
		settled->fail_on_source = fail_on->source;
		settled->n_thresholds = 0;
		report_settle(arena, settled, request->allow_incomplete);
	} else if (request->allow_incomplete && report->exit_status == EXIT_INCOMPLETE) {
		gate_accept_incomplete(arena, settled);
	}
	return settled;
}

static int render(struct request *request, struct error *err)
{
	cleanup_saved struct saved saved = {0};
	const struct report *report;
	int r = load(request->arena, request->files[0], &saved, err);

	if (r < 0)
		return r;
	report = settle(request->arena, request, saved.report);
	r = destinations_write(&request->destinations, report, err);
	if (r < 0)
		return r;
	command_say("%s", report->exit_reason);
	return (int)report->exit_status;
}

static int write_diff(const struct diff *diff, struct destinations *destinations, struct error *err)
{
	for (size_t i = 0; i < destinations->n; i++) {
		const struct destination *to = &destinations->items[i];

		if (!to->writer->write_diff)
			return error_set(err, EINVAL,
					 "--format %s shows no comparison: text and json do",
					 to->writer->name);
		to->writer->write_diff(diff, &to->how, to->output.stream);
	}
	return destinations_commit(destinations, err);
}

static int compare(struct request *request, struct error *err)
{
	cleanup_saved struct saved old = {0}, new = {0};
	struct diff sides = {.fail_on = request->fail_on};
	const struct diff *diff;
	int r;

	if (request->n_files != 2)
		return error_set(err, EINVAL,
				 "--diff expects two files with results: the old one and the new "
				 "one");
	sides.old_file = request->files[0];
	sides.new_file = request->files[1];
	if ((r = load(request->arena, sides.old_file, &old, err)) < 0 ||
	    (r = load(request->arena, sides.new_file, &new, err)) < 0)
		return r;
	sides.old = old.report;
	sides.new = new.report;
	diff = diff_reports(request->arena, &sides, request->allow_incomplete);
	r = write_diff(diff, &request->destinations, err);
	if (r < 0)
		return r;
	command_say("%s", diff->exit_reason);
	return (int)diff->exit_status;
}

static int begin_merge(struct destinations *destinations, struct error *err)
{
	for (size_t i = 0; i < destinations->n; i++) {
		const struct destination *to = &destinations->items[i];

		if (!to->writer->fleet)
			return error_set(
				err, EINVAL,
				"--format %s is of one host: of several there are text, json "
				"and junit",
				to->writer->name);
		if (to->writer->fleet->begin)
			to->writer->fleet->begin(to->output.stream);
	}
	return 0;
}

/* One host: what is needed of it is kept in the request's arena, and all else given back. */
static int merge_one(struct request *request, const char *file, struct fleet *fleet,
		     struct error *err)
{
	cleanup_arena struct arena *arena = arena_new();
	cleanup_saved struct saved saved = {0};
	const struct fleet_host *host;
	const struct report *report;
	int r = load(arena, file, &saved, err);

	if (r < 0)
		return r;
	report = settle(arena, request, saved.report);
	host = fleet_add(request->arena, fleet, file, report);
	for (size_t i = 0; i < request->destinations.n; i++) {
		const struct destination *to = &request->destinations.items[i];

		if (to->writer->fleet->host)
			to->writer->fleet->host(report, host, to->output.stream);
	}
	return 0;
}

static int merge(struct request *request, struct error *err)
{
	struct destinations *destinations = &request->destinations;
	struct fleet fleet = {0};
	int r = begin_merge(destinations, err);

	for (size_t i = 0; r == 0 && i < request->n_files; i++)
		r = merge_one(request, request->files[i], &fleet, err);
	if (r < 0)
		return r;
	fleet_finish(request->arena, &fleet);
	for (size_t i = 0; i < destinations->n; i++) {
		const struct destination *to = &destinations->items[i];

		to->writer->fleet->end(&fleet, &to->how, to->output.stream);
	}
	r = destinations_commit(destinations, err);
	if (r < 0)
		return r;
	command_say("%s", fleet.exit_reason);
	return (int)fleet.exit_status;
}

static int report(struct request *request, const struct options *options, struct error *err)
{
	int r;

	if ((r = gate_fail_on(request->arena, options, &request->fail_on, err)) < 0 ||
	    (r = destinations_open(request->arena, options, &request->destinations, err)) < 0)
		return r;
	if (options_flag(options, "diff"))
		return compare(request, err);
	if (request->n_files == 1)
		return render(request, err);
	if (request->n_files > 1)
		return merge(request, err);
	return error_set(err, EINVAL,
			 "report expects files with results (bulkhead --format json=FILE writes "
			 "one): see --help");
}

static int run(struct arena *arena, const struct options *options, struct error *err)
{
	struct request request = {
		.arena = arena,
		.allow_incomplete = options_flag(options, "allow-incomplete"),
	};
	int r;

	request.files = options_words(options, &request.n_files);
	r = report(&request, options, err);
	destinations_discard(&request.destinations);
	return r;
}

const struct command command_report = {
	.name = "report",
	.summary = "show saved results in another format, merged, or compared",
	.synopsis = "bulkhead report [OPTION]... RESULTS...\n"
		    "       bulkhead report --diff [OPTION]... OLD NEW",
	.details =
		"Read the JSON report of an audit and write it in any format, without an audit:\n"
		"the same that the audit itself would have written. Of several hosts make one\n"
		"report: each host and each control, the worst first. Or tell what changed from\n"
		"one audit to another: what is new, fixed, or not known any more. RESULTS may\n"
		"be -, standard input.\n",
	.epilogue =
		"\nExit status: that of the audit, unless the options of the gate say\n"
		"otherwise, of several hosts 1 where any has 1, else 3 where any has 3; 2 where a\n"
		"file holds no results. With --diff:\n"
		"  0  nothing new failed at or above --fail-on\n"
		"  1  something did\n"
		"  3  something that was judged is unknown now, or not judged, and\n"
		"     --allow-incomplete was not given\n"
		"\nExamples:\n"
		"  sudo bulkhead -f json=results.json       audit and save\n"
		"  bulkhead report results.json             as text\n"
		"  bulkhead report -f junit results.json    as JUnit XML\n"
		"  bulkhead report --fail-on medium results.json\n"
		"                                           would a stricter gate pass?\n"
		"  bulkhead report --diff monday.json tuesday.json\n"
		"  bulkhead report -f text -f json=fleet.json hosts/*.json\n",
	.options = specs,
	.run = run,
};
