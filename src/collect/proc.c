/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/proc.h"

#include "base/cleanup.h"
#include "base/file.h"
#include "collect/host_root.h"
#include "collect/snapshot.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

static const char *const namespace_names[] = {"pid",  "net", "ipc",    "uts",
					      "user", "mnt", "cgroup", "time"};

#define N_NAMESPACES (sizeof(namespace_names) / sizeof(namespace_names[0]))

int proc_open(uint64_t pid)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/%" PRIu64, pid);
	return host_open(path, O_PATH | O_DIRECTORY);
}

int proc_open_host(void)
{
	return host_open(host_root() ? "/proc/1" : "/proc/self", O_PATH | O_DIRECTORY);
}

bool proc_next(DIR *proc, uint64_t *ret_pid)
{
	for (const struct dirent *entry; (entry = readdir(proc));)
		if (isdigit((unsigned char)entry->d_name[0]) &&
		    parse_u64(entry->d_name, 10, ret_pid))
			return true;
	return false;
}

static void text_empty(struct text *text)
{
	text->length = 0;
	text->truncated = false;
	if (text->bytes)
		text->bytes[0] = '\0';
}

/* Of a file that is one record a read which does not fill the buffer has all. */
static int read_all(int fd, bool is_record, struct text *text)
{
	char buffer[16 * 1024];
	ssize_t n;

	do {
		n = read(fd, buffer, sizeof(buffer));
		if (n < 0)
			return -errno;
		text_add_bytes(text, buffer, (size_t)n);
	} while (is_record ? n == sizeof(buffer) : n > 0);
	return text->truncated ? -EFBIG : 0;
}

static int read_file(int dir, const char *name, bool is_record, struct text *text)
{
	cleanup_fd int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);

	text_empty(text);
	return fd < 0 ? -errno : read_all(fd, is_record, text);
}

int proc_read_host(const char *path, struct text *text)
{
	cleanup_fd int fd = host_open(path, O_RDONLY);

	text_empty(text);
	return fd < 0 ? fd : read_all(fd, true, text);
}

int proc_read(int dir, const char *name, struct text *text)
{
	return read_file(dir, name, false, text);
}

int proc_read_record(int dir, const char *name, struct text *text)
{
	return read_file(dir, name, true, text);
}

int proc_readlink(int dir, const char *name, struct text *text)
{
	text_empty(text);
	return file_readlink(dir, name, text);
}

int proc_record(cJSON *object, const char *member, int dir, const char *name, struct text *text)
{
	int r = proc_read(dir, name, text);

	if (r < 0)
		snapshot_unread(object, member, strerror(-r));
	else
		snapshot_add_text(object, member, text_string(text), text->length);
	return r;
}

/* Field n of stat (from 3 on, after the name, which may itself hold blanks and parentheses). */
static bool stat_field(const char *after_name, unsigned n, uint64_t *ret)
{
	const char *field = after_name;
	char digits[24];
	size_t length;

	for (unsigned i = 2; field && i < n; i++)
		field = strchr(field + 1, ' ');
	if (!field)
		return false;
	length = strcspn(++field, " \n");
	if (length >= sizeof(digits))
		return false;
	memcpy(digits, field, length);
	digits[length] = '\0';
	return parse_u64(digits, 10, ret);
}

bool proc_parse_stat(const char *stat, struct proc_stat *ret)
{
	const char *open = strchr(stat, '('), *close = strrchr(stat, ')');
	struct proc_stat parsed = {0};
	uint64_t threads;
	size_t length;

	if (!open || !close || close < open || !stat_field(close, 4, &parsed.parent) ||
	    !stat_field(close, 20, &threads) || !stat_field(close, 22, &parsed.starttime))
		return false;
	length = (size_t)(close - open - 1);
	memcpy(parsed.comm, open + 1,
	       length < sizeof(parsed.comm) ? length : sizeof(parsed.comm) - 1);
	parsed.is_dead = (close[2] == 'Z' || close[2] == 'X') && threads <= 1;
	*ret = parsed;
	return true;
}

int proc_stat(int dir, struct proc_stat *ret)
{
	cleanup_text struct text stat = TEXT_INIT(4096);
	int r = proc_read_record(dir, "stat", &stat);

	if (r < 0)
		return r;
	return proc_parse_stat(text_string(&stat), ret) ? 0 : -EBADMSG;
}

