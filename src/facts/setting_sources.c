/* SPDX-License-Identifier: Apache-2.0 */

/* Settings that the API or the kernel shows in some other way than as a field of GET /info. */

#include "facts/setting_spec.h"

#include "base/path.h"
#include "base/text.h"
#include "facts/engine.h"

#include <string.h>

static bool say(struct said *ret, const char *path, const char *value)
{
	ret->path = path;
	ret->value = value;
	return true;
}

static bool say_switch(struct said *ret, const char *path, bool on)
{
	return say(ret, path, on ? "true" : "false");
}

static size_t count_children(const cJSON *parent)
{
	size_t n = 0;

	doc_for_each (item, parent)
		n++;
	return n;
}

bool ask_network_icc(const struct settings_input *in, struct said *ret)
{
	const cJSON *networks = NULL, *options;
	const cJSON *value;
	bool on;

	doc_array(in->facts->snapshot, "engine.networks", &networks);
	doc_for_each (network, networks) {
		if (!text_equal(doc_string_or(network, "Name", NULL), "bridge") ||
		    doc_object(network, "Options", &options) != DOC_PRESENT)
			continue;
		value = doc_member(options, "com.docker.network.bridge.enable_icc");
		if (doc_is_string(value) && parse_go_bool(value->valuestring, &on))
			return say_switch(ret,
					  "GET /networks/bridge "
					  "com.docker.network.bridge.enable_icc",
					  on);
	}
	return false;
}

/* Address blocks that are trusted without TLS. */
static bool insecure_blocks(const cJSON *blocks, const char **items, size_t *n)
{
	doc_for_each (block, blocks) {
		if (!doc_is_string(block))
			return false;
		items[(*n)++] = block->valuestring;
	}
	return true;
}

/* Registries that are, by name. */
static bool insecure_registries(const cJSON *registries, const char **items, size_t *n)
{
	doc_for_each (registry, registries) {
		bool secure;

		if (doc_bool(registry, "Secure", &secure) != DOC_PRESENT)
			return false;
		if (!secure)
			items[(*n)++] = registry->string;
	}
	return true;
}

/* Half of it would pass for the whole: the engine says nothing unless it can all be read. */
bool ask_info_registries(const struct settings_input *in, struct said *ret)
{
	const cJSON *info = in->facts->engine.info, *blocks, *registries;
	const char **items;
	size_t n = 0;

	if (doc_array(info, "RegistryConfig.InsecureRegistryCIDRs", &blocks) != DOC_PRESENT ||
	    doc_object(info, "RegistryConfig.IndexConfigs", &registries) != DOC_PRESENT)
		return false;
	items = arena_array(in->arena, count_children(blocks) + count_children(registries),
			    sizeof(*items));
	if (!insecure_blocks(blocks, items, &n) || !insecure_registries(registries, items, &n))
		return false;
	said_set_items(in->arena, ret, items, n);
	ret->path = "GET /info RegistryConfig";
	return true;
}

/* The engine says whether it maps users, not to whom; that is what the flag or the file says. */
bool ask_info_userns(const struct settings_input *in, struct said *ret)
{
	const char *name = daemon_options_last(&in->options, "userns-remap");
	bool listed;

	if (!engine_security_option(in->facts->engine.info, "userns", &listed))
		return listed && say(ret, "GET /info SecurityOptions", "");
	if (!name)
		name = doc_string_or(in->content, "userns-remap", "");
	return say(ret, "GET /info SecurityOptions", *name ? name : "enabled");
}

bool ask_info_authorization(const struct settings_input *in, struct said *ret)
{
	const cJSON *plugins, *list;
	const char **items;
	size_t n = 0;

	if (doc_object(in->facts->engine.info, "Plugins", &plugins) != DOC_PRESENT)
		return false;
	list = cJSON_GetObjectItemCaseSensitive(plugins, "Authorization");
	if (!cJSON_IsArray(list) && !cJSON_IsNull(list))
		return false;
	items = arena_array(in->arena, count_children(list), sizeof(*items));
	doc_for_each (item, list)
		if (doc_is_string(item))
			items[n++] = item->valuestring;
	said_set_items(in->arena, ret, items, n);
	ret->path = "GET /info Plugins.Authorization";
	return true;
}

