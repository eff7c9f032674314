/* SPDX-License-Identifier: Apache-2.0 */

/* bulkhead list: the controls, with their numbers and who judges them. */
#include "base/text.h"
#include "command/command.h"
#include "command/policy.h"
#include "command/target.h"
#include "judge/select.h"
#include "reports/escape.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct option_spec specs[] = {
	CONTROL_OPTIONS,
	{.group = "Output",
	 .name = "parameters",
	 .help = "what a policy file may set, with the values in force, as such a file says it"},
	{.name = "format", .letter = 'f', .argument = "NAME", .help = "text (default) or json"},
	{0},
};

/* The number in the first selected benchmark that has the control. */
static const char *number(const struct choice *choice, const struct control *control)
{
	const struct numbering *line = choice_line(choice, control);

	/* our own benchmark numbers a control by its key, which has a column already */
	return line && strcmp(line->id, control->key) != 0 ? line->id : "-";
}

static unsigned level(const struct choice *choice, const struct control *control)
{
	const struct numbering *line = choice_line(choice, control);

	return line ? line->level : 0;
}

/* A control without a check gets its one result, `manual`, so that coverage is always seen. */
static const char *judged(const struct control *control)
{
	return control->check ? "yes" : "no";
}

static void print_table(const struct choice *choice)
{
	size_t n_judged = 0;
	int width = 3;

	for (size_t i = 0; i < choice->n_controls; i++)
		if ((int)strlen(choice->controls[i]->key) > width)
			width = (int)strlen(choice->controls[i]->key);
	printf("%-7s %-5s %-8s %-7s %-*s %s\n", "NUMBER", "LEVEL", "SEVERITY", "JUDGED", width,
	       "KEY", "TITLE");
	for (size_t i = 0; i < choice->n_controls; i++) {
		const struct control *control = choice->controls[i];

		n_judged += control->check != NULL;
		escape_line(stdout, "%-7s %-5u %-8s %-7s %-*s %s", number(choice, control),
			    level(choice, control), severity_name(control->severity),
			    judged(control), width, control->key, control->title);
	}
	printf("\n%zu controls (", choice->n_controls);
	for (size_t i = 0; i < choice->n_benchmarks; i++) {
		fputs(i ? ", " : "", stdout);
		escape_terminal(choice->benchmarks[i]->title, stdout);
	}
	printf("); %zu are judged by a check, %zu are left to a person.\n", n_judged,
	       choice->n_controls - n_judged);
}

static cJSON *control_json(const struct library *library, const struct control *control)
{
	cJSON *object = cJSON_CreateObject(), *numbers;

	cJSON_AddStringToObject(object, "control", control->key);
	numbers = cJSON_AddObjectToObject(object, "controls");
	for (size_t i = 0; i < library->n_benchmarks; i++) {
		const struct numbering *line = benchmark_line(&library->benchmarks[i], control);

		if (line)
			cJSON_AddStringToObject(numbers, library->benchmarks[i].id, line->id);
	}
	cJSON_AddStringToObject(object, "section", section_name(control->section));
	cJSON_AddStringToObject(object, "title", control->title);
	cJSON_AddStringToObject(object, "severity", severity_name(control->severity));
	if (control->check)
		cJSON_AddStringToObject(object, "check", control->check->name);
	else
		cJSON_AddNullToObject(object, "check");
	cJSON_AddStringToObject(object, "rationale", control->rationale);
	cJSON_AddStringToObject(object, "remediation", control->remediation);
	return object;
}

static int print_json(const struct choice *choice, struct error *err)
{
	cleanup_doc cJSON *list = cJSON_CreateArray();

	for (size_t i = 0; i < choice->n_controls; i++)
		cJSON_AddItemToArray(list, control_json(choice->library, choice->controls[i]));
	return doc_write(list, stdout, err);
}

/* As a policy file, so that one can be started from it. */
static void print_parameters(struct arena *arena, const struct library *library)
{
	puts("parameters:");
	for (size_t i = 0; i < library->n_parameters; i++) {
		const struct parameter *parameter = &library->parameters[i];

		printf("%s  # %s\n  # for", i ? "\n" : "", parameter->summary);
		for (size_t k = 0; k < parameter->n_controls; k++)
			printf("%s %s", k ? "," : "", parameter->controls[k]->key);
		if (parameter->set_at) {
			fputs("; set at ", stdout);
			escape_terminal(parameter->set_at, stdout);
			printf(", by default %s", param_yaml(arena, &parameter->fallback));
		}
		printf("\n  %s: %s\n", parameter->name, param_yaml(arena, &parameter->value));
	}
}

static int run(struct arena *arena, const struct options *options, struct error *err)
{
	const char *format = options_value(options, "format");
	struct selection selection = {0};
	struct choice choice = {.arena = arena, .selection = &selection, .kinds = SUBJECTS_ALL};
	int r;

	if (format && strcmp(format, "text") != 0 && strcmp(format, "json") != 0)
		return error_set(err, EINVAL, "--format %s: expected text or json", format);
	if ((r = command_no_words(options, err)) < 0 ||
	    (r = target_library(arena, options, &choice.library, err)) < 0 ||
	    (r = target_selection(arena, options, choice.library, &selection, err)) < 0 ||
	    (r = choose_benchmarks(&choice, err)) < 0 || (r = choose_controls(&choice, err)) < 0)
		return r;
	if (options_flag(options, "parameters")) {
		print_parameters(arena, choice.library);
		return 0;
	}
	if (text_equal(format, "json"))
		return print_json(&choice, err);
	print_table(&choice);
	return 0;
}

const struct command command_list = {
	.name = "list",
	.summary = "all controls, with their numbers, and which a check judges",
	.synopsis = "bulkhead list [OPTION]...",
	.details = "Show the controls of the selected benchmarks. One that no check judges is\n"
		   "reported as 'manual', so that nothing of a benchmark is left out in silence.\n",
	.epilogue = "",
	.options = specs,
	.run = run,
};
