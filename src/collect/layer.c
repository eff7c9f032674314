/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/layer.h"

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <time.h>

#define MOST_DEPTH 128 /* each holds a descriptor */
#define MOST_FILES 4096

/* Sorted. What an attacker would miss, were it not there; versions are cut off: python3.11. */
static const char *const programs[] = {
	"apk",     "apt",      "apt-get", "ash",  "bash",   "cc",     "clang", "curl",   "dash",
	"dnf",     "dpkg",     "emerge",  "g++",  "gcc",    "gdb",    "gem",   "git",    "go",
	"make",    "microdnf", "nc",      "ncat", "netcat", "nmap",   "npm",   "pacman", "perl",
	"pip",     "python",   "rpm",     "ruby", "rustc",  "sh",     "socat", "ssh",    "strace",
	"tcpdump", "telnet",   "wget",    "yum",  "zsh",    "zypper",
};

static int compare_names(const void *name, const void *item)
{
	return strcmp(name, *(const char *const *)item);
}

bool layer_program(const char *name)
{
	char bare[16];
	size_t length = strlen(name);

	while (length > 0 && strchr("0123456789.-", name[length - 1]))
		length--;
	if (length == 0 || length >= sizeof(bare))
		return false;
	memcpy(bare, name, length);
	bare[length] = '\0';
	return bsearch(bare, programs, sizeof(programs) / sizeof(programs[0]), sizeof(programs[0]),
		       compare_names);
}

bool file_capability_parse(const void *attribute, size_t length, struct file_capability *ret)
{
	struct vfs_ns_cap_data data = {0};
	struct file_capability capability = {0};
	uint32_t revision;
	size_t words = VFS_CAP_U32_2;

	if (length > sizeof(data) || length < XATTR_CAPS_SZ_1)
		return false;
	memcpy(&data, attribute, length);
	revision = le32toh(data.magic_etc) & VFS_CAP_REVISION_MASK;
	if (revision == VFS_CAP_REVISION_1)
		words = VFS_CAP_U32_1;
	if (!(revision == VFS_CAP_REVISION_1 && length == XATTR_CAPS_SZ_1) &&
	    !(revision == VFS_CAP_REVISION_2 && length == XATTR_CAPS_SZ_2) &&
	    !(revision == VFS_CAP_REVISION_3 && length == XATTR_CAPS_SZ_3))
		return false;
	for (size_t i = 0; i < words; i++) {
		capability.permitted |= (uint64_t)le32toh(data.data[i].permitted) << (32 * i);
		capability.inheritable |= (uint64_t)le32toh(data.data[i].inheritable) << (32 * i);
	}
	capability.effective = le32toh(data.magic_etc) & VFS_CAP_FLAGS_EFFECTIVE;
	*ret = capability;
	return true;
}

struct walk {
	struct arena *arena;
	struct layer *layer;
	struct layer_file *files;
	struct layer_budget *budget;
	dev_t device;
	struct text path; /* of the entry that is looked at */
};

/* Say why the layer is not known to its end; the result ends the walk. */
static bool give_up(struct walk *walk, const char *why)
{
	cleanup_text struct text text = {0};

	text_add_utf8(&text, text_string(&walk->path), walk->path.length);
	walk->layer->unread = arena_printf(walk->arena, "/%s: %s", text_string(&text), why);
	return false;
}

static bool keep(struct walk *walk, const struct layer_file *file)
{
	struct layer *layer = walk->layer;

	if (layer->n == MOST_FILES)
		return give_up(walk, "too many privileged files");
	walk->files = arena_grow(walk->arena, walk->files, layer->n, sizeof(*walk->files));
	walk->files[layer->n] = *file;
	walk->files[layer->n++].path = arena_strdup(walk->arena, text_string(&walk->path));
	layer->files = walk->files;
	return true;
}

/* By a link of /proc, for no file is opened: that could wait, or wake somebody. */
static int read_capability(int directory, const char *name, struct file_capability *ret)
{
	char link[NAME_MAX + 40], attribute[XATTR_CAPS_SZ_3];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/self/fd/%d/%s", directory, name);
	length = lgetxattr(link, "security.capability", attribute, sizeof(attribute));
	if (length < 0)
		return errno == ENODATA || errno == ENOTSUP ? 0 : -errno;
	file_capability_parse(attribute, (size_t)length, ret);
	return 0;
}

static bool look_at_file(struct walk *walk, int directory, const char *name)
{
	struct layer_file file = {0};
	struct stat status;
	int r = 0;

	if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
		return give_up(walk, strerror(errno));
	if (!S_ISREG(status.st_mode))
		return true;
	if (status.st_mode & 0111)
		r = read_capability(directory, name, &file.capability);
	if (r < 0)
		return give_up(walk, strerror(-r));
	if (!(status.st_mode & (S_ISUID | S_ISGID)) && !file.capability.permitted &&
	    !file.capability.inheritable)
		return true;
	file.mode = status.st_mode & 07777;
	file.uid = status.st_uid;
	file.gid = status.st_gid;
	return keep(walk, &file);
}

bool layer_budget_is_over(const struct layer_budget *budget)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec >= budget->until;
}

static bool may_go_on(struct walk *walk)
{
	struct layer_budget *budget = walk->budget;

	if (budget->entries == 0)
		return give_up(walk, "the layers hold too many files");
	if (--budget->entries % 1024 != 0)
		return true;
	return !layer_budget_is_over(budget) || give_up(walk, LAYER_TAKES_TOO_LONG);
}

struct directory {
	int fd;
	unsigned depth;
	bool is_bin; /* "bin" or "sbin", where programs are */
};

