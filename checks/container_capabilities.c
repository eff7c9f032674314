/* SPDX-License-Identifier: Apache-2.0 */

/* Whether a container's capabilities are what its configuration seems to say, and no more than it
 * needs. */
#include "checks/container_support.h"
#include "checks/item_list.h"

#include "facts/least_privilege.h"

#include <inttypes.h>
#include <strings.h>

static bool lists_all(const cJSON *list)
{
	doc_for_each (item, list)
		if (doc_is_string(item) && (!strcasecmp(item->valuestring, "ALL") ||
					    !strcasecmp(item->valuestring, "CAP_ALL")))
			return true;
	return false;
}

static struct verdict judge_lists(const struct check_input *in)
{
	const cJSON *add = doc_at(in->subject->doc, "HostConfig.CapAdd");
	const cJSON *drop = doc_at(in->subject->doc, "HostConfig.CapDrop");
	uint64_t both = capability_mask(add) & capability_mask(drop);
	bool privileged = doc_bool_or(in->subject->doc, "HostConfig.Privileged", false);
	struct verdict verdict;

	if (privileged && cJSON_GetArraySize(drop) > 0)
		verdict = container_fail(in, "HostConfig.CapDrop has no effect, as "
					     "HostConfig.Privileged is true");
	else if (lists_all(add) && lists_all(drop))
		verdict = container_fail(in, "HostConfig.CapDrop has ALL, yet CapAdd has it too, "
					     "which wins");
	else if (both && !lists_all(add))
		verdict = container_fail(in,
					 "HostConfig.CapDrop has %s, yet CapAdd has %s too, "
					 "which wins",
					 capability_names(in->arena, both),
					 both & (both - 1) ? "them" : "it");
	else
		verdict = verdict_pass(in, "HostConfig.CapAdd takes back nothing of CapDrop");
	cite_field(in, &verdict, "inspect", "HostConfig.Privileged");
	cite_field(in, &verdict, "inspect", "HostConfig.CapAdd");
	cite_field(in, &verdict, "inspect", "HostConfig.CapDrop");
	return verdict;
}

/* "cap_drop: [ALL], cap_add: [SETGID, SETUID] (process 7 (nginx) runs as uid 101 …)" */
static const char *suggestion_text(const struct check_input *in,
				   const struct least_privilege *least)
{
	cleanup_text struct text text = TEXT_INIT(4096);

	if (least->unseen)
		return arena_printf(in->arena, "%s is the place to begin (%s)", least->drop,
				    least->unseen);
	text_add(&text, least->drop);
	if (*least->add)
		text_addf(&text, ", %s", least->add);
	text_add(&text, " would do, as far as was observed");
	for (size_t i = 0; i < least->n_needs; i++)
		text_addf(&text, "%s%s: %s", i ? "; " : " (",
			  capability_names(in->arena, least->needs[i].capabilities),
			  least->needs[i].observation);
	if (least->n_needs)
		text_add(&text, ")");
	return arena_strdup(in->arena, text_string(&text));
}

static struct verdict judge_defaults(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	const struct process *init = container_init_status(container);
	uint64_t dropped = CAPABILITY_DOCKER_DEFAULT & ~container_bounding(container);
	struct least_privilege least;
	struct verdict verdict;

	if (doc_bool_or(in->subject->doc, "HostConfig.Privileged", false))
		return verdict_not_applicable(in, "HostConfig.Privileged is true, so there is "
						  "nothing that could be dropped");
	if (dropped) {
		verdict = container_pass(in, init, "%s of Docker's default set is dropped",
					 dropped == CAPABILITY_DOCKER_DEFAULT
						 ? "all"
						 : capability_names(in->arena, dropped));
	} else {
		least = least_privilege(in->arena, in->facts, container);
		verdict = container_fail(in, "nothing of Docker's default set is dropped; %s",
					 suggestion_text(in, &least));
	}
	cite_field(in, &verdict, "inspect", "HostConfig.CapDrop");
	if (init) {
		cite_mask(in, &verdict, init, "CapBnd", init->cap_bounding);
		cite_mask(in, &verdict, init, "CapEff", init->cap_effective);
	}
	return verdict;
}

static struct verdict no_process(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	const struct process *init = container_init(container);

	if (!container->running)
		return verdict_not_applicable(in, "no process runs: State.Status is %s",
					      container->status);
	return verdict_unknown(in, "an audit as root on the engine's own host",
			       "its first process was not seen: %s",
			       init ? init->status_unread : container->kernel_unread);
}

