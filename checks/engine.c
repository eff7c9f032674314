/* SPDX-License-Identifier: Apache-2.0 */

/* Settings of the engine that are right or wrong by their value alone. */
#include "checks/engine.h"

#include "base/text.h"

#include <string.h>

/* Several settings stand in one file, and many have a default: say of which this is. */
static const char *source_path(const struct check_input *in, const struct setting *setting,
			       const struct setting_source *source)
{
	if (source->origin == SETTING_DEFAULT)
		return setting->name;
	if (source->origin == SETTING_FILE)
		return arena_printf(in->arena, "%s %s", source->path, setting->name);
	return source->path;
}

void cite_setting(const struct check_input *in, struct verdict *verdict,
		  const struct setting *setting)
{
	for (size_t i = 0; i < setting->n_sources; i++) {
		const struct setting_source *source = &setting->sources[i];

		cite_string(in, verdict, setting_origin_name(source->origin),
			    source_path(in, setting, source), source->value);
	}
}

const struct setting *engine_setting(const struct check_input *in, const char *name,
				     struct verdict *ret_unknown)
{
	const struct setting *setting = facts_setting(in->facts, name);

	if (!setting) {
		*ret_unknown =
			verdict_unknown(in, NULL, "nothing is known of the setting %s", name);
		return NULL;
	}
	if (!setting->unknown)
		return setting;
	*ret_unknown = verdict_unknown(in, setting->hint, "%s", setting->unknown);
	cite_setting(in, ret_unknown, setting);
	return NULL;
}

const char *setting_text(const struct check_input *in, const struct setting *setting)
{
	const char *is =
		*setting->value ? arena_printf(in->arena, "is %s", setting->value) : "is not set";
	const char *from = "";

	if (setting->n_sources)
		from = arena_printf(in->arena, " (%s)", setting->sources[0].path);
	return arena_printf(in->arena, "%s %s%s%s%s", setting->name, is, from,
			    setting->disagreement ? "; " : "",
			    setting->disagreement ? setting->disagreement : "");
}

bool setting_is_on(const struct setting *setting)
{
	return text_equal(setting->value, "true");
}

bool setting_is_given(const struct setting *setting)
{
	return setting->n_sources && setting->sources[0].origin != SETTING_DEFAULT;
}

bool address_is_loopback(const char *address)
{
	static const struct {
		const char *name, *then;
	} names[] = {{"localhost", ":/"}, {"[::1]", ":/"}, {"::1", "/"}};
	size_t n = strlen(address);

	if (text_starts(address, "127."))
		return strspn(address, "0123456789.:/") == n;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		size_t length = strlen(names[i].name);

		if (text_starts(address, names[i].name) &&
		    (n == length || strchr(names[i].then, address[length])))
			return true;
	}
	return false;
}

/* True where one of the setting's values is in the control's list. */
static bool is_listed(const struct check_input *in, const char *list, const struct setting *setting)
{
	for (size_t i = 0; i < setting->n_items; i++)
		if (param_lists(in, list, setting->items[i]))
			return true;
	return param_lists(in, list, setting->value);
}

static bool is_right(const struct check_input *in, const struct setting *setting)
{
	size_t n_expected;

	if (!*setting->value && param_bool(in, "or-unset", false))
		return true;
	if (is_listed(in, "not", setting))
		return false;
	return !param_strings(in, "expect", &n_expected) || is_listed(in, "expect", setting);
}

struct verdict podman_has_none(const struct check_input *in, const char *what)
{
	struct verdict verdict = verdict_not_applicable(in, "Podman has no %s", what);

	cite_string(in, &verdict, "version", "Components Name", in->facts->engine.name);
	return verdict;
}

static struct verdict judge_setting(const struct check_input *in)
{
	const struct engine *engine = &in->facts->engine;
	int64_t removed_in = param_int(in, "removed-in", INT64_MAX);
	const struct setting *setting;
	struct verdict verdict;

	if (engine->is_podman && param_bool(in, "docker-only", false))
		return podman_has_none(in, param_string(in, "setting", ""));
	setting = engine_setting(in, param_string(in, "setting", ""), &verdict);
	if (setting) {
		const char *text = setting_text(in, setting);

		verdict = is_right(in, setting) ? verdict_pass(in, "%s", text)
						: verdict_fail(in, "%s", text);
		cite_setting(in, &verdict, setting);
	} else if (!engine->is_podman && engine->major >= removed_in) {
		verdict = verdict_pass(in, "Engine %s no longer has it", engine->version_text);
		cite_string(in, &verdict, "version", "Version", engine->version_text);
	}
	return verdict;
}

static const struct param_spec setting_params[] = {
	{.name = "setting",
	 .type = PARAM_STRING,
	 .required = true,
	 .summary = "its name, as in daemon.json"},
	{.name = "expect", .type = PARAM_STRINGS, .summary = "values that are right"},
	{.name = "not", .type = PARAM_STRINGS, .summary = "values that are wrong"},
	{.name = "or-unset",
	 .type = PARAM_BOOL,
	 .summary = "it is right, too, where it is not set"},
	{.name = "docker-only", .type = PARAM_BOOL, .summary = "Podman has nothing like it"},
	{.name = "removed-in",
	 .type = PARAM_INT,
	 .summary = "major version from which no engine has what is wrong"},
	{0},
};

