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

void containers_load_labels(struct load *load, struct container_set *set)
{
	struct index_entry *entries;
	struct index sorted;
	size_t n = 0;

	if (!load->facts->engine.selinux)
		return;
	entries = arena_array(load->arena, set->n, sizeof(*entries));
	for (size_t i = 0; i < set->n; i++)
		if (set->items[i].running && context_of(&set->items[i]))
			entries[n++] = (struct index_entry){context_of(&set->items[i]), NULL, i};
	sorted = index_sorted(entries, n);
	for (size_t i = 1; i < sorted.n; i++) {
		const struct index_entry *one = &entries[i - 1], *other = &entries[i];

		if (!text_equal(one->key, other->key))
			continue;
		if (!set->items[one->position].label_peer)
			set->items[one->position].label_peer = &set->items[other->position];
		set->items[other->position].label_peer = &set->items[one->position];
	}
}
