/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The files of systemd's units that make the engine what it is: the unit itself, of which the
 * first one found counts, and drop-ins, which all count (systemd.unit(5), "Unit File Load Path").
 */
#include "base/cleanup.h"
#include "base/doc.h"
#include "collect/host_files.h"
#include "collect/snapshot.h"
#include "collect/tree.h"

#include <errno.h>
#include <string.h>

#define MOST_DROP_INS 256
#define UNIT_CEILING  ((size_t)256 * 1024)

/* In order of precedence. */
static const char *const system_directories[] = {
	"/etc/systemd/system.control", "/run/systemd/system.control",
	"/run/systemd/transient",      "/run/systemd/generator.early",
	"/etc/systemd/system",         "/etc/systemd/system.attached",
	"/run/systemd/system",         "/run/systemd/system.attached",
	"/run/systemd/generator",      "/usr/local/lib/systemd/system",
	"/usr/lib/systemd/system",     "/lib/systemd/system",
	"/run/systemd/generator.late",
};

/* The same for the manager of a user: below which of its directories. */
static const struct {
	const char *base; /* member of host.engine_user; NULL: none */
	const char *path;
} user_directories[] = {
	{"config", "/systemd/user.control"},
	{"runtime", "/systemd/user.control"},
	{"runtime", "/systemd/transient"},
	{"runtime", "/systemd/generator.early"},
	{"config", "/systemd/user"},
	{NULL, "/etc/systemd/user"},
	{"runtime", "/systemd/user"},
	{NULL, "/run/systemd/user"},
	{"runtime", "/systemd/generator"},
	{"home", "/.local/share/systemd/user"},
	{NULL, "/usr/local/share/systemd/user"},
	{NULL, "/usr/share/systemd/user"},
	{NULL, "/usr/local/lib/systemd/user"},
	{NULL, "/usr/lib/systemd/user"},
	{"runtime", "/systemd/generator.late"},
};

/* What a socket unit says of the sockets that it opens. */
static const char *const kept_lines[] = {
	"ListenStream",
	"SocketGroup",
	"SocketMode",
	"SocketUser",
};

struct unit {
	int tree;
	cJSON *host;
	struct names *names;
	cJSON *files, *drop_ins, *directories, *lines;
};

static bool exists(int tree, const char *path)
{
	cleanup_fd int fd = tree_resolve(tree, path, NULL, &(struct stat){0});

	return fd >= 0 || fd == -EACCES || fd == -EPERM;
}

static void add_string(cJSON *array, const char *string)
{
	cleanup_text struct text text = TEXT_INIT(65536);

	text_add_utf8(&text, string, strlen(string));
	cJSON_AddItemToArray(array, cJSON_CreateString(text_string(&text)));
}

static bool is_kept(const char *line, size_t length)
{
	size_t name = strcspn(line, "= \t\n");

	for (size_t i = 0; name < length && i < sizeof(kept_lines) / sizeof(kept_lines[0]); i++)
		if (strlen(kept_lines[i]) == name && memcmp(kept_lines[i], line, name) == 0)
			return true;
	return false;
}

static void record_lines(const struct unit *unit, const char *path)
{
	cleanup_text struct text text = TEXT_INIT(UNIT_CEILING), kept = TEXT_INIT(65536);
	cleanup_fd int fd = tree_resolve(unit->tree, path, NULL, &(struct stat){0});

	if (fd < 0 || tree_read(fd, &text) < 0)
		return;
	for (const char *line = text_string(&text); *line;) {
		size_t length;

		line += strspn(line, " \t");
		length = strcspn(line, "\n");
		if (is_kept(line, length)) {
			text_add_bytes(&kept, line, length);
			text_add(&kept, "\n");
		}
		line += length + (line[length] == '\n');
	}
	if (kept.length)
		snapshot_add_path(unit->lines, path, text_string(&kept));
}

