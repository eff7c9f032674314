/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The kernel's own file systems in a container: procfs, sysfs, control groups and the rest. What
 * may be written there changes the host; what hides parts of them must be in place, and genuine.
 */
#include "checks/container_support.h"
#include "checks/escape_support.h"
#include "checks/item_list.h"
#include "checks/mount_support.h"

#include "base/path.h"
#include "base/text.h"

static const char need_mountinfo[] = "run as root, or with CAP_SYS_PTRACE";

/* NULL where the container's mounts were read; else the verdict is in *ret. */
static bool views_unread(const struct check_input *in, struct verdict *ret)
{
	const struct container *container = in->subject->container;

	if (!container->running)
		*ret = verdict_not_applicable(in, "it is %s", container->status);
	else if (container->mounts_unread || !container_init(container))
		*ret = verdict_unknown(in, need_mountinfo, "its mounts were not seen: %s",
				       container->mounts_unread ? container->mounts_unread
								: container->kernel_unread);
	else
		return false;
	return true;
}

static void cite_view(const struct check_input *in, struct verdict *verdict,
		      const struct kernel_view *view)
{
	cite_string(in, verdict, "kernel", arena_printf(in->arena, "mountinfo %s", view->point),
		    arena_printf(in->arena, "%s %s %s", view->fstype, view->root,
				 view->writable ? "rw" : "ro"));
}

/* Views for which `wanted` holds: their text, and how many. */
struct view_list {
	const struct kernel_view **items;
	size_t n;
};

static struct view_list views_where(const struct check_input *in,
				    bool (*wanted)(const struct kernel_view *view))
{
	const struct container *container = in->subject->container;
	struct view_list list = {arena_array(in->arena, container->n_views, sizeof(*list.items)),
				 0};

	for (size_t i = 0; i < container->n_views; i++)
		if (wanted(&container->views[i]))
			list.items[list.n++] = &container->views[i];
	return list;
}

static const char *views_text(const struct check_input *in, const struct view_list *list)
{
	cleanup_text struct text text = TEXT_INIT(2048);

	for (size_t i = 0; i < list->n && i < 5; i++)
		text_add_item(&text,
			      arena_printf(in->arena, "%s at %s (%s)", list->items[i]->fstype,
					   list->items[i]->point,
					   list->items[i]->writable ? "writable" : "read-only"));
	if (list->n > 5)
		text_addf(&text, " and %zu more", list->n - 5);
	return arena_strdup(in->arena, text_string(&text));
}

static void cite_views(const struct check_input *in, struct verdict *verdict,
		       const struct view_list *list)
{
	for (size_t i = 0; i < list->n && i < 50; i++)
		cite_view(in, verdict, list->items[i]);
}

static struct verdict not_for_users(const struct check_input *in, struct verdict verdict)
{
	if (container_runs_as_root(in->subject->container))
		return verdict;
	verdict = verdict_as(verdict, SEVERITY_MEDIUM);
	return verdict_remark(in, verdict, "no process of it is root");
}

/* The host's procfs, which its own file permissions alone protect then. */
static struct verdict judge_host_proc(const struct check_input *in)
{
	struct mount_list list = mounts_of_kind(in, MOUNT_HOST_PROC, true);
	struct verdict verdict;

	if (!list.n)
		return mounts_pass(in, "procfs of the host is not mounted writable");
	verdict = container_fail(in, "procfs of the host, writable: %s", mounts_text(in, &list));
	cite_mounts(in, &verdict, &list);
	return verdict_for_mapped_root(in, not_for_users(in, verdict));
}

