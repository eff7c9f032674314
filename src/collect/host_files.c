/* SPDX-License-Identifier: Apache-2.0 */

/* The files that an engine reads, runs, listens on, or is told of. */
#include "collect/host_files.h"

#include "base/cleanup.h"
#include "base/doc.h"
#include "base/path.h"
#include "base/text.h"
#include "collect/host.h"
#include "collect/snapshot.h"
#include "collect/tree.h"

#include <errno.h>
#include <string.h>

#define MOST_CERTIFICATES 1024
#define MOST_DEPTH        4
#define MOST_NAMED        1024

static const char *const well_known[] = {
	"/etc/docker",
	"/etc/docker/daemon.json",
	"/run/containerd/containerd.sock",
	"/run/docker/containerd/containerd.sock",
	"/run/podman/podman.sock",
	"/var/run/docker.sock",
};

/* Below a directory of host.engine_user. */
static const struct {
	const char *base, *path;
} of_user[] = {
	{"home", "/.docker/ca.pem"},
	{"home", "/.docker/cert.pem"},
	{"home", "/.docker/key.pem"},
	{"config", "/docker"},
	{"config", "/docker/daemon.json"},
	{"runtime", "/docker.sock"},
	{"runtime", "/docker/containerd/containerd.sock"},
	{"runtime", "/podman/podman.sock"},
};

struct named {
	struct names *names;
	const char *cwd; /* of dockerd; NULL where not known */
};

/* What an option is given: a path, also as unix:///path, of the certificates also a relative one.
 */
static void add_value(const struct named *named, const char *option, const char *value)
{
	struct arena *arena = named->names->arena;

	if (text_starts(value, "unix://"))
		value += strlen("unix://");
	if (value[0] != '/' && text_starts(option, "tls") && named->cwd)
		value = path_join(arena, named->cwd, value);
	names_add(named->names, value);
	if (value[0] == '/' && text_equal(option, "exec-root"))
		names_add(named->names, path_join(arena, value, "containerd/containerd.sock"));
}

/* "--tlscert=/path", "--tlscert", "/path", "-H=unix:///path", "-Hunix:///path" */
static void add_arguments(const struct named *named, const cJSON *argv)
{
	const char *option = "";

	doc_for_each (word, argv) {
		const char *text = doc_is_string(word) ? word->valuestring : "";
		size_t name = strcspn(text, "=");

		if (text[0] != '-') {
			add_value(named, option, text);
			option = "";
		} else if (text[name]) {
			option = arena_strndup(named->names->arena, text, name);
			add_value(named, option + strspn(option, "-"), text + name + 1);
		} else {
			option = text + strspn(text, "-");
			add_value(named, "", text + strnlen(text, 2));
		}
	}
}

/* All strings of a configuration file, however deep they are. */
static void add_strings(const struct named *named, const cJSON *item, unsigned depth)
{
	doc_for_each (child, item) {
		if (named->names->n > MOST_NAMED)
			return;
		if (doc_is_string(child))
			add_value(named, child->string ? child->string : "", child->valuestring);
		else if (depth < MOST_DEPTH)
			add_strings(named, child, depth + 1);
	}
}

void snapshot_unlisted(cJSON *host, const char *directory, int code)
{
	if (code != ENOENT && code != ENOTDIR)
		snapshot_add_path(snapshot_object(host, "unlisted"), directory, strerror(code));
}

static void add_certificates(cJSON *host, int tree, struct names *names, const char *directory,
			     unsigned depth)
{
	struct names found = {.arena = names->arena};
	cleanup_dir DIR *dir = tree_open_dir(tree, directory);

	if (!dir) {
		snapshot_unlisted(host, directory, errno);
		return;
	}
	for (struct dirent *entry; found.n < MOST_CERTIFICATES && (entry = readdir(dir));)
		if (!text_equal(entry->d_name, ".") && !text_equal(entry->d_name, ".."))
			names_add(&found, path_join(found.arena, directory, entry->d_name));
	names_sort(&found);
	for (size_t i = 0; i < found.n; i++) {
		if (names->n >= MOST_CERTIFICATES || depth >= MOST_DEPTH) {
			snapshot_unlisted(host, directory, E2BIG);
			return;
		}
		names_add(names, found.items[i]);
		add_certificates(host, tree, names, found.items[i], depth + 1);
	}
}

/* /etc/docker/certs.d, or ~/.config/docker/certs.d of a rootless engine, with all in it. */
static void record_certificates(cJSON *host, int tree, struct names *names)
{
	const char *config = doc_string_or(host, "engine_user.config", NULL);
	struct names found = {.arena = names->arena};
	const char *directory = "/etc/docker/certs.d";

	if (!text_equal(doc_string_or(host, "engine_user.uid", "0"), "0"))
		directory = config ? path_join(names->arena, config, "docker/certs.d") : NULL;
	if (!directory)
		return;
	names_add(&found, directory);
	add_certificates(host, tree, &found, directory, 0);
	for (size_t i = 0; i < found.n; i++)
		names_add(names, found.items[i]);
}

static void add_tls_defaults(const struct named *named, const cJSON *environment)
{
	static const char *const variables[] = {"DOCKER_CERT_PATH", "DOCKER_CONFIG"};
	static const char *const files[] = {"ca.pem", "cert.pem", "key.pem"};
	struct arena *arena = named->names->arena;

	for (size_t i = 0; i < 2; i++) {
		const char *directory = doc_string_or(environment, variables[i], "");

		for (size_t k = 0; *directory && k < 3; k++)
			add_value(named, "tls", path_join(arena, directory, files[k]));
	}
}

static void add_usual(struct names *names, const cJSON *user)
{
	for (size_t i = 0; i < sizeof(well_known) / sizeof(well_known[0]); i++)
		names_add(names, well_known[i]);
	for (size_t i = 0; i < sizeof(of_user) / sizeof(of_user[0]); i++) {
		const char *base = doc_string_or(user, of_user[i].base, NULL);

		if (base)
			names_add(names, path_join(names->arena, base, of_user[i].path));
	}
}

static void add_sockets(struct names *names, const cJSON *snapshot)
{
	const char *endpoint = doc_string_or(snapshot, "endpoint", "");

	if (text_starts(endpoint, "unix://"))
		names_add(names, endpoint + strlen("unix://"));
	names_add(names, doc_string_or(snapshot, "engine.info.Containerd.Address", NULL));
	doc_for_each (listener, doc_at(snapshot, "daemon.listeners"))
		if (text_equal(doc_string_or(listener, "protocol", ""), "unix"))
			names_add(names, doc_string_or(listener, "address", NULL));
}

static void add_programs(struct names *names, const cJSON *snapshot)
{
	size_t n;
	const char *const *programs = host_programs(names->arena, snapshot, &n);

	for (size_t i = 0; i < n; i++)
		names_add(names, programs[i]);
}

void host_files_collect(cJSON *snapshot, int tree, struct names *names)
{
	cJSON *host = snapshot_object(snapshot, "host");
	const cJSON *user = doc_at(host, "engine_user"), *daemon = doc_at(snapshot, "daemon");
	const struct named named = {.names = names, .cwd = doc_string_or(user, "cwd", NULL)};

	add_usual(names, user);
	add_programs(names, snapshot);
	add_sockets(names, snapshot);
	add_arguments(&named, doc_at(daemon, "argv"));
	names_add(names, doc_string_or(daemon, "config_file.path", NULL));
	add_strings(&named, doc_at(daemon, "config_file.content"), 0);
	add_tls_defaults(&named, doc_at(daemon, "environment"));
	record_certificates(host, tree, names);
}
