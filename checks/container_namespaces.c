/* SPDX-License-Identifier: Apache-2.0 */

/* What a container shares with its host: namespaces, and the control group that it is put under. */
#include "checks/container_support.h"

#include "base/path.h"
#include "base/text.h"
#include "facts/process.h"

#include <inttypes.h>
#include <string.h>

/* HostConfig's field for a namespace, and the capability that makes the host's more dangerous. */
static const struct {
	const char *field;
	const char *worse_with;
	enum severity worse;
} kinds[NAMESPACE_COUNT] = {
	[NAMESPACE_PID] = {"HostConfig.PidMode", "SYS_PTRACE", SEVERITY_CRITICAL},
	[NAMESPACE_NET] = {"HostConfig.NetworkMode", NULL, SEVERITY_INFO},
	[NAMESPACE_IPC] = {"HostConfig.IpcMode", NULL, SEVERITY_INFO},
	[NAMESPACE_UTS] = {"HostConfig.UTSMode", "SYS_ADMIN", SEVERITY_MEDIUM},
	[NAMESPACE_USER] = {"HostConfig.UsernsMode", NULL, SEVERITY_INFO},
	[NAMESPACE_CGROUP] = {"HostConfig.CgroupnsMode", NULL, SEVERITY_INFO},
};

static enum namespace_kind wanted_namespace(const struct check_input *in)
{
	const char *name = param_string(in, "namespace", "");
	enum namespace_kind kind = 0;

	while (kind < NAMESPACE_COUNT &&
	       !(kinds[kind].field && text_equal(name, namespace_name(kind))))
		kind++;
	return kind;
}

static const char *shown_mode(const struct namespace_view *view)
{
	return view->mode && *view->mode ? view->mode : "not set";
}

static void cite_namespace(const struct check_input *in, struct verdict *verdict,
			   enum namespace_kind kind)
{
	const struct namespace_view *view = &in->subject->container->namespaces[kind];
	const struct process *init = container_init(in->subject->container);
	const char *name = namespace_name(kind);

	cite_field(in, verdict, "inspect", kinds[kind].field);
	if (view->chain)
		cite_string(in, verdict, "inspect", "chain", view->chain);
	if (!init || !view->inode)
		return;
	cite_string(in, verdict, "kernel",
		    process_path(in, init, arena_printf(in->arena, "ns/%s", name)),
		    arena_printf(in->arena, "%s:[%" PRIu64 "]", name, view->inode));
	if (view->host_inode)
		cite_string(in, verdict, "host", arena_printf(in->arena, "ns/%s", name),
			    arena_printf(in->arena, "%s:[%" PRIu64 "]", name, view->host_inode));
}

static struct verdict namespace_is_hosts(const struct check_input *in, enum namespace_kind kind)
{
	const struct container *container = in->subject->container;
	const struct namespace_view *view = &container->namespaces[kind];
	const char *mode = shown_mode(view);
	const char *worse_with = kinds[kind].worse_with;
	struct verdict verdict;

	if (view->declared != SHARING_HOST)
		verdict =
			container_fail(in, "%s is %s, yet the kernel shows the host's %s namespace",
				       kinds[kind].field, mode, namespace_name(kind));
	else if (view->chain)
		verdict = container_fail(in, "%s is %s, which is the host's: %s", kinds[kind].field,
					 mode, view->chain);
	else
		verdict = container_fail(in, "%s is %s", kinds[kind].field, mode);
	if (worse_with && (container->declared_capabilities & capability_bit(worse_with)) &&
	    verdict.severity < kinds[kind].worse) {
		verdict = verdict_remark(in, verdict, "it has %s, too", worse_with);
		verdict.severity = kinds[kind].worse;
	}
	if (view->effective == SHARING_PRIVATE || view->effective == SHARING_CONTAINER)
		verdict = verdict_remark(in, verdict, "it is not the initial one of this machine");
	cite_namespace(in, &verdict, kind);
	return verdict_for_mapped_root(in, verdict);
}

static struct verdict namespace_is_own(const struct check_input *in, enum namespace_kind kind)
{
	const struct namespace_view *view = &in->subject->container->namespaces[kind];
	const char *mode = shown_mode(view);
	bool seen = view->effective != SHARING_UNKNOWN;
	struct verdict verdict = container_pass(in, seen, "%s is %s%s", kinds[kind].field, mode,
						view->declared == SHARING_CONTAINER ||
								view->effective == SHARING_CONTAINER
							? ", shared with another container"
							: "");

	cite_namespace(in, &verdict, kind);
	return verdict;
}

/*
 * The user namespace is not asked for by a container but made for all by the engine: without
 * userns-remap there is nothing that UsernsMode could switch off.
 */
static bool userns_in_question(const struct check_input *in, struct verdict *ret)
{
	const struct engine *engine = &in->facts->engine;
	const struct namespace_view *view = &in->subject->container->namespaces[NAMESPACE_USER];

	if (!engine->rootless && (engine->userns_remap || view->effective == SHARING_PRIVATE))
		return true;
	if (engine->rootless)
		*ret = verdict_pass(in, "the engine is rootless: all of it is in a user namespace");
	else if (!doc_at(engine->info, "SecurityOptions"))
		*ret = verdict_unknown(
			in, "the reply to GET /info",
			"whether the engine remaps users is not known: GET /info has "
			"no SecurityOptions");
	else
		*ret = verdict_not_applicable(
			in, "the engine has no userns-remap, so every container is in the user "
			    "namespace of the host: see userns-remap");
	cite_namespace(in, ret, NAMESPACE_USER);
	return false;
}

