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

const struct report *policy_apply(struct arena *arena, const struct report *report,
				  const struct evaluation_options *evaluation,
				  const struct policy_options *options)
{
	const struct policy *policy = report->library->policy;
	struct policy_notes notes = {.arena = arena};
	struct result *results = copy_results(arena, report);
	struct report *applied = arena_alloc(arena, sizeof(*applied));

	if (options->no_exceptions)
		note_no_exceptions(policy, &notes);
	else
		waive(arena, report, results, is_whole(&evaluation->selection), &notes);
	*applied = *report;
	applied->results = results;
	applied->policies = policy->files;
	applied->n_policies = policy->n_files;
	applied->policy_notes = notes.items;
	applied->n_policy_notes = notes.n;
	report_settle(arena, applied, evaluation->allow_incomplete);
	return applied;
}