static struct verdict judge_live_restore(const struct check_input *in)
{
	const struct engine *engine = &in->facts->engine;
	const struct setting *setting;
	struct verdict verdict;

	if (engine->is_podman)
		return podman_has_none(in, "daemon on which running containers depend");
	if (text_equal(engine->swarm_state, "active")) {
		verdict = verdict_not_applicable(
			in, "a member of a swarm cannot keep containers running (live-restore)");
		cite_string(in, &verdict, "info", "Swarm.LocalNodeState", engine->swarm_state);
		return verdict;
	}
	setting = engine_setting(in, "live-restore", &verdict);
	if (!setting)
		return verdict;
	verdict = setting_is_on(setting) ? verdict_pass(in, "%s", setting_text(in, setting))
					 : verdict_fail(in, "%s", setting_text(in, setting));
	cite_setting(in, &verdict, setting);
	return verdict;
}

/* The "name=value" items whose value is no bound. */
static const char *unbounded(const struct check_input *in, const struct setting *limits)
{
	cleanup_text struct text names = {0};

	for (size_t i = 0; i < limits->n_items; i++)
		if (strstr(limits->items[i], "-1") || strstr(limits->items[i], "unlimited"))
			text_add_item(&names, limits->items[i]);
	return arena_strdup(in->arena, text_string(&names));
}

/* The names of the control's list that no "name=value" item sets. */
static const char *missing(const struct check_input *in, const struct setting *limits)
{
	cleanup_text struct text names = {0};
	size_t n;
	const char *const *wanted = param_strings(in, "limits", &n);

	for (size_t i = 0; i < n; i++) {
		const char *start = arena_printf(in->arena, "%s=", wanted[i]);
		size_t j = 0;

		while (j < limits->n_items && !text_starts(limits->items[j], start))
			j++;
		if (j == limits->n_items)
			text_add_item(&names, wanted[i]);
	}
	return arena_strdup(in->arena, text_string(&names));
}

static struct verdict judge_default_ulimits(const struct check_input *in)
{
	const struct setting *setting;
	const char *text, *unset, *endless;
	struct verdict verdict;

	setting = engine_setting(in, "default-ulimits", &verdict);
	if (!setting)
		return verdict;
	text = setting_text(in, setting);
	unset = missing(in, setting);
	endless = unbounded(in, setting);
	if (!*setting->value)
		verdict = verdict_fail(in, "%s", text);
	else if (*unset)
		verdict = verdict_fail(in, "%s, without %s", text, unset);
	else if (*endless)
		verdict = verdict_fail(in, "%s, which is no limit", endless);
	else
		verdict = verdict_pass(in, "%s", text);
	cite_setting(in, &verdict, setting);
	return verdict;
}

static const struct param_spec ulimits_params[] = {
	{.name = "limits",
	 .type = PARAM_STRINGS,
	 .required = true,
	 .summary = "the limits that must be set: nofile, nproc"},
	{0},
};

/* Only devicemapper knows dm.basesize, and no engine knows devicemapper from version 25 on. */
static struct verdict judge_base_device_size(const struct check_input *in)
{
	const struct setting *driver, *options;
	const char *found = NULL;
	struct verdict verdict;

	driver = engine_setting(in, "storage-driver", &verdict);
	if (!driver)
		return verdict;
	if (!text_equal(driver->value, "devicemapper")) {
		verdict = verdict_not_applicable(in, "%s", setting_text(in, driver));
		cite_setting(in, &verdict, driver);
		return verdict;
	}
	options = engine_setting(in, "storage-opts", &verdict);
	if (!options)
		return verdict;
	for (size_t i = 0; i < options->n_items && !found; i++)
		if (text_starts(options->items[i], "dm.basesize="))
			found = options->items[i];
	verdict = found ? verdict_fail(in, "storage-opts has %s", found)
			: verdict_pass(in, "storage-opts has no dm.basesize");
	cite_setting(in, &verdict, driver);
	cite_setting(in, &verdict, options);
	return verdict;
}

const struct check checks_engine[] = {
	{.name = "engine-setting",
	 .subjects = SUBJECTS(SUBJECT_ENGINE),
	 .judge = judge_setting,
	 .params = setting_params},
	{.name = "engine-base-device-size",
	 .subjects = SUBJECTS(SUBJECT_ENGINE),
	 .judge = judge_base_device_size},
	{.name = "engine-live-restore",
	 .subjects = SUBJECTS(SUBJECT_ENGINE),
	 .judge = judge_live_restore},
	{.name = "engine-default-ulimits",
	 .subjects = SUBJECTS(SUBJECT_ENGINE),
	 .judge = judge_default_ulimits,
	 .params = ulimits_params},
	{0},
};
