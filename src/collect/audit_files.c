/* SPDX-License-Identifier: Apache-2.0 */

/* The audit rules that are to be loaded at the next boot: /etc/audit. */
#include "base/cleanup.h"
#include "base/text.h"
#include "collect/host.h"
#include "collect/host_root.h"
#include "collect/snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define RULES_FILE   "/etc/audit/audit.rules"
#define RULES_FOLDER "/etc/audit/rules.d"
#define FILE_CEILING ((size_t)1024 * 1024)
#define MOST_FILES   ((size_t)200)

/* A rule begins with a dash; the rest is comment. */
static void add_lines(cJSON *lines, const char *text)
{
	for (unsigned number = 1; *text; number++) {
		size_t blank = strspn(text, " \t"), length = strcspn(text, "\n");
		char name[16];

		if (blank < length && text[blank] == '-') {
			snprintf(name, sizeof(name), "%u", number);
			snapshot_add_text(lines, name, text + blank, length - blank);
		}
		text += length + (text[length] == '\n');
	}
}

static void record_file(cJSON *files, const char *path)
{
	cleanup_text struct text text = TEXT_INIT(FILE_CEILING);
	int r = host_read(path, &text);
	cJSON *file;

	if (r == -ENOENT)
		return;
	file = cJSON_CreateObject();
	snapshot_add_text(file, "path", path, strlen(path));
	if (r < 0)
		snapshot_add_text(file, "unread", strerror(-r), strlen(strerror(-r)));
	else
		add_lines(cJSON_AddObjectToObject(file, "lines"), text_string(&text));
	cJSON_AddItemToArray(files, file);
}

static int by_version(const void *a, const void *b)
{
	return strverscmp(*(const char *const *)a, *(const char *const *)b);
}

/* In the order in which augenrules(8) puts them together. */
static int record_folder(cJSON *files)
{
	cleanup_arena struct arena *arena = arena_new();
	cleanup_dir DIR *dir = host_opendir(RULES_FOLDER);
	const char **paths = arena_array(arena, MOST_FILES, sizeof(*paths));
	size_t n = 0;

	if (!dir)
		return -errno;
	for (const struct dirent *entry; (entry = readdir(dir));) {
		if (!text_ends(entry->d_name, ".rules"))
			continue;
		if (n == MOST_FILES)
			return -EFBIG;
		paths[n++] = arena_printf(arena, RULES_FOLDER "/%s", entry->d_name);
	}
	if (n > 1)
		qsort(paths, n, sizeof(*paths), by_version);
	for (size_t i = 0; i < n; i++)
		record_file(files, paths[i]);
	return 0;
}

void audit_collect_files(cJSON *audit)
{
	cJSON *files = cJSON_AddArrayToObject(audit, "files");
	int r = record_folder(files);

	if (r < 0 && r != -ENOENT && r != -ENOTDIR)
		snapshot_unread(audit, "files", strerror(-r));
	record_file(files, RULES_FILE);
}
