/* SPDX-License-Identifier: Apache-2.0 */

/*
 * May a container connect to a socket? unix(7): connecting asks for write permission on the file,
 * by owner, group, others and ACL, or for DAC_OVERRIDE over the file's owner. All ids are those of
 * the host, as the kernel shows them to the auditor.
 */
#include "base/text.h"
#include "facts/capability.h"
#include "facts/control_socket.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define GROUP_WRITE 0020u
#define OTHER_WRITE 0002u
#define OWNER_WRITE 0200u

/* Is the number one of a line's words? */
static bool is_in_list(const char *line, uint64_t number)
{
	char word[24];
	int length = snprintf(word, sizeof(word), "%" PRIu64, number);

	for (const char *at = line; at && *at && *at != '\n';) {
		size_t n = strcspn(at, " \t\n");

		if (n == (size_t)length && memcmp(at, word, n) == 0)
			return true;
		at += n;
		at += strspn(at, " \t");
	}
	return false;
}

/* Who connects. */
struct caller {
	uint64_t uid, gid;
	const char *groups; /* numbers, divided by blanks */
	bool overrides;     /* has DAC_OVERRIDE over files of the host's root */
	const char *named;  /* a group of his whose number is not known; NULL */
};

static bool is_member(const struct caller *caller, uint64_t gid)
{
	return caller->gid == gid || is_in_list(caller->groups, gid);
}

/* "user:1000:rw-" or "group:998:rw-" of the ACL; the mask is what the mode shows of the group. */
static bool acl_lets_in(const struct caller *caller, const struct control_socket *socket)
{
	for (const char *at = socket->acl; at && *at;) {
		size_t length = strcspn(at, ",");
		char entry[64], kind[8], rights[4];
		uint64_t id;

		snprintf(entry, sizeof(entry), "%.*s", (int)length, at);
		if (sscanf(entry, "%7[a-z]:%" SCNu64 ":%3[rwx-]", kind, &id, rights) == 3 &&
		    strchr(rights, 'w') && (socket->mode & GROUP_WRITE) &&
		    (text_equal(kind, "user") ? caller->uid == id : is_member(caller, id)))
			return true;
		at += length + (at[length] == ',');
	}
	return false;
}

/* NULL where he may not connect. */
static const char *why_let_in(const struct caller *caller, const struct control_socket *socket,
			      struct arena *arena)
{
	if (caller->uid == socket->uid && (socket->mode & OWNER_WRITE))
		return arena_printf(arena, "uid %" PRIu64, caller->uid);
	if (caller->overrides)
		return "DAC_OVERRIDE";
	if (caller->uid == socket->uid)
		return NULL;
	if (acl_lets_in(caller, socket))
		return "its ACL";
	if (is_member(caller, socket->gid))
		return socket->mode & GROUP_WRITE
			       ? arena_printf(arena, "group %" PRIu64, socket->gid)
			       : NULL;
	return socket->mode & OTHER_WRITE ? "anybody" : NULL;
}

static enum socket_access judge(const struct caller *caller, const struct control_socket *socket,
				struct arena *arena, const char **ret_who)
{
	const char *who;

	if (socket->root_only) {
		*ret_who = caller->uid == 0 ? "uid 0" : "it obeys uid 0 of the host alone";
		return caller->uid == 0 ? SOCKET_OPEN : SOCKET_CLOSED;
	}
	if (!socket->has_owner) {
		*ret_who = "its owner and mode were not seen";
		return caller->uid == 0 ? SOCKET_OPEN : SOCKET_UNSURE;
	}
	who = why_let_in(caller, socket, arena);
	if (who)
		*ret_who = who;
	else if (caller->named)
		*ret_who = arena_printf(arena, "the number of its group %s was not seen",
					caller->named);
	return who ? SOCKET_OPEN : caller->named ? SOCKET_UNSURE : SOCKET_CLOSED;
}

static enum socket_access judge_processes(const struct container *container,
					  const struct control_socket *socket, struct arena *arena,
					  const char **ret_who)
{
	uint64_t override = capability_bit("DAC_OVERRIDE");
	enum socket_access worst = SOCKET_CLOSED;

	for (size_t i = 0; i < container->n_processes; i++) {
		const struct process *process = &container->processes[i];
		struct caller caller = {
			.uid = (uint64_t)process->euid,
			.gid = (uint64_t)process->egid,
			.groups = process->groups,
			.overrides =
				(process->cap_effective & override) && !container->root_is_mapped,
		};
		enum socket_access access = process->status_unread
						    ? SOCKET_UNSURE
						    : judge(&caller, socket, arena, ret_who);

		if (access == SOCKET_OPEN)
			return access;
		if (access == SOCKET_UNSURE)
			worst = access;
	}
	return worst;
}

/* One of the container's groups: a number, or a name that only the image's files know. */
static void add_group(struct caller *caller, struct text *groups, const char *group)
{
	uint64_t number;

	if (parse_u64(group, 10, &number))
		text_addf(groups, "%s ", group);
	else
		caller->named = group;
}

/* Config.User "1000:998" and GroupAdd; false where the user's name would have to be looked up. */
static bool declared_caller(const struct container *container, struct arena *arena,
			    struct caller *ret)
{
	const char *user = doc_string_or(container->inspect, "Config.User", "");
	const cJSON *added = doc_at(container->inspect, "HostConfig.GroupAdd");
	size_t length = strcspn(user, ":");
	cleanup_text struct text groups = TEXT_INIT(4096);

	*ret = (struct caller){0};
	if (user_kind(user) == USER_NAME)
		return false;
	if (user_kind(user) == USER_NUMBER &&
	    !parse_u64(arena_strndup(arena, user, length), 10, &ret->uid))
		return false;
	if (user[length] == ':' && !parse_u64(user + length + 1, 10, &ret->gid)) {
		ret->gid = UINT64_MAX;
		ret->named = user + length + 1;
	}
	doc_for_each (group, added)
		add_group(ret, &groups, doc_is_string(group) ? group->valuestring : "?");
	ret->groups = arena_strdup(arena, text_string(&groups));
	ret->overrides = ret->uid == 0 &&
			 (container->declared_capabilities & capability_bit("DAC_OVERRIDE"));
	return true;
}

enum socket_access socket_access(const struct container *container,
				 const struct control_socket *socket, struct arena *arena,
				 const char **ret_who)
{
	struct caller caller;

	*ret_who = "its owner and mode do not let them";
	if (container_init(container))
		return judge_processes(container, socket, arena, ret_who);
	if (container->root_is_mapped || !declared_caller(container, arena, &caller)) {
		*ret_who = "its users on the host are not known";
		return SOCKET_UNSURE;
	}
	return judge(&caller, socket, arena, ret_who);
}
