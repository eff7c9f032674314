/* SPDX-License-Identifier: Apache-2.0 */

/* Which process answers at the engine's endpoint. */
#include "base/cleanup.h"
#include "base/file.h"
#include "base/path.h"
#include "collect/daemon.h"
#include "collect/host_root.h"
#include "collect/proc.h"
#include "collect/sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <inttypes.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#define DEFAULT_SOCKET "/var/run/docker.sock"

/* With socket activation systemd listens, and a proxy is no engine either. */
static bool is_engine(const char *comm)
{
	return text_equal(comm, "dockerd") || text_equal(comm, "podman");
}

/* Fill ret with the process, where it is an engine; its name in any case. */
static int take_process(uint64_t pid, const char *found_by, struct daemon *ret, char ret_comm[16])
{
	cleanup_fd int dir = proc_open(pid);
	struct daemon found = {.pid = pid};
	struct proc_stat stat;
	int r;

	if (dir < 0)
		return dir;
	r = proc_stat(dir, &stat);
	if (r < 0)
		return r;
	found.starttime = stat.starttime;
	memcpy(found.comm, stat.comm, sizeof(found.comm));
	memcpy(ret_comm, stat.comm, sizeof(stat.comm));
	if (!is_engine(found.comm))
		return -ESRCH;
	snprintf(found.found_by, sizeof(found.found_by), "%s", found_by);
	found.dir = take_fd(&dir);
	*ret = found;
	return 0;
}

int socket_peer(const char *path, pid_t *ret)
{
	cleanup_fd int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct ucred peer;
	socklen_t length = sizeof(peer);

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	memcpy(address.sun_path, path, strlen(path) + 1);
	if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0 ||
	    getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0)
		return -errno;
	*ret = peer.pid;
	return 0;
}

static int find_by_peer(const struct endpoint *endpoint, struct daemon *ret, struct error *err)
{
	const char *socket = endpoint->socket;
	char comm[16] = "";
	pid_t pid = 0;
	int r = socket_peer(endpoint->connect, &pid);

	if (r < 0)
		return error_set(err, ESRCH, "%s: %s", socket, strerror(-r));
	if (pid == 0)
		return error_set(err, ESRCH, "%s belongs to a process of another pid namespace",
				 socket);
	r = take_process((uint64_t)pid, "socket peer", ret, comm);
	if (r == -ESRCH && comm[0])
		return error_set(err, ESRCH, "%s belongs to process %d (%s), which is no engine",
				 socket, pid, comm);
	if (r < 0)
		return error_set(err, ESRCH, "%s belongs to process %d, which cannot be seen: %s",
				 socket, pid, strerror(-r));
	return 0;
}

/* Whatever links and bind mounts lead there. */
static bool is_same_file(const char *path, const struct stat *other)
{
	struct stat status;

	return host_stat(path, &status) == 0 && status.st_dev == other->st_dev &&
	       status.st_ino == other->st_ino;
}

/* "tcp://HOST:PORT", "tcp://[::1]:2375" */
static bool split_endpoint(const char *endpoint, char *ret_host, size_t size, char ret_port[8])
{
	const char *host = endpoint + strlen("tcp://"), *colon, *end;

	if (!text_starts(endpoint, "tcp://"))
		return false;
	colon = strrchr(host, ':');
	if (!colon || strcspn(colon + 1, "/") >= 8)
		return false;
	end = colon;
	if (*host == '[' && end[-1] == ']')
		host++, end--;
	if (end <= host || (size_t)(end - host) >= size)
		return false;
	snprintf(ret_host, size, "%.*s", (int)(end - host), host);
	snprintf(ret_port, 8, "%.*s", (int)strcspn(colon + 1, "/"), colon + 1);
	return true;
}

static bool is_same_address(const struct sockaddr *a, const struct sockaddr *b)
{
	if (!a || a->sa_family != b->sa_family)
		return false;
	if (a->sa_family == AF_INET)
		return memcmp(&((const struct sockaddr_in *)a)->sin_addr,
			      &((const struct sockaddr_in *)b)->sin_addr,
			      sizeof(struct in_addr)) == 0;
	return a->sa_family == AF_INET6 &&
	       memcmp(&((const struct sockaddr_in6 *)a)->sin6_addr,
		      &((const struct sockaddr_in6 *)b)->sin6_addr, sizeof(struct in6_addr)) == 0;
}

