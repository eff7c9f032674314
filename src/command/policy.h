/* SPDX-License-Identifier: Apache-2.0 */

/* Policy files that the program writes. */
#ifndef BULKHEAD_COMMAND_POLICY_H
#define BULKHEAD_COMMAND_POLICY_H

#include "base/arena.h"
#include "base/error.h"
#include "judge/check.h"

/* A parameter's value as a policy file says it: "[a, b]", "true". */
const char *param_yaml(struct arena *arena, const struct param *param);

/* Write a policy file to `path` (NULL: standard output) from the results in `file`. */
int policy_init(struct arena *arena, const char *file, const char *path, struct error *err);

#endif
