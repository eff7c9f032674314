/* SPDX-License-Identifier: Apache-2.0 */

/* Which source of a setting is in effect, and what the others say. */

#include "facts/settings.h"

#include "base/text.h"
#include "facts/load.h"
#include "facts/setting_spec.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Times are whole seconds, the start's is computed, and dockerd reads its file a moment later. */
#define CHANGE_SLACK 2

struct setting_list {
	const struct setting *items; /* in the order of setting_specs */
	size_t n;
};

/* One setting while its sources are asked. */
struct question {
	const struct settings_input *in;
	const struct setting_spec *spec;
	struct said said[SETTING_ORIGIN_COUNT];
	bool spoke[SETTING_ORIGIN_COUNT];
	enum doc_presence file;
};

const char *setting_origin_name(enum setting_origin origin)
{
	static const char *const names[] = {
		[SETTING_API] = "info",  [SETTING_KERNEL] = "kernel",   [SETTING_FLAG] = "flag",
		[SETTING_FILE] = "file", [SETTING_DEFAULT] = "default",
	};

	return names[origin];
}

static size_t count_specs(void)
{
	size_t n = 0;

	while (setting_specs[n].name)
		n++;
	return n;
}

const char *const *settings_names(struct arena *arena, size_t *ret_n)
{
	size_t n = count_specs();
	const char **names = arena_array(arena, n, sizeof(*names));

	for (size_t i = 0; i < n; i++)
		names[i] = setting_specs[i].name;
	*ret_n = n;
	return names;
}

/* "GET /info Driver" for a plain field. */
static bool ask_info(const struct settings_input *in, const struct setting_spec *spec,
		     struct said *ret)
{
	const cJSON *info = in->facts->engine.info;
	bool on;

	if (spec->kind == KIND_SWITCH) {
		if (doc_bool(info, spec->info, &on) != DOC_PRESENT)
			return false;
		ret->value = on ? "true" : "false";
	} else if (doc_string(info, spec->info, &ret->value) != DOC_PRESENT ||
		   (in->facts->engine.is_podman && !*ret->value)) {
		return false; /* Podman leaves empty what it does not say */
	}
	ret->path = arena_printf(in->arena, "GET /info %s", spec->info);
	return true;
}

static bool ask_default(const struct settings_input *in, const struct setting_spec *spec,
			struct said *ret)
{
	if (in->facts->engine.is_podman)
		return false; /* these are dockerd's */
	ret->value = spec->default_of ? spec->default_of(in->facts) : spec->fallback;
	ret->path = "default";
	if (ret->value && *ret->value && (spec->kind == KIND_LIST || spec->kind == KIND_MAP)) {
		const char **items = arena_array(in->arena, 1, sizeof(*items));

		items[0] = ret->value;
		said_set_items(in->arena, ret, items, 1);
	}
	return ret->value;
}

static void ask_all(struct question *q)
{
	const struct setting_spec *spec = q->spec;
	struct said *said = q->said;

	if (spec->info)
		q->spoke[SETTING_API] = ask_info(q->in, spec, &said[SETTING_API]);
	else if (spec->ask_api)
		q->spoke[SETTING_API] = spec->ask_api(q->in, &said[SETTING_API]);
	if (spec->ask_kernel)
		q->spoke[SETTING_KERNEL] = spec->ask_kernel(q->in, &said[SETTING_KERNEL]);
	q->spoke[SETTING_FLAG] = setting_ask_flag(q->in, spec, &said[SETTING_FLAG]);
	q->file = setting_ask_file(q->in, spec, &said[SETTING_FILE]);
	q->spoke[SETTING_FILE] = q->file == DOC_PRESENT;
	q->spoke[SETTING_DEFAULT] = ask_default(q->in, spec, &said[SETTING_DEFAULT]);
}

static void list_sources(const struct question *q, struct setting *setting)
{
	for (int origin = 0; origin < SETTING_ORIGIN_COUNT; origin++)
		if (q->spoke[origin])
			setting->sources[setting->n_sources++] = (struct setting_source){
				.origin = (enum setting_origin)origin,
				.path = q->said[origin].path,
				.value = q->said[origin].value,
			};
}

static const char *shown(const char *value)
{
	return *value ? value : "nothing";
}

