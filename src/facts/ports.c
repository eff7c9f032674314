/* SPDX-License-Identifier: Apache-2.0 */

/* Ports of the host that lead into a container, or that it listens on in the host's network. */

#include "base/text.h"
#include "facts/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct collection {
	struct arena *arena;
	struct port *items;
	size_t n, size;
};

static void add(struct collection *ports, struct port port)
{
	if (ports->n == ports->size) {
		size_t size = ports->size ? ports->size * 2 : 4;
		struct port *items = arena_array(ports->arena, size, sizeof(*items));

		if (ports->n)
			memcpy(items, ports->items, ports->n * sizeof(*items));
		ports->items = items;
		ports->size = size;
	}
	ports->items[ports->n++] = port;
}

/* The number at the start of "80", "80/tcp" or "8000-8010"; 0 where there is none. */
static uint16_t port_number(const char *text)
{
	unsigned long number = 0;

	for (; *text >= '0' && *text <= '9' && number <= UINT16_MAX; text++)
		number = number * 10 + (unsigned long)(*text - '0');
	return number <= UINT16_MAX ? (uint16_t)number : 0;
}

/* The protocols of Docker; an unknown one stays as it is spelled. */
static const char *protocol_of(const char *key)
{
	const char *slash = strchr(key, '/');

	return slash ? slash + 1 : "tcp";
}

/*
 * The members of NetworkSettings.Ports or HostConfig.PortBindings. Of a range of host ports the
 * engine takes the first that is free, so that its first one is named.
 */
static void add_bindings(struct collection *ports, const cJSON *bindings, const char *where)
{
	doc_for_each (member, bindings) {
		const char *path = NULL;

		if (!cJSON_IsArray(member))
			continue;
		doc_for_each (binding, member) {
			if (!path)
				path = arena_printf(ports->arena, "%s.%s", where, member->string);
			add(ports,
			    (struct port){
				    .address = doc_string_or(binding, "HostIp", ""),
				    .number = port_number(doc_string_or(binding, "HostPort", "")),
				    .inside = port_number(member->string),
				    .protocol = protocol_of(member->string),
				    .source = "inspect",
				    .path = path,
			    });
		}
	}
}

/* What the swarm publishes on every node, whatever its address, for the containers of a service. */
static void add_service(struct collection *ports, const cJSON *service)
{
	doc_for_each (item, doc_at(service, "Endpoint.Ports")) {
		int64_t number = doc_int_or(item, "PublishedPort", 0);
		int64_t inside = doc_int_or(item, "TargetPort", 0);

		if (!text_equal(doc_string_or(item, "PublishMode", "ingress"), "ingress") ||
		    number <= 0 || number > UINT16_MAX || inside <= 0 || inside > UINT16_MAX)
			continue;
		add(ports, (struct port){
				   .address = "",
				   .number = (uint16_t)number,
				   .inside = (uint16_t)inside,
				   .protocol = doc_string_or(item, "Protocol", "tcp"),
				   .source = "service",
				   .path = "Endpoint.Ports",
			   });
	}
}

/* "tcp 0.0.0.0 80" */
static void add_listening(struct collection *ports, const char *text, const char *path)
{
	const char *address = strchr(text, ' ');
	const char *number = address ? strchr(address + 1, ' ') : NULL;

	if (!number)
		return;
	add(ports, (struct port){
			   .address = arena_strndup(ports->arena, address + 1,
						    (size_t)(number - address - 1)),
			   .number = port_number(number + 1),
			   .protocol = arena_strndup(ports->arena, text, (size_t)(address - text)),
			   .source = "kernel",
			   .path = path,
		   });
}

static int compare_sockets(const void *left, const void *right)
{
	const struct port *a = left, *b = right;
	int order = strcmp(a->protocol, b->protocol);

	if (!order)
		order = (a->number > b->number) - (a->number < b->number);
	return order ? order : strcmp(a->address, b->address);
}

/* Worker processes hold the sockets of their parent: each is listed once. */
static size_t sort_unique(struct port *items, size_t n)
{
	size_t kept = 0;

	if (n > 1)
		qsort(items, n, sizeof(*items), compare_sockets);
	for (size_t i = 0; i < n; i++)
		if (!kept || compare_sockets(&items[kept - 1], &items[i]) != 0)
			items[kept++] = items[i];
	return kept;
}

static void add_sockets(struct collection *ports, struct container *container,
			const cJSON *const *docs)
{
	size_t first = ports->n;

	for (size_t i = 0; i < container->n_processes; i++) {
		const cJSON *listens = NULL;
		const char *path = NULL;

		if (doc_array(docs[i], "listens", &listens) != DOC_PRESENT)
			container->ports_unread =
				doc_string_or(docs[i], "unread.listens",
					      "the sockets of a process were not read");
		doc_for_each (item, listens) {
			if (!doc_is_string(item))
				continue;
			if (!path)
				path = arena_printf(ports->arena, "/proc/%lld/net",
						    (long long)container->processes[i].pid);
			add_listening(ports, item->valuestring, path);
		}
	}
	if (ports->n > first)
		ports->n = first + sort_unique(ports->items + first, ports->n - first);
}

void container_load_ports(struct load *load, struct container *container, const cJSON *const *docs)
{
	struct collection ports = {.arena = load->arena};
	const struct namespace_view *net = &container->namespaces[NAMESPACE_NET];
	const cJSON *bindings = NULL;

	if (container->running)
		doc_object(container->inspect, "NetworkSettings.Ports", &bindings);
	else if (net->declared != SHARING_HOST && net->declared != SHARING_CONTAINER &&
		 !text_equal(net->mode, "none"))
		doc_object(container->inspect, "HostConfig.PortBindings", &bindings);
	add_bindings(&ports, bindings,
		     container->running ? "NetworkSettings.Ports" : "HostConfig.PortBindings");
	add_service(&ports, container->service);
	if (net->effective == SHARING_HOST ||
	    (net->effective == SHARING_UNKNOWN && net->declared == SHARING_HOST)) {
		add_sockets(&ports, container, docs);
		if (container->kernel_unread)
			container->ports_unread = container->kernel_unread;
	}
	container->ports = ports.items;
	container->n_ports = ports.n;
}
