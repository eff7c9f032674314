/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/host_root.h"

#include "base/cleanup.h"
#include "base/file.h"
#include "base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>

#define MOST_LINKS 40 /* as in the kernel */
#define MOST_DEPTH 64

static struct {
	bool is_elsewhere;
	int fd;                               /* where it is */
	char given[PATH_MAX], real[PATH_MAX]; /* without slashes at their ends */
} root = {.fd = -1};

int host_root_set(const char *dir, struct error *err)
{
	size_t length = dir ? strlen(dir) : 0;
	cleanup_fd int fd = -1;

	while (length > 0 && dir[length - 1] == '/')
		length--;
	if (length == 0)
		return 0;
	if (length >= sizeof(root.given))
		return error_set(err, ENAMETOOLONG, "--root %s: %s", dir, strerror(ENAMETOOLONG));
	fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || !realpath(dir, root.real))
		return error_set(err, errno, "--root %s: %s", dir, strerror(errno));
	if (text_equal(root.real, "/"))
		return 0;
	memcpy(root.given, dir, length);
	root.given[length] = '\0';
	root.fd = take_fd(&fd);
	root.is_elsewhere = true;
	return 0;
}

const char *host_root(void)
{
	return root.is_elsewhere ? root.given : NULL;
}

static const char *strip(const char *path, const char *dir)
{
	if (!path_within(path, dir))
		return NULL;
	path += strlen(dir);
	return *path ? path : "/";
}

const char *host_root_strip(const char *path)
{
	const char *stripped = NULL;

	if (!root.is_elsewhere)
		return path;
	stripped = strip(path, root.real);
	if (!stripped)
		stripped = strip(path, root.given);
	return stripped ? stripped : path;
}

/* What open_in_root() does by itself: the directories from the root to where it is. */
struct walk {
	int fds[MOST_DEPTH];
	size_t depth;
	unsigned links;
	char rest[PATH_MAX]; /* what is still to be walked */
};

static void walk_up(struct walk *walk, size_t depth)
{
	while (walk->depth > depth)
		close(walk->fds[--walk->depth]);
}

static void walk_release(struct walk *walk)
{
	walk_up(walk, 0);
}

/* Put the target of a link before what is left. */
static int walk_link(struct walk *walk, int link)
{
	char target[PATH_MAX];
	size_t left = strlen(walk->rest) + 1;
	ssize_t length = readlinkat(link, "", target, sizeof(target));

	if (length < 0)
		return -errno;
	if (++walk->links > MOST_LINKS)
		return -ELOOP;
	if ((size_t)length + 1 + left > sizeof(walk->rest))
		return -ENAMETOOLONG;
	memmove(walk->rest + length + 1, walk->rest, left);
	memcpy(walk->rest, target, (size_t)length);
	walk->rest[length] = '/';
	if (target[0] == '/')
		walk_up(walk, 0);
	return 0;
}

static int walk_step(struct walk *walk, int root_fd, const char *name, bool follow)
{
	cleanup_fd int fd = -1;
	struct stat status;

	if (text_equal(name, ".."))
		walk_up(walk, walk->depth > 0 ? walk->depth - 1 : 0);
	if (text_equal(name, ".") || text_equal(name, ".."))
		return 0;
	fd = openat(walk->depth > 0 ? walk->fds[walk->depth - 1] : root_fd, name,
		    O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &status) < 0)
		return -errno;
	if (S_ISLNK(status.st_mode) && follow)
		return walk_link(walk, fd);
	if (walk->depth == MOST_DEPTH)
		return -ENAMETOOLONG;
	walk->fds[walk->depth++] = take_fd(&fd);
	return 0;
}

/* Take the first component off what is left; false at the end. */
static bool walk_next(struct walk *walk, char ret_name[NAME_MAX + 1], int *ret_error)
{
	size_t start = strspn(walk->rest, "/"), length = strcspn(walk->rest + start, "/");

	*ret_error = length > NAME_MAX ? -ENAMETOOLONG : 0;
	if (length == 0 || length > NAME_MAX)
		return false;
	memcpy(ret_name, walk->rest + start, length);
	ret_name[length] = '\0';
	memmove(walk->rest, walk->rest + start + length, strlen(walk->rest + start + length) + 1);
	return true;
}

static int open_by_walking(int root_fd, const char *path, int flags)
{
	__attribute__((cleanup(walk_release))) struct walk walk = {0};
	char name[NAME_MAX + 1], link[40];
	int fd, r;

	if (strlen(path) >= sizeof(walk.rest))
		return -ENAMETOOLONG;
	memcpy(walk.rest, path, strlen(path) + 1);
	while (walk_next(&walk, name, &r)) {
		bool is_last = walk.rest[strspn(walk.rest, "/")] == '\0';

		r = walk_step(&walk, root_fd, name, !is_last || !(flags & O_NOFOLLOW));
		if (r < 0)
			return r;
	}
	if (r < 0)
		return r;
	fd = walk.depth > 0 ? walk.fds[walk.depth - 1] : root_fd;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	fd = flags & O_PATH ? fcntl(fd, F_DUPFD_CLOEXEC, 0) : open(link, flags & ~O_NOFOLLOW);
	return fd < 0 ? -errno : fd;
}

int open_in_root(int root_fd, const char *path, int flags)
{
	const struct open_how how = {.flags = (unsigned)(flags | O_CLOEXEC),
				     .resolve = RESOLVE_IN_ROOT};
	long fd = syscall(SYS_openat2, root_fd, path, &how, sizeof(how));

	if (fd >= 0)
		return (int)fd;
	return errno == ENOSYS || errno == EPERM || errno == EAGAIN
		       ? open_by_walking(root_fd, path, flags | O_CLOEXEC)
		       : -errno;
}

int host_open(const char *path, int flags)
{
	int fd;

	if (root.is_elsewhere)
		return open_in_root(root.fd, path, flags);
	fd = open(path, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

DIR *host_opendir(const char *path)
{
	cleanup_fd int fd = host_open(path, O_RDONLY | O_DIRECTORY);
	DIR *dir;

	if (fd < 0) {
		errno = -fd;
		return NULL;
	}
	dir = fdopendir(fd);
	if (dir)
		take_fd(&fd);
	return dir;
}

int host_stat(const char *path, struct stat *ret)
{
	cleanup_fd int fd = host_open(path, O_PATH);

	if (fd < 0)
		return fd;
	return fstat(fd, ret) < 0 ? -errno : 0;
}

int host_read(const char *path, struct text *text)
{
	cleanup_fd int fd = -1;
	char link[40];

	if (!root.is_elsewhere)
		return file_read(AT_FDCWD, path, text);
	fd = host_open(path, O_PATH);
	if (fd < 0)
		return fd;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	return file_read(AT_FDCWD, link, text);
}

bool host_proc_is_ours(void)
{
	cleanup_fd int link = -1;
	char target[24] = "";
	uint64_t pid;

	if (!root.is_elsewhere)
		return true;
	link = host_open("/proc/self", O_PATH | O_NOFOLLOW);
	return link >= 0 && readlinkat(link, "", target, sizeof(target) - 1) > 0 &&
	       parse_u64(target, 10, &pid) && pid == (uint64_t)getpid();
}
