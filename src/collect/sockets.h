/* SPDX-License-Identifier: Apache-2.0 */

/* Sockets that wait for somebody: /proc/<pid>/net/{tcp,tcp6,udp,udp6,unix}, and who holds them. */
#ifndef BULKHEAD_COLLECT_SOCKETS_H
#define BULKHEAD_COLLECT_SOCKETS_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct socket_entry {
	uint64_t inode;       /* what /proc/<pid>/fd calls socket:[inode] */
	const char *protocol; /* "tcp", "tcp6", "udp", "udp6", "unix" */
	char address[110];    /* "127.0.0.1", "::", or a path, "@name" for an abstract one */
	uint16_t port;        /* 0 for unix */
};

struct socket_table {
	struct arena *arena;
	struct socket_entry *entries; /* sorted by inode */
	size_t n, size;
};

enum { SOCKETS_TCP = 1, SOCKETS_UDP = 2, SOCKETS_UNIX = 4 };

/*
 * The listening (TCP, unix) and bound, unconnected (UDP) sockets of the network namespace of the
 * process whose /proc directory is `dir`. What a kernel does not have (IPv6) is left out; negative
 * errno where nothing could be read. The table is given back with socket_table_release().
 */
int socket_table_read(int dir, unsigned which, struct socket_table *ret);
void socket_table_release(struct socket_table *table);
#define cleanup_sockets __attribute__((cleanup(socket_table_release)))

/* NULL where no socket of the table has this inode. */
const struct socket_entry *socket_table_find(const struct socket_table *table, uint64_t inode);

/*
 * Call `each` for every socket that the process has open, until it returns false. Negative errno
 * where the descriptors may not be read.
 */
int process_sockets(int dir, bool (*each)(void *data, uint64_t inode), void *data);

/* One line of the kernel's tables; false for a heading, another state, or what is malformed. */
bool socket_parse_inet(const char *protocol, const char *line, struct socket_entry *ret);
bool socket_parse_unix(const char *line, struct socket_entry *ret);

#endif
