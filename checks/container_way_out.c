/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Capabilities that lead out of a container by themselves, each with what of the host it needs: the
 * right to mount, modules, files by their handles, nodes of disks, processes of the host.
 */
#include "checks/container_support.h"
#include "checks/escape_support.h"
#include "checks/mount_support.h"

#include "base/text.h"

#include <string.h>

/* Nobody of the container has it: said once for all these checks. */
static struct verdict without(const struct check_input *in, const char *capability)
{
	const struct container *container = in->subject->container;
	struct verdict verdict =
		container_pass(in, container_init_status(container) != NULL,
			       container->declared_capabilities & capability_bit(capability)
				       ? "no process of it has %s"
				       : "it does not have %s",
			       capability);

	cite_capability(in, &verdict, capability);
	return verdict;
}

static struct verdict with(const struct check_input *in, struct verdict verdict,
			   const char *capability)
{
	cite_capability(in, &verdict, capability);
	return verdict_for_mapped_root(in, verdict);
}

static struct verdict judge_mounting(const struct check_input *in)
{
	const char *label;
	struct verdict verdict;

	if (!container_has(in->subject->container, "SYS_ADMIN"))
		return without(in, "SYS_ADMIN");
	label = container_confined_by(in);
	if (label)
		verdict = verdict_as(container_fail(in,
						    "it has SYS_ADMIN; %s refuses mounts, but not "
						    "all that it opens",
						    label),
				     SEVERITY_HIGH);
	else
		verdict = container_fail(in, "it has SYS_ADMIN, and no security module keeps it "
					     "from mounting");
	return with(in, verdict, "SYS_ADMIN");
}

/* NULL where the kernel loads modules for who has SYS_MODULE; else why it does not. */
static const char *modules_closed(const struct check_input *in)
{
	const cJSON *hardening = doc_at(in->facts->host.doc, "hardening");
	const cJSON *settings = doc_at(hardening, "sysctl");
	const cJSON *disabled = doc_member(settings, "kernel/modules_disabled");
	const char *lockdown = doc_string_or(hardening, "lockdown", "");

	if (!in->facts->local || !settings)
		return NULL;
	if (!disabled)
		return "this kernel has no modules";
	if (doc_is_string(disabled) && text_equal(disabled->valuestring, "1"))
		return "kernel.modules_disabled is 1";
	if (strstr(lockdown, "[integrity]") || strstr(lockdown, "[confidentiality]"))
		return "the kernel is locked down and loads signed ones only";
	return NULL;
}

static struct verdict judge_modules(const struct check_input *in)
{
	const char *closed;
	struct verdict verdict;

	if (!container_has(in->subject->container, "SYS_MODULE"))
		return without(in, "SYS_MODULE");
	closed = modules_closed(in);
	verdict = container_fail(in, "it has SYS_MODULE and can load code into the kernel");
	if (!in->facts->local || !doc_at(in->facts->host.doc, "hardening.sysctl"))
		verdict = verdict_remark(in, verdict, "whether this kernel loads any was not seen");
	if (closed)
		verdict = verdict_as(container_fail(in, "it has SYS_MODULE, though %s", closed),
				     SEVERITY_LOW);
	return with(in, verdict, "SYS_MODULE");
}

/* A file of a disk of the host, by which its file system can be asked for others. */
static const struct mount *disk_file(const struct container *container)
{
	static const char *const disks[] = {"ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs"};

	for (size_t i = 0; i < container->n_mounts; i++)
		for (size_t k = 0; k < sizeof(disks) / sizeof(disks[0]); k++)
			if (text_equal(container->mounts[i].fstype, disks[k]))
				return &container->mounts[i];
	return NULL;
}

static struct verdict judge_handles(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	const struct mount *file = disk_file(container);
	bool writes = container_has(container, "DAC_OVERRIDE");
	struct verdict verdict;

	if (!container_has(container, "DAC_READ_SEARCH"))
		return without(in, "DAC_READ_SEARCH");
	verdict = container_fail(in,
				 "it has DAC_READ_SEARCH%s and can open any file by its "
				 "handle",
				 writes ? " and DAC_OVERRIDE" : "");
	if (file)
		verdict = verdict_remark(in, verdict, "%s is of a disk of the host (%s)",
					 file->destination, file->fstype);
	else if (container_init(container) && !container->mounts_unread)
		verdict =
			verdict_as(verdict_remark(in, verdict, "no file of a disk was seen in it"),
				   SEVERITY_MEDIUM);
	return with(in, verdict, "DAC_READ_SEARCH");
}

/* "b 8:* rwm" gives more than the right to make nodes. */
static bool opens_disks(const char *rule)
{
	const char *rights = strrchr(rule, ' ');

	return (rule[0] == 'b' || rule[0] == 'a') && rights && strpbrk(rights, "rw");
}

