/* SPDX-License-Identifier: Apache-2.0 */

/* Which paths of the host have to be looked at, before it is known which of them are there. */
#include "base/doc.h"
#include "base/path.h"
#include "base/text.h"
#include "collect/host.h"

#include <string.h>

static const char *const well_known[] = {
	"/etc/containerd/config.toml",
	"/etc/default/docker",
	"/etc/docker",
	"/etc/docker/daemon.json",
	"/etc/sysconfig/docker",
	"/run/containerd",
	"/run/containerd/containerd.sock",
	"/run/docker.sock",
	"/run/docker/containerd/containerd.sock",
	"/tmp",
	"/var",
	"/var/lib",
	"/var/lib/containerd",
	"/var/lib/docker",
	"/var/log",
	"/var/tmp",
};

/* Where the host takes orders; facts/control_socket.c has the same. */
static const char *const control_sockets[] = {
	"/run/buildkit/buildkitd.sock",
	"/run/containerd/s",
	"/run/cri-dockerd.sock",
	"/run/crio/crio.sock",
	"/run/dbus/system_bus_socket",
	"/run/initctl",
	"/run/k3s/containerd/containerd.sock",
	"/run/libvirt/libvirt-sock",
	"/run/libvirt/virtqemud-sock",
	"/run/podman/podman.sock",
	"/run/snapd.socket",
	"/run/systemd/private",
	"/var/lib/incus/unix.socket",
	"/var/lib/lxd/unix.socket",
	"/var/snap/lxd/common/lxd/unix.socket",
};

/* What runtimes hide in containers, or make read-only, where the kernel has it. */
static const char *const protected_paths[] = {
	"/proc/acpi",       "/proc/asound",      "/proc/bus",     "/proc/fs",
	"/proc/irq",        "/proc/kcore",       "/proc/keys",    "/proc/latency_stats",
	"/proc/scsi",       "/proc/sched_debug", "/proc/sys",     "/proc/sysrq-trigger",
	"/proc/timer_list", "/proc/timer_stats", "/sys/firmware",
};

/* systemd.unit(5), in the order in which they win; facts/host_places.c has the same. */
static const char *const unit_folders[] = {
	"/etc/systemd/system",     "/run/systemd/system", "/usr/local/lib/systemd/system",
	"/usr/lib/systemd/system", "/lib/systemd/system",
};
static const char *const units[] = {"docker.service", "docker.service.d", "docker.socket",
				    "docker.socket.d"};

/* Where programs are, where nobody says. */
static const char *const program_folders[] = {"/usr/bin", "/usr/sbin", "/usr/local/bin",
					      "/usr/local/sbin", "/usr/libexec/docker"};
static const char *const programs[] = {"containerd",
				       "containerd-shim",
				       "containerd-shim-runc-v1",
				       "containerd-shim-runc-v2",
				       "docker-init",
				       "docker-proxy",
				       "dockerd",
				       "runc"};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct places {
	struct arena *arena;
	const char **items;
	size_t n, size;
};

static void add(struct places *places, const char *path)
{
	if (!path || path[0] != '/')
		return;
	if (places->n == places->size) {
		size_t size = places->size ? places->size * 2 : 128;
		const char **grown = arena_array(places->arena, size, sizeof(*grown));

		if (places->n > 0)
			memcpy(grown, places->items, places->n * sizeof(*grown));
		places->items = grown;
		places->size = size;
	}
	places->items[places->n++] = path;
}

static void add_products(struct places *places, const char *const *folders, size_t n_folders,
			 const char *const *names, size_t n_names)
{
	for (size_t i = 0; i < n_folders; i++)
		for (size_t k = 0; k < n_names; k++)
			add(places, path_join(places->arena, folders[i], names[k]));
}

/* What is beside a program, and the program itself; without the kernel's " (deleted)". */
static void add_program(struct places *places, const char *exe)
{
	size_t length;
	const char *folder;

	if (!exe || exe[0] != '/')
		return;
	length = strlen(exe) - (text_ends(exe, " (deleted)") ? strlen(" (deleted)") : 0);
	add(places, arena_strndup(places->arena, exe, length));
	folder = arena_strndup(places->arena, exe, (size_t)(path_name(exe) - exe));
	add_products(places, &folder, 1, programs, COUNT(programs));
}

