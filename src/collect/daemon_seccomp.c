/* SPDX-License-Identifier: Apache-2.0 */

/* The file of dockerd's seccomp-profile, which it gives containers that ask for no other. */
#include "base/cleanup.h"
#include "base/doc.h"
#include "base/text.h"
#include "collect/daemon.h"
#include "collect/snapshot.h"
#include "collect/tree.h"

#include <errno.h>
#include <string.h>

#define PROFILE_CEILING ((size_t)1024 * 1024)

/* As GET /info shows it, which is the one in effect; NULL where it is none of the built-in ones. */
static const char *profile_path(const cJSON *snapshot)
{
	static const char key[] = "name=seccomp,profile=/";

	doc_for_each (option, doc_at(snapshot, "engine.info.SecurityOptions"))
		if (doc_is_string(option) && text_starts(option->valuestring, key))
			return option->valuestring + sizeof(key) - 2;
	return NULL;
}

static int read_file(cJSON *file, int dir, const char *path, struct text *text)
{
	cleanup_fd int tree = tree_open(dir);
	cleanup_fd int fd = -1;
	struct stat status;

	if (tree < 0)
		return tree;
	fd = tree_resolve(tree, path, NULL, &status);
	if (fd < 0)
		return fd;
	snapshot_add_time(file, "modified", status.st_mtime);
	return tree_read(fd, text);
}

static void record_failure(cJSON *snapshot, cJSON *file, const char *path, int code)
{
	bool absent = code == -ENOENT || code == -ENOTDIR;

	cJSON_AddStringToObject(file, "state", absent ? "absent" : "unreadable");
	cJSON_AddStringToObject(file, "reason", strerror(-code));
	snapshot_problem(snapshot, path, strerror(-code),
			 "run as root to read what the engine reads", false);
}

/* What is no JSON object is no profile, and not kept. */
static void record_text(cJSON *file, const struct text *text)
{
	cleanup_doc cJSON *document = NULL;
	bool sound = doc_parse(text_string(text), text->length, &document, NULL) == 0 &&
		     cJSON_IsObject(document);

	cJSON_AddStringToObject(file, "state", sound ? "present" : "malformed");
	if (sound)
		snapshot_add_text(file, "content", text_string(text), text->length);
	else
		cJSON_AddStringToObject(file, "reason", "it holds no JSON object");
}

void daemon_collect_seccomp(cJSON *snapshot, cJSON *daemon, int dir)
{
	cleanup_text struct text text = TEXT_INIT(PROFILE_CEILING);
	const char *path = profile_path(snapshot);
	cJSON *file;
	int r;

	if (!path)
		return;
	file = cJSON_AddObjectToObject(daemon, "seccomp_profile");
	cJSON_AddStringToObject(file, "path", path);
	r = read_file(file, dir, path, &text);
	if (r < 0)
		record_failure(snapshot, file, path, r);
	else
		record_text(file, &text);
}
