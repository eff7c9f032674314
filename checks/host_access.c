/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Who can open the engine's API sockets, and so is root: the owner of each, and who is in its
 * group, be it that the group lists them or that it is their primary one.
 */
#include "checks/item_list.h"

#include "facts/host_places.h"

#include <stdlib.h>
#include <string.h>

#define MOST_PEOPLE ((size_t)10000)

/* Everybody but root who can write to a socket. */
struct people {
	const struct check_input *in;
	const char **names;
	size_t n;
	bool everybody;
	const char *socket; /* the first that somebody else than root can write to */
};

static bool is_trusted(const struct check_input *in, const char *name)
{
	return param_lists(in, "trusted", name);
}

static void add_person(struct people *people, const char *name)
{
	for (size_t i = 0; i < people->n; i++)
		if (text_equal(people->names[i], name))
			return;
	if (*name && people->n < MOST_PEOPLE)
		people->names[people->n++] = name;
}

/* One field of "name:gid:members" or "name:uid:gid". */
static const char *field(struct arena *arena, const char *line, unsigned number)
{
	for (; number > 0; number--) {
		line = strchr(line, ':');
		if (!line)
			return "";
		line++;
	}
	return arena_strndup(arena, line, strcspn(line, ":"));
}

static const cJSON *lines(const struct check_input *in, const char *member)
{
	return doc_at(doc_at(in->facts->host.doc, "accounts"), member);
}

/* By name: whoever has uid 0 is root already. */
static bool is_root(const struct check_input *in, const char *name)
{
	doc_for_each (line, lines(in, "users"))
		if (doc_is_string(line) && text_equal(field(in->arena, line->valuestring, 0), name))
			return text_equal(field(in->arena, line->valuestring, 1), "0");
	return text_equal(name, "root");
}

static void add_unless_root(struct people *people, const char *name)
{
	if (!is_root(people->in, name))
		add_person(people, name);
}

/* Accounts of which a field is this id: the uid (1) or the primary group (2). */
static size_t add_users(struct people *people, unsigned number, const char *id)
{
	struct arena *arena = people->in->arena;
	size_t n = 0;

	doc_for_each (line, lines(people->in, "users")) {
		if (!doc_is_string(line) ||
		    !text_equal(field(arena, line->valuestring, number), id))
			continue;
		add_unless_root(people, field(arena, line->valuestring, 0));
		n++;
	}
	return n;
}

static void add_group(struct people *people, const char *gid)
{
	struct arena *arena = people->in->arena;

	doc_for_each (line, lines(people->in, "groups")) {
		char *members, *name;

		if (!doc_is_string(line) || !text_equal(field(arena, line->valuestring, 1), gid))
			continue;
		members = arena_strdup(arena, field(arena, line->valuestring, 2));
		while ((name = strsep(&members, ",")))
			add_unless_root(people, name);
	}
	add_users(people, 2, gid);
}

/* Named entries of an access control list: "user:1000:rw-" and "group:100:rw-". */
static void add_list(struct people *people, const char *acl)
{
	char *rest = arena_strdup(people->in->arena, acl), *entry;

	while ((entry = strsep(&rest, ","))) {
		bool user = text_starts(entry, "user:");
		const char *id = field(people->in->arena, entry, 1);

		if ((!user && !text_starts(entry, "group:")) || !*id || text_equal(id, "0") ||
		    !strchr(field(people->in->arena, entry, 2), 'w'))
			continue;
		add_person(people, arena_printf(people->in->arena, "%s %s (by its ACL)",
						user ? "uid" : "gid", id));
	}
}

static void add_socket(struct people *people, const char *path, const cJSON *record)
{
	unsigned long mode = strtoul(doc_string_or(record, "mode", "0777"), NULL, 8);
	const char *uid = doc_string_or(record, "uid", ""), *gid = doc_string_or(record, "gid", "");
	size_t before = people->n;

	if (!text_equal(uid, "0") && !add_users(people, 1, uid))
		add_person(people, arena_printf(people->in->arena, "uid %s", uid));
	if (mode & 020)
		add_group(people, gid);
	add_list(people, doc_string_or(record, "acl", ""));
	people->everybody |= mode & 02;
	if (!people->socket || (before == 0 && people->n > 0))
		people->socket = path;
}

/* "sss" in "files sss [NOTFOUND=return]": where accounts come from that no file shows. */
static const char *elsewhere(const struct check_input *in)
{
	static const char *const local[] = {"files", "compat", "systemd", "altfiles"};
	static const char *const databases[] = {"passwd", "group"};

	for (size_t i = 0; i < 2; i++) {
		char *rest = arena_strdup(in->arena,
					  doc_string_or(lines(in, "sources"), databases[i], "")),
		     *word;

		while ((word = strsep(&rest, " \t"))) {
			bool known = !*word || *word == '[' || strchr(word, ']');

			for (size_t k = 0; k < sizeof(local) / sizeof(local[0]); k++)
				known |= text_equal(word, local[k]);
			if (!known)
				return word;
		}
	}
	return NULL;
}

