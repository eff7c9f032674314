/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/engine_client.h"

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/doc.h"
#include "base/text.h"
#include "collect/engine_reply.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define JOBS_MOST 64

/* A body buffer that grew beyond this is given back after its request. */
#define BODY_KEEP ((size_t)256 * 1024)

/* One request in flight. The handle lives as long as the client: a new request changes its URL. */
struct slot {
	struct engine_client *client;
	CURL *easy;
	struct text body;
	size_t i; /* which path */
	bool busy, overall;
	unsigned seconds; /* the limit in force */
	char detail[CURL_ERROR_SIZE];
};

struct engine_client {
	struct arena *arena;
	struct endpoint endpoint;
	struct curl_slist *headers;
	CURLM *multi;
	struct slot *slots;
	size_t n_slots;
	unsigned request_timeout, timeout;
	int64_t deadline; /* monotonic, milliseconds */
	size_t ceiling;
	bool (*idle)(void *data);
	void *idle_data;
	bool has_work; /* idle() may have something to do */
	struct text url;
	const char *api_version; /* NULL until negotiated */
	const char *hint;
};

/* A round of requests, and who waits for them. */
struct batch {
	const char *const *paths;
	size_t n, next, active;
	engine_client_done *done;
	void *data;
};

static int64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static size_t take_body(char *bytes, size_t size, size_t n, void *data)
{
	struct text *body = data;

	text_add_bytes(body, bytes, size * n);
	return body->truncated ? 0 : size * n;
}

static void restrict_protocols(CURL *easy)
{
#if LIBCURL_VERSION_NUM >= 0x075500
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

static void set_tls(CURL *easy, const struct endpoint *endpoint)
{
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
	curl_easy_setopt(easy, CURLOPT_CAINFO, endpoint->ca);
	curl_easy_setopt(easy, CURLOPT_SSLCERT, endpoint->cert);
	curl_easy_setopt(easy, CURLOPT_SSLKEY, endpoint->key);
}

/* Everything but the URL and the deadline, which are all that differs between two requests. */
static bool slot_init(struct slot *slot, struct engine_client *client)
{
	CURL *easy = slot->easy = curl_easy_init();

	if (!easy)
		return false;
	slot->client = client;
	slot->body.ceiling = client->ceiling;
	curl_easy_setopt(easy, CURLOPT_PRIVATE, slot);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, slot->detail);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, &slot->body);
	curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, client->headers);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, PACKAGE_NAME "/" PACKAGE_VERSION);
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
	restrict_protocols(easy);
	if (client->endpoint.socket) {
		curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
		curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, client->endpoint.connect);
	}
	if (client->endpoint.tls)
		set_tls(easy, &client->endpoint);
	return true;
}

static bool client_init(struct engine_client *client, size_t jobs)
{
	client->multi = curl_multi_init();
	client->headers = curl_slist_append(NULL, "Accept: application/json");
	client->slots = arena_array(client->arena, jobs, sizeof(*client->slots));
	if (!client->multi || !client->headers)
		return false;
	curl_multi_setopt(client->multi, CURLMOPT_MAXCONNECTS, (long)jobs);
	for (; client->n_slots < jobs; client->n_slots++)
		if (!slot_init(&client->slots[client->n_slots], client))
			return false;
	return true;
}

int engine_client_new(const struct engine_client_options *options, struct engine_client **ret,
		      struct error *err)
{
	cleanup_arena struct arena *arena = arena_new();
	struct engine_client *client = arena_alloc(arena, sizeof(*client));
	size_t jobs = options->jobs ? options->jobs : 4;
	int r = endpoint_parse(arena, options->endpoint, &client->endpoint, err);

	if (r < 0)
		return r;
	client->arena = take_pointer(arena);
	client->request_timeout = options->request_timeout ? options->request_timeout : 30;
	client->timeout = options->timeout ? options->timeout : 120;
	client->deadline = now() + (int64_t)client->timeout * 1000;
	client->ceiling = options->ceiling ? options->ceiling : (size_t)64 * 1024 * 1024;
	client->idle = options->idle;
	client->idle_data = options->idle_data;

	/* TLS costs memory and time to set up even where it is not used. */
	curl_global_init(client->endpoint.tls ? CURL_GLOBAL_DEFAULT : CURL_GLOBAL_NOTHING);
	if (!client_init(client, jobs < JOBS_MOST ? jobs : JOBS_MOST)) {
		engine_client_free(client);
		return error_set(err, ENOMEM, "libcurl: out of memory");
	}
	*ret = client;
	return 0;
}

