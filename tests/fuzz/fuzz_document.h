/* SPDX-License-Identifier: Apache-2.0 */

/* Input of a fuzzer as a document. */
#ifndef BULKHEAD_TESTS_FUZZ_DOCUMENT_H
#define BULKHEAD_TESTS_FUZZ_DOCUMENT_H

#include "base/arena.h"
#include "base/doc.h"

#include <string.h>

/* As doc_parse(), for bytes that no NUL follows. */
static inline int fuzz_document(const uint8_t *data, size_t size, cJSON **ret)
{
	cleanup_arena struct arena *arena = arena_new();
	char *text = arena_alloc(arena, size + 1);
	struct error err = {0};

	memcpy(text, data, size);
	return doc_parse(text, size, ret, &err);
}

#endif
