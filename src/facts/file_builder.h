/* SPDX-License-Identifier: Apache-2.0 */

/* The list of files while facts/files is being loaded. */
#ifndef BULKHEAD_FACTS_FILE_BUILDER_H
#define BULKHEAD_FACTS_FILE_BUILDER_H

#include "facts/facts.h"
#include "facts/files.h"
#include "facts/index.h"

#define FILE_HINT "run as root, or with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH"

struct file_builder {
	struct arena *arena;
	struct facts *facts;
	const cJSON *host, *user, *units, *unlisted; /* of the snapshot; NULL where not there */
	struct index paths;                          /* host.paths */
	const struct file_status *
		*directories; /* of those of paths that were asked for, by position */
	struct file **items;
	size_t n, size;
};

/* The file of this path, with the role added; two paths to one file are one. */
struct file *file_add(struct file_builder *builder, enum file_role role, const char *path);

/* True where there is one with the role. */
bool file_has_role(const struct file_builder *builder, enum file_role role);

/* True where something is at this path, or its record says that it might be. */
bool file_may_exist(const struct file_builder *builder, const char *path);

/* Say that the file's place is taken by what stands in this directory, too. */
void file_add_above(struct file_builder *builder, struct file *file, const char *directory);

/* One that stands for what is in a directory that could not be listed, if it could not. */
void file_add_unlisted(struct file_builder *builder, enum file_role role, const char *directory);

/* Where the engine's user has his files: `base` is "home", "config" or "runtime". */
const char *file_of_user(const struct file_builder *builder, const char *base, const char *name);

/* The roles of the units; of what the engine reads and listens on; of what runs. */
void file_load_units(struct file_builder *builder);
void file_load_roles(struct file_builder *builder);
void file_load_programs(struct file_builder *builder);

/* What docker.socket opens, and for whom. */
struct socket_unit {
	const char **paths; /* of ListenStream that are paths */
	size_t n;
	const char *group; /* NULL where it says none */
};
void file_socket_unit(const struct file_builder *builder, struct socket_unit *ret);

#endif
