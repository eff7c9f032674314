/* SPDX-License-Identifier: Apache-2.0 */

/* What dockerd's command line and its configuration file say of a setting. */

#include "base/text.h"
#include "facts/setting_spec.h"

void said_set_items(struct arena *arena, struct said *said, const char *const *items, size_t n)
{
	cleanup_text struct text joined = TEXT_INIT(TEXT_CEILING);

	for (size_t i = 0; i < n; i++)
		text_add_item(&joined, items[i]);
	said->items = items;
	said->n_items = n;
	said->value = arena_strdup(arena, text_string(&joined));
}

static bool flag_list(const struct settings_input *in, const char *flag, struct said *ret)
{
	const char **items = arena_array(in->arena, in->options.n, sizeof(*items));
	size_t n = 0;

	for (size_t i = 0; i < in->options.n; i++)
		if (text_equal(in->options.items[i].name, flag))
			items[n++] = in->options.items[i].value;
	if (n)
		said_set_items(in->arena, ret, items, n);
	return n > 0;
}

bool setting_ask_flag(const struct settings_input *in, const struct setting_spec *spec,
		      struct said *ret)
{
	const char *flag = spec->flag ? spec->flag : spec->name;
	bool on;

	if (spec->ask_flag)
		return spec->ask_flag(in, ret);
	if (spec->kind == KIND_LIST || spec->kind == KIND_MAP) {
		if (!flag_list(in, flag, ret))
			return false;
	} else {
		ret->value = daemon_options_last(&in->options, flag);
		if (!ret->value)
			return false;
	}
	if (spec->kind == KIND_SWITCH) {
		if (!parse_go_bool(ret->value, &on))
			return false;
		ret->value = on ? "true" : "false";
	}
	ret->path = arena_printf(in->arena, "--%s", flag);
	return true;
}

/* "/etc/docker/daemon.json:4" for a top-level key. */
static const char *file_path(const struct settings_input *in, const char *key)
{
	const cJSON *line = doc_member(doc_at(in->config_file, "lines"), key);

	if (!doc_is_string(line))
		return in->config_path;
	return arena_printf(in->arena, "%s:%s", in->config_path, line->valuestring);
}

/* One member of a map; NULL for a value that no map of dockerd has. */
static const char *map_item(struct arena *arena, const cJSON *member)
{
	int64_t soft, hard;

	if (doc_is_string(member))
		return arena_printf(arena, "%s=%s", member->string, member->valuestring);
	if (cJSON_IsBool(member))
		return arena_printf(arena, "%s=%s", member->string,
				    cJSON_IsTrue(member) ? "true" : "false");
	if (doc_int(member, "Soft", &soft) != DOC_PRESENT ||
	    doc_int(member, "Hard", &hard) != DOC_PRESENT)
		return NULL;
	return arena_printf(arena, "%s=%lld:%lld", member->string, (long long)soft,
			    (long long)hard);
}

static bool file_items(const struct settings_input *in, const cJSON *value, bool map,
		       struct said *ret)
{
	const char **items;
	size_t n = 0;

	if (map ? !cJSON_IsObject(value) : !cJSON_IsArray(value))
		return false;
	doc_for_each (item, value)
		n++;
	items = arena_array(in->arena, n, sizeof(*items));
	n = 0;
	doc_for_each (item, value) {
		if (!map)
			items[n] = doc_is_string(item) ? item->valuestring : NULL;
		else
			items[n] = map_item(in->arena, item);
		if (!items[n++])
			return false;
	}
	said_set_items(in->arena, ret, items, n);
	return true;
}

enum doc_presence setting_file_switch(const struct settings_input *in, const char *key,
				      struct said *ret)
{
	const cJSON *value = doc_member(in->content, key);

	if (!value)
		return DOC_ABSENT;
	ret->path = file_path(in, key);
	if (!cJSON_IsBool(value))
		return DOC_MALFORMED;
	ret->value = cJSON_IsTrue(value) ? "true" : "false";
	return DOC_PRESENT;
}

enum doc_presence setting_ask_file(const struct settings_input *in, const struct setting_spec *spec,
				   struct said *ret)
{
	const cJSON *value = doc_member(in->content, spec->name);

	if (spec->no_file)
		return DOC_ABSENT;
	if (spec->ask_file)
		return spec->ask_file(in, ret);
	if (spec->kind == KIND_SWITCH)
		return setting_file_switch(in, spec->name, ret);
	if (!value)
		return DOC_ABSENT;
	ret->path = file_path(in, spec->name);
	if (spec->kind == KIND_STRING) {
		ret->value = doc_is_string(value) ? value->valuestring : NULL;
		return ret->value ? DOC_PRESENT : DOC_MALFORMED;
	}
	return file_items(in, value, spec->kind == KIND_MAP, ret) ? DOC_PRESENT : DOC_MALFORMED;
}
