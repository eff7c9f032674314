/* SPDX-License-Identifier: Apache-2.0 */

/* The limits and devices of the containers' control groups, and of the groups above them. */
#include "base/arena.h"
#include "base/cleanup.h"
#include "base/doc.h"
#include "base/text.h"
#include "collect/host_root.h"
#include "collect/proc.h"
#include "collect/process.h"
#include "collect/snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* In version 1 each controller may have a hierarchy of its own; version 2 has one for all. */
struct hierarchy {
	const char *controller; /* "" for version 2 */
	const char *files[7];
	bool whole; /* files of more than one line */
};

static const struct hierarchy hierarchies[] = {
	{"memory", {"memory.limit_in_bytes", "memory.memsw.limit_in_bytes"}, false},
	{"cpu", {"cpu.cfs_quota_us", "cpu.cfs_period_us", "cpu.shares"}, false},
	{"cpuset", {"cpuset.cpus"}, false},
	{"pids", {"pids.max"}, false},
	{"devices", {"devices.list"}, true},
	{"",
	 {"memory.max", "memory.swap.max", "cpu.max", "cpu.weight", "cpuset.cpus", "pids.max"},
	 false},
};

#define N_HIERARCHIES (sizeof(hierarchies) / sizeof(hierarchies[0]))

/* Where a hierarchy is mounted, and which of its groups is to be seen there. */
struct cgroup_mount {
	const char *point, *root; /* NULL: not mounted */
};

struct group {
	const char *directory;
	size_t hierarchy;
};

struct cgroups {
	struct arena *arena;
	struct cgroup_mount mounts[N_HIERARCHIES];
	struct group *groups;
	size_t n, size;
	unsigned outside; /* groups that our own cgroup namespace does not show */
	unsigned unread;
	int code;
};

/* True where `word` is one of the words between separators. */
static bool has_word(const char *words, size_t length, char separator, const char *word)
{
	size_t wanted = strlen(word);

	for (const char *p = words, *end = words + length; p <= end;) {
		size_t n = 0;

		while (p + n < end && p[n] != separator && p[n] != '\n')
			n++;
		if (n == wanted && memcmp(p, word, n) == 0)
			return true;
		p += n + 1;
	}
	return false;
}

/* In a hybrid layout, version 2 is mounted too, without the controllers that version 1 has. */
static bool has_controllers(const char *point)
{
	static const char *const wanted[] = {"cpu", "cpuset", "memory", "pids"};
	cleanup_text struct text controllers = TEXT_INIT(4096);
	cleanup_fd int dir = host_open(point, O_PATH | O_DIRECTORY);

	if (dir < 0 || proc_read(dir, "cgroup.controllers", &controllers) < 0)
		return false;
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		if (has_word(text_string(&controllers), controllers.length, ' ', wanted[i]))
			return true;
	return false;
}

/* "31 24 0:27 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory" */
static void take_mount(struct cgroups *cgroups, char *line)
{
	char root[1024], point[1024], *type = strstr(line, " - "), *options;
	bool is_v2;

	if (!type || !text_starts(type, " - cgroup"))
		return;
	options = strrchr(line, ' ') + 1;
	is_v2 = text_starts(type, " - cgroup2 ");
	if (sscanf(line, "%*s %*s %*s %1023s %1023s", root, point) != 2 ||
	    (is_v2 && !has_controllers(point)))
		return;
	for (size_t i = 0; i < N_HIERARCHIES; i++) {
		const char *controller = hierarchies[i].controller;
		bool is_it = is_v2 ? !controller[0]
				   : controller[0] &&
					     has_word(options, strlen(options), ',', controller);

		if (is_it && !cgroups->mounts[i].point)
			cgroups->mounts[i] = (struct cgroup_mount){
				.point = arena_strdup(cgroups->arena, point),
				.root = arena_strdup(cgroups->arena,
						     text_equal(root, "/") ? "" : root)};
	}
}

/* host.cgroup_mounts: where the directories below come from. */
static void record_mounts(const struct cgroups *cgroups, cJSON *snapshot)
{
	cJSON *all = snapshot_object(snapshot_object(snapshot, "host"), "cgroup_mounts");

	for (size_t i = 0; i < N_HIERARCHIES; i++) {
		const struct cgroup_mount *mount = &cgroups->mounts[i];
		const char *controller = hierarchies[i].controller;
		cJSON *item;

		if (!mount->point)
			continue;
		item = snapshot_object(all, *controller ? controller : "unified");
		snapshot_add_text(item, "point", mount->point, strlen(mount->point));
		snapshot_add_text(item, "root", mount->root, strlen(mount->root));
	}
}

static void find_mounts(struct cgroups *cgroups)
{
	cleanup_text struct text mountinfo = TEXT_INIT(PROC_CEILING);
	cleanup_fd int host = proc_open_host();
	char *line;

	if (host < 0 || proc_read(host, "mountinfo", &mountinfo) < 0)
		return;
	for (char *rest = mountinfo.bytes; (line = strsep(&rest, "\n"));)
		take_mount(cgroups, line);
}

