/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Options of a command, from one table that parsing and --help share. Words follow getopt_long:
 * --name=value, --name value, -n value, an unambiguous beginning of a name, "--" to end.
 */
#ifndef BULKHEAD_COMMAND_OPTIONS_H
#define BULKHEAD_COMMAND_OPTIONS_H

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct option_spec {
	const char *group;    /* heading in --help, on the first option below it; else NULL */
	const char *name;     /* without the dashes */
	char letter;          /* short form, or 0 */
	bool many;            /* may be given more than once */
	const char *argument; /* its name in --help; NULL: a switch */
	const char *help;
};

struct options; /* what was given */

/*
 * Parse argv[1..]; `specs` ends with a NULL name. -EINVAL with the nearest option for an unknown
 * one, and for an option that is given twice but not `many`.
 */
int options_parse(struct arena *arena, const struct option_spec *specs, int argc, char **argv,
		  const struct options **ret, struct error *err);

bool options_flag(const struct options *options, const char *name);
const char *options_value(const struct options *options, const char *name); /* NULL: not given */
/* All values in order, ended by NULL; NULL where none was given. */
const char *const *options_values(const struct options *options, const char *name);
/* The words that are no options, ended by NULL. */
const char *const *options_words(const struct options *options, size_t *ret_n);

/* A whole number from `least` to `most`; `fallback` where the option was not given. */
int options_number(const struct options *options, const char *name, uint64_t least, uint64_t most,
		   uint64_t fallback, uint64_t *ret, struct error *err);

/* The options as --help shows them, 80 columns wide. */
void options_help(const struct option_spec *specs, FILE *out);

#endif
