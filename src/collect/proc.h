/* SPDX-License-Identifier: Apache-2.0 */

/*
 * One process of /proc, always reached through a descriptor of its directory: where the process
 * ends and its number is used again, reading fails instead of answering for another process.
 */
#ifndef BULKHEAD_COLLECT_PROC_H
#define BULKHEAD_COLLECT_PROC_H

#include "base/text.h"

#include <cjson/cJSON.h>
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>

/* Larger than any file of a process that is worth keeping. */
#define PROC_CEILING ((size_t)4 * 1024 * 1024)

/* For streams over files of /proc, for which stdio would take 1,024 bytes at a time. */
#define PROC_BUFFER ((size_t)32 * 1024)

/* The descriptor of the host's /proc/<pid>, or a negative errno. */
int proc_open(uint64_t pid);

/* The next number (of a process) among the names of a directory; false at its end. */
bool proc_next(DIR *proc, uint64_t *ret_pid);

/*
 * Put a whole file of /proc, /sys or a control group in place of what the text held, so that one
 * buffer serves many files. Unlike file_read() it trusts the kernel that these are files.
 */
int proc_read(int dir, const char *name, struct text *text);

/*
 * The same with half the reads, for a file that the kernel makes as one record (seq_file's
 * single_open(): cgroup, stat and status of a process, the values of a control group), and never
 * hands out in pieces.
 */
int proc_read_record(int dir, const char *name, struct text *text);

/* proc_read_record() by an absolute path of the host, in /proc or /sys. */
int proc_read_host(const char *path, struct text *text);

int proc_readlink(int dir, const char *name, struct text *text);

/* The file's text as a member of object, or why not as its unread. The result is proc_read()'s. */
int proc_record(cJSON *object, const char *member, int dir, const char *name, struct text *text);

struct proc_stat {
	char comm[16];
	uint64_t parent;    /* pid; 0: outside of our pid namespace */
	uint64_t starttime; /* clock ticks since boot */
	bool is_dead;       /* all of its threads have ended, and nobody has asked how yet */
};

int proc_stat(int dir, struct proc_stat *ret);
bool proc_parse_stat(const char *stat, struct proc_stat *ret);

/* A start in clock ticks since boot as seconds since 1970. */
bool proc_start_time(uint64_t starttime, int64_t *ret);

/* The inode of one namespace: "pid", "net". */
int proc_namespace(int dir, const char *name, uint64_t *ret);

/* All of them as {"pid": "4026531836"}; those that this kernel does not have are left out. */
int proc_namespaces(int dir, cJSON **ret);

/* The lines of status that the snapshot keeps. */
void proc_filter_status(const char *status, struct text *ret);

/* mountinfo without overlay's lower directories, which are long and lead to no host path. */
void proc_filter_mountinfo(const char *mountinfo, struct text *ret);

/* False where a user namespace maps ids to others: rootless engines, user namespace remapping. */
bool proc_map_is_identity(const char *map);

/*
 * The descriptor of the entry in the host's /proc in which to look for what is everybody's (mounts,
 * sockets): our own, or under --root that of process 1, since we may have namespaces of our own.
 */
int proc_open_host(void);

/*
 * True where the process sees the mounts of the host. Where its namespace may not be read, the
 * number of its root mount decides: it is unique among all mounts of all namespaces.
 */
bool proc_shares_host_mounts(int dir);

#endif
