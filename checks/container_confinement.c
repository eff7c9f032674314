/* SPDX-License-Identifier: Apache-2.0 */

/* What holds a process down whatever it runs: its filter of system calls, and no_new_privs. */
#include "checks/container_support.h"
#include "checks/seccomp_support.h"

#include "base/text.h"
#include "facts/isolation.h"
#include "facts/seccomp.h"

#include <inttypes.h>
#include <string.h>

enum filter {
	FILTER_ENGINE,  /* the engine's profile: nothing else was asked for */
	FILTER_BUILTIN, /* the built-in one, whatever the engine's is */
	FILTER_CUSTOM,  /* a profile of its own */
	FILTER_OFF,
	FILTER_OPEN, /* a profile that forbids nothing */
	FILTER_UNREADABLE
};

static bool action_denies(const char *action)
{
	return text_starts(action, "SCMP_ACT_ERRNO") || text_starts(action, "SCMP_ACT_KILL") ||
	       text_starts(action, "SCMP_ACT_TRAP");
}

static bool some_rule_denies(const cJSON *profile)
{
	const cJSON *rules = NULL;

	doc_array(profile, "syscalls", &rules);
	doc_for_each (rule, rules) {
		const cJSON *names = doc_at(rule, "names");

		if (action_denies(doc_string_or(rule, "action", "")) &&
		    (cJSON_GetArraySize(names) > 0 || *doc_string_or(rule, "name", "")))
			return true;
	}
	return false;
}

/* The engine takes a profile that says nothing at all, such as {}, as no profile. */
static enum filter profile_filter(const char *text)
{
	cleanup_doc cJSON *profile = NULL;
	const char *action;

	if (doc_parse(text, strlen(text), &profile, NULL) < 0 || !cJSON_IsObject(profile))
		return FILTER_UNREADABLE;
	action = doc_string_or(profile, "defaultAction", "");
	if (!*action && cJSON_GetArraySize(doc_at(profile, "syscalls")) == 0)
		return FILTER_OFF;
	return action_denies(action) || some_rule_denies(profile) ? FILTER_CUSTOM : FILTER_OPEN;
}

/* Engines before 23.0 give a privileged container no filter, even if it asks for one. */
static bool privileged_takes_it_off(const struct check_input *in)
{
	const struct engine *engine = &in->facts->engine;

	return doc_bool_or(in->subject->doc, "HostConfig.Privileged", false) &&
	       (!security_option(in->subject->doc, "seccomp") ||
		(engine->major && engine->major < 23 && !engine->is_podman));
}

static enum filter declared_filter(const struct check_input *in)
{
	const char *option = security_option(in->subject->doc, "seccomp");

	if (privileged_takes_it_off(in))
		return FILTER_OFF;
	if (!option)
		return FILTER_ENGINE;
	if (text_equal(option, "unconfined"))
		return FILTER_OFF;
	if (text_equal(option, "builtin"))
		return FILTER_BUILTIN;
	if (text_equal(option, "default"))
		return FILTER_ENGINE;
	return profile_filter(option);
}

/* NULL where the engine can filter, or that is not known. */
static const char *engine_fault(const struct check_input *in)
{
	const cJSON *options = NULL;
	bool named = false;

	if (doc_array(in->facts->engine.info, "SecurityOptions", &options) != DOC_PRESENT)
		return NULL;
	doc_for_each (option, options)
		named |= doc_is_string(option) && text_starts(option->valuestring, "name=seccomp");
	return named ? NULL : "the engine knows no seccomp (GET /info SecurityOptions)";
}

/* NULL where the engine's own profile filters, or is not known; else what it does instead. */
static const char *engine_filter_fault(const struct check_input *in)
{
	const struct setting *setting = facts_setting(in->facts, "seccomp-profile");

	if (setting && setting->value && text_equal(setting->value, "unconfined"))
		return "the engine's seccomp-profile is unconfined";
	if (in->facts->seccomp->profile && in->facts->seccomp->profile->empty)
		return "the engine's seccomp profile is empty, which switches the filter off";
	return engine_fault(in);
}

