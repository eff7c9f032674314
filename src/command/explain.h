/* SPDX-License-Identifier: Apache-2.0 */

/* The page of `bulkhead explain` on one container. */
#ifndef BULKHEAD_COMMAND_EXPLAIN_H
#define BULKHEAD_COMMAND_EXPLAIN_H

#include "facts/facts.h"

/*
 * The container with this name, id or beginning of an id. -EINVAL where there is none, or where
 * several ids begin so; err names them. `no_control` says that the word is no control either.
 */
int explain_find(struct arena *arena, const struct facts *facts, const char *word,
		 const char *no_control, const struct container **ret, struct error *err);

void explain_container(struct arena *arena, const struct facts *facts,
		       const struct container *container);

#endif
