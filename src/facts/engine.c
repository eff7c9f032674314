/* SPDX-License-Identifier: Apache-2.0 */

/* GET /version, GET /info and the process behind them, as struct engine. */

#include "facts/engine.h"

#include "base/text.h"

#include <limits.h>
#include <string.h>

const char *engine_security_option(const cJSON *info, const char *name, bool *ret_listed)
{
	/* The engine writes null for an empty list, which is not the same as no member. */
	const cJSON *list = cJSON_IsObject(info)
				    ? cJSON_GetObjectItemCaseSensitive(info, "SecurityOptions")
				    : NULL;
	size_t length = strlen(name);

	if (ret_listed)
		*ret_listed = cJSON_IsArray(list) || cJSON_IsNull(list);
	if (!cJSON_IsArray(list))
		return NULL;
	doc_for_each (item, list) {
		const char *text = doc_is_string(item) ? item->valuestring : "";

		if (!text_starts(text, "name=") || strncmp(text + 5, name, length) != 0)
			continue;
		if (text[5 + length] == '\0' || text[5 + length] == ',')
			return text + 5 + length;
	}
	return NULL;
}

/* The number at the start of text, at most UINT_MAX; *ret_end is what follows it. */
static unsigned leading_number(const char *text, const char **ret_end)
{
	unsigned long number = 0;

	for (; *text >= '0' && *text <= '9'; text++)
		if (number <= UINT_MAX / 10 - 1)
			number = number * 10 + (unsigned long)(*text - '0');
	*ret_end = text;
	return (unsigned)number;
}

/* "20.10.24+dfsg1" is 20 and 10; both stay 0 for anything that does not begin like that. */
static void parse_version(const char *text, unsigned *ret_major, unsigned *ret_minor)
{
	const char *end;
	unsigned major = leading_number(text, &end);

	if (end == text || *end != '.' || end[1] < '0' || end[1] > '9')
		return;
	*ret_major = major;
	*ret_minor = leading_number(end + 1, &end);
}

bool facts_kernel_since(const struct facts *facts, unsigned major, unsigned minor)
{
	unsigned has_major = 0, has_minor = 0;

	if (facts->local)
		parse_version(facts->host.kernel, &has_major, &has_minor);
	return has_major > major || (has_major == major && has_minor >= minor);
}

static const char *engine_name(const cJSON *version)
{
	const cJSON *components = NULL;
	const char *name = NULL;

	doc_array(version, "Components", &components);
	if (components)
		name = doc_string_or(components->child, "Name", NULL);
	if (!name || text_equal(name, "Engine"))
		return "Docker Engine";
	return name;
}

static bool is_command_line(const cJSON *argv)
{
	doc_for_each (word, argv)
		if (!doc_is_string(word))
			return false;
	return argv->child;
}

static void load_daemon(struct engine *engine, const struct facts *facts)
{
	const char *reason = "the dockerd process was not looked for";
	const cJSON *argv;

	doc_object(facts->snapshot, "daemon", &engine->daemon);
	if (!facts->local) {
		engine->daemon_unread = "the engine runs on another machine";
		engine->daemon_hint = "run bulkhead on the machine of the engine";
		return;
	}
	engine->daemon_hint = "run as root";
	if (!engine->daemon) {
		engine->daemon_unread = doc_string_or(facts->snapshot, "unread.daemon", reason);
	} else if (doc_string(engine->daemon, "unread", &engine->daemon_unread) == DOC_PRESENT) {
		return;
	} else if (doc_array(engine->daemon, "argv", &argv) != DOC_PRESENT ||
		   !is_command_line(argv)) {
		engine->daemon_unread =
			doc_string_or(engine->daemon, "unread.argv",
				      "the command line of dockerd could not be read");
	} else {
		engine->daemon_hint = NULL;
	}
}

void engine_load(struct facts *facts)
{
	struct engine *engine = &facts->engine;
	const cJSON *replies = doc_at(facts->snapshot, "engine");

	doc_object(replies, "info", &engine->info);
	doc_object(replies, "version", &engine->version);
	engine->name = engine_name(engine->version);
	engine->version_text = doc_string_or(engine->version, "Version", NULL);
	if (!engine->version_text)
		engine->version_text = doc_string_or(engine->info, "ServerVersion", "");
	engine->api_version = doc_string_or(replies, "api_version", "");
	parse_version(engine->version_text, &engine->major, &engine->minor);
	engine->is_podman = text_starts(engine->name, "Podman");
	engine->rootless = engine_security_option(engine->info, "rootless", NULL);
	engine->userns_remap = engine_security_option(engine->info, "userns", NULL);
	engine->apparmor = engine_security_option(engine->info, "apparmor", NULL);
	engine->selinux = engine_security_option(engine->info, "selinux", NULL);
	engine->swarm_state = doc_string_or(engine->info, "Swarm.LocalNodeState", "");
	load_daemon(engine, facts);
}