static void add_group(struct cgroups *cgroups, const char *directory, size_t hierarchy)
{
	if (cgroups->n == cgroups->size) {
		size_t size = cgroups->size ? cgroups->size * 2 : 256;
		struct group *grown = arena_array(cgroups->arena, size, sizeof(*grown));

		if (cgroups->n > 0)
			memcpy(grown, cgroups->groups, cgroups->n * sizeof(*grown));
		cgroups->groups = grown;
		cgroups->size = size;
	}
	cgroups->groups[cgroups->n++] =
		(struct group){.directory = directory, .hierarchy = hierarchy};
}

/* The group's directory, and those above it but the root's. */
static void add_groups(struct cgroups *cgroups, size_t hierarchy, const char *path, size_t length)
{
	const struct cgroup_mount *mount = &cgroups->mounts[hierarchy];
	size_t root, top;
	char *directory;

	if (!mount->point)
		return;
	root = strlen(mount->root);
	if (length < root || memcmp(path, mount->root, root) != 0 ||
	    text_starts(path + root, "/..")) {
		cgroups->outside++;
		return;
	}
	directory = arena_printf(cgroups->arena, "%s%.*s", mount->point, (int)(length - root),
				 path + root);
	top = strlen(mount->point);
	for (size_t end = strlen(directory); end > top + 1; end--) {
		if (directory[end] && directory[end] != '/')
			continue;
		add_group(cgroups, arena_strndup(cgroups->arena, directory, end), hierarchy);
	}
}

/* Each line is "number:controllers:path"; version 2 has no controllers there. */
static void add_groups_of(struct cgroups *cgroups, const char *text)
{
	for (const char *line = text; *line;) {
		size_t length = strcspn(line, "\n");
		const char *words = memchr(line, ':', length), *path = NULL;

		if (words)
			path = memchr(words + 1, ':', length - (size_t)(words + 1 - line));
		for (size_t i = 0; path && i < N_HIERARCHIES; i++)
			if (has_word(words + 1, (size_t)(path - words - 1), ',',
				     hierarchies[i].controller))
				add_groups(cgroups, i, path + 1,
					   length - (size_t)(path + 1 - line));
		line += length + (line[length] == '\n');
	}
}

static void read_group(struct cgroups *cgroups, const struct group *group, cJSON *limits,
		       struct text *text)
{
	const char *const *files = hierarchies[group->hierarchy].files;
	char path[PATH_MAX];
	int failure = 0, r;

	for (size_t i = 0; files[i]; i++) {
		snprintf(path, sizeof(path), "%s/%s", group->directory, files[i]);
		r = proc_read_host(path, text);
		if (r == 0) {
			snapshot_add_text(limits, files[i], text_string(text),
					  hierarchies[group->hierarchy].whole
						  ? text->length
						  : strcspn(text_string(text), "\n"));
		} else if (r != -ENOENT && r != -ENODEV) {
			snapshot_unread(limits, files[i], strerror(-r));
			failure = r;
		}
	}
	if (failure < 0) {
		cgroups->unread++;
		cgroups->code = failure;
	}
}

static int by_directory(const void *a, const void *b)
{
	const struct group *one = a, *other = b;
	int order = strcmp(one->directory, other->directory);

	return order ? order
		     : (one->hierarchy > other->hierarchy) - (one->hierarchy < other->hierarchy);
}

/* Controllers that are mounted together have one directory, and one member, between them. */
static void read_groups(struct cgroups *cgroups, cJSON *snapshot)
{
	cleanup_text struct text text = TEXT_INIT(PROC_CEILING);
	cJSON *all = snapshot_object(snapshot, "cgroups"), *limits = NULL;
	const struct group *last = NULL;

	if (cgroups->n > 0)
		qsort(cgroups->groups, cgroups->n, sizeof(cgroups->groups[0]), by_directory);
	for (size_t i = 0; i < cgroups->n; i++) {
		const struct group *group = &cgroups->groups[i];

		if (last && by_directory(last, group) == 0)
			continue;
		if (!last || !text_equal(last->directory, group->directory)) {
			cleanup_text struct text name = {0};

			text_add_utf8(&name, group->directory, strlen(group->directory));
			limits = cJSON_AddObjectToObject(all, text_string(&name));
		}
		last = group;
		read_group(cgroups, group, limits, &text);
	}
}

static void report(const struct cgroups *cgroups, cJSON *snapshot)
{
	char source[80];

	if (cgroups->outside > 0)
		snapshot_problem(snapshot, "limits of control groups",
				 "they are outside of our cgroup namespace",
				 "run with the host's cgroup namespace (--cgroupns=host)", false);
	if (cgroups->unread == 0)
		return;
	snprintf(source, sizeof(source), "limits of %u control groups", cgroups->unread);
	snapshot_problem(snapshot, source, strerror(-cgroups->code), "run as root", false);
}

void cgroup_collect(cJSON *snapshot)
{
	cleanup_arena struct arena *arena = arena_new();
	struct cgroups cgroups = {.arena = arena};

	find_mounts(&cgroups);
	record_mounts(&cgroups, snapshot);
	doc_for_each (process, doc_at(snapshot, "processes")) {
		if (doc_bool_or(process, "init", false))
			add_groups_of(&cgroups, doc_string_or(process, "cgroup", ""));
	}
	read_groups(&cgroups, snapshot);
	report(&cgroups, snapshot);
}
