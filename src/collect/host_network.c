/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Who takes orders in the host's network: TCP sockets that listen at the ports of engines, clusters
 * and machines, and the sockets that containerd's shims had there before they got a place in the
 * file system (containerd 1.3.9 and 1.4.3, CVE-2020-15257). facts/control_port.c has the same
 * ports.
 */
#include "collect/host.h"

#include "base/cleanup.h"
#include "base/doc.h"
#include "collect/host_root.h"
#include "collect/proc.h"
#include "collect/snapshot.h"
#include "collect/sockets.h"

#include <errno.h>
#include <string.h>

#define MOST_SHIMS 64
#define SHIM       "@/containerd-shim/"

static const uint16_t ports[] = {1234, 2375, 2376,  2379,  4243, 8001,
				 8080, 8888, 10250, 10255, 16509};

/* Whose sockets are looked for among the descriptors of all processes. */
struct owners {
	const struct socket_table *table;
	cJSON **listeners; /* by the position of the socket in the table; NULL where not wanted */
	size_t n_wanted, n_found;
	int code; /* why some descriptors were not read */
	struct proc_stat stat;
	uint64_t pid, uid;
};

static bool is_wanted(const struct socket_entry *entry)
{
	for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++)
		if (text_starts(entry->protocol, "tcp") && entry->port == ports[i])
			return true;
	return false;
}

static cJSON *add_listener(cJSON *array, const struct socket_entry *entry)
{
	cJSON *listener = cJSON_CreateObject();

	cJSON_AddStringToObject(listener, "address", entry->address);
	snapshot_add_u64(listener, "port", entry->port);
	cJSON_AddItemToArray(array, listener);
	return listener;
}

/* A socket that systemd opened is also its service's, which is named instead. */
static bool name_owner(void *data, uint64_t inode)
{
	struct owners *owners = data;
	const struct socket_entry *entry = socket_table_find(owners->table, inode);
	cJSON *listener = entry ? owners->listeners[entry - owners->table->entries] : NULL;

	if (!listener || (doc_at(listener, "pid") && owners->pid == 1))
		return true;
	owners->n_found += owners->pid != 1;
	cJSON_DeleteItemFromObject(listener, "pid");
	cJSON_DeleteItemFromObject(listener, "uid");
	cJSON_DeleteItemFromObject(listener, "program");
	snapshot_add_u64(listener, "pid", owners->pid);
	snapshot_add_u64(listener, "uid", owners->uid);
	snapshot_add_text(listener, "program", owners->stat.comm, strlen(owners->stat.comm));
	if (owners->pid != 1)
		owners->listeners[entry - owners->table->entries] = NULL;
	return true;
}

static void look_at_process(struct owners *owners, uint64_t pid)
{
	cleanup_fd int dir = proc_open(pid);
	struct stat status;
	int r;

	if (dir < 0 || fstat(dir, &status) < 0 || proc_stat(dir, &owners->stat) < 0)
		return;
	owners->pid = pid;
	owners->uid = status.st_uid;
	r = process_sockets(dir, name_owner, owners);
	if (r == -EACCES || r == -EPERM)
		owners->code = r;
}

static void find_owners(cJSON *network, struct owners *owners)
{
	cleanup_dir DIR *proc = host_opendir("/proc");
	uint64_t pid;

	while (proc && owners->n_found < owners->n_wanted && proc_next(proc, &pid))
		look_at_process(owners, pid);
	if (owners->n_found < owners->n_wanted && (owners->code || !proc))
		snapshot_unread(network, "owners", proc ? strerror(-owners->code) : "no /proc");
}

static void record_table(cJSON *network, const struct socket_table *table)
{
	cleanup_arena struct arena *arena = arena_new();
	struct owners owners = {.table = table,
				.listeners = arena_array(arena, table->n, sizeof(cJSON *))};
	cJSON *listeners = cJSON_AddArrayToObject(network, "listeners");
	cJSON *shims = cJSON_AddArrayToObject(network, "shims");
	unsigned n_shims = 0;

	for (size_t i = 0; i < table->n; i++) {
		const struct socket_entry *entry = &table->entries[i];

		if (is_wanted(entry)) {
			owners.listeners[i] = add_listener(listeners, entry);
			owners.n_wanted++;
		} else if (text_starts(entry->address, SHIM) && n_shims++ < MOST_SHIMS) {
			cJSON_AddItemToArray(shims, cJSON_CreateString(entry->address));
		}
	}
	find_owners(network, &owners);
}

static bool is_hosts(const cJSON *host, int dir)
{
	uint64_t ours, theirs;

	return host_root() ||
	       (proc_namespace(dir, "net", &ours) == 0 &&
		doc_u64(host, "namespaces.net", &theirs) == DOC_PRESENT && ours == theirs);
}

void host_network_collect(const cJSON *snapshot, cJSON *host)
{
	cleanup_sockets struct socket_table table = {0};
	cleanup_fd int dir = -1;
	cJSON *network;
	int r;

	if (!doc_bool_or(snapshot, "local", false))
		return;
	network = snapshot_object(host, "network");
	dir = proc_open_host();
	if (dir >= 0 && !is_hosts(host, dir)) {
		snapshot_unread(network, "listeners",
				"the auditor is in another network namespace");
		return;
	}
	r = dir < 0 ? dir : socket_table_read(dir, SOCKETS_TCP | SOCKETS_UNIX, &table);
	if (r < 0)
		snapshot_unread(network, "listeners", strerror(-r));
	else
		record_table(network, &table);
}