/* A name without a slash is looked for in the engine's PATH. */
static void add_named(struct places *places, const cJSON *snapshot, const char *name)
{
	const char *search = doc_string_or(snapshot, "daemon.environment.PATH", "");

	add(places, name);
	if (!name || !*name || strchr(name, '/'))
		return;
	add_products(places, program_folders, COUNT(program_folders), &name, 1);
	for (const char *at = search; *at;) {
		size_t length = strcspn(at, ":");
		const char *folder = arena_strndup(places->arena, at, length);

		add_products(places, &folder, 1, &name, 1);
		at += length + (at[length] == ':');
	}
}

static void add_programs(struct places *places, const cJSON *snapshot)
{
	add_products(places, program_folders, COUNT(program_folders), programs, COUNT(programs));
	add_program(places, doc_string_or(snapshot, "daemon.exe", NULL));
	add_program(places, doc_string_or(snapshot, "host.programs.containerd.exe", NULL));
	doc_for_each (shim, doc_at(snapshot, "host.programs.shims"))
		add_program(places, doc_string_or(shim, "exe", NULL));
	doc_for_each (runtime, doc_at(snapshot, "engine.info.Runtimes"))
		add_named(places, snapshot, doc_string_or(runtime, "path", NULL));
	add_named(places, snapshot, doc_string_or(snapshot, "engine.info.InitBinary", NULL));
	add_named(places, snapshot, "docker-proxy");
}

static void add_sockets(struct places *places, const cJSON *snapshot)
{
	const char *endpoint = doc_string_or(snapshot, "endpoint", "");

	if (text_starts(endpoint, "unix://"))
		add(places, endpoint + strlen("unix://"));
	doc_for_each (listener, doc_at(snapshot, "daemon.listeners"))
		add(places, doc_string_or(listener, "address", NULL));
	add(places, doc_string_or(snapshot, "engine.info.Containerd.Address", NULL));
	add(places, doc_string_or(snapshot, "host.programs.containerd.socket", NULL));
}

/* The data root, and its parent: with user namespaces its name is "<uid>.<gid>". */
static void add_data(struct places *places, const cJSON *snapshot)
{
	const char *root = doc_string_or(snapshot, "engine.info.DockerRootDir", NULL);

	add(places, root);
	if (root && root[0] == '/')
		add(places, path_clean(places->arena, path_join(places->arena, root, "..")));
	add(places, doc_string_or(snapshot, "host.programs.containerd.root", NULL));
	add(places, doc_string_or(snapshot, "daemon.config_file.path", NULL));
	add(places, doc_string_or(snapshot, "host.programs.containerd.config", NULL));
}

/* The paths of one rule, each with the directory that it is in, which tells links from others. */
static void add_rule(struct places *places, const char *rule)
{
	static const char *const starts[] = {" path=", " dir=", "-w "};

	for (size_t i = 0; i < COUNT(starts); i++) {
		const char *path = strstr(rule, starts[i]);
		const char *named, *name;

		if (!path || path[strlen(starts[i])] != '/')
			continue;
		path += strlen(starts[i]);
		named = path_clean(places->arena,
				   arena_strndup(places->arena, path, strcspn(path, " \t")));
		name = path_name(named);
		add(places, named);
		add(places, name - named <= 1 ? "/"
					      : arena_strndup(places->arena, named,
							      (size_t)(name - named) - 1));
	}
}

static void add_rules(struct places *places, const cJSON *snapshot)
{
	doc_for_each (rule, doc_at(snapshot, "host.audit.rules"))
		if (doc_is_string(rule))
			add_rule(places, rule->valuestring);
	doc_for_each (file, doc_at(snapshot, "host.audit.files"))
		doc_for_each (line, doc_at(file, "lines"))
			if (doc_is_string(line))
				add_rule(places, line->valuestring);
}

const char *const *host_programs(struct arena *arena, const cJSON *snapshot, size_t *ret_n)
{
	struct places places = {.arena = arena};

	add_programs(&places, snapshot);
	*ret_n = places.n;
	return places.items;
}

const char *const *host_places(struct arena *arena, const cJSON *snapshot, size_t *ret_n)
{
	struct places places = {.arena = arena};

	for (size_t i = 0; i < COUNT(well_known); i++)
		add(&places, well_known[i]);
	for (size_t i = 0; i < COUNT(control_sockets); i++)
		add(&places, control_sockets[i]);
	for (size_t i = 0; i < COUNT(protected_paths); i++)
		add(&places, protected_paths[i]);
	add_products(&places, unit_folders, COUNT(unit_folders), units, COUNT(units));
	add_programs(&places, snapshot);
	add_sockets(&places, snapshot);
	add_data(&places, snapshot);
	add_rules(&places, snapshot);
	*ret_n = places.n;
	return places.items;
}