/* Engines before 24.0 have the setting, but do not show it. */
bool ask_info_no_new_privileges(const struct settings_input *in, struct said *ret)
{
	bool listed, on = engine_security_option(in->facts->engine.info, "no-new-privileges",
						 &listed) != NULL;

	if (!on && (!listed || in->facts->engine.major < 24 || in->facts->engine.is_podman))
		return false;
	return say_switch(ret, "GET /info SecurityOptions", on);
}

/* An engine that can filter system calls always lists seccomp, with its profile. */
bool ask_info_seccomp(const struct settings_input *in, struct said *ret)
{
	static const char key[] = ",profile=";
	bool listed;
	const char *rest = engine_security_option(in->facts->engine.info, "seccomp", &listed);

	if (!listed)
		return false;
	if (!rest)
		return say(ret, "GET /info SecurityOptions", "unsupported");
	if (!text_starts(rest, key) || !rest[sizeof(key) - 1])
		return false;
	return say(ret, "GET /info SecurityOptions", rest + sizeof(key) - 1);
}

bool ask_info_selinux(const struct settings_input *in, struct said *ret)
{
	bool listed, on = engine_security_option(in->facts->engine.info, "selinux", &listed);

	return listed && say_switch(ret, "GET /info SecurityOptions", on);
}

bool ask_info_rootless(const struct settings_input *in, struct said *ret)
{
	bool listed, on = engine_security_option(in->facts->engine.info, "rootless", &listed);

	return listed && say_switch(ret, "GET /info SecurityOptions", on);
}

bool ask_experimental(const struct settings_input *in, struct said *ret)
{
	bool on;

	if (doc_bool(in->facts->engine.info, "ExperimentalBuild", &on) == DOC_PRESENT)
		return say_switch(ret, "GET /info ExperimentalBuild", on);
	if (doc_bool(in->facts->engine.version, "Experimental", &on) == DOC_PRESENT)
		return say_switch(ret, "GET /version Experimental", on);
	return false;
}

static bool info_warns(const struct settings_input *in, const char *words)
{
	const cJSON *warnings = NULL;

	doc_array(in->facts->engine.info, "Warnings", &warnings);
	doc_for_each (warning, warnings)
		if (doc_is_string(warning) && strstr(warning->valuestring, words))
			return true;
	return false;
}

/*
 * The engine warns of each TCP address that it serves without TLS or without asking for a
 * certificate; it says nothing where all is well, and nothing of sockets that it inherited.
 */
bool ask_warnings_tls(const struct settings_input *in, struct said *ret)
{
	if (info_warns(in, "API is accessible on http://"))
		return say(ret, "GET /info Warnings", "false");
	return info_warns(in, "without TLS client verification") &&
	       say(ret, "GET /info Warnings", "true");
}

bool ask_warnings_tlsverify(const struct settings_input *in, struct said *ret)
{
	return (info_warns(in, "API is accessible on http://") ||
		info_warns(in, "without TLS client verification")) &&
	       say(ret, "GET /info Warnings", "false");
}

/* Sockets on which dockerd serves something else: libnetwork, swarm, metrics, published ports. */
static bool listener_is_internal(const struct settings_input *in, const cJSON *listener)
{
	const char *protocol = doc_string_or(listener, "protocol", "");
	const char *address = doc_string_or(listener, "address", "");
	const char *port = doc_string_or(listener, "port", "");
	const char *root = daemon_options_last(&in->options, "exec-root");
	const char *metrics = daemon_options_last(&in->options, "metrics-addr");
	uint64_t number;

	if (text_equal(protocol, "unix"))
		return path_within(address, "/run/docker") ||
		       path_within(address, "/var/run/docker") ||
		       (root && path_within(address, root));
	if (text_equal(in->facts->engine.swarm_state, "active") &&
	    (text_equal(port, "2377") || text_equal(port, "7946")))
		return true;
	if (in->published && parse_u64(port, 10, &number) && number < PORTS &&
	    in->published[number])
		return true;
	if (!metrics)
		metrics = doc_string_or(in->content, "metrics-addr", NULL);
	return metrics && strrchr(metrics, ':') && text_equal(strrchr(metrics, ':') + 1, port);
}

