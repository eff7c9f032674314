/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Who is in the groups that own the engine's sockets, and in which groups a rootless engine's user
 * is. Of /etc/group and /etc/passwd only the lines of these are kept, and of these lines no
 * password.
 */
#include "base/cleanup.h"
#include "base/doc.h"
#include "base/text.h"
#include "collect/host.h"
#include "collect/host_root.h"
#include "collect/process.h"
#include "collect/snapshot.h"
#include "collect/tree.h"

#include <errno.h>
#include <string.h>

#define FILE_CEILING ((size_t)4 * 1024 * 1024)
#define MOST_IDS     32
#define MOST_FIELDS  4

struct ids {
	uint64_t gids[MOST_IDS], uids[MOST_IDS];
	size_t n;
};

static bool has(const uint64_t *ids, size_t n, uint64_t id)
{
	for (size_t i = 0; i < n; i++)
		if (ids[i] == id)
			return true;
	return false;
}

static void add_socket(struct ids *ids, int tree, const char *path)
{
	struct stat status;
	cleanup_fd int fd = tree_resolve(tree, path, NULL, &status);

	if (fd < 0 || ids->n == MOST_IDS)
		return;
	ids->gids[ids->n] = status.st_gid;
	ids->uids[ids->n++] = status.st_uid;
}

static void find_sockets(const cJSON *snapshot, int tree, struct ids *ret)
{
	const char *endpoint = doc_string_or(snapshot, "endpoint", "");

	if (text_starts(endpoint, "unix://"))
		add_socket(ret, tree, endpoint + strlen("unix://"));
	doc_for_each (listener, doc_at(snapshot, "daemon.listeners"))
		if (text_equal(doc_string_or(listener, "protocol", ""), "unix"))
			add_socket(ret, tree, doc_string_or(listener, "address", ""));
}

/* The first fields of a line, which ends where the last of them does. */
struct line {
	struct {
		const char *text;
		size_t length;
	} fields[MOST_FIELDS];
	size_t n;
};

static struct line split(const char *text, size_t length)
{
	struct line line = {0};

	for (const char *end = text + length; line.n < MOST_FIELDS;) {
		const char *colon = memchr(text, ':', (size_t)(end - text));

		line.fields[line.n].text = text;
		line.fields[line.n++].length = (size_t)((colon ? colon : end) - text);
		if (!colon)
			break;
		text = colon + 1;
	}
	return line;
}

static bool field_id(const struct line *line, size_t field, uint64_t *ret)
{
	char digits[24];

	if (field >= line->n || line->fields[field].length >= sizeof(digits))
		return false;
	memcpy(digits, line->fields[field].text, line->fields[field].length);
	digits[line->fields[field].length] = '\0';
	return parse_u64(digits, 10, ret);
}

typedef bool is_wanted(const struct ids *ids, const struct line *line);

static bool is_wanted_group(const struct ids *ids, const struct line *line)
{
	uint64_t gid;

	return field_id(line, 2, &gid) && has(ids->gids, ids->n, gid);
}

static bool is_wanted_user(const struct ids *ids, const struct line *line)
{
	uint64_t uid, gid;

	return (field_id(line, 3, &gid) && has(ids->gids, ids->n, gid)) ||
	       (field_id(line, 2, &uid) && (uid == 0 || has(ids->uids, ids->n, uid)));
}

/* Names, ids and members, joined by colons again; the second field is the password. */
static void add_line(cJSON *array, const struct line *line)
{
	cleanup_text struct text text = TEXT_INIT(FILE_CEILING);

	for (size_t i = 0; i < line->n; i++) {
		if (i == 1)
			continue;
		text_add(&text, i ? ":" : "");
		text_add_utf8(&text, line->fields[i].text, line->fields[i].length);
	}
	cJSON_AddItemToArray(array, cJSON_CreateString(text_string(&text)));
}

static void record_file(cJSON *accounts, const char *member, const char *path, is_wanted *wanted,
			const struct ids *ids)
{
	cleanup_text struct text text = TEXT_INIT(FILE_CEILING);
	int r = host_read(path, &text);
	cJSON *array;

	if (r < 0) {
		snapshot_unread(accounts, member, strerror(-r));
		return;
	}
	array = cJSON_AddArrayToObject(accounts, member);
	for (const char *at = text_string(&text); *at;) {
		size_t length = strcspn(at, "\n");
		struct line line = split(at, length);

		if (wanted(ids, &line))
			add_line(array, &line);
		at += length + (at[length] == '\n');
	}
}

