/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/least_privilege.h"

#include "base/text.h"
#include "facts/capability.h"

#include <inttypes.h>

struct observer {
	struct arena *arena;
	const struct facts *facts;
	const struct container *container;
	struct least_privilege *result;
};

static void need(struct observer *observer, uint64_t capabilities, const char *observation)
{
	struct least_privilege *result = observer->result;

	capabilities &= observer->container->declared_capabilities;
	if (!capabilities || result->n_needs == MOST_NEEDS)
		return;
	result->needs[result->n_needs++] = (struct privilege_need){capabilities, observation};
	result->keep |= capabilities;
}

static bool is_root(const struct observer *observer, const struct process *process)
{
	return process_container_uid(observer->container, process) == 0;
}

/* The first that runs as root, or as another; NULL for none. */
static const struct process *first_process(const struct observer *observer, bool root)
{
	for (size_t i = 0; i < observer->container->n_processes; i++) {
		const struct process *process = &observer->container->processes[i];

		if (!process->status_unread && is_root(observer, process) == root)
			return process;
	}
	return NULL;
}

static bool starts_as_root(const struct container *container)
{
	enum user_kind kind = user_kind(doc_string_or(container->inspect, "Config.User", ""));

	return kind == USER_UNSET || kind == USER_ROOT;
}

/* Programs that start as root and go on as somebody else; masters also end such children. */
static void observe_users(struct observer *observer)
{
	const struct process *root = first_process(observer, true);
	const struct process *other = first_process(observer, false);

	if (!other || !starts_as_root(observer->container))
		return;
	need(observer, capability_bit("SETUID") | capability_bit("SETGID"),
	     arena_printf(observer->arena,
			  "process %" PRId64 " (%s) runs as uid %" PRId64
			  ", and the container starts as root",
			  other->pid, other->comm,
			  process_container_uid(observer->container, other)));
	if (root)
		need(observer, capability_bit("KILL"),
		     arena_printf(observer->arena,
				  "process %" PRId64 " (%s) runs as root beside processes of "
				  "others, which it ends",
				  root->pid, root->comm));
}

/* Of the network that it is in; 1024 in the host's, mostly. */
static int64_t first_free_port(const struct observer *observer)
{
	const struct namespace_view *view = &observer->container->namespaces[NAMESPACE_NET];
	const struct engine *engine = &observer->facts->engine;
	const cJSON *sysctls = doc_at(observer->container->inspect, "HostConfig.Sysctls");
	const cJSON *asked = doc_member(sysctls, "net.ipv4.ip_unprivileged_port_start");
	uint64_t port;

	if (doc_is_string(asked) && parse_u64(asked->valuestring, 10, &port) && port < 65536)
		return (int64_t)port;
	if (view->declared == SHARING_HOST || view->effective == SHARING_HOST)
		return observer->facts->host.unprivileged_port_start;
	return engine->major > 20 || (engine->major == 20 && engine->minor >= 10) ? 0 : 1024;
}

static void observe_ports(struct observer *observer)
{
	const struct container *container = observer->container;
	int64_t free = first_free_port(observer);

	for (size_t i = 0; i < container->n_ports; i++) {
		const struct port *port = &container->ports[i];
		int64_t number = port->inside ? port->inside : port->number;

		if (number == 0 || number >= free)
			continue;
		need(observer, capability_bit("NET_BIND_SERVICE"),
		     arena_printf(observer->arena,
				  "it listens on port %" PRId64 "/%s, below %" PRId64, number,
				  port->protocol, free));
		return;
	}
}

/* A directory of the host, mounted writable, that belongs to another than root. */
static const struct mount *foreign_mount(const struct observer *observer, int64_t *ret_owner)
{
	for (size_t i = 0; i < observer->container->n_mounts; i++) {
		const struct mount *mount = &observer->container->mounts[i];
		const struct index_entry *entry =
			mount->host_path
				? index_find(&observer->facts->host.paths, mount->host_path)
				: NULL;
		uint64_t owner, mode;

		if (!entry || !mount->writable || mount->engine_made ||
		    doc_u64(entry->item, "uid", &owner) != DOC_PRESENT || owner > UINT32_MAX ||
		    !parse_u64(doc_string_or(entry->item, "mode", ""), 8, &mode) || (mode & 2))
			continue;
		*ret_owner = container_uid(observer->container, (int64_t)owner);
		if (*ret_owner > 0)
			return mount;
	}
	return NULL;
}

/* Root without capabilities may write to its own files only. */
static void observe_owners(struct observer *observer)
{
	const struct process *root = first_process(observer, true);
	const struct mount *mount;
	int64_t owner;

	if (!root && !starts_as_root(observer->container))
		return;
	mount = foreign_mount(observer, &owner);
	if (!mount)
		return;
	if (root)
		need(observer, capability_bit("DAC_OVERRIDE"),
		     arena_printf(observer->arena,
				  "process %" PRId64
				  " (%s) runs as root, and %s belongs to uid %" PRId64,
				  root->pid, root->comm, mount->destination, owner));
	if (first_process(observer, false))
		need(observer, capability_bit("CHOWN") | capability_bit("FOWNER"),
		     arena_printf(observer->arena,
				  "it starts as root and keeps %s, which belongs to uid %" PRId64,
				  mount->destination, owner));
}

/* What was added on purpose stays where a process has it in effect: whether it is used no file
 * tells. */
static void observe_added(struct observer *observer)
{
	uint64_t added = observer->container->declared_capabilities & ~CAPABILITY_DOCKER_DEFAULT;

	for (size_t i = 0; added && i < observer->container->n_processes; i++) {
		const struct process *process = &observer->container->processes[i];
		uint64_t held = added & process->cap_effective;

		if (process->status_unread || !held)
			continue;
		need(observer, held,
		     arena_printf(observer->arena,
				  "it was added, and process %" PRId64 " (%s) has it in effect",
				  process->pid, process->comm));
		added &= ~held;
	}
}

static const char *why_unseen(const struct container *container)
{
	const struct process *init = container_init(container);

	if (!container->running)
		return "what it needs shows only while it runs";
	return init ? init->status_unread : container->kernel_unread;
}

struct least_privilege least_privilege(struct arena *arena, const struct facts *facts,
				       const struct container *container)
{
	struct least_privilege result = {
		.unseen = why_unseen(container), .drop = "cap_drop: [ALL]", .add = ""};
	struct observer observer = {arena, facts, container, &result};

	if (result.unseen)
		return result;
	observe_users(&observer);
	observe_ports(&observer);
	observe_owners(&observer);
	observe_added(&observer);
	if (result.keep)
		result.add =
			arena_printf(arena, "cap_add: [%s]", capability_names(arena, result.keep));
	return result;
}