static void cite_seccomp(const struct check_input *in, struct verdict *verdict)
{
	const struct process *init = container_init_status(in->subject->container);
	const char *option = security_option(in->subject->doc, "seccomp");

	cite_field(in, verdict, "inspect", "HostConfig.Privileged");
	if (option)
		cite_string(in, verdict, "inspect", "HostConfig.SecurityOpt seccomp",
			    seccomp_option_text(in, option));
	if (init)
		cite_int(in, verdict, "kernel", process_path(in, init, "status Seccomp"),
			 init->seccomp);
}

static const char *filter_fault(const struct check_input *in, enum filter filter)
{
	if (filter == FILTER_OPEN)
		return "the seccomp profile of HostConfig.SecurityOpt forbids nothing";
	if (filter == FILTER_ENGINE)
		return engine_filter_fault(in);
	if (filter == FILTER_BUILTIN)
		return engine_fault(in);
	if (filter != FILTER_OFF)
		return NULL;
	if (privileged_takes_it_off(in))
		return "HostConfig.Privileged is true, which switches the seccomp filter off";
	if (text_equal(security_option(in->subject->doc, "seccomp"), "unconfined"))
		return "HostConfig.SecurityOpt has seccomp=unconfined";
	return "the seccomp profile of HostConfig.SecurityOpt is empty, which switches it off";
}

/* The first process without a filter, the init before all. */
static const struct process *unfiltered_process(const struct container *container)
{
	for (size_t i = 0; i < container->n_processes; i++) {
		const struct process *process = &container->processes[i];

		if (process_is_seen(process) && process->seccomp <= 0)
			return process;
	}
	return NULL;
}

static struct verdict seccomp_fault(const struct check_input *in, const char *fault,
				    const struct process *unfiltered)
{
	const struct container *container = in->subject->container;
	const struct process *init = container_init_status(container);
	struct verdict verdict;

	if (fault)
		verdict = container_fail(in, "%s", fault);
	else
		verdict =
			container_fail(in, "process %" PRId64 " (%s) runs without a seccomp filter",
				       unfiltered->pid, unfiltered->comm);
	cite_seccomp(in, &verdict);
	if (unfiltered && unfiltered != init)
		cite_int(in, &verdict, "kernel", process_path(in, unfiltered, "status Seccomp"),
			 unfiltered->seccomp);
	if (fault && init && !unfiltered && declared_filter(in) == FILTER_OFF) {
		verdict = verdict_remark(in, verdict, "its processes filter themselves");
		verdict.severity = severity_lower(verdict.severity);
	}
	return verdict;
}

/* That there is a filter is seen, and which one only where the bundle says so. */
static struct verdict filter_in_place(const struct check_input *in, enum filter filter)
{
	const struct container *container = in->subject->container;
	const struct process *init = container_init_status(container);
	const struct isolation *row = &container->isolation[ISOLATION_SECCOMP];
	struct verdict verdict =
		container_pass(in, init, "seccomp filter: %s%s",
			       filter == FILTER_CUSTOM    ? "a profile of its own"
			       : filter == FILTER_BUILTIN ? "the built-in profile"
							  : "the engine's profile",
			       row->agreement == ISOLATION_VERIFIED ? ", verified" : "");

	if (init && row->agreement == ISOLATION_DECLARED_ONLY && row->reason)
		verdict = verdict_remark(in, verdict, "declared only: %s", row->reason);
	return verdict;
}

static struct verdict judge_seccomp(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	const struct process *init = container_init_status(container);
	const struct process *unfiltered = unfiltered_process(container);
	enum filter filter = declared_filter(in);
	const char *fault = filter_fault(in, filter);
	struct verdict verdict;

	if (fault || unfiltered)
		return seccomp_fault(in, fault, unfiltered);
	if (filter == FILTER_ENGINE && !init && !doc_at(in->facts->engine.info, "SecurityOptions"))
		verdict = verdict_unknown(in, "the reply to GET /info",
					  "whether the engine filters system calls is not known");
	else if (filter == FILTER_UNREADABLE || security_options_malformed(in->subject->doc))
		verdict = verdict_unknown(
			in, NULL, "the seccomp profile of HostConfig.SecurityOpt is malformed");
	else
		verdict = filter_in_place(in, filter);
	cite_seccomp(in, &verdict);
	return verdict;
}

