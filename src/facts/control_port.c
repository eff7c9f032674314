/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/control_port.h"

#include "base/text.h"
#include "facts/load.h"

#include <inttypes.h>

/*
 * Ports as IANA and the programs' own manuals have them; collect/host_network.c looks at the same.
 * Other programs use them, too, so that both have to agree. The managers' port of a swarm (2377) is
 * not among them: it takes certificates of the swarm alone.
 */
static const struct {
	uint16_t port;
	const char *program; /* as /proc/<pid>/comm has it */
	const char *of;
	bool asks, engine;
} usual[] = {
	{1234, "buildkitd", "BuildKit", false, false},
	{2375, "dockerd", "Docker", false, true},
	{2376, "dockerd", "Docker", true, false},
	{2379, "etcd", "etcd", false, false},
	{4243, "dockerd", "Docker", false, true},
	{8001, "kubectl", "kubectl's proxy", false, false},
	{8080, "podman", "Podman", false, true},
	{8080, "kube-apiserver", "Kubernetes", false, false},
	{8888, "podman", "Podman", false, true},
	{10250, "kubelet", "the kubelet", true, false},
	{10255, "kubelet", "the kubelet", false, false},
	{16509, "libvirtd", "libvirt", false, false},
	{16509, "virtproxyd", "libvirt", false, false},
};

#define N_USUAL (sizeof(usual) / sizeof(usual[0]))

/* This engine's own, which takes no orders without a certificate. */
static bool is_verified(const struct facts *facts, uint64_t pid)
{
	const struct setting *verify = facts_setting(facts, "tlsverify");
	uint64_t daemon;

	return verify && text_equal(verify->value, "true") && pid &&
	       doc_u64(facts->engine.daemon, "pid", &daemon) == DOC_PRESENT && daemon == pid;
}

static void add(const struct facts *facts, struct control_ports *ports, struct control_port *items,
		const cJSON *listener)
{
	struct control_port item = {.address = doc_string_or(listener, "address", ""),
				    .program = doc_string_or(listener, "program", "")};
	uint64_t port = 0, uid = 0;

	doc_u64(listener, "port", &port);
	doc_u64(listener, "pid", &item.pid);
	doc_u64(listener, "uid", &uid);
	for (size_t i = 0; i < N_USUAL; i++) {
		if (usual[i].port != port || !text_equal(usual[i].program, item.program) ||
		    is_verified(facts, item.pid))
			continue;
		item.port = usual[i].port;
		item.of = usual[i].of;
		item.asks = usual[i].asks;
		item.engine = usual[i].engine && uid == 0;
		items[ports->n++] = item;
	}
}

/* Without its owner a socket may be anybody's. */
static const char *why_unowned(struct load *load, const cJSON *network)
{
	doc_for_each (listener, doc_at(network, "listeners"))
		if (!doc_at(listener, "program"))
			return arena_printf(load->arena, "who listens at port %s was not seen: %s",
					    doc_string_or(listener, "port", "?"),
					    doc_string_or(network, "unread.owners",
							  "no process has the socket"));
	return NULL;
}

/* An abstract name begins with a zero byte, which the kernel shows as '@'. */
static const char *shim_of(const cJSON *network)
{
	const cJSON *shims = doc_at(network, "shims");

	return shims && doc_is_string(shims->child) ? shims->child->valuestring : NULL;
}

const struct control_ports *control_ports_load(struct load *load)
{
	const cJSON *network = doc_at(load->facts->host.doc, "network"), *listeners = NULL;
	struct control_ports *ports = arena_alloc(load->arena, sizeof(*ports));
	struct control_port *items;

	*ports = (struct control_ports){0};
	if (!load->facts->local) {
		ports->unread = load->facts->local_reason;
		return ports;
	}
	if (doc_array(network, "listeners", &listeners) == DOC_PRESENT)
		ports->unread = why_unowned(load, network);
	else
		ports->unread = doc_string_or(network, "unread.listeners",
					      "the snapshot does not hold them");
	items = arena_array(load->arena, (size_t)cJSON_GetArraySize(listeners), sizeof(*items));
	doc_for_each (listener, listeners)
		add(load->facts, ports, items, listener);
	ports->items = items;
	ports->shim = shim_of(network);
	return ports;
}

const char *control_port_place(struct arena *arena, const struct control_port *port)
{
	return arena_printf(arena, "listener %s port %u", port->address, port->port);
}

const char *control_port_owner(struct arena *arena, const struct control_port *port)
{
	return arena_printf(arena, "%s (process %" PRIu64 ")", port->program, port->pid);
}
