/* SPDX-License-Identifier: Apache-2.0 */

/* Any document as a snapshot: facts, every control, every report. */
#include "base/cleanup.h"
#include "checks/checks.h"
#include "judge/evaluate.h"
#include "reports/reports.h"
#include "tests/fuzz/fuzz_document.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct library *library_once(void)
{
	static const struct library *library;
	static struct arena *arena; /* kept in sight of LeakSanitizer */
	struct error err = {0};

	if (!arena)
		arena = arena_new();
	if (!library && library_load(arena, checks_all, NULL, &library, &err) < 0)
		abort();
	return library;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct report_options how = {.color = true, .width = 80, .verbose = true};
	static const struct evaluation_options options;
	cleanup_arena struct arena *arena = arena_new();
	cleanup_doc cJSON *snapshot = NULL;
	const struct report *report;
	const struct facts *facts;
	struct error err = {0};
	FILE *out;

	if (fuzz_document(data, size, &snapshot) < 0 ||
	    facts_load(arena, snapshot, &facts, &err) < 0 ||
	    evaluate(arena, library_once(), facts, &options, &report, &err) < 0)
		return 0;
	out = fopen("/dev/null", "we");
	for (size_t i = 0; out && report_writers[i]; i++)
		report_writers[i]->write(report, &how, out);
	if (out)
		fclose(out);
	return 0;
}
