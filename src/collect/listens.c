/* SPDX-License-Identifier: Apache-2.0 */

/* What a process in the host's network waits on: its sockets, found in its namespace's tables. */
#include "base/doc.h"
#include "collect/proc.h"
#include "collect/process.h"
#include "collect/snapshot.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MOST_SOCKETS 1000

struct recorder {
	const struct socket_table *table;
	const struct socket_entry *seen[MOST_SOCKETS];
	size_t n;
};

/* A socket may stand behind several descriptors. */
static bool remember(void *data, uint64_t inode)
{
	struct recorder *recorder = data;
	const struct socket_entry *entry = socket_table_find(recorder->table, inode);

	if (!entry)
		return true;
	for (size_t i = 0; i < recorder->n; i++)
		if (recorder->seen[i] == entry)
			return true;
	if (recorder->n == MOST_SOCKETS)
		return false;
	recorder->seen[recorder->n++] = entry;
	return true;
}

static int read_namespace(struct listens *listens, int dir)
{
	uint64_t inode;
	int r = proc_namespace(dir, "net", &inode);

	if (r < 0 || inode == listens->inode)
		return r;
	socket_table_release(&listens->table);
	listens->inode = 0;
	r = socket_table_read(dir, SOCKETS_TCP | SOCKETS_UDP, &listens->table);
	if (r == 0)
		listens->inode = inode;
	return r;
}

int listens_record(struct listens *listens, cJSON *process, int dir)
{
	struct recorder recorder = {.table = &listens->table};
	char text[160];
	cJSON *array;
	int r = read_namespace(listens, dir);

	if (r == 0)
		r = process_sockets(dir, remember, &recorder);
	if (r == 0 && recorder.n == MOST_SOCKETS)
		r = -E2BIG;
	if (r < 0) {
		snapshot_unread(process, "listens", strerror(-r));
		return r;
	}
	array = cJSON_AddArrayToObject(process, "listens");
	for (size_t i = 0; i < recorder.n; i++) {
		snprintf(text, sizeof(text), "%.3s %s %u", recorder.seen[i]->protocol,
			 recorder.seen[i]->address, recorder.seen[i]->port);
		cJSON_AddItemToArray(array, cJSON_CreateString(text));
	}
	return 0;
}
