/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/endpoint.h"

#include "base/text.h"
#include "collect/host_root.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#define SYSTEM_SOCKET "/var/run/docker.sock"

/* Endpoints that docker knows and this program cannot reach by itself. */
static const struct {
	const char *scheme, *instead;
} elsewhere[] = {
	{"ssh",
	 "forward the engine's socket with `ssh -nNT -L /tmp/docker.sock:/var/run/docker.sock "
	 "USER@HOST` and give -H unix:///tmp/docker.sock, or run bulkhead on that host"},
	{"npipe",
	 "named pipes are Windows'; run bulkhead on the Linux host of the containers, or give "
	 "tcp://HOST:PORT"},
	{"fd", "that is how systemd hands dockerd its socket; give unix:///var/run/docker.sock"},
	{"http", "give tcp://HOST:PORT"},
	{"https", "give tcp://HOST:PORT and set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH"},
};

static const char *environment(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

static bool exists(const char *path)
{
	struct stat status;

	return host_stat(path, &status) == 0;
}

static const char *default_spelling(struct arena *arena)
{
	const char *host = environment("DOCKER_HOST"), *runtime = environment("XDG_RUNTIME_DIR");
	const char *rootless = runtime ? arena_printf(arena, "%s/docker.sock", runtime) : NULL;

	if (host)
		return host;
	if (rootless && !exists(SYSTEM_SOCKET) && exists(rootless))
		return arena_printf(arena, "unix://%s", rootless);
	return "unix://" SYSTEM_SOCKET;
}

/*
 * connect(2) would follow links out of another root, so it is led through a descriptor. That also
 * makes the path short enough for an address.
 */
static void find_socket(struct arena *arena, struct endpoint *endpoint)
{
	int fd = host_root() ? host_open(endpoint->socket, O_PATH) : -ENOENT;

	endpoint->connect = endpoint->socket;
	if (fd >= 0) {
		endpoint->fd = fd;
		endpoint->connect = arena_printf(arena, "/proc/self/fd/%d", fd);
	} else if (fd != -ENOENT && fd != -ENOTDIR) {
		endpoint->connect = arena_printf(arena, "%s%s", host_root(), endpoint->socket);
	}
}

static int parse_unix(struct arena *arena, const char *path, struct endpoint *ret,
		      struct error *err)
{
	const size_t most = sizeof(((struct sockaddr_un *)NULL)->sun_path) - 1;

	if (!*path)
		path = SYSTEM_SOCKET;
	if (*path != '/')
		return error_set(err, EINVAL,
				 "endpoint unix://%s: the socket's path must be absolute: "
				 "write unix:///PATH",
				 path);
	path = host_root_strip(path);
	if (strlen(path) > most)
		return error_set(err, EINVAL,
				 "endpoint unix://%s: a socket's path has at most %zu bytes", path,
				 most);
	*ret = (struct endpoint){
		.name = arena_printf(arena, "unix://%s", path),
		.socket = arena_strdup(arena, path),
		.base = "http://localhost",
		.fd = -1,
	};
	find_socket(arena, ret);
	return 0;
}

static const char *certificate_directory(struct arena *arena)
{
	const char *path = environment("DOCKER_CERT_PATH");
	const char *config = environment("DOCKER_CONFIG");
	const char *home = environment("HOME");

	if (path || config)
		return path ? path : config;
	return arena_printf(arena, "%s/.docker", home ? home : "");
}

/* The certificate authority is required; a client without certificate and key may be enough. */
static int find_certificates(struct arena *arena, struct endpoint *endpoint, struct error *err)
{
	const char *directory = certificate_directory(arena);
	const char *cert = arena_printf(arena, "%s/cert.pem", directory);
	const char *key = arena_printf(arena, "%s/key.pem", directory);

	endpoint->ca = arena_printf(arena, "%s/ca.pem", directory);
	if (access(endpoint->ca, R_OK) < 0)
		return error_set(
			err, EINVAL,
			"DOCKER_TLS_VERIFY is set, but %s cannot be read (%s): "
			"DOCKER_CERT_PATH names the directory of ca.pem, cert.pem and key.pem",
			endpoint->ca, strerror(errno));
	if (access(cert, F_OK) == 0 && access(key, F_OK) == 0) {
		endpoint->cert = cert;
		endpoint->key = key;
	}
	return 0;
}

/* The length of the host at the start of `address`: a name, an IPv4 address, or [IPv6]. */
static size_t host_length(const char *address)
{
	size_t n;

	if (*address != '[')
		return strspn(address, "0123456789abcdefghijklmnopqrstuvwxyz"
				       "ABCDEFGHIJKLMNOPQRSTUVWXYZ-._");
	n = 1 + strspn(address + 1, "0123456789abcdefABCDEF:.%");
	return n > 1 && address[n] == ']' ? n + 1 : 0;
}

static bool parse_port(const char *text, uint64_t *ret)
{
	size_t digits = strspn(text, "0123456789");
	char number[8] = "";

	if (digits == 0 || digits >= sizeof(number) || text[digits + (text[digits] == '/')])
		return false;
	memcpy(number, text, digits);
	return parse_u64(number, 10, ret) && *ret > 0 && *ret <= UINT16_MAX;
}

static int parse_tcp(struct arena *arena, const char *address, struct endpoint *ret,
		     struct error *err)
{
	bool tls = environment("DOCKER_TLS_VERIFY");
	size_t n = host_length(address);
	const char *rest = address + n;
	uint64_t port = tls ? 2376 : 2375;

	if (strchr(address, '@'))
		return error_set(err, EINVAL,
				 "endpoint tcp://…: a user or password in it is not understood: "
				 "give tcp://HOST:PORT, with TLS by DOCKER_TLS_VERIFY=1 and "
				 "DOCKER_CERT_PATH");
	if (n == 0 ||
	    (*rest == ':' ? !parse_port(rest + 1, &port) : *rest && strcmp(rest, "/") != 0))
		return error_set(err, EINVAL,
				 "endpoint tcp://%s: write tcp://HOST:PORT, such as "
				 "tcp://192.0.2.1:2376 or tcp://[2001:db8::1]:2376",
				 address);
	*ret = (struct endpoint){
		.name = arena_printf(arena, "tcp://%.*s:%u", (int)n, address, (unsigned)port),
		.base = arena_printf(arena, "%s://%.*s:%u", tls ? "https" : "http", (int)n, address,
				     (unsigned)port),
		.tls = tls,
		.fd = -1,
	};
	return tls ? find_certificates(arena, ret, err) : 0;
}

static int parse_other(const char *spelling, size_t scheme, struct error *err)
{
	for (size_t i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++)
		if (strncmp(spelling, elsewhere[i].scheme, scheme) == 0 &&
		    !elsewhere[i].scheme[scheme])
			return error_set(err, EINVAL,
					 "endpoint %.*s://: bulkhead speaks unix:// and tcp://: %s",
					 (int)scheme, spelling, elsewhere[i].instead);
	return error_set(err, EINVAL,
			 "endpoint %.*s://: unknown kind of endpoint: write unix:///PATH or "
			 "tcp://HOST:PORT",
			 (int)scheme, spelling);
}

int endpoint_parse(struct arena *arena, const char *spelling, struct endpoint *ret,
		   struct error *err)
{
	const char *colon;

	if (!spelling || !*spelling)
		spelling = default_spelling(arena);
	if (text_starts(spelling, "unix://"))
		return parse_unix(arena, spelling + strlen("unix://"), ret, err);
	if (text_starts(spelling, "tcp://"))
		return parse_tcp(arena, spelling + strlen("tcp://"), ret, err);
	if (*spelling == '/')
		return parse_unix(arena, spelling, ret, err);
	colon = strstr(spelling, "://");
	if (colon)
		return parse_other(spelling, (size_t)(colon - spelling), err);
	return parse_tcp(arena, spelling, ret, err);
}

void endpoint_release(struct endpoint *endpoint)
{
	if (endpoint->fd >= 0)
		close(endpoint->fd);
	endpoint->fd = -1;
}
