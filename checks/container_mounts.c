/* SPDX-License-Identifier: Apache-2.0 */

/* The files of a container: those of the host in it, and whether its own can be written. */
#include "checks/container_support.h"
#include "checks/mount_support.h"

#include "base/path.h"
#include "base/text.h"

#include <string.h>

static bool is_accepted(const struct check_input *in, const struct mount *mount, const char *path)
{
	size_t n;
	const char *const *accepted = param_strings(in, "readable", &n);

	for (size_t i = 0; i < n; i++) {
		if (!mount->writable && path_within(path, accepted[i]))
			return true;
	}
	return false;
}

static bool touches_data_root(const struct check_input *in, const char *path)
{
	const char *root = doc_string_or(in->facts->engine.info, "DockerRootDir", "");

	return root[0] == '/' && (path_within(path, root) || path_within(root, path));
}

/* In one of the lesser paths, which may lie in a grave directory: /dev/shm in /dev. */
static bool is_lesser(const struct check_input *in, const char *path)
{
	size_t n;
	const char *const *lesser = param_strings(in, "lesser", &n);

	for (size_t i = 0; i < n; i++)
		if (path_within(path, lesser[i]))
			return true;
	return false;
}

static bool is_grave(const struct check_input *in, const char *path)
{
	return touches_data_root(in, path) ||
	       (touches_listed(in, "directories", path) && !is_lesser(in, path));
}

/* What the kubelet keeps for the pod that the container is of: volumes, tokens, /etc/hosts. */
static bool is_of_own_pod(const struct check_input *in, const char *path)
{
	const cJSON *uid =
		doc_member(doc_at(in->subject->doc, "Config.Labels"), "io.kubernetes.pod.uid");
	const char *root;

	if (!doc_is_string(uid) || !*uid->valuestring || strpbrk(uid->valuestring, "/."))
		return false;
	root = arena_printf(in->arena, "/var/lib/kubelet/pods/%s", uid->valuestring);
	return path_within(path, root) && !text_equal(path, root);
}

/* A single device is the matter of no-host-devices. */
static bool is_device_node(const struct mount *mount)
{
	return text_equal(mount->host_type, "block") || text_equal(mount->host_type, "char");
}

static bool is_sensitive(const struct check_input *in, const struct mount *mount, const char *path)
{
	return !is_accepted(in, mount, path) && !is_of_own_pod(in, path) &&
	       !is_device_node(mount) && (is_grave(in, path) || touches_listed(in, "lesser", path));
}

static enum severity mounts_severity(const struct check_input *in, enum severity severity,
				     const struct mount_list *list)
{
	bool grave = false;

	for (size_t i = 0; i < list->n && !grave; i++)
		grave = is_grave(in, mount_host_path(list->items[i]));
	if (!grave)
		severity = severity_lower(severity);
	return list->writable || list->writable_below ? severity : severity_lower(severity);
}

static struct verdict judge_sensitive_mounts(const struct check_input *in)
{
	struct mount_list list = mounts_where(in, is_sensitive);
	struct verdict verdict;

	if (list.n == 0)
		return mounts_pass(in, "no sensitive directory of the host is mounted");
	verdict = container_fail(in, "mounted from the host: %s%s", mounts_text(in, &list),
				 list.unresolved ? ", as declared" : "");
	if (list.writable_below)
		verdict = verdict_remark(in, verdict, "mounts below are writable");
	verdict.severity = mounts_severity(in, verdict.severity, &list);
	cite_mounts(in, &verdict, &list);
	return verdict_for_mapped_root(in, verdict);
}

/* As declared, or as the kernel has it: a peer of a mount of the host. */
static bool is_shared(const struct check_input *in, const struct mount *mount, const char *path)
{
	(void)in;
	(void)path;
	return text_equal(mount->propagation, "shared") ||
	       text_equal(mount->declared_propagation, "shared") ||
	       text_equal(mount->declared_propagation, "rshared");
}

static struct verdict judge_propagation(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	struct mount_list list = mounts_where(in, is_shared);
	struct verdict verdict;

	if (list.n == 0)
		return mounts_pass(in, "no mount propagates to the host");
	verdict = container_fail(in, "shared propagation: %s", mounts_text(in, &list));
	if (container->declared_capabilities & capability_bit("SYS_ADMIN")) {
		verdict = verdict_remark(in, verdict, "it has SYS_ADMIN and can mount");
		verdict.severity = SEVERITY_HIGH;
	}
	cite_mounts(in, &verdict, &list);
	return verdict_for_mapped_root(in, verdict);
}

static struct verdict judge_readonly_rootfs(const struct check_input *in)
{
	const char *seen = in->subject->container->rootfs;
	struct verdict verdict;
	bool on;

	if (doc_bool(in->subject->doc, "HostConfig.ReadonlyRootfs", &on) != DOC_PRESENT)
		return verdict_unknown(in, NULL,
				       "HostConfig.ReadonlyRootfs is not in the inspect reply");
	if (!on)
		verdict = container_fail(in, "HostConfig.ReadonlyRootfs is false");
	else if (text_equal(seen, "rw"))
		verdict = container_fail(in,
					 "HostConfig.ReadonlyRootfs is true, yet the kernel shows "
					 "/ mounted writable");
	else
		verdict = container_pass(in, seen, "HostConfig.ReadonlyRootfs is true");
	cite_field(in, &verdict, "inspect", "HostConfig.ReadonlyRootfs");
	if (seen)
		cite_string(in, &verdict, "kernel", "mountinfo /", seen);
	return verdict;
}

static const struct param_spec sensitive_params[] = {
	{"directories", PARAM_STRINGS, true, "directories of the host, the control's own severity"},
	{"lesser", PARAM_STRINGS, false, "directories of the host, one grade less"},
	{"readable", PARAM_STRINGS, false, "paths of the host that may be mounted read-only"},
	{0},
};

const struct check checks_container_mounts[] = {
	{.name = "container-sensitive-mounts",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_sensitive_mounts,
	 .params = sensitive_params},
	{.name = "container-propagation",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_propagation},
	{.name = "container-readonly-rootfs",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_readonly_rootfs},
	{0},
};
