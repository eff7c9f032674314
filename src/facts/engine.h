/* SPDX-License-Identifier: Apache-2.0 */

/* The engine as it presents itself, and what its security options say. */
#ifndef BULKHEAD_FACTS_ENGINE_H
#define BULKHEAD_FACTS_ENGINE_H

#include "facts/facts.h"

/* Fill facts->engine from the snapshot; facts->local must be known. */
void engine_load(struct facts *facts);

/*
 * What follows "name=<name>" in GET /info SecurityOptions: "" or ",profile=default"; NULL where it
 * is not listed. *ret_listed, which may be NULL, is false where there is no list to look at.
 */
const char *engine_security_option(const cJSON *info, const char *name, bool *ret_listed);

#endif
