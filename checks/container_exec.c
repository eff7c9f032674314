/* SPDX-License-Identifier: Apache-2.0 */

/* Sessions of docker exec that run now. Those of the past are in an audit log, if there is one. */
#include "checks/container_support.h"

#include "base/text.h"

#include <inttypes.h>

/* One may have been made and never started, or just have ended. */
static bool session_runs(const cJSON *exec)
{
	return doc_bool_or(exec, "Running", true);
}

static size_t count_sessions(const struct container *container)
{
	size_t n = 0;

	for (size_t i = 0; i < container->n_execs; i++)
		n += session_runs(container->execs[i]);
	return n;
}

static struct verdict no_session(const struct check_input *in, const char *what)
{
	const struct container *container = in->subject->container;
	size_t n = count_sessions(container);
	struct verdict verdict;

	if (!container->running) {
		verdict =
			verdict_pass(in, "no session runs; the container is %s", container->status);
		cite_field(in, &verdict, "inspect", "State.Status");
		return verdict;
	}
	if (container->execs_unread)
		return verdict_unknown(in, "GET /exec/{id}/json of its ExecIDs",
				       "its sessions could not be read: %s",
				       container->execs_unread);
	if (n == 0)
		verdict = verdict_pass(in, "no session of docker exec runs");
	else
		verdict = verdict_pass(in, "sessions of docker exec: %zu, none %s", n, what);
	cite_field(in, &verdict, "inspect", "ExecIDs");
	return verdict;
}

static void cite_session(const struct check_input *in, struct verdict *verdict, const cJSON *exec)
{
	const char *id = doc_string_or(exec, "ID", "?");

	cite_bool(in, verdict, "exec", arena_printf(in->arena, "%s ProcessConfig.privileged", id),
		  doc_bool_or(exec, "ProcessConfig.privileged", false));
	cite_string(in, verdict, "exec", arena_printf(in->arena, "%s ProcessConfig.user", id),
		    doc_string_or(exec, "ProcessConfig.user", ""));
	cite_int(in, verdict, "exec", arena_printf(in->arena, "%s Pid", id),
		 doc_int_or(exec, "Pid", 0));
}

static struct verdict judge_privileged_exec(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	const struct process *intruder;
	struct verdict verdict;
	uint64_t excess;
	bool certain = false;

	for (size_t i = 0; i < container->n_execs; i++) {
		const cJSON *exec = container->execs[i];

		if (!session_runs(exec) || !doc_bool_or(exec, "ProcessConfig.privileged", false))
			continue;
		verdict = container_fail(in, "a session of docker exec --privileged runs (%s)",
					 doc_string_or(exec, "ProcessConfig.entrypoint", "?"));
		cite_session(in, &verdict, exec);
		return verdict_for_mapped_root(in, verdict);
	}
	intruder = container_intruder(container, &excess, &certain);
	if (!intruder || intruder->init)
		return no_session(in, "privileged");
	if (!certain) {
		verdict = verdict_unknown(in, "run as root", "%s", intruder_text(in, intruder));
		cite_mask(in, &verdict, intruder, "CapBnd", intruder->cap_bounding);
		return verdict;
	}
	verdict = container_fail(in,
				 "process %" PRId64 " (%s) has more capabilities than its "
				 "container: docker exec --privileged, or entered from the host",
				 intruder->pid, intruder->comm);
	cite_mask(in, &verdict, intruder, "CapBnd", intruder->cap_bounding);
	return verdict_for_mapped_root(in, verdict);
}

/* By the kernel where the process was seen, else by the name that was given. */
static bool session_is_root(const struct container *container, const cJSON *exec)
{
	int64_t pid = doc_int_or(exec, "Pid", 0);
	enum user_kind kind = user_kind(doc_string_or(exec, "ProcessConfig.user", ""));

	for (size_t i = 0; i < container->n_processes; i++) {
		const struct process *process = &container->processes[i];

		if (pid > 0 && process->pid == pid && process_is_seen(process))
			return process_container_uid(container, process) == 0;
	}
	return kind == USER_ROOT;
}

static struct verdict judge_root_exec(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	const char *user = doc_string_or(in->subject->doc, "Config.User", "");
	enum user_kind kind = user_kind(user);
	struct verdict verdict;

	if (kind == USER_UNSET || kind == USER_ROOT) {
		verdict = verdict_pass(in,
				       "Config.User is %s: a session as root goes around no "
				       "user setting",
				       *user ? user : "not set");
		cite_field(in, &verdict, "inspect", "Config.User");
		return verdict;
	}
	for (size_t i = 0; i < container->n_execs; i++) {
		const cJSON *exec = container->execs[i];

		if (!session_runs(exec) || !session_is_root(container, exec))
			continue;
		verdict =
			container_fail(in,
				       "a session of docker exec runs as root (%s); "
				       "Config.User is %s",
				       doc_string_or(exec, "ProcessConfig.entrypoint", "?"), user);
		cite_field(in, &verdict, "inspect", "Config.User");
		cite_session(in, &verdict, exec);
		return verdict_for_mapped_root(in, verdict);
	}
	return no_session(in, "as root");
}

const struct check checks_container_exec[] = {
	{.name = "no-privileged-exec",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_privileged_exec},
	{.name = "no-root-exec", .subjects = SUBJECTS(SUBJECT_CONTAINER), .judge = judge_root_exec},
	{0},
};