/* Why neither the file nor the default can be believed; NULL: they can. */
static const char *why_unknown(const struct question *q, const char **ret_hint)
{
	const struct settings_input *in = q->in;
	const struct said *file = &q->said[SETTING_FILE];

	if (in->facts->engine.is_podman) {
		*ret_hint = "compare with containers.conf";
		return arena_printf(in->arena,
				    "Podman does not say %s, and containers.conf was not read",
				    q->spec->name);
	}
	*ret_hint = "restart dockerd, so that it runs with the file as it is";
	if (in->unreadable && !q->spec->no_file) {
		*ret_hint = "run as root, or mend the file";
		return arena_printf(in->arena, "%s is not said by the engine, and %s",
				    q->spec->name, in->unreadable);
	}
	if (q->file == DOC_MALFORMED)
		return arena_printf(in->arena,
				    "%s gives %s a value of a type that the engine refuses, so the "
				    "file was changed after the engine started",
				    file->path, q->spec->name);
	if (q->file == DOC_PRESENT && in->changed)
		return arena_printf(in->arena, "%s sets %s to %s, but the file %s", file->path,
				    q->spec->name, shown(file->value), in->changed);
	if (in->changed && !q->spec->no_file)
		return arena_printf(in->arena, "%s is not said by the engine, and %s %s",
				    q->spec->name, in->config_path, in->changed);
	if (q->file == DOC_ABSENT && !q->spoke[SETTING_DEFAULT]) {
		*ret_hint = NULL;
		return arena_printf(in->arena, "the default of %s in this engine is not known",
				    q->spec->name);
	}
	return NULL;
}

/* The origin that is in effect; SETTING_ORIGIN_COUNT, and the reason in setting, where unknown. */
static enum setting_origin decide(const struct question *q, struct setting *setting)
{
	const struct engine *engine = &q->in->facts->engine;

	if (q->spoke[SETTING_API])
		return SETTING_API;
	if (q->spoke[SETTING_KERNEL])
		return SETTING_KERNEL;
	if (engine->daemon_unread && !engine->is_podman) {
		setting->unknown =
			arena_printf(q->in->arena, "%s is not said by the engine, and %s",
				     q->spec->name, engine->daemon_unread);
		setting->hint = engine->daemon_hint;
		return SETTING_ORIGIN_COUNT;
	}
	if (q->spoke[SETTING_FLAG])
		return SETTING_FLAG;
	setting->unknown = why_unknown(q, &setting->hint);
	if (setting->unknown)
		return SETTING_ORIGIN_COUNT;
	setting->hint = NULL;
	return q->spoke[SETTING_FILE] ? SETTING_FILE : SETTING_DEFAULT;
}

static int compare_text(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* The items in order, without the loopback blocks that the engine adds to registries. */
static const char **sorted_items(struct arena *arena, const struct said *said, size_t *ret_n)
{
	const char **items = arena_array(arena, said->n_items, sizeof(*items));
	size_t n = 0;

	for (size_t i = 0; i < said->n_items; i++)
		if (!text_equal(said->items[i], "127.0.0.0/8") &&
		    !text_equal(said->items[i], "::1/128"))
			items[n++] = said->items[i];
	if (n > 1)
		qsort(items, n, sizeof(*items), compare_text);
	*ret_n = n;
	return items;
}

static bool same_items(struct arena *arena, const struct said *a, const struct said *b)
{
	size_t n_a, n_b;
	const char **items_a = sorted_items(arena, a, &n_a);
	const char **items_b = sorted_items(arena, b, &n_b);

	if (n_a != n_b)
		return false;
	for (size_t i = 0; i < n_a; i++)
		if (!text_equal(items_a[i], items_b[i]))
			return false;
	return true;
}

/* Engines before 23.0 call the built-in seccomp profile "default". */
static const char *canonical(const struct setting_spec *spec, const char *value)
{
	if (text_equal(spec->name, "seccomp-profile") && (text_equal(value, "default") || !*value))
		return "builtin";
	return value;
}

static bool same_value(const struct question *q, enum setting_origin origin)
{
	const struct said *a = &q->said[SETTING_FILE], *b = &q->said[origin];

	if (q->spec->kind == KIND_LIST || q->spec->kind == KIND_MAP)
		return same_items(q->in->arena, a, b);
	return text_equal(canonical(q->spec, a->value), canonical(q->spec, b->value));
}

static void settle(const struct question *q, struct setting *setting)
{
	enum setting_origin origin = decide(q, setting);
	const struct said *file = &q->said[SETTING_FILE];

	setting->name = q->spec->name;
	list_sources(q, setting);
	if (origin == SETTING_ORIGIN_COUNT)
		return;
	setting->value = q->said[origin].value;
	setting->items = q->said[origin].items;
	setting->n_items = q->said[origin].n_items;
	if (q->file == DOC_PRESENT && !q->spec->incomparable && !same_value(q, origin))
		setting->disagreement = arena_printf(
			q->in->arena,
			"%s sets %s to %s, but the engine runs with %s: the file was changed "
			"after the engine started, or not loaded",
			file->path, setting->name, shown(file->value), shown(setting->value));
}

/* UTC in the snapshot's one form. */
static bool parse_utc(const char *text, time_t *ret)
{
	struct tm tm = {0};
	const char *end = text ? strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm) : NULL;

	if (!end || *end)
		return false;
	*ret = timegm(&tm);
	return true;
}

