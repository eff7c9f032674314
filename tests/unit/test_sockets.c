/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/sockets.h"

#include "base/cleanup.h"
#include "collect/proc.h"
#include "tests/unit/unit.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define TAIL " 00000000:00000000 00:00000000 00000000     0        0 4242 1 0000 100 0 0 10 0\n"

/* The kernel prints the words of an address in the order of this machine's bytes. */
static const char *word(const char *address)
{
	static char hex[9];
	uint32_t bytes;

	ck_assert_int_eq(inet_pton(AF_INET, address, &bytes), 1);
	snprintf(hex, sizeof(hex), "%08X", bytes);
	return hex;
}

static const char *words(const char *address)
{
	static char hex[33];
	uint32_t bytes[4];

	ck_assert_int_eq(inet_pton(AF_INET6, address, bytes), 1);
	snprintf(hex, sizeof(hex), "%08X%08X%08X%08X", bytes[0], bytes[1], bytes[2], bytes[3]);
	return hex;
}

START_TEST(inet)
{
	static const struct {
		const char *protocol, *address, *shown, *state;
		bool listed;
	} cases[] = {
		{"tcp", "127.0.0.1", "127.0.0.1", "0A", true},
		{"tcp", "0.0.0.0", "0.0.0.0", "0A", true},
		{"tcp", "192.0.2.1", "192.0.2.1", "01", false},
		{"udp", "192.0.2.1", "192.0.2.1", "07", true},
		{"udp", "192.0.2.1", "192.0.2.1", "01", false},
		{"tcp6", "::", "::", "0A", true},
		{"tcp6", "::1", "::1", "0A", true},
		{"tcp6", "2001:db8::1:2", "2001:db8::1:2", "0A", true},
		{"tcp6", "::ffff:192.0.2.7", "192.0.2.7", "0A", true},
	};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		bool v6 = strchr(cases[i].address, ':');
		struct socket_entry entry = {0};
		char line[512];

		snprintf(line, sizeof(line), "  12: %s:094B %s:0000 %s" TAIL,
			 v6 ? words(cases[i].address) : word(cases[i].address),
			 v6 ? "00000000000000000000000000000000" : "00000000", cases[i].state);
		ck_assert_int_eq(socket_parse_inet(cases[i].protocol, line, &entry),
				 cases[i].listed);
		if (!cases[i].listed)
			continue;
		ck_assert_str_eq(entry.address, cases[i].shown);
		ck_assert_uint_eq(entry.port, 2379);
		ck_assert_uint_eq(entry.inode, 4242);
	}
}
END_TEST

START_TEST(inet_malformed)
{
	static const char *const cases[] = {
		"",
		"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt\n",
		"  0: 0100007F:094B 00000000:0000 0A\n",
		"  0: 0100007F 00000000:0000 0A" TAIL,
		"  0: 0100007:094B 00000000:0000 0A" TAIL,
		"  0: 0100007F0100007F:094B 00000000:0000 0A" TAIL,
		"  0: 0100007F0100007F0100007F0100007F01:094B 00000000:0000 0A" TAIL,
		"  0: XYZ0007F:094B 00000000:0000 0A" TAIL,
		"  0: 0100007F:0000 00000000:0000 0A" TAIL,
	};
	struct socket_entry entry;

	for (size_t i = 0; i < N_ELEMENTS(cases); i++)
		ck_assert_msg(!socket_parse_inet("tcp", cases[i], &entry), "%s", cases[i]);
}
END_TEST

START_TEST(unix_sockets)
{
	char line[400];
	struct socket_entry entry;

	ck_assert(socket_parse_unix(
		"ffff0: 00000002 00000000 00010000 0001 01 12345 /run/a b.sock\n", &entry));
	ck_assert_str_eq(entry.address, "/run/a b.sock");
	ck_assert_uint_eq(entry.inode, 12345);
	ck_assert(socket_parse_unix(
		"0000000000000000: 00000002 00000000 00010000 0001 01 7 @abstract\n", &entry));
	ck_assert_str_eq(entry.address, "@abstract");
	/* connected, unnamed, heading, cut */
	ck_assert(!socket_parse_unix("0: 00000003 00000000 00000000 0001 03 7 /run/a\n", &entry));
	ck_assert(!socket_parse_unix("0: 00000002 00000000 00010000 0001 01 7\n", &entry));
	ck_assert(!socket_parse_unix("Num RefCount Protocol Flags Type St Inode Path\n", &entry));
	ck_assert(!socket_parse_unix("0: 00000002 00000000 00010000", &entry));
	snprintf(line, sizeof(line), "0: 00000002 00000000 00010000 0001 01 7 /%0300d\n", 0);
	ck_assert(!socket_parse_unix(line, &entry));
}
END_TEST

struct wanted {
	const struct socket_table *table;
	uint16_t port;
	unsigned n;
};

static bool count_ours(void *data, uint64_t inode)
{
	struct wanted *wanted = data;
	const struct socket_entry *entry = socket_table_find(wanted->table, inode);

	wanted->n += entry && entry->port == wanted->port;
	return true;
}

/* Of the sockets that this process has, those with this port: in the tables and in its hands. */
static unsigned count_at(uint16_t port)
{
	cleanup_sockets struct socket_table table = {0};
	cleanup_fd int self = proc_open((uint64_t)getpid());
	struct wanted wanted = {.table = &table, .port = port};

	ck_assert_int_eq(socket_table_read(self, SOCKETS_TCP | SOCKETS_UDP | SOCKETS_UNIX, &table),
			 0);
	ck_assert_int_eq(process_sockets(self, count_ours, &wanted), 0);
	return wanted.n;
}

START_TEST(ourselves)
{
	static const int types[] = {SOCK_STREAM, SOCK_DGRAM};

	for (size_t i = 0; i < N_ELEMENTS(types); i++) {
		cleanup_fd int fd = socket(AF_INET, types[i] | SOCK_CLOEXEC, 0);
		struct sockaddr_in address = {.sin_family = AF_INET,
					      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
		socklen_t length = sizeof(address);

		ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, length), 0);
		ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&address, &length), 0);
		if (types[i] == SOCK_STREAM) {
			ck_assert_uint_eq(count_at(ntohs(address.sin_port)), 0);
			ck_assert_int_eq(listen(fd, 1), 0);
		}
		ck_assert_uint_eq(count_at(ntohs(address.sin_port)), 1);
	}
}
END_TEST

Suite *suite_sockets(void)
{
	const TTest *const tests[] = {inet, inet_malformed, unix_sockets, ourselves, NULL};

	return unit_suite("sockets", tests);
}
