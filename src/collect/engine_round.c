/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/engine_round.h"

#include "base/doc.h"
#include "base/text.h"
#include "collect/snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* So many failures of one round are told one by one. */
#define PROBLEMS_MOST 10
#define ID_MOST       255

/* Requests that are made together, and shown to the user as one step. */
struct round {
	struct collection *c;
	const char *what;
	struct request *requests;
	size_t n, done, failed;
};

const char *engine_problem(struct collection *c, const char *source, const struct error *err,
			   bool note)
{
	const char *hint = engine_client_hint(c->client);
	const char *tail = hint ? arena_printf(c->arena, ": %s", hint) : NULL;
	char *reason = arena_strdup(c->arena, err->text);
	size_t length = strlen(source);

	if (tail && text_ends(reason, tail))
		reason[strlen(reason) - strlen(tail)] = '\0';
	else
		hint = NULL;
	if (text_starts(reason, source) && text_starts(reason + length, ": "))
		reason += length + strlen(": ");
	snapshot_problem(c->snapshot, source, reason, hint, note);
	return reason;
}

static void progress(const struct round *round)
{
	const struct collect_options *options = round->c->options;

	if (options->progress)
		options->progress(options->data, round->what, (unsigned)round->done,
				  (unsigned)round->n);
}

static void take_reply(void *data, size_t i, cJSON *doc, const struct error *cause)
{
	struct round *round = data;
	struct request *request = &round->requests[i];
	const char *source = arena_printf(round->c->arena, "GET %s", request->path);
	struct error err = *cause;

	request->take(request, doc, &err);
	round->done++;
	progress(round);
	if (err.code && request->member)
		snapshot_unread(round->c->engine, request->member, err.text);
	if (!err.code || (err.code == ESRCH && request->missing == MISSING_IS_NOTHING))
		return;
	if (err.code == ESRCH && request->missing == MISSING_IS_NOTE)
		engine_problem(round->c, source, &err, true);
	else if (round->failed++ < PROBLEMS_MOST)
		engine_problem(round->c, source, &err, false);
}

void engine_round(struct collection *c, const char *what, struct request *requests, size_t n)
{
	struct round round = {.c = c, .what = what, .requests = requests, .n = n};
	const char **paths = arena_array(c->arena, n, sizeof(*paths));

	for (size_t i = 0; i < n; i++)
		paths[i] = requests[i].path;
	if (n > 0)
		progress(&round);
	engine_client_get_all(c->client, paths, n, take_reply, &round);
	if (round.failed > PROBLEMS_MOST)
		snapshot_problem(c->snapshot, what,
				 arena_printf(c->arena, "%zu more could not be read",
					      round.failed - PROBLEMS_MOST),
				 NULL, false);
}

cJSON *engine_stub(const char *id_member, const char *id, const struct error *err)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, id_member, id);
	snapshot_add_text(object, "unread", err->text, strlen(err->text));
	return object;
}

bool engine_has_string(const cJSON *object, const char *member)
{
	return doc_is_string(doc_member(object, member));
}

bool engine_is_id(const char *id)
{
	size_t n = strspn(id, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ:_-");

	return n > 0 && n <= ID_MOST && !id[n];
}

struct keyed {
	const char *key;
	cJSON *item;
};

static int by_key(const void *a, const void *b)
{
	return strcmp(((const struct keyed *)a)->key, ((const struct keyed *)b)->key);
}

static bool all_have(const cJSON *list, const char *key)
{
	doc_for_each (item, list) {
		if (!engine_has_string(item, key))
			return false;
	}
	return true;
}

cJSON *engine_sort_list(cJSON *list, const char *key)
{
	cleanup_arena struct arena *arena = arena_new();
	cleanup_doc cJSON *old = list;
	struct keyed *items = arena_array(arena, (size_t)cJSON_GetArraySize(old), sizeof(*items));
	cJSON *sorted;
	size_t n = 0;

	if (!(cJSON_IsArray(old) || cJSON_IsNull(old)) || !all_have(old, key))
		return NULL;
	sorted = cJSON_CreateArray();
	while (old->child) {
		cJSON *item = cJSON_DetachItemViaPointer(old, old->child);

		items[n++] = (struct keyed){doc_string_or(item, key, ""), item};
	}
	qsort(items, n, sizeof(*items), by_key);
	for (size_t i = 0; i < n; i++)
		cJSON_AddItemToArray(sorted, items[i].item);
	return sorted;
}
