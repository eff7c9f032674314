/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/bundle.h"

#include "base/cleanup.h"
#include "base/doc.h"
#include "base/json_text.h"
#include "base/path.h"
#include "collect/proc.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

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

/* The runtime takes keys in any case, and of several the last: true where there is none but it. */
static bool is_plain(const cJSON *object, const char *key)
{
	size_t n = 0;

	doc_for_each (member, object)
		n += strcasecmp(member->string, key) == 0;
	return n == (cJSON_GetObjectItemCaseSensitive(object, key) != NULL);
}

/*
 * Move the member at `path` ("linux.resources.devices") to the same place of another object.
 * -EBADMSG where a name of the path is not plain.
 */
static int move_member(cJSON *from, cJSON *to, const char *path)
{
	const char *dot;
	char name[32];
	cJSON *item;

	for (; (dot = strchr(path, '.')); path = dot + 1) {
		snprintf(name, sizeof(name), "%.*s", (int)(dot - path), path);
		if (!is_plain(from, name))
			return -EBADMSG;
		from = cJSON_GetObjectItemCaseSensitive(from, name);
		if (!cJSON_IsObject(from))
			return 0;
		if (!cJSON_GetObjectItemCaseSensitive(to, name))
			cJSON_AddObjectToObject(to, name);
		to = cJSON_GetObjectItemCaseSensitive(to, name);
	}
	if (!is_plain(from, path))
		return -EBADMSG;
	item = cJSON_DetachItemFromObjectCaseSensitive(from, path);
	if (item)
		cJSON_AddItemToObject(to, path, item);
	return 0;
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
static int parse_brief(struct bundle_filters *filters, const struct text *text, cJSON **ret,
		       bool *ret_filtered)
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
	*ret_filtered = true;
	text_add_bytes(&brief, config, (size_t)(filter - config));
	text_addf(&brief, "%d", position);
	text_add(&brief, end);
	return doc_parse(text_string(&brief), brief.length, ret, NULL);
}

/* A filter that stands elsewhere than where it was looked for was not read. */
static int parse(struct bundle_filters *filters, const struct text *text, cJSON **ret)
{
	bool filtered = false;
	int r = parse_brief(filters, text, ret, &filtered);

	if (r < 0)
		return r;
	return filtered == (doc_at(*ret, "linux.seccomp") != NULL) ? 0 : -EBADMSG;
}

int bundle_record(cJSON *process, uint64_t parent, const char *id, struct bundle_filters *filters,
		  struct text *text)
{
	cleanup_fd int dir = parent ? proc_open(parent) : -ENOENT;
	cleanup_doc cJSON *config = NULL, *bundle = cJSON_CreateObject();
	int r = dir < 0 ? dir : proc_readlink(dir, "cwd", text);

	if (r < 0)
		return r;
	if (!text_equal(path_name(text_string(text)), id))
		return -ENOENT;
	r = proc_read(dir, "cwd/config.json", text);
	if (r < 0)
		return r;
	if (parse(filters, text, &config) < 0 || !cJSON_IsObject(doc_at(config, "linux")))
		return -EBADMSG;
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (move_member(config, bundle, kept[i]) < 0)
			return -EBADMSG;
	cJSON_AddItemToObject(process, "bundle", take_pointer(bundle));
	return 0;
}