static const char *masks_text(const struct check_input *in, bool tampered)
{
	const struct container *container = in->subject->container;
	cleanup_text struct text text = TEXT_INIT(2048);

	for (size_t i = 0; i < container->n_masks; i++) {
		const struct mask *mask = &container->masks[i];

		if (tampered != (mask->fault == MASK_TAMPERED))
			continue;
		text_add_item(&text,
			      mask->seen
				      ? arena_printf(in->arena, "%s is %s", mask->path, mask->seen)
			      : mask->fault == MASK_WRITABLE
				      ? arena_printf(in->arena, "%s is writable", mask->path)
				      : arena_printf(in->arena, "%s is not hidden", mask->path));
	}
	return item_list_is_empty(&text) ? NULL : item_list_text(in, &text);
}

static bool sys_is_writable(const struct container *container)
{
	for (size_t i = 0; i < container->n_masks; i++)
		if (container->masks[i].fault == MASK_WRITABLE &&
		    text_equal(container->masks[i].path, "/proc/sys"))
			return true;
	return false;
}

/* core_pattern asks for no capability, but for root; AppArmor and SELinux refuse it, too. */
static struct verdict weigh_masks(const struct check_input *in, struct verdict verdict)
{
	const struct container *container = in->subject->container;
	const char *label = container_confined_by(in);

	if (!sys_is_writable(container))
		return verdict_as(verdict, SEVERITY_MEDIUM);
	if (label) {
		verdict = verdict_as(verdict, SEVERITY_MEDIUM);
		return verdict_remark(in, verdict, "%s confines it", label);
	}
	return not_for_users(in, verdict);
}

static void cite_masks(const struct check_input *in, struct verdict *verdict)
{
	const struct container *container = in->subject->container;

	cite_field(in, verdict, "inspect", "HostConfig.MaskedPaths");
	cite_field(in, verdict, "inspect", "HostConfig.ReadonlyPaths");
	for (size_t i = 0; i < container->n_masks; i++) {
		const struct mask *mask = &container->masks[i];

		if (container_init(container) && !container->mounts_unread)
			cite_string(in, verdict, "kernel",
				    arena_printf(in->arena, "mountinfo %s", mask->path),
				    mask->seen ? mask->seen : "no mount that protects it");
	}
}

static struct verdict judge_masks(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	const char *text = masks_text(in, false);
	struct verdict verdict;

	if (!container->masks)
		return verdict_unknown(in, need_mountinfo, "%s", container->masks_unread);
	if (!text)
		return container_pass(in, container_init(container) && !container->masks_unread,
				      "what /proc and /sys should hide is hidden");
	verdict = container_fail(in, "%s", text);
	cite_masks(in, &verdict);
	verdict = weigh_masks(in, verdict);
	return verdict_for_mapped_root(in, verdict);
}

/* A terminal is one of the container's own: "/0" of devpts. */
static const char *console_fault(const struct check_input *in)
{
	const struct container *container = in->subject->container;

	for (size_t i = 0; i < container->n_views; i++)
		if (text_equal(container->views[i].point, "/dev/console"))
			return arena_printf(in->arena, "/dev/console is %s %s",
					    container->views[i].fstype, container->views[i].root);
	return NULL;
}

static struct verdict judge_tampering(const struct check_input *in)
{
	const char *masks, *console;
	struct verdict verdict;

	if (views_unread(in, &verdict))
		return verdict;
	masks = masks_text(in, true);
	console = console_fault(in);
	if (!masks && !console)
		return verdict_pass(in, "what hides parts of /proc and /sys is what the runtime "
					"puts there");
	verdict = container_fail(in, "%s%s%s", masks ? masks : "", masks && console ? ", " : "",
				 console ? console : "");
	cite_masks(in, &verdict);
	return verdict;
}

static bool is_control_groups(const struct kernel_view *view)
{
	return view->writable &&
	       (text_equal(view->fstype, "cgroup") || text_equal(view->fstype, "cgroup2"));
}

static bool is_top_of_version_1(const struct kernel_view *view)
{
	return view->writable && view->top && text_equal(view->fstype, "cgroup");
}

static bool cgroups_are_own(const struct container *container, const struct view_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		if (!text_equal(list->items[i]->fstype, "cgroup2") || !list->items[i]->usual)
			return false;
	return container->namespaces[NAMESPACE_CGROUP].effective == SHARING_PRIVATE;
}

