/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/bundle.h"

#include "base/cleanup.h"
#include "base/doc.h"
#include "base/path.h"
#include "collect/proc.h"

#include <errno.h>
#include <string.h>

/* Filters that are held against a new one; what comes after is kept as it is. */
#define MOST_COMPARED 64

/* In the words of config.json; the last one's parts stand among the filters. */
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

/* The position of a filter among all, at which it is added where it is new. */
static int share_filter(cJSON *filters, cJSON *filter)
{
	int n = 0;

	doc_for_each (known, filters) {
		if (n < MOST_COMPARED && cJSON_Compare(known, filter, true)) {
			cJSON_Delete(filter);
			return n;
		}
		n++;
	}
	cJSON_AddItemToArray(filters, filter);
	return n;
}

static cJSON *keep(cJSON *config, cJSON *filters)
{
	cJSON *bundle = cJSON_CreateObject(), *filter;

	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		move_member(config, bundle, kept[i]);
	filter = cJSON_DetachItemFromObjectCaseSensitive(
		cJSON_GetObjectItemCaseSensitive(config, "linux"), "seccomp");
	if (cJSON_IsObject(filter))
		cJSON_AddNumberToObject(cJSON_GetObjectItemCaseSensitive(bundle, "linux"),
					"seccomp", share_filter(filters, filter));
	else
		cJSON_Delete(filter);
	return bundle;
}

int bundle_record(cJSON *process, uint64_t parent, const char *id, cJSON *filters,
		  struct text *text)
{
	cleanup_fd int dir = parent ? proc_open(parent) : -ENOENT;
	cleanup_doc cJSON *config = NULL;
	int r = dir < 0 ? dir : proc_readlink(dir, "cwd", text);

	if (r < 0)
		return r;
	if (!text_equal(path_name(text_string(text)), id))
		return -ENOENT;
	r = proc_read(dir, "cwd/config.json", text);
	if (r < 0)
		return r;
	r = doc_parse(text_string(text), text->length, &config, NULL);
	if (r < 0 || !cJSON_IsObject(doc_at(config, "linux")))
		return -EBADMSG;
	cJSON_AddItemToObject(process, "bundle", keep(config, filters));
	return 0;
}
