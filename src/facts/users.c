/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Who a user is. What uid its name stands for in an image the containers that run of it show; where
 * they differ (each may have changed its passwd), the lowest counts.
 */

#include "base/text.h"
#include "facts/load.h"

#include <string.h>

/* "43fb…/app" for the user "app:staff" of the image "sha256:43fb…". */
static const char *user_key(struct arena *arena, const char *image, const char *user)
{
	if (text_starts(image, "sha256:"))
		image += strlen("sha256:");
	return arena_printf(arena, "%s/%.*s", image, (int)strcspn(user, ":"), user);
}

static bool is_name(const char *user)
{
	size_t length = strcspn(user, ":");

	return length > 0 && strspn(user, "0123456789") < length;
}

/*
 * The passwd tells, else the first process, unless it is root: that may be the name's uid, or what
 * a program with the set-user-ID bit made of it.
 */
static void load_user(struct load *load, struct container *container)
{
	const struct process *init = container_init(container);
	uint64_t uid;

	container->user_uid = -1;
	if (!init || !is_name(doc_string_or(container->inspect, "Config.User", "")))
		return;
	if (doc_u64(load->processes.docs[init - load->processes.items], "user_uid", &uid) ==
		    DOC_PRESENT &&
	    uid < UINT32_MAX) {
		container->user_uid = (int64_t)uid;
		container->user_uid_from = arena_printf(load->arena, "/proc/%lld/root/etc/passwd",
							(long long)init->pid);
	} else if (!init->status_unread && init->uid == init->euid &&
		   container_uid(container, init->uid) > 0) {
		container->user_uid = container_uid(container, init->uid);
		container->user_uid_from =
			arena_printf(load->arena, "/proc/%lld/status Uid", (long long)init->pid);
	}
}

/* One entry for each name, of the container that shows the lowest uid. */
static struct index lowest(const struct container_set *set, struct index_entry *entries, size_t n)
{
	struct index sorted = index_sorted(entries, n);
	size_t kept = 0;

	for (size_t i = 0; i < sorted.n; i++) {
		struct index_entry *last = kept ? &entries[kept - 1] : NULL;

		if (!last || !text_equal(last->key, entries[i].key))
			entries[kept++] = entries[i];
		else if (set->items[entries[i].position].user_uid <
			 set->items[last->position].user_uid)
			*last = entries[i];
	}
	sorted.n = kept;
	return sorted;
}

void containers_load_users(struct load *load, struct container_set *set)
{
	struct index_entry *entries = arena_array(load->arena, set->n, sizeof(*entries));
	size_t n = 0;

	for (size_t i = 0; i < set->n; i++) {
		struct container *container = &set->items[i];
		const char *image = doc_string_or(container->inspect, "Image", "");
		const char *user = doc_string_or(container->inspect, "Config.User", "");

		load_user(load, container);
		if (container->user_uid < 0)
			continue;
		entries[n++] = (struct index_entry){user_key(load->arena, image, user),
						    container->inspect, i};
	}
	set->users = lowest(set, entries, n);
}

const struct container *facts_user(const struct facts *facts, struct arena *arena,
				   const char *image, const char *user)
{
	const struct container_set *set = facts->containers;
	const struct index_entry *entry = index_find(&set->users, user_key(arena, image, user));

	return entry ? &set->items[entry->position] : NULL;
}

enum user_kind user_kind(const char *user)
{
	size_t length = user ? strcspn(user, ":") : 0;
	const char *digits = user;

	if (length == 0)
		return USER_UNSET;
	if ((length == 4 && strncmp(user, "root", 4) == 0) ||
	    (length == 4 && strncmp(user, "toor", 4) == 0))
		return USER_ROOT;
	if (*digits == '+' || *digits == '-')
		digits++;
	if (digits == user + length ||
	    strspn(digits, "0123456789") != (size_t)(user + length - digits))
		return USER_NAME;
	return strspn(digits, "0") == (size_t)(user + length - digits) ? USER_ROOT : USER_NUMBER;
}

int64_t process_container_uid(const struct container *container, const struct process *process)
{
	int64_t real, effective;

	if (container->root_uid < 0 && !container->root_is_mapped)
		return process->uid == 0 ? 0 : process->euid;
	real = container_uid(container, process->uid);
	effective = container_uid(container, process->euid);
	return real == 0 ? 0 : effective;
}
