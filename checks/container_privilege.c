/* SPDX-License-Identifier: Apache-2.0 */

/* What a container may do: privileged mode, capabilities, the user that it runs as. */
#include "checks/container_support.h"

#include <inttypes.h>

/*
 * All capabilities that a kernel since 3.16 has, less SYS_RESOURCE: engines in virtual machines
 * and containers often lack that one themselves and cannot give it.
 */
#define NEARLY_ALL (UINT64_C(0x3fffffffff) & ~(UINT64_C(1) << 24))

static struct verdict privileged_in_effect(const struct check_input *in, const struct process *init)
{
	struct verdict verdict =
		container_fail(in,
			       "HostConfig.Privileged is false, yet process %" PRId64
			       " has all capabilities and no seccomp filter",
			       init->pid);

	cite_field(in, &verdict, "inspect", "HostConfig.Privileged");
	cite_mask(in, &verdict, init, "CapBnd", init->cap_bounding);
	cite_int(in, &verdict, "kernel", process_path(in, init, "status Seccomp"), init->seccomp);
	return verdict_as(verdict, SEVERITY_HIGH);
}

static struct verdict judge_privileged(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	const struct process *init = container_init_status(container);
	struct verdict verdict;
	bool on;

	if (doc_bool(in->subject->doc, "HostConfig.Privileged", &on) != DOC_PRESENT)
		return verdict_unknown(in, NULL,
				       "HostConfig.Privileged is not in the inspect reply");
	if (!on && init && init->seccomp <= 0 &&
	    (container_bounding(container) & NEARLY_ALL) == NEARLY_ALL)
		return verdict_for_mapped_root(in, privileged_in_effect(in, init));
	verdict = on ? container_fail(in, "HostConfig.Privileged is true")
		     : container_pass(in, init, "HostConfig.Privileged is false");
	cite_field(in, &verdict, "inspect", "HostConfig.Privileged");
	if (init)
		cite_mask(in, &verdict, init, "CapBnd", init->cap_bounding);
	return on ? verdict_for_mapped_root(in, verdict) : verdict;
}

static uint64_t listed_capabilities(const struct check_input *in, const char *param)
{
	size_t n;
	const char *const *names = param_strings(in, param, &n);
	uint64_t mask = 0;

	for (size_t i = 0; i < n; i++)
		mask |= capability_bit(names[i]);
	return mask;
}

/* Many capabilities read as the worst of them and a number. */
static const char *capabilities_text(const struct check_input *in, uint64_t mask)
{
	uint64_t critical = mask & listed_capabilities(in, "critical");
	uint64_t worst = critical ? critical : mask & listed_capabilities(in, "high");
	int others = __builtin_popcountll(mask & ~worst);

	if (!worst || others < 3)
		return capability_names(in->arena, mask);
	return arena_printf(in->arena, "%s and %d more", capability_names(in->arena, worst),
			    others);
}

static enum severity capability_severity(const struct check_input *in, uint64_t held)
{
	const struct namespace_view *pid = &in->subject->container->namespaces[NAMESPACE_PID];
	bool host_pid = pid->declared == SHARING_HOST || pid->effective == SHARING_HOST;

	if (held & listed_capabilities(in, "critical"))
		return SEVERITY_CRITICAL;
	if (host_pid && (held & capability_bit("SYS_PTRACE")))
		return SEVERITY_CRITICAL;
	if (held & listed_capabilities(in, "high"))
		return SEVERITY_HIGH;
	return held ? SEVERITY_MEDIUM : SEVERITY_INFO;
}

static void cite_capabilities(const struct check_input *in, struct verdict *verdict)
{
	const struct process *init = container_init_status(in->subject->container);

	cite_field(in, verdict, "inspect", "HostConfig.CapAdd");
	cite_field(in, verdict, "inspect", "HostConfig.CapDrop");
	if (!init)
		return;
	cite_mask(in, verdict, init, "CapBnd", init->cap_bounding);
	cite_mask(in, verdict, init, "CapEff", init->cap_effective);
}

static struct verdict capabilities_added(const struct check_input *in, uint64_t added)
{
	struct verdict verdict;