/* Not a word from the kernel: the option, else the engine's default of today. */
static struct verdict no_new_privileges_declared(const struct check_input *in,
						 enum nnp_option declared)
{
	const struct setting *setting = facts_setting(in->facts, "no-new-privileges");

	if (security_options_malformed(in->subject->doc))
		return verdict_unknown(in, NULL, "HostConfig.SecurityOpt is no list");
	if (declared == NNP_ON)
		return container_pass(in, false, "HostConfig.SecurityOpt has no-new-privileges");
	if (declared == NNP_OFF)
		return container_fail(in, "HostConfig.SecurityOpt switches no-new-privileges off");
	if (!setting || setting->unknown)
		return verdict_unknown(
			in, setting ? setting->hint : NULL,
			"no-new-privileges is not in HostConfig.SecurityOpt, and the "
			"engine's default is not known");
	if (text_equal(setting->value, "true"))
		return container_pass(in, false,
				      "no-new-privileges is the engine's default, unless it was "
				      "set after the container was created");
	return container_fail(in, "HostConfig.SecurityOpt has no no-new-privileges");
}

static struct verdict no_new_privileges_seen(const struct check_input *in,
					     const struct process *init, enum nnp_option declared)
{
	struct verdict verdict;

	if (!init->no_new_privs && declared == NNP_ON)
		return container_fail(in, "HostConfig.SecurityOpt has no-new-privileges, yet the "
					  "kernel shows NoNewPrivs 0");
	if (!init->no_new_privs)
		return container_fail(in, "HostConfig.SecurityOpt %s",
				      declared == NNP_OFF ? "switches no-new-privileges off"
							  : "has no no-new-privileges");
	if (declared == NNP_ON)
		return container_pass(in, true, "no-new-privileges is on");
	if (declared == NNP_UNSET)
		return container_pass(in, true,
				      "NoNewPrivs is 1, by the engine's default or by the "
				      "program itself");
	verdict = container_fail(in, "HostConfig.SecurityOpt switches no-new-privileges off; the "
				     "program has set it for itself");
	return verdict_as(verdict, severity_lower(verdict.severity));
}

/* One that was not started by the engine, for its sessions inherit the option. */
static const struct process *process_without_nnp(const struct container *container)
{
	for (size_t i = 0; i < container->n_processes; i++) {
		const struct process *process = &container->processes[i];

		if (process_is_seen(process) && !process->no_new_privs)
			return process;
	}
	return NULL;
}

static void cite_no_new_privileges(const struct check_input *in, struct verdict *verdict,
				   const struct process *process)
{
	const struct setting *setting = facts_setting(in->facts, "no-new-privileges");
	const char *option = security_option(in->subject->doc, "no-new-privileges");

	if (option)
		cite_string(in, verdict, "inspect", "HostConfig.SecurityOpt no-new-privileges",
			    *option ? option : "true");
	else if (setting && setting->value && setting->n_sources > 0)
		cite_string(in, verdict, setting_origin_name(setting->sources[0].origin),
			    setting->sources[0].path, setting->value);
	if (process)
		cite_int(in, verdict, "kernel", process_path(in, process, "status NoNewPrivs"),
			 process->no_new_privs);
}

static struct verdict judge_no_new_privileges(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	const struct process *init = container_init_status(container);
	enum nnp_option declared = no_new_privileges_option(in->subject->doc);
	const struct process *without = process_without_nnp(container);
	struct verdict verdict;

	if (declared == NNP_ON && without && without != init) {
		verdict = container_fail(in,
					 "process %" PRId64 " (%s) runs with NoNewPrivs 0, though "
					 "HostConfig.SecurityOpt has no-new-privileges",
					 without->pid, without->comm);
		cite_no_new_privileges(in, &verdict, without);
		return verdict;
	}
	verdict = init ? no_new_privileges_seen(in, init, declared)
		       : no_new_privileges_declared(in, declared);
	if (verdict.status == STATUS_FAIL && !(init && init->no_new_privs))
		verdict = verdict_for_programs(in, verdict);
	cite_no_new_privileges(in, &verdict, init);
	return verdict;
}

const struct check checks_container_confinement[] = {
	{.name = "container-seccomp",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_seccomp},
	{.name = "container-no-new-privileges",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_no_new_privileges},
	{0},
};
