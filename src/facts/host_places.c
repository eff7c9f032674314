/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/host_places.h"

#include "base/path.h"
#include "base/text.h"

#include <string.h>

#define MOST_PLACES  64
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* systemd.unit(5), the first that has the unit wins; collect/host_places.c looks at the same. */
static const char *const unit_folders[] = {
	"/etc/systemd/system",     "/run/systemd/system", "/usr/local/lib/systemd/system",
	"/usr/lib/systemd/system", "/lib/systemd/system",
};
static const char *const program_folders[] = {"/usr/bin", "/usr/sbin", "/usr/local/bin",
					      "/usr/local/sbin", "/usr/libexec/docker"};

/* What host_places_add() fills. */
struct finder {
	const struct facts *facts;
	struct arena *arena;
	struct host_places *places;
};

const cJSON *facts_path(const struct facts *facts, const char *path)
{
	const struct index_entry *entry = index_find(&facts->host.paths, path);

	return entry ? entry->item : NULL;
}

/* As the collector writes ENOENT and ENOTDIR. */
bool reason_is_absence(const char *reason)
{
	return text_equal(reason, "No such file or directory") ||
	       text_equal(reason, "Not a directory");
}

enum existence path_existence(const cJSON *record)
{
	if (doc_at(record, "type"))
		return PATH_THERE;
	return reason_is_absence(doc_string_or(record, "unread", NULL)) ? PATH_ABSENT
									: PATH_UNKNOWN;
}

const char *facts_files_hidden(const struct facts *facts)
{
	if (!doc_at(facts->host.doc, "container") || !facts->engine.daemon_unread)
		return NULL;
	return "bulkhead runs in a container and does not see the host's files";
}

static bool is_known(const struct host_places *places, const char *real)
{
	for (size_t i = 0; i < places->n; i++)
		if (text_equal(places->items[i].real, real))
			return true;
	return false;
}

static void add_place(struct finder *finder, const char *path, const cJSON *record)
{
	struct host_places *places = finder->places;
	const char *real = doc_string_or(record, "real", path);
	struct host_place *grown;

	if (is_known(places, real) || places->n == MOST_PLACES)
		return;
	grown = arena_array(finder->arena, places->n + 1, sizeof(*grown));
	if (places->n > 0)
		memcpy(grown, places->items, places->n * sizeof(*grown));
	grown[places->n++] = (struct host_place){
		.path = path,
		.real = real,
		.directory = text_equal(doc_string_or(record, "type", ""), "directory"),
	};
	places->items = grown;
}

static void note_unread(struct finder *finder, const char *path, const char *why)
{
	if (!finder->places->unread)
		finder->places->unread = arena_printf(finder->arena, "%s: %s", path, why);
}

/* True where the path is there. */
static bool look(struct finder *finder, const char *path)
{
	struct host_places *places = finder->places;
	const cJSON *record;
	const char *why;

	if (!path || path[0] != '/')
		return false;
	places->looked_for =
		places->looked_for ? arena_printf(finder->arena, "%s, %s", places->looked_for, path)
				   : path;
	record = facts_path(finder->facts, path);
	if (!record) {
		note_unread(finder, path, "the snapshot does not hold it");
		return false;
	}
	why = doc_string_or(record, "unread", NULL);
	if (!why)
		add_place(finder, path, record);
	else if (!reason_is_absence(why))
		note_unread(finder, path, why);
	return !why;
}

/* Without what the kernel adds where the file was replaced since the program started. */
static const char *program_path(struct arena *arena, const char *exe)
{
	static const char mark[] = " (deleted)";

	if (!exe || !text_ends(exe, mark))
		return exe;
	return arena_strndup(arena, exe, strlen(exe) - strlen(mark));
}

static bool look_in_folders(struct finder *finder, const char *name)
{
	for (size_t i = 0; i < COUNT(program_folders); i++)
		if (look(finder, path_join(finder->arena, program_folders[i], name)))
			return true;
	return false;
}

static void look_program(struct finder *finder, const char *exe, const char *name)
{
	if (!look(finder, program_path(finder->arena, exe)))
		look_in_folders(finder, name);
}

static const char *containerd(const struct finder *finder, const char *member)
{
	return doc_string_or(doc_at(finder->facts->host.doc, "programs.containerd"), member, NULL);
}

static void add_engine_program(struct finder *finder)
{
	look_program(finder, doc_string_or(finder->facts->engine.daemon, "exe", NULL), "dockerd");
}

static void add_containerd_program(struct finder *finder)
{
	look_program(finder, containerd(finder, "exe"), "containerd");
}

/* One that runs, else one beside containerd, else one where programs are. */
static void add_shim(struct finder *finder, const char *name)
{
	const char *exe = program_path(finder->arena, containerd(finder, "exe"));

	doc_for_each (shim, doc_at(finder->facts->host.doc, "programs.shims")) {
		const char *runs = program_path(finder->arena, doc_string_or(shim, "exe", NULL));

		if (runs && text_equal(path_name(runs), name) && look(finder, runs))
			return;
	}
	if (exe && look(finder, arena_printf(finder->arena, "%.*s%s", (int)(path_name(exe) - exe),
					     exe, name)))
		return;
	look_in_folders(finder, name);
}

static void add_running_shims(struct finder *finder)
{
	doc_for_each (shim, doc_at(finder->facts->host.doc, "programs.shims"))
		look(finder, program_path(finder->arena, doc_string_or(shim, "exe", NULL)));
}

static void look_in_search_path(struct finder *finder, const char *name)
{
	const char *search = doc_string_or(finder->facts->engine.daemon, "environment.PATH", "");

	while (*search) {
		size_t length = strcspn(search, ":");
		const char *folder = arena_strndup(finder->arena, search, length);

		if (look(finder, path_join(finder->arena, folder, name)))
			return;
		search += length + (search[length] == ':');
	}
	look_in_folders(finder, name);
}

