/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The command line of dockerd read as dockerd reads it (spf13/pflag): --opt=value, --opt value,
 * --switch, --switch=0, -H value, -Hvalue, -H=value, -Dl debug; "--" ends the options. An option
 * that is not among the known ones never takes the word after it.
 */
#ifndef BULKHEAD_FACTS_DAEMON_OPTIONS_H
#define BULKHEAD_FACTS_DAEMON_OPTIONS_H

#include "base/arena.h"
#include "base/doc.h"

#include <stdbool.h>
#include <stddef.h>

/* What dockerd knows of an option; a table of them ends with a NULL name. */
struct daemon_flag {
	const char *name; /* without dashes */
	char letter;      /* 'H', or 0 */
	bool is_switch;   /* takes a value only after '=' */
};

struct daemon_option {
	const char *name;  /* the long name, of daemon_flag where known */
	const char *value; /* "true" for a switch without a value */
};

struct daemon_options {
	const struct daemon_option *items; /* in the order of the command line */
	size_t n;
};

struct daemon_options daemon_options_parse(struct arena *arena, const cJSON *argv,
					   const struct daemon_flag *flags);

/* The value of the last one of this name, which is the one that counts; NULL if not given. */
const char *daemon_options_last(const struct daemon_options *options, const char *name);

#endif
