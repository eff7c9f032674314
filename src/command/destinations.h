/* SPDX-License-Identifier: Apache-2.0 */

/* Where the reports of one command go, each in its format: what --format, --output and the like
 * say. */
#ifndef BULKHEAD_COMMAND_DESTINATIONS_H
#define BULKHEAD_COMMAND_DESTINATIONS_H

#include "command/options.h"
#include "command/output.h"
#include "judge/report.h"

#define REPORT_OPTIONS                                                                            \
	{.group = "Report",                                                                       \
	 .name = "format",                                                                        \
	 .letter = 'f',                                                                           \
	 .many = true,                                                                            \
	 .argument = "NAME[=FILE]",                                                               \
	 .help = "text (default), json, junit, dot or prometheus, to standard output or a file; " \
		 "may be "                                                                        \
		 "repeated: one audit, many reports"},                                            \
		{.name = "output",                                                                \
		 .letter = 'o',                                                                   \
		 .argument = "FILE",                                                              \
		 .help = "where the one report goes that names no file of its own"},              \
		{.name = "color",                                                                 \
		 .argument = "WHEN",                                                              \
		 .help = "auto, always or never; auto heeds NO_COLOR"},                           \
		{.name = "quiet",                                                                 \
		 .letter = 'q',                                                                   \
		 .help = "text: only what failed or is unknown, and the counts; of failures "     \
			 "with --baseline only new ones"},                                        \
	{                                                                                         \
		.name = "verbose", .letter = 'v',                                                 \
		.help = "text: what passed, too, and all evidence"                                \
	}

struct destination {
	const struct report_writer *writer;
	struct output output;
	struct report_options how;
};

struct destinations {
	struct destination *items;
	size_t n;
};

/*
 * Open all of them, before anything is read, so that an unwritable place is told at once. Whatever
 * this returns, destinations_discard() is due.
 */
int destinations_open(struct arena *arena, const struct options *options, struct destinations *ret,
		      struct error *err);

/* Write a report to each, and put it in place. */
int destinations_write(struct destinations *destinations, const struct report *report,
		       struct error *err);

/* Put in place what was written to their streams. */
int destinations_commit(struct destinations *destinations, struct error *err);

/* Remove what was not put in place. */
void destinations_discard(struct destinations *destinations);

#endif
