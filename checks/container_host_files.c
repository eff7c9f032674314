/* SPDX-License-Identifier: Apache-2.0 */

/* Files of the host in a container, by what they are: what root runs, secrets, what nobody said. */
#include "checks/container_support.h"
#include "checks/escape_support.h"
#include "checks/item_list.h"
#include "checks/mount_support.h"

#include "base/path.h"
#include "base/text.h"

#include <string.h>

static bool is_writable_code(const struct check_input *in, const struct mount *mount,
			     const char *path)
{
	(void)in;
	(void)path;
	return (mount->kinds & MOUNT_TRUSTED) && mount->writable;
}

static bool is_readable_secret(const struct check_input *in, const struct mount *mount,
			       const char *path)
{
	(void)in;
	(void)path;
	return mount->kinds & MOUNT_SECRET;
}

static const char *code_text(const struct check_input *in, const struct mount *mount)
{
	return arena_printf(in->arena, "%s at %s (%s)", mount->host_path, mount->destination,
			    mount->trusted);
}

static const char *secret_text(const struct check_input *in, const struct mount *mount)
{
	return arena_printf(in->arena, "%s at %s (%s)", mount->host_path, mount->destination,
			    mount->secret);
}

static bool user_may_write(const struct check_input *in)
{
	return container_runs_as_root(in->subject->container) ||
	       container_has(in->subject->container, "DAC_OVERRIDE");
}

static struct verdict judge_trusted(const struct check_input *in)
{
	struct mount_list list = mounts_where(in, is_writable_code);
	struct verdict verdict;

	if (!list.n)
		return mounts_pass(in,
				   "nothing that the host's root executes or trusts is writable");
	verdict = container_fail(in, "writable: %s%s", mount_list_text(in, &list, code_text),
				 list.unresolved ? ", as declared" : "");
	cite_mounts(in, &verdict, &list);
	if (!user_may_write(in)) {
		verdict = verdict_as(verdict, SEVERITY_HIGH);
		verdict = verdict_remark(in, verdict, "no process of it is root");
	}
	return verdict_for_mapped_root(in, verdict);
}

/* What programs have logged, and their environments, rather than all their files. */
static bool are_logs(const struct mount_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		if (!(list->items[i]->kinds & MOUNT_LOGS))
			return false;
	return true;
}

static struct verdict judge_secrets(const struct check_input *in)
{
	struct mount_list list = mounts_where(in, is_readable_secret);
	struct verdict verdict;

	if (!list.n)
		return mounts_pass(in, "no secrets of the host are mounted");
	verdict = container_fail(in, "readable: %s%s", mount_list_text(in, &list, secret_text),
				 list.unresolved ? ", as declared" : "");
	cite_mounts(in, &verdict, &list);
	if (are_logs(&list))
		verdict = verdict_as(verdict, SEVERITY_MEDIUM);
	if (!user_may_write(in)) {
		verdict = verdict_as(verdict, SEVERITY_MEDIUM);
		verdict = verdict_remark(in, verdict, "no process of it is root");
	}
	return verdict_for_mapped_root(in, verdict);
}

/* As the path deserves: what root trusts is worth more than a directory of data. */
static struct verdict judge_disguise(const struct check_input *in)
{
	struct mount_list list = mounts_of_kind(in, MOUNT_DISGUISED, false);
	struct verdict verdict;
	unsigned kinds = 0;

	if (!list.n)
		return mounts_pass(in, "its volumes are storage of the engine");
	verdict = container_fail(in, "volumes that are directories of the host: %s",
				 mounts_text(in, &list));
	for (size_t i = 0; i < list.n; i++)
		kinds |= list.items[i]->kinds;
	cite_mounts(in, &verdict, &list);
	if (kinds & (MOUNT_TRUSTED | MOUNT_SECRET | MOUNT_SOCKET | MOUNT_ABOVE_SOCKET))
		verdict = verdict_as(verdict, SEVERITY_HIGH);
	return verdict;
}

/* Devices that a driver asked for come with mounts of a hook of the runtime. */
static bool has_driver_mounts(const struct check_input *in)
{
	const cJSON *requests = doc_at(in->subject->doc, "HostConfig.DeviceRequests");
	const char *runtime = doc_string_or(in->subject->doc, "HostConfig.Runtime", "");

	return cJSON_GetArraySize(requests) > 0 || strstr(runtime, "nvidia");
}

