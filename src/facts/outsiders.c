/* SPDX-License-Identifier: Apache-2.0 */

/* Whose namespaces the processes are in that belong to no container. */
#include "facts/load.h"

/* Those whose sharing tells an intruder; nearly every tool of the host shares the others. */
static const enum namespace_kind telling[] = {NAMESPACE_PID, NAMESPACE_MNT, NAMESPACE_NET};

#define N_TELLING (sizeof(telling) / sizeof(telling[0]))

bool process_is_in(const struct process *process, const struct container *container,
		   enum namespace_kind kind)
{
	const struct namespace_view *view = &container->namespaces[kind];

	return view->effective == SHARING_PRIVATE && view->declared != SHARING_HOST &&
	       view->inode == process->namespaces[kind];
}

static bool is_outsider(const struct process *process, const struct container *container)
{
	for (size_t i = 0; i < N_TELLING; i++)
		if (process_is_in(process, container, telling[i]))
			return true;
	return false;
}

static void load_outsiders(struct load *load, struct container *container,
			   const struct process_set *all)
{
	const struct process **found = NULL;

	for (size_t i = 0; i < all->n; i++) {
		if (!is_outsider(&all->items[i], container))
			continue;
		found = arena_grow(load->arena, found, container->n_outsiders, sizeof(*found));
		found[container->n_outsiders++] = &all->items[i];
	}
	container->outsiders = found;
}

void containers_load_outsiders(struct load *load, struct container_set *set)
{
	const struct process_set all = outsiders_load(load->arena, load->facts->snapshot);
	const char *unread = doc_string_or(load->facts->snapshot, "unread.outsiders", NULL);

	if (!doc_at(load->facts->snapshot, "outsiders"))
		unread = "the snapshot does not hold them";
	for (size_t i = 0; i < set->n; i++) {
		struct container *container = &set->items[i];

		container->outsiders_unread = unread;
		if (container_init(container))
			load_outsiders(load, container, &all);
		else
			container->outsiders_unread = container->kernel_unread;
	}
}
