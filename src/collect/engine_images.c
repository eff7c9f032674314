/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/engine_images.h"

#include "base/cleanup.h"
#include "base/doc.h"
#include "collect/history.h"
#include "collect/image_reference.h"
#include "collect/redact.h"
#include "collect/snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void take_image(struct request *request, cJSON *doc, struct error *err)
{
	if (doc && !engine_has_string(doc, "Id")) {
		cJSON_Delete(doc);
		doc = NULL;
		error_set(err, EPROTO, "GET %s: the answer describes no image", request->path);
	}
	if (doc)
		redact_image(doc);
	else if (err->code == ESRCH && request->missing == MISSING_IS_NOTE)
		return;
	request->result = doc ? doc : engine_stub("Id", request->id, err);
}

static void take_history(struct request *request, cJSON *doc, struct error *err)
{
	request->result = history_redact(doc);
	if (doc && !request->result)
		error_set(err, EPROTO, "GET %s: the answer is no list", request->path);
	if (!request->result)
		request->result = engine_stub("Id", request->id, err);
	cJSON_Delete(doc);
}

struct image_id {
	const char *id;
	bool used; /* by a container */
};

/* Of one id the one that is used comes first. */
static int by_id(const void *a, const void *b)
{
	const struct image_id *left = a, *right = b;
	int order = strcmp(left->id, right->id);

	return order ? order : (int)right->used - (int)left->used;
}

static size_t add_ids(const cJSON *list, const char *member, bool used, struct image_id *ids)
{
	size_t n = 0;

	doc_for_each (item, list) {
		const char *id = doc_string_or(item, member, "");

		if (engine_is_id(id))
			ids[n++] = (struct image_id){id, used};
	}
	return n;
}

/* Each once. */
static struct image_id *image_ids(struct collection *c, const cJSON *list, size_t *ret_n)
{
	const cJSON *containers = doc_at(c->engine, "containers");
	size_t most = (size_t)cJSON_GetArraySize(containers) + (size_t)cJSON_GetArraySize(list);
	struct image_id *ids = arena_array(c->arena, most, sizeof(*ids));
	size_t n = add_ids(containers, "Image", true, ids), unique = 0;

	n += add_ids(list, "Id", false, ids + n);
	if (n > 1)
		qsort(ids, n, sizeof(*ids), by_id);
	for (size_t i = 0; i < n; i++)
		if (unique == 0 || strcmp(ids[unique - 1].id, ids[i].id) != 0)
			ids[unique++] = ids[i];
	*ret_n = unique;
	return ids;
}

/* One that no container has may have gone since it was listed. */
static void fill_requests(struct collection *c, const struct image_id *id, struct request *requests)
{
	enum missing missing = id->used ? MISSING_IS_PROBLEM : MISSING_IS_NOTE;

	requests[0] = (struct request){
		.id = id->id,
		.path = arena_printf(c->arena, "/images/%s/json", id->id),
		.take = take_image,
		.missing = missing,
	};
	requests[1] = (struct request){
		.id = id->id,
		.path = arena_printf(c->arena, "/images/%s/history", id->id),
		.take = take_history,
		.missing = missing,
	};
}

static void add_image(cJSON *images, cJSON *image, cJSON *history)
{
	cleanup_doc cJSON *reply = history;

	if (!image)
		return;
	cJSON_AddItemToArray(images, image);
	if (doc_member(image, "unread"))
		return;
	if (cJSON_IsArray(reply))
		cJSON_AddItemToObject(image, "history", take_pointer(reply));
	else
		snapshot_unread(image, "history", doc_string_or(reply, "unread", ""));
}

static void collect_documents(struct collection *c, const struct image_id *ids, size_t n)
{
	struct request *requests = arena_array(c->arena, 2 * n, sizeof(*requests));
	cJSON *images;

	for (size_t i = 0; i < n; i++)
		fill_requests(c, &ids[i], &requests[2 * i]);
	engine_round(c, "images", requests, 2 * n);
	images = cJSON_AddArrayToObject(c->engine, "images");
	for (size_t i = 0; i < n; i++)
		add_image(images, requests[2 * i].result, requests[2 * i + 1].result);
}

void engine_collect_images(struct collection *c, const cJSON *list)
{
	const cJSON *containers = doc_at(c->engine, "containers");
	size_t n;
	const struct image_id *ids;

	ids = image_ids(c, list, &n);
	collect_documents(c, ids, n);
	if (!list)
		snapshot_unread(c->engine, "images",
				doc_string_or(c->engine, "unread.image_references", ""));
	if (containers && list)
		cJSON_AddItemToObject(c->engine, "image_references",
				      image_references(list, containers));
}