static void cite_undeclared(const struct check_input *in, struct verdict *verdict,
			    const struct mount_list *list)
{
	for (size_t i = 0; i < list->n && i < 50; i++) {
		const struct mount *mount = list->items[i];

		cite_string(in, verdict, "kernel",
			    arena_printf(in->arena, "mountinfo %s", mount->destination),
			    arena_printf(in->arena, "%.*s %s", (int)mount->root.length,
					 mount->root.text, mount->fstype));
	}
}

static struct verdict judge_undeclared(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	struct mount_list list = mounts_of_kind(in, MOUNT_UNDECLARED, false);
	struct verdict verdict;

	if (!container->running)
		return verdict_not_applicable(in, "it is %s: it has no mounts but the declared",
					      container->status);
	if (container->mounts_unread || !container_init(container))
		return verdict_unknown(in, "run as root, or with CAP_SYS_PTRACE",
				       "its mounts were not seen: %s",
				       container->mounts_unread ? container->mounts_unread
								: container->kernel_unread);
	if (!list.n)
		return mounts_pass(in, "it has no mounts but the declared");
	verdict = container_fail(in, "not in Mounts: %s", mounts_text(in, &list));
	cite_undeclared(in, &verdict, &list);
	if (container_has(container, "SYS_ADMIN"))
		verdict = verdict_as(
			verdict_remark(in, verdict, "it has SYS_ADMIN and may have made them"),
			SEVERITY_LOW);
	else if (has_driver_mounts(in))
		verdict = verdict_as(verdict_remark(in, verdict,
						    "it asks for devices of a driver, "
						    "which may have made them"),
				     SEVERITY_LOW);
	return verdict;
}

/*
 * Data that another container writes, too. What is of the host itself, or a socket that is meant to
 * be shared, is the matter of others.
 */
static bool is_shared_data(const struct mount *mount)
{
	const unsigned others = MOUNT_SOCKET | MOUNT_ABOVE_SOCKET | MOUNT_TRUSTED | MOUNT_SECRET |
				MOUNT_HOST_PROC | MOUNT_HOST_SYS | MOUNT_KERNEL_STATE;

	return mount->users && mount->users->n_writers > 1 && mount->writable && mount->declared &&
	       !(mount->kinds & others) && !path_within(mount->host_path, "/sys") &&
	       !path_within(mount->host_path, "/dev") && !text_equal(mount->host_type, "socket");
}

static bool is_same_group(const struct container *a, const struct container *b)
{
	return (a->compose_project && text_equal(a->compose_project, b->compose_project)) ||
	       (a->swarm_service && text_equal(a->swarm_service, b->swarm_service));
}

static const char *other_users(const struct check_input *in, const struct mount *mount)
{
	cleanup_text struct text text = TEXT_INIT(ITEM_LIST);

	for (size_t i = 0; i < mount->users->n_writers && !text.truncated; i++) {
		const struct container *other = mount->users->items[i];

		if (other != in->subject->container && !other->is_auditor &&
		    !is_same_group(other, in->subject->container))
			text_add_item(&text, other->name);
	}
	return item_list_is_empty(&text) ? NULL : item_list_text(in, &text);
}

static struct verdict judge_shared_files(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	cleanup_text struct text text = TEXT_INIT(2048);
	struct verdict verdict;

	for (size_t i = 0; i < container->n_mounts; i++) {
		const struct mount *mount = &container->mounts[i];
		const char *others = is_shared_data(mount) ? other_users(in, mount) : NULL;

		if (others)
			text_add_item(&text, arena_printf(in->arena, "%s with %s",
							  mount->destination, others));
	}
	if (item_list_is_empty(&text))
		return mounts_pass(in, "no container of another project writes to its files");
	verdict = container_fail(in, "shares writable files: %s", item_list_text(in, &text));
	cite_field(in, &verdict, "inspect", "Mounts");
	return verdict;
}

const struct check checks_container_host_files[] = {
	{.name = "container-trusted-files",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_trusted},
	{.name = "container-secret-files",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_secrets},
	{.name = "container-disguised-volumes",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_disguise},
	{.name = "container-undeclared-mounts",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_undeclared},
	{.name = "container-shared-files",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_shared_files},
	{0},
};
