/* SPDX-License-Identifier: Apache-2.0 */

/* Who shares whose namespaces: modes and their chains as declared, inodes as the kernel has them.
 */

#include "base/text.h"
#include "facts/load.h"

#include <stdlib.h>
#include <string.h>

#define SHOWN_HOPS 8 /* of a chain in its text */

static const char *const mode_fields[NAMESPACE_COUNT] = {
	[NAMESPACE_PID] = "HostConfig.PidMode",     [NAMESPACE_NET] = "HostConfig.NetworkMode",
	[NAMESPACE_IPC] = "HostConfig.IpcMode",     [NAMESPACE_UTS] = "HostConfig.UTSMode",
	[NAMESPACE_USER] = "HostConfig.UsernsMode", [NAMESPACE_CGROUP] = "HostConfig.CgroupnsMode",
};

/* One kind of namespace of all containers while the chains are followed. */
struct chains {
	struct load *load;
	struct container_set *set;
	enum namespace_kind kind;
	size_t *next;   /* the container that it joins; set->n: none */
	bool *resolved; /* its `declared` is final */
	bool *walked;   /* on the chain that is being followed */
};

static struct namespace_view *view_of(const struct chains *chains, size_t i)
{
	return &chains->set->items[i].namespaces[chains->kind];
}

/*
 * Without a mode of its own a container is in the host's user namespace, unless the engine maps
 * users. A rootless engine is itself in another one, and "host" means that one.
 */
static enum sharing user_sharing(const struct engine *engine, const char *mode)
{
	if (!engine->info)
		return text_equal(mode, "host") ? SHARING_HOST : SHARING_UNKNOWN;
	if (engine->rootless)
		return SHARING_PRIVATE;
	if (text_equal(mode, "host"))
		return SHARING_HOST;
	if (*mode)
		return SHARING_PRIVATE;
	return engine->userns_remap ? SHARING_PRIVATE : SHARING_HOST;
}

/* What the engine takes for a container that does not say. */
static enum sharing default_sharing(const struct chains *chains)
{
	const struct setting *setting;

	if (chains->kind != NAMESPACE_CGROUP)
		return SHARING_PRIVATE;
	setting = facts_setting(chains->load->facts, "default-cgroupns-mode");
	if (!setting->value)
		return SHARING_UNKNOWN;
	return text_equal(setting->value, "host") ? SHARING_HOST : SHARING_PRIVATE;
}

/* No option asks for one: since 29.5 Docker gives each container its own, where the kernel can. */
static enum sharing time_sharing(const struct facts *facts)
{
	const struct engine *engine = &facts->engine;
	bool gives = engine->major > 29 || (engine->major == 29 && engine->minor >= 5);

	return gives && !engine->is_podman && facts_kernel_since(facts, 5, 6) ? SHARING_PRIVATE
									      : SHARING_HOST;
}

static enum sharing direct_sharing(const struct chains *chains, const char *mode)
{
	if (chains->kind == NAMESPACE_USER)
		return user_sharing(&chains->load->facts->engine, mode);
	if (text_equal(mode, "host"))
		return SHARING_HOST;
	if (text_starts(mode, "ns:"))
		return SHARING_UNKNOWN; /* Podman: a path to any namespace */
	return *mode ? SHARING_PRIVATE : default_sharing(chains);
}

/* Read the mode of one container: what it says directly, or the first step of a chain. */
static void read_mode(struct chains *chains, size_t i)
{
	static const char prefix[] = "container:";
	struct namespace_view *view = view_of(chains, i);
	const char *mode = NULL;

	chains->next[i] = chains->set->n;
	chains->resolved[i] = true;
	view->mode = "";
	if (chains->kind == NAMESPACE_MNT) {
		view->declared = SHARING_PRIVATE;
		return;
	}
	if (chains->kind == NAMESPACE_TIME) {
		view->declared = time_sharing(chains->load->facts);
		return;
	}
	if (doc_string(chains->set->items[i].inspect, mode_fields[chains->kind], &mode) !=
	    DOC_PRESENT)
		return;
	view->mode = mode;
	if (!text_starts(mode, prefix)) {
		view->declared = direct_sharing(chains, mode);
		return;
	}
	chains->next[i] = containers_find(chains->set, mode + sizeof(prefix) - 1);
	chains->resolved[i] = chains->next[i] == chains->set->n;
}

/*
 * Follow a chain to what is known, then give every container on it what its end means for it. A
 * chain that comes back to itself has no end, and stays unknown.
 */
static void follow(struct chains *chains, size_t start)
{
	size_t n = chains->set->n, i = start;
	enum sharing end;

	while (i != n && !chains->resolved[i] && !chains->walked[i]) {
		chains->walked[i] = true;
		i = chains->next[i];
	}
	end = i == n || !chains->resolved[i] ? SHARING_UNKNOWN : view_of(chains, i)->declared;
	if (end == SHARING_PRIVATE)
		end = SHARING_CONTAINER;
	for (i = start; !chains->resolved[i]; i = chains->next[i]) {
		chains->resolved[i] = true;
		view_of(chains, i)->declared = end;
	}
}

