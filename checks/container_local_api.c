/* SPDX-License-Identifier: Apache-2.0 */

/*
 * In the host's network a container reaches what the host offers to itself alone: APIs that listen
 * on the loopback and ask nobody who he is, and abstract sockets of containerd's shims.
 */
#include "checks/container_support.h"
#include "checks/escape_support.h"
#include "checks/item_list.h"

#include "facts/control_port.h"

static enum sharing network_sharing(const struct container *container)
{
	const struct namespace_view *net = &container->namespaces[NAMESPACE_NET];

	return net->effective != SHARING_UNKNOWN ? net->effective : net->declared;
}

/* A shim obeys uid 0 of the host's user namespace. */
static bool obeys(const struct container *container)
{
	return container_runs_as_root(container) && !container->root_is_mapped;
}

static void list_ports(const struct check_input *in, struct text *text, bool *ret_open)
{
	const struct control_ports *ports = in->facts->control_ports;

	for (size_t i = 0; i < ports->n; i++) {
		const struct control_port *port = &ports->items[i];

		*ret_open |= !port->asks;
		text_add_item(text, arena_printf(in->arena, "%s at %s port %u%s", port->of,
						 port->address, port->port,
						 port->asks ? ", which asks who calls unless it "
							      "was told not to"
							    : ""));
	}
}

static struct verdict judge_reached(const struct check_input *in)
{
	const struct control_ports *ports = in->facts->control_ports;
	cleanup_text struct text text = TEXT_INIT(ITEM_LIST);
	bool open = false;
	struct verdict verdict;

	list_ports(in, &text, &open);
	if (ports->shim)
		text_add_item(&text,
			      arena_printf(in->arena, "a shim of containerd at %s", ports->shim));
	verdict = container_fail(in, "it is in the host's network and reaches %s",
				 item_list_text(in, &text));
	if (ports->shim && obeys(in->subject->container))
		return verdict_as(verdict, SEVERITY_CRITICAL);
	return open ? verdict : verdict_as(verdict, SEVERITY_MEDIUM);
}

static struct verdict judge_network(const struct check_input *in, enum sharing sharing)
{
	const struct container *container = in->subject->container;
	const struct control_ports *ports = in->facts->control_ports;
	bool seen = container->namespaces[NAMESPACE_NET].effective != SHARING_UNKNOWN;

	if (sharing == SHARING_UNKNOWN)
		return verdict_unknown(in, container->running ? "run as root" : NULL,
				       "in which network it is is not known");
	if (sharing != SHARING_HOST)
		return container_pass(in, seen, "it is not in the host's network");
	if (ports->n || ports->shim)
		return judge_reached(in);
	if (ports->unread)
		return verdict_unknown(in, "run as root on the engine's own host",
				       "it is in the host's network, and what takes orders there "
				       "was not seen: %s",
				       ports->unread);
	return container_pass(
		in, seen,
		"it is in the host's network, where nothing takes orders at the usual "
		"ports");
}

static void cite_ports(const struct check_input *in, struct verdict *verdict)
{
	const struct control_ports *ports = in->facts->control_ports;

	for (size_t i = 0; i < ports->n; i++)
		cite_string(in, verdict, "host", control_port_place(in->arena, &ports->items[i]),
			    control_port_owner(in->arena, &ports->items[i]));
	if (ports->shim)
		cite_string(in, verdict, "host", "/proc/net/unix", ports->shim);
}

static struct verdict judge_local_api(const struct check_input *in)
{
	enum sharing sharing = network_sharing(in->subject->container);
	struct verdict verdict = judge_network(in, sharing);

	cite_field(in, &verdict, "inspect", "HostConfig.NetworkMode");
	if (sharing == SHARING_HOST)
		cite_ports(in, &verdict);
	return verdict;
}

const struct check checks_container_local_api[] = {
	{.name = "container-local-api",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_local_api},
	{0},
};