/* True where the address is loopback or stands on one of our interfaces. */
static bool is_our_address(const struct sockaddr *address)
{
	struct ifaddrs *interfaces;
	bool ours = false;

	if (address->sa_family == AF_INET &&
	    ntohl(((const struct sockaddr_in *)address)->sin_addr.s_addr) >> 24 == 127)
		return true;
	if (getifaddrs(&interfaces) < 0)
		return false;
	for (const struct ifaddrs *i = interfaces; i && !ours; i = i->ifa_next)
		ours = is_same_address(i->ifa_addr, address);
	freeifaddrs(interfaces);
	return ours;
}

/* Resolve the endpoint's host as the client did. */
static bool is_our_host(const char *host, char ret_numeric[INET6_ADDRSTRLEN])
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct addrinfo *list;
	bool ours = false;

	if (getaddrinfo(host, NULL, &hints, &list) != 0)
		return false;
	for (const struct addrinfo *i = list; i && !ours; i = i->ai_next)
		ours = is_our_address(i->ai_addr) &&
		       getnameinfo(i->ai_addr, i->ai_addrlen, ret_numeric, INET6_ADDRSTRLEN, NULL,
				   0, NI_NUMERICHOST) == 0;
	freeaddrinfo(list);
	return ours;
}

/* What an endpoint is, as the kernel's tables spell it. */
struct place {
	bool is_unix;
	const char *socket;
	struct stat file; /* of the socket */
	char address[INET6_ADDRSTRLEN];
	uint16_t port;
};

static bool listens_at(const struct socket_entry *entry, const struct place *place)
{
	if (place->is_unix)
		return entry->address[0] == '/' &&
		       text_equal(path_name(entry->address), path_name(place->socket)) &&
		       is_same_file(entry->address, &place->file);
	return entry->port == place->port &&
	       (text_equal(entry->address, place->address) ||
		text_equal(entry->address, "0.0.0.0") || text_equal(entry->address, "::"));
}

/* The listening sockets at the place: several where an old one lost its path to a new one. */
static int sockets_at(const struct place *place, struct socket_table *ret)
{
	cleanup_fd int host = proc_open_host();
	size_t kept = 0;
	int r = socket_table_read(host, place->is_unix ? SOCKETS_UNIX : SOCKETS_TCP, ret);

	if (r < 0)
		return r;
	for (size_t i = 0; i < ret->n; i++)
		if (listens_at(&ret->entries[i], place))
			ret->entries[kept++] = ret->entries[i];
	ret->n = kept;
	return 0;
}

struct holder {
	const struct socket_table *table;
	bool holds;
};

static bool each_socket(void *data, uint64_t inode)
{
	struct holder *holder = data;

	holder->holds = socket_table_find(holder->table, inode) != NULL;
	return !holder->holds;
}

static bool is_engine_pid(uint64_t pid)
{
	cleanup_text struct text comm = TEXT_INIT(64);
	cleanup_fd int dir = proc_open(pid);

	if (dir < 0 || proc_read(dir, "comm", &comm) < 0)
		return false;
	return text_equal(text_string(&comm), "dockerd\n") ||
	       text_equal(text_string(&comm), "podman\n");
}

/* Among the engines that run here, the one that holds a socket at the place. */
static int find_by_owner(const struct place *place, struct daemon *ret, int *ret_failure)
{
	cleanup_sockets struct socket_table table = {0};
	cleanup_dir DIR *proc = host_opendir("/proc");
	uint64_t pid;
	char comm[16];

	if (!proc || sockets_at(place, &table) < 0 || table.n == 0)
		return -ESRCH;
	while (proc_next(proc, &pid)) {
		struct holder holder = {.table = &table};
		cleanup_daemon struct daemon found = {.dir = -1};
		int r;

		if (!is_engine_pid(pid) || take_process(pid, "socket owner", &found, comm) < 0)
			continue;
		r = process_sockets(found.dir, each_socket, &holder);
		if (r < 0)
			*ret_failure = r;
		if (!holder.holds)
			continue;
		*ret = found;
		found.dir = -1;
		return 0;
	}
	return -ESRCH;
}

