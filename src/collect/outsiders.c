/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/outsiders.h"

#include "base/cleanup.h"
#include "base/doc.h"
#include "collect/snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MOST_RECORDED 256

static const char *const kinds[OUTSIDER_KINDS] = {"pid", "mnt", "net"};

/* All kinds of namespaces are numbered together, so that one list holds them. */
struct inodes {
	uint64_t *items; /* sorted */
	size_t n;
};

void outsiders_init(struct outsiders *outsiders, struct arena *arena, const cJSON *snapshot)
{
	const cJSON *host = doc_at(snapshot, "host.namespaces");

	outsiders->arena = arena;
	for (size_t i = 0; i < OUTSIDER_KINDS; i++)
		doc_u64(host, kinds[i], &outsiders->host[i]);
}

void outsiders_offer(struct outsiders *outsiders, uint64_t pid, int dir)
{
	struct outsider outsider = {.pid = pid};
	bool is_hosts = true;

	if (pid == 1)
		return; /* is the host, and may not be read even by root */
	for (size_t i = 0; i < OUTSIDER_KINDS; i++) {
		int r = proc_namespace(dir, kinds[i], &outsider.namespaces[i]);

		if (r == -EACCES || r == -EPERM) {
			outsiders->unread++;
			outsiders->code = r;
		}
		if (r < 0)
			return;
		is_hosts &= !outsiders->host[i] || outsider.namespaces[i] == outsiders->host[i];
	}
	if (is_hosts)
		return;
	outsiders->items = arena_grow(outsiders->arena, outsiders->items, outsiders->n,
				      sizeof(*outsiders->items));
	outsiders->items[outsiders->n++] = outsider;
}

static int compare_inodes(const void *a, const void *b)
{
	uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;

	return (one > other) - (one < other);
}

static bool has_inode(const struct inodes *inodes, uint64_t inode)
{
	return inodes->n &&
	       bsearch(&inode, inodes->items, inodes->n, sizeof(inode), compare_inodes);
}

/* The engine's own: those of a rootless one are not the host's, and all of it is in there. */
static void engine_namespaces(const cJSON *snapshot, uint64_t ret[OUTSIDER_KINDS])
{
	uint64_t pid;
	cleanup_fd int dir =
		doc_u64(snapshot, "daemon.pid", &pid) == DOC_PRESENT ? proc_open(pid) : -1;

	for (size_t i = 0; dir >= 0 && i < OUTSIDER_KINDS; i++)
		proc_namespace(dir, kinds[i], &ret[i]);
}

/* The namespaces of containers that are neither the host's nor the engine's. */
static struct inodes container_namespaces(const struct outsiders *outsiders, const cJSON *snapshot)
{
	const cJSON *processes = doc_at(snapshot, "processes");
	size_t most = (size_t)cJSON_GetArraySize(processes) * OUTSIDER_KINDS;
	struct inodes inodes = {.items = arena_array(outsiders->arena, most, sizeof(uint64_t))};
	uint64_t engine[OUTSIDER_KINDS] = {0}, inode;

	engine_namespaces(snapshot, engine);
	doc_for_each (process, processes) {
		const cJSON *namespaces = doc_at(process, "namespaces");

		for (size_t i = 0; i < OUTSIDER_KINDS; i++)
			if (doc_bool_or(process, "init", false) &&
			    doc_u64(namespaces, kinds[i], &inode) == DOC_PRESENT &&
			    outsiders->host[i] && inode != outsiders->host[i] && inode != engine[i])
				inodes.items[inodes.n++] = inode;
	}
	if (inodes.n)
		qsort(inodes.items, inodes.n, sizeof(*inodes.items), compare_inodes);
	return inodes;
}

static bool is_inside(const struct outsider *outsider, const struct inodes *inodes)
{
	for (size_t i = 0; i < OUTSIDER_KINDS; i++)
		if (has_inode(inodes, outsider->namespaces[i]))
			return true;
	return false;
}

/* Still in the same place, and in no container's group? Its group is then in recording->text. */
static bool is_still_outside(const struct outsider *outsider, int dir, struct recording *recording,
			     const struct running_list *running)
{
	uint64_t inode = 0;

	return proc_namespace(dir, kinds[0], &inode) == 0 && inode == outsider->namespaces[0] &&
	       proc_read_record(dir, "cgroup", &recording->text) == 0 &&
	       !running_by_cgroup(running, text_string(&recording->text)) &&
	       !running_by_pid(running, outsider->pid);
}

/* A runtime on its way into a container is in its namespaces first, and then in its group. */
static cJSON *look_again(const struct outsider *outsider, struct recording *recording,
			 const struct running_list *running, unsigned *rounds)
{
	const struct timespec wait = {.tv_nsec = ENTERING_WAIT * 1000000L};
	cleanup_fd int dir = proc_open(outsider->pid);
	struct proc_stat stat;

	while (dir >= 0 && proc_stat(dir, &stat) == 0 && !stat.is_dead &&
	       is_still_outside(outsider, dir, recording, running)) {
		if (!text_starts(stat.comm, ENTERING_NAME) || *rounds == 0)
			return process_record_outsider(recording, outsider->pid, dir, &stat);
		nanosleep(&wait, NULL);
		--*rounds;
	}
	return NULL;
}

void outsiders_record(const struct outsiders *outsiders, cJSON *snapshot,
		      struct recording *recording, const struct running_list *running)
{
	struct inodes inodes = container_namespaces(outsiders, snapshot);
	cJSON *list = cJSON_AddArrayToObject(snapshot, "outsiders");
	unsigned rounds = ENTERING_ROUNDS;
	size_t n = 0, i = 0;

	for (; i < outsiders->n && n < MOST_RECORDED; i++) {
		cJSON *process = NULL;

		if (is_inside(&outsiders->items[i], &inodes))
			process = look_again(&outsiders->items[i], recording, running, &rounds);
		n += cJSON_AddItemToArray(list, process);
	}
	if (!outsiders->host[0] || !outsiders->host[1] || !outsiders->host[2])
		snapshot_unread(snapshot, "outsiders", "the host's own namespaces are not known");
	else if (outsiders->unread)
		snapshot_unread(snapshot, "outsiders", strerror(-outsiders->code));
	else if (i < outsiders->n)
		snapshot_unread(snapshot, "outsiders", "there are too many of them");
}
