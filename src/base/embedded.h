/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The YAML files of benchmarks/, built into the binary; written by build-aux/embed, in the order of
 * `benchmark_files` in Makefile.am.
 */
#ifndef BULKHEAD_BASE_EMBEDDED_H
#define BULKHEAD_BASE_EMBEDDED_H

#include <stddef.h>

struct embedded_file {
	const char *name; /* as in the source tree: "benchmarks/controls/host.yaml" */
	const char *text; /* terminated; length does not count the terminator */
	size_t length;
};

/* Ends with an element whose name is NULL. */
extern const struct embedded_file embedded_files[];

#endif
