/* SPDX-License-Identifier: Apache-2.0 */

/* Does a way lead from a container to root on its host, over other containers or not? */
#include "checks/container_support.h"

#include "base/text.h"
#include "facts/attack.h"

/* "web → enters ci by /proc/812/root → root on the host", as one line of a message. */
static const char *path_text(const struct check_input *in, const struct attack_path *path)
{
	cleanup_text struct text text = TEXT_INIT(4096);

	for (size_t i = 0; i < path->n_steps; i++)
		text_addf(&text, "%s%s", i > 0 ? ", " : "", path->steps[i].text);
	text_addf(&text, ": %s", path->end);
	return arena_strdup(in->arena, text_string(&text));
}

static void cite_steps(const struct check_input *in, struct verdict *verdict,
		       const struct attack_path *path)
{
	for (size_t i = 0; i < path->n_steps; i++) {
		const struct attack_step *step = &path->steps[i];

		for (size_t k = 0; k < step->n_evidence; k++) {
			const struct attack_evidence *evidence = &step->evidence[k];
			bool own = text_equal(step->actor, path->container);

			cite_string(
				in, verdict, evidence->source,
				own ? evidence->path
				    : arena_printf(in->arena, "%s %s", step->actor, evidence->path),
				evidence->value);
		}
	}
}

static struct verdict judge_path(const struct check_input *in)
{
	const struct attack *attack = facts_attack(in->facts, in->subject->container);
	const struct attack_path *path = attack->path;
	struct verdict verdict;

	if (!path && attack->possible)
		return verdict_unknown(in, attack->hint,
				       "whether a path leads to the host is not known: %s",
				       attack->possible);
	if (!path)
		return container_pass(in, container_init(in->subject->container),
				      "no known path leads to the host");
	verdict = container_fail(in, "%s (score %u of 100; %zu way%s out)", path_text(in, path),
				 path->score, path->n_paths, path->n_paths == 1 ? "" : "s");
	cite_steps(in, &verdict, path);
	return verdict_as(verdict, severity_of_band(path->band));
}

const struct check checks_attack_path[] = {
	{.name = "attack-path",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_path,
	 .tells_paths = true},
	{0},
};
