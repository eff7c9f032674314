/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Who may use which ids in user namespaces: /etc/subuid and /etc/subgid (subuid(5)), in the tree of
 * an engine that maps users. Lines name an account or its number, which are the same one.
 */
#include "base/cleanup.h"
#include "base/doc.h"
#include "base/text.h"
#include "collect/host.h"
#include "collect/process.h"
#include "collect/snapshot.h"
#include "collect/tree.h"

#include <errno.h>
#include <string.h>

#define FILE_CEILING ((size_t)1024 * 1024)
#define MOST_RANGES  1000

static bool maps_users(const cJSON *snapshot)
{
	doc_for_each (option, doc_at(snapshot, "engine.info.SecurityOptions"))
		if (doc_is_string(option) && (text_starts(option->valuestring, "name=userns") ||
					      text_starts(option->valuestring, "name=rootless")))
			return true;
	return false;
}

static int read_file(int tree, const char *path, struct text *text)
{
	struct stat status;
	cleanup_fd int fd = tree_resolve(tree, path, NULL, &status);

	return fd < 0 ? fd : tree_read(fd, text);
}

/* "alice:100000:65536"; what is no such line newuidmap(1) passes over, too. */
static void add_range(cJSON *ranges, char *line, const char *users)
{
	const char *user = strsep(&line, ":"), *start = strsep(&line, ":"), *count = line;
	uint64_t uid, first, n;
	cJSON *range;

	if (!start || !count || !*user || !parse_u64(start, 10, &first) ||
	    !parse_u64(count, 10, &n) || n == 0)
		return;
	range = cJSON_CreateObject();
	snapshot_add_text(range, "user", user, strlen(user));
	if (parse_u64(user, 10, &uid) || passwd_find(users, user, &uid))
		snapshot_add_u64(range, "uid", uid);
	snapshot_add_u64(range, "start", first);
	snapshot_add_u64(range, "count", n);
	cJSON_AddItemToArray(ranges, range);
}

static void record_file(cJSON *subids, const char *member, int tree, const char *path,
			const char *users)
{
	cleanup_text struct text text = TEXT_INIT(FILE_CEILING);
	int r = read_file(tree, path, &text);
	char *rest = text.bytes;
	cJSON *ranges;
	unsigned n = 0;

	if (r < 0 && r != -ENOENT) {
		snapshot_unread(subids, member, strerror(-r));
		return;
	}
	ranges = cJSON_AddArrayToObject(subids, member);
	for (char *line; rest && n < MOST_RANGES && (line = strsep(&rest, "\n")); n++)
		add_range(ranges, line, users);
}

void subids_collect(const cJSON *snapshot, cJSON *host, int tree)
{
	cleanup_text struct text users = TEXT_INIT(FILE_CEILING);
	cJSON *subids;

	if (!doc_bool_or(snapshot, "local", false) || !maps_users(snapshot))
		return;
	subids = snapshot_object(host, "subids");
	read_file(tree, "/etc/passwd", &users);
	record_file(subids, "uid", tree, "/etc/subuid", text_string(&users));
	record_file(subids, "gid", tree, "/etc/subgid", text_string(&users));
}
