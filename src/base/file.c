/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

/*
 * Looks before it opens, since to open a device can already do something, and again after, since
 * the path may have been replaced in between; O_NONBLOCK is for that case.
 */
static int open_regular(int dir, const char *path)
{
	cleanup_fd int fd = -1;
	struct stat st;

	if (fstatat(dir, path, &st, 0) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	fd = openat(dir, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	return take_fd(&fd);
}

static int read_all(int fd, struct text *text)
{
	char buffer[16 * 1024];
	ssize_t n;

	do {
		n = read(fd, buffer, sizeof(buffer));
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n >= 0)
			text_add_bytes(text, buffer, (size_t)n);
		if (text->truncated)
			return -EFBIG;
	} while (n != 0);
	return 0;
}

/* All or nothing. */
static int append(int fd, struct text *text)
{
	const struct text before = *text;
	int r = read_all(fd, text);

	if (r < 0) {
		text->length = before.length;
		text->truncated = before.truncated;
		if (text->bytes)
			text->bytes[text->length] = '\0';
	}
	return r;
}

int file_read(int dir, const char *path, struct text *text)
{
	cleanup_fd int fd = open_regular(dir, path);

	return fd < 0 ? fd : append(fd, text);
}

int file_read_any(const char *path, struct text *text)
{
	cleanup_fd int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	return fd < 0 ? -errno : append(fd, text);
}

int file_readlink(int dir, const char *path, struct text *text)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(dir, path, target, sizeof(target));

	if (n < 0)
		return -errno;
	if ((size_t)n == sizeof(target))
		return -ENAMETOOLONG;
	text_add_bytes(text, target, (size_t)n);
	return text->truncated ? -EFBIG : 0;
}
