/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/escape_support.h"

#include "base/text.h"
#include "checks/container_support.h"
#include "checks/mount_support.h"

#include <string.h>

/* In a user namespace that it made itself, where capabilities reach no further. */
static bool is_in_own_namespace(const struct container *container, const struct process *process)
{
	const struct process *init = container_init(container);
	uint64_t home = init ? init->namespaces[NAMESPACE_USER] : 0;
	uint64_t user = process->namespaces[NAMESPACE_USER];

	return home && user && home != user;
}

uint64_t container_holds(const struct container *container)
{
	uint64_t held = 0;
	bool seen = false;

	for (size_t i = 0; i < container->n_processes; i++) {
		const struct process *process = &container->processes[i];

		if (!process_is_seen(process) || is_in_own_namespace(container, process))
			continue;
		seen = true;
		held |= process->cap_effective;
	}
	if (seen)
		return held;
	return container_runs_as_root(container) ? container->declared_capabilities : 0;
}

bool container_has(const struct container *container, const char *capability)
{
	return container_holds(container) & capability_bit(capability);
}

bool container_runs_as_root(const struct container *container)
{
	enum user_kind declared = user_kind(doc_string_or(container->inspect, "Config.User", ""));
	bool seen = false;

	for (size_t i = 0; i < container->n_processes; i++) {
		const struct process *process = &container->processes[i];

		if (!process_is_seen(process))
			continue;
		seen = true;
		if (process_container_uid(container, process) == 0)
			return true;
	}
	return !seen && (declared == USER_UNSET || declared == USER_ROOT ||
			 (declared == USER_NAME && container->user_uid <= 0));
}

const char *container_confined_by(const struct check_input *in)
{
	const struct process *init = container_init(in->subject->container);
	const char *label = init ? init->label : NULL;

	if (!label || apparmor_fault(label))
		return NULL;
	if (strchr(label, ':') && !text_equal(in->facts->host.selinux, "enforcing"))
		return NULL;
	return strstr(label, "spc_t") || strstr(label, "unconfined_t") ? NULL : label;
}

void cite_capability(const struct check_input *in, struct verdict *verdict, const char *capability)
{
	const struct container *container = in->subject->container;
	const struct process *shown = container_init_status(container);

	for (size_t i = container->n_processes; i > 0; i--) {
		const struct process *process = &container->processes[i - 1];

		if (process_is_seen(process) && !is_in_own_namespace(container, process) &&
		    (process->cap_effective & capability_bit(capability)))
			shown = process;
	}
	if (shown)
		cite_mask(in, verdict, shown, "CapEff", shown->cap_effective);
	else
		cite_field(in, verdict, "inspect", "HostConfig.CapAdd");
}

struct mount_list mounts_of_kind(const struct check_input *in, unsigned kinds, bool writable)
{
	const struct container *container = in->subject->container;
	struct mount_list list = {
		.items = arena_array(in->arena, container->n_mounts, sizeof(*list.items)),
	};

	for (size_t i = 0; i < container->n_mounts; i++) {
		const struct mount *mount = &container->mounts[i];

		if (!(mount->kinds & kinds) || (writable && !mount->writable))
			continue;
		list.items[list.n++] = mount;
		list.writable |= mount->writable;
		list.unresolved |= mount_is_unresolved(container, mount);
	}
	return list;
}
