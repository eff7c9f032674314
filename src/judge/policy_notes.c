/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/policy_notes.h"

void policy_note(struct policy_notes *notes, const char *source, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	notes->items = arena_grow(notes->arena, notes->items, notes->n, sizeof(*notes->items));
	notes->items[notes->n++] = (struct problem){
		.source = source,
		.reason = arena_vprintf(notes->arena, format, args),
		.note = true,
	};
	va_end(args);
}
