/* SPDX-License-Identifier: Apache-2.0 */

/* The properties of a container's isolation: how their layers agree, and the namespaces. */
#include "facts/isolation_builder.h"

#include "base/text.h"

#include <inttypes.h>
#include <string.h>

static const char *const names[ISOLATION_COUNT] = {
	[ISOLATION_PRIVILEGED] = "privileged",
	[ISOLATION_CAPABILITIES] = "capabilities",
	[ISOLATION_SECCOMP] = "seccomp",
	[ISOLATION_NO_NEW_PRIVILEGES] = "no-new-privileges",
	[ISOLATION_APPARMOR] = "AppArmor",
	[ISOLATION_SELINUX] = "SELinux",
	[ISOLATION_USER] = "user",
	[ISOLATION_ROOTFS] = "root file system",
	[ISOLATION_MASKED_PATHS] = "masked paths",
	[ISOLATION_READONLY_PATHS] = "read-only paths",
	[ISOLATION_DEVICES] = "devices",
	[ISOLATION_PID] = "pid namespace",
	[ISOLATION_NET] = "net namespace",
	[ISOLATION_IPC] = "ipc namespace",
	[ISOLATION_UTS] = "uts namespace",
	[ISOLATION_USERNS] = "user namespace",
	[ISOLATION_CGROUP] = "cgroup namespace",
	[ISOLATION_TIME] = "time namespace",
};

const char *isolation_name(enum isolation_property property)
{
	return names[property];
}

const char *isolation_agreement_name(enum isolation_agreement agreement)
{
	static const char *const words[] = {
		[ISOLATION_VERIFIED] = "verified",     [ISOLATION_DECLARED_ONLY] = "declared only",
		[ISOLATION_WEAKER] = "weaker",         [ISOLATION_STRICTER] = "stricter",
		[ISOLATION_UNDECLARED] = "undeclared", [ISOLATION_NOT_HERE] = "not here",
	};

	return words[agreement];
}

void isolation_declare(struct isolation *row, const char *path, const char *value)
{
	row->declared = (struct isolation_layer){value, "inspect", path};
}

void isolation_resolve(struct isolation *row, const char *path, const char *value)
{
	row->resolved = (struct isolation_layer){value, "bundle", path};
}

void isolation_see(const struct isolation_builder *builder, struct isolation *row,
		   const char *field, const char *value)
{
	row->effective = (struct isolation_layer){
		value, "kernel",
		arena_printf(builder->arena, "/proc/%" PRId64 "/%s",
			     container_init(builder->container)->pid, field)};
}

void isolation_unread(struct isolation *row, const char *reason)
{
	if (!reason)
		return;
	row->reason = reason;
	row->hint = "run as root, or with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH";
}

static enum isolation_agreement agreement_of(struct isolation_ranks ranks)
{
	if (ranks.declared == UNRANKED)
		return ISOLATION_UNDECLARED;
	if ((ranks.effective != UNRANKED && ranks.effective < ranks.declared) ||
	    (ranks.resolved != UNRANKED && ranks.resolved < ranks.declared))
		return ISOLATION_WEAKER;
	if (ranks.effective == UNRANKED)
		return ISOLATION_DECLARED_ONLY;
	return ranks.effective > ranks.declared ? ISOLATION_STRICTER : ISOLATION_VERIFIED;
}

static enum isolation_grade grade_of(struct isolation_ranks ranks)
{
	int best = ranks.effective;

	if (best == UNRANKED)
		best = ranks.resolved;
	if (best == UNRANKED)
		best = ranks.declared;
	if (best == UNRANKED)
		return ISOLATION_UNGRADED;
	return best < ranks.usual   ? ISOLATION_LESS
	       : best > ranks.usual ? ISOLATION_MORE
				    : ISOLATION_DEFAULT;
}

