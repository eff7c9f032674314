/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Where reports go. A file is written whole or not at all: into a temporary file beside it, which
 * replaces it once everything is on disk. A signal that ends the program removes it.
 * Standard output, devices, pipes and what a symbolic link names are written directly.
 * Opening comes before the audit, so that an unwritable place is told at once.
 */
#ifndef BULKHEAD_COMMAND_OUTPUT_H
#define BULKHEAD_COMMAND_OUTPUT_H

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>
#include <stdio.h>

struct output {
	const char *path; /* "-" for standard output */
	FILE *stream;
	char *temporary; /* NULL where the stream is the destination itself */
};

/* "-" or NULL is standard output. -errno with the path in err. */
int output_open(struct arena *arena, const char *path, struct output *ret, struct error *err);

/* Flush, put in place, close. A stream that failed is an error: a report is never cut in silence.
 */
int output_commit(struct output *output, struct error *err);

/* Close and remove what was not committed; nothing to do after output_commit(). */
void output_discard(struct output *output);

bool output_is_terminal(const struct output *output);

#endif
