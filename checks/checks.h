/* SPDX-License-Identifier: Apache-2.0 */

/* All checks of this program: a list of tables, each of which ends one file of this directory. */
#ifndef BULKHEAD_CHECKS_CHECKS_H
#define BULKHEAD_CHECKS_CHECKS_H

#include "judge/check.h"

/* Ends with NULL; each table ends with a check without a name. As library_load() takes it. */
extern const struct check *const checks_all[];

#endif