/* Files of control groups belong to the host's root, which a mapped root is not. */
static bool cgroups_are_foreign(const struct container *container, const struct view_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		if (!list->items[i]->usual || list->items[i]->top)
			return false;
	return container->root_is_mapped;
}

static bool is_writable_hierarchy(const struct check_input *in, const struct mount *mount,
				  const char *path)
{
	(void)in;
	return (mount->writable || mount->writable_below) &&
	       (path_within(path, "/sys/fs/cgroup") || path_within("/sys/fs/cgroup", path));
}

/* What opens control groups by the declaration alone; NULL: nothing. */
static const char *cgroups_opened_by(const struct check_input *in, const struct mount_list *list)
{
	const char *option = security_option(in->subject->doc, "writable-cgroups");
	bool on = option && !*option;

	if (option)
		parse_go_bool(option, &on);
	if (list->n)
		return arena_printf(in->arena, "%s, as declared", mounts_text(in, list));
	if (doc_bool_or(in->subject->doc, "HostConfig.Privileged", false))
		return "HostConfig.Privileged is true: control groups are writable";
	return on ? "HostConfig.SecurityOpt has writable-cgroups" : NULL;
}

/* Where the kernel was not asked; `unread` says so. */
static struct verdict declared_cgroups(const struct check_input *in, struct verdict unread)
{
	struct mount_list list = mounts_where(in, is_writable_hierarchy);
	const char *opened = cgroups_opened_by(in, &list);
	struct verdict verdict;

	if (!opened)
		return unread;
	verdict = container_fail(in, "%s", opened);
	cite_mounts(in, &verdict, &list);
	cite_field(in, &verdict, "inspect", "HostConfig.Privileged");
	return verdict_for_mapped_root(in, not_for_users(in, verdict));
}

static struct verdict judge_cgroups(const struct check_input *in)
{
	struct view_list list;
	struct verdict verdict;

	if (views_unread(in, &verdict))
		return declared_cgroups(in, verdict);
	list = views_where(in, is_control_groups);
	if (!list.n)
		return verdict_pass(in, "control groups are read-only");
	if (cgroups_are_foreign(in->subject->container, &list))
		return verdict_pass(in, "control groups are its own and belong to the host's root, "
					"which nobody in it is");
	verdict = container_fail(in, "%s", views_text(in, &list));
	cite_views(in, &verdict, &list);
	if (cgroups_are_own(in->subject->container, &list)) {
		verdict = verdict_as(verdict, SEVERITY_LOW);
		verdict = verdict_remark(in, verdict,
					 "of its own control group only, in a private namespace");
	}
	return verdict_for_mapped_root(in, not_for_users(in, verdict));
}

/* Where SYS_ADMIN is, the hierarchy can be mounted anew, its top included. */
static struct verdict hierarchy_can_be_mounted(const struct check_input *in)
{
	struct verdict verdict = verdict_for_profile(
		in, container_fail(in, "it has SYS_ADMIN and can mount the top of a hierarchy of "
				       "control groups"));

	cite_capability(in, &verdict, "SYS_ADMIN");
	return verdict_for_mapped_capability(in, not_for_users(in, verdict));
}

/* The top of a hierarchy in it: by the kernel's list, else as declared. False where there is none.
 */
static bool finds_top(const struct check_input *in, bool seen, struct verdict *ret)
{
	struct mount_list mounts = mounts_of_kind(in, MOUNT_CGROUP1_TOP, true);
	struct view_list views = views_where(in, is_top_of_version_1);

	if (seen ? !views.n : !mounts.n)
		return false;
	*ret = container_fail(in, "the top of control groups: %s%s",
			      seen ? views_text(in, &views) : mounts_text(in, &mounts),
			      seen ? "" : ", as declared");
	if (seen)
		cite_views(in, ret, &views);
	else
		cite_mounts(in, ret, &mounts);
	return true;
}

