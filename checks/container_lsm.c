/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Mandatory access control of a container. Of AppArmor's and SELinux's checks only those apply to a
 * host whose module its engine uses.
 */
#include "checks/container_support.h"

#include "base/text.h"
#include "facts/apparmor.h"

#include <inttypes.h>
#include <string.h>

/* True where the engine did not say which modules it uses; *ret then says so. */
static bool security_options_unread(const struct check_input *in, const char *module,
				    struct verdict *ret)
{
	const cJSON *list;

	if (doc_array(in->facts->engine.info, "SecurityOptions", &list) == DOC_PRESENT)
		return false;
	*ret = verdict_unknown(in, "the reply to GET /info",
			       "whether the engine uses %s is not known: GET /info has no "
			       "SecurityOptions",
			       module);
	return true;
}

static const struct process *faulty_process(const struct container *container)
{
	for (size_t i = 0; i < container->n_processes; i++) {
		const struct process *process = &container->processes[i];

		if (process->label && apparmor_fault(process->label))
			return process;
	}
	return NULL;
}

static struct verdict apparmor_failed(const struct check_input *in, const char *profile,
				      const struct process *faulty)
{
	struct verdict verdict;

	if (apparmor_fault(profile))
		return container_fail(in, "AppArmor profile is %s%s", profile,
				      doc_bool_or(in->subject->doc, "HostConfig.Privileged", false)
					      ? ", as HostConfig.Privileged is true"
					      : "");
	verdict =
		container_fail(in, "process %" PRId64 " (%s) is %s (%s), though the profile is %s",
			       faulty->pid, faulty->comm, apparmor_fault(faulty->label),
			       faulty->label, *profile ? profile : "the engine's default");
	return verdict_as(verdict, SEVERITY_HIGH);
}

static struct verdict judge_apparmor(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	const struct process *init = container_init(container);
	const struct process *faulty = faulty_process(container);
	const char *profile = apparmor_profile(in->subject->doc);
	struct verdict verdict;

	if (security_options_unread(in, "AppArmor", &verdict))
		return verdict;
	if (!in->facts->engine.apparmor)
		return verdict_not_applicable(in, "the engine does not use AppArmor (GET /info "
						  "SecurityOptions)");
	if (apparmor_fault(profile) || faulty)
		verdict = apparmor_failed(in, profile, faulty);
	else
		verdict = container_pass(in, init && init->label, "AppArmor profile is %s",
					 init && init->label ? init->label
					 : *profile          ? profile
							     : "the engine's default");
	cite_field(in, &verdict, "inspect", "AppArmorProfile");
	if (init && init->label)
		cite_string(in, &verdict, "kernel", process_path(in, init, "attr/apparmor/current"),
			    init->label);
	if (faulty && faulty != init)
		cite_string(in, &verdict, "kernel",
			    process_path(in, faulty, "attr/apparmor/current"), faulty->label);
	return verdict;
}

/* Why a context does not separate the container; NULL where it does. user:role:type:level */
static const char *context_fault(const struct check_input *in, const char *context)
{
	const char *level, *type = context_type(in->arena, context, &level);

	if (!type)
		return "is no context of a container";
	if (param_lists(in, "unconfined", type))
		return arena_printf(in->arena, "is of the unconfined type %s", type);
	/* Categories tell containers apart: s0:c12,c345. A range from s0 has all or none. */
	if (!strstr(level, ":c") || strchr(level + 1, '-'))
		return "has no categories of its own, so containers can reach one another";
	return NULL;
}

/* Label options add up; "disable" is also what the engine adds for the host's pid and ipc. */
static bool label_disabled(const cJSON *inspect)
{
	const cJSON *list = NULL;

	doc_array(inspect, "HostConfig.SecurityOpt", &list);
	doc_for_each (item, list) {
		if (doc_is_string(item) && (text_equal(item->valuestring, "label=disable") ||
					    text_equal(item->valuestring, "label:disable")))
			return true;
	}
	return false;
}

