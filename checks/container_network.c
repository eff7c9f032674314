/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Which ports of the host lead into a container, and which networks it is attached to.
 *
 * A container in the host's network publishes nothing; the sockets it listens on count instead.
 */
#include "base/text.h"
#include "checks/container_support.h"
#include "checks/item_list.h"

#include <arpa/inet.h>
#include <string.h>

#define PRIVILEGED_PORTS 1024 /* below it, unless the host says less */

static const char default_bridge[] = "com.docker.network.bridge.default_bridge";
static const char host_binding[] = "com.docker.network.bridge.host_binding_ipv4";

/*
 * As `docker ps` shows it: "127.0.0.1:8080->80/tcp", "[::]:53/udp" for a listening socket; with
 * "*" where no address was named.
 */
static const char *port_text(struct arena *arena, const struct port *port)
{
	bool v6 = strchr(port->address, ':');
	const char *host = arena_printf(arena, "%s%s%s", v6 ? "[" : "",
					*port->address ? port->address : "*", v6 ? "]" : "");
	const char *number = port->number ? arena_printf(arena, "%u", port->number) : "any";

	if (!port->inside)
		return arena_printf(arena, "%s:%s/%s", host, number, port->protocol);
	return arena_printf(arena, "%s:%s->%u/%s", host, number, port->inside, port->protocol);
}

typedef bool port_test(const struct check_input *in, const struct port *port);

/* List the ports that a test picks; the text is empty where it picks none. */
static void list_ports(const struct check_input *in, port_test *test, struct text *ret)
{
	const struct container *container = in->subject->container;

	for (size_t i = 0; i < container->n_ports; i++)
		if (test(in, &container->ports[i]))
			text_add_item(ret, port_text(in->arena, &container->ports[i]));
}

static void cite_ports(const struct check_input *in, struct verdict *verdict)
{
	const struct container *container = in->subject->container;

	for (size_t i = 0; i < container->n_ports; i++)
		cite_string(in, verdict, container->ports[i].source, container->ports[i].path,
			    port_text(in->arena, &container->ports[i]));
}

/* Where no bad port was found, but not all could be seen. */
static struct verdict unseen_ports(const struct check_input *in, struct verdict verdict)
{
	const struct container *container = in->subject->container;

	if (verdict.status != STATUS_PASS && verdict.status != STATUS_NOT_APPLICABLE)
		return verdict;
	if (container->running && container->ports_unread)
		return verdict_unknown(
			in, "run on the engine's own host, as root or with CAP_SYS_PTRACE",
			"the sockets that it listens on in the host's network were "
			"not seen: %s",
			container->ports_unread);
	if (container->service_unread)
		return verdict_manual(in, "the ports of the swarm service %s were not read: %s",
				      container->swarm_service, container->service_unread);
	return verdict;
}

static struct verdict no_ports(const struct check_input *in)
{
	const struct container *container = in->subject->container;

	if (container->namespaces[NAMESPACE_NET].declared != SHARING_HOST)
		return verdict_not_applicable(in, "no port is published");
	if (!container->running)
		return verdict_not_applicable(in, "in the host's network, but not running");
	return verdict_not_applicable(in, "in the host's network, and listens on no port");
}

static unsigned first_unprivileged(const struct check_input *in)
{
	unsigned start = in->facts->host.unprivileged_port_start;

	return start < PRIVILEGED_PORTS ? start : PRIVILEGED_PORTS;
}

static bool is_privileged(const struct check_input *in, const struct port *port)
{
	return port->number && port->number < first_unprivileged(in) &&
	       !param_lists(in, "allowed", arena_printf(in->arena, "%u", port->number));
}

static struct verdict judge_privileged(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	cleanup_text struct text bad = TEXT_INIT(ITEM_LIST);
	struct verdict verdict;
	size_t n_allowed;

	param_strings(in, "allowed", &n_allowed);
	list_ports(in, is_privileged, &bad);
	if (!item_list_is_empty(&bad))
		verdict = container_fail(in, "%s below port %u", item_list_text(in, &bad),
					 first_unprivileged(in));
	else if (!container->n_ports)
		verdict = no_ports(in);
	else
		verdict = verdict_pass(in, "no port below %u%s", first_unprivileged(in),
				       n_allowed ? " but allowed ones" : "");
	verdict = unseen_ports(in, verdict);
	cite_ports(in, &verdict);
	if (first_unprivileged(in) != PRIVILEGED_PORTS)
		cite_int(in, &verdict, "kernel", "/proc/sys/net/ipv4/ip_unprivileged_port_start",
			 first_unprivileged(in));
	return verdict;
}

