/* SPDX-License-Identifier: Apache-2.0 */

/* Swarm mode: off, unless the owner of the host wants it. */
#include "base/text.h"
#include "judge/check.h"

/* Cluster management and gossip (docs.docker.com/engine/swarm/swarm-tutorial). */
static bool is_swarm_port(const char *port)
{
	return text_equal(port, "2377") || text_equal(port, "7946");
}

static void cite_listeners(const struct check_input *in, struct verdict *verdict)
{
	const cJSON *listeners = doc_at(in->facts->engine.daemon, "listeners");

	doc_for_each (listener, listeners) {
		const char *port = doc_string_or(listener, "port", "");

		if (is_swarm_port(port))
			cite_string(in, verdict, "kernel",
				    arena_printf(in->arena, "dockerd listens on %s port",
						 doc_string_or(listener, "protocol", "?")),
				    arena_printf(in->arena, "%s %s",
						 doc_string_or(listener, "address", "?"), port));
	}
}

static struct verdict judge_state(const struct check_input *in, const char *state)
{
	if (text_equal(state, "inactive"))
		return verdict_pass(in, "Swarm.LocalNodeState is inactive");
	if (in->facts->engine.is_podman && !*state)
		return verdict_not_applicable(in, "Podman has no swarm mode");
	if (!*state)
		return verdict_unknown(in, NULL, "GET /info names no Swarm.LocalNodeState");
	if (param_bool(in, "wanted", false))
		return verdict_pass(in, "Swarm.LocalNodeState is %s, as wanted here", state);
	return verdict_fail(in, "Swarm.LocalNodeState is %s", state);
}

static struct verdict judge_swarm(const struct check_input *in)
{
	const char *state = in->facts->engine.swarm_state;
	struct verdict verdict = judge_state(in, state);

	if (*state)
		cite_string(in, &verdict, "info", "Swarm.LocalNodeState", state);
	if (verdict.status == STATUS_FAIL)
		cite_listeners(in, &verdict);
	return verdict;
}

static const struct param_spec swarm_params[] = {
	{.name = "wanted",
	 .type = PARAM_BOOL,
	 .summary = "this host is meant to be part of a swarm"},
	{0},
};

const struct check checks_engine_swarm[] = {
	{.name = "swarm-inactive",
	 .subjects = SUBJECTS(SUBJECT_ENGINE),
	 .judge = judge_swarm,
	 .params = swarm_params},
	{0},
};