static const char *label_missing_because(const cJSON *inspect)
{
	if (doc_bool_or(inspect, "HostConfig.Privileged", false))
		return "the engine sets no label, as HostConfig.Privileged is true";
	if (!label_disabled(inspect))
		return "ProcessLabel is empty";
	if (text_equal(doc_string_or(inspect, "HostConfig.PidMode", ""), "host"))
		return "label=disable, which the engine adds as HostConfig.PidMode is host";
	if (text_equal(doc_string_or(inspect, "HostConfig.IpcMode", ""), "host"))
		return "label=disable, which the engine adds as HostConfig.IpcMode is host";
	return "HostConfig.SecurityOpt has label=disable";
}

static struct verdict selinux_labels(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	const struct process *init = container_init(container);
	const char *declared = doc_string_or(in->subject->doc, "ProcessLabel", "");
	const char *context = init && init->label ? init->label : declared;
	bool labelled = !doc_bool_or(in->subject->doc, "HostConfig.Privileged", false) &&
			!label_disabled(in->subject->doc);

	if (*declared && context_fault(in, declared))
		return container_fail(in, "ProcessLabel %s %s", declared,
				      context_fault(in, declared));
	if (*context && context_fault(in, context))
		return container_fail(in, "the kernel shows %s, which %s", context,
				      context_fault(in, context));
	if (!*context && (!labelled || !text_equal(container->status, "created")))
		return container_fail(in, "%s", label_missing_because(in->subject->doc));
	if (text_equal(in->facts->host.selinux, "permissive"))
		return container_fail(in, "SELinux is permissive: labels are not enforced");
	if (!*context)
		return container_pass(in, false, "the engine will choose a label at the start");
	return container_pass(in, context != declared, "process label is %s", context);
}

static struct verdict judge_selinux(const struct check_input *in)
{
	const char *selinux = in->facts->host.selinux;
	const struct engine *engine = &in->facts->engine;
	struct verdict verdict;

	if (security_options_unread(in, "SELinux", &verdict))
		return verdict;
	if (engine->selinux)
		verdict = selinux_labels(in);
	else if (selinux && !text_equal(selinux, "absent"))
		verdict = container_fail(in,
					 "SELinux is %s, but the engine does not label "
					 "containers (selinux-enabled)",
					 selinux);
	else if (selinux || engine->apparmor)
		return verdict_not_applicable(in, "the host does not use SELinux");
	else
		return verdict_unknown(in, "an audit on the engine's own host",
				       "whether the host of the engine uses SELinux is not known");
	cite_field(in, &verdict, "inspect", "ProcessLabel");
	cite_field(in, &verdict, "inspect", "HostConfig.SecurityOpt");
	return verdict;
}

/* Which types are permissive, as far as the policy's store names them. */
static const char *permissive_text(const struct check_input *in)
{
	cleanup_text struct text list = TEXT_INIT(1024);

	for (size_t i = 0; i < in->facts->host.permissive_types.n; i++)
		text_add_item(&list, in->facts->host.permissive_types.items[i]);
	return arena_strdup(in->arena, text_string(&list));
}

static struct verdict judge_type(const struct check_input *in, const char *type)
{
	const struct host *host = &in->facts->host;
	const cJSON *policy = doc_at(host->doc, "selinux_policy");
	uint64_t n;

	for (size_t i = 0; i < host->permissive_types.n; i++)
		if (text_equal(host->permissive_types.items[i], type))
			return container_fail(
				in,
				"its type %s is permissive: what SELinux refuses it is "
				"logged only (module permissive_%s)",
				type, type);
	if (doc_u64(policy, "permissive", &n) != DOC_PRESENT)
		return verdict_unknown(in, "run as root",
				       "whether the type %s is permissive was not seen: %s", type,
				       doc_string_or(policy, "unread.permissive",
						     "the snapshot does not hold it"));
	if (n == 0)
		return verdict_pass(in, "no type is permissive, and so %s is not", type);
	if (n > host->permissive_types.n)
		return verdict_unknown(in, "seinfo --permissive",
				       "%" PRIu64 " types are permissive, and whether %s is one of "
				       "them was not seen",
				       n, type);
	return verdict_pass(in, "the type %s is not permissive, others are: %s", type,
			    permissive_text(in));
}