void isolation_settle(const struct isolation_builder *builder, struct isolation *row,
		      struct isolation_ranks ranks)
{
	row->agreement = row->other ? ISOLATION_WEAKER : agreement_of(ranks);
	row->grade = grade_of(ranks);
	if (!row->reason && row->agreement == ISOLATION_DECLARED_ONLY) {
		row->reason = builder->unseen ? builder->unseen : "the kernel does not show it";
		if (builder->document && builder->unseen)
			isolation_unread(row, builder->unseen);
	}
	if (row->agreement == ISOLATION_UNDECLARED)
		row->hint = NULL;
	if (!row->reason && row->agreement == ISOLATION_UNDECLARED)
		row->reason = "the engine does not say what it is";
}

/* A kind of namespace as inspect, the bundle and the kernel call it. */
static const struct namespace_words {
	enum isolation_property property;
	enum namespace_kind kind;
	const char *field, *bundle;
} namespaces[] = {
	{ISOLATION_PID, NAMESPACE_PID, "HostConfig.PidMode", "pid"},
	{ISOLATION_NET, NAMESPACE_NET, "HostConfig.NetworkMode", "network"},
	{ISOLATION_IPC, NAMESPACE_IPC, "HostConfig.IpcMode", "ipc"},
	{ISOLATION_UTS, NAMESPACE_UTS, "HostConfig.UTSMode", "uts"},
	{ISOLATION_USERNS, NAMESPACE_USER, "HostConfig.UsernsMode", "user"},
	{ISOLATION_CGROUP, NAMESPACE_CGROUP, "HostConfig.CgroupnsMode", "cgroup"},
	{ISOLATION_TIME, NAMESPACE_TIME, "the engine's version", "time"},
};

static int sharing_rank(enum sharing sharing)
{
	static const int ranks[] = {
		[SHARING_UNKNOWN] = UNRANKED,
		[SHARING_HOST] = 0,
		[SHARING_CONTAINER] = 1,
		[SHARING_PRIVATE] = 2,
	};

	return ranks[sharing];
}

static const char *sharing_text(enum sharing sharing)
{
	static const char *const texts[] = {
		[SHARING_UNKNOWN] = NULL,
		[SHARING_HOST] = "the host's",
		[SHARING_CONTAINER] = "shared with another container",
		[SHARING_PRIVATE] = "its own",
	};

	return texts[sharing];
}

/*
 * A kind that the bundle does not name is inherited from the engine; one with a path is that of
 * whoever stands behind it, which only the kernel tells.
 */
static int resolve_namespace(const struct isolation_builder *builder, struct isolation *row,
			     const struct namespace_words *words)
{
	const cJSON *list = NULL;

	/* A rootless engine is itself in a user namespace, and a network, of its own. */
	if (doc_array(builder->bundle, "linux.namespaces", &list) != DOC_PRESENT ||
	    builder->load->facts->engine.rootless)
		return UNRANKED;
	doc_for_each (item, list) {
		const char *path = doc_string_or(item, "path", "");

		if (!text_equal(doc_string_or(item, "type", ""), words->bundle))
			continue;
		isolation_resolve(row, "linux.namespaces",
				  *path ? arena_printf(builder->arena, "that of %s", path)
					: sharing_text(SHARING_PRIVATE));
		return *path ? UNRANKED : sharing_rank(SHARING_PRIVATE);
	}
	isolation_resolve(row, "linux.namespaces", "that of the engine");
	return sharing_rank(SHARING_HOST);
}

/* What a container gets that asks for nothing. */
static int usual_sharing(const struct load *load, enum namespace_kind kind)
{
	const struct setting *setting = facts_setting(load->facts, "default-cgroupns-mode");
	const struct engine *engine = &load->facts->engine;

	if (kind == NAMESPACE_USER)
		return sharing_rank(engine->rootless || engine->userns_remap ? SHARING_PRIVATE
									     : SHARING_HOST);
	if (kind == NAMESPACE_TIME)
		return sharing_rank(SHARING_HOST);
	if (kind == NAMESPACE_CGROUP && setting && text_equal(setting->value, "host"))
		return sharing_rank(SHARING_HOST);
	return sharing_rank(SHARING_PRIVATE);
}

