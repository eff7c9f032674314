/* SPDX-License-Identifier: Apache-2.0 */

/* One line on a terminal's stderr that says what is being done, once that takes a moment. */
#ifndef BULKHEAD_COMMAND_PROGRESS_H
#define BULKHEAD_COMMAND_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	bool wanted;     /* stderr is a terminal, and nobody asked for quiet */
	bool shown;      /* something stands on the line now */
	int64_t started; /* milliseconds of the monotonic clock */
	int64_t drawn;
};

void progress_start(struct progress *progress, bool wanted);

/* A struct progress as the `progress` of struct collect_options. */
void progress_show(void *data, const char *what, unsigned done, unsigned total);

/* Clear the line. */
void progress_end(struct progress *progress);

#endif
