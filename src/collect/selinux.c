/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Of SELinux's policy what says that types of containers are held: host.selinux_policy. How many
 * types are permissive stands at the beginning of the policy that the kernel has loaded
 * (policydb_read() in Linux's security/selinux/ss/policydb.c); which they are, in the names of the
 * modules that semanage(8) makes of them, in the store from which the policy is built
 * (libsemanage: modules/<priority>/<name>, modules/disabled/<name>).
 */
#include "base/arena.h"
#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "collect/host.h"
#include "collect/host_root.h"
#include "collect/snapshot.h"

#include <dirent.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define MAGIC 0xf97cff8cU

enum {
	HEADER_ROOM = 64 * 1024, /* of a policy: both sets take some hundred bytes */
	SINCE_CAPABILITIES = 22, /* versions of the policy */
	SINCE_PERMISSIVE = 23,
};

struct reader {
	const unsigned char *at;
	size_t left;
};

static bool read_u32(struct reader *reader, uint32_t *ret)
{
	if (reader->left < sizeof(*ret))
		return false;
	memcpy(ret, reader->at, sizeof(*ret));
	*ret = le32toh(*ret);
	reader->at += sizeof(*ret);
	reader->left -= sizeof(*ret);
	return true;
}

/* A set: the size of a unit, the highest bit, the number of units; each its first bit and 64. */
static bool count_bits(struct reader *reader, uint64_t *ret)
{
	uint32_t unit, highest, n, start, low, high;

	*ret = 0;
	if (!read_u32(reader, &unit) || !read_u32(reader, &highest) || !read_u32(reader, &n) ||
	    unit != 64)
		return false;
	for (; n; n--) {
		if (!read_u32(reader, &start) || !read_u32(reader, &low) ||
		    !read_u32(reader, &high))
			return false;
		*ret += (uint64_t)(__builtin_popcount(low) + __builtin_popcount(high));
	}
	return true;
}

int selinux_permissive(const void *policy, size_t length, uint64_t *ret)
{
	struct reader reader = {policy, length};
	uint32_t magic, size, version, skipped;
	uint64_t n;

	if (!read_u32(&reader, &magic) || magic != MAGIC || !read_u32(&reader, &size) ||
	    size > reader.left)
		return -EBADMSG;
	reader.at += size; /* "SE Linux" */
	reader.left -= size;
	if (!read_u32(&reader, &version) || version < SINCE_CAPABILITIES)
		return -EBADMSG;
	for (int i = 0; i < 3; i++) /* its options, numbers of tables */
		if (!read_u32(&reader, &skipped))
			return -EBADMSG;
	if (version < SINCE_PERMISSIVE || !count_bits(&reader, &n) || !count_bits(&reader, &n))
		return -EBADMSG;
	*ret = n;
	return 0;
}

static void record_permissive(cJSON *record)
{
	static unsigned char room[HEADER_ROOM];
	cleanup_fd int fd = host_open("/sys/fs/selinux/policy", O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read(fd, room, sizeof(room));
	uint64_t n;
	int r = fd < 0 ? fd : length < 0 ? -errno : 0;

	if (r == 0)
		r = selinux_permissive(room, (size_t)length, &n);
	if (r == 0)
		snapshot_add_u64(record, "permissive", n);
	else
		snapshot_unread(record, "permissive", strerror(-r));
}

/* Those that this program knows to mean something. */
static bool is_telling(const char *name)
{
	return text_starts(name, "permissive_") || text_equal(name, "docker-af-alg-deny") ||
	       text_equal(name, "docker-af-vsock-deny");
}

static void record_directory(struct arena *arena, cJSON *modules, const char *store,
			     const char *priority)
{
	cleanup_dir DIR *dir = host_opendir(path_join(arena, store, priority));

	for (const struct dirent *entry; dir && (entry = readdir(dir));) {
		const char *disabled = arena_printf(arena, "%s/disabled/%s", store, entry->d_name);
		struct stat st;

		if (is_telling(entry->d_name) && host_stat(disabled, &st) < 0)
			cJSON_AddItemToArray(modules, cJSON_CreateString(entry->d_name));
	}
}

/* SELINUXTYPE=targeted */
static const char *store_of(struct arena *arena)
{
	cleanup_text struct text text = TEXT_INIT((size_t)64 * 1024);
	const char *line, *type = "targeted";

	if (host_read("/etc/selinux/config", &text) < 0)
		return "/var/lib/selinux/targeted/active/modules";
	for (line = text.bytes; line && *line; line = strchr(line, '\n')) {
		line += strspn(line, "\n \t");
		if (text_starts(line, "SELINUXTYPE="))
			type = line + strlen("SELINUXTYPE=");
	}
	return arena_printf(arena, "/var/lib/selinux/%.*s/active/modules",
			    (int)strcspn(type, " \t\r\n/"), type);
}

static void record_modules(cJSON *record)
{
	cleanup_arena struct arena *arena = arena_new();
	const char *store = store_of(arena);
	cleanup_dir DIR *dir = host_opendir(store);
	cJSON *modules;

	if (!dir) {
		snapshot_unread(record, "modules", strerror(errno));
		return;
	}
	modules = cJSON_AddArrayToObject(record, "modules");
	for (const struct dirent *entry; (entry = readdir(dir));)
		if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9')
			record_directory(arena, modules, store, entry->d_name);
}

void selinux_collect(cJSON *host)
{
	cJSON *record = cJSON_AddObjectToObject(host, "selinux_policy");

	record_permissive(record);
	record_modules(record);
}
