/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/snapshots.h"

#include "base/text.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

struct loaded loaded_from(const char *format, ...)
{
	cleanup_text struct text text = {0};
	struct loaded loaded = {.arena = arena_new()};
	struct error err = {0};
	va_list args;

	text_add(&text, "{'format': 'bulkhead-snapshot', 'version': 1, 'local': true");
	if (*format)
		text_add(&text, ", ");
	va_start(args, format);
	text_vaddf(&text, format, args);
	va_end(args);
	text_add(&text, "}");
	for (char *quote = text.bytes; (quote = strchr(quote, '\''));)
		*quote = '"';
	ck_assert_msg(doc_parse(text.bytes, text.length, &loaded.snapshot, &err) == 0, "%s in %s",
		      err.text, text.bytes);
	ck_assert_int_eq(facts_load(loaded.arena, loaded.snapshot, &loaded.facts, &err), 0);
	return loaded;
}

void loaded_release(struct loaded *loaded)
{
	arena_free(loaded->arena);
	cJSON_Delete(loaded->snapshot);
}

cJSON *recorded_snapshot(void)
{
	const char *srcdir = getenv("srcdir");
	cleanup_text struct text path = {0};
	struct error err = {0};
	cJSON *snapshot = NULL;

	text_addf(&path, "%s/tests/checks/base/hardened.json", srcdir ? srcdir : ".");
	ck_assert_msg(doc_read(path.bytes, TEXT_CEILING, &snapshot, &err) == 0, "%s", err.text);
	return snapshot;
}
