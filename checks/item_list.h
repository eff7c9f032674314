/* SPDX-License-Identifier: Apache-2.0 */

/* Lists of items in a message, short even where a container has thousands. */
#ifndef BULKHEAD_CHECKS_ITEM_LIST_H
#define BULKHEAD_CHECKS_ITEM_LIST_H

#include "base/text.h"
#include "judge/check.h"

/* Start a list with TEXT_INIT(ITEM_LIST) and fill it by text_add_item(); the evidence has the rest.
 */
#define ITEM_LIST ((size_t)400)

/* True where nothing was added, not even something too long. */
static inline bool item_list_is_empty(const struct text *list)
{
	return !list->length && !list->truncated;
}

static inline const char *item_list_text(const struct check_input *in, const struct text *list)
{
	return arena_printf(in->arena, "%s%s", text_string(list), list->truncated ? "…" : "");
}

#endif