/* By how long ago it was: /proc/stat gives the time of boot in whole seconds only. */
bool proc_start_time(uint64_t starttime, int64_t *ret)
{
	long ticks = sysconf(_SC_CLK_TCK);
	struct timespec now, since_boot;
	int64_t start;

	if (ticks <= 0 || starttime > (uint64_t)INT64_MAX / 1000 ||
	    clock_gettime(CLOCK_REALTIME, &now) < 0 ||
	    clock_gettime(CLOCK_BOOTTIME, &since_boot) < 0)
		return false;
	start = (now.tv_sec - since_boot.tv_sec) * 1000 +
		(now.tv_nsec - since_boot.tv_nsec) / 1000000 +
		(int64_t)(starttime * 1000 / (uint64_t)ticks);
	*ret = start / 1000;
	return true;
}

int proc_namespace(int dir, const char *name, uint64_t *ret)
{
	char path[16], target[64];
	ssize_t length;
	char *number;

	snprintf(path, sizeof(path), "ns/%s", name);
	length = readlinkat(dir, path, target, sizeof(target) - 1);
	if (length < 0)
		return -errno;
	target[length] = '\0';
	number = strchr(target, '[');
	if (!number || target[length - 1] != ']')
		return -EBADMSG;
	target[length - 1] = '\0';
	return parse_u64(number + 1, 10, ret) ? 0 : -EBADMSG;
}

int proc_namespaces(int dir, cJSON **ret)
{
	cJSON *namespaces = cJSON_CreateObject();
	uint64_t inode = 0;
	int r;

	for (size_t i = 0; i < N_NAMESPACES; i++) {
		r = proc_namespace(dir, namespace_names[i], &inode);
		if (r == -ENOENT)
			continue;
		if (r < 0) {
			cJSON_Delete(namespaces);
			return r;
		}
		snapshot_add_u64(namespaces, namespace_names[i], inode);
	}
	*ret = namespaces;
	return 0;
}

static bool status_is_kept(const char *line, size_t length)
{
	static const char *const kept[] = {
		"Name",   "Uid",    "Gid",    "Groups",     "NSpid",   "CapInh",         "CapPrm",
		"CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp", "Seccomp_filters"};

	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (strlen(kept[i]) == length && memcmp(kept[i], line, length) == 0)
			return true;
	return false;
}

void proc_filter_status(const char *status, struct text *ret)
{
	for (const char *line = status; *line;) {
		size_t length = strcspn(line, "\n");

		length += line[length] == '\n';
		if (status_is_kept(line, strcspn(line, ":\n")))
			text_add_bytes(ret, line, length);
		line += length;
	}
}

/* The super block's options are the last field; the kernel escapes blanks and commas in values. */
static void add_mount(const char *line, size_t length, struct text *ret)
{
	size_t start = length, end;
	bool first = true;

	while (start > 0 && line[start - 1] != ' ')
		start--;
	text_add_bytes(ret, line, start);
	for (; start < length; start = end + 1) {
		end = start;
		while (end < length && line[end] != ',')
			end++;
		if (end - start > 8 && memcmp(line + start, "lowerdir", 8) == 0)
			continue;
		if (!first)
			text_add(ret, ",");
		text_add_bytes(ret, line + start, end - start);
		first = false;
	}
	text_add(ret, "\n");
}

void proc_filter_mountinfo(const char *mountinfo, struct text *ret)
{
	for (const char *line = mountinfo; *line;) {
		size_t length = strcspn(line, "\n");

		add_mount(line, length, ret);
		line += length + (line[length] == '\n');
	}
}

bool proc_map_is_identity(const char *map)
{
	uint64_t inside, outside, count;

	return sscanf(map, "%" SCNu64 " %" SCNu64 " %" SCNu64, &inside, &outside, &count) == 3 &&
	       inside == 0 && outside == 0 && count == 4294967295;
}

/* The first field of mountinfo's first line. */
static bool root_mount(int dir, uint64_t *ret)
{
	cleanup_fd int fd = openat(dir, "mountinfo", O_RDONLY | O_CLOEXEC);
	char line[64];
	ssize_t length = fd < 0 ? -1 : read(fd, line, sizeof(line) - 1);

	if (length <= 0)
		return false;
	line[length] = '\0';
	line[strcspn(line, " ")] = '\0';
	return parse_u64(line, 10, ret);
}

bool proc_shares_host_mounts(int dir)
{
	cleanup_fd int host = proc_open_host();
	uint64_t ours = 0, theirs = 0;

	if (host < 0)
		return false;
	if (proc_namespace(host, "mnt", &ours) == 0 && proc_namespace(dir, "mnt", &theirs) == 0)
		return ours == theirs;
	return root_mount(host, &ours) && root_mount(dir, &theirs) && ours == theirs;
}