/* NULL where the file is the one that dockerd read when it started. */
const char *daemon_file_changed(const cJSON *daemon, const cJSON *file)
{
	time_t modified, started;

	if (!parse_utc(doc_string_or(file, "modified", NULL), &modified) ||
	    !parse_utc(doc_string_or(daemon, "started", NULL), &started))
		return "may have been changed since the engine started";
	return modified > started + CHANGE_SLACK ? "was changed after the engine started" : NULL;
}

static void read_config_file(struct settings_input *in)
{
	const cJSON *daemon = in->facts->engine.daemon, *file = NULL;
	const char *state;

	doc_object(daemon, "config_file", &file);
	in->config_file = file;
	in->config_path = doc_string_or(file, "path", "the configuration file");
	state = doc_string_or(file, "state", "unreadable");
	if (text_equal(state, "present") &&
	    doc_object(file, "content", &in->content) == DOC_PRESENT) {
		in->changed = daemon_file_changed(daemon, file);
		return;
	}
	if (text_equal(state, "absent")) {
		if (text_equal(doc_string_or(file, "named_by", NULL), "flag"))
			in->unreadable = arena_printf(in->arena,
						      "%s, which dockerd was started with, is gone",
						      in->config_path);
		return;
	}
	in->unreadable = arena_printf(
		in->arena, "%s %s: %s", in->config_path,
		text_equal(state, "malformed")
			? "is malformed, so it was changed after the engine started"
			: "could not be read",
		doc_string_or(file, "reason",
			      doc_string_or(daemon, "unread.config_file", "no reason is known")));
}

/* Without a proxy for each port, dockerd itself listens on those that containers publish. */
static const bool *published_ports(struct arena *arena, const struct facts *facts)
{
	bool *ports = arena_array(arena, PORTS, sizeof(*ports));
	uint64_t number;

	doc_for_each (container, doc_at(facts->snapshot, "engine.containers")) {
		if (!doc_bool_or(container, "State.Running", false))
			continue;
		doc_for_each (bindings, doc_at(container, "NetworkSettings.Ports"))
			doc_for_each (binding, bindings)
				if (doc_u64(binding, "HostPort", &number) == DOC_PRESENT &&
				    number < PORTS)
					ports[number] = true;
	}
	return ports;
}

static const struct daemon_flag *make_flags(struct arena *arena)
{
	struct daemon_flag *flags = arena_array(arena, count_specs() + 1, sizeof(*flags));

	for (size_t i = 0; setting_specs[i].name; i++) {
		const struct setting_spec *spec = &setting_specs[i];

		flags[i] = (struct daemon_flag){
			.name = spec->flag ? spec->flag : spec->name,
			.letter = spec->letter,
			.is_switch = spec->kind == KIND_SWITCH,
		};
	}
	return flags;
}

void settings_load(struct arena *arena, struct facts *facts)
{
	struct settings_input in = {.arena = arena, .facts = facts};
	struct setting_list *list = arena_alloc(arena, sizeof(*list));
	struct setting *settings;
	const cJSON *argv = NULL;

	if (!facts->engine.daemon_unread) {
		doc_array(facts->engine.daemon, "argv", &argv);
		in.options = daemon_options_parse(arena, argv, make_flags(arena));
		read_config_file(&in);
		in.published = published_ports(arena, facts);
	}
	list->n = count_specs();
	settings = arena_array(arena, list->n, sizeof(*settings));
	for (size_t i = 0; i < list->n; i++) {
		struct question q = {.in = &in, .spec = &setting_specs[i]};

		ask_all(&q);
		settle(&q, &settings[i]);
	}
	list->items = settings;
	facts->settings = list;
	facts->engine.config_changed = in.changed;
}

const struct setting *facts_setting(const struct facts *facts, const char *name)
{
	for (size_t i = 0; i < facts->settings->n; i++)
		if (text_equal(facts->settings->items[i].name, name))
			return &facts->settings->items[i];
	return NULL;
}