	if (doc_bool_or(in->subject->doc, "HostConfig.Privileged", false)) {
		verdict = container_fail(in, "HostConfig.Privileged is true: every capability");
		cite_field(in, &verdict, "inspect", "HostConfig.Privileged");
	} else {
		verdict = container_fail(in, "%s beyond the default set of Docker",
					 capabilities_text(in, added));
	}
	cite_capabilities(in, &verdict);
	verdict.severity = capability_severity(in, added);
	if (container_out_of_reach(in->subject->container, added)) {
		verdict = verdict_remark(in, verdict, "no process has or can gain them now");
		verdict.severity = severity_lower(verdict.severity);
	}
	return verdict_for_mapped_root(in, verdict);
}

static struct verdict capabilities_intruder(const struct check_input *in,
					    const struct process *process, uint64_t excess)
{
	struct verdict verdict = container_fail(
		in, "process %" PRId64 " (%s) has %s, which the container was not given",
		process->pid, process->comm, capabilities_text(in, excess));

	cite_capabilities(in, &verdict);
	cite_mask(in, &verdict, process, "CapEff", process->cap_effective);
	cite_mask(in, &verdict, process, "CapBnd", process->cap_bounding);
	return verdict_for_mapped_root(in, verdict_as(verdict, capability_severity(in, excess)));
}

static struct verdict judge_capabilities(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	uint64_t allowed = listed_capabilities(in, "allowed"), excess = 0;
	uint64_t added = container->declared_capabilities & ~CAPABILITY_DOCKER_DEFAULT & ~allowed;
	uint64_t kept = container_bounding(container) & listed_capabilities(in, "drop") & ~allowed;
	bool certain = false;
	const struct process *intruder = container_intruder(container, &excess, &certain);
	struct verdict verdict;

	if (certain && capability_severity(in, excess) >= capability_severity(in, added))
		return capabilities_intruder(in, intruder, excess);
	if (added)
		return capabilities_added(in, added);
	if (kept)
		verdict = verdict_as(
			container_fail(in, "%s is not dropped", capability_names(in->arena, kept)),
			SEVERITY_LOW);
	else
		verdict = container_pass(
			in, container_init_status(container), "capabilities: %s",
			capability_names(in->arena, container->declared_capabilities));
	if (intruder && !certain && kept)
		verdict = verdict_remark(in, verdict, "%s", intruder_text(in, intruder));
	else if (intruder && !certain)
		verdict = verdict_unknown(in, "run as root", "%s", intruder_text(in, intruder));
	cite_capabilities(in, &verdict);
	return verdict;
}

/* A name: whether it is another word for root only a passwd tells. */
static struct verdict user_named(const struct check_input *in, const char *user)
{
	bool container = in->subject->kind == SUBJECT_CONTAINER;
	const char *image =
		container ? doc_string_or(in->subject->doc, "Image", "") : in->subject->id;
	const struct container *shown = facts_user(in->facts, in->arena, image, user);
	struct verdict verdict;

	if (!shown) {
		verdict = verdict_manual(in,
					 "Config.User is %s, whose uid was not seen: look into "
					 "the image's /etc/passwd",
					 user);
	} else if (shown->user_uid == 0) {
		verdict = container ? container_fail(in, "Config.User is %s, which is uid 0", user)
				    : verdict_fail(in, "Config.User is %s, which is uid 0", user);
	} else {
		const char *text = arena_printf(in->arena, "Config.User is %s, uid %" PRId64, user,
						shown->user_uid);

		verdict = container ? container_pass(in, false, "%s", text)
				    : verdict_pass(in, "%s", text);
	}
	cite_field(in, &verdict, container ? "inspect" : "image", "Config.User");
	if (shown)
		cite_int(in, &verdict, "kernel", shown->user_uid_from, shown->user_uid);
	return verdict;
}

/* The image, or a container that the kernel cannot tell of: by Config.User alone. */
static struct verdict user_declared(const struct check_input *in, const char *user)
{
	bool container = in->subject->kind == SUBJECT_CONTAINER;
	enum user_kind kind = user_kind(user);
	const char *text = "Config.User is not set: root";
	struct verdict verdict;