/* "web -> proxy -> host" */
static const char *chain_text(const struct chains *chains, size_t start)
{
	cleanup_text struct text text = TEXT_INIT(4096);
	const struct namespace_view *view = view_of(chains, start);
	size_t n = chains->set->n, i = start, hops = 0;

	text_add(&text, chains->set->items[start].name);
	for (; chains->next[i] != n && hops < SHOWN_HOPS; hops++) {
		i = chains->next[i];
		text_addf(&text, " -> %s", chains->set->items[i].name);
	}
	if (hops == SHOWN_HOPS)
		text_add(&text, " -> ...");
	else if (text_starts(view_of(chains, i)->mode, "container:"))
		text_addf(&text, " -> %s (gone)", view_of(chains, i)->mode + 10);
	if (view->declared == SHARING_HOST)
		text_add(&text, " -> host");
	return arena_strdup(chains->load->arena, text_string(&text));
}

static void load_declared(struct chains *chains)
{
	size_t n = chains->set->n;

	for (size_t i = 0; i < n; i++)
		read_mode(chains, i);
	memset(chains->walked, 0, n * sizeof(*chains->walked));
	for (size_t i = 0; i < n; i++)
		follow(chains, i);
	for (size_t i = 0; i < n; i++)
		if (text_starts(view_of(chains, i)->mode, "container:"))
			view_of(chains, i)->chain = chain_text(chains, i);
}

/*
 * A pid namespace shows even without the right to read links: NSpid has one number for each level,
 * so a single one where the process is in the namespace of the host's /proc.
 */
static enum sharing pid_sharing(const cJSON *init, enum sharing declared)
{
	const char *value = status_value(doc_string_or(init, "status", NULL), "NSpid");
	size_t numbers = 0;

	while (value && *value >= '0' && *value <= '9') {
		numbers++;
		value += strspn(value, "0123456789");
		value += strspn(value, " \t");
	}
	if (!numbers)
		return SHARING_UNKNOWN;
	if (numbers == 1)
		return SHARING_HOST;
	return declared == SHARING_CONTAINER ? SHARING_CONTAINER : SHARING_PRIVATE;
}

static int compare_inodes(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return (a > b) - (a < b);
}

/* Sorted inodes of this kind, of all containers. */
static size_t gather_inodes(const struct chains *chains, uint64_t *inodes)
{
	size_t n = 0;

	for (size_t i = 0; i < chains->set->n; i++)
		if (view_of(chains, i)->inode)
			inodes[n++] = view_of(chains, i)->inode;
	if (n > 1)
		qsort(inodes, n, sizeof(*inodes), compare_inodes);
	return n;
}

static bool is_shared(const uint64_t *inodes, size_t n, uint64_t inode)
{
	const uint64_t *found =
		n ? bsearch(&inode, inodes, n, sizeof(inode), compare_inodes) : NULL;

	return found && ((found > inodes && found[-1] == inode) ||
			 (found + 1 < inodes + n && found[1] == inode));
}

/* Of those that share one namespace, it belongs to the one that did not ask for another's. */
static void load_effective(struct chains *chains, uint64_t *inodes)
{
	const struct load *load = chains->load;
	uint64_t host = load->facts->host.namespaces[chains->kind];
	size_t n;

	for (size_t i = 0; i < chains->set->n; i++) {
		const struct process *init = container_init(&chains->set->items[i]);

		view_of(chains, i)->host_inode = host;
		view_of(chains, i)->inode = init ? init->namespaces[chains->kind] : 0;
	}
	n = gather_inodes(chains, inodes);
	for (size_t i = 0; i < chains->set->n; i++) {
		const struct container *container = &chains->set->items[i];
		struct namespace_view *view = view_of(chains, i);

		if (view->inode && host)
			view->effective = view->inode == host ? SHARING_HOST
					  : view->declared != SHARING_PRIVATE &&
							  is_shared(inodes, n, view->inode)
						  ? SHARING_CONTAINER
						  : SHARING_PRIVATE;
		else if (chains->kind == NAMESPACE_PID && container_init(container))
			view->effective = pid_sharing(
				load->processes.docs[container->processes - load->processes.items],
				view->declared);
	}
}

void containers_load_namespaces(struct load *load, struct container_set *set)
{
	struct chains chains = {
		.load = load,
		.set = set,
		.next = arena_array(load->arena, set->n, sizeof(*chains.next)),
		.resolved = arena_array(load->arena, set->n, sizeof(*chains.resolved)),
		.walked = arena_array(load->arena, set->n, sizeof(*chains.walked)),
	};
	uint64_t *inodes = arena_array(load->arena, set->n, sizeof(*inodes));

	for (int kind = 0; kind < NAMESPACE_COUNT; kind++) {
		chains.kind = (enum namespace_kind)kind;
		load_declared(&chains);
		load_effective(&chains, inodes);
	}
}
