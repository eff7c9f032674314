/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/sockets.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "collect/proc.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SO_ACCEPTCON_FLAG 0x10000 /* __SO_ACCEPTCON: listen() was called */
#define STATE_LISTEN      0x0A
#define STATE_ESTABLISHED 0x01
#define STATE_CLOSE       0x07
#define MAX_ENTRIES       100000

/*
 * The kernel prints each 32-bit word of an address as a number of this machine's byte order, so
 * storing the number gives the bytes as they are on the wire. An IPv4 address in IPv6 is named as
 * the IPv4 address that it is.
 */
static bool decode_address(const char *hex, size_t digits, char *ret, size_t size)
{
	static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
	unsigned char bytes[16];

	for (size_t i = 0; i < digits / 8; i++) {
		char word[9];
		uint64_t value;
		uint32_t stored;

		memcpy(word, hex + i * 8, 8);
		word[8] = '\0';
		if (!parse_u64(word, 16, &value))
			return false;
		stored = (uint32_t)value;
		memcpy(bytes + i * 4, &stored, 4);
	}
	if (digits == 8)
		return inet_ntop(AF_INET, bytes, ret, (socklen_t)size);
	if (memcmp(bytes, mapped, sizeof(mapped)) == 0)
		return inet_ntop(AF_INET, bytes + 12, ret, (socklen_t)size);
	return inet_ntop(AF_INET6, bytes, ret, (socklen_t)size);
}

/* "  0: 0100007F:1F90 00000000:0000 0A ...": the inode is the tenth field. */
bool socket_parse_inet(const char *protocol, const char *line, struct socket_entry *ret)
{
	unsigned wanted = text_starts(protocol, "udp") ? STATE_CLOSE : STATE_LISTEN;
	char address[33], numbers[INET6_ADDRSTRLEN];
	unsigned port, state;
	uint64_t inode;
	size_t digits;

	if (sscanf(line,
		   " %*[0-9]: %32[0-9A-Fa-f]:%4x %*[0-9A-Fa-f]:%*4x %2x %*s %*s %*s %*s %*s "
		   "%" SCNu64,
		   address, &port, &state, &inode) != 4)
		return false;
	digits = strlen(address);
	if (state != wanted || (digits != 8 && digits != 32) || inode == 0 || port == 0)
		return false;
	if (!decode_address(address, digits, numbers, sizeof(numbers)))
		return false;
	*ret = (struct socket_entry){.inode = inode, .protocol = protocol, .port = (uint16_t)port};
	memcpy(ret->address, numbers, strlen(numbers) + 1);
	return true;
}

/* "ffff…: 00000002 00000000 00010000 0001 01 12345 /run/docker.sock" */
bool socket_parse_unix(const char *line, struct socket_entry *ret)
{
	unsigned flags, type;
	uint64_t inode;
	int end = 0;
	size_t length;

	if (!strstr(line, " 00010000 ")) /* most do not listen, and sscanf() is slow */
		return false;
	if (sscanf(line, "%*[0-9A-Fa-f]: %*x %*x %x %x %*x %" SCNu64 " %n", &flags, &type, &inode,
		   &end) != 3 ||
	    end == 0 || !(flags & SO_ACCEPTCON_FLAG) || inode == 0)
		return false;
	length = strcspn(line + end, "\n");
	if (length == 0 || length >= sizeof(ret->address))
		return false;
	*ret = (struct socket_entry){.inode = inode, .protocol = "unix"};
	memcpy(ret->address, line + end, length);
	return true;
}

static int by_inode(const void *a, const void *b)
{
	uint64_t one = ((const struct socket_entry *)a)->inode;
	uint64_t other = ((const struct socket_entry *)b)->inode;

	return (one > other) - (one < other);
}

static void add_entry(struct socket_table *table, const struct socket_entry *entry)
{
	if (table->n == table->size) {
		size_t size = table->size ? table->size * 2 : 32;
		struct socket_entry *grown = arena_array(table->arena, size, sizeof(*grown));

		if (table->n > 0)
			memcpy(grown, table->entries, table->n * sizeof(*grown));
		table->entries = grown;
		table->size = size;
	}
	table->entries[table->n++] = *entry;
}

