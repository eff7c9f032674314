/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/engine.h"

#include "base/cleanup.h"
#include "base/doc.h"
#include "collect/engine_images.h"
#include "collect/engine_round.h"
#include "collect/redact.h"
#include "collect/snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void take_info(struct request *request, cJSON *doc, struct error *err)
{
	if (doc && !cJSON_IsObject(doc)) {
		cJSON_Delete(doc);
		error_set(err, EPROTO, "GET %s: the answer is no object", request->path);
	} else if (doc) {
		redact_info(doc);
		request->result = doc;
	}
}

static void take_list(struct request *request, cJSON *doc, struct error *err)
{
	if (!doc)
		return;
	request->result = engine_sort_list(doc, "Id");
	if (!request->result)
		error_set(err, EPROTO, "GET %s: the answer is no list of objects with an Id",
			  request->path);
}

static void take_networks(struct request *request, cJSON *doc, struct error *err)
{
	take_list(request, doc, err);
	if (request->result)
		for (cJSON *item = request->result->child; item; item = item->next)
			redact_network(item);
}

static void take_services(struct request *request, cJSON *doc, struct error *err)
{
	if (!doc)
		return;
	request->result = engine_sort_list(doc, "ID");
	if (!request->result) {
		error_set(err, EPROTO, "GET %s: the answer is no list of services", request->path);
		return;
	}
	for (cJSON *item = request->result->child; item; item = item->next)
		redact_service(item);
}

/* Plug-ins that the engine manages, without what they were given to work with. */
static void take_plugins(struct request *request, cJSON *doc, struct error *err)
{
	take_list(request, doc, err);
	if (request->result)
		for (cJSON *item = request->result->child; item; item = item->next)
			redact_plugin(item);
}

static void take_volumes(struct request *request, cJSON *doc, struct error *err)
{
	cleanup_doc cJSON *reply = doc;
	cJSON *list;

	if (!reply)
		return;
	if (cJSON_IsObject(reply)) {
		list = cJSON_DetachItemFromObjectCaseSensitive(reply, "Volumes");
		request->result = engine_sort_list(list ? list : cJSON_CreateNull(), "Name");
	} else if (cJSON_IsNull(reply)) {
		request->result = cJSON_CreateArray();
	}
	if (!request->result) {
		error_set(err, EPROTO, "GET %s: the answer is no list of volumes", request->path);
		return;
	}
	for (cJSON *item = request->result->child; item; item = item->next)
		redact_volume(item);
}

/* The name without the aliases that links give: "/web", not "/proxy/backend". */
static const char *own_name(const cJSON *entry)
{
	const char *name = "";

	doc_for_each (item, doc_at(entry, "Names")) {
		if (!doc_is_string(item))
			continue;
		if (!*name || !strchr(item->valuestring + 1, '/'))
			name = item->valuestring;
	}
	return name;
}

/* What the list says of a container, in the shape of an inspect. */
static cJSON *container_stub(const cJSON *entry)
{
	const char *state = doc_string_or(entry, "State", "");
	cJSON *stub = cJSON_CreateObject(), *object;

	cJSON_AddStringToObject(stub, "Id", doc_string_or(entry, "Id", ""));
	cJSON_AddStringToObject(stub, "Name", own_name(entry));
	cJSON_AddStringToObject(stub, "Image", doc_string_or(entry, "ImageID", ""));
	object = cJSON_AddObjectToObject(stub, "Config");
	cJSON_AddStringToObject(object, "Image", doc_string_or(entry, "Image", ""));
	object = cJSON_AddObjectToObject(stub, "State");
	cJSON_AddStringToObject(object, "Status", state);
	cJSON_AddBoolToObject(object, "Running",
			      strcmp(state, "running") == 0 || strcmp(state, "paused") == 0);
	return stub;
}

