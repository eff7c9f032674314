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
#define MOST_LINES   1000

static bool maps_users(const cJSON *snapshot)
{
	return snapshot_security_option(snapshot, "name=userns") ||
	       snapshot_security_option(snapshot, "name=rootless");
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

static int read_ranges(cJSON *ranges, int tree, const char *path, const char *users)
{
	cleanup_text struct text text = TEXT_INIT(FILE_CEILING);
	int r = tree_read_path(tree, path, &text);
	char *rest = text.bytes;

	if (r < 0)
		return r == -ENOENT ? 0 : r;
	for (unsigned n = 0; rest && *rest; n++) {
		if (n == MOST_LINES)
			return -E2BIG;
		add_range(ranges, strsep(&rest, "\n"), users);
	}
	return 0;
}

/* Without the accounts nobody can tell whose a range is. */
static void record_file(cJSON *subids, const char *member, int tree, const char *path)
{
	cleanup_text struct text users = TEXT_INIT(FILE_CEILING);
	cleanup_doc cJSON *ranges = cJSON_CreateArray();
	int r = tree_read_path(tree, "/etc/passwd", &users);

	if (r == 0)
		r = read_ranges(ranges, tree, path, text_string(&users));
	if (r < 0)
		snapshot_unread(subids, member, strerror(-r));
	else
		cJSON_AddItemToObject(subids, member, take_pointer(ranges));
}

void subids_collect(const cJSON *snapshot, cJSON *host, int tree)
{
	cJSON *subids;

	if (!doc_bool_or(snapshot, "local", false) || !maps_users(snapshot))
		return;
	subids = snapshot_object(host, "subids");
	record_file(subids, "uid", tree, "/etc/subuid");
	record_file(subids, "gid", tree, "/etc/subgid");
}