/*
 * The network of this name (the list is sorted by it): of several, the one with this id. The id
 * alone does not tell, for the default bridge gets a new one whenever the engine starts, and
 * stopped containers keep the old.
 */
static const struct subject *network_find(const struct facts *facts, const char *name,
					  const char *id)
{
	const struct subject_list *list = &facts->subjects[SUBJECT_NETWORK];
	size_t low = 0, high = list->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(list->items[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (size_t i = low; i < list->n && text_equal(list->items[i].name, name); i++)
		if (text_equal(list->items[i].id, id))
			return &list->items[i];
	return low < list->n && text_equal(list->items[low].name, name) ? &list->items[low] : NULL;
}

static const char *network_option(const struct subject *network, const char *option)
{
	const cJSON *value;

	if (!network)
		return "";
	value = doc_member(doc_at(network->doc, "Options"), option);
	return doc_is_string(value) ? value->valuestring : "";
}

/* The network that HostConfig.NetworkMode names, by its name. */
static const char *network_name(const char *mode)
{
	return text_equal(mode, "default") || !*mode ? "bridge" : mode;
}

/* Where the container names no address, its network may. */
static const char *bound_address(const struct check_input *in, const struct port *port)
{
	const char *mode = doc_string_or(in->subject->doc, "HostConfig.NetworkMode", "");

	if (*port->address)
		return port->address;
	return network_option(network_find(in->facts, network_name(mode), ""), host_binding);
}

/* Every address of the host, in any spelling; what is no address at all cannot be excluded. */
static bool is_wildcard(const struct check_input *in, const struct port *port)
{
	const char *address = bound_address(in, port);
	struct in6_addr v6;
	struct in_addr v4;

	if (inet_pton(AF_INET, address, &v4) == 1)
		return v4.s_addr == htonl(INADDR_ANY);
	if (inet_pton(AF_INET6, address, &v6) != 1)
		return true;
	if (IN6_IS_ADDR_V4MAPPED(&v6))
		return !v6.s6_addr[12] && !v6.s6_addr[13] && !v6.s6_addr[14] && !v6.s6_addr[15];
	return IN6_IS_ADDR_UNSPECIFIED(&v6);
}

static struct verdict judge_bound(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	cleanup_text struct text bad = TEXT_INIT(ITEM_LIST);
	struct verdict verdict;

	list_ports(in, is_wildcard, &bad);
	if (!item_list_is_empty(&bad))
		verdict = container_fail(in, "%s on every address of the host",
					 item_list_text(in, &bad));
	else if (!container->n_ports)
		verdict = no_ports(in);
	else
		verdict = verdict_pass(in, "every port is bound to one address");
	verdict = unseen_ports(in, verdict);
	cite_ports(in, &verdict);
	return verdict;
}

static bool is_any(const struct check_input *in, const struct port *port)
{
	(void)in;
	(void)port;
	return true;
}

/* "8080" is meant for any protocol, "8080/tcp" for one. */
static bool is_unexpected(const struct check_input *in, const struct port *port)
{
	const char *number = arena_printf(in->arena, "%u", port->number);
	const char *full = arena_printf(in->arena, "%s/%s", number, port->protocol);

	return !param_lists(in, "expected", number) && !param_lists(in, "expected", full);
}

static struct verdict judge_expected(const struct check_input *in)
{
	cleanup_text struct text unexpected = TEXT_INIT(ITEM_LIST), all = TEXT_INIT(ITEM_LIST);
	size_t n_expected;

	param_strings(in, "expected", &n_expected);
	list_ports(in, is_any, &all);
	list_ports(in, is_unexpected, &unexpected);
	if (item_list_is_empty(&all))
		return verdict_pass(in, "no port is open on the host");
	if (item_list_is_empty(&unexpected))
		return verdict_pass(in, "only expected ports: %s", item_list_text(in, &all));
	if (!n_expected)
		return verdict_manual(in, "is each of these needed: %s", item_list_text(in, &all));
	return container_fail(in, "%s not expected", item_list_text(in, &unexpected));
}

static struct verdict judge_needed(const struct check_input *in)
{
	bool publish_all = false;
	struct verdict verdict;

	if (doc_bool(in->subject->doc, "HostConfig.PublishAllPorts", &publish_all) != DOC_PRESENT)
		verdict = verdict_unknown(in, NULL, "inspect has no HostConfig.PublishAllPorts");
	else if (publish_all)
		verdict = container_fail(in, "HostConfig.PublishAllPorts is true");
	else
		verdict = judge_expected(in);
	verdict = unseen_ports(in, verdict);
	cite_field(in, &verdict, "inspect", "HostConfig.PublishAllPorts");
	cite_field(in, &verdict, "inspect", "Config.ExposedPorts");
	cite_ports(in, &verdict);
	return verdict;
}

/*
 * Whose network a container uses: its own, or that of the container at the end of a chain. NULL
 * where the chain leads nowhere.
 */
static const struct container *network_owner(const struct check_input *in)
{
	const struct container *container = in->subject->container;

	for (unsigned i = 0; i < 16; i++) {
		const char *mode = doc_string_or(container->inspect, "HostConfig.NetworkMode", "");

		if (!text_starts(mode, "container:"))
			return container;
		container = facts_container(in->facts, mode + strlen("container:"));
		if (!container)
			return NULL;
	}
	return NULL;
}

/* True where the engine's networks were read, so that one which is not among them is none. */
static bool networks_are_read(const struct subject_list *networks)
{
	for (size_t i = 0; i < networks->n; i++)
		if (networks->items[i].unread)
			return false;
	return !networks->unread && networks->n > 0;
}

/* An entry of NetworkSettings.Networks; where the network was not read, only its name can tell. */
static bool is_default_bridge(const struct facts *facts, const char *name, const char *id)
{
	const struct subject *network = network_find(facts, network_name(name), id);
	bool read = network ? cJSON_IsObject(doc_at(network->doc, "Options"))
			    : networks_are_read(&facts->subjects[SUBJECT_NETWORK]);

	if (!read)
		return text_equal(network_name(name), "bridge");
	return text_equal(network_option(network, default_bridge), "true");
}

/* The name under which a container is attached to the default bridge; NULL where it is not. */
static const char *attachment(const struct facts *facts, const struct container *container)
{
	const char *mode = doc_string_or(container->inspect, "HostConfig.NetworkMode", "");
	const cJSON *networks = NULL;

	doc_object(container->inspect, "NetworkSettings.Networks", &networks);

	doc_for_each (entry, networks)
		if (is_default_bridge(facts, entry->string, doc_string_or(entry, "NetworkID", "")))
			return entry->string;
	if ((!networks || !networks->child) && is_default_bridge(facts, mode, ""))
		return network_name(mode);
	return NULL;
}

static struct verdict judge_attachment(const struct check_input *in,
				       const struct container *container)
{
	const struct subject_list *networks = &in->facts->subjects[SUBJECT_NETWORK];
	const char *name = attachment(in->facts, container);

	if (name && container != in->subject->container)
		return container_fail(in,
				      "shares the network of %s, which is attached to %s, the "
				      "default bridge",
				      container->name, name);
	if (name)
		return container_fail(in, "attached to %s, the default bridge", name);
	if (networks->unread)
		return verdict_unknown(in, networks->hint,
				       "which network is the default bridge "
				       "is not known: %s",
				       networks->unread);
	return verdict_pass(in, "not attached to the default bridge");
}

static struct verdict judge_bridge(const struct check_input *in)
{
	const struct container *owner = network_owner(in);
	const cJSON *networks;
	struct verdict verdict;

	if (!doc_at(in->subject->doc, "HostConfig.NetworkMode"))
		verdict = verdict_unknown(in, NULL, "inspect has no HostConfig.NetworkMode");
	else if (!owner)
		verdict = verdict_unknown(in, NULL,
					  "the owner of the network that it shares was not found");
	else if (doc_object(owner->inspect, "NetworkSettings.Networks", &networks) == DOC_MALFORMED)
		verdict = verdict_unknown(in, NULL, "NetworkSettings.Networks is malformed");
	else
		verdict = judge_attachment(in, owner);
	cite_field(in, &verdict, "inspect", "HostConfig.NetworkMode");
	return verdict;
}

static const struct param_spec privileged_params[] = {
	{.name = "allowed",
	 .type = PARAM_STRINGS,
	 .summary = "ports of the host that may be open all the same"},
	{0},
};

static const struct param_spec needed_params[] = {
	{.name = "expected",
	 .type = PARAM_STRINGS,
	 .summary = "ports of the host that are needed: 443, 53/udp"},
	{0},
};

const struct check checks_container_network[] = {
	{.name = "container-privileged-ports",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_privileged,
	 .params = privileged_params},
	{.name = "container-expected-ports",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_needed,
	 .params = needed_params},
	{.name = "container-bound-ports",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_bound},
	{.name = "container-default-bridge",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_bridge},
	{0},
};
