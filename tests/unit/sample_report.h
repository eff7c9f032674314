/* SPDX-License-Identifier: Apache-2.0 */

/* Reports made by hand, for the tests of writers. */
#ifndef BULKHEAD_TESTS_SAMPLE_REPORT_H
#define BULKHEAD_TESTS_SAMPLE_REPORT_H

#include "judge/report.h"

enum {
	SAMPLE_PRIVILEGED, /* 5.5, fails with critical */
	SAMPLE_MEMORY,     /* 5.11, fails with medium */
	SAMPLE_PORTS,      /* 5.9, manual */
	SAMPLE_OWN,        /* "own-control", known by its key alone */
	SAMPLE_CONTROLS
};

struct sample {
	struct report report;
	struct library library;
	struct benchmark benchmarks[2];
	const struct benchmark *selected[2];
	struct control controls[SAMPLE_CONTROLS];
	struct numbering numbers[SAMPLE_CONTROLS];
	struct subject host;
	struct subject *containers;
	struct result *results;
};

/*
 * A report about a host with n containers named web-0 … without results; sample_add() adds them
 * (at most 8 for each container), sample_finish() counts.
 */
struct sample *sample_new(struct arena *arena, size_t n_containers);

/* Returns the verdict, to be changed further. */
struct verdict *sample_add(struct sample *sample, size_t control, const struct subject *subject,
			   enum status status, const char *message);
void sample_finish(struct arena *arena, struct sample *sample);

/* What the writer makes of it; the caller frees it. */
char *sample_write(const struct sample *sample, const char *format,
		   const struct report_options *options);

#endif
