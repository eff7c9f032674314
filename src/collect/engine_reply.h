/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What came of one request: a document, or the sentence that says what went wrong and what helps.
 * The errno values are those of collect/engine_client.h.
 */
#ifndef BULKHEAD_COLLECT_ENGINE_REPLY_H
#define BULKHEAD_COLLECT_ENGINE_REPLY_H

#include "base/error.h"
#include "collect/endpoint.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

struct engine_reply {
	const struct endpoint *endpoint;
	const char *path;         /* as asked for: "/info" */
	int result;               /* CURLcode */
	long os_error;            /* errno of connect(), 0 unknown */
	long status;              /* HTTP; 0: none came */
	const char *content_type; /* may be NULL */
	const char *detail;       /* libcurl's own words, "" where it has none */
	const char *body;
	size_t length;
	bool too_big;
	size_t ceiling;
	unsigned seconds; /* the limit that was in force: of the request … */
	bool overall;     /* … or of all requests */
};

/*
 * The document, which the caller deletes, or a negative errno. *ret_hint then is the end of the
 * sentence, which says what to do and follows ": "; NULL where there is nothing to say. It lives in
 * the arena.
 */
int engine_reply_read(const struct engine_reply *reply, struct arena *arena, cJSON **ret,
		      const char **ret_hint, struct error *err);

#endif
