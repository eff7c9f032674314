/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What an image holds that matters, by its layers on disk (--deep): programs that give rights to
 * whoever runs them, tools, and how many packages. Files that an upper layer deleted or replaced
 * are not among them.
 */
#ifndef BULKHEAD_FACTS_IMAGE_FILES_H
#define BULKHEAD_FACTS_IMAGE_FILES_H

#include "base/doc.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A file with the set-user-ID or set-group-ID bit, or with capabilities. */
struct image_file {
	const char *path; /* as a container sees it: "/usr/bin/su" */
	unsigned mode;    /* 07777 */
	int64_t uid;      /* as a container sees it; -1: not known, the engine maps ids */
	uint64_t permitted, inheritable; /* file capabilities; 0: none */
};

/* Whether running it gives its owner's or group's rights: it is executable for these. */
bool image_file_is_setuid(const struct image_file *file);
bool image_file_is_setgid(const struct image_file *file);

struct image_files {
	bool looked;                    /* false: nobody did; then nothing of the rest is known */
	const char *unread;             /* why it could not be read; NULL: it was */
	const struct image_file *items; /* by path */
	size_t n;
	const cJSON *programs; /* ["/bin/sh"]: shells, compilers, package managers, network tools */
	const cJSON *packages; /* {"dpkg": "87"}: how many are installed */
	/* There are containers of the image, and in each no process can gain rights. */
	bool no_new_privs;
};

struct facts;
struct load;
struct container_set;

/* Of an image (its id); NULL where the engine has no such image. */
const struct image_files *facts_image_files(const struct facts *facts, const char *image);

/* Fill facts->image_files; needs the containers. */
void image_files_load(struct load *load, const struct container_set *set);

#endif
