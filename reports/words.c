/* SPDX-License-Identifier: Apache-2.0 */
#include "reports/words.h"

#include <inttypes.h>
#include <string.h>

const char *words_number(const struct report *report, const struct control *control,
			 const struct benchmark **ret_benchmark)
{
	const struct benchmark *benchmark;
	const struct numbering *line = report_numbering(report, control, &benchmark);

	if (!line || !strcmp(line->id, control->key))
		return NULL;
	if (ret_benchmark)
		*ret_benchmark = benchmark;
	return line->id;
}

void words_evidence(struct text *text, const struct evidence *evidence)
{
	text_addf(text, "%s %s", evidence->source, evidence->path);
	switch (evidence->type) {
	case EVIDENCE_STRING:
		text_addf(text, " = %s", evidence->string ? evidence->string : "");
		break;
	case EVIDENCE_BOOL:
		text_addf(text, " = %s", evidence->boolean ? "true" : "false");
		break;
	case EVIDENCE_INT:
		text_addf(text, " = %" PRId64, evidence->integer);
		break;
	case EVIDENCE_ABSENT:
		text_add(text, " is absent");
		break;
	}
}

void words_waiver(struct text *text, const struct waiver *waiver)
{
	const struct {
		const char *word, *value;
	} items[] = {
		{"until", waiver->expires},
		{"owner", waiver->owner},
		{"ticket", waiver->ticket},
	};
	const char *before = "";

	for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++) {
		if (!items[i].value)
			continue;
		text_addf(text, "%s%s %s", before, items[i].word, items[i].value);
		before = ", ";
	}
	text_addf(text, "%s%s (%s)", *before ? ": " : "", waiver->reason, waiver->source);
}

const char *words_novelty(const struct result *result)
{
	switch (result->novelty) {
	case NOVELTY_NEW:
		return "new";
	case NOVELTY_KNOWN:
		return "known";
	case NOVELTY_UNASKED:
		break;
	}
	return NULL;
}

const char *words_host(const struct report *report, const char *otherwise)
{
	const char *hostname = report->target.hostname;

	return hostname && *hostname ? hostname : otherwise;
}

size_t words_total(const struct counts *counts)
{
	size_t n = 0;

	for (int status = 0; status < STATUS_COUNT; status++)
		n += counts->by_status[status];
	return n;
}

void words_count(struct text *text, size_t n, const char *noun)
{
	text_addf(text, "%zu %s%s", n, noun, n == 1 ? "" : "s");
}