/* One that has got what the first process lacks, by a program that gives it. */
static const struct process *risen_process(const struct container *container)
{
	for (size_t i = 1; i < container->n_processes; i++) {
		const struct process *process = &container->processes[i];

		if (process_is_seen(process) &&
		    (process->cap_permitted & ~container->processes[0].cap_permitted) &&
		    process->namespaces[NAMESPACE_USER] ==
			    container->processes[0].namespaces[NAMESPACE_USER])
			return process;
	}
	return NULL;
}

/* "uid 101 without capabilities", "a user that is not in its uid_map, with NET_BIND_SERVICE" */
static const char *user_text(const struct check_input *in, const struct process *init)
{
	int64_t uid = process_container_uid(in->subject->container, init);
	const char *who = uid < 0 ? "a user that is not in its uid_map,"
				  : arena_printf(in->arena, "uid %" PRId64, uid);

	if (!init->cap_permitted)
		return arena_printf(in->arena, "%s without capabilities", who);
	return arena_printf(in->arena, "%s with %s", who,
			    capability_names(in->arena, init->cap_permitted));
}

static struct verdict bounding_is_wide(const struct check_input *in, const struct process *init)
{
	const struct process *risen = risen_process(in->subject->container);
	uint64_t more = init->cap_bounding & ~init->cap_permitted;
	struct verdict verdict = container_fail(
		in,
		"runs as %s, yet a program with the set-user-ID bit would give it %d%s: "
		"NoNewPrivs is 0",
		user_text(in, init), __builtin_popcountll(more),
		init->cap_permitted ? " more" : " of them");

	if (!risen)
		return verdict_for_programs(in, verdict);
	verdict = verdict_remark(in, verdict, "process %" PRId64 " (%s) has %s", risen->pid,
				 risen->comm, capability_names(in->arena, risen->cap_permitted));
	cite_mask(in, &verdict, risen, "CapPrm", risen->cap_permitted);
	return verdict_as(verdict, SEVERITY_MEDIUM);
}

static struct verdict judge_bounding(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	const struct process *init = container_init_status(container);
	struct verdict verdict;

	if (!init)
		return no_process(in);
	if (process_container_uid(container, init) == 0)
		return verdict_not_applicable(in, "its first process is root anyway");
	if (init->no_new_privs)
		verdict = verdict_pass(in, "NoNewPrivs is 1: no program gives it more rights");
	else if (!(init->cap_bounding & ~init->cap_permitted))
		verdict = verdict_pass(in, init->cap_bounding
						   ? "its bounding set has nothing that it lacks"
						   : "its bounding set is empty");
	else if (process_container_uid(container, init) < 0 && !container->uid_map)
		verdict = verdict_unknown(in, "run as root",
					  "which user of the container it runs as was not seen: "
					  "its uid_map was not read");
	else
		verdict = bounding_is_wide(in, init);
	cite_mask(in, &verdict, init, "CapEff", init->cap_effective);
	cite_mask(in, &verdict, init, "CapBnd", init->cap_bounding);
	cite_int(in, &verdict, "kernel", process_path(in, init, "status NoNewPrivs"),
		 init->no_new_privs);
	return verdict;
}

/* The first with ambient capabilities, else with inheritable ones; NULL for none. */
static const struct process *inheriting_process(const struct container *container)
{
	const struct process *found = NULL;

	for (size_t i = 0; i < container->n_processes; i++) {
		const struct process *process = &container->processes[i];

		if (!process_is_seen(process))
			continue;
		if (process->cap_ambient)
			return process;
		if (process->cap_inheritable && !found)
			found = process;
	}
	return found;
}

static struct verdict judge_inherited(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	const struct process *init = container_init_status(container), *process;
	struct verdict verdict;

	if (!init)
		return no_process(in);
	process = inheriting_process(container);
	if (!process)
		verdict = verdict_pass(in, "CapInh and CapAmb of all its processes are 0");
	else if (process->cap_ambient)
		verdict = verdict_as(
			container_fail(in,
				       "process %" PRId64 " (%s) passes %s on to every program "
				       "that it starts (CapAmb)",
				       process->pid, process->comm,
				       capability_names(in->arena, process->cap_ambient)),
			SEVERITY_MEDIUM);
	else
		verdict = container_fail(in,
					 "process %" PRId64 " (%s) passes %s on to programs with "
					 "file capabilities (CapInh)",
					 process->pid, process->comm,
					 capability_names(in->arena, process->cap_inheritable));
	process = process ? process : init;
	cite_mask(in, &verdict, process, "CapInh", process->cap_inheritable);
	cite_mask(in, &verdict, process, "CapAmb", process->cap_ambient);
	return verdict;
}

const struct check checks_container_capabilities[] = {
	{.name = "container-capability-lists",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_lists},
	{.name = "container-default-capabilities",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_defaults},
	{.name = "container-bounding-set",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_bounding},
	{.name = "container-inherited-capabilities",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_inherited},
	{0},
};
