/* SPDX-License-Identifier: Apache-2.0 */

/* What the engine lets through: between containers, in from the network, and from registries. */
#include "checks/engine.h"

#include "base/text.h"

#include <string.h>

/* The network that containers join when none is named; NULL where there is none. */
static const cJSON *default_bridge(const struct subject_list *networks)
{
	for (size_t i = 0; i < networks->n; i++) {
		const cJSON *options = doc_at(networks->items[i].doc, "Options");
		const cJSON *option =
			doc_member(options, "com.docker.network.bridge.default_bridge");

		if (doc_is_string(option) && text_equal(option->valuestring, "true"))
			return networks->items[i].doc;
	}
	return NULL;
}

/* Whether the default bridge may be there all the same: one without options might be it. */
static bool may_have_bridge(const struct subject_list *networks)
{
	for (size_t i = 0; i < networks->n; i++) {
		const struct subject *network = &networks->items[i];

		if (network->unread || (text_equal(network->name, "bridge") &&
					!cJSON_IsObject(doc_at(network->doc, "Options"))))
			return true;
	}
	return networks->unread || networks->n == 0;
}

static struct verdict judge_icc(const struct check_input *in)
{
	const struct subject_list *networks = &in->facts->subjects[SUBJECT_NETWORK];
	const cJSON *bridge = default_bridge(networks);
	const struct setting *setting;
	struct verdict verdict;
	int attached;

	if (!bridge && !may_have_bridge(networks))
		return verdict_not_applicable(in, "there is no default bridge");
	setting = engine_setting(in, "icc", &verdict);
	if (!setting)
		return verdict;
	attached = cJSON_GetArraySize(doc_at(bridge, "Containers"));
	if (text_equal(setting->value, "false"))
		verdict = verdict_pass(in, "%s", setting_text(in, setting));
	else
		verdict = verdict_fail(in, "%s; containers on the default bridge now: %d",
				       setting_text(in, setting), attached);
	cite_setting(in, &verdict, setting);
	doc_for_each (container, doc_at(bridge, "Containers"))
		cite_string(in, &verdict, "network", "Containers",
			    doc_string_or(container, "Name", "?"));
	return verdict;
}

/* Switched off by somebody: IPv6 rules were off by default before Engine 27. */
static bool is_switched_off(const struct setting *setting)
{
	return text_equal(setting->value, "false") && setting_is_given(setting);
}

static struct verdict judge_firewall(const struct check_input *in)
{
	const struct setting *ipv4, *ipv6;
	struct verdict verdict;

	if (in->facts->engine.is_podman)
		return podman_has_none(in, "switch that leaves its firewall rules to others");
	ipv4 = engine_setting(in, "iptables", &verdict);
	if (!ipv4)
		return verdict;
	ipv6 = engine_setting(in, "ip6tables", &verdict);
	if (is_switched_off(ipv4))
		verdict = verdict_fail(in, "%s", setting_text(in, ipv4));
	else if (!ipv6)
		return verdict;
	else if (is_switched_off(ipv6))
		verdict = verdict_fail(in, "%s", setting_text(in, ipv6));
	else
		verdict = verdict_pass(in, "%s", setting_text(in, ipv4));
	cite_setting(in, &verdict, ipv4);
	if (ipv6)
		cite_setting(in, &verdict, ipv6);
	return verdict;
}

/* True where every address that a registry, "host:port" or "network/prefix", stands for is ours. */
static bool is_loopback_range(const char *registry)
{
	const char *slash = strchr(registry, '/');
	uint64_t prefix;

	if (!address_is_loopback(registry))
		return false;
	if (!slash)
		return true;
	if (!parse_u64(slash + 1, 10, &prefix))
		return false;
	return registry[0] == ':' ? prefix == 128 : prefix >= 8;
}

static struct verdict judge_registries(const struct check_input *in)
{
	cleanup_text struct text others = {0};
	const struct setting *setting;
	struct verdict verdict;

	setting = engine_setting(in, "insecure-registries", &verdict);
	if (!setting)
		return verdict;
	for (size_t i = 0; i < setting->n_items; i++)
		if (!is_loopback_range(setting->items[i]))
			text_add_item(&others, setting->items[i]);
	if (others.length)
		verdict = verdict_fail(in, "insecure-registries trusts %s", text_string(&others));
	else
		verdict = verdict_pass(in, "insecure-registries trusts %s",
				       setting->n_items ? "this host alone" : "none");
	cite_setting(in, &verdict, setting);
	return verdict;
}

const struct check checks_engine_network[] = {
	{.name = "engine-icc", .subjects = SUBJECTS(SUBJECT_ENGINE), .judge = judge_icc},
	{.name = "engine-firewall", .subjects = SUBJECTS(SUBJECT_ENGINE), .judge = judge_firewall},
	{.name = "engine-registries",
	 .subjects = SUBJECTS(SUBJECT_ENGINE),
	 .judge = judge_registries},
	{0},
};
