/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The text of the AppArmor profiles that containers name, with all that it includes
 * (apparmor.d(5)): host.apparmor_files. It says what somebody wrote; what is loaded may be older.
 */
#include "base/arena.h"
#include "base/cleanup.h"
#include "base/doc.h"
#include "base/path.h"
#include "base/text.h"
#include "collect/host.h"
#include "collect/host_root.h"
#include "collect/snapshot.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

#define FOLDER       "/etc/apparmor.d"
#define FILE_CEILING ((size_t)256 * 1024)

enum { MOST_FILES = 200 };

struct policy {
	struct arena *arena;
	cJSON *files;   /* host.apparmor_files */
	cJSON *wanted;  /* names of profiles, as members */
	size_t n_files; /* and directories */
};

/* In these are no profiles, or none that are loaded. */
static const char *const others[] = {"abi",     "abstractions", "cache",
				     "cache.d", "disable",      "force-complain",
				     "local",   "tunables",     NULL};

static bool is_other(const char *name)
{
	for (const char *const *other = others; *other; other++)
		if (text_equal(name, *other))
			return true;
	return name[0] == '.';
}

/* The word that a line begins with behind `keyword`, without its quotation marks; NULL: another. */
static char *word_after(struct arena *arena, const char *line, const char *keyword)
{
	line += strspn(line, " \t");
	if (!text_starts(line, keyword) || !strchr(" \t", line[strlen(keyword)]))
		return NULL;
	line += strlen(keyword);
	line += strspn(line, " \t\"");
	return arena_strndup(arena, line, strcspn(line, " \t\n\"{"));
}

static const char *next_line(const char *line)
{
	const char *end = strchr(line, '\n');

	return end ? end + 1 : line + strlen(line);
}

static bool defines_wanted(const struct policy *policy, const char *text)
{
	for (; *text; text = next_line(text)) {
		const char *name = word_after(policy->arena, text, "profile");

		if (name && doc_member(policy->wanted, name))
			return true;
	}
	return false;
}

/* "<local/web>" behind `include`, as a path; NULL where the line includes nothing. */
static const char *included_path(const struct policy *policy, const char *line)
{
	const char *end;

	line += strspn(line, " \t");
	line += *line == '#';
	if (!text_starts(line, "include") || !strchr(" \t", line[strlen("include")]))
		return NULL;
	line += strlen("include");
	line += strcspn(line, "<\"\n");
	end = *line == '<' || *line == '"' ? strpbrk(line + 1, ">\"\n") : NULL;
	if (!end || *end == '\n')
		return NULL;
	line = arena_strndup(policy->arena, line + 1, (size_t)(end - line - 1));
	return path_clean(policy->arena,
			  *line == '/' ? line : path_join(policy->arena, FOLDER, line));
}

static void include(struct policy *policy, const char *path);

static void add_file(struct policy *policy, const char *path, const char *text, size_t length)
{
	cJSON *file = cJSON_CreateObject();

	cJSON_AddItemToObject(policy->files, path, file);
	snapshot_add_text(file, "text", text, length);
	policy->n_files++;
	for (; *text; text = next_line(text)) {
		const char *included = included_path(policy, text);

		if (included && !cJSON_GetObjectItemCaseSensitive(policy->files, included))
			include(policy, included);
	}
}

static int read_file(struct policy *policy, const char *path)
{
	cleanup_text struct text text = TEXT_INIT(FILE_CEILING);
	int r = policy->n_files < MOST_FILES ? host_read(path, &text) : -E2BIG;

	if (r == 0)
		add_file(policy, path, text_string(&text), text.length);
	return r;
}

/* Of a directory that is included, all files count. */
static int include_directory(struct policy *policy, const char *path)
{
	cleanup_dir DIR *dir = NULL;

	if (policy->n_files++ >= MOST_FILES)
		return -E2BIG;
	dir = host_opendir(path);
	if (!dir)
		return -errno;
	cJSON_AddObjectToObject(policy->files, path);
	for (const struct dirent *entry; (entry = readdir(dir));)
		if (entry->d_name[0] != '.')
			include(policy, path_join(policy->arena, path, entry->d_name));
	return 0;
}

static void include(struct policy *policy, const char *path)
{
	int r = read_file(policy, path);

	if (r == -EINVAL) /* no regular file */
		r = include_directory(policy, path);
	if (r < 0)
		cJSON_AddStringToObject(cJSON_AddObjectToObject(policy->files, path), "unread",
					strerror(-r));
}

/* Files of profiles stand here or, where others than the distribution write them, one below. */
static int search(struct policy *policy, const char *path, bool below)
{
	cleanup_dir DIR *dir = host_opendir(path);

	if (!dir)
		return -errno;
	for (const struct dirent *entry; (entry = readdir(dir));) {
		cleanup_text struct text text = TEXT_INIT(FILE_CEILING);
		const char *file;
		int r;

		if (is_other(entry->d_name))
			continue;
		file = path_join(policy->arena, path, entry->d_name);
		r = host_read(file, &text);
		if (r == -EINVAL)
			r = below ? search(policy, file, false) : 0;
		else if (r == 0 && defines_wanted(policy, text_string(&text)) &&
			 !cJSON_GetObjectItemCaseSensitive(policy->files, file))
			add_file(policy, file, text_string(&text), text.length);
		if (r < 0 && r != -ENOENT && r != -ENOTDIR)
			return r;
	}
	return 0;
}

static cJSON *wanted_profiles(const cJSON *snapshot)
{
	cJSON *wanted = cJSON_CreateObject();

	doc_for_each (container, doc_at(snapshot, "engine.containers")) {
		const char *name = doc_string_or(container, "AppArmorProfile", "");

		if (*name && !text_equal(name, "unconfined") && !doc_member(wanted, name))
			cJSON_AddTrueToObject(wanted, name);
	}
	return wanted;
}

void apparmor_collect(const cJSON *snapshot, cJSON *host)
{
	cleanup_arena struct arena *arena = arena_new();
	cleanup_doc cJSON *wanted = wanted_profiles(snapshot);
	struct policy policy = {.arena = arena, .wanted = wanted};
	int r;

	if (!wanted->child)
		return;
	policy.files = cJSON_AddObjectToObject(host, "apparmor_files");
	r = search(&policy, FOLDER, true);
	if (r < 0 && r != -ENOENT)
		snapshot_unread(host, "apparmor_files", strerror(-r));
}
