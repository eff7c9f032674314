/* SPDX-License-Identifier: Apache-2.0 */

/* Where the paths that containers mount really lead, and the control sockets of engines. */
#include "base/arena.h"
#include "base/cleanup.h"
#include "base/doc.h"
#include "base/text.h"
#include "collect/host.h"
#include "collect/host_files.h"
#include "collect/host_root.h"
#include "collect/local.h"
#include "collect/path_record.h"
#include "collect/proc.h"
#include "collect/snapshot.h"
#include "collect/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Of passwd and group; nothing is named by a larger one. */
#define TABLE_CEILING ((size_t)4 * 1024 * 1024)

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

/*
 * What the runtime covers or makes read-only in a container is there only if this kernel has it.
 * Nearly all containers have the same list, so one that was just seen is not taken again.
 */
static void add_protected(struct names *names, const cJSON *containers, const char *path)
{
	const cJSON *last = NULL;

	doc_for_each (container, containers) {
		const cJSON *list = doc_at(container, path);

		if (!list || (last && cJSON_Compare(list, last, true)))
			continue;
		add_members(names, list, "");
		last = list;
	}
}

static void add_sources(struct names *names, const cJSON *snapshot)
{
	const cJSON *containers = doc_at(snapshot, "engine.containers");

	add_protected(names, containers, "HostConfig.MaskedPaths");
	add_protected(names, containers, "HostConfig.ReadonlyPaths");
	doc_for_each (container, containers) {
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

/* The record of a path, which may be there already. */
static const cJSON *record_once(struct path_recorder *recorder, cJSON *paths, const char *name)
{
	const cJSON *path = cJSON_GetObjectItemCaseSensitive(paths, name);

	return path ? path : path_record(recorder, paths, name);
}

/* Files, and the directories from which they and the links to them could be exchanged. */
static void record_files(struct path_recorder *recorder, cJSON *paths, struct names *files)
{
	struct names above = {.arena = files->arena};

	names_sort(files);
	for (size_t i = 0; i < files->n; i++) {
		const cJSON *path = record_once(recorder, paths, files->items[i]);

		names_add_parents(&above, doc_string_or(path, "real", NULL));
		doc_for_each (link, doc_at(path, "links"))
			names_add_parents(&above, doc_string_or(link, "path", NULL));
	}
	names_sort(&above);
	for (size_t i = 0; i < above.n; i++)
		record_once(recorder, paths, above.items[i]);
}

static void report_refused(cJSON *snapshot, const struct path_recorder *recorder)
{
	cleanup_text struct text source = {0};
	int tree = recorder->tree;

	if (!recorder->refused)
		return;
	text_addf(&source, "%u of %u paths of the host", recorder->refused, recorder->n);
	snapshot_problem(snapshot, text_string(&source),
			 tree < 0 ? strerror(-tree) : "Permission denied",
			 "run as root, or with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH", false);
}

static void record_sources(cJSON *snapshot, cJSON *paths, struct path_recorder *recorder,
			   struct arena *arena)
{
	struct names names = {.arena = arena};
	const char *const *places;
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
		path_record(recorder, paths, names.items[i]);
	report_refused(snapshot, recorder);
}

/* What the engine uses is named in its own tree; but units are the host's. */
static void record_engine_files(cJSON *snapshot, cJSON *paths, struct path_recorder *recorder,
				struct arena *arena)
{
	struct names files = {.arena = arena}, units = files;
	cleanup_fd int ours = tree_open(-1);

	engine_user_collect(snapshot, recorder->users);
	host_files_collect(snapshot, recorder->tree, &files);
	record_files(recorder, paths, &files);
	recorder->tree = ours;
	units_collect(snapshot, ours, &units);
	names_add(&units, "/etc/default/docker");
	names_add(&units, "/etc/sysconfig/docker");
	record_files(recorder, paths, &units);
}

static void record_paths(cJSON *snapshot, cJSON *host, int tree, struct arena *arena)
{
	cleanup_text struct text users = TEXT_INIT(TABLE_CEILING);
	cleanup_text struct text groups = TEXT_INIT(TABLE_CEILING);
	cleanup_text struct text map = TEXT_INIT(65536);
	struct path_recorder recorder = {.tree = tree};
	cJSON *paths = snapshot_object(host, "paths");

	host_read("/etc/passwd", &users);
	host_read("/etc/group", &groups);
	recorder.users = text_string(&users);
	recorder.groups = text_string(&groups);
	recorder.foreign_ids = proc_read(AT_FDCWD, "/proc/self/uid_map", &map) == 0 &&
			       !proc_map_is_identity(text_string(&map));
	record_sources(snapshot, paths, &recorder, arena);
	if (doc_bool_or(snapshot, "local", false) || !doc_at(snapshot, "engine.info"))
		record_engine_files(snapshot, paths, &recorder, arena);
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

int engine_tree_open(const cJSON *snapshot)
{
	cleanup_fd int dir = -1;
	uint64_t pid;

	if (doc_u64(snapshot, "daemon.pid", &pid) == DOC_PRESENT)
		dir = proc_open(pid);
	return tree_open(dir);
}

void host_collect_paths(cJSON *snapshot)
{
	cleanup_arena struct arena *arena = arena_new();
	cJSON *host = snapshot_object(snapshot, "host");
	cleanup_fd int tree = engine_tree_open(snapshot);

	programs_collect(snapshot, host, tree);
	record_paths(snapshot, host, tree, arena);
	record_sockets(snapshot, host, tree, arena);
	accounts_collect(snapshot, host, tree);
	subids_collect(snapshot, host, tree);
}