/*
 * The kernel lists all listening sockets of TCP, and in old versions those half open, before the
 * established ones (networking/proc_net_tcp): of a hundred thousand of these none needs reading.
 */
static bool is_past_listeners(const char *protocol, const char *line)
{
	unsigned state;

	return text_starts(protocol, "tcp") &&
	       sscanf(line, " %*[0-9]: %*[0-9A-Fa-f]:%*4x %*[0-9A-Fa-f]:%*4x %2x", &state) == 1 &&
	       state == STATE_ESTABLISHED;
}

static int read_protocol(int dir, const char *protocol, struct socket_table *table)
{
	char buffer[PROC_BUFFER]; /* outlives the stream */
	cleanup_file FILE *file = NULL;
	cleanup_free char *line = NULL;
	struct socket_entry entry;
	size_t size = 0;
	char path[16];
	int fd;

	snprintf(path, sizeof(path), "net/%s", protocol);
	fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	file = fdopen(fd, "r");
	if (!file) {
		close(fd);
		return -ENOMEM;
	}
	setvbuf(file, buffer, _IOFBF, sizeof(buffer));
	while (table->n < MAX_ENTRIES && getline(&line, &size, file) > 0) {
		if (text_equal(protocol, "unix") ? socket_parse_unix(line, &entry)
						 : socket_parse_inet(protocol, line, &entry))
			add_entry(table, &entry);
		else if (is_past_listeners(protocol, line))
			break;
	}
	return 0;
}

int socket_table_read(int dir, unsigned which, struct socket_table *ret)
{
	static const struct {
		unsigned bit;
		const char *protocol;
	} files[] = {{SOCKETS_TCP, "tcp"},
		     {SOCKETS_TCP, "tcp6"},
		     {SOCKETS_UDP, "udp"},
		     {SOCKETS_UDP, "udp6"},
		     {SOCKETS_UNIX, "unix"}};
	cleanup_sockets struct socket_table table = {.arena = arena_new()};
	int failure = -ENOENT;
	bool any = false;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		int r;

		if (!(files[i].bit & which))
			continue;
		r = read_protocol(dir, files[i].protocol, &table);
		any |= r == 0;
		failure = r < 0 ? r : failure;
	}
	if (!any)
		return failure;
	if (table.n > 0)
		qsort(table.entries, table.n, sizeof(table.entries[0]), by_inode);
	*ret = table;
	table = (struct socket_table){0};
	return 0;
}

void socket_table_release(struct socket_table *table)
{
	arena_free(table->arena);
	*table = (struct socket_table){0};
}

const struct socket_entry *socket_table_find(const struct socket_table *table, uint64_t inode)
{
	struct socket_entry key = {.inode = inode};

	if (table->n == 0)
		return NULL;
	return bsearch(&key, table->entries, table->n, sizeof(key), by_inode);
}

static bool socket_inode(int fds, const char *name, uint64_t *ret)
{
	char target[48];
	ssize_t length = readlinkat(fds, name, target, sizeof(target) - 1);

	if (length <= 0 || length == sizeof(target) - 1 || target[length - 1] != ']')
		return false;
	target[length - 1] = '\0';
	return text_starts(target, "socket:[") && parse_u64(target + strlen("socket:["), 10, ret);
}

int process_sockets(int dir, bool (*each)(void *data, uint64_t inode), void *data)
{
	cleanup_dir DIR *fds = NULL;
	int fd = openat(dir, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	uint64_t inode;

	if (fd < 0)
		return -errno;
	fds = fdopendir(fd);
	if (!fds) {
		close(fd);
		return -ENOMEM;
	}
	for (const struct dirent *entry; (entry = readdir(fds));)
		if (socket_inode(fd, entry->d_name, &inode) && !each(data, inode))
			break;
	return 0;
}
