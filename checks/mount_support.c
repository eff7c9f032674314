/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/mount_support.h"

#include "base/path.h"
#include "base/text.h"
#include "checks/container_support.h"
#include "checks/item_list.h"

#include <string.h>

/* A container that may mount can have any number of them. */
#define MOUNTS_SHOWN 5  /* in a message */
#define MOUNTS_CITED 50 /* as evidence */

static bool is_harmless_node(const char *path)
{
	static const char *const nodes[] = {"/dev/full", "/dev/null",    "/dev/random",
					    "/dev/tty",  "/dev/urandom", "/dev/zero"};

	for (size_t i = 0; i < sizeof(nodes) / sizeof(*nodes); i++) {
		if (text_equal(path, nodes[i]))
			return true;
	}
	return false;
}

const char *mount_host_path(const struct mount *mount)
{
	if (!mount->host_path || mount->engine_made || (mount->kinds & MOUNT_STORAGE) ||
	    is_harmless_node(mount->host_path))
		return NULL;
	return mount->host_path;
}

bool touches_listed(const struct check_input *in, const char *param, const char *path)
{
	size_t n;
	const char *const *listed = param_strings(in, param, &n);

	for (size_t i = 0; i < n; i++) {
		/* "/" is sensitive itself; everything lies below it. */
		bool below = strcmp(listed[i], "/") != 0 && path_within(path, listed[i]);

		if (below || path_within(listed[i], path))
			return true;
	}
	return false;
}

bool mount_is_unresolved(const struct container *container, const struct mount *mount)
{
	return container->mounts_unread && !mount->in_kernel;
}

static bool came_along(const struct mount_list *list, const struct mount *mount)
{
	const struct mount *last = list->n > 0 ? list->items[list->n - 1] : NULL;

	return last && !mount->declared && path_within(mount->destination, last->destination);
}

/* The declared mounts that the kernel does not have by the name of their destination. */
static struct mount_list unseen_mounts(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	struct mount_list list = {
		.items = arena_array(in->arena, container->n_mounts, sizeof(*list.items)),
	};

	for (size_t i = 0; i < container->n_mounts; i++) {
		if (!container->mounts[i].in_kernel)
			list.items[list.n++] = &container->mounts[i];
	}
	return list;
}

/*
 * Where the image has a link on the way to the destination (/var/run), the kernel knows a declared
 * mount by another name than the engine does.
 */
static bool is_one_of(const struct mount_list *unseen, const struct mount *mount)
{
	for (size_t i = 0; i < unseen->n && !mount->declared; i++) {
		const struct mount *other = unseen->items[i];

		if ((other->writable || !mount->writable) &&
		    text_equal(other->host_path, mount->host_path))
			return true;
	}
	return false;
}

struct mount_list mounts_where(const struct check_input *in,
			       bool (*wanted)(const struct check_input *in,
					      const struct mount *mount, const char *path))
{
	const struct container *container = in->subject->container;
	const struct mount_list unseen = unseen_mounts(in);
	struct mount_list list = {
		.items = arena_array(in->arena, container->n_mounts, sizeof(*list.items)),
	};

	for (size_t i = 0; i < container->n_mounts; i++) {
		const struct mount *mount = &container->mounts[i];
		const char *path = mount_host_path(mount);

		if (!path || !wanted(in, mount, path) || is_one_of(&unseen, mount))
			continue;
		if (came_along(&list, mount)) {
			list.writable_below |= mount->writable;
			continue;
		}
		list.items[list.n++] = mount;
		list.writable |= mount->writable;
		list.unresolved |= mount_is_unresolved(container, mount);
	}
	list.writable_below &= !list.writable;
	return list;
}

const char *mount_list_text(const struct check_input *in, const struct mount_list *list,
			    const char *(*text)(const struct check_input *in,
						const struct mount *mount))
{
	cleanup_text struct text items = TEXT_INIT(4096);

	for (size_t i = 0; i < list->n && i < MOUNTS_SHOWN; i++)
		text_add_item(&items, text(in, list->items[i]));
	if (list->n > MOUNTS_SHOWN)
		text_addf(&items, " and %zu more", list->n - MOUNTS_SHOWN);
	return item_list_text(in, &items);
}

static const char *mount_text(const struct check_input *in, const struct mount *mount)
{
	return arena_printf(in->arena, "%s at %s (%s%s)",
			    mount->host_path ? mount->host_path : mount->fstype, mount->destination,
			    mount->writable         ? "writable"
			    : mount->writable_below ? "read-only, but for what is mounted below"
						    : "read-only",
			    mount->declared ? "" : ", not declared");
}

const char *mounts_text(const struct check_input *in, const struct mount_list *list)
{
	return mount_list_text(in, list, mount_text);
}

void cite_mounts(const struct check_input *in, struct verdict *verdict,
		 const struct mount_list *list)
{
	for (size_t i = 0; i < list->n && i < MOUNTS_CITED; i++) {
		const struct mount *mount = list->items[i];
		const char *path = arena_printf(in->arena, "Mounts %s", mount->destination);

		if (mount->declared)
			cite_string(in, verdict, "inspect", path,
				    mount->source ? mount->source : mount->type);
		if (!text_equal(mount->host_path, mount->source))
			cite_string(in, verdict, mount->in_kernel ? "kernel" : "host", path,
				    mount->host_path);
	}
}

/* " (declared; …)" where host paths could not be resolved, else "". */
static const char *declared_only(const struct check_input *in)
{
	const struct container *container = in->subject->container;

	if (container->mounts_unread)
		return arena_printf(in->arena, " (declared; host paths not resolved: %s)",
				    container->mounts_unread);
	if (!container->running)
		return arena_printf(in->arena, " (declared; the container is %s)",
				    container->status);
	return "";
}

struct verdict mounts_pass(const struct check_input *in, const char *text)
{
	const struct container *container = in->subject->container;
	struct verdict verdict;

	if (!doc_at(in->subject->doc, "Mounts") &&
	    (container->mounts_unread || !container->running))
		return verdict_unknown(in, NULL, "the inspect reply has no Mounts");
	if (container->volumes_unread)
		return verdict_unknown(in, "the reply to GET /volumes",
				       "where its volumes lead is not known: %s",
				       container->volumes_unread);
	verdict = verdict_pass(in, "%s%s", text, declared_only(in));
	cite_int(in, &verdict, "inspect", "number of Mounts",
		 cJSON_GetArraySize(doc_at(in->subject->doc, "Mounts")));
	if (!container->mounts_unread && container_init(container))
		cite_int(in, &verdict, "kernel",
			 process_path(in, container_init(container), "mountinfo: mounts looked at"),
			 (int64_t)container->n_mounts);
	return verdict;
}
