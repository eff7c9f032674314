/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/escape_support.h"

#include "base/text.h"
#include "checks/container_support.h"
#include "checks/mount_support.h"
#include "facts/seccomp.h"
#include "facts/seccomp_review.h"

#include <string.h>

/* A process takes what is permitted to it into effect when it likes. */
static uint64_t held_by(const struct container *container, const struct process *process)
{
	if (!process_is_seen(process) || process_is_in_child(container, process))
		return 0;
	return process->cap_effective | process->cap_permitted;
}

uint64_t container_holds(const struct container *container)
{
	uint64_t held = 0;

	for (size_t i = 0; i < container->n_processes; i++)
		held |= held_by(container, &container->processes[i]);
	if (!container_init_status(container) && container_runs_as_root(container))
		held |= container->declared_capabilities;
	return held;
}

bool container_has(const struct container *container, const char *capability)
{
	return container_holds(container) & capability_bit(capability);
}

const char *const calls_that_mount[] = {"mount", "move_mount", NULL};

bool container_may_call(const struct container *container, const char *const *calls)
{
	const struct container_seccomp *seccomp = container->seccomp;

	for (size_t i = 0; i < container->n_processes; i++)
		if (process_is_seen(&container->processes[i]) &&
		    container->processes[i].seccomp <= 0)
			return true;
	if (!seccomp->review)
		return true;
	for (; *calls; calls++)
		if (seccomp_access(seccomp->review->filter, *calls) != SECCOMP_DENIED)
			return true;
	return false;
}

bool container_runs_as_root(const struct container *container)
{
	enum user_kind declared = user_kind(doc_string_or(container->inspect, "Config.User", ""));

	for (size_t i = 0; i < container->n_processes; i++) {
		const struct process *process = &container->processes[i];

		if (process_is_seen(process) && process_container_uid(container, process) == 0)
			return true;
	}
	return !container_init_status(container) &&
	       (declared == USER_UNSET || declared == USER_ROOT ||
		(declared == USER_NAME && container->user_uid <= 0));
}

const char *container_confined_by(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	const struct process *init = container_init(container);

	return init && container_confinement(container, &in->facts->host) == CONFINEMENT_USUAL
		       ? init->label
		       : NULL;
}

struct verdict verdict_for_mapped_capability(const struct check_input *in, struct verdict verdict)
{
	if (!in->subject->container->root_is_mapped)
		return verdict;
	return verdict_remark(in, verdict_as(verdict, SEVERITY_LOW),
			      "but only over its own user namespace");
}

struct verdict verdict_for_profile(const struct check_input *in, struct verdict verdict)
{
	const struct process *init = container_init(in->subject->container);
	const char *label = init ? init->label : NULL;

	if (label_confinement(label, &in->facts->host) != CONFINEMENT_UNKNOWN)
		return verdict;
	return verdict_remark(in, verdict, "what its profile %s permits was not seen", label);
}

const cJSON *kernel_settings(const struct check_input *in)
{
	const cJSON *settings = doc_at(in->facts->host.doc, "hardening.sysctl");

	return in->facts->local && settings && settings->child ? settings : NULL;
}

const char *kernel_setting(const struct check_input *in, const char *name)
{
	return cJSON_GetStringValue(doc_member(kernel_settings(in), name));
}

/* The mode in force is in brackets: "none [integrity] confidentiality". */
bool kernel_is_locked_down(const struct check_input *in)
{
	const char *lockdown = doc_string_or(in->facts->host.doc, "hardening.lockdown", "");

	return in->facts->local &&
	       (strstr(lockdown, "[integrity]") || strstr(lockdown, "[confidentiality]"));
}

/* A kernel that can do it has the setting. */
static const char *closed_by(const struct check_input *in, const char *setting, const char *lacks,
			     const char *is_off)
{
	const char *value = kernel_setting(in, setting);

	if (!kernel_settings(in))
		return NULL;
	if (!value)
		return lacks;
	if (text_equal(value, "1"))
		return is_off;
	return kernel_is_locked_down(in) ? "the kernel is locked down and loads signed ones only"
					 : NULL;
}

const char *modules_closed(const struct check_input *in)
{
	const char *signatures =
		doc_string_or(in->facts->host.doc, "hardening.module_signatures", "");

	if (in->facts->local && text_equal(signatures, "Y"))
		return "the kernel loads signed ones only";
	return closed_by(in, "kernel/modules_disabled", "this kernel has no modules",
			 "kernel.modules_disabled is 1");
}

const char *kexec_closed(const struct check_input *in)
{
	return closed_by(in, "kernel/kexec_load_disabled", "this kernel starts no other",
			 "kernel.kexec_load_disabled is 1");
}

void cite_capability(const struct check_input *in, struct verdict *verdict, const char *capability)
{
	const struct container *container = in->subject->container;
	const struct process *shown = container_init_status(container);
	uint64_t bit = capability_bit(capability);

	for (size_t i = container->n_processes; i > 0; i--)
		if (held_by(container, &container->processes[i - 1]) & bit)
			shown = &container->processes[i - 1];
	if (shown && (shown->cap_permitted & ~shown->cap_effective & bit))
		cite_mask(in, verdict, shown, "CapPrm", shown->cap_permitted);
	else if (shown)
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

		if (!(mount->kinds & kinds) ||
		    (writable && !mount->writable && !mount->writable_below))
			continue;
		list.items[list.n++] = mount;
		list.writable |= mount->writable;
		list.unresolved |= mount_is_unresolved(container, mount);
	}
	return list;
}
