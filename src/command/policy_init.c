/* SPDX-License-Identifier: Apache-2.0 */

/* bulkhead policy init: an exception, without its reason, for each failure of an audit. */
#include "base/doc.h"
#include "base/text.h"
#include "base/yaml_text.h"
#include "command/output.h"
#include "command/policy.h"
#include "judge/results.h"
#include "judge/scope.h"

#include <string.h>

/* A pattern that this name alone matches. */
static void add_selector(struct text *entry, enum selector selector, const char *name)
{
	cleanup_text struct text glob = {0};

	for (; *name; name++) {
		if (strchr("*?[\\", *name))
			text_add(&glob, "\\");
		text_add_bytes(&glob, name, 1);
	}
	text_addf(entry, "    %s: ", selector_name(selector));
	yaml_add_string(entry, text_string(&glob));
	text_add(entry, "\n");
}

/* By what stays when a container is created anew. */
static void add_container(struct text *entry, const cJSON *subject)
{
	const char *project = doc_string_or(subject, "project", NULL);
	const char *service = doc_string_or(subject, "service", NULL);

	if (project)
		add_selector(entry, SELECT_PROJECT, project);
	if (service)
		add_selector(entry, SELECT_SERVICE, service);
	else
		add_selector(entry, SELECT_CONTAINER, doc_string_or(subject, "name", ""));
}

static void add_subject(struct text *entry, const cJSON *subject, const char *hostname)
{
	static const struct {
		const char *kind;
		enum selector selector;
	} kinds[] = {
		{"file", SELECT_PATH},
		{"image", SELECT_IMAGE},
		{"network", SELECT_NETWORK},
		{"service", SELECT_SERVICE},
	};
	const char *kind = doc_string_or(subject, "kind", "");

	if (!strcmp(kind, "container")) {
		add_container(entry, subject);
		return;
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!strcmp(kind, kinds[i].kind)) {
			add_selector(entry, kinds[i].selector, doc_string_or(subject, "name", ""));
			return;
		}
	}
	if (*hostname)
		add_selector(entry, SELECT_HOST, hostname);
}

static const char *entry_of(struct arena *arena, const cJSON *result, const char *hostname)
{
	cleanup_text struct text entry = {0};

	text_add(&entry, "  - controls: [");
	yaml_add_string(&entry, doc_string_or(result, "control", ""));
	text_add(&entry, "]\n");
	add_subject(&entry, doc_at(result, "subject"), hostname);
	text_add(&entry, "    reason:\n");
	return arena_strdup(arena, text_string(&entry));
}

static void write_failure(const cJSON *result, const char *entry, FILE *out)
{
	cleanup_text struct text comment = {0};

	text_add(&comment, "  # ");
	yaml_add_comment(&comment, doc_string_or(result, "severity", ""));
	text_add(&comment, ": ");
	yaml_add_comment(&comment, doc_string_or(result, "title", ""));
	text_add(&comment, "\n  # ");
	yaml_add_comment(&comment, doc_string_or(result, "message", ""));
	fprintf(out, "\n%s\n%s", text_string(&comment), entry);
}

/* Replicas fail alike and follow each other: one exception is for all. */
static void write_failures(struct arena *arena, const cJSON *results, FILE *out)
{
	const char *hostname = doc_string_or(results, "scan.target.hostname", "");
	const char *last = "";
	size_t n = 0;

	doc_for_each (result, doc_at(results, "results")) {
		const char *entry;

		if (strcmp(doc_string_or(result, "status", ""), "fail") != 0)
			continue;
		entry = entry_of(arena, result, hostname);
		if (n++ == 0)
			fputs("exceptions:\n", out);
		if (strcmp(entry, last) != 0)
			write_failure(result, entry, out);
		last = entry;
	}
	if (n == 0)
		fputs("exceptions: [] # nothing failed\n", out);
}

static void write_head(const cJSON *results, FILE *out)
{
	const char *hostname = doc_string_or(results, "scan.target.hostname", "");
	cleanup_text struct text origin = {0};

	yaml_add_comment(&origin, *hostname ? hostname : "an unknown host");
	text_add(&origin, ", ");
	yaml_add_comment(&origin, doc_string_or(results, "scan.finished", "at an unknown time"));
	fprintf(out,
		"# A first policy, from the failures of an audit of %s.\n"
		"#\n"
		"# Write why each is accepted, and delete those that are to be fixed: while a "
		"reason is\n"
		"# blank, the file is not valid (bulkhead policy check). An exception may also "
		"have\n"
		"#     owner: platform\n"
		"#     ticket: OPS-1234\n"
		"#     expires: 2027-03-31\n"
		"# and several controls; names are shell patterns: \"web-*\".\n"
		"\n"
		"# From which severity on failures make the exit status 1.\n"
		"fail_on: high\n"
		"\n",
		text_string(&origin));
}

int policy_init(struct arena *arena, const char *file, const char *path, struct error *err)
{
	cleanup_doc cJSON *results = NULL;
	struct output output = {0};
	int r = results_document(file, &results, err);

	if (r < 0)
		return r;
	r = output_open(arena, path, &output, err);
	if (r < 0)
		return r;
	write_head(results, output.stream);
	write_failures(arena, results, output.stream);
	return output_commit(&output, err);
}