static bool walk_directory(struct walk *walk, int fd, unsigned depth);

static bool enter(struct walk *walk, int directory, const char *name, unsigned depth)
{
	int fd = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return give_up(walk, strerror(errno));
	return walk_directory(walk, fd, depth);
}

/* As readdir(3) says, but for file systems that leave it to stat(2); a negative errno. */
static int entry_type(const struct directory *directory, const struct dirent *entry)
{
	struct stat status;

	if (entry->d_type != DT_UNKNOWN)
		return entry->d_type;
	if (fstatat(directory->fd, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	return IFTODT(status.st_mode);
}

static bool look_at_entry(struct walk *walk, const struct directory *directory,
			  const struct dirent *entry)
{
	const char *name = entry->d_name;
	int type = entry_type(directory, entry);

	if (type < 0)
		return give_up(walk, strerror(-type));
	if (type == DT_DIR)
		return enter(walk, directory->fd, name, directory->depth + 1);
	if (type != DT_REG && type != DT_LNK)
		return true;
	if (directory->is_bin && layer_program(name) &&
	    !keep(walk, &(struct layer_file){.is_program = true}))
		return false;
	return type == DT_LNK || look_at_file(walk, directory->fd, name);
}

/* Why a directory is not entered; NULL where it is. */
static const char *refusal(int fd, unsigned depth)
{
	if (depth > MOST_DEPTH)
		return "its directories are too deep";
	if (fgetxattr(fd, LAYER_TRUSTED "redirect", NULL, 0) > 0)
		return "a directory in it is renamed by " LAYER_TRUSTED "redirect";
	return NULL;
}

static bool walk_entries(struct walk *walk, DIR *dir, const struct directory *directory)
{
	size_t before = walk->path.length;
	bool on = true;

	while (on) {
		const struct dirent *entry;

		errno = 0;
		entry = readdir(dir);
		if (!entry)
			return errno == 0 || give_up(walk, strerror(errno));
		if (text_equal(entry->d_name, ".") || text_equal(entry->d_name, ".."))
			continue;
		text_add(&walk->path, before ? "/" : "");
		text_add(&walk->path, entry->d_name);
		on = may_go_on(walk) && look_at_entry(walk, directory, entry);
		walk->path.length = before;
		walk->path.bytes[before] = '\0';
	}
	return on;
}

/* Takes the descriptor over. False where the walk is over. */
static bool walk_directory(struct walk *walk, int fd, unsigned depth)
{
	cleanup_dir DIR *dir = fdopendir(fd);
	const char *name = path_name(text_string(&walk->path));
	const struct directory directory = {
		.fd = fd,
		.depth = depth,
		.is_bin = text_equal(name, "bin") || text_equal(name, "sbin"),
	};
	const char *why = refusal(fd, depth);
	struct stat status;

	if (!dir)
		close(fd);
	if (!dir || fstat(fd, &status) < 0)
		return give_up(walk, strerror(errno));
	if (why)
		return give_up(walk, why);
	return status.st_dev != walk->device || walk_entries(walk, dir, &directory);
}

void layer_walk(struct arena *arena, int top, struct layer_budget *budget, struct layer *ret)
{
	struct walk walk = {.arena = arena, .layer = ret, .budget = budget};
	struct stat status;

	*ret = (struct layer){0};
	if (fstat(top, &status) < 0) {
		give_up(&walk, strerror(errno));
	} else {
		walk.device = status.st_dev;
		enter(&walk, top, ".", 0);
	}
	text_release(&walk.path);
}

/* What one directory on a path's way says of what is below it in the layers below. */
enum step { SHOWS, HIDES, GOES_ON };

/* Put the next directory in the place of *fd. */
static int step_into(int *fd, const char *name, const char *marks)
{
	char attribute[64], value = 0;
	int next = openat(*fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (next < 0 && (errno == ENOTDIR || errno == ELOOP))
		return HIDES;
	if (next < 0)
		return errno == ENOENT ? SHOWS : -errno;
	close(*fd);
	*fd = next;
	snprintf(attribute, sizeof(attribute), "%sopaque", marks);
	return fgetxattr(next, attribute, &value, 1) == 1 && value == 'y' ? HIDES : GOES_ON;
}

int layer_hides(int top, const char *path, const char *marks)
{
	cleanup_fd int fd = fcntl(top, F_DUPFD_CLOEXEC, 0);
	char name[NAME_MAX + 1];

	if (fd < 0)
		return -errno;
	for (const char *slash; (slash = strchr(path, '/')); path = slash + 1) {
		int r = snprintf(name, sizeof(name), "%.*s", (int)(slash - path), path);

		r = r < (int)sizeof(name) ? step_into(&fd, name, marks) : -ENAMETOOLONG;
		if (r != GOES_ON)
			return r;
	}
	if (faccessat(fd, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return HIDES;
	return errno == ENOENT ? SHOWS : -errno;
}

int layer_open(int top, const char *path)
{
	cleanup_fd int fd = fcntl(top, F_DUPFD_CLOEXEC, 0);

	while (fd >= 0 && *path) {
		size_t length = strcspn(path, "/");
		char name[NAME_MAX + 1];
		int next;

		if (length >= sizeof(name))
			return -ENAMETOOLONG;
		memcpy(name, path, length);
		name[length] = '\0';
		next = openat(fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
		if (next < 0)
			return -errno;
		close(fd);
		fd = next;
		path += length + (path[length] == '/');
	}
	return fd < 0 ? -errno : take_fd(&fd);
}
