/* SPDX-License-Identifier: Apache-2.0 */

/* bulkhead [audit]: collect, judge, report. */
#include "base/doc.h"
#include "command/command.h"
#include "command/destinations.h"
#include "command/gate.h"
#include "command/target.h"
#include "facts/facts.h"
#include "judge/policy.h"

#include <errno.h>

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
	REPORT_OPTIONS,
	GATE_OPTIONS("high; replaces what policies say"),
	{.name = "baseline",
	 .argument = "RESULTS",
	 .help = "JSON report of an earlier audit: only failures that it does not have are new, "
		 "and "
		 "decide the exit status"},
	{.name = "no-exceptions",
	 .help = "report as failures what policies except, too: the truth"},
	{0},
};

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
	if (options_value(options, "fail-on") && check_unlocked(policy, err) < 0)
		return -EINVAL;
	return gate_fail_on(arena, options, &ret->fail_on, err);
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
	    (r = destinations_open(arena, options, destinations, err)) < 0 ||
	    (r = target_snapshot(options, options_flag(options, "quiet"), &snapshot, err)) < 0 ||
	    (r = facts_load(arena, snapshot, &facts, err)) < 0 ||
	    (r = evaluate(arena, library, facts, &evaluation, &report, err)) < 0)
		return r;
	report = policy_apply(arena, report, &evaluation, &policy);
	if ((r = destinations_write(destinations, report, err)) < 0)
		return r;
	command_say("%s", report->exit_reason);
	return (int)report->exit_status;
}

static int run(struct arena *arena, const struct options *options, struct error *err)
{
	struct destinations destinations = {0};
	int r = audit(arena, options, &destinations, err);

	destinations_discard(&destinations);
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
