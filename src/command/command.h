/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The contract of the commands: one file each, ending in one const descriptor that main lists.
 *
 * A command reads its options, calls the stages of the pipeline in order, and returns the exit
 * status (enum exit_status of judge/report.h). What goes wrong comes back as -errno with the
 * sentence in err, and main prints it and exits with 2.
 */
#ifndef BULKHEAD_COMMAND_COMMAND_H
#define BULKHEAD_COMMAND_COMMAND_H

#include "command/options.h"

struct command {
	const char *name;
	const char *summary;  /* its line in `bulkhead --help` */
	const char *synopsis; /* "bulkhead list [OPTION]... " */
	const char *details;  /* paragraphs of --help before the options */
	const char *epilogue; /* and after them: exit status, examples */
	const struct option_spec *options;
	int (*run)(struct arena *arena, const struct options *options, struct error *err);
};

extern const struct command command_audit, command_collect, command_list, command_explain,
	command_seccomp, command_doctor, command_policy, command_report;

/* -EINVAL where a command that takes no words was given some. */
int command_no_words(const struct options *options, struct error *err);

/* One line on stderr, with control characters shown as escapes. */
__attribute__((format(printf, 1, 2))) void command_say(const char *format, ...);

#endif
