/* SPDX-License-Identifier: Apache-2.0 */

/* DOCKER_CONTENT_TRUST, where it is set for all who log in. */
#include "base/cleanup.h"
#include "base/text.h"
#include "collect/host.h"
#include "collect/host_root.h"
#include "collect/names.h"
#include "collect/snapshot.h"

#include <string.h>

#define FILE_CEILING ((size_t)1024 * 1024)
#define MOST_FILES   256
#define VARIABLE     "DOCKER_CONTENT_TRUST="

/* "export DOCKER_CONTENT_TRUST='1' # …": the value, and how long it is; NULL for another line. */
static const char *find_value(const char *line, size_t length, size_t *ret_length)
{
	const char *end = line + length, *value;

	line += strspn(line, " \t");
	if (text_starts(line, "export "))
		line += strlen("export ") + strspn(line + strlen("export "), " \t");
	if (!text_starts(line, VARIABLE) || line >= end)
		return NULL;
	value = line + strlen(VARIABLE);
	value += *value == '"' || *value == '\'';
	*ret_length = strcspn(value, " \t\r\n\"';#");
	return value;
}

/* The last line counts. Docker takes whatever is no Go boolean for true, and none for false. */
static void record_file(cJSON *trust, const char *path)
{
	cleanup_text struct text text = TEXT_INIT(FILE_CEILING), word = {0}, key = {0};
	bool is_set = false, is_on = false;

	if (host_read(path, &text) < 0)
		return;
	for (const char *line = text_string(&text); *line;) {
		size_t length = strcspn(line, "\n"), n;
		const char *value = find_value(line, length, &n);

		if (value) {
			is_set = is_on = n > 0;
			word.length = 0;
			text_add_bytes(&word, value, n);
			parse_go_bool(text_string(&word), &is_on);
		}
		line += length + (line[length] == '\n');
	}
	text_add_utf8(&key, path, strlen(path));
	if (is_set)
		cJSON_AddBoolToObject(trust, text_string(&key), is_on);
}

void content_trust_collect(cJSON *host)
{
	cleanup_arena struct arena *arena = arena_new();
	cleanup_dir DIR *profiles = host_opendir("/etc/profile.d");
	struct names names = {.arena = arena};
	cJSON *trust = snapshot_object(host, "content_trust");

	names_add(&names, "/etc/bash.bashrc");
	names_add(&names, "/etc/bashrc");
	names_add(&names, "/etc/environment");
	names_add(&names, "/etc/profile");
	for (struct dirent *entry; profiles && names.n < MOST_FILES && (entry = readdir(profiles));)
		if (text_ends(entry->d_name, ".sh"))
			names_add(&names, arena_printf(arena, "/etc/profile.d/%s", entry->d_name));
	names_sort(&names);
	for (size_t i = 0; i < names.n; i++)
		record_file(trust, names.items[i]);
}
