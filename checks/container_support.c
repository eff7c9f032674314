/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/container_support.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

/* " (declared; …)": why nothing better than the declaration is known. */
static const char *declared_only(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	const struct process *init = container_init(container);
	const char *why = NULL;

	if (!container->running)
		return arena_printf(in->arena, " (declared; the container is %s)",
				    container->status);
	if (!init)
		why = container->kernel_unread;
	else if (init->status_unread)
		why = init->status_unread;
	else
		why = init->namespaces_unread;
	return why ? arena_printf(in->arena, " (declared; not seen in the kernel: %s)", why)
		   : " (declared)";
}

struct verdict container_pass(const struct check_input *in, bool seen, const char *format, ...)
{
	const char *message;
	va_list args;

	va_start(args, format);
	message = arena_vprintf(in->arena, format, args);
	va_end(args);
	return verdict_pass(in, "%s%s", message, seen ? "" : declared_only(in));
}

struct verdict container_fail(const struct check_input *in, const char *format, ...)
{
	const struct container *container = in->subject->container;
	const char *message;
	va_list args;

	va_start(args, format);
	message = arena_vprintf(in->arena, format, args);
	va_end(args);
	return verdict_fail(in, "%s%s%s%s", message, container->running ? "" : declared_only(in),
			    container->pod_sandbox ? "; this is a Kubernetes pause container" : "",
			    container->is_auditor ? "; the auditor ran in this container" : "");
}

enum severity severity_lower(enum severity severity)
{
	return severity > SEVERITY_INFO ? severity - 1 : SEVERITY_INFO;
}

struct verdict verdict_remark(const struct check_input *in, struct verdict verdict,
			      const char *format, ...)
{
	const char *remark;
	va_list args;

	va_start(args, format);
	remark = arena_vprintf(in->arena, format, args);
	va_end(args);
	verdict.message = arena_printf(in->arena, "%s; %s", verdict.message, remark);
	return verdict;
}

struct verdict verdict_for_mapped_root(const struct check_input *in, struct verdict verdict)
{
	const struct container *container = in->subject->container;
	const struct process *init = container_init(container);

	if (!container->root_is_mapped)
		return verdict;
	verdict = verdict_as(verdict, severity_lower(verdict.severity));
	if (container->root_uid < 0)
		return verdict_remark(in, verdict, "its root is an unprivileged user of the host");
	if (init)
		cite_int(in, &verdict, "kernel", process_path(in, init, "uid_map"),
			 container->root_uid);
	return verdict_remark(in, verdict, "its root is uid %" PRId64 " of the host",
			      container->root_uid);
}

const struct process *container_init_status(const struct container *container)
{
	const struct process *init = container_init(container);

	return init && !init->status_unread ? init : NULL;
}

bool process_is_seen(const struct process *process)
{
	return !process->status_unread;
}

const char *process_path(const struct check_input *in, const struct process *process,
			 const char *field)
{
	return arena_printf(in->arena, "/proc/%" PRId64 "/%s", process->pid, field);
}

static uint64_t process_excess(const struct container *container, const struct process *process)
{
	uint64_t held = process->cap_effective | process->cap_permitted | process->cap_bounding;

	return process_is_seen(process) ? held & ~container->declared_capabilities : 0;
}

static const struct image_file *raising_program(const struct image_files *files)
{
	for (size_t i = 0; i < files->n; i++) {
		const struct image_file *file = &files->items[i];

		if ((file->permitted | file->inheritable) ||
		    (image_file_is_setuid(file) && file->uid <= 0))
			return file;
	}
	return NULL;
}

struct verdict verdict_for_programs(const struct check_input *in, struct verdict verdict)
{
	const char *image = doc_string_or(in->subject->doc, "Image", "");
	const struct image_files *files = facts_image_files(in->facts, image);
	const struct image_file *program;

	if (!files || !files->looked || files->unread)
		return verdict;
	program = raising_program(files);
	if (!program)
		return verdict_remark(in, verdict_as(verdict, SEVERITY_LOW),
				      "its image has no program that gives rights");
	verdict = verdict_as(verdict, SEVERITY_MEDIUM);
	return verdict_remark(in, verdict, "its image has %s", program->path);
}

const struct process *container_intruder(const struct container *container, uint64_t *ret_excess,
					 bool *ret_certain)
{
	const struct process *maybe = NULL;

	for (size_t i = 0; i < container->n_processes; i++) {
		const struct process *process = &container->processes[i];
		bool known = process->init || process_is_at_home(container, process);

		if (!process_excess(container, process) || process_is_in_child(container, process))
			continue;
		if (known || !maybe)
			maybe = process;
		*ret_certain = known;
		if (known)
			break;
	}
	if (maybe)
		*ret_excess = process_excess(container, maybe);
	return maybe;
}

const char *intruder_text(const struct check_input *in, const struct process *process)
{
	return arena_printf(in->arena,
			    "process %" PRId64 " (%s) has capabilities which the container was not "
			    "given, unless it is in a user namespace of its own: %s",
			    process->pid, process->comm,
			    process->namespaces_unread ? process->namespaces_unread
						       : "that could not be read");
}

void cite_mask(const struct check_input *in, struct verdict *verdict, const struct process *process,
	       const char *field, uint64_t mask)
{
	cite_string(in, verdict, "kernel",
		    arena_printf(in->arena, "/proc/%" PRId64 "/status %s", process->pid, field),
		    arena_printf(in->arena, "%016" PRIx64, mask));
}

bool security_options_malformed(const cJSON *inspect)
{
	const cJSON *list;

	return doc_array(inspect, "HostConfig.SecurityOpt", &list) == DOC_MALFORMED;
}

bool container_out_of_reach(const struct container *container, uint64_t mask)
{
	for (size_t i = 0; i < container->n_processes; i++) {
		const struct process *process = &container->processes[i];

		if (process->status_unread || !process->no_new_privs ||
		    (process->cap_permitted & mask))
			return false;
	}
	return container->n_processes > 0;
}
