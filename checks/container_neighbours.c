/* SPDX-License-Identifier: Apache-2.0 */

/* Who is where he does not belong: in a container's namespaces from outside, or out of them. */
#include "checks/container_support.h"
#include "checks/item_list.h"

#include <inttypes.h>

/* Which of the container's own namespaces the process is in: "pid, mnt, net". */
static const char *shared_kinds(const struct check_input *in, const struct process *process)
{
	cleanup_text struct text text = TEXT_INIT(64);

	for (int kind = 0; kind < NAMESPACE_COUNT; kind++)
		if (process_is_in(process, in->subject->container, (enum namespace_kind)kind))
			text_add_item(&text, namespace_name((enum namespace_kind)kind));
	return arena_strdup(in->arena, text_string(&text));
}

/* The container sees one in its pid namespace, and one in its mounts runs its files. */
static enum severity outsider_severity(const struct container *container,
				       const struct process *process)
{
	return process_is_in(process, container, NAMESPACE_PID) ||
			       process_is_in(process, container, NAMESPACE_MNT)
		       ? SEVERITY_HIGH
		       : SEVERITY_MEDIUM;
}

static struct verdict outsiders_found(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	cleanup_text struct text list = TEXT_INIT(ITEM_LIST);
	enum severity worst = SEVERITY_INFO;
	struct verdict verdict;

	for (size_t i = 0; i < container->n_outsiders; i++) {
		const struct process *process = container->outsiders[i];

		text_add_item(&list, arena_printf(in->arena, "%" PRId64 " (%s) in %s", process->pid,
						  process->comm, shared_kinds(in, process)));
		if (outsider_severity(container, process) > worst)
			worst = outsider_severity(container, process);
	}
	verdict =
		container_fail(in, "in its namespaces, but not in its control group: process%s %s",
			       container->n_outsiders == 1 ? "" : "es", item_list_text(in, &list));
	for (size_t i = 0; i < container->n_outsiders; i++) {
		const struct process *process = container->outsiders[i];

		cite_string(in, &verdict, "kernel", process_path(in, process, "ns"),
			    shared_kinds(in, process));
		if (process_is_seen(process))
			cite_mask(in, &verdict, process, "CapEff", process->cap_effective);
	}
	return verdict_as(verdict, worst);
}

static struct verdict not_seen(const struct check_input *in)
{
	const struct container *container = in->subject->container;

	if (!container->running)
		return verdict_not_applicable(in, "no process runs: State.Status is %s",
					      container->status);
	return verdict_unknown(in, "an audit as root on the engine's own host",
			       "its first process was not seen: %s", container->kernel_unread);
}

static struct verdict judge_outsiders(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	const struct process *init = container_init(container);

	if (!init)
		return not_seen(in);
	if (container->n_outsiders)
		return outsiders_found(in);
	if (container->outsiders_unread)
		return verdict_unknown(in,
				       doc_at(in->facts->snapshot, "outsiders")
					       ? "run as root, or with CAP_SYS_PTRACE"
					       : "a snapshot of this version of bulkhead",
				       "the namespaces of some processes were not seen: %s",
				       container->outsiders_unread);
	if (init->namespaces_unread)
		return verdict_unknown(in, "run as root, or with CAP_SYS_PTRACE",
				       "the namespaces of its first process were not seen: %s",
				       init->namespaces_unread);
	return verdict_pass(in, "nobody from outside of its control group is in its namespaces");
}

/*
 * In the host's namespace of a kind of which the container has one of its own. The mounts tell for
 * certain: no setting gives a container those of the host.
 */
static bool has_escaped(const struct container *container, const struct process *process,
			enum namespace_kind kind)
{
	const struct namespace_view *view = &container->namespaces[kind];

	return view->effective == SHARING_PRIVATE && view->host_inode &&
	       process->namespaces[kind] == view->host_inode;
}

static const struct process *escaped_process(const struct container *container,
					     enum namespace_kind *ret_kind)
{
	static const enum namespace_kind kinds[] = {NAMESPACE_MNT, NAMESPACE_PID, NAMESPACE_USER,
						    NAMESPACE_NET};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		for (size_t p = 0; p < container->n_processes; p++)
			if (has_escaped(container, &container->processes[p], kinds[i])) {
				*ret_kind = kinds[i];
				return &container->processes[p];
			}
	return NULL;
}

static const char *namespaces_unread(const struct container *container)
{
	for (size_t i = 0; i < container->n_processes; i++)
		if (container->processes[i].namespaces_unread)
			return container->processes[i].namespaces_unread;
	return container->namespaces[NAMESPACE_MNT].host_inode ? NULL
							       : "those of the host are not known";
}

static struct verdict escape_found(const struct check_input *in, const struct process *process,
				   enum namespace_kind kind)
{
	const char *name = namespace_name(kind);
	struct verdict verdict =
		container_fail(in,
			       "process %" PRId64 " (%s) of this container is in the host's %s "
			       "namespace",
			       process->pid, process->comm, name);