static void take_container(struct request *request, cJSON *doc, struct error *err)
{
	cleanup_doc cJSON *stub = take_pointer(request->stub);

	if (doc && !engine_has_string(doc, "Id")) {
		cJSON_Delete(doc);
		doc = NULL;
		error_set(err, EPROTO, "GET %s: the answer describes no container", request->path);
	}
	if (doc) {
		redact_container(doc);
		request->result = doc;
		if (request->scan)
			scan_offer(request->scan, doc);
	} else if (err->code == ESRCH) {
		error_set(err, ESRCH, "container %s disappeared between list and inspect",
			  doc_string_or(stub, "Name", request->id));
	} else {
		snapshot_add_text(stub, "unread", err->text, strlen(err->text));
		request->result = take_pointer(stub);
	}
}

/* Of a sorted list, each container once. */
static size_t request_containers(struct collection *c, const cJSON *list, struct request *requests)
{
	size_t n = 0;

	doc_for_each (entry, list) {
		const char *id = doc_string_or(entry, "Id", "");

		if (n > 0 && strcmp(requests[n - 1].id, id) == 0)
			continue;
		if (!engine_is_id(id)) {
			snapshot_problem(c->snapshot, "GET /containers/json",
					 "an entry's Id is none that an engine makes", NULL, false);
			continue;
		}
		requests[n++] = (struct request){
			.id = arena_strdup(c->arena, id),
			.path = arena_printf(c->arena, "/containers/%s/json", id),
			.take = take_container,
			.missing = MISSING_IS_NOTE,
			.stub = container_stub(entry),
			.scan = c->scan,
		};
	}
	return n;
}

static void add_results(cJSON *list, struct request *requests, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (requests[i].result)
			cJSON_AddItemToArray(list, requests[i].result);
}

static void take_exec(struct request *request, cJSON *doc, struct error *err)
{
	bool running = false;

	if (doc && doc_bool(doc, "Running", &running) != DOC_PRESENT)
		error_set(err, EPROTO, "GET %s: the answer describes no exec", request->path);
	if (!err->code && running) {
		redact_exec(doc);
		request->result = doc;
		return;
	}
	cJSON_Delete(doc);
	if (!err->code || err->code == ESRCH)
		return;
	request->result = engine_stub("ID", request->id, err);
	cJSON_AddStringToObject(request->result, "ContainerID", request->container_id);
}

static void take_network(struct request *request, cJSON *doc, struct error *err)
{
	if (doc && !engine_has_string(doc, "Id")) {
		cJSON_Delete(doc);
		error_set(err, EPROTO, "GET %s: the answer describes no network", request->path);
	} else if (doc) {
		redact_network(doc);
		request->result = doc;
	}
}

static size_t count_execs(const cJSON *containers)
{
	size_t n = 0;

	doc_for_each (container, containers)
		n += (size_t)cJSON_GetArraySize(doc_at(container, "ExecIDs"));
	return n;
}

static void collect_execs(struct collection *c)
{
	const cJSON *containers = doc_at(c->engine, "containers");
	struct request *requests =
		arena_array(c->arena, count_execs(containers), sizeof(*requests));
	size_t n = 0;

	doc_for_each (container, containers) {
		doc_for_each (id, doc_at(container, "ExecIDs")) {
			if (!doc_is_string(id) || !engine_is_id(id->valuestring))
				continue;
			requests[n++] = (struct request){
				.id = id->valuestring,
				.container_id = doc_string_or(container, "Id", ""),
				.path = arena_printf(c->arena, "/exec/%s/json", id->valuestring),
				.take = take_exec,
				.missing = MISSING_IS_NOTHING,
			};
		}
	}
	engine_round(c, "execs", requests, n);
	add_results(cJSON_AddArrayToObject(c->engine, "execs"), requests, n);
}

/* Only the network's own document says which containers are attached to it. */
static cJSON *default_bridge(cJSON *networks)
{
	for (cJSON *entry = networks ? networks->child : NULL; entry; entry = entry->next)
		if (strcmp(doc_string_or(entry, "Name", ""), "bridge") == 0)
			return engine_is_id(doc_string_or(entry, "Id", "")) ? entry : NULL;
	return NULL;
}

