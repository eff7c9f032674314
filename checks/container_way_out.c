/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Capabilities that lead out of a container by themselves, each with what of the host it needs: the
 * right to mount, modules, files by their handles, nodes of disks, processes of the host.
 */
#include "checks/container_support.h"
#include "checks/escape_support.h"
#include "checks/mount_support.h"

#include "base/path.h"
#include "base/text.h"
#include "facts/disks.h"
#include "facts/host_places.h"

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
	return verdict_for_mapped_capability(in, verdict);
}

/* Somebody has it, and the filter that all of them are under keeps it from being used for that. */
static struct verdict filtered(const struct check_input *in, const char *capability,
			       const char *call)
{
	const struct process *init = container_init_status(in->subject->container);
	struct verdict verdict = container_pass(
		in, init != NULL, "it has %s, and its seccomp filter refuses %s", capability, call);

	if (init)
		cite_int(in, &verdict, "kernel", process_path(in, init, "status Seccomp"),
			 init->seccomp);
	cite_capability(in, &verdict, capability);
	return verdict;
}

static struct verdict judge_mounting(const struct check_input *in)
{
	const char *label;
	struct verdict verdict;

	if (!container_has(in->subject->container, "SYS_ADMIN"))
		return without(in, "SYS_ADMIN");
	if (!container_may_call(in->subject->container, calls_that_mount))
		return filtered(in, "SYS_ADMIN", "mount");
	label = container_confined_by(in);
	if (label)
		verdict = verdict_as(container_fail(in,
						    "it has SYS_ADMIN; %s refuses mounts, but not "
						    "all that it opens",
						    label),
				     SEVERITY_HIGH);
	else
		verdict = verdict_for_profile(
			in, container_fail(in, "it has SYS_ADMIN, and no security module is known "
					       "to keep it from mounting"));
	return with(in, verdict, "SYS_ADMIN");
}

static struct verdict judge_modules(const struct check_input *in)
{
	static const char *const calls[] = {"init_module", "finit_module", NULL};
	const char *closed;
	struct verdict verdict;

	if (!container_has(in->subject->container, "SYS_MODULE"))
		return without(in, "SYS_MODULE");
	if (!container_may_call(in->subject->container, calls))
		return filtered(in, "SYS_MODULE", "finit_module");
	closed = modules_closed(in);
	verdict = container_fail(in, "it has SYS_MODULE and can load code into the kernel");
	if (!kernel_settings(in))
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
	static const char *const calls[] = {"open_by_handle_at", NULL};
	const struct container *container = in->subject->container;
	const struct mount *file = disk_file(container);
	bool writes = container_has(container, "DAC_OVERRIDE");
	struct verdict verdict;

	if (!container_has(container, "DAC_READ_SEARCH"))
		return without(in, "DAC_READ_SEARCH");
	if (!container_may_call(container, calls))
		return filtered(in, "DAC_READ_SEARCH", "open_by_handle_at");
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

/* The first rule of the kernel's list, else of the declared, that opens disks. */
static const char *disk_rule(const struct check_input *in, const char **ret_source)
{
	const struct container *container = in->subject->container;

	*ret_source = "kernel";
	for (const char *at = container->device_list ? container->device_list : ""; *at;) {
		size_t length = strcspn(at, "\n");
		const char *rule = arena_strndup(in->arena, at, length);

		if (rule_opens_disks(rule))
			return rule;
		at += length + (at[length] == '\n');
	}
	if (container->device_list)
		return NULL;
	*ret_source = "inspect";
	doc_for_each (item, doc_at(in->subject->doc, "HostConfig.DeviceCgroupRules"))
		if (doc_is_string(item) && rule_opens_disks(item->valuestring))
			return item->valuestring;
	return doc_bool_or(in->subject->doc, "HostConfig.Privileged", false) ? "a *:* rwm" : NULL;
}

/* What is among HostConfig.Devices: a disk, as it will read, and one that may be a disk. */
struct devices {
	const char *disk, *unseen;
};

static struct devices find_devices(const struct check_input *in)
{
	struct devices found = {0};