/* As the engine is told of one: by its path, or by a name that is in its PATH. */
static void look_named(struct finder *finder, const char *name)
{
	if (*name == '/')
		look(finder, name);
	else if (*name)
		look_in_search_path(finder, name);
}

static void add_runtimes(struct finder *finder)
{
	bool any = false;

	doc_for_each (runtime, doc_at(finder->facts->engine.info, "Runtimes")) {
		const char *path = doc_string_or(runtime, "path", "");

		any |= *path != '\0';
		look_named(finder, path);
	}
	if (!any)
		look_in_folders(finder, "runc");
}

static void add_init(struct finder *finder)
{
	look_named(finder, doc_string_or(finder->facts->engine.info, "InitBinary", "docker-init"));
}

static void add_proxy(struct finder *finder)
{
	const struct setting *path = facts_setting(finder->facts, "userland-proxy-path");

	look_named(finder, path && path->value && *path->value ? path->value : "docker-proxy");
}

static void add_engine_config(struct finder *finder)
{
	look(finder, doc_string_or(finder->facts->engine.daemon, "config_file.path",
				   "/etc/docker/daemon.json"));
}

/* What dockerd writes for a containerd of its own is written anew at each start. */
static void add_containerd_config(struct finder *finder)
{
	const char *config = containerd(finder, "config");

	if (!config || text_equal(path_name(config), "containerd.toml"))
		config = "/etc/containerd/config.toml";
	look(finder, config);
}

static void add_containerd_socket(struct finder *finder)
{
	const char *address = containerd(finder, "socket");

	if (!address)
		address = doc_string_or(finder->facts->engine.info, "Containerd.Address", NULL);
	if (address) {
		look(finder, address);
		return;
	}
	look(finder, "/run/containerd/containerd.sock");
	look(finder, "/run/docker/containerd/containerd.sock");
}

bool host_is_api_socket(const struct facts *facts, const char *path)
{
	const char *root = doc_string_or(facts->engine.info, "DockerRootDir", NULL);

	return *path == '/' && !path_within(path, "/run/docker") &&
	       !path_within(path, "/var/run/docker") && !(root && path_within(path, root)) &&
	       !text_equal(path_name(path), "metrics.sock") && !strstr(path, "/libnetwork/");
}

static void add_engine_sockets(struct finder *finder)
{
	const char *endpoint = finder->facts->endpoint;

	if (text_starts(endpoint, "unix://"))
		look(finder, endpoint + strlen("unix://"));
	doc_for_each (listener, doc_at(finder->facts->engine.daemon, "listeners")) {
		const char *path = doc_string_or(listener, "address", "");

		if (text_equal(doc_string_or(listener, "protocol", ""), "unix") &&
		    host_is_api_socket(finder->facts, path))
			look(finder, path);
	}
}

static bool is_id_pair(const char *name)
{
	size_t uid = strspn(name, "0123456789");
	size_t gid = name[uid] == '.' ? strspn(name + uid + 1, "0123456789") : 0;

	return uid > 0 && gid > 0 && name[uid + 1 + gid] == '\0';
}

const char *host_data_root(const struct facts *facts, struct arena *arena)
{
	const char *root = doc_string_or(facts->engine.info, "DockerRootDir", NULL);

	if (!root || root[0] != '/' || !facts->engine.userns_remap || !is_id_pair(path_name(root)))
		return root;
	return path_clean(arena, path_join(arena, root, ".."));
}

static void add_data_root(struct finder *finder)
{
	const char *root = host_data_root(finder->facts, finder->arena);

	look(finder, root ? root : "/var/lib/docker");
}

/* A unit that is masked is a link to /dev/null, and nothing is read of it. */
static void add_unit(struct finder *finder, const char *unit)
{
	const char *folder = arena_printf(finder->arena, "%s.d", unit);
	bool found = false;

	for (size_t i = 0; i < COUNT(unit_folders) && !found; i++) {
		const char *path = path_join(finder->arena, unit_folders[i], unit);

		if (text_equal(doc_string_or(facts_path(finder->facts, path), "real", ""),
			       "/dev/null"))
			return;
		found = look(finder, path);
	}
	for (size_t i = 0; i < COUNT(unit_folders) && found; i++) {
		const char *path = path_join(finder->arena, unit_folders[i], folder);

		if (doc_at(facts_path(finder->facts, path), "real"))
			look(finder, path);
	}
}

bool host_places_add(const struct facts *facts, struct arena *arena, const char *what,
		     struct host_places *places)
{
	static const struct {
		const char *name;
		void (*add)(struct finder *finder);
	} kinds[] = {
		{"containerd-config", add_containerd_config},
		{"containerd-program", add_containerd_program},
		{"containerd-socket", add_containerd_socket},
		{"data-root", add_data_root},
		{"docker-init", add_init},
		{"docker-proxy", add_proxy},
		{"engine-config", add_engine_config},
		{"engine-program", add_engine_program},
		{"engine-sockets", add_engine_sockets},
		{"runtimes", add_runtimes},
		{"shims", add_running_shims},
	};
	struct finder finder = {facts, arena, places};

	for (size_t i = 0; i < COUNT(kinds); i++) {
		if (!text_equal(kinds[i].name, what))
			continue;
		kinds[i].add(&finder);
		return true;
	}
	if (what[0] == '/')
		look(&finder, what);
	else if (text_starts(what, "containerd-shim"))
		add_shim(&finder, what);
	else if (text_ends(what, ".service") || text_ends(what, ".socket"))
		add_unit(&finder, what);
	else
		return false;
	return true;
}
