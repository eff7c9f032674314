/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Where the engine is, as the docker command line is told: -H or DOCKER_HOST, with
 * DOCKER_TLS_VERIFY, DOCKER_CERT_PATH and DOCKER_CONFIG for TLS. Everything is in the arena.
 */
#ifndef BULKHEAD_COLLECT_ENDPOINT_H
#define BULKHEAD_COLLECT_ENDPOINT_H

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>

struct endpoint {
	const char *name;   /* "unix:///run/docker.sock", "tcp://[::1]:2376": how reports call it */
	const char *socket; /* path of the socket on the host; NULL for TCP */
	const char *connect; /* where we reach it: another path than that with --root */
	int fd;              /* keeps `connect` valid; -1 where it need not */
	const char *base;    /* what URLs start with: "http://localhost", "https://[::1]:2376" */
	bool tls;
	const char *ca, *cert, *key; /* PEM files for TLS; cert and key may be NULL */
};

/*
 * `spelling` is what the user gave; NULL or "": DOCKER_HOST, else /var/run/docker.sock, else the
 * rootless socket in XDG_RUNTIME_DIR. A socket is looked for on the host (collect/host_root.h), and
 * where it is not there, at that path of our own: it may be mounted by itself. -EINVAL, saying what
 * to write instead; else give it back with endpoint_release().
 */
int endpoint_parse(struct arena *arena, const char *spelling, struct endpoint *ret,
		   struct error *err);
void endpoint_release(struct endpoint *endpoint);

#endif