static const char *declared_namespace(const struct isolation_builder *builder,
				      const struct namespace_view *view)
{
	const char *text = sharing_text(view->declared);

	if (view->chain)
		return arena_printf(builder->arena, "%s (%s)", view->mode, view->chain);
	if (!view->mode || !*view->mode)
		return text;
	return view->declared == SHARING_PRIVATE ? text : view->mode;
}

static void load_namespace(const struct isolation_builder *builder, struct isolation *row,
			   const struct namespace_words *words)
{
	const struct namespace_view *view = &builder->container->namespaces[words->kind];
	enum sharing effective = builder->document ? view->effective : SHARING_UNKNOWN;
	struct isolation_ranks ranks = {
		.declared = sharing_rank(view->declared),
		.effective = sharing_rank(effective),
		.usual = usual_sharing(builder->load, words->kind),
	};
	const char *kind = namespace_name(words->kind);

	isolation_declare(row, words->field, declared_namespace(builder, view));
	ranks.resolved = resolve_namespace(builder, row, words);
	if (effective != SHARING_UNKNOWN)
		isolation_see(builder, row, arena_printf(builder->arena, "ns/%s", kind),
			      sharing_text(effective));
	else if (builder->init)
		isolation_unread(row, builder->init->namespaces_unread);
	isolation_settle(builder, row, ranks);
	if (words->kind == NAMESPACE_TIME && builder->init && !builder->init->namespaces_unread &&
	    !view->inode) {
		row->agreement = ISOLATION_NOT_HERE;
		row->reason = "the kernel shows none";
	}
}

/*
 * gVisor and Kata run a container under a kernel of its own: what the host's shows is the sandbox
 * around it, not what its programs are held by.
 */
static bool has_own_kernel(const struct container *container)
{
	const char *runtime = doc_string_or(container->inspect, "HostConfig.Runtime", "");

	return strstr(runtime, "runsc") || strstr(runtime, "gvisor") || strstr(runtime, "kata");
}

/* Why the kernel was not asked of its first process. */
static const char *why_unseen(const struct container *container)
{
	const struct process *init = container_init(container);

	if (init && has_own_kernel(container))
		return "its runtime gives it a kernel of its own, which only that can ask";
	return init ? init->status_unread : container->kernel_unread;
}

static const char *why_unresolved(const struct isolation_builder *builder)
{
	if (!builder->document)
		return builder->unseen;
	if (!doc_at(builder->load->facts->snapshot, "bundle_filters"))
		return "the snapshot holds no OCI bundles";
	return doc_string_or(builder->document, "unread.bundle",
			     "its parent process is no shim with an OCI bundle");
}

void container_load_isolation(struct load *load, struct container *container, const cJSON *init)
{
	struct isolation *rows = arena_array(load->arena, ISOLATION_COUNT, sizeof(*rows));
	struct isolation_builder builder = {
		.load = load,
		.arena = load->arena,
		.container = container,
		.document = has_own_kernel(container) ? NULL : init,
		.unseen = why_unseen(container),
	};

	if (!builder.unseen)
		builder.init = container_init(container);
	doc_object(init, "bundle", &builder.bundle);
	if (!builder.bundle)
		builder.unresolved = why_unresolved(&builder);
	for (int i = 0; i < ISOLATION_COUNT; i++)
		rows[i].property = (enum isolation_property)i;
	isolation_load_privileges(&builder, rows);
	isolation_load_confinement(&builder, rows);
	isolation_load_protection(&builder, rows);
	for (size_t i = 0; i < sizeof(namespaces) / sizeof(namespaces[0]); i++)
		load_namespace(&builder, &rows[namespaces[i].property], &namespaces[i]);
	container->isolation = rows;
}
