/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The Docker Engine API over HTTP, by libcurl: unix sockets, TCP, and TCP with TLS as the docker
 * command line does it (DOCKER_TLS_VERIFY, DOCKER_CERT_PATH). There is no way to send anything
 * but GET. Connections are kept alive; several requests are in flight at once.
 *
 * Every request has a deadline and every body a ceiling. Each way to fail has its own sentence
 * that says what to do, and its own errno:
 *   -ENOENT        no socket there               -EACCES       permission denied
 *   -ECONNREFUSED  nobody listens, no way there  -EPROTO       no Docker engine answers, or no TLS
 *   -EPROTONOSUPPORT  API versions do not meet   -EREMOTEIO    HTTP error, with the engine's words
 *   -EBADMSG       truncated or malformed JSON, with path and byte
 *   -ETIMEDOUT     deadline                      -EFBIG        body above the ceiling
 *   -ESRCH         HTTP 404: no such object      -EINVAL       endpoint misspelt
 */
#ifndef BULKHEAD_COLLECT_ENGINE_CLIENT_H
#define BULKHEAD_COLLECT_ENGINE_CLIENT_H

#include "base/error.h"
#include "collect/endpoint.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

struct engine_client;

/* The newest Engine API that this program was written against, and the oldest it understands. */
#define ENGINE_API_NEWEST "1.55"
#define ENGINE_API_OLDEST "1.41"

struct engine_client_options {
	const char *endpoint;     /* NULL: DOCKER_HOST, /var/run/docker.sock,
				     $XDG_RUNTIME_DIR/docker.sock */
	unsigned request_timeout; /* seconds for one request; 0: 30 */
	unsigned timeout;         /* seconds for all of them; 0: 120 */
	unsigned jobs;            /* requests in flight; 0: 4 */
	size_t ceiling;           /* bytes of one body; 0: 64 MiB */
	/*
	 * Other work, done in small steps while answers are awaited: false where none is left,
	 * until the next answer is there. NULL: none at all.
	 */
	bool (*idle)(void *data);
	void *idle_data;
};

/* Only looks at the endpoint's spelling; nothing is sent yet. */
int engine_client_new(const struct engine_client_options *options, struct engine_client **ret,
		      struct error *err);
void engine_client_free(struct engine_client *client);

/* What was chosen. It lives as long as the client. */
const struct endpoint *engine_client_endpoint(const struct engine_client *client);

/*
 * GET /version without a version in its path, then settle on the smaller of ours and the engine's
 * ApiVersion, never below its MinAPIVersion. *ret_version is the reply. Every later path gets the
 * negotiated prefix.
 */
int engine_client_negotiate(struct engine_client *client, cJSON **ret_version, struct error *err);
const char *engine_client_api_version(const struct engine_client *client);

/*
 * What would help against the failure that was reported last (inside `done`: the one at hand); NULL
 * where there is nothing to say. It is the end of that error's text, after ": ".
 */
const char *engine_client_hint(const struct engine_client *client);

/* GET one path ("/info"). The caller deletes *ret. */
int engine_client_get(struct engine_client *client, const char *path, cJSON **ret,
		      struct error *err);

/*
 * GET n paths, several at once. `done` is called once for each, in the order in which they finish:
 * with the document, which it owns, or with NULL and the error. It must not ask the client for
 * more.
 */
typedef void engine_client_done(void *data, size_t i, cJSON *doc, const struct error *err);
void engine_client_get_all(struct engine_client *client, const char *const *paths, size_t n,
			   engine_client_done *done, void *data);

#endif
