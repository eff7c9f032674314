/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/running_as.h"

#include "base/doc.h"
#include "collect/host_root.h"
#include "collect/proc.h"
#include "collect/snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST_RECORDED 1024

void running_as_init(struct running_as *all, struct arena *arena, const cJSON *snapshot)
{
	struct stat root;

	all->arena = arena;
	doc_u64(snapshot, "host.namespaces.user", &all->user);
	if (host_stat("/", &root) < 0)
		return;
	all->root_device = root.st_dev;
	all->root_inode = root.st_ino;
}

/* Its root is the host's, and so is its user namespace: 0, 1, or a negative errno. */
static int is_of_host(const struct running_as *all, int dir)
{
	struct stat root;
	uint64_t user = 0;
	int r = proc_namespace(dir, "user", &user);

	if (r < 0)
		return r;
	if (fstatat(dir, "root", &root, 0) < 0)
		return -errno;
	return (!all->user || user == all->user) && root.st_dev == all->root_device &&
	       root.st_ino == all->root_inode;
}

/* The first three of the line: real, effective and saved. */
static bool read_ids(const char *status, const char *name, uint64_t *ret)
{
	const char *line = strstr(status, name);
	uint64_t ids[3];

	if (!line || sscanf(line + strlen(name), "%" SCNu64 " %" SCNu64 " %" SCNu64, &ids[0],
			    &ids[1], &ids[2]) != 3)
		return false;
	*ret = ids[0];
	return ids[0] == ids[1] && ids[0] == ids[2];
}

/*
 * The kernel asks for all three ids to be those of who looks, and for a process that may be dumped
 * (ptrace(2), access mode checking): the files of any other belong to root.
 */
static bool read_who(int dir, struct text *text, struct running_as_who *ret)
{
	const char *line;
	struct stat file;

	if (fstatat(dir, "status", &file, 0) < 0 || proc_read_record(dir, "status", text) < 0)
		return false;
	line = strstr(text_string(text), "\nCapPrm:");
	return line && sscanf(line, "\nCapPrm: %" SCNx64, &ret->permitted) == 1 &&
	       read_ids(text_string(text), "\nUid:", &ret->uid) &&
	       read_ids(text_string(text), "\nGid:", &ret->gid) && file.st_uid == ret->uid;
}

void running_as_offer(struct running_as *all, uint64_t pid, int dir, struct text *text)
{
	struct running_as_who who;
	int r;

	/* Our own ends with the audit. */
	if (pid == 1 || (host_proc_is_ours() && pid == (uint64_t)getpid()))
		return;
	r = is_of_host(all, dir);
	if (r == -EACCES || r == -EPERM) {
		all->unread++;
		all->code = r;
	}
	if (r <= 0 || !read_who(dir, text, &who))
		return;
	all->items = arena_grow(all->arena, all->items, all->n, sizeof(who));
	all->items[all->n++] = who;
}

static int compare(const void *left, const void *right)
{
	const struct running_as_who *a = left, *b = right;
	int order = (a->uid > b->uid) - (a->uid < b->uid);

	if (order == 0)
		order = (a->gid > b->gid) - (a->gid < b->gid);
	return order ? order : (a->permitted > b->permitted) - (a->permitted < b->permitted);
}

void running_as_record(struct running_as *all, cJSON *snapshot)
{
	cJSON *host = snapshot_object(snapshot, "host");
	cJSON *list = cJSON_AddArrayToObject(host, "running_as");
	size_t n = 0;

	if (all->n)
		qsort(all->items, all->n, sizeof(*all->items), compare);
	for (size_t i = 0; i < all->n; i++) {
		const struct running_as_who *who = &all->items[i];
		char line[64];

		if (i > 0 && compare(who, &all->items[i - 1]) == 0)
			continue;
		if (n == MOST_RECORDED) {
			snapshot_unread(host, "running_as", "too many of them differ");
			return;
		}
		snprintf(line, sizeof(line), "%" PRIu64 " %" PRIu64 " %" PRIx64, who->uid, who->gid,
			 who->permitted);
		n += cJSON_AddItemToArray(list, cJSON_CreateString(line));
	}
	if (!all->root_inode)
		snapshot_unread(host, "running_as", "the host's root directory was not found");
	else if (all->unread)
		snapshot_unread(host, "running_as", strerror(-all->code));
}
