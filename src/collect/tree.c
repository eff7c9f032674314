/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/tree.h"

#include "base/cleanup.h"
#include "base/file.h"
#include "base/path.h"
#include "collect/host_root.h"
#include "collect/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

int tree_open(int proc_dir)
{
	int fd;

	if (proc_dir < 0 || proc_shares_host_mounts(proc_dir))
		return host_open("/", O_PATH | O_DIRECTORY);
	fd = openat(proc_dir, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int add_link(int fd, struct text *ret)
{
	char link[40];

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	return file_readlink(AT_FDCWD, link, ret);
}

/* The path from the tree's root: its own path is "/", unless the host is mounted somewhere. */
static int add_real(int tree, int fd, struct text *ret)
{
	cleanup_text struct text top = TEXT_INIT(65536), real = TEXT_INIT(65536);
	const char *path;
	int r = host_root() ? add_link(tree, &top) : 0;

	if (r == 0)
		r = add_link(fd, &real);
	if (r < 0)
		return r;
	path = text_string(&real);
	if (top.length > 1 && path_within(path, text_string(&top)))
		path += top.length;
	text_add(ret, *path ? path : "/");
	return 0;
}

int tree_resolve(int tree, const char *path, struct text *ret_real, struct stat *ret)
{
	cleanup_fd int fd = -1;
	int r;

	if (path[0] != '/')
		return -EINVAL;
	fd = open_in_root(tree, path, O_PATH);
	if (fd < 0)
		return fd;
	if (fstat(fd, ret) < 0)
		return -errno;
	if (ret_real) {
		r = add_real(tree, fd, ret_real);
		if (r < 0)
			return r;
	}
	return take_fd(&fd);
}

int tree_readlink(int tree, const char *path, struct text *ret)
{
	cleanup_fd int fd = open_in_root(tree, path, O_PATH | O_NOFOLLOW);
	int r = fd < 0 ? fd : file_readlink(fd, "", ret);

	return r == -ENOENT && fd >= 0 ? -EINVAL : r;
}

DIR *tree_open_dir(int tree, const char *path)
{
	cleanup_fd int fd = open_in_root(tree, path, O_RDONLY | O_DIRECTORY);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (fd < 0)
		errno = -fd;
	if (dir)
		take_fd(&fd);
	return dir;
}

int tree_read(int fd, struct text *text)
{
	char link[40];

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	return file_read(AT_FDCWD, link, text);
}

int tree_read_path(int tree, const char *path, struct text *text)
{
	struct stat status;
	cleanup_fd int fd = tree_resolve(tree, path, NULL, &status);

	return fd < 0 ? fd : tree_read(fd, text);
}
