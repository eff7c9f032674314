/* SPDX-License-Identifier: Apache-2.0 */
#include "command/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { FIRST_AFTER = 400, REDRAW_AFTER = 100 }; /* milliseconds */

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

void progress_start(struct progress *progress, bool wanted)
{
	*progress = (struct progress){.wanted = wanted && isatty(STDERR_FILENO), .started = now()};
}

void progress_show(void *data, const char *what, unsigned done, unsigned total)
{
	struct progress *progress = data;
	int64_t time;

	if (!progress->wanted)
		return;
	time = now();
	if (time - progress->started < FIRST_AFTER || time - progress->drawn < REDRAW_AFTER)
		return;
	progress->drawn = time;
	progress->shown = true;
	if (total)
		fprintf(stderr, "\r\033[K%s %u/%u", what, done, total);
	else
		fprintf(stderr, "\r\033[K%s", what);
	fflush(stderr);
}

void progress_end(struct progress *progress)
{
	if (progress->shown)
		fputs("\r\033[K", stderr);
	progress->shown = false;
}
