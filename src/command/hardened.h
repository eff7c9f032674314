/* SPDX-License-Identifier: Apache-2.0 */

/*
 * How a container would be started so that it has what it was seen to use and nothing else: as
 * options of docker run, and as the lines of a Compose file.
 */
#ifndef BULKHEAD_COMMAND_HARDENED_H
#define BULKHEAD_COMMAND_HARDENED_H

#include "facts/facts.h"

struct hardened {
	/* Words of a shell, quoted where they need it: "--user 1000:1000". The image is last. */
	const char **options;
	size_t n_options;
	/* The service's name as a key of YAML, and the lines below it: "read_only: true". */
	const char *service;
	const char **lines;
	size_t n_lines;
	/* What Compose wants to have declared beside the services: "networks: {…}". */
	const char **declarations;
	size_t n_declarations;
	/* What is not as it was, and what to look at before: whole sentences. */
	const char **notes;
	size_t n_notes;
};

struct hardened hardened_from(struct arena *arena, const struct facts *facts,
			      const struct container *container);

#endif
