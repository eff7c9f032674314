/* SPDX-License-Identifier: Apache-2.0 */

/* On which lines the keys of a configuration file stand: the parser does not say. */
#include "base/doc.h"
#include "collect/daemon.h"
#include "collect/snapshot.h"

/* Skip a JSON string; `json` stands on its opening quote. */
static const char *skip_string(const char *json, unsigned *line)
{
	for (json++; *json && *json != '"'; json++) {
		if (*json == '\\' && json[1])
			json++;
		*line += *json == '\n';
	}
	return *json ? json + 1 : json;
}

static void add_line(cJSON *lines, const char *key, const char *end, unsigned line)
{
	cleanup_doc cJSON *string = cJSON_ParseWithLength(key, (size_t)(end - key));

	if (!doc_is_string(string))
		return;
	cJSON_DeleteItemFromObjectCaseSensitive(lines, string->valuestring);
	snapshot_add_u64(lines, string->valuestring, line);
}

/* Where a key is said twice the later one counts, as in Go. */
cJSON *daemon_config_lines(const char *json)
{
	cJSON *lines = cJSON_CreateObject();
	unsigned depth = 0, line = 1, keys = 0;
	bool key = false;

	while (*json && keys < DAEMON_CONFIG_KEYS) {
		const char *start = json;
		unsigned at = line;

		if (*json != '"') {
			depth += *json == '{' || *json == '[';
			depth -= (*json == '}' || *json == ']') && depth > 0;
			key = *json == '{' || *json == ',' || (key && *json != ':');
			line += *json++ == '\n';
			continue;
		}
		json = skip_string(json, &line);
		if (key && depth == 1 && ++keys)
			add_line(lines, start, json, at);
		key = false;
	}
	return lines;
}