/* A listener as --host would name it; NULL for what is none. */
static const char *listener_url(struct arena *arena, const cJSON *listener)
{
	const char *protocol = doc_string_or(listener, "protocol", "");
	const char *address = doc_string_or(listener, "address", NULL);
	const char *port = doc_string_or(listener, "port", NULL);

	if (!address)
		return NULL;
	if (text_equal(protocol, "unix"))
		return arena_printf(arena, "unix://%s", address);
	if (!port)
		return NULL;
	if (text_equal(protocol, "tcp6") && *address != '[')
		return arena_printf(arena, "tcp://[%s]:%s", address, port);
	return text_starts(protocol, "tcp") ? arena_printf(arena, "tcp://%s:%s", address, port)
					    : NULL;
}

bool ask_kernel_hosts(const struct settings_input *in, struct said *ret)
{
	const cJSON *listeners;
	const char **items;
	size_t n = 0;

	if (doc_array(in->facts->engine.daemon, "listeners", &listeners) != DOC_PRESENT)
		return false;
	items = arena_array(in->arena, count_children(listeners), sizeof(*items));
	doc_for_each (listener, listeners) {
		const char *url = listener_url(in->arena, listener);

		if (url && !listener_is_internal(in, listener))
			items[n++] = url;
	}
	if (!n)
		return false;
	said_set_items(in->arena, ret, items, n);
	ret->path = arena_printf(in->arena, "/proc/%s/net",
				 doc_string_or(in->facts->engine.daemon, "pid", "dockerd"));
	return true;
}

/*
 * Giving tlsverify, even as false, switches TLS on; tls alone also switches tlsverify on. Up to
 * 19.03 the environment was a third place to give it; later engines read it and do nothing.
 */
static bool flag_tlsverify(const struct settings_input *in, struct said *ret)
{
	const char *text = daemon_options_last(&in->options, "tlsverify");
	const cJSON *environment = doc_at(in->facts->engine.daemon, "environment");
	bool on;

	if (text && parse_go_bool(text, &on))
		return say_switch(ret, "--tlsverify", on);
	if (!in->facts->engine.major || in->facts->engine.major >= 20)
		return false;
	return *doc_string_or(environment, "DOCKER_TLS_VERIFY", "") &&
	       say(ret, "environment DOCKER_TLS_VERIFY", "true");
}

static bool flag_tls(const struct settings_input *in, struct said *ret)
{
	const char *text = daemon_options_last(&in->options, "tls");
	bool on;

	if (doc_member(in->content, "tlsverify") || !text || !parse_go_bool(text, &on))
		return false;
	return say_switch(ret, "--tls", on);
}

bool ask_flag_tls(const struct settings_input *in, struct said *ret)
{
	if (flag_tlsverify(in, ret))
		return say(ret, ret->path, "true");
	return flag_tls(in, ret);
}

bool ask_flag_tlsverify(const struct settings_input *in, struct said *ret)
{
	return flag_tlsverify(in, ret) || (!in->changed && flag_tls(in, ret));
}

enum doc_presence ask_file_tls(const struct settings_input *in, struct said *ret)
{
	enum doc_presence presence = setting_file_switch(in, "tlsverify", ret);

	if (presence == DOC_ABSENT)
		return setting_file_switch(in, "tls", ret);
	if (presence == DOC_PRESENT)
		ret->value = "true";
	return presence;
}

enum doc_presence ask_file_tlsverify(const struct settings_input *in, struct said *ret)
{
	enum doc_presence presence = setting_file_switch(in, "tlsverify", ret);

	return presence == DOC_ABSENT ? setting_file_switch(in, "tls", ret) : presence;
}

bool ask_flag_config_file(const struct settings_input *in, struct said *ret)
{
	const char *path = daemon_options_last(&in->options, "config-file");

	return path && say(ret, "--config-file", in->config_path ? in->config_path : path);
}
