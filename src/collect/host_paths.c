/* SPDX-License-Identifier: Apache-2.0 */

/* Where the paths that containers mount really lead, and the control sockets of engines. */
#include "base/arena.h"
#include "base/cleanup.h"
#include "base/doc.h"
#include "base/text.h"
#include "collect/host.h"
#include "collect/host_root.h"
#include "collect/local.h"
#include "collect/proc.h"
#include "collect/snapshot.h"
#include "collect/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

static const char *const well_known_paths[] = {
	"/bin",
	"/boot",
	"/dev",
	"/etc",
	"/home",
	"/lib",
	"/lib64",
	"/proc",
	"/root",
	"/run",
	"/run/containerd",
	"/sbin",
	"/sys",
	"/usr",
	"/var/lib/containerd",
	"/var/lib/docker",
	"/var/run",
};

static const char *const well_known_sockets[] = {
	"/run/buildkit/buildkitd.sock",
	"/run/containerd/containerd.sock",
	"/run/cri-dockerd.sock",
	"/run/crio/crio.sock",
	"/run/docker.sock",
	"/run/docker/containerd/containerd.sock",
	"/run/k3s/containerd/containerd.sock",
	"/run/podman/podman.sock",
};

/* Below the runtime directory of each user. */
static const char *const user_sockets[] = {"docker.sock", "podman/podman.sock"};

/* Strings that are sorted, and each named once, when all are there. */
struct names {
	struct arena *arena;
	const char **items;
	size_t n, size;
};

static void names_add(struct names *names, const char *name)
{
	if (!name || name[0] != '/')
		return;
	if (names->n == names->size) {
		size_t size = names->size ? names->size * 2 : 256;
		const char **grown = arena_array(names->arena, size, sizeof(*grown));

		if (names->n > 0)
			memcpy(grown, names->items, names->n * sizeof(*grown));
		names->items = grown;
		names->size = size;
	}
	names->items[names->n++] = arena_strdup(names->arena, name);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void names_sort(struct names *names)
{
	size_t kept = 0;

	if (names->n > 0)
		qsort(names->items, names->n, sizeof(names->items[0]), by_name);
	for (size_t i = 0; i < names->n; i++)
		if (kept == 0 || !text_equal(names->items[i], names->items[kept - 1]))
			names->items[kept++] = names->items[i];
	names->n = kept;
}

static void add_members(struct names *names, const cJSON *array, const char *path)
{
	doc_for_each (item, array) {
		names_add(names, doc_string_or(item, path, NULL));
	}
}

/* "/source:/destination:options" */
static void add_binds(struct names *names, const cJSON *binds)
{
	doc_for_each (bind, binds) {
		if (doc_is_string(bind))
			names_add(names, arena_strndup(names->arena, bind->valuestring,
						       strcspn(bind->valuestring, ":")));
	}
}

static void add_sources(struct names *names, const cJSON *snapshot)
{
	doc_for_each (container, doc_at(snapshot, "engine.containers")) {
		doc_for_each (mount, doc_at(container, "Mounts")) {
			if (text_equal(doc_string_or(mount, "Type", ""), "bind"))
				names_add(names, doc_string_or(mount, "Source", NULL));
		}
		add_binds(names, doc_at(container, "HostConfig.Binds"));
		add_members(names, doc_at(container, "HostConfig.Mounts"), "Source");
		add_members(names, doc_at(container, "HostConfig.Devices"), "PathOnHost");
	}
	add_members(names, doc_at(snapshot, "engine.volumes"), "Options.device");
	names_add(names, doc_string_or(snapshot, "engine.info.DockerRootDir", NULL));
}

static const char *type_name(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR:
		return "directory";
	case S_IFSOCK:
		return "socket";
	case S_IFBLK:
		return "block";
	case S_IFCHR:
		return "char";
	case S_IFIFO:
		return "fifo";
	default:
		return "file";
	}
}

static void add_device(cJSON *object, const char *member, dev_t device)
{
	char text[48];

	snprintf(text, sizeof(text), "%u:%u", major(device), minor(device));
	cJSON_AddStringToObject(object, member, text);
}

