/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/baseline.h"

#include "base/text.h"
#include "judge/results.h"
#include "judge/subject_key.h"

#include <stdlib.h>
#include <string.h>

/* False, too, for a kind that this program does not know, which it cannot judge either. */
static bool read_subject(const cJSON *doc, struct subject *ret)
{
	*ret = (struct subject){
		.name = doc_string_or(doc, "name", NULL),
		.image = doc_string_or(doc, "image", NULL),
		.project = doc_string_or(doc, "project", NULL),
		.service = doc_string_or(doc, "service", NULL),
	};
	return ret->name && subject_kind_parse(doc_string_or(doc, "kind", ""), &ret->kind);
}

/* What a policy made of a severity then is no matter of the host's. */
static bool read_severity(const cJSON *result, enum severity *ret)
{
	const char *severity = doc_string_or(result, "severity", "");

	return severity_parse(doc_string_or(result, "judged_severity", severity), ret);
}

static bool read_failure(struct arena *arena, const cJSON *result, struct baseline_failure *ret)
{
	const char *control = doc_string_or(result, "control", NULL);
	struct subject subject;

	if (!text_equal(doc_string_or(result, "status", NULL), "fail") || !control ||
	    !read_subject(doc_at(result, "subject"), &subject) ||
	    !read_severity(result, &ret->severity))
		return false;
	ret->key = result_key(arena, control, &subject);
	return true;
}

/* Of those with one key the worst comes first. */
static int compare_failures(const void *left, const void *right)
{
	const struct baseline_failure *a = left, *b = right;
	int order = strcmp(a->key, b->key);

	return order ? order : (int)b->severity - (int)a->severity;
}

static size_t drop_repeats(struct baseline_failure *failures, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		if (i == 0 || strcmp(failures[i].key, failures[kept - 1].key) != 0)
			failures[kept++] = failures[i];
	}
	return kept;
}

static void read_failures(struct arena *arena, const cJSON *results, struct baseline *baseline)
{
	struct baseline_failure *failures;
	size_t n = 0;

	doc_for_each (result, results)
		n++;
	failures = arena_array(arena, n, sizeof(*failures));
	n = 0;
	doc_for_each (result, results)
		n += read_failure(arena, result, &failures[n]);
	if (n > 1)
		qsort(failures, n, sizeof(*failures), compare_failures);
	baseline->failures = failures;
	baseline->n = drop_repeats(failures, n);
}

int baseline_read(struct arena *arena, const char *file, const struct baseline **ret,
		  struct error *err)
{
	struct baseline *baseline;
	cleanup_doc cJSON *doc = NULL;

	if (results_document(file, &doc, err) < 0)
		return error_wrap(err, "--baseline %s", file);
	baseline = arena_alloc(arena, sizeof(*baseline));
	baseline->origin = (struct baseline_origin){
		.file = arena_strdup(arena, file),
		.hostname = arena_strdup(arena, doc_string_or(doc, "scan.target.hostname", NULL)),
		.finished = arena_strdup(arena, doc_string_or(doc, "scan.finished", NULL)),
	};
	read_failures(arena, doc_at(doc, "results"), baseline);
	*ret = baseline;
	return 0;
}

static enum novelty novelty_of(struct arena *arena, const struct baseline *baseline,
			       const struct result *result)
{
	const struct baseline_failure wanted = {
		.key = result_key(arena, result->control->key, result->subject),
		.severity = result->rated_by ? result->judged : result->verdict.severity,
	};
	size_t low = 0, high = baseline->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(wanted.key, baseline->failures[middle].key);

		if (order == 0)
			return wanted.severity <= baseline->failures[middle].severity
				       ? NOVELTY_KNOWN
				       : NOVELTY_NEW;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NOVELTY_NEW;
}

void baseline_compare(struct arena *arena, const struct baseline *baseline, struct result *results,
		      size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (results[i].verdict.status == STATUS_FAIL)
			results[i].novelty = novelty_of(arena, baseline, &results[i]);
	}
}
