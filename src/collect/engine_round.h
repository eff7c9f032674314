/* SPDX-License-Identifier: Apache-2.0 */

/* Requests that are made together, and how their failures enter the snapshot. */
#ifndef BULKHEAD_COLLECT_ENGINE_ROUND_H
#define BULKHEAD_COLLECT_ENGINE_ROUND_H

#include "base/arena.h"
#include "collect/collect.h"
#include "collect/engine_client.h"

struct collection {
	struct engine_client *client;
	const struct collect_options *options;
	cJSON *snapshot, *engine;
	struct arena *arena;
	struct scan *scan; /* is offered the containers; NULL: nobody is */
};

/* What it means that the engine does not know an object which it has just named (HTTP 404). */
enum missing { MISSING_IS_PROBLEM, MISSING_IS_NOTE, MISSING_IS_NOTHING };

/*
 * One path to ask for, and what is done with the answer. `take` makes `result`, which enters the
 * snapshot where it is not NULL, of the document, which it owns. Where that is NULL, err says why,
 * and `take` may make what stands for it; where the document is unfit it says so in err.
 */
struct request {
	const char *path;
	void (*take)(struct request *request, cJSON *doc, struct error *err);
	enum missing missing;
	const char *member; /* of the snapshot's engine: is unread where this fails; or NULL */
	const char *id;     /* what is asked for; NULL for a list */
	const char *container_id; /* of an exec */
	cJSON *stub;              /* of a container: what its list said of it */
	struct scan *scan;        /* of a container: as the collection's */
	cJSON *result;
};

/* `what` is made of all n requests; progress and problems are told under that name. */
void engine_round(struct collection *c, const char *what, struct request *requests, size_t n);

/* The error without its hint, which is said beside it, and without the source that it begins with.
 */
const char *engine_problem(struct collection *c, const char *source, const struct error *err,
			   bool note);

/* What stands for an object that could not be read. */
cJSON *engine_stub(const char *id_member, const char *id, const struct error *err);

bool engine_has_string(const cJSON *object, const char *member);

/* An id that may stand in a path: what an engine makes, and nothing that a URL gives a meaning. */
bool engine_is_id(const char *id);

/*
 * The list by the strings under key, for the engine lists in no certain order. Takes the list over.
 * NULL where it is no list, or has an item without the key; the engine's null for an empty list is
 * one.
 */
cJSON *engine_sort_list(cJSON *list, const char *key);

#endif
