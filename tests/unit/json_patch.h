/* SPDX-License-Identifier: Apache-2.0 */

/* JSON Patch (RFC 6902) with the operations add, replace and remove. */
#ifndef BULKHEAD_TESTS_JSON_PATCH_H
#define BULKHEAD_TESTS_JSON_PATCH_H

#include "base/error.h"

#include <cjson/cJSON.h>

/* Change doc in place. -EINVAL, with the operation's number and path, where one does not apply. */
int json_patch(cJSON *doc, const cJSON *patch, struct error *err);

#endif
