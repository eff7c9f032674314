/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The files of the host that is looked at. Its root is "/", or a directory at which it is mounted
 * (--root DIR, from inside of a container). Every path of the host that is opened goes through here
 * or starts at a descriptor from here: a symbolic link leads where it leads on the host, an
 * absolute one to below DIR, and ".." never leaves it. Paths are always the host's, without DIR.
 *
 * As with chroot(2), which root it is belongs to the process: it is set once, before anything is
 * collected, and never given back.
 */
#ifndef BULKHEAD_COLLECT_HOST_ROOT_H
#define BULKHEAD_COLLECT_HOST_ROOT_H

#include "base/error.h"
#include "base/text.h"

#include <dirent.h>
#include <stdbool.h>
#include <sys/stat.h>

/* NULL or "/" for the root that we have ourselves. -errno where it is no directory. */
int host_root_set(const char *dir, struct error *err);

/* DIR as it was given, without slashes at its end; NULL where the host's root is our own. */
const char *host_root(void);

/* A path as the host has it: without DIR, where it starts with that. */
const char *host_root_strip(const char *path);

/* Open an absolute path of the host: the descriptor, or a negative errno. */
int host_open(const char *path, int flags);

/* NULL and errno as opendir(3). */
DIR *host_opendir(const char *path);

/* 0 or a negative errno. Links are followed. */
int host_stat(const char *path, struct stat *ret);

/* file_read() of a path of the host. */
int host_read(const char *path, struct text *text);

/* True where /proc of the host numbers processes as our own system calls do. */
bool host_proc_is_ours(void);

/*
 * Open an absolute path below the directory `root` as if that were the root directory, with
 * openat2(2) or, where there is none (before Linux 5.6, seccomp filters), one component at a time.
 */
int open_in_root(int root, const char *path, int flags);

#endif
