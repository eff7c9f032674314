/* SPDX-License-Identifier: Apache-2.0 */

/* What the checks of mounts share: which mounts count, where they lead, how a list reads. */
#ifndef BULKHEAD_CHECKS_MOUNT_SUPPORT_H
#define BULKHEAD_CHECKS_MOUNT_SUPPORT_H

#include "judge/check.h"

/*
 * Where a mount leads on the host. NULL for what is not of the host's file tree, for what the
 * engine keeps for the container (its own files, ordinary volumes), and for harmless device nodes.
 */
const char *mount_host_path(const struct mount *mount);

/* True where the path of mount_host_path() is only what was declared. */
bool mount_is_unresolved(const struct container *container, const struct mount *mount);

/* Equal to, below or above one of the paths that a parameter lists: each gives something of it. */
bool touches_listed(const struct check_input *in, const char *param, const char *path);

/* Mounts that were found, in their order. */
struct mount_list {
	const struct mount **items;
	size_t n;
	bool writable;       /* one of them is */
	bool writable_below; /* none is, but a mount that came along with one */
	bool unresolved;     /* one of them is as declared only */
};

/*
 * The mounts of the container for which `wanted` holds. One that only the kernel knows, below the
 * destination of one that is listed already, came along with that and is not listed again.
 */
struct mount_list mounts_where(const struct check_input *in,
			       bool (*wanted)(const struct check_input *in,
					      const struct mount *mount, const char *path));

/* The mounts, each as `text` has it, cut after a handful: for a message. */
const char *mount_list_text(const struct check_input *in, const struct mount_list *list,
			    const char *(*text)(const struct check_input *in,
						const struct mount *mount));

/* "/etc at /host/etc (read-only), /run at /host/run (writable, not declared)" */
const char *mounts_text(const struct check_input *in, const struct mount_list *list);

void cite_mounts(const struct check_input *in, struct verdict *verdict,
		 const struct mount_list *list);

/*
 * None was found. The message says "declared" where host paths could not be resolved; unknown where
 * the engine's list cannot be read.
 */
struct verdict mounts_pass(const struct check_input *in, const char *text);

#endif