static void add_member(struct collection *c, const struct request *request)
{
	if (request->result)
		cJSON_AddItemToObject(c->engine, request->member, request->result);
}

/*
 * The engine takes long over /info, and answers the rest meanwhile. Takes the list of containers
 * over: it is freed before the documents come, of which there is then room for.
 */
static void collect_documents(struct collection *c, cJSON *containers, cJSON *networks)
{
	size_t most = 2 + (size_t)cJSON_GetArraySize(containers), n = 1, first;
	struct request *requests = arena_array(c->arena, most, sizeof(*requests));
	const bool listed = containers;
	cJSON *bridge = default_bridge(networks);

	requests[0] = (struct request){.path = "/info", .member = "info", .take = take_info};
	if (bridge)
		requests[n++] = (struct request){
			.path = arena_printf(c->arena, "/networks/%s",
					     doc_string_or(bridge, "Id", "")),
			.take = take_network,
			.missing = MISSING_IS_NOTE,
		};
	first = n;
	n += request_containers(c, containers, requests + first);
	cJSON_Delete(containers);
	engine_round(c, "documents", requests, n);
	add_member(c, &requests[0]);
	if (bridge && requests[1].result)
		cJSON_ReplaceItemViaPointer(networks, bridge, requests[1].result);
	if (listed)
		add_results(cJSON_AddArrayToObject(c->engine, "containers"), requests + first,
			    n - first);
}

/* Only a manager of a swarm knows them. */
static void collect_services(struct collection *c)
{
	struct request services = {
		.path = "/services", .member = "services", .take = take_services};

	if (!doc_bool_or(c->engine, "info.Swarm.ControlAvailable", false))
		return;
	engine_round(c, "services", &services, 1);
	add_member(c, &services);
}

static void collect_all(struct collection *c)
{
	enum { CONTAINERS, IMAGES, NETWORKS, PLUGINS, VOLUMES, N };
	const cJSON *containers;
	struct request lists[N] = {
		[CONTAINERS] = {.path = "/containers/json?all=1",
				.member = "containers",
				.take = take_list},
		[IMAGES] = {.path = "/images/json",
			    .member = "image_references",
			    .take = take_list},
		[NETWORKS] = {.path = "/networks", .member = "networks", .take = take_networks},
		/* Podman has none, and says 404. */
		[PLUGINS] = {.path = "/plugins",
			     .member = "plugins",
			     .take = take_plugins,
			     .missing = MISSING_IS_NOTHING},
		[VOLUMES] = {.path = "/volumes", .member = "volumes", .take = take_volumes},
	};

	engine_round(c, "lists", lists, N);
	add_member(c, &lists[NETWORKS]);
	add_member(c, &lists[PLUGINS]);
	add_member(c, &lists[VOLUMES]);
	collect_documents(c, lists[CONTAINERS].result, lists[NETWORKS].result);
	collect_services(c);
	containers = doc_at(c->engine, "containers");
	if (containers)
		collect_execs(c);
	engine_collect_images(c, lists[IMAGES].result);
	cJSON_Delete(lists[IMAGES].result);
}

bool engine_collect(struct engine_client *client, const struct collect_options *options,
		    struct scan *scan, cJSON *snapshot)
{
	cleanup_arena struct arena *arena = arena_new();
	struct collection c = {
		.client = client,
		.options = options,
		.snapshot = snapshot,
		.engine = snapshot_object(snapshot, "engine"),
		.arena = arena,
		.scan = scan,
	};
	const char *endpoint = engine_client_endpoint(client)->name;
	struct error err = {0};
	cJSON *version;

	snapshot_add_text(snapshot, "endpoint", endpoint, strlen(endpoint));
	if (engine_client_negotiate(client, &version, &err) < 0) {
		snapshot_unread(c.engine, "engine", engine_problem(&c, endpoint, &err, false));
		return false;
	}
	cJSON_AddStringToObject(c.engine, "api_version", engine_client_api_version(client));
	cJSON_AddItemToObject(c.engine, "version", version);
	collect_all(&c);
	return true;
}
