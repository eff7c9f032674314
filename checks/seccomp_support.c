/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/seccomp_support.h"

#include "base/text.h"
#include "checks/item_list.h"

#include <string.h>

enum { NAMED = 8, OPTION_SHOWN = 100 };

static const char *list_text(const struct check_input *in, const struct text *list, size_t n)
{
	const char *items = item_list_text(in, list);

	return n > NAMED ? arena_printf(in->arena, "%s and %zu more", items, n - NAMED) : items;
}

/* Those that are reachable before the others, for it is they that count. */
const char *openings_text(const struct check_input *in, const struct seccomp_openings *openings)
{
	cleanup_text struct text list = TEXT_INIT(ITEM_LIST);
	size_t n = 0;

	for (int reachable = 1; reachable >= 0; reachable--)
		for (size_t i = 0; i < openings->n && n < NAMED; i++) {
			if (openings->items[i].reachable != reachable)
				continue;
			text_add_item(&list, openings->items[i].danger->name);
			n++;
		}
	return list_text(in, &list, openings->n);
}

enum severity openings_severity(const struct seccomp_openings *openings)
{
	if (openings->heaviest >= 8)
		return SEVERITY_HIGH;
	return openings->heaviest >= 4 ? SEVERITY_MEDIUM : SEVERITY_LOW;
}

const char *names_text(const struct check_input *in, const struct seccomp_names *names)
{
	cleanup_text struct text list = TEXT_INIT(ITEM_LIST);

	for (size_t i = 0; i < names->n && i < NAMED; i++)
		text_add_item(&list, names->items[i]);
	return list_text(in, &list, names->n);
}

const char *seccomp_option_text(const struct check_input *in, const char *option)
{
	size_t shown = OPTION_SHOWN;

	if (!option || strlen(option) <= OPTION_SHOWN)
		return option;
	while (shown > 0 && ((unsigned char)option[shown] & 0xc0) == 0x80)
		shown--;
	return arena_printf(in->arena, "%.*s… (%zu bytes)", (int)shown, option, strlen(option));
}
