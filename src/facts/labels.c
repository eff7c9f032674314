/* SPDX-License-Identifier: Apache-2.0 */

/* Containers that SELinux cannot tell apart: they have one context, category for category. */
#include "facts/load.h"

#include "base/text.h"

/* As the kernel shows it, else as the engine chose it; NULL for none. */
static const char *context_of(const struct container *container)
{
	const struct process *init = container_init(container);
	const char *context = init ? init->label : NULL;

	if (!context)
		context = doc_string_or(container->inspect, "ProcessLabel", NULL);
	return context && *context ? context : NULL;
}

/* Containers with one context, at these places of the set. */
struct label_group {
	const struct container_set *set;
	const struct index_entry *entries;
	size_t n;
};

/* At whose end the chain of "container:<id>" is that begins here; itself where there is none. */
static size_t end_of_chain(const struct container_set *set, size_t at, enum namespace_kind kind)
{
	static const char prefix[] = "container:";

	for (size_t hops = 0; hops < set->n; hops++) {
		const char *mode = set->items[at].namespaces[kind].mode;
		size_t next;

		if (!mode || !text_starts(mode, prefix))
			return at;
		next = containers_find(set, mode + sizeof(prefix) - 1);
		if (next == set->n)
			return at;
		at = next;
	}
	return at;
}

/* The engine gives one that joins another's processes or shared memory its context, too. */
static bool is_joined(const struct container_set *set, size_t one, size_t other)
{
	static const enum namespace_kind kinds[] = {NAMESPACE_PID, NAMESPACE_IPC};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (end_of_chain(set, one, kinds[i]) == end_of_chain(set, other, kinds[i]))
			return true;
	return false;
}

static const struct container *peer_of(const struct label_group *group, size_t at)
{
	for (size_t i = 0; i < group->n; i++)
		if (i != at &&
		    !is_joined(group->set, group->entries[at].position, group->entries[i].position))
			return &group->set->items[group->entries[i].position];
	return NULL;
}

void containers_load_labels(struct load *load, struct container_set *set)
{
	struct index_entry *entries;
	size_t n = 0, end;

	if (!load->facts->engine.selinux)
		return;
	entries = arena_array(load->arena, set->n, sizeof(*entries));
	for (size_t i = 0; i < set->n; i++)
		if (set->items[i].running && context_of(&set->items[i]))
			entries[n++] = (struct index_entry){context_of(&set->items[i]), NULL, i};
	index_sorted(entries, n);
	for (size_t start = 0; start < n; start = end) {
		struct label_group group = {set, entries + start, 0};

		for (end = start; end < n && text_equal(entries[end].key, entries[start].key);)
			end++;
		group.n = end - start;
		for (size_t i = 0; i < group.n; i++)
			set->items[entries[start + i].position].label_peer = peer_of(&group, i);
	}
}