	cite_string(in, &verdict, "kernel",
		    process_path(in, process, arena_printf(in->arena, "ns/%s", name)),
		    arena_printf(in->arena, "%s:[%" PRIu64 "]", name, process->namespaces[kind]));
	return verdict_as(verdict, kind == NAMESPACE_MNT ? SEVERITY_CRITICAL : SEVERITY_HIGH);
}

static struct verdict judge_escape(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	const struct process *process;
	enum namespace_kind kind = NAMESPACE_MNT;

	if (!container_init(container))
		return not_seen(in);
	process = escaped_process(container, &kind);
	if (process)
		return escape_found(in, process, kind);
	if (namespaces_unread(container))
		return verdict_unknown(in, "run as root, or with CAP_SYS_PTRACE",
				       "the namespaces of its processes were not all seen: %s",
				       namespaces_unread(container));
	return verdict_pass(in,
			    "no process of it is in a namespace of the host that it was not given");
}

/* The kinds that containers are put together in, and what a neighbour gets by each. */
static const struct {
	enum namespace_kind kind;
	const char *field, *gets;
} joinable[] = {
	{NAMESPACE_PID, "HostConfig.PidMode", "their processes, environment and open files"},
	{NAMESPACE_NET, "HostConfig.NetworkMode", "their ports, also those on 127.0.0.1"},
	{NAMESPACE_IPC, "HostConfig.IpcMode", "their shared memory"},
};

/* Kubernetes puts the containers of a pod into the namespaces of its pause container. */
static bool is_of_pod(const struct check_input *in, const struct namespace_view *view)
{
	static const char prefix[] = "container:";
	const struct container *other;

	if (!view->mode || !text_starts(view->mode, prefix))
		return false;
	other = facts_container(in->facts, view->mode + sizeof(prefix) - 1);
	return other && other->pod_sandbox;
}

static enum severity joined_severity(const struct check_input *in, enum namespace_kind kind)
{
	const struct container *container = in->subject->container;

	if (is_of_pod(in, &container->namespaces[kind]))
		return SEVERITY_INFO;
	if (kind != NAMESPACE_PID)
		return SEVERITY_LOW;
	return container->declared_capabilities & capability_bit("SYS_PTRACE") ? SEVERITY_HIGH
									       : SEVERITY_MEDIUM;
}

/* The first field of which neither kernel nor engine says what it stands for; NULL: none. */
static const char *unknown_field(const struct container *container)
{
	for (size_t i = 0; i < sizeof(joinable) / sizeof(joinable[0]); i++) {
		const struct namespace_view *view = &container->namespaces[joinable[i].kind];

		if (view->declared == SHARING_UNKNOWN &&
		    (view->effective == SHARING_UNKNOWN || !view->inode))
			return joinable[i].field;
	}
	return NULL;
}

static bool kinds_are_seen(const struct container *container)
{
	for (size_t i = 0; i < sizeof(joinable) / sizeof(joinable[0]); i++)
		if (container->namespaces[joinable[i].kind].effective == SHARING_UNKNOWN)
			return false;
	return true;
}

static struct verdict none_joined(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	const char *field = unknown_field(container);

	if (!field)
		return container_pass(in, kinds_are_seen(container),
				      "it shares no namespace of another container");
	return verdict_unknown(in,
			       container->running ? "run as root, or with CAP_SYS_PTRACE" : NULL,
			       "whose namespace %s gives it is not known", field);
}

static struct verdict judge_joined(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	cleanup_text struct text list = TEXT_INIT(ITEM_LIST);
	enum severity worst = SEVERITY_INFO;
	struct verdict verdict;

	for (size_t i = 0; i < sizeof(joinable) / sizeof(joinable[0]); i++) {
		const struct namespace_view *view = &container->namespaces[joinable[i].kind];
		enum severity severity = joined_severity(in, joinable[i].kind);

		if (view->declared != SHARING_CONTAINER && view->effective != SHARING_CONTAINER)
			continue;
		if (severity > worst)
			worst = severity;
		text_add_item(&list, arena_printf(in->arena, "%s is %s (%s)", joinable[i].field,
						  view->chain  ? view->chain
						  : view->mode ? view->mode
							       : "shared",
						  joinable[i].gets));
	}
	if (item_list_is_empty(&list))
		verdict = none_joined(in);
	else
		verdict = verdict_as(container_fail(in, "%s", item_list_text(in, &list)), worst);
	for (size_t i = 0; i < sizeof(joinable) / sizeof(joinable[0]); i++)
		cite_field(in, &verdict, "inspect", joinable[i].field);
	return verdict;
}

const struct check checks_container_neighbours[] = {
	{.name = "container-outsiders",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_outsiders},
	{.name = "container-escaped",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_escape},
	{.name = "container-joined",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_joined},
	{0},
};
