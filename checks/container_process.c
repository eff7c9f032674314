/* SPDX-License-Identifier: Apache-2.0 */

/* What runs in a container: seen by the kernel, without entering it. */
#include "base/path.h"
#include "base/text.h"
#include "checks/container_support.h"

#include <string.h>

/* The name of a program's file, less the kernel's mark of one that was removed since it started. */
static const char *program_name(struct arena *arena, const char *exe)
{
	static const char removed[] = " (deleted)";
	size_t length = strlen(exe);

	if (text_ends(exe, removed))
		length -= sizeof(removed) - 1;
	return path_name(arena_strndup(arena, exe, length));
}

static bool is_listed(const struct check_input *in, const char *exe)
{
	return exe && param_lists(in, "programs", program_name(in->arena, exe));
}

static const struct process *running_program(const struct check_input *in)
{
	const struct container *container = in->subject->container;

	for (size_t i = 0; i < container->n_processes; i++) {
		const struct process *process = &container->processes[i];

		if (is_listed(in, process->comm) || is_listed(in, process->exe))
			return process;
	}
	return NULL;
}

/* A command of inspect that starts one of the programs: *ret_field names it; else NULL. */
static const char *declared_program(const struct check_input *in, const char **ret_field)
{
	static const char *const lists[] = {"Config.Entrypoint", "Config.Cmd"};
	const char *path = doc_string_or(in->subject->doc, "Path", NULL);

	*ret_field = "Path";
	if (is_listed(in, path))
		return path;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		const cJSON *words = doc_at(in->subject->doc, lists[i]);

		*ret_field = lists[i];
		if (cJSON_IsArray(words) && doc_is_string(words->child) &&
		    is_listed(in, words->child->valuestring))
			return words->child->valuestring;
	}
	return NULL;
}

static struct verdict judge_running(const struct check_input *in, const struct process *process)
{
	const char *file = process->exe ? process->exe : process->comm;
	struct verdict verdict =
		container_fail(in, "process %lld runs %s", (long long)process->pid, file);

	cite_string(in, &verdict, "kernel",
		    arena_printf(in->arena, "/proc/%lld/%s", (long long)process->pid,
				 process->exe ? "exe" : "comm"),
		    file);
	return verdict;
}

static struct verdict judge_absent(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	struct verdict verdict;

	if (!container->running)
		return verdict_not_applicable(in, "no process runs: State.Status is %s",
					      container->status);
	if (container->kernel_unread || !container->n_processes)
		return verdict_unknown(
			in, "run on the engine's own host, as root or with CAP_SYS_PTRACE",
			"the container's processes were not seen: %s",
			container->kernel_unread ? container->kernel_unread : "none is recorded");
	verdict = verdict_pass(in, "no such program among %zu process%s", container->n_processes,
			       container->n_processes == 1 ? "" : "es");
	cite_int(in, &verdict, "kernel", "number of processes in the container's control group",
		 (int64_t)container->n_processes);
	return verdict;
}

static struct verdict judge_program(const struct check_input *in)
{
	const struct process *process = running_program(in);
	const char *program, *field;
	struct verdict verdict;

	if (process)
		return judge_running(in, process);
	program = declared_program(in, &field);
	if (!program)
		return judge_absent(in);
	verdict = container_fail(in, "%s starts %s", field, program);
	cite_field(in, &verdict, "inspect", field);
	return verdict;
}

static const struct param_spec program_params[] = {
	{.name = "programs",
	 .type = PARAM_STRINGS,
	 .required = true,
	 .summary = "names of programs that must not run in a container"},
	{0},
};

const struct check checks_container_process[] = {
	{.name = "container-program-absent",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_program,
	 .params = program_params},
	{0},
};
