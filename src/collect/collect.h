/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A live engine and its host -> one snapshot document (doc/snapshot-format.md).
 *
 * Collecting records and derives nothing. It reads only: GET requests, and files of /proc, /sys
 * and /etc; it starts no program and enters no container. What cannot be read is recorded as
 * unread with its reason, and as a problem with what would help; it never ends the collection.
 */
#ifndef BULKHEAD_COLLECT_COLLECT_H
#define BULKHEAD_COLLECT_COLLECT_H

#include "base/error.h"

#include <cjson/cJSON.h>
#include <stdbool.h>

struct collect_options {
	const char *endpoint; /* unix://PATH or tcp://HOST:PORT; NULL: DOCKER_HOST, then local
				 sockets */
	const char *root;     /* directory where the host is mounted; NULL: "/" */
	unsigned timeout;     /* seconds for the whole collection; 0: 120 */
	unsigned jobs;        /* requests in flight; 0: 4 */
	bool deep;            /* look into the layers of images, too, which takes long */
	/* Called now and then with what is being done; NULL: silent. total 0: not known. */
	void (*progress)(void *data, const char *what, unsigned done, unsigned total);
	void *data;
};

/*
 * Always gives a snapshot, even where no engine answers (*ret_engine then is false and the
 * snapshot says why), unless the endpoint's spelling is wrong (-EINVAL) or root is no directory.
 * The caller deletes *ret.
 */
int collect(const struct collect_options *options, cJSON **ret, bool *ret_engine,
	    struct error *err);

#endif