static const char *names_text(const struct people *people, bool untrusted_only)
{
	cleanup_text struct text text = TEXT_INIT(ITEM_LIST);

	for (size_t i = 0; i < people->n; i++)
		if (!untrusted_only || !is_trusted(people->in, people->names[i]))
			text_add_item(&text, people->names[i]);
	return item_list_text(people->in, &text);
}

static struct verdict judge_people(const struct people *people)
{
	const struct check_input *in = people->in;
	const char *strangers = names_text(people, true), *other = elsewhere(in);
	size_t n_trusted;
	bool has_list = param_strings(in, "trusted", &n_trusted);

	if (people->everybody)
		return verdict_as(verdict_fail(in, "%s is writable by everybody", people->socket),
				  SEVERITY_CRITICAL);
	if (*strangers && has_list)
		return verdict_fail(in, "%s can write to %s and not all of them are trusted: %s",
				    people->n == 1 ? "one account" : "several accounts",
				    people->socket, strangers);
	if (*strangers)
		return verdict_manual(in,
				      "who can write to %s, and so is root: %s; none is listed "
				      "as trusted",
				      people->socket, strangers);
	if (other)
		return verdict_manual(in,
				      "no file of this host names anybody else than root%s who can "
				      "write to %s, but accounts also come from %s",
				      people->n ? " and who is trusted" : "", people->socket,
				      other);
	if (people->n)
		return verdict_pass(in, "only root and trusted accounts can write to %s: %s",
				    people->socket, names_text(people, false));
	return verdict_pass(in, "only root can write to %s", people->socket);
}

static void cite_sockets(const struct check_input *in, struct verdict *verdict,
			 const struct host_places *sockets)
{
	for (size_t i = 0; i < sockets->n; i++) {
		const char *path = sockets->items[i].path;
		const cJSON *record = facts_path(in->facts, path);

		cite_string(in, verdict, "file", path,
			    arena_printf(in->arena, "mode %s, uid %s, gid %s",
					 doc_string_or(record, "mode", "?"),
					 doc_string_or(record, "uid", "?"),
					 doc_string_or(record, "gid", "?")));
	}
	doc_for_each (line, lines(in, "groups"))
		if (doc_is_string(line))
			cite_string(in, verdict, "file", "/etc/group", line->valuestring);
}

/* Why it is not known who is in a group; NULL: it is. */
static const char *why_unknown(const struct check_input *in, const struct host_places *sockets)
{
	const cJSON *accounts = doc_at(in->facts->host.doc, "accounts");
	const char *why = doc_string_or(accounts, "unread.groups",
					doc_string_or(accounts, "unread.users", NULL));

	if (!why && (!cJSON_IsArray(lines(in, "groups")) || !cJSON_IsArray(lines(in, "users"))))
		why = "the snapshot does not hold /etc/passwd and /etc/group";
	if (!why)
		why = sockets->unread;
	for (size_t i = 0; i < sockets->n && !why; i++) {
		const cJSON *record = facts_path(in->facts, sockets->items[i].path);

		if (!doc_at(record, "mode") || !doc_at(record, "uid") || !doc_at(record, "gid"))
			why = arena_printf(in->arena, "whose %s is was not recorded",
					   sockets->items[i].path);
	}
	return why;
}

static struct verdict judge_access(const struct check_input *in)
{
	const char *hidden = facts_files_hidden(in->facts), *why;
	struct host_places sockets = {0};
	struct people people = {.in = in};
	struct verdict verdict;

	if (in->facts->engine.rootless)
		return verdict_not_applicable(
			in, "the engine is rootless: who opens its socket is not root");
	if (hidden)
		return verdict_unknown(in, "run it with --pid=host", "%s", hidden);
	host_places_add(in->facts, in->arena, "engine-sockets", &sockets);
	why = why_unknown(in, &sockets);
	if (!why && sockets.n == 0 && in->facts->engine.daemon_unread)
		why = in->facts->engine.daemon_unread;
	if (why)
		return verdict_unknown(in, "run as root", "%s", why);
	if (sockets.n == 0)
		return verdict_not_applicable(in, "the engine has no unix socket");
	people.names = arena_array(in->arena, MOST_PEOPLE, sizeof(*people.names));
	for (size_t i = 0; i < sockets.n; i++)
		add_socket(&people, sockets.items[i].path,
			   facts_path(in->facts, sockets.items[i].path));
	verdict = judge_people(&people);
	cite_sockets(in, &verdict, &sockets);
	return verdict;
}

static const struct param_spec access_params[] = {
	{.name = "trusted",
	 .type = PARAM_STRINGS,
	 .summary = "accounts that may have the power of root, by their exact names"},
	{0},
};

const struct check checks_host_access[] = {
	{.name = "host-access",
	 .subjects = SUBJECTS(SUBJECT_HOST),
	 .judge = judge_access,
	 .params = access_params},
	{0},
};
