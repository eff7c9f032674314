/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/bundle.h"

#include "base/cleanup.h"
#include "base/doc.h"
#include "base/json_text.h"
#include "base/path.h"
#include "collect/proc.h"

#include <errno.h>
#include <string.h>

/* In the words of config.json. */
static const char *const kept[] = {
	"process.user",
	"process.capabilities",
	"process.noNewPrivileges",
	"process.apparmorProfile",
	"process.selinuxLabel",
	"root.readonly",
	"linux.namespaces",
	"linux.uidMappings",
	"linux.maskedPaths",
	"linux.readonlyPaths",
	"linux.resources.devices",
	"linux.sysctl",
	"linux.seccomp",
};

/* Move the member at `path` ("linux.resources.devices") to the same place of another object. */
static void move_member(cJSON *from, cJSON *to, const char *path)
{
	const char *dot;
	char name[32];
	cJSON *item;

	for (; (dot = strchr(path, '.')); path = dot + 1) {
		snprintf(name, sizeof(name), "%.*s", (int)(dot - path), path);
		from = cJSON_GetObjectItemCaseSensitive(from, name);
		if (!cJSON_IsObject(from))
			return;
		if (!cJSON_GetObjectItemCaseSensitive(to, name))
			cJSON_AddObjectToObject(to, name);
		to = cJSON_GetObjectItemCaseSensitive(to, name);
	}
	item = cJSON_DetachItemFromObjectCaseSensitive(from, path);
	if (item)
		cJSON_AddItemToObject(to, path, item);
}

/* The position of the filter that `config` goes on with, and where it ends; or -ENOENT. */
static int find_filter(const struct bundle_filters *filters, const char *config, const char **end)
{
	for (size_t i = 0; i < filters->n; i++)
		if (text_starts(config, filters->texts[i])) {
			*end = config + strlen(filters->texts[i]);
			return (int)i;
		}
	return -ENOENT;
}

/* The same of one that is new, or -EBADMSG. */
static int add_filter(struct bundle_filters *filters, const char *config, const char **end)
{
	char *copy;
	cJSON *item;

	*end = json_text_end(config);
	if (!*end)
		return -EBADMSG;
	copy = arena_strndup(filters->arena, config, (size_t)(*end - config));
	if (doc_parse(copy, strlen(copy), &item, NULL) < 0)
		return -EBADMSG;
	filters->texts = arena_grow(filters->arena, filters->texts, filters->n, sizeof(copy));
	filters->texts[filters->n] = copy;
	cJSON_AddItemToArray(filters->items, item);
	return (int)filters->n++;
}

/* config.json with the position of the filter, most of the text as a rule, in its place. */
static int parse(struct bundle_filters *filters, const struct text *text, cJSON **ret)
{
	const char *config = text_string(text), *linux_part, *filter = NULL, *end;
	cleanup_text struct text brief = TEXT_INIT(text->ceiling);
	int position;

	linux_part = json_text_member(config, "linux");
	if (linux_part)
		filter = json_text_member(linux_part, "seccomp");
	if (!filter || *filter != '{')
		return doc_parse(config, text->length, ret, NULL);
	position = find_filter(filters, filter, &end);
	if (position < 0)
		position = add_filter(filters, filter, &end);
	if (position < 0)
		return position;
	text_add_bytes(&brief, config, (size_t)(filter - config));
	text_addf(&brief, "%d", position);
	text_add(&brief, end);
	return doc_parse(text_string(&brief), brief.length, ret, NULL);
}

int bundle_record(cJSON *process, uint64_t parent, const char *id, struct bundle_filters *filters,
		  struct text *text)
{
	cleanup_fd int dir = parent ? proc_open(parent) : -ENOENT;
	cleanup_doc cJSON *config = NULL;
	cJSON *bundle;
	int r = dir < 0 ? dir : proc_readlink(dir, "cwd", text);

	if (r < 0)
		return r;
	if (!text_equal(path_name(text_string(text)), id))
		return -ENOENT;
	r = proc_read(dir, "cwd/config.json", text);
	if (r < 0)
		return r;
	r = parse(filters, text, &config);
	if (r < 0 || !cJSON_IsObject(doc_at(config, "linux")))
		return -EBADMSG;
	bundle = cJSON_AddObjectToObject(process, "bundle");
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		move_member(config, bundle, kept[i]);
	return 0;
}
