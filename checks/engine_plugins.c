/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Plug-ins that the engine manages (GET /plugins, API 1.25): containers of a kind, which dockerd
 * starts as root with what their config.json asks for, and which `docker ps` does not show.
 */
#include "checks/container_support.h"
#include "checks/engine.h"
#include "checks/item_list.h"
#include "checks/mount_support.h"

#include "base/path.h"
#include "base/text.h"
#include "facts/capability.h"

/* With one of these a plug-in is root of the host. */
static const char *const grave_capabilities[] = {"SYS_ADMIN", "SYS_MODULE", "SYS_PTRACE",
						 "SYS_RAWIO", "DAC_READ_SEARCH"};

/* What a plug-in may do beyond what a plain container may, and the gravest of it. */
struct powers {
	struct text *text;
	bool grave;
};

static void add_power(struct powers *powers, bool grave, const char *what)
{
	text_add_item(powers->text, what);
	powers->grave |= grave;
}

static void find_capabilities(const cJSON *plugin, struct powers *powers)
{
	doc_for_each (item, doc_at(plugin, "Config.Linux.Capabilities")) {
		const char *name = doc_is_string(item) ? item->valuestring : "?";
		uint64_t bit = capability_bit(name);
		bool grave = text_equal(name, "ALL");

		for (size_t i = 0; i < sizeof(grave_capabilities) / sizeof(*grave_capabilities);
		     i++)
			grave |= bit && bit == capability_bit(grave_capabilities[i]);
		add_power(powers, grave, text_starts(name, "CAP_") ? name + 4 : name);
	}
}

static void find_powers(const struct check_input *in, const cJSON *plugin, struct powers *powers)
{
	find_capabilities(plugin, powers);
	if (doc_bool_or(plugin, "Config.Linux.AllowAllDevices", false))
		add_power(powers, true, "all devices");
	doc_for_each (device, doc_at(plugin, "Settings.Devices")) {
		const char *path = doc_string_or(device, "Path", "");

		if (*path)
			add_power(powers, false, path);
	}
	if (doc_bool_or(plugin, "Config.PidHost", false))
		add_power(powers, true, "the host's processes");
	if (doc_bool_or(plugin, "Config.IpcHost", false))
		add_power(powers, false, "the host's IPC");
	if (text_equal(doc_string_or(plugin, "Config.Network.Type", ""), "host"))
		add_power(powers, false, "the host's network");
	doc_for_each (mount, doc_at(plugin, "Settings.Mounts")) {
		const char *source = doc_string_or(mount, "Source", "");

		if (*source == '/')
			add_power(powers,
				  touches_listed(in, "directories", path_clean(in->arena, source)),
				  arena_printf(in->arena, "the mount of %s", source));
	}
}

static struct verdict judge_plugins(const struct check_input *in)
{
	const cJSON *snapshot = in->facts->snapshot, *list = NULL;
	cleanup_text struct text found = TEXT_INIT(ITEM_LIST);
	struct verdict verdict;
	bool grave = false;
	size_t n = 0;

	if (in->facts->engine.is_podman)
		return verdict_not_applicable(in, "Podman has no plug-ins that it manages");
	if (doc_array(snapshot, "engine.plugins", &list) != DOC_PRESENT)
		return verdict_unknown(in, NULL, "the engine's plug-ins were not read: %s",
				       doc_string_or(snapshot, "engine.unread.plugins",
						     "the snapshot does not hold them"));
	doc_for_each (plugin, list) {
		const char *name = doc_string_or(plugin, "Name", "?");
		cleanup_text struct text text = TEXT_INIT(ITEM_LIST);
		struct powers powers = {.text = &text};

		if (!doc_bool_or(plugin, "Enabled", true))
			continue;
		n++;
		find_powers(in, plugin, &powers);
		if (item_list_is_empty(&text) || param_matches(in, "trusted", name))
			continue;
		grave |= powers.grave;
		text_add_item(&found,
			      arena_printf(in->arena, "%s (%s)", name, item_list_text(in, &text)));
	}
	if (item_list_is_empty(&found)) {
		verdict = verdict_pass(in, n ? "no plug-in has more than a container has"
					     : "no plug-in is enabled");
	} else {
		verdict = verdict_fail(in, "plug-ins with powers over the host: %s",
				       item_list_text(in, &found));
		if (!grave)
			verdict = verdict_as(verdict, severity_lower(verdict.severity));
	}
	doc_for_each (plugin, list)
		cite_string(in, &verdict, "plugins", doc_string_or(plugin, "Name", "?"),
			    doc_bool_or(plugin, "Enabled", true) ? "enabled" : "disabled");
	return verdict;
}

static const struct param_spec params[] = {
	{"directories", PARAM_STRINGS, true, "directories of the host, the control's own severity"},
	{"trusted", PARAM_STRINGS, false, "names of plug-ins that may have powers, shell patterns"},
	{0},
};

const struct check checks_engine_plugins[] = {
	{.name = "engine-plugins",
	 .subjects = SUBJECTS(SUBJECT_ENGINE),
	 .params = params,
	 .judge = judge_plugins},
	{0},
};
