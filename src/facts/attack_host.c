/* SPDX-License-Identifier: Apache-2.0 */

/* The facts of host and engine, which are those of all containers: kernel, API, network. */
#include "base/text.h"
#include "facts/attack_model.h"
#include "facts/control_port.h"

#include <stdio.h>
#include <string.h>

/* A kernel without the switch has no modules, and one that wants signatures takes none of ours. */
static bool loads_modules(const cJSON *hardening)
{
	const cJSON *off = doc_member(doc_at(hardening, "sysctl"), "kernel/modules_disabled");

	return doc_is_string(off) && text_equal(off->valuestring, "0") &&
	       !text_equal(doc_string_or(hardening, "module_signatures", ""), "Y");
}

/* The mode in force is in brackets: "none [integrity] confidentiality". */
static void load_lockdown(struct attack_model *model, const char *mode)
{
	const struct facts *facts = model->load->facts;

	if (!mode && !facts->host.root) {
		attack_fact_unknown(&model->host, ATTACK_LOCKDOWN);
		attack_fact_unknown(&model->host, ATTACK_CONFIDENTIALITY);
	}
	attack_fact_add(&model->host, ATTACK_LOCKDOWN, mode && !strstr(mode, "[none]"),
			ATTACK_EFFECTIVE);
	attack_fact_add(&model->host, ATTACK_CONFIDENTIALITY,
			mode && strstr(mode, "[confidentiality]"), ATTACK_EFFECTIVE);
}

/* Where it is not known how the kernel was built, it is as usual: it runs what helpers are named.
 */
static void load_build_options(struct attack_model *model, const cJSON *options)
{
	attack_fact_add(&model->host, ATTACK_STATIC_HELPER,
			doc_bool_or(options, "STATIC_USERMODEHELPER", false), ATTACK_EFFECTIVE);
	attack_fact_add(&model->host, ATTACK_STRICT_MEMORY,
			doc_bool_or(options, "STRICT_DEVMEM", false), ATTACK_EFFECTIVE);
	if (!options)
		attack_fact_unknown(&model->host, ATTACK_STRICT_MEMORY);
}

static void load_kernel(struct attack_model *model)
{
	const struct facts *facts = model->load->facts;
	const cJSON *hardening = doc_at(facts->host.doc, "hardening");
	const cJSON *switches = doc_at(hardening, "sysctl");

	if (!facts->host.cgroup_version)
		attack_fact_unknown(&model->host, ATTACK_CGROUP_V1);
	attack_fact_add(&model->host, ATTACK_CGROUP_V1, facts->host.cgroup_version == 1,
			ATTACK_EFFECTIVE);
	if (!facts->local || !switches || !switches->child) {
		attack_fact_unknown(&model->host, ATTACK_MODULES);
		attack_fact_unknown(&model->host, ATTACK_LOCKDOWN);
		attack_fact_unknown(&model->host, ATTACK_CONFIDENTIALITY);
		return;
	}
	attack_fact_add(&model->host, ATTACK_MODULES, loads_modules(hardening), ATTACK_EFFECTIVE);
	load_lockdown(model, doc_string_or(hardening, "lockdown", NULL));
	load_build_options(model, doc_at(hardening, "build_options"));
}

/* A switch of /proc/sys that this kernel does not have does not forbid it. */
static bool lets_make_userns(const cJSON *settings)
{
	static const struct {
		const char *name, *closed;
	} switches[] = {
		{"user/max_user_namespaces", "0"},
		{"kernel/unprivileged_userns_clone", "0"},
		{"kernel/apparmor_restrict_unprivileged_userns", "1"},
	};

	for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++) {
		const cJSON *item = doc_member(settings, switches[i].name);

		if (doc_is_string(item) && text_equal(item->valuestring, switches[i].closed))
			return false;
	}
	return true;
}

/*
 * Linux 5.17 asks for a capability over the host, and so do these releases of series before it
 * (kernel.org, commit 24f6008564183aa1). A distribution's kernel keeps a lower number.
 */