static void record_path(cJSON *paths, int tree, const char *name, unsigned *refused)
{
	cleanup_text struct text real = TEXT_INIT(65536);
	cJSON *path = cJSON_AddObjectToObject(paths, name);
	struct stat status;
	char mode[8];
	cleanup_fd int fd = tree < 0 ? tree : tree_resolve(tree, name, &real, &status);

	if (fd < 0) {
		cJSON_AddStringToObject(path, "unread", strerror(-fd));
		*refused += fd != -ENOENT && fd != -ENOTDIR;
		return;
	}
	snapshot_add_text(path, "real", text_string(&real), real.length);
	cJSON_AddStringToObject(path, "type", type_name(status.st_mode));
	snprintf(mode, sizeof(mode), "%04o", (unsigned)(status.st_mode & 07777));
	cJSON_AddStringToObject(path, "mode", mode);
	snapshot_add_u64(path, "uid", status.st_uid);
	snapshot_add_u64(path, "gid", status.st_gid);
	add_device(path, "device", status.st_dev);
	snapshot_add_u64(path, "inode", status.st_ino);
	if (S_ISBLK(status.st_mode) || S_ISCHR(status.st_mode))
		add_device(path, "rdev", status.st_rdev);
}

static void record_paths(cJSON *snapshot, cJSON *host, int tree, struct arena *arena)
{
	cJSON *paths = snapshot_object(host, "paths");
	struct names names = {.arena = arena};
	unsigned refused = 0;
	const char *const *places;
	char source[64];
	size_t n_places;

	for (size_t i = 0; i < sizeof(well_known_paths) / sizeof(well_known_paths[0]); i++)
		names_add(&names, well_known_paths[i]);
	places = host_places(arena, snapshot, &n_places);
	for (size_t i = 0; i < n_places; i++)
		names_add(&names, places[i]);
	if (doc_bool_or(snapshot, "local", false))
		add_sources(&names, snapshot);
	names_sort(&names);
	for (size_t i = 0; i < names.n; i++)
		record_path(paths, tree, names.items[i], &refused);
	if (refused == 0)
		return;
	snprintf(source, sizeof(source), "%u of %zu paths of the host", refused, names.n);
	snapshot_problem(snapshot, source, tree < 0 ? strerror(-tree) : "Permission denied",
			 "run as root, or with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH", false);
}

static void add_socket(struct names *names, int tree, const char *path)
{
	cleanup_text struct text real = TEXT_INIT(65536);
	cleanup_fd int fd = tree_resolve(tree, path, &real, &(struct stat){0});
	struct stat status;

	if (fd >= 0 && fstat(fd, &status) == 0 && S_ISSOCK(status.st_mode))
		names_add(names, text_string(&real));
}

static void add_well_known_sockets(struct names *names, int host)
{
	cleanup_dir DIR *users = host_opendir("/run/user");
	uint64_t uid;

	for (size_t i = 0; i < sizeof(well_known_sockets) / sizeof(well_known_sockets[0]); i++)
		add_socket(names, host, well_known_sockets[i]);
	while (users && proc_next(users, &uid))
		for (size_t i = 0; i < sizeof(user_sockets) / sizeof(user_sockets[0]); i++)
			add_socket(names, host,
				   arena_printf(names->arena, "/run/user/%" PRIu64 "/%s", uid,
						user_sockets[i]));
}

static void record_sockets(const cJSON *snapshot, cJSON *host, int tree, struct arena *arena)
{
	cleanup_fd int host_tree = tree_open(-1);
	const char *endpoint = doc_string_or(snapshot, "endpoint", "");
	cJSON *sockets = cJSON_AddArrayToObject(host, "sockets");
	struct names names = {.arena = arena};

	if (text_starts(endpoint, "unix://"))
		add_socket(&names, host_tree, endpoint + strlen("unix://"));
	doc_for_each (listener, doc_at(snapshot, "daemon.listeners")) {
		if (text_equal(doc_string_or(listener, "protocol", ""), "unix"))
			add_socket(&names, tree, doc_string_or(listener, "address", ""));
	}
	add_well_known_sockets(&names, host_tree);
	names_sort(&names);
	for (size_t i = 0; i < names.n; i++) {
		cleanup_text struct text name = TEXT_INIT(65536);

		text_add_utf8(&name, names.items[i], strlen(names.items[i]));
		cJSON_AddItemToArray(sockets, cJSON_CreateString(text_string(&name)));
	}
}

void host_collect_paths(cJSON *snapshot)
{
	cleanup_arena struct arena *arena = arena_new();
	cJSON *host = snapshot_object(snapshot, "host");
	cleanup_fd int dir = -1, tree = -1;
	uint64_t pid;

	if (doc_u64(snapshot, "daemon.pid", &pid) == DOC_PRESENT)
		dir = proc_open(pid);
	tree = tree_open(dir);
	programs_collect(snapshot, host, tree);
	accounts_collect(snapshot, host, tree);
	record_paths(snapshot, host, tree, arena);
	record_sockets(snapshot, host, tree, arena);
}
