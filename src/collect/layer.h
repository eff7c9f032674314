/* SPDX-License-Identifier: Apache-2.0 */

/*
 * One layer of images, as the storage driver overlay2 has it on disk: a directory in which a device
 * 0:0 stands for what the layer deletes, and an attribute says that a directory hides all that was
 * below it. What is in it was made by whoever built the image: it is only ever looked at, no link
 * is followed, no other file system entered, and nothing is opened but directories.
 */
#ifndef BULKHEAD_COLLECT_LAYER_H
#define BULKHEAD_COLLECT_LAYER_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The extended attribute security.capability; all 0 where a file has none. */
struct file_capability {
	uint64_t permitted, inheritable;
	bool effective;
};

/* A file that is worth knowing of: privileged by its mode or capabilities, or a known program. */
struct layer_file {
	const char *path; /* from the layer's top: "usr/bin/su" */
	bool is_program;  /* of layer_program(); then the rest is not filled */
	mode_t mode;      /* 07777 */
	uid_t uid;
	gid_t gid;
	struct file_capability capability;
};

struct layer {
	const struct layer_file *files;
	size_t n;
	const char *unread; /* why there may be others; NULL: these are all */
};

/* How much all layers together may still take. */
struct layer_budget {
	uint64_t entries; /* of directories */
	int64_t until;    /* CLOCK_MONOTONIC, seconds */
};

#define LAYER_TAKES_TOO_LONG "looking at the layers takes too long"

/* Its time is up. */
bool layer_budget_is_over(const struct layer_budget *budget);

/* Find the files of the layer whose top directory is `top`. */
void layer_walk(struct arena *arena, int top, struct layer_budget *budget, struct layer *ret);

/* How overlay marks directories: "trusted.overlay.", or "user.overlay." of a rootless engine. */
#define LAYER_TRUSTED "trusted.overlay."
#define LAYER_USER    "user.overlay."

/*
 * Whether a layer (its top directory) hides what layers below it have at this path: 1 where it has
 * something there itself, or deleted it or a directory above; 0 where not; a negative errno.
 */
int layer_hides(int top, const char *path, const char *marks);

/* Open (O_PATH) what a layer has at this path, following no link; a negative errno. */
int layer_open(int top, const char *path);

/* A shell, compiler, package manager, or tool for networks, by its name. */
bool layer_program(const char *name);

/* Decode the attribute; false where it is none that the kernel would heed. */
bool file_capability_parse(const void *attribute, size_t length, struct file_capability *ret);

#endif