void engine_client_free(struct engine_client *client)
{
	if (!client)
		return;
	for (size_t i = 0; i < client->n_slots; i++) {
		curl_easy_cleanup(client->slots[i].easy);
		text_release(&client->slots[i].body);
	}
	curl_multi_cleanup(client->multi);
	curl_slist_free_all(client->headers);
	text_release(&client->url);
	endpoint_release(&client->endpoint);
	curl_global_cleanup();
	arena_free(client->arena);
}

const struct endpoint *engine_client_endpoint(const struct engine_client *client)
{
	return &client->endpoint;
}

const char *engine_client_api_version(const struct engine_client *client)
{
	return client->api_version;
}

const char *engine_client_hint(const struct engine_client *client)
{
	return client->hint;
}

static void set_url(struct slot *slot, const char *path)
{
	struct engine_client *client = slot->client;

	client->url.length = 0;
	text_add(&client->url, client->endpoint.base);
	if (client->api_version)
		text_addf(&client->url, "/v%s", client->api_version);
	text_add(&client->url, path);
	curl_easy_setopt(slot->easy, CURLOPT_URL, client->url.bytes);
}

static void set_deadline(struct slot *slot)
{
	struct engine_client *client = slot->client;
	int64_t left = client->deadline - now(), most = (int64_t)client->request_timeout * 1000;

	slot->overall = left < most;
	slot->seconds = slot->overall ? client->timeout : client->request_timeout;
	if (slot->overall)
		most = left > 0 ? left : 1;
	curl_easy_setopt(slot->easy, CURLOPT_TIMEOUT_MS, (long)most);
}

static void slot_finish(struct slot *slot, struct batch *batch, CURLcode result)
{
	struct engine_client *client = slot->client;
	char *content_type = NULL;
	struct engine_reply reply = {
		.endpoint = &client->endpoint,
		.path = batch->paths[slot->i],
		.result = result,
		.detail = *slot->detail ? slot->detail : curl_easy_strerror(result),
		.body = text_string(&slot->body),
		.length = slot->body.length,
		.too_big = slot->body.truncated,
		.ceiling = client->ceiling,
		.seconds = slot->seconds,
		.overall = slot->overall,
	};
	struct error err = {0};
	cJSON *doc = NULL;

	curl_easy_getinfo(slot->easy, CURLINFO_OS_ERRNO, &reply.os_error);
	curl_easy_getinfo(slot->easy, CURLINFO_RESPONSE_CODE, &reply.status);
	curl_easy_getinfo(slot->easy, CURLINFO_CONTENT_TYPE, &content_type);
	reply.content_type = content_type;
	if (engine_reply_read(&reply, client->arena, &doc, &client->hint, &err) < 0)
		doc = NULL;
	slot->busy = false;
	batch->active--;
	if (slot->body.size > BODY_KEEP)
		text_release(&slot->body);
	batch->done(batch->data, slot->i, doc, &err);
	client->has_work = client->idle != NULL;
}

static void slot_start(struct slot *slot, struct batch *batch)
{
	struct engine_client *client = slot->client;
	CURLMcode started;

	slot->i = batch->next++;
	slot->busy = true;
	batch->active++;
	slot->body.length = 0;
	slot->body.truncated = false;
	slot->body.ceiling = client->ceiling;
	*slot->detail = '\0';
	set_deadline(slot);
	set_url(slot, batch->paths[slot->i]);
	if (client->deadline <= now()) {
		slot_finish(slot, batch, CURLE_OPERATION_TIMEDOUT);
		return;
	}
	started = curl_multi_add_handle(client->multi, slot->easy);
	if (started != CURLM_OK)
		slot_finish(slot, batch,
			    started == CURLM_OUT_OF_MEMORY ? CURLE_OUT_OF_MEMORY
							   : CURLE_FAILED_INIT);
}

static bool reap(struct engine_client *client, struct batch *batch)
{
	bool any = false;
	int queued;

	for (CURLMsg *message; (message = curl_multi_info_read(client->multi, &queued));) {
		CURLcode result = message->data.result;
		CURL *easy = message->easy_handle;
		char *slot = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(easy, CURLINFO_PRIVATE, &slot);
		curl_multi_remove_handle(client->multi, easy);
		slot_finish((struct slot *)(void *)slot, batch, result);
		any = true;
	}
	return any;
}

