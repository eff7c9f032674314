/* SPDX-License-Identifier: Apache-2.0 */

/* What the engine logs of itself, and where the containers' logs go. */
#include "checks/engine.h"

#include "base/text.h"

#include <string.h>
#include <strings.h>

static struct verdict judge_log_level(const struct check_input *in)
{
	const struct setting *debug, *level;
	struct verdict verdict;

	debug = engine_setting(in, "debug", &verdict);
	if (debug && setting_is_on(debug)) {
		verdict = verdict_fail(in, "%s", setting_text(in, debug));
		cite_setting(in, &verdict, debug);
		return verdict;
	}
	level = engine_setting(in, "log-level", &verdict);
	if (!level)
		return verdict;
	if (*level->value && strcasecmp(level->value, "info") != 0)
		verdict = verdict_fail(in, "%s", setting_text(in, level));
	else if (!debug)
		return verdict;
	else
		verdict = verdict_pass(in, "%s", setting_text(in, level));
	cite_setting(in, &verdict, level);
	if (debug)
		cite_setting(in, &verdict, debug);
	return verdict;
}

enum destination { ELSEWHERE, THIS_HOST, UNCERTAIN };

/*
 * Log drivers of the engine (moby, daemon/logger): the option that holds the address, if it has
 * one, and where logs go without it.
 */
static const struct driver {
	const char *name, *option;
	enum destination unset;
} drivers[] = {
	{.name = "awslogs", .unset = ELSEWHERE},
	{.name = "fluentd", .option = "fluentd-address", .unset = THIS_HOST},
	{.name = "gcplogs", .unset = ELSEWHERE},
	{.name = "gelf", .option = "gelf-address", .unset = UNCERTAIN},
	{.name = "journald", .unset = THIS_HOST},
	{.name = "json-file", .unset = THIS_HOST},
	{.name = "k8s-file", .unset = THIS_HOST}, /* Podman's */
	{.name = "local", .unset = THIS_HOST},
	{.name = "logentries", .unset = ELSEWHERE},
	{.name = "none", .unset = THIS_HOST},
	{.name = "splunk", .option = "splunk-url", .unset = UNCERTAIN},
	{.name = "syslog", .option = "syslog-address", .unset = THIS_HOST},
};

static const struct driver *find_driver(const char *name)
{
	for (size_t i = 0; i < sizeof(drivers) / sizeof(*drivers); i++)
		if (text_equal(drivers[i].name, name))
			return &drivers[i];
	return NULL;
}

/* Where "tcp://192.0.2.1:514", "unix:///dev/log" or "localhost:24224" leads. */
static enum destination address_destination(const char *address)
{
	const char *host = strstr(address, "://");

	if (text_starts(address, "unix") || address[0] == '/')
		return THIS_HOST;
	return address_is_loopback(host ? host + strlen("://") : address) ? THIS_HOST : ELSEWHERE;
}

static enum destination destination(const struct check_input *in, const char *name,
				    const char *address)
{
	const struct driver *driver = find_driver(name);

	if (param_lists(in, "central", name))
		return ELSEWHERE;
	if (!driver)
		return UNCERTAIN;
	return driver->option && address && *address ? address_destination(address) : driver->unset;
}

/* The value of a "name=value" item; NULL where the setting has none of this name. */
static const char *item_value(const struct setting *map, const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < map->n_items; i++)
		if (text_starts(map->items[i], name) && map->items[i][length] == '=')
			return map->items[i] + length + 1;
	return NULL;
}

static struct verdict default_verdict(const struct check_input *in, const struct setting *driver,
				      const struct driver *known, const char *address)
{
	const char *text = setting_text(in, driver);

	if (address)
		text = arena_printf(in->arena, "%s, %s is %s", text, known->option, address);
	switch (destination(in, driver->value, address)) {
	case ELSEWHERE:
		return verdict_pass(in, "%s", text);
	case THIS_HOST:
		return verdict_fail(in, "%s: logs stay on this host", text);
	case UNCERTAIN:
		break;
	}
	return verdict_manual(in, "%s: does it send logs to another host?", text);
}

static const char *container_driver(const struct container *container)
{
	return doc_string_or(container->inspect, "HostConfig.LogConfig.Type", "");
}

/* The container's own choice, fixed when it was made, keeps its logs here. */
static bool stays_here(const struct check_input *in, const struct container *container)
{
	const struct driver *driver = find_driver(container_driver(container));
	const cJSON *options = doc_at(container->inspect, "HostConfig.LogConfig.Config");
	const cJSON *address = NULL;

	if (driver && driver->option)
		address = doc_member(options, driver->option);
	return destination(in, container_driver(container),
			   doc_is_string(address) ? address->valuestring : NULL) == THIS_HOST;
}

static void cite_container(const struct check_input *in, struct verdict *verdict,
			   const struct container *container)
{
	const char *path =
		arena_printf(in->arena, "%s: HostConfig.LogConfig.Type", container->name);

	cite_string(in, verdict, "inspect", path, container_driver(container));
}

/* So many names stand in the message and evidence; of the others only the number. */
#define MOST_NAMES 5

/* A good default; are there containers that depart from it? */
static struct verdict judge_containers(const struct check_input *in, struct verdict verdict)
{
	const struct subject_list *list = &in->facts->subjects[SUBJECT_CONTAINER];
	cleanup_text struct text names = {0};
	const char *unread = list->unread;
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++) {
		const struct container *container = list->items[i].container;

		if (!container)
			unread = list->items[i].unread;
		else if (!*container_driver(container))
			unread = arena_printf(in->arena, "%s has no HostConfig.LogConfig.Type",
					      container->name);
		if (!container || !stays_here(in, container) || n++ >= MOST_NAMES)
			continue;
		text_add_item(&names, container->name);
		cite_container(in, &verdict, container);
	}
	if (n > MOST_NAMES)
		text_addf(&names, " and %zu more", n - MOST_NAMES);
	if (n) {
		verdict.status = STATUS_FAIL;
		verdict.message = arena_printf(in->arena, "%s, but logs stay on this host for %s",
					       verdict.message, text_string(&names));
	} else if (unread) {
		verdict.status = STATUS_UNKNOWN;
		verdict.hint = list->hint;
		verdict.message =
			arena_printf(in->arena, "%s, but not all containers were read: %s",
				     verdict.message, unread);
	}
	return verdict;
}

static struct verdict judge_remote_logging(const struct check_input *in)
{
	const struct setting *driver, *options = NULL;
	const struct driver *known;
	const char *address = NULL;
	struct verdict verdict;

	driver = engine_setting(in, "log-driver", &verdict);
	if (!driver)
		return verdict;
	known = find_driver(driver->value);
	if (known && known->option) {
		options = engine_setting(in, "log-opts", &verdict);
		if (!options)
			return verdict;
		address = item_value(options, known->option);
	}
	verdict = default_verdict(in, driver, known, address);
	cite_setting(in, &verdict, driver);
	if (options)
		cite_setting(in, &verdict, options);
	return verdict.status == STATUS_PASS ? judge_containers(in, verdict) : verdict;
}

static const struct param_spec remote_params[] = {
	{.name = "central",
	 .type = PARAM_STRINGS,
	 .summary = "drivers whose logs something collects from this host"},
	{0},
};

const struct check checks_engine_logging[] = {
	{.name = "engine-log-level",
	 .subjects = SUBJECTS(SUBJECT_ENGINE),
	 .judge = judge_log_level},
	{.name = "engine-remote-logging",
	 .subjects = SUBJECTS(SUBJECT_ENGINE),
	 .judge = judge_remote_logging,
	 .params = remote_params},
	{0},
};