/* Since Linux 5.17 who writes it must have SYS_ADMIN over the host (CVE-2022-0492). */
static bool kernel_guards_release_agent(const struct check_input *in)
{
	return facts_kernel_since(in->facts, 5, 17) &&
	       !container_has(in->subject->container, "SYS_ADMIN");
}

static struct verdict judge_top(const struct check_input *in, struct verdict verdict)
{
	if (!kernel_guards_release_agent(in))
		return verdict_for_mapped_root(in, not_for_users(in, verdict));
	verdict = container_pass(in, container_init(in->subject->container),
				 "the top of control groups is in it, but the kernel (%s) lets "
				 "only who has SYS_ADMIN write release_agent",
				 in->facts->host.kernel);
	cite_string(in, &verdict, "host", "kernel", in->facts->host.kernel);
	cite_capability(in, &verdict, "SYS_ADMIN");
	return verdict;
}

static struct verdict judge_release_agent(const struct check_input *in)
{
	struct verdict verdict, unread;
	bool seen;

	if (in->facts->host.cgroup_version == 2)
		return verdict_not_applicable(in, "control groups of version 2 have no "
						  "release_agent");
	if (!in->facts->host.cgroup_version)
		return verdict_unknown(in, "an audit on the engine's own host",
				       "which control groups the host uses is not known");
	seen = !views_unread(in, &unread);
	if (finds_top(in, seen, &verdict))
		return judge_top(in, verdict);
	if (container_has(in->subject->container, "SYS_ADMIN") && !container_confined_by(in) &&
	    container_may_call(in->subject->container, calls_that_mount))
		return hierarchy_can_be_mounted(in);
	return seen ? verdict_pass(in, "no release_agent is in reach") : unread;
}

/* Its own sysfs, where it is writable, is as good as the host's: it has the same devices. */
static bool is_kernel_state(const struct kernel_view *view)
{
	static const char *const plain[] = {"proc", "cgroup", "cgroup2"};

	if (text_equal(view->fstype, "sysfs"))
		return view->writable;
	if (text_equal(view->fstype, "devtmpfs"))
		return view->top;
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (text_equal(view->fstype, plain[i]))
			return false;
	return true;
}

static bool any_writable(const struct view_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->items[i]->writable)
			return true;
	return false;
}

static struct verdict declared_state(const struct check_input *in)
{
	struct mount_list list = mounts_of_kind(in, MOUNT_KERNEL_STATE | MOUNT_HOST_SYS, false);
	struct verdict verdict;

	if (!list.n)
		return mounts_pass(in, "no file system of the kernel's state is mounted");
	verdict = container_fail(in, "%s", mounts_text(in, &list));
	cite_mounts(in, &verdict, &list);
	return list.writable ? verdict : verdict_as(verdict, SEVERITY_MEDIUM);
}

static struct verdict judge_kernel_state(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	struct view_list list;
	struct verdict verdict;

	if (!container->running || container->mounts_unread || !container_init(container))
		return declared_state(in);
	list = views_where(in, is_kernel_state);
	if (!list.n)
		return verdict_pass(in, "no file system of the kernel's state is mounted");
	verdict = container_fail(in, "%s", views_text(in, &list));
	cite_views(in, &verdict, &list);
	if (!any_writable(&list))
		verdict = verdict_as(verdict, SEVERITY_MEDIUM);
	return verdict_for_mapped_root(in, not_for_users(in, verdict));
}

const struct check checks_container_kernel_views[] = {
	{.name = "container-host-proc",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_host_proc},
	{.name = "container-masks", .subjects = SUBJECTS(SUBJECT_CONTAINER), .judge = judge_masks},
	{.name = "container-mask-tampering",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_tampering},
	{.name = "container-control-groups",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_cgroups},
	{.name = "container-release-agent",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_release_agent},
	{.name = "container-kernel-state",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_kernel_state},
	{0},
};
