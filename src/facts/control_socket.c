/* SPDX-License-Identifier: Apache-2.0 */

/* Which control sockets a host has. Who may use them: socket_access.c. */
#include "facts/control_socket.h"

#include "base/path.h"
#include "base/text.h"
#include "facts/host_places.h"
#include "facts/load.h"

#include <string.h>

/* Where they usually are; collect/host_places.c looks at those that are no pattern. */
static const struct {
	const char *path; /* a shell pattern by component */
	enum control_class class;
	const char *of;
	bool root_only;
} usual[] = {
	{"/run/docker.sock", CONTROL_ENGINE, "Docker", false},
	{"/run/containerd/containerd.sock", CONTROL_ENGINE, "containerd", false},
	{"/run/docker/containerd/containerd.sock", CONTROL_ENGINE, "containerd", false},
	{"/run/k3s/containerd/containerd.sock", CONTROL_ENGINE, "containerd", false},
	{"/run/podman/podman.sock", CONTROL_ENGINE, "Podman", false},
	{"/run/crio/crio.sock", CONTROL_ENGINE, "CRI-O", false},
	{"/run/cri-dockerd.sock", CONTROL_ENGINE, "cri-dockerd", false},
	{"/run/buildkit/buildkitd.sock", CONTROL_ENGINE, "BuildKit", false},
	{"/run/user/*/docker.sock", CONTROL_ENGINE, "Docker", false},
	{"/run/user/*/podman/podman.sock", CONTROL_ENGINE, "Podman", false},
	{"/run/containerd/s", CONTROL_SHIM, "containerd's shims", false},
	{"/run/systemd/private", CONTROL_INIT, "systemd", true},
	{"/run/initctl", CONTROL_INIT, "init", false},
	{"/run/dbus/system_bus_socket", CONTROL_BUS, "the system's D-Bus", true},
	{"/run/snapd.socket", CONTROL_MANAGER, "snapd", true},
	{"/var/lib/lxd/unix.socket", CONTROL_MANAGER, "LXD", false},
	{"/var/snap/lxd/common/lxd/unix.socket", CONTROL_MANAGER, "LXD", false},
	{"/var/lib/incus/unix.socket", CONTROL_MANAGER, "Incus", false},
	{"/run/libvirt/libvirt-sock", CONTROL_MANAGER, "libvirt", true},
	{"/run/libvirt/virtqemud-sock", CONTROL_MANAGER, "libvirt", true},
};

#define N_USUAL (sizeof(usual) / sizeof(usual[0]))

struct finder {
	struct load *load;
	struct control_socket *items;
	size_t n;
};

static bool is_known(const struct finder *finder, const char *path)
{
	for (size_t i = 0; i < finder->n; i++)
		if (text_equal(finder->items[i].path, path))
			return true;
	return false;
}

static void read_owner(struct control_socket *socket, const cJSON *record)
{
	uint64_t mode;
	const char *text;

	if (doc_string(record, "mode", &text) != DOC_PRESENT || !parse_u64(text, 8, &mode) ||
	    doc_u64(record, "uid", &socket->uid) != DOC_PRESENT ||
	    doc_u64(record, "gid", &socket->gid) != DOC_PRESENT)
		return;
	socket->has_owner = true;
	socket->mode = (unsigned)mode;
	socket->acl = doc_string_or(record, "acl", NULL);
}

static const cJSON *record_of(const struct finder *finder, const char *path)
{
	const struct index_entry *entry = index_find(&finder->load->host_paths, path);

	return entry ? entry->item : NULL;
}

static void add(struct finder *finder, struct control_socket socket)
{
	if (is_known(finder, socket.path))
		return;
	read_owner(&socket, record_of(finder, socket.path));
	finder->items[finder->n++] = socket;
}

/* A socket, a pipe of init, or the directory in which shims have theirs. */
static bool is_there(const cJSON *record, enum control_class class)
{
	const char *type = doc_string_or(record, "type", "");

	return text_equal(type, class == CONTROL_SHIM ? "directory" : "socket") ||
	       (class == CONTROL_INIT && text_equal(type, "fifo"));
}

static bool is_hidden(const cJSON *record)
{
	const char *why = doc_string_or(record, "unread", NULL);

	return why && !reason_is_absence(why);
}

/* Where the host was not looked at, each may be where it usually is; engines are told apart. */
static void add_usual(struct finder *finder, bool seen)
{
	bool engines_known = finder->n > 0;

	for (size_t i = 0; i < N_USUAL; i++) {
		struct control_socket socket = {.path = usual[i].path,
						.class = usual[i].class,
						.of = usual[i].of,
						.root_only = usual[i].root_only};
		const cJSON *record = record_of(finder, usual[i].path);

		if (usual[i].class == CONTROL_ENGINE && engines_known)
			continue;
		socket.hidden = seen && is_hidden(record);
		if (seen && !socket.hidden && !is_there(record, usual[i].class))
			continue;
		if (seen)
			socket.path = doc_string_or(record, "real", usual[i].path);
		add(finder, socket);
	}
}

/* That of the containerd which dockerd uses may be in a place of its own. */
static void add_containerd(struct finder *finder)
{
	const cJSON *host = finder->load->facts->host.doc;
	const char *path = doc_string_or(host, "programs.containerd.socket", NULL);

	if (path)
		add(finder, (struct control_socket){
				    .path = doc_string_or(record_of(finder, path), "real", path),
				    .class = CONTROL_ENGINE,
				    .of = "containerd"});
}

static const char *engine_of(const char *path)
{
	for (size_t i = 0; i < N_USUAL; i++)
		if (path_relate(path, usual[i].path) == PATH_SAME)
			return usual[i].of;
	return "the engine";
}

const struct control_sockets *control_sockets_load(struct load *load)
{
	const struct host *host = &load->facts->host;
	struct control_sockets *sockets = arena_alloc(load->arena, sizeof(*sockets));
	/* As good as any: the collector looks at all of them, or, before it knew them, at none. */
	bool seen = index_find(&load->host_paths, "/run/systemd/private") != NULL;
	struct finder finder = {
		.load = load,
		.items = arena_array(load->arena, N_USUAL + host->n_sockets + 1,
				     sizeof(struct control_socket)),
	};

	for (size_t i = 0; i < host->n_sockets; i++)
		add(&finder, (struct control_socket){.path = host->sockets[i],
						     .class = CONTROL_ENGINE,
						     .of = engine_of(host->sockets[i])});
	add_containerd(&finder);
	add_usual(&finder, seen);
	*sockets = (struct control_sockets){finder.items, finder.n, seen};
	return sockets;
}