static void add_file(const struct unit *unit, cJSON *array, const char *path)
{
	add_string(array, path);
	names_add(unit->names, path);
	record_lines(unit, path);
}

static void add_drop_ins(const struct unit *unit, const char *directory)
{
	struct names found = {.arena = unit->names->arena};
	cleanup_dir DIR *dir = tree_open_dir(unit->tree, directory);

	if (!dir) {
		snapshot_unlisted(unit->host, directory, errno);
		return;
	}
	add_string(unit->directories, directory);
	names_add(unit->names, directory);
	for (struct dirent *entry; found.n < MOST_DROP_INS && (entry = readdir(dir));)
		if (text_ends(entry->d_name, ".conf"))
			names_add(&found,
				  arena_printf(found.arena, "%s/%s", directory, entry->d_name));
	names_sort(&found);
	for (size_t i = 0; i < found.n; i++)
		add_file(unit, unit->drop_ins, found.items[i]);
}

/* "docker.service" with "docker.service.d" and "service.d", which is for all services. */
static void search(const struct unit *unit, const char *name, const char *directory)
{
	struct arena *arena = unit->names->arena;
	const char *file = arena_printf(arena, "%s/%s", directory, name);
	bool found = unit->files->child;

	if (exists(unit->tree, file))
		add_file(unit, unit->files, file);
	if (!found && exists(unit->tree, directory)) {
		add_string(unit->directories, directory);
		names_add(unit->names, directory);
	}
	add_drop_ins(unit, arena_printf(arena, "%s/%s.d", directory, name));
	add_drop_ins(unit, arena_printf(arena, "%s/%s.d", directory, strrchr(name, '.') + 1));
}

static const char *user_directory(struct arena *arena, const cJSON *user, size_t i)
{
	const char *base = user_directories[i].base;

	if (base)
		base = doc_string_or(user, base, NULL);
	else
		return user_directories[i].path;
	return base && *base ? arena_printf(arena, "%s%s", base, user_directories[i].path) : NULL;
}

static void record_unit(cJSON *host, int tree, const char *name, struct names *names)
{
	const cJSON *user = doc_at(host, "engine_user");
	cJSON *object = cJSON_AddObjectToObject(snapshot_object(host, "units"), name);
	const struct unit unit = {
		.tree = tree,
		.host = host,
		.names = names,
		.files = cJSON_AddArrayToObject(object, "files"),
		.drop_ins = cJSON_AddArrayToObject(object, "drop_ins"),
		.directories = cJSON_AddArrayToObject(object, "directories"),
		.lines = cJSON_AddObjectToObject(object, "lines"),
	};

	if (text_equal(doc_string_or(user, "uid", "0"), "0")) {
		for (size_t i = 0; i < sizeof(system_directories) / sizeof(char *); i++)
			search(&unit, name, system_directories[i]);
		return;
	}
	for (size_t i = 0; i < sizeof(user_directories) / sizeof(user_directories[0]); i++) {
		const char *directory = user_directory(names->arena, user, i);

		if (directory)
			search(&unit, name, directory);
	}
}

/* "/system.slice/snap.docker.dockerd.service": the unit that a process runs in. */
static const char *unit_of(struct arena *arena, const char *cgroup)
{
	for (const char *line = cgroup; *line;) {
		size_t length = strcspn(line, "\n");
		const char *path = arena_strndup(arena, line, length), *name = strrchr(path, '/');

		if (name && text_ends(name, ".service") && strstr(name, "docker"))
			return name + 1;
		line += length + (line[length] == '\n');
	}
	return NULL;
}

void units_collect(cJSON *snapshot, int tree, struct names *names)
{
	const char *own = unit_of(names->arena, doc_string_or(snapshot, "daemon.cgroup", ""));
	cJSON *host = snapshot_object(snapshot, "host");

	record_unit(host, tree, "docker.service", names);
	record_unit(host, tree, "docker.socket", names);
	if (own && !doc_member(doc_at(host, "units"), own))
		record_unit(host, tree, own, names);
}
