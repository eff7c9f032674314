/* SPDX-License-Identifier: Apache-2.0 */

/*
 * /proc/<pid>/mountinfo (proc(5)) line by line, and the host's own as a table that tells where in
 * the host's file tree a mount of a container comes from.
 *
 * Slices point into the text that was parsed and keep the kernel's escapes (\040 for a blank).
 */
#ifndef BULKHEAD_FACTS_MOUNTINFO_H
#define BULKHEAD_FACTS_MOUNTINFO_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct slice {
	const char *text;
	size_t length;
};

bool slice_is(struct slice slice, const char *text);

/* The text with ASCII escapes decoded; other bytes stay escaped, so that it is UTF-8. */
char *slice_decode(struct arena *arena, struct slice slice);

/* The same into a buffer; false where it does not fit. */
bool slice_copy(struct slice slice, char *buffer, size_t size);

struct mountinfo {
	struct slice device;  /* "254:0" */
	struct slice root;    /* the directory of the file system that is mounted */
	struct slice point;   /* where */
	struct slice options; /* of this mount: "rw,nosuid" */
	struct slice fields;  /* optional fields: "shared:1 master:2", may be empty */
	struct slice fstype;
};

/* The next well-formed line; false at the end of the text. */
bool mountinfo_next(const char **cursor, struct mountinfo *ret);

/* All well-formed lines of a text, in its order. */
struct mount_lines {
	struct mountinfo *items;
	size_t n;
	size_t size; /* room in items */
};

/* Replace the lines by those of another text; the room comes from the arena and is used again. */
void mount_lines_read(struct mount_lines *lines, struct arena *arena, const char *mountinfo);

/*
 * What is mounted at a path: the last one there, unless another was mounted above it since, which
 * buries it. NULL where there is none, and for NULL.
 */
const struct mountinfo *mount_lines_at(const struct mount_lines *lines, const char *path);

/* The number after "shared:" or "master:" in the optional fields; 0 where it is not there. */
uint64_t mountinfo_group(const struct mountinfo *mount, const char *kind);

struct mount_origin;

/* The host's mounts, sorted by device and root. */
struct mount_table {
	const struct mount_origin *origins;
	size_t n;
	const uint64_t *shared; /* peer groups of the host's shared mounts, sorted */
	size_t n_shared;
};

/*
 * `below` is a directory whose mounts are those that the engine makes itself (volumes, layers):
 * they come into question only where no other mount shows the same files. May be NULL.
 */
struct mount_table mount_table_new(struct arena *arena, const char *mountinfo, const char *below);

/* By the options of this mount; the file system may be read-only besides. */
bool mountinfo_is_read_only(const struct mountinfo *mount);

/* What is mounted has no name any more: the kernel ends its root with "//deleted". */
bool mountinfo_is_deleted(const struct mountinfo *mount);

/* The host's path of the files that `mount` shows; NULL where the host's tree has none. */
const char *mount_table_path(const struct mount_table *table, struct arena *arena,
			     const struct mountinfo *mount);

bool mount_table_shares(const struct mount_table *table, uint64_t group);

#endif
