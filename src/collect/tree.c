/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/tree.h"

#include "base/cleanup.h"
#include "base/file.h"
#include "collect/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>

int tree_open(int proc_dir)
{
	int fd;

	if (proc_dir < 0 || proc_shares_our_mounts(proc_dir))
		fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	else
		fd = openat(proc_dir, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* Before Linux 5.6, and where a seccomp filter refuses openat2(), links are followed outside. */
static int open_in_root(int tree, const char *path)
{
	const struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT};
	long fd = syscall(SYS_openat2, tree, path, &how, sizeof(how));

	if (fd < 0 && (errno == ENOSYS || errno == EPERM)) {
		while (*path == '/')
			path++;
		fd = openat(tree, *path ? path : ".", O_PATH | O_CLOEXEC);
	}
	return fd < 0 ? -errno : (int)fd;
}

int tree_resolve(int tree, const char *path, struct text *ret_real, struct stat *ret)
{
	cleanup_fd int fd = -1;
	char link[40];
	int r;

	if (path[0] != '/')
		return -EINVAL;
	fd = open_in_root(tree, path);
	if (fd < 0)
		return fd;
	if (fstat(fd, ret) < 0)
		return -errno;
	if (ret_real) {
		snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
		r = file_readlink(AT_FDCWD, link, ret_real);
		if (r < 0)
			return r;
	}
	return take_fd(&fd);
}

int tree_read(int fd, struct text *text)
{
	char link[40];

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	return file_read(AT_FDCWD, link, text);
}
