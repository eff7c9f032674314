/* SPDX-License-Identifier: Apache-2.0 */

/* How the files of a container are mounted: what its tmpfs and the host's directories may carry. */
#include "checks/container_support.h"
#include "checks/escape_support.h"
#include "checks/item_list.h"
#include "checks/mount_support.h"

#include "base/path.h"
#include "base/text.h"
#include "facts/host_places.h"

#include <string.h>

/* "nosuid, noexec": the options that a mount does not have. */
static const char *lacking(const struct check_input *in, const struct mount *mount)
{
	static const struct {
		unsigned flag;
		const char *option;
	} wanted[] = {{MOUNT_NOSUID, "nosuid"}, {MOUNT_NODEV, "nodev"}, {MOUNT_NOEXEC, "noexec"}};
	cleanup_text struct text text = TEXT_INIT(256);

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		if (!(mount->flags & wanted[i].flag))
			text_add_item(&text, wanted[i].option);
	return arena_strdup(in->arena, text_string(&text));
}

static struct verdict judge_tmpfs(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	cleanup_text struct text open = TEXT_INIT(2048);
	bool seen = true;
	struct verdict verdict;
	size_t n = 0;

	for (size_t i = 0; i < container->n_mounts; i++) {
		const struct mount *mount = &container->mounts[i];
		const char *lacks;

		if (!mount->declared || !text_equal(mount->type, "tmpfs"))
			continue;
		n++;
		seen &= mount->in_kernel;
		lacks = lacking(in, mount);
		if (*lacks)
			text_add_item(&open, arena_printf(in->arena, "%s without %s",
							  mount->destination, lacks));
	}
	if (!n)
		return verdict_not_applicable(in, "no tmpfs was asked for");
	if (item_list_is_empty(&open))
		verdict = container_pass(in, seen, "each tmpfs is noexec, nosuid and nodev");
	else
		verdict = container_fail(in, "tmpfs at %s", item_list_text(in, &open));
	cite_field(in, &verdict, "inspect", "HostConfig.Tmpfs");
	cite_field(in, &verdict, "inspect", "HostConfig.Mounts");
	return verdict;
}

/* Nothing is mounted, or nobody saw how; *ret then says so. */
static bool mounts_are_unseen(const struct check_input *in, struct verdict *ret)
{
	const struct container *container = in->subject->container;

	if (!container->running)
		*ret = verdict_not_applicable(in, "it does not run: nothing is mounted");
	else if (container->mounts_unread)
		*ret = verdict_unknown(in, NULL, "how its files are mounted was not seen: %s",
				       container->mounts_unread);
	return !container->running || container->mounts_unread;
}

/* May a user of the host who is nobody in particular enter it, as far as its modes were seen? */
static bool is_within_reach(const struct check_input *in, const char *path)
{
	for (char *at = arena_strdup(in->arena, path); *at; *strrchr(at, '/') = '\0') {
		const char *text = doc_string_or(facts_path(in->facts, at), "mode", NULL);
		uint64_t mode;

		if (text && parse_u64(text, 8, &mode) && !(mode & 1))
			return false;
	}
	return true;
}

static bool carries_setuid(const struct check_input *in, const struct mount *mount,
			   const char *path)
{
	return mount->in_kernel && mount->writable && !(mount->flags & MOUNT_NOSUID) &&
	       text_equal(mount->host_type, "directory") && is_within_reach(in, path);
}

static struct verdict judge_setuid(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	struct mount_list list = mounts_where(in, carries_setuid);
	struct verdict verdict;

	if (mounts_are_unseen(in, &verdict))
		return verdict;
	if (container->root_is_mapped)
		return verdict_pass(in, "its root is no root of the host");
	if (!list.n) {
		verdict = verdict_pass(in, "it writes to no directory of the host in which users "
					   "find programs with setuid");
		cite_field(in, &verdict, "inspect", "Mounts");
		return verdict;
	}
	if (!container_runs_as_root(container) && !container_has(container, "SETUID"))
		verdict = verdict_pass(in, "no process of it is root or has SETUID");
	else
		verdict = container_fail(in, "writable without nosuid: %s", mounts_text(in, &list));
	cite_mounts(in, &verdict, &list);
	return verdict;
}

static bool is_relabelled(const struct check_input *in, const cJSON *mount, const char **ret_path)
{
	const char *source = doc_string_or(mount, "Source", "");
	const char *const *paths;
	size_t n;

	if (!text_equal(doc_string_or(mount, "Type", ""), "bind") || *source != '/' ||
	    !strpbrk(doc_string_or(mount, "Mode", ""), "zZ"))
		return false;
	*ret_path = source = path_clean(in->arena, source);
	paths = param_strings(in, "directories", &n);
	for (size_t i = 0; i < n; i++)
		if (path_within(paths[i], source))
			return true;
	paths = param_strings(in, "trees", &n);
	for (size_t i = 0; i < n; i++)
		if (path_within(source, paths[i]))
			return true;
	return false;
}

static struct verdict judge_relabelling(const struct check_input *in)
{
	cleanup_text struct text text = TEXT_INIT(2048);
	const cJSON *mounts = NULL;
	const char *path;
	struct verdict verdict;

	if (!in->facts->engine.selinux)
		return verdict_not_applicable(in, "the engine does not label files for SELinux");
	if (doc_array(in->subject->doc, "Mounts", &mounts) == DOC_MALFORMED)
		return verdict_unknown(in, NULL, "inspect's Mounts is no list");
	doc_for_each (mount, mounts)
		if (is_relabelled(in, mount, &path))
			text_add_item(&text, path);
	verdict = item_list_is_empty(&text)
			  ? verdict_pass(in, "no directory of the system was given its label")
			  : container_fail(in, "labelled as files of a container: %s",
					   item_list_text(in, &text));
	cite_field(in, &verdict, "inspect", "HostConfig.Binds");
	return verdict;
}

static bool is_stale(const struct check_input *in, const struct mount *mount, const char *path)
{
	(void)in;
	(void)path;
	return mount->stale;
}

static struct verdict judge_stale(const struct check_input *in)
{
	struct mount_list list = mounts_where(in, is_stale);
	struct verdict verdict;

	if (mounts_are_unseen(in, &verdict))
		return verdict;
	if (list.n) {
		verdict = container_fail(in, "removed or replaced on the host since the start: %s",
					 mounts_text(in, &list));
		cite_mounts(in, &verdict, &list);
		return verdict;
	}
	verdict = verdict_pass(in, "what it has mounted still stands at its place");
	cite_field(in, &verdict, "inspect", "Mounts");
	return verdict;
}

static const struct param_spec relabelling_params[] = {
	{"directories", PARAM_STRINGS, true, "directories that may not be relabelled as a whole"},
	{"trees", PARAM_STRINGS, true, "directories below which nothing may be relabelled"},
	{0},
};

const struct check checks_container_mount_options[] = {
	{.name = "container-tmpfs-options",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_tmpfs},
	{.name = "container-setuid-mounts",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_setuid},
	{.name = "container-relabelled-mounts",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .params = relabelling_params,
	 .judge = judge_relabelling},
	{.name = "container-stale-mounts",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_stale},
	{0},
};
