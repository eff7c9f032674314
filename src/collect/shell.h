/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A shell's script as it may be kept: programs, operators, names of options and variables, what
 * package managers are told and the packages' names. All other words become "<12 bytes>", but of
 * such that switch the check of signatures off, that part stays.
 */
#ifndef BULKHEAD_COLLECT_SHELL_H
#define BULKHEAD_COLLECT_SHELL_H

#include "base/text.h"

#include <cjson/cJSON.h>
#include <stddef.h>

/* Append `length` bytes of script, each word after a blank. What looks like a secret in it enters
 * the list `secrets` as {"name", "length", "secret"}. */
void shell_redact(const char *script, size_t length, struct text *out, cJSON *secrets);

/* The length of the identifier at `text`; 0 where there is none. */
size_t shell_name_length(const char *text, size_t length);

/* Append "=<12 bytes>", and enter the variable in `secrets` where it looks like one. */
void shell_add_value(struct text *out, cJSON *secrets, const char *name, size_t name_length,
		     const char *value, size_t length);

#endif
