/* SPDX-License-Identifier: Apache-2.0 */

/*
 * bulkhead explain: one control: why it matters, how it is judged, how to meet it; or one
 * container: how it is isolated, which ways lead out of it, what to change.
 */
#include "command/explain.h"
#include "base/cleanup.h"
#include "base/doc.h"
#include "base/text.h"
#include "command/command.h"
#include "command/policy.h"
#include "command/target.h"
#include "judge/select.h"
#include "reports/escape.h"
#include "reports/printer.h"

#include <errno.h>
#include <string.h>

enum { WIDTH = 78 };

static const struct option_spec specs[] = {
	TARGET_OPTIONS,
	SNAPSHOT_OPTION,
	{.group = "Controls",
	 .name = "benchmark",
	 .many = true,
	 .argument = "ID|FILE",
	 .help = "whose numbers to understand; without it the newest CIS Docker Benchmark"},
	POLICY_OPTION,
	{0},
};

/* A paragraph broken at blanks, indented by two columns. Newlines of the text stay. */
static void print_paragraph(struct arena *arena, const char *text)
{
	struct printer printer = {.out = stdout, .width = WIDTH, .indent = 2};

	for (;;) {
		size_t length = strcspn(text, "\n");

		print_words(&printer, arena_strndup(arena, text, length));
		print_end(&printer);
		if (!text[length])
			return;
		text += length + 1;
	}
}

static void print_numbers(const struct library *library, const struct control *control)
{
	static const char *const levels[] = {"", ", level 1", ", level 2"};

	for (size_t i = 0; i < library->n_benchmarks; i++) {
		const struct benchmark *benchmark = &library->benchmarks[i];
		const struct numbering *line = benchmark_line(benchmark, control);

		if (!line)
			continue;
		escape_line(stdout, "  %-28s %s%s, %s", benchmark->title, line->id,
			    levels[line->level], line->automated ? "automated" : "manual");
	}
}

static void print_params(struct arena *arena, const struct control *control)
{
	for (size_t i = 0; i < control->n_params; i++)
		escape_line(stdout, "  %s: %s", control->params[i].name,
			    param_yaml(arena, &control->params[i]));
}

static void print_judging(struct arena *arena, const struct control *control)
{
	const char *separator = "";

	if (!control->check) {
		puts("  No data shows this: it is reported as 'manual', for a person to "
		     "judge.");
		return;
	}
	printf("  By the check '%s', for each ", control->check->name);
	for (int kind = 0; kind < SUBJECT_KIND_COUNT; kind++) {
		if (!(control_subjects(control) & SUBJECTS(kind)))
			continue;
		printf("%s%s", separator, subject_kind_name((enum subject_kind)kind));
		separator = " and ";
	}
	printf("%s\n", control->n_params ? ", with" : ".");
	print_params(arena, control);
}

static void print_control(struct arena *arena, const struct library *library,
			  const struct control *control)
{
	puts(control->key);
	escape_line(stdout, "  %s", control->title);
	printf("\nSeverity: %s   Section: %s\n", severity_name(control->severity),
	       section_name(control->section));
	print_numbers(library, control);
	puts("\nWhy");
	print_paragraph(arena, control->rationale);
	puts("\nHow it is judged");
	print_judging(arena, control);
	puts("\nHow to meet it");
	print_paragraph(arena, control->remediation);
}

/* One word: the controls that it names, or else a container. */
struct topic {
	const struct control *const *controls;
	size_t n_controls;
	const struct container *container;
	const char *no_control; /* why it names none; NULL: it does */
};

/* What of the words names controls; *ret_rest of them do not. */
static int find_controls(struct choice *choice, const char *const *words, size_t n,
			 struct topic *topics, size_t *ret_rest, struct error *err)
{
	int r = choose_benchmarks(choice, err);

	for (size_t i = 0; i < n && r >= 0; i++) {
		const char **word = arena_array(choice->arena, 2, sizeof(*word));
		struct selection *selection = arena_alloc(choice->arena, sizeof(*selection));
		struct error no_control = {0};

		word[0] = words[i];
		selection->controls = word;
		choice->selection = selection;
		if (choose_controls(choice, &no_control) < 0) {
			topics[i].no_control = arena_strdup(choice->arena, no_control.text);
			(*ret_rest)++;
			continue;
		}
		topics[i].controls = choice->controls;
		topics[i].n_controls = choice->n_controls;
	}
	return r;
}

static int find_containers(struct arena *arena, const struct facts *facts, const char *const *words,
			   size_t n, struct topic *topics, struct error *err)
{
	int r = 0;

	for (size_t i = 0; i < n && r >= 0; i++)
		if (topics[i].no_control)
			r = explain_find(arena, facts, words[i], topics[i].no_control,
					 &topics[i].container, err);
	return r;
}

static void print_topics(struct arena *arena, const struct library *library,
			 const struct facts *facts, const struct topic *topics, size_t n)
{
	const char *separator = "";

	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < topics[i].n_controls; k++, separator = "\n") {
			fputs(separator, stdout);
			print_control(arena, library, topics[i].controls[k]);
		}
		if (!topics[i].container)
			continue;
		fputs(separator, stdout);
		explain_container(arena, facts, topics[i].container);
		separator = "\n";
	}
}

static int run(struct arena *arena, const struct options *options, struct error *err)
{
	size_t n, n_containers = 0;
	const char *const *words = options_words(options, &n);
	struct selection selection = {0};
	struct choice choice = {.arena = arena, .selection = &selection, .kinds = SUBJECTS_ALL};
	struct topic *topics = arena_array(arena, n, sizeof(*topics));
	cleanup_doc cJSON *snapshot = NULL;
	const struct facts *facts = NULL;
	int r;

	if (n == 0)
		return error_set(err, EINVAL,
				 "explain what? Name controls by key or number, or a container, as "
				 "in: bulkhead explain not-privileged 5.31 web");
	if ((r = target_library(arena, options, &choice.library, err)) < 0 ||
	    (r = target_selection(arena, options, choice.library, &selection, err)) < 0 ||
	    (r = find_controls(&choice, words, n, topics, &n_containers, err)) < 0)
		return r;
	if (n_containers > 0 && ((r = target_snapshot(options, true, &snapshot, err)) < 0 ||
				 (r = facts_load(arena, snapshot, &facts, err)) < 0 ||
				 (r = find_containers(arena, facts, words, n, topics, err)) < 0))
		return r;
	print_topics(arena, choice.library, facts, topics, n);
	return 0;
}

const struct command command_explain = {
	.name = "explain",
	.summary = "one control, or one container: its isolation, its ways out, what to change",
	.synopsis = "bulkhead explain [OPTION]... KEY|ID|CONTAINER...",
	.details =
		"Say why a control matters, how it is judged and how to meet it. It is named by\n"
		"its key (not-privileged), its number in the newest CIS Docker Benchmark (5.5),\n"
		"a number of another one (cis-docker-1.6.0/5.5), or a group of numbers (5.*).\n"
		"\n"
		"Any other word is a container of this host or of a snapshot, by its name or id:\n"
		"how it is isolated as declared and in effect, which ways lead out of it, which\n"
		"changes close them, and how it would be started hardened.\n",
	.epilogue = "",
	.options = specs,
	.run = run,
};