/* Enforcing as a whole is not enforcing for each type. */
static struct verdict judge_enforced(const struct check_input *in)
{
	const struct process *init = container_init(in->subject->container);
	const char *context = doc_string_or(in->subject->doc, "ProcessLabel", ""), *type;
	struct verdict verdict;

	if (security_options_unread(in, "SELinux", &verdict))
		return verdict;
	if (!in->facts->engine.selinux)
		return verdict_not_applicable(in, "the engine does not use SELinux");
	if (init && init->label)
		context = init->label;
	type = context_type(in->arena, context, NULL);
	if (!type)
		return verdict_not_applicable(in, "it has no label: see selinux-options");
	if (!in->facts->local)
		verdict = verdict_unknown(in, "an audit on the engine's own host",
					  "what the policy says of the type %s was not read: %s",
					  type, in->facts->local_reason);
	else if (text_equal(in->facts->host.selinux, "permissive"))
		verdict = container_fail(in, "SELinux is permissive: it enforces nothing");
	else
		verdict = judge_type(in, type);
	cite_string(in, &verdict, "kernel", "/sys/fs/selinux/policy permissive types",
		    doc_string_or(in->facts->host.doc, "selinux_policy.permissive", NULL));
	if (init && init->label)
		cite_string(in, &verdict, "kernel", process_path(in, init, "attr/current"),
			    init->label);
	else
		cite_field(in, &verdict, "inspect", "ProcessLabel");
	return verdict;
}

static struct verdict judge_categories(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	const struct process *init = container_init(container);
	const char *context = doc_string_or(in->subject->doc, "ProcessLabel", "");
	struct verdict verdict;

	if (security_options_unread(in, "SELinux", &verdict))
		return verdict;
	if (!in->facts->engine.selinux)
		return verdict_not_applicable(in, "the engine does not use SELinux");
	if (!container->running)
		return verdict_not_applicable(in, "no process runs: State.Status is %s",
					      container->status);
	if (init && init->label)
		context = init->label;
	if (!*context)
		return verdict_not_applicable(in, "it has no label: see selinux-options");
	if (container->label_peer)
		verdict = container_fail(in, "its label %s is also that of %s", context,
					 container->label_peer->name);
	else
		verdict = container_pass(in, init && init->label,
					 "no other container has its label %s", context);
	cite_field(in, &verdict, "inspect", "ProcessLabel");
	if (init && init->label)
		cite_string(in, &verdict, "kernel", process_path(in, init, "attr/current"),
			    init->label);
	return verdict;
}

/* Something of AppArmor's on the host, and why it was not read where that was tried. */
static struct verdict policy_unread(const struct check_input *in, const char *what, const char *why)
{
	const char *hint = why ? "run as root" : "a snapshot of this version of bulkhead";

	if (!in->facts->local) {
		why = in->facts->local_reason;
		hint = "an audit on the engine's own host";
	}
	return verdict_unknown(in, hint, "%s was not read: %s", what,
			       why ? why : "the snapshot does not hold it");
}

/* A profile that nobody loaded keeps the container from starting again. */
static struct verdict judge_profile_loaded(const struct check_input *in)
{
	const char *profile = apparmor_profile(in->subject->doc);
	const cJSON *loaded = doc_at(in->facts->host.doc, "apparmor_profiles"), *mode;
	struct verdict verdict;

	if (security_options_unread(in, "AppArmor", &verdict))
		return verdict;
	if (!in->facts->engine.apparmor)
		return verdict_not_applicable(in, "the engine does not use AppArmor");
	if (!*profile || apparmor_fault(profile))
		return verdict_not_applicable(in, "it has no profile that would have to be loaded");
	if (!in->facts->local || !loaded)
		return policy_unread(
			in, "the kernel's list of profiles",
			doc_string_or(in->facts->host.doc, "unread.apparmor_profiles", NULL));
	mode = doc_member(loaded, profile);
	if (!mode)
		verdict = container_fail(in, "AppArmor profile %s is not loaded", profile);
	else
		verdict = verdict_pass(in, "AppArmor profile %s is loaded", profile);
	cite_field(in, &verdict, "inspect", "AppArmorProfile");
	cite_string(in, &verdict, "host", "/sys/kernel/security/apparmor/profiles",
		    mode ? mode->valuestring : NULL);
	return verdict;
}