static struct verdict judge_namespace(const struct check_input *in)
{
	enum namespace_kind kind = wanted_namespace(in);
	const struct namespace_view *view;
	struct verdict verdict;

	if (kind == NAMESPACE_COUNT)
		return verdict_unknown(in, NULL, "the control names no namespace");
	if (kind == NAMESPACE_USER && !userns_in_question(in, &verdict))
		return verdict;
	view = &in->subject->container->namespaces[kind];
	if (view->declared == SHARING_HOST || view->effective == SHARING_HOST)
		return namespace_is_hosts(in, kind);
	if (view->declared != SHARING_UNKNOWN || view->effective != SHARING_UNKNOWN)
		return namespace_is_own(in, kind);
	verdict = verdict_unknown(in,
				  "an audit as root on the engine's host while the container runs",
				  "%s is %s%s", kinds[kind].field, shown_mode(view),
				  view->mode && *view->mode ? ", which leads nowhere" : "");
	cite_namespace(in, &verdict, kind);
	return verdict;
}

/* True where a directory of the path is one of the accepted, written with a slash or without. */
static bool is_below_accepted(const struct check_input *in, const char *path)
{
	size_t n;
	const char *const *allowed = param_strings(in, "allowed", &n);

	while (*path) {
		size_t length = strcspn(path, "/");
		const char *name = arena_strndup(in->arena, path, length);

		for (size_t i = 0; i < n; i++)
			if (text_matches(name, allowed[i] + (allowed[i][0] == '/')))
				return true;
		path += length + (path[length] == '/');
	}
	return false;
}

/* What the engine was told to put all containers under is no choice of this one. */
static bool is_engines_parent(const struct check_input *in, const char *path)
{
	const struct setting *setting = facts_setting(in->facts, "cgroup-parent");
	const char *engines = setting && setting->value ? setting->value : "";

	return *engines && (text_equal(path, engines) || text_equal(path_name(path), engines));
}

static bool is_accepted_parent(const struct check_input *in, const char *parent)
{
	return *parent == '\0' || param_matches(in, "allowed", parent);
}

static struct verdict judge_cgroup_parent(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	const char *parent = "", *seen = container->cgroup_parent;
	const char *is = "not set";
	struct verdict verdict;

	if (doc_string(in->subject->doc, "HostConfig.CgroupParent", &parent) == DOC_MALFORMED)
		return verdict_unknown(in, NULL, "HostConfig.CgroupParent is not a string");
	if (*parent)
		is = arena_printf(in->arena, "%s, which is accepted", parent);
	if (!is_accepted_parent(in, parent))
		verdict = container_fail(in, "HostConfig.CgroupParent is %s", parent);
	else if (seen && !is_below_accepted(in, seen) && !is_engines_parent(in, seen))
		verdict = container_fail(in,
					 "HostConfig.CgroupParent is %s, yet its control group is "
					 "below %s",
					 is, *seen ? seen : "/");
	else
		verdict = container_pass(in, seen, "HostConfig.CgroupParent is %s", is);
	cite_field(in, &verdict, "inspect", "HostConfig.CgroupParent");
	if (seen && container_init(container))
		cite_string(in, &verdict, "kernel",
			    process_path(in, container_init(container), "cgroup"),
			    *seen ? seen : "/");
	return verdict;
}

#define ACCOUNT_IDS 65536 /* accounts have ids below; ranges of subuid(5) begin at 100000 */

/* That a rootless engine's own user is root in its containers is how it works. */
static bool is_own_user(const struct check_input *in, const uint64_t range[3])
{
	return in->facts->engine.rootless && range[2] == 1;
}

static struct verdict judge_user_map(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	const char *map = container->uid_map;
	uint64_t range[3], n = 0, lowest = UINT64_MAX;
	struct verdict verdict;

	if (!container->root_is_mapped)
		return verdict_not_applicable(in, "its user namespace is the host's");
	if (!map)
		return container->running ? verdict_unknown(in, NULL, "uid_map was not read")
					  : verdict_not_applicable(in, "it does not run");
	while (uid_map_next(&map, range)) {
		n += range[2];
		if (!is_own_user(in, range) && range[2] && range[1] < lowest)
			lowest = range[1];
	}
	if (lowest == 0)
		verdict = verdict_as(container_fail(in, "root of the host is one of its users"),
				     SEVERITY_CRITICAL);
	else if (lowest < ACCOUNT_IDS)
		verdict = container_fail(in,
					 "its users are those of the host from uid %" PRIu64
					 " on, where accounts are",
					 lowest);
	else if (n < ACCOUNT_IDS)
		verdict = verdict_as(
			container_fail(in, "it has %" PRIu64 " users only, fewer than images use",
				       n),
			SEVERITY_LOW);
	else
		verdict = verdict_pass(in, "its users are nobody else's on the host");
	cite_string(in, &verdict, "kernel", process_path(in, container_init(container), "uid_map"),
		    container->uid_map);
	return verdict;
}

static const struct param_spec namespace_params[] = {
	{"namespace", PARAM_STRING, true, "pid, net, ipc, uts, user or cgroup"},
	{0},
};

static const struct param_spec cgroup_params[] = {
	{"allowed", PARAM_STRINGS, false, "accepted parents, shell patterns"},
	{0},
};

const struct check checks_container_namespaces[] = {
	{.name = "container-namespace",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_namespace,
	 .params = namespace_params},
	{.name = "container-user-map",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_user_map},
	{.name = "container-cgroup-parent",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_cgroup_parent,
	 .params = cgroup_params},
	{0},
};
