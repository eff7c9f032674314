/* SPDX-License-Identifier: Apache-2.0 */

/* What becomes of results by a policy. */
#include "judge/policy.h"
#include "judge/waive.h"

static bool is_whole(const struct selection *selection)
{
	return !selection->containers && !selection->exclude_containers && !selection->images &&
	       !selection->labels && !selection->running;
}

static struct result *copy_results(struct arena *arena, const struct report *report)
{
	struct result *results = arena_array(arena, report->n_results, sizeof(*results));

	for (size_t i = 0; i < report->n_results; i++)
		results[i] = report->results[i];
	return results;
}

/* The truth, of which the report says that it is. */
static void note_no_exceptions(const struct policy *policy, struct policy_notes *notes)
{
	if (policy->n_exceptions > 0 || policy->label_waivers)
		policy_note(notes, "--no-exceptions", "what the policy excepts is not waived");
}

static const struct rating *rating_of(const struct report *report, const struct result *result)
{
	const struct policy *policy = report->library->policy;

	for (size_t i = policy->n_ratings; i-- > 0;) {
		if (scope_matches(&policy->ratings[i].scope, report->facts, result->control,
				  result->subject))
			return &policy->ratings[i];
	}
	return NULL;
}

static void rate(const struct report *report, struct result *results)
{
	for (size_t i = 0; i < report->n_results; i++) {
		const struct rating *rating = rating_of(report, &results[i]);

		if (!rating)
			continue;
		results[i].judged = results[i].verdict.severity;
		results[i].rated_by = rating->source;
		results[i].verdict.severity = rating->severity;
	}
}

/* Who says on the command line from which severity on failures decide has said all. */
static void set_gate(const struct policy_options *options, struct report *report)
{
	const struct policy *policy = report->library->policy;
	const struct threshold *fail_on =
		options->fail_on.source ? &options->fail_on : &policy->fail_on;

	if (fail_on->source) {
		report->gate = fail_on->gates;
		report->fail_on = fail_on->fail_on;
		report->fail_on_source = fail_on->source;
	}
	if (!options->fail_on.source) {
		report->thresholds = policy->thresholds;
		report->n_thresholds = policy->n_thresholds;
	}
}

const struct report *policy_apply(struct arena *arena, const struct report *report,
				  const struct evaluation_options *evaluation,
				  const struct policy_options *options)
{
	const struct policy *policy = report->library->policy;
	struct policy_notes notes = {.arena = arena};
	struct result *results = copy_results(arena, report);
	struct report *applied = arena_alloc(arena, sizeof(*applied));

	rate(report, results);
	if (options->no_exceptions)
		note_no_exceptions(policy, &notes);
	else
		waive(arena, report, results, is_whole(&evaluation->selection), &notes);
	if (options->baseline)
		baseline_compare(arena, options->baseline, results, report->n_results);
	*applied = *report;
	applied->results = results;
	applied->policies = policy->files;
	applied->n_policies = policy->n_files;
	applied->policy_notes = notes.items;
	applied->n_policy_notes = notes.n;
	applied->baseline = options->baseline ? &options->baseline->origin : NULL;
	set_gate(options, applied);
	report_settle(arena, applied, evaluation->allow_incomplete);
	return applied;
}