/* "files sss" of "passwd:  files sss": where else accounts may come from. */
static void record_sources(cJSON *accounts)
{
	static const char *const databases[] = {"passwd:", "group:"};
	cleanup_text struct text text = TEXT_INIT(FILE_CEILING);
	cJSON *sources = cJSON_AddObjectToObject(accounts, "sources");

	if (host_read("/etc/nsswitch.conf", &text) < 0)
		return;
	for (const char *at = text_string(&text); *at;) {
		size_t length = strcspn(at, "\n"), end = strcspn(at, "#\n");

		for (size_t i = 0; i < sizeof(databases) / sizeof(databases[0]); i++) {
			size_t name = strlen(databases[i]);

			if (!text_starts(at, databases[i]))
				continue;
			name += strspn(at + name, " \t");
			if (name < end)
				snapshot_add_text(sources, i ? "group" : "passwd", at + name,
						  end - name);
		}
		at += length + (at[length] == '\n');
	}
}

/* Is it a word of a list, whose words end with one of `ends`? */
static bool is_word(const char *list, const char *end, const char *ends, const char *word)
{
	size_t length = strlen(word);

	while (length > 0 && list < end) {
		size_t n = strcspn(list, ends);

		if (n == length && memcmp(list, word, n) == 0)
			return true;
		list += n + 1;
	}
	return false;
}

/* As the group lists its members, as the account names it, or as the process has it. */
static bool is_group_of(const struct line *line, const cJSON *user, const char *held)
{
	const char *members = line->fields[3].text;
	char gid[24];

	if (line->n < 4 || line->fields[2].length >= sizeof(gid))
		return false;
	memcpy(gid, line->fields[2].text, line->fields[2].length);
	gid[line->fields[2].length] = '\0';
	return text_equal(gid, doc_string_or(user, "gid", "")) ||
	       is_word(held, held + strcspn(held, "\n"), " \t\n", gid) ||
	       is_word(members, members + line->fields[3].length, ",\n",
		       doc_string_or(user, "name", ""));
}

static void add_groups(cJSON *user, const char *groups, const char *status)
{
	const char *held = strstr(status, "\nGroups:\t");
	cJSON *array = cJSON_AddArrayToObject(user, "groups");

	held = held ? held + strlen("\nGroups:\t") : "";
	for (const char *at = groups; *at;) {
		size_t length = strcspn(at, "\n");
		struct line line = split(at, length);

		if (is_group_of(&line, user, held)) {
			line.n--;
			add_line(array, &line);
		}
		at += length + (at[length] == '\n');
	}
}

/* The groups of who runs a rootless engine, as that engine's own tree has them. */
static void record_engine_user(const cJSON *snapshot, cJSON *host, int tree)
{
	cleanup_text struct text users = TEXT_INIT(FILE_CEILING), groups = TEXT_INIT(FILE_CEILING);
	cleanup_text struct text name = TEXT_INIT(4096);
	cJSON *user = snapshot_object(host, "engine_user");
	uint64_t uid;
	int r;

	if (doc_u64(user, "uid", &uid) != DOC_PRESENT || uid == 0)
		return;
	r = tree_read_path(tree, "/etc/passwd", &users);
	if (r == 0 && passwd_field(text_string(&users), uid, PASSWD_NAME, &name))
		snapshot_add_text(user, "name", text_string(&name), name.length);
	if (r == 0)
		r = tree_read_path(tree, "/etc/group", &groups);
	if (r < 0)
		snapshot_unread(user, "groups", strerror(-r));
	else
		add_groups(user, text_string(&groups),
			   doc_string_or(snapshot, "daemon.status", ""));
}

void accounts_collect(const cJSON *snapshot, cJSON *host, int tree)
{
	cJSON *accounts = snapshot_object(host, "accounts");
	struct ids ids = {0};

	find_sockets(snapshot, tree, &ids);
	record_file(accounts, "groups", "/etc/group", is_wanted_group, &ids);
	record_file(accounts, "users", "/etc/passwd", is_wanted_user, &ids);
	record_sources(accounts);
	record_engine_user(snapshot, host, tree);
}
