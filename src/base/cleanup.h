/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What is borrowed from a library or the kernel is a local that gives itself back:
 *
 *	cleanup_free char *line = NULL;
 *	cleanup_fd int fd = open(path, O_RDONLY | O_CLOEXEC);
 *
 * To hand it on, move it: `*ret = take_pointer(doc);` or `return take_fd(&fd);`
 */
#ifndef BULKHEAD_BASE_CLEANUP_H
#define BULKHEAD_BASE_CLEANUP_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline void cleanup_free_p(void *pointer)
{
	free(*(void **)pointer);
}

static inline void cleanup_fd_p(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

/* The descriptor, leaving -1 behind. */
static inline int take_fd(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

static inline void cleanup_file_p(FILE **file)
{
	if (*file)
		fclose(*file);
}

static inline void cleanup_dir_p(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

#define cleanup_free __attribute__((cleanup(cleanup_free_p)))
#define cleanup_fd   __attribute__((cleanup(cleanup_fd_p)))
#define cleanup_file __attribute__((cleanup(cleanup_file_p)))
#define cleanup_dir  __attribute__((cleanup(cleanup_dir_p)))

/* The pointer's value, leaving NULL behind, so that its cleanup has nothing to do. */
#define take_pointer(pointer)                          \
	__extension__({                                \
		__typeof__(pointer) taken = (pointer); \
		(pointer) = NULL;                      \
		taken;                                 \
	})

#endif
