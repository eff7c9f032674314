/* SPDX-License-Identifier: Apache-2.0 */

/* The text of AppArmor profiles, apparmor.d(5), in statements and words. */
#ifndef BULKHEAD_FACTS_APPARMOR_STATEMENT_H
#define BULKHEAD_FACTS_APPARMOR_STATEMENT_H

#include "base/arena.h"

#include <stdbool.h>

/* Up to a comma, a brace that opens or closes a block, or the end of the text. */
struct apparmor_statement {
	const char *text; /* blanks made single */
	char end;         /* ',', '{', '}', '=' for a line of its own, '\0' */
	bool cut;         /* it is too long, and the text only its beginning */
};

/* The one that begins at `at`, without comments. Returns where the next one begins. */
const char *apparmor_statement(struct arena *arena, const char *at, struct apparmor_statement *ret);

/* The next word of a statement, a group in brackets being one, and past it; "" at its end. */
const char *apparmor_word(struct arena *arena, const char **at);

#endif