/* Whether an engine with these arguments would listen at the place. */
static bool would_listen_at(const struct arguments *arguments, const struct place *place)
{
	const char *host;
	char port[16];
	bool any = false;

	snprintf(port, sizeof(port), ":%u", place->port);
	for (size_t i = 1; (host = arguments_next(arguments, "--host", 'H', &i)); any = true) {
		if (text_starts(host, "fd://"))
			return true;
		if (!place->is_unix && text_starts(host, "tcp://") && text_ends(host, port))
			return true;
		if (place->is_unix && text_starts(host, "unix://") &&
		    is_same_file(host[7] ? host + 7 : DEFAULT_SOCKET, &place->file))
			return true;
	}
	return !any && place->is_unix && is_same_file(DEFAULT_SOCKET, &place->file);
}

static bool is_consistent(int dir, const char *pid_file, const struct place *place)
{
	cleanup_text struct text cmdline = TEXT_INIT(PROC_CEILING);
	struct arguments arguments;
	struct stat status;
	const char *named;

	if (proc_read(dir, "cmdline", &cmdline) < 0)
		return false;
	arguments_parse(&cmdline, &arguments);
	named = arguments_last(&arguments, "--pidfile", 'p');
	return (!named || (host_stat(pid_file, &status) == 0 && is_same_file(named, &status))) &&
	       would_listen_at(&arguments, place);
}

static int find_by_pid_file(const char *path, const struct place *place, struct daemon *ret)
{
	cleanup_text struct text text = TEXT_INIT(64);
	cleanup_daemon struct daemon found = {.dir = -1};
	char found_by[sizeof(found.found_by)], comm[16];
	uint64_t pid;

	if (host_read(path, &text) < 0)
		return -ESRCH;
	if (text.bytes)
		text.bytes[strcspn(text.bytes, " \n")] = '\0';
	snprintf(found_by, sizeof(found_by), "pid file %s", path);
	if (!parse_u64(text_string(&text), 10, &pid) ||
	    take_process(pid, found_by, &found, comm) < 0 || !text_equal(comm, "dockerd") ||
	    !is_consistent(found.dir, path, place))
		return -ESRCH;
	*ret = found;
	found.dir = -1;
	return 0;
}

static int find_by_pid_files(const struct place *place, struct daemon *ret)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	char path[200];

	if (find_by_pid_file("/run/docker.pid", place, ret) == 0 ||
	    find_by_pid_file("/var/run/docker.pid", place, ret) == 0)
		return 0;
	if (!runtime || runtime[0] != '/' || strlen(runtime) > sizeof(path) - 16)
		return -ESRCH;
	snprintf(path, sizeof(path), "%s/docker.pid", runtime);
	return find_by_pid_file(path, place, ret);
}

static int find_place(const struct endpoint *endpoint, struct place *ret, struct error *err)
{
	char host[256], port[8];
	uint64_t number;

	*ret = (struct place){.is_unix = endpoint->socket != NULL, .socket = endpoint->socket};
	if (endpoint->socket && stat(endpoint->connect, &ret->file) < 0)
		return error_set(err, ESRCH, "%s: %s", endpoint->socket, strerror(errno));
	if (endpoint->socket)
		return 0;
	if (!split_endpoint(endpoint->name, host, sizeof(host), port) ||
	    !parse_u64(port, 10, &number) || number > 65535)
		return error_set(err, ESRCH, "%s is not on this machine", endpoint->name);
	ret->port = (uint16_t)number;
	if (!is_our_host(host, ret->address))
		return error_set(err, ESRCH, "%s is not an address of this machine", host);
	return 0;
}

int daemon_find(const struct endpoint *endpoint, struct daemon *ret, struct error *err)
{
	struct error why = {0};
	struct place place;
	int failure = 0, r = find_place(endpoint, &place, err);

	if (r < 0)
		return r;
	if (endpoint->socket && find_by_peer(endpoint, ret, &why) == 0)
		return 0;
	if (find_by_owner(&place, ret, &failure) == 0 || find_by_pid_files(&place, ret) == 0)
		return 0;
	if (!endpoint->socket)
		error_set(&why, ESRCH, "no engine of this machine was seen to listen at %s",
			  endpoint->name);
	if (failure < 0)
		return error_set(err, ESRCH, "%s; the sockets of engines: %s", why.text,
				 strerror(-failure));
	return error_set(err, ESRCH, "%s", why.text);
}