	if (kind == USER_NAME)
		return user_named(in, user);
	if (kind != USER_UNSET)
		text = arena_printf(in->arena, "Config.User is %s", user);
	if (kind == USER_NUMBER)
		verdict = container ? container_pass(in, false, "%s", text)
				    : verdict_pass(in, "%s", text);
	else
		verdict = container ? container_fail(in, "%s", text) : verdict_fail(in, "%s", text);
	cite_field(in, &verdict, container ? "inspect" : "image", "Config.User");
	return verdict;
}

static struct verdict judge_image_user(const struct check_input *in, const char *user)
{
	const struct engine *engine = &in->facts->engine;
	struct verdict verdict = user_declared(in, user);

	if (verdict.status != STATUS_FAIL || (!engine->rootless && !engine->userns_remap))
		return verdict;
	verdict =
		verdict_remark(in, verdict, "%s, so root is an unprivileged user of the host",
			       engine->rootless ? "the engine is rootless" : "userns-remap is on");
	return verdict_as(verdict, severity_lower(verdict.severity));
}

static size_t root_processes(const struct container *container)
{
	size_t n = 0;

	for (size_t i = 0; i < container->n_processes; i++) {
		const struct process *process = &container->processes[i];

		n += process_is_seen(process) && process_container_uid(container, process) == 0;
	}
	return n;
}

static struct verdict user_in_effect(const struct check_input *in, const struct process *init,
				     const char *user)
{
	const struct container *container = in->subject->container;
	int64_t uid = process_container_uid(container, init);
	bool starts_as_root = user_kind(user) == USER_UNSET || user_kind(user) == USER_ROOT;
	size_t n_root = root_processes(container);
	struct verdict verdict;

	if (uid == 0)
		verdict = container_fail(
			in, "process %" PRId64 " (%s) runs as uid 0; Config.User is %s", init->pid,
			init->comm, *user ? user : "not set");
	else if (starts_as_root)
		verdict = container_pass(
			in, true,
			"Config.User is %s, but the first process dropped to uid %" PRId64,
			*user ? user : "not set", uid);
	else
		verdict = container_pass(in, true, "runs as uid %" PRId64 "; Config.User is %s",
					 uid, user);
	if (uid != 0 && n_root > 0)
		verdict = verdict_remark(in, verdict, "other processes run as root: %zu", n_root);
	cite_field(in, &verdict, "inspect", "Config.User");
	if (init->uid != init->euid)
		cite_int(in, &verdict, "kernel", process_path(in, init, "status Uid (real)"),
			 init->uid);
	cite_int(in, &verdict, "kernel", process_path(in, init, "status Uid"), init->euid);
	return verdict;
}

static struct verdict judge_user(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	const struct process *init = container ? container_init_status(container) : NULL;
	const char *user = "";
	struct verdict verdict;

	if (!doc_at(in->subject->doc, "Config") ||
	    doc_string(in->subject->doc, "Config.User", &user) == DOC_MALFORMED)
		return verdict_unknown(in, NULL, "Config.User cannot be read");
	if (!container)
		return judge_image_user(in, user);
	verdict = init ? user_in_effect(in, init, user) : user_declared(in, user);
	return verdict.status == STATUS_FAIL ? verdict_for_mapped_root(in, verdict) : verdict;
}

static const struct param_spec capability_params[] = {
	{"critical", PARAM_STRINGS, false, "capabilities that give the host away"},
	{"high", PARAM_STRINGS, false, "capabilities that open large parts of the kernel"},
	{"drop", PARAM_STRINGS, false, "capabilities of the default set that should be dropped"},
	{"allowed", PARAM_STRINGS, false, "capabilities that are accepted"},
	{0},
};

const struct check checks_container_privilege[] = {
	{.name = "container-privileged",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_privileged},
	{.name = "container-capabilities",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_capabilities,
	 .params = capability_params},
	{.name = "non-root-user",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER) | SUBJECTS(SUBJECT_IMAGE),
	 .judge = judge_user},
	{0},
};