/* The first rule of the kernel's list, else of the declared, that opens disks. */
static const char *disk_rule(const struct check_input *in, const char **ret_source)
{
	const struct container *container = in->subject->container;

	*ret_source = "kernel";
	for (const char *at = container->device_list ? container->device_list : ""; *at;) {
		size_t length = strcspn(at, "\n");
		const char *rule = arena_strndup(in->arena, at, length);

		if (opens_disks(rule))
			return rule;
		at += length + (at[length] == '\n');
	}
	if (container->device_list)
		return NULL;
	*ret_source = "inspect";
	doc_for_each (item, doc_at(in->subject->doc, "HostConfig.DeviceCgroupRules"))
		if (doc_is_string(item) && opens_disks(item->valuestring))
			return item->valuestring;
	return doc_bool_or(in->subject->doc, "HostConfig.Privileged", false) ? "a *:* rwm" : NULL;
}

/* A disk among HostConfig.Devices, by what it is on the host: names may say anything. */
static const char *disk_given(const struct check_input *in)
{
	doc_for_each (item, doc_at(in->subject->doc, "HostConfig.Devices")) {
		const char *path = doc_string_or(item, "PathOnHost", "");
		const struct index_entry *entry = index_find(&in->facts->host.paths, path);

		if (entry && text_equal(doc_string_or(entry->item, "type", ""), "block"))
			return arena_printf(in->arena, "%s (%s)", path,
					    doc_string_or(entry->item, "rdev", "a disk"));
	}
	return NULL;
}

static struct verdict judge_disks(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	const char *source, *given = disk_given(in), *rule = disk_rule(in, &source);
	bool makes_nodes = container_has(container, "MKNOD");
	struct verdict verdict;

	if (given)
		verdict = container_fail(in, "it is given %s", given);
	else if (rule && makes_nodes)
		verdict = container_fail(in, "device rule %s, and MKNOD to make the node", rule);
	else if (rule)
		verdict = verdict_as(container_fail(in,
						    "device rule %s, though no process of it "
						    "has MKNOD",
						    rule),
				     SEVERITY_MEDIUM);
	else
		verdict =
			container_pass(in, container->device_list != NULL, "no disk can be opened");
	cite_field(in, &verdict, "inspect", "HostConfig.Devices");
	cite_field(in, &verdict, "inspect", "HostConfig.DeviceCgroupRules");
	if (rule && text_equal(source, "kernel"))
		cite_string(in, &verdict, "kernel", "devices.list", rule);
	return given || rule ? verdict_for_mapped_root(in, verdict) : verdict;
}

/* How the host's processes are in sight; NULL where they are not. */
static const char *sight_of_processes(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	const struct namespace_view *pid = &container->namespaces[NAMESPACE_PID];

	if (pid->effective == SHARING_HOST ||
	    (pid->effective == SHARING_UNKNOWN && pid->declared == SHARING_HOST))
		return "it is in the host's pid namespace";
	for (size_t i = 0; i < container->n_mounts; i++) {
		const struct mount *mount = &container->mounts[i];

		if ((mount->kinds & MOUNT_HOST_PROC) && text_equal(mount->host_path, "/proc"))
			return arena_printf(
				in->arena, "the host's /proc is at %s%s", mount->destination,
				mount->writable ? "" : " (read-only, which does not help)");
	}
	return NULL;
}

static struct verdict judge_processes(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	const char *sight = sight_of_processes(in);
	struct verdict verdict;

	if (!sight)
		return mounts_pass(in, "processes of the host are out of its sight");
	if (container_has(container, "SYS_PTRACE") && !container->root_is_mapped)
		verdict = verdict_as(container_fail(in,
						    "%s and it has SYS_PTRACE: the files of every "
						    "process are open to it",
						    sight),
				     SEVERITY_CRITICAL);
	else if (container_has(container, "SETUID"))
		verdict = container_fail(in,
					 "%s and it has SETUID: it can be any user, and enter the "
					 "files of processes without more capabilities, of other "
					 "containers too",
					 sight);
	else
		verdict = verdict_as(container_fail(in,
						    "%s: it can enter the files of processes "
						    "of its own uid",
						    sight),
				     SEVERITY_MEDIUM);
	cite_field(in, &verdict, "inspect", "HostConfig.PidMode");
	return with(in, verdict, "SYS_PTRACE");
}

const struct check checks_container_way_out[] = {
	{.name = "container-mounting",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_mounting},
	{.name = "container-kernel-modules",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_modules},
	{.name = "container-file-handles",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_handles},
	{.name = "container-disks", .subjects = SUBJECTS(SUBJECT_CONTAINER), .judge = judge_disks},
	{.name = "container-host-processes",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_processes},
	{0},
};