/* "mounts (mount), writing /proc/sysrq-trigger (file)" */
static const char *grants_text(const struct check_input *in, const struct apparmor_text *text)
{
	cleanup_text struct text list = TEXT_INIT(2048);

	for (size_t i = 0; i < text->n; i++)
		text_add_item(&list, arena_printf(in->arena, "%s (%s)", text->grants[i].what,
						  text->grants[i].rule));
	return arena_strdup(in->arena, text_string(&list));
}

static struct verdict judge_text(const struct check_input *in, const char *profile,
				 const struct apparmor_text *text)
{
	if (text->n)
		return container_fail(in,
				      "AppArmor profile %s permits what docker-default refuses, by "
				      "its text in %s: %s",
				      profile, text->path, grants_text(in, text));
	if (text->flag)
		return container_fail(in,
				      "AppArmor profile %s has the flag %s in its text in %s, "
				      "which counts when that is loaded",
				      profile, text->flag, text->path);
	if (text->unread)
		return verdict_unknown(in, "run as root",
				       "AppArmor profile %s includes what was not read: %s",
				       profile, text->unread);
	if (text->unjudged)
		return verdict_manual(in,
				      "AppArmor profile %s in %s has %s, which are not followed: "
				      "look at what they permit",
				      profile, text->path, text->unjudged);
	return container_pass(in, true,
			      "AppArmor profile %s refuses what docker-default refuses, by its "
			      "text in %s",
			      profile, text->path);
}

/* Of a profile that is not the engine's own, by what somebody wrote. */
static struct verdict judge_profile_text(const struct check_input *in)
{
	const char *profile = apparmor_profile(in->subject->doc);
	const cJSON *host = in->facts->host.doc, *files = doc_at(host, "apparmor_files");
	const char *why = doc_string_or(host, "unread.apparmor_files", NULL);
	struct apparmor_text text = {0};
	struct verdict verdict;
	bool is_own;

	if (security_options_unread(in, "AppArmor", &verdict))
		return verdict;
	if (!in->facts->engine.apparmor)
		return verdict_not_applicable(in, "the engine does not use AppArmor");
	if (apparmor_fault(profile))
		return verdict_not_applicable(in, "no AppArmor profile confines it");
	is_own = !*profile || label_confinement(profile, &in->facts->host) == CONFINEMENT_USUAL;
	if (!is_own && (!in->facts->local || !files))
		return policy_unread(in, "the text of its profile", why);
	if (in->facts->local)
		text = apparmor_text(in->arena, files, profile);
	if (text.path)
		verdict = judge_text(in, profile, &text);
	else if (is_own)
		verdict = container_pass(in, in->facts->local && files,
					 "AppArmor profile is the engine's own");
	else if (why)
		return policy_unread(in, "the text of its profile", why);
	else
		verdict = verdict_manual(in,
					 "no file of /etc/apparmor.d defines the AppArmor profile "
					 "%s: look at where it is loaded from",
					 profile);
	cite_field(in, &verdict, "inspect", "AppArmorProfile");
	if (text.path)
		cite_string(in, &verdict, "file", text.path, text.n ? text.grants[0].rule : NULL);
	return verdict;
}

static const struct param_spec selinux_params[] = {
	{"unconfined", PARAM_STRINGS, true, "types that confine nothing"},
	{0},
};

const struct check checks_container_lsm[] = {
	{.name = "container-apparmor",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_apparmor},
	{.name = "container-selinux",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_selinux,
	 .params = selinux_params},
	{.name = "container-selinux-categories",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_categories},
	{.name = "container-selinux-type",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_enforced},
	{.name = "container-apparmor-profile",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_profile_loaded},
	{.name = "container-apparmor-text",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_profile_text},
	{0},
};
