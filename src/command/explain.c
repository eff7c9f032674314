/* SPDX-License-Identifier: Apache-2.0 */

/* bulkhead explain: one control: why it matters, how it is judged, how to meet it. */
#include "base/text.h"
#include "command/command.h"
#include "command/target.h"
#include "judge/select.h"

#include <errno.h>
#include <string.h>

enum { WIDTH = 78 };

static const struct option_spec specs[] = {
	{.group = "Options",
	 .name = "benchmark",
	 .many = true,
	 .argument = "ID|FILE",
	 .help = "whose numbers to understand; without it the newest CIS Docker Benchmark"},
	POLICY_OPTION,
	{0},
};

/* A paragraph broken at blanks, indented by two columns. Newlines of the text stay. */
static void print_paragraph(const char *text)
{
	int column = 0;

	for (const char *word = text; *word;) {
		int length = (int)strcspn(word, " \n");

		if (column && column + 1 + length > WIDTH) {
			putchar('\n');
			column = 0;
		}
		column += printf("%s%.*s", column ? " " : "  ", length, word);
		word += length;
		if (*word == '\n') {
			putchar('\n');
			column = 0;
		}
		word += *word ? 1 : 0;
	}
	putchar('\n');
}

static void print_numbers(const struct library *library, const struct control *control)
{
	for (size_t i = 0; i < library->n_benchmarks; i++) {
		const struct benchmark *benchmark = &library->benchmarks[i];
		const struct numbering *line = benchmark_line(benchmark, control);

		if (!line)
			continue;
		printf("  %-28s %s", benchmark->title, line->id);
		if (line->level)
			printf(", level %u", line->level);
		printf(", %s\n", line->automated ? "automated" : "manual");
	}
}

static void print_params(const struct control *control)
{
	for (size_t i = 0; i < control->n_params; i++) {
		const struct param *param = &control->params[i];

		printf("  %s:", param->name);
		switch (param->type) {
		case PARAM_STRING:
			printf(" %s", param->string);
			break;
		case PARAM_STRINGS:
			for (size_t k = 0; k < param->n_strings; k++)
				printf("%s %s", k ? "," : "", param->strings[k]);
			break;
		case PARAM_BOOL:
			printf(" %s", param->boolean ? "true" : "false");
			break;
		case PARAM_INT:
			printf(" %jd", (intmax_t)param->integer);
			break;
		}
		putchar('\n');
	}
}

static void print_judging(const struct control *control)
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
	print_params(control);
}

static void print_control(const struct library *library, const struct control *control)
{
	printf("%s\n  %s\n\n", control->key, control->title);
	printf("Severity: %s   Section: %s\n", severity_name(control->severity),
	       section_name(control->section));
	print_numbers(library, control);
	puts("\nWhy");
	print_paragraph(control->rationale);
	puts("\nHow it is judged");
	print_judging(control);
	puts("\nHow to meet it");
	print_paragraph(control->remediation);
}

static int run(struct arena *arena, const struct options *options, struct error *err)
{
	size_t n;
	const struct selection selection = {.controls = options_words(options, &n)};
	struct choice choice = {.arena = arena, .selection = &selection, .kinds = SUBJECTS_ALL};
	int r;

	if (n == 0)
		return error_set(err, EINVAL,
				 "explain what? Name controls by key or number, as in: bulkhead "
				 "explain not-privileged 5.31");
	if ((r = target_library(arena, options, &choice.library, err)) < 0 ||
	    (r = choose_benchmarks(&choice, err)) < 0 || (r = choose_controls(&choice, err)) < 0)
		return r;
	for (size_t i = 0; i < choice.n_controls; i++) {
		if (i)
			putchar('\n');
		print_control(choice.library, choice.controls[i]);
	}
	return 0;
}

const struct command command_explain = {
	.name = "explain",
	.summary = "one control: why it matters, how it is judged, how to meet it",
	.synopsis = "bulkhead explain KEY|ID...",
	.details =
		"Say why a control matters, how it is judged and how to meet it. It is named by\n"
		"its key (not-privileged), its number in the newest CIS Docker Benchmark (5.5),\n"
		"a number of another one (cis-docker-1.6.0/5.5), or a group of numbers (5.*).\n",
	.epilogue = "",
	.options = specs,
	.run = run,
};