/* A multi handle that fails as a whole ends every request that it had. */
static void abandon(struct engine_client *client, struct batch *batch)
{
	for (size_t i = 0; i < client->n_slots; i++)
		if (client->slots[i].busy) {
			curl_multi_remove_handle(client->multi, client->slots[i].easy);
			slot_finish(&client->slots[i], batch, CURLE_FAILED_INIT);
		}
}

/* Answers come first: the engine is to have something to do, too. */
static void await(struct engine_client *client)
{
	int ready = 0;

	curl_multi_poll(client->multi, NULL, 0, client->has_work ? 0 : 1000, &ready);
	if (client->has_work && ready == 0)
		client->has_work = client->idle(client->idle_data);
}

void engine_client_get_all(struct engine_client *client, const char *const *paths, size_t n,
			   engine_client_done *done, void *data)
{
	struct batch batch = {.paths = paths, .n = n, .done = done, .data = data};
	int running;

	while (batch.active || batch.next < n) {
		for (size_t i = 0; i < client->n_slots && batch.next < n; i++)
			if (!client->slots[i].busy)
				slot_start(&client->slots[i], &batch);
		if (curl_multi_perform(client->multi, &running) != CURLM_OK)
			abandon(client, &batch);
		else if (!reap(client, &batch) && running)
			await(client);
	}
}

struct single {
	cJSON *doc;
	struct error err;
};

static void take_single(void *data, size_t i, cJSON *doc, const struct error *err)
{
	struct single *single = data;

	(void)i;
	single->doc = doc;
	single->err = *err;
}

int engine_client_get(struct engine_client *client, const char *path, cJSON **ret,
		      struct error *err)
{
	struct single single = {0};

	engine_client_get_all(client, &path, 1, take_single, &single);
	if (!single.doc)
		return error_set(err, single.err.code, "%s", single.err.text);
	*ret = single.doc;
	return 0;
}

/* "1.41" as 1041; 0 for anything else. */
static unsigned version_number(const char *text)
{
	const char *dot = text ? strchr(text, '.') : NULL;
	char major[4] = "";
	uint64_t high, low;

	if (!dot || (size_t)(dot - text) >= sizeof(major))
		return 0;
	memcpy(major, text, (size_t)(dot - text));
	if (!parse_u64(major, 10, &high) || !parse_u64(dot + 1, 10, &low) || low > 999)
		return 0;
	return (unsigned)(high * 1000 + low);
}

static const char *version_text(struct arena *arena, unsigned number)
{
	return arena_printf(arena, "%u.%u", number / 1000, number % 1000);
}

static int refuse_version(struct engine_client *client, unsigned least, unsigned most,
			  struct error *err)
{
	bool old = most < version_number(ENGINE_API_OLDEST);

	client->hint = old ? "Docker Engine 20.10 or newer is needed"
			   : "a newer bulkhead is needed for this engine";
	return error_set(err, EPROTONOSUPPORT,
			 "the engine at %s speaks API %s to %s, bulkhead %s to %s: %s",
			 client->endpoint.name, version_text(client->arena, least),
			 version_text(client->arena, most), ENGINE_API_OLDEST, ENGINE_API_NEWEST,
			 client->hint);
}

static int settle_version(struct engine_client *client, const cJSON *version, struct error *err)
{
	unsigned most = version_number(doc_string_or(version, "ApiVersion", NULL));
	unsigned least = version_number(doc_string_or(version, "MinAPIVersion", "1.24"));
	unsigned newest = version_number(ENGINE_API_NEWEST);

	if (!most || !least) {
		client->hint = "another endpoint is given with -H or DOCKER_HOST";
		return error_set(err, EPROTO,
				 "what answers at %s is no Docker engine: GET /version names no "
				 "ApiVersion: %s",
				 client->endpoint.name, client->hint);
	}
	if (least > newest || most < version_number(ENGINE_API_OLDEST))
		return refuse_version(client, least, most, err);
	client->api_version = version_text(client->arena, most < newest ? most : newest);
	return 0;
}

int engine_client_negotiate(struct engine_client *client, cJSON **ret_version, struct error *err)
{
	cleanup_doc cJSON *version = NULL;
	int r;

	client->api_version = NULL;
	r = engine_client_get(client, "/version", &version, err);
	if (r == 0)
		r = settle_version(client, version, err);
	if (r < 0)
		return r;
	*ret_version = take_pointer(version);
	return 0;
}