bool attack_open_release_agent(const struct facts *facts)
{
	static const unsigned fixed[][3] = {{4, 9, 301}, {4, 14, 266}, {4, 19, 229}, {5, 4, 177},
					    {5, 10, 97}, {5, 15, 20},  {5, 16, 6}};
	unsigned major = 0, minor = 0, patch = 0;

	if (!facts->local || facts_kernel_since(facts, 5, 17) ||
	    sscanf(facts->host.kernel, "%u.%u.%u", &major, &minor, &patch) < 2)
		return false;
	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
		if (major == fixed[i][0] && minor == fixed[i][1])
			return patch < fixed[i][2];
	return true;
}

/* What a distribution mended by itself is not to be seen: an old number is a guess. */
static void load_userns(struct attack_model *model)
{
	const struct facts *facts = model->load->facts;
	const cJSON *settings = doc_at(facts->host.doc, "user_namespaces");

	attack_fact_add(&model->host, ATTACK_OPEN_AGENT, attack_open_release_agent(facts),
			ATTACK_GUESSED);
	if (!facts->local || !settings) {
		attack_fact_unknown(&model->host, ATTACK_USERNS);
		return;
	}
	attack_fact_add(&model->host, ATTACK_USERNS, lets_make_userns(settings), ATTACK_EFFECTIVE);
}

static void load_endpoint(struct attack_model *model, const char *endpoint)
{
	static const char *const loopbacks[] = {"tcp://127.", "tcp://localhost", "tcp://[::1]"};
	enum attack_fact fact = ATTACK_API_OPEN;

	for (size_t i = 0; i < sizeof(loopbacks) / sizeof(loopbacks[0]); i++)
		if (text_starts(endpoint, loopbacks[i]))
			fact = ATTACK_API_LOOPBACK;
	attack_fact_add(&model->host, fact, text_starts(endpoint, "tcp://"), ATTACK_DECLARED);
}

/*
 * Where dockerd was told to listen, by flag or file. Its sockets alone do not show which of them
 * are for the API.
 */
static void load_api(struct attack_model *model)
{
	const struct facts *facts = model->load->facts;
	const struct setting *hosts = facts_setting(facts, "hosts");
	const struct setting *verify = facts_setting(facts, "tlsverify");
	const struct setting *plugins = facts_setting(facts, "authorization-plugins");

	if (plugins && plugins->value)
		attack_fact_add(&model->host, ATTACK_AUTHORIZATION, *plugins->value,
				ATTACK_EFFECTIVE);
	else
		attack_fact_unknown(&model->host, ATTACK_AUTHORIZATION);
	if (facts->engine.daemon_unread && !facts->engine.is_podman) {
		attack_fact_unknown(&model->host, ATTACK_API_OPEN);
		attack_fact_unknown(&model->host, ATTACK_API_LOOPBACK);
	}
	if (!hosts || (verify && text_equal(verify->value, "true")))
		return;
	for (size_t i = 0; i < hosts->n_sources; i++) {
		const char *list = hosts->sources[i].value;

		while (hosts->sources[i].origin >= SETTING_FLAG && *list) {
			load_endpoint(model, list);
			list += strcspn(list, " ");
			list += strspn(list, " ");
		}
	}
}

/* That a port of an engine takes no certificates is as usual; of this engine's, settings tell. */
static void load_network(struct attack_model *model)
{
	const struct facts *facts = model->load->facts;
	const struct control_ports *ports = facts->control_ports;
	uint64_t daemon = 0;

	doc_u64(facts->engine.daemon, "pid", &daemon);
	for (size_t i = 0; i < ports->n; i++)
		attack_fact_add(&model->host, ATTACK_API_OTHER,
				ports->items[i].engine && ports->items[i].pid != daemon,
				ATTACK_GUESSED);
	attack_fact_add(&model->host, ATTACK_SHIM, ports->shim, ATTACK_EFFECTIVE);
	if (!ports->unread)
		return;
	attack_fact_unknown(&model->host, ATTACK_API_OTHER);
	if (!doc_at(facts->host.doc, "network.shims"))
		attack_fact_unknown(&model->host, ATTACK_SHIM);
}

void attack_load_host(struct attack_model *model)
{
	load_kernel(model);
	load_userns(model);
	load_api(model);
	load_network(model);
	attack_load_users(model);
}
