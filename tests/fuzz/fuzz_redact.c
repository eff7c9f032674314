/* SPDX-License-Identifier: Apache-2.0 */

/* Any document as what the engine, its command line or its file says; what is left is JSON. */
#include "collect/redact.h"
#include "tests/fuzz/fuzz_document.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void (*const redactions[])(cJSON *) = {
	redact_container, redact_exec, redact_image,         redact_network,
	redact_volume,    redact_info, redact_daemon_config,
};

static void write_and_read(const cJSON *doc)
{
	cleanup_doc cJSON *again = NULL;
	char *bytes = NULL;
	size_t length;
	FILE *out = open_memstream(&bytes, &length);
	struct error err = {0};

	if (!out || doc_write(doc, out, &err) < 0 || fclose(out) != 0 ||
	    doc_parse(bytes, length, &again, &err) < 0)
		abort();
	free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < sizeof(redactions) / sizeof(redactions[0]); i++) {
		cleanup_doc cJSON *doc = NULL;

		if (fuzz_document(data, size, &doc) < 0)
			return 0;
		if (cJSON_IsObject(doc))
			redactions[i](doc);
		if (cJSON_IsArray(doc))
			redact_daemon_arguments(doc);
		write_and_read(doc);
	}
	return 0;
}