	doc_for_each (item, doc_at(in->subject->doc, "HostConfig.Devices")) {
		const char *path = path_clean(in->arena, doc_string_or(item, "PathOnHost", "?"));
		const cJSON *record = facts_path(in->facts, path);

		if (!strpbrk(doc_string_or(item, "CgroupPermissions", "rwm"), "rw"))
			continue;
		switch (disk_of_device(in->facts, path)) {
		case DISK_SEEN:
			found.disk =
				arena_printf(in->arena, "%s (%s)", path,
					     doc_string_or(record, "rdev", "with disks in it"));
			break;
		case DISK_BY_NAME:
			found.disk = arena_printf(in->arena, "%s (by its name a disk)", path);
			break;
		case DISK_UNSEEN:
			found.unseen = path;
			break;
		case DISK_NONE:
			break;
		}
	}
	return found;
}

static bool device_lists_are_malformed(const cJSON *inspect)
{
	const cJSON *list;

	return doc_array(inspect, "HostConfig.Devices", &list) == DOC_MALFORMED ||
	       doc_array(inspect, "HostConfig.DeviceCgroupRules", &list) == DOC_MALFORMED;
}

static struct verdict no_disk_found(const struct check_input *in, const struct devices *devices)
{
	if (device_lists_are_malformed(in->subject->doc))
		return verdict_unknown(in, NULL,
				       "HostConfig.Devices or DeviceCgroupRules is no list");
	if (devices->unseen)
		return verdict_unknown(in, "an audit on the engine's own host",
				       "it is given %s, and whether that is a disk was not seen",
				       devices->unseen);
	return container_pass(in, in->subject->container->device_list != NULL,
			      "no disk can be opened");
}

static struct verdict rule_found(const struct check_input *in, const char *rule)
{
	struct verdict verdict;

	if (container_has(in->subject->container, "MKNOD"))
		verdict = container_fail(in, "device rule %s, and MKNOD to make the node", rule);
	else
		verdict = verdict_as(container_fail(in,
						    "device rule %s, though no process of it "
						    "has MKNOD",
						    rule),
				     SEVERITY_MEDIUM);
	return verdict_for_mapped_capability(in, verdict);
}

static struct verdict judge_disks(const struct check_input *in)
{
	const struct devices devices = find_devices(in);
	const char *source, *rule = disk_rule(in, &source);
	struct verdict verdict;

	if (devices.disk)
		verdict = verdict_for_mapped_root(
			in, container_fail(in, "it is given %s", devices.disk));
	else if (rule)
		verdict = rule_found(in, rule);
	else
		verdict = no_disk_found(in, &devices);
	cite_field(in, &verdict, "inspect", "HostConfig.Devices");
	cite_field(in, &verdict, "inspect", "HostConfig.DeviceCgroupRules");
	if (rule && text_equal(source, "kernel"))
		cite_string(in, &verdict, "kernel", "devices.list", rule);
	return verdict;
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

		if ((mount->kinds & MOUNT_HOST_PROC) && path_within("/proc", mount->host_path))
			return arena_printf(in->arena, "the host's %s is at %s%s", mount->host_path,
					    mount->destination,
					    mount->writable ? ""
							    : " (read-only, which does not help)");
	}
	return NULL;
}

static bool pid_is_unknown(const struct check_input *in)
{
	const struct namespace_view *pid = &in->subject->container->namespaces[NAMESPACE_PID];

	return pid->effective == SHARING_UNKNOWN && pid->declared == SHARING_UNKNOWN;
}

static struct verdict sight_pass(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	struct verdict verdict = mounts_pass(in, "processes of the host are out of its sight");

	if (verdict.status == STATUS_PASS && container->running && !container->mounts_unread &&
	    container->namespaces[NAMESPACE_PID].effective == SHARING_UNKNOWN)
		return verdict_remark(in, verdict, "its pid namespace is as declared");
	return verdict;
}

static struct verdict judge_processes(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	const char *sight = sight_of_processes(in);
	struct verdict verdict;

	if (!sight && pid_is_unknown(in))
		return verdict_unknown(in,
				       in->subject->container->running
					       ? "run as root, or with CAP_SYS_PTRACE"
					       : NULL,
				       "in which pid namespace it is is not known");
	if (!sight)
		return sight_pass(in);
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
	cite_capability(in, &verdict, "SYS_PTRACE");
	return verdict_for_mapped_root(in, verdict);
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
