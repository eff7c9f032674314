/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The file tree as one process sees it. An engine may live in a mount namespace of its own
 * (rootless, a service with private mounts), where the same path names another file. Absolute
 * symbolic links are followed inside that tree.
 */
#ifndef BULKHEAD_COLLECT_TREE_H
#define BULKHEAD_COLLECT_TREE_H

#include "base/text.h"

#include <dirent.h>
#include <sys/stat.h>

/*
 * A descriptor of the tree's root: that of the process whose /proc directory is `proc_dir` where
 * it sees other mounts than the host, else the host's; so it is for -1. Negative errno on failure.
 */
int tree_open(int proc_dir);

/*
 * Resolve an absolute path: its symbolic links, its status. `ret_real` may be NULL, else it is
 * appended to. The result is a descriptor (O_PATH) that the caller closes, or a negative errno.
 */
int tree_resolve(int tree, const char *path, struct text *ret_real, struct stat *ret);

/* Append where the symbolic link at the path's end points; -EINVAL where it is none. */
int tree_readlink(int tree, const char *path, struct text *ret);

/* A directory to read from, links followed; NULL, and errno, where it cannot be read. */
DIR *tree_open_dir(int tree, const char *path);

/* Append the regular file behind a descriptor of tree_resolve(). Negative errno on failure. */
int tree_read(int fd, struct text *text);

/* The same of an absolute path. */
int tree_read_path(int tree, const char *path, struct text *text);

#endif
