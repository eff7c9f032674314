/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The programs by which the engine starts containers: what runs, and what it will run by its
 * settings. Who can change one of them is root on the host when the next container starts
 * (CVE-2019-5736 did it from within one).
 */

#include "facts/file_builder.h"

#include "facts/host_places.h"

#include <string.h>

static const struct program {
	const char *what;     /* of host_places_add() */
	const char *shown_by; /* the member of the snapshot that says which it is */
	bool needed;          /* every engine has it … */
	bool podman;          /* … Podman, too */
} programs[] = {
	{"engine-program", "daemon.exe", true, true},
	{"containerd-program", "host.programs.containerd.exe", true, false},
	{"shims", "host.programs.shims", false, false},
	{"containerd-shim", "host.programs.containerd.exe", false, false},
	{"containerd-shim-runc-v1", "host.programs.containerd.exe", false, false},
	{"containerd-shim-runc-v2", "host.programs.containerd.exe", false, false},
	{"runtimes", "daemon.environment.PATH", true, true},
	{"docker-init", "daemon.environment.PATH", false, false},
	{"docker-proxy", "daemon.environment.PATH", false, false},
};

static void set_unread(const struct file_builder *builder, struct file *file, const char *why)
{
	file->state = FILE_UNREAD;
	file->why = arena_printf(builder->arena, "whether %s is what runs was not seen: %s",
				 file->path, why);
	file->hint = FILE_HINT;
}

/* Why a program in one of the usual places may not be the one that runs; NULL: it is. */
static const char *why_unseen(const struct facts *facts, const struct program *program)
{
	if (!facts->engine.info || doc_at(facts->snapshot, program->shown_by))
		return NULL;
	return facts->engine.daemon_unread ? facts->engine.daemon_unread
					   : "its process could not be read";
}

/* None of those that were looked for is there, or not all may be seen: the first stands for it. */
static void add_unfound(struct file_builder *builder, const struct host_places *places,
			const char *why)
{
	const char *path =
		arena_strndup(builder->arena, places->looked_for, strcspn(places->looked_for, ","));
	struct file *file = file_add(builder, FILE_PROGRAM, path);

	if (file->state != FILE_UNREAD)
		set_unread(builder, file, why ? why : places->unread);
}

static void add_program(struct file_builder *builder, const struct program *program)
{
	const char *why = why_unseen(builder->facts, program);
	struct host_places places = {0};

	host_places_add(builder->facts, builder->arena, program->what, &places);
	for (size_t i = 0; i < places.n; i++) {
		size_t before = builder->n;
		struct file *file = file_add(builder, FILE_PROGRAM, places.items[i].path);

		if (why && builder->n > before)
			set_unread(builder, file, why);
	}
	if (places.n == 0 && program->needed && (why || places.unread))
		add_unfound(builder, &places, why);
}

void file_load_programs(struct file_builder *builder)
{
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (programs[i].podman || !builder->facts->engine.is_podman)
			add_program(builder, &programs[i]);
	if (!file_has_role(builder, FILE_PROGRAM))
		file_add(builder, FILE_PROGRAM, "/usr/bin/dockerd");
}
