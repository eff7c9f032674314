/* SPDX-License-Identifier: Apache-2.0 */

/* bulkhead policy: what several policy files say together, and a first one from results. */
#include "command/policy.h"
#include "base/text.h"
#include "base/yaml_text.h"
#include "command/command.h"
#include "command/target.h"
#include "judge/policy.h"
#include "reports/escape.h"

#include <errno.h>
#include <string.h>
#include <time.h>

static const struct option_spec specs[] = {
	{.group = "Options",
	 .name = "output",
	 .letter = 'o',
	 .argument = "FILE",
	 .help = "init: where to write the policy, instead of standard output"},
	{0},
};

const char *param_yaml(struct arena *arena, const struct param *param)
{
	cleanup_text struct text text = {0};

	switch (param->type) {
	case PARAM_STRINGS:
		for (size_t i = 0; i < param->n_strings; i++) {
			text_add(&text, i ? ", " : "");
			yaml_add_string(&text, param->strings[i]);
		}
		return arena_printf(arena, "[%s]", text_string(&text));
	case PARAM_BOOL:
		return param->boolean ? "true" : "false";
	case PARAM_INT:
		return arena_printf(arena, "%lld", (long long)param->integer);
	case PARAM_STRING:
		break;
	}
	yaml_add_string(&text, param->string ? param->string : "");
	return arena_strdup(arena, text_string(&text));
}

/* "    container: web", "    container: [web, www]". */
static void add_list(struct text *text, const char *key, const char *const *words, size_t n)
{
	text_addf(text, "    %s: %s", key, n > 1 ? "[" : "");
	for (size_t i = 0; i < n; i++) {
		text_add(text, i ? ", " : "");
		yaml_add_string(text, words[i]);
	}
	text_add(text, n > 1 ? "]\n" : "\n");
}

static void add_controls(struct arena *arena, struct text *text, const struct library *library,
			 const bool *controls)
{
	const char **keys = arena_array(arena, library->n_controls, sizeof(*keys));
	size_t n = 0;

	for (size_t i = 0; controls && i < library->n_controls; i++) {
		if (controls[i])
			keys[n++] = library->controls[i].key;
	}
	if (n > 0)
		add_list(text, "controls", keys, n);
}

static void add_scope(struct arena *arena, struct text *text, const struct library *library,
		      const struct scope *scope)
{
	const char *sections[SECTION_COUNT];
	size_t n = 0;

	add_controls(arena, text, library, scope->controls);
	for (int i = 0; i < SECTION_COUNT; i++) {
		if (scope->sections >> i & 1)
			sections[n++] = section_name((enum section)i);
	}
	if (n > 0)
		add_list(text, "sections", sections, n);
	for (int i = 0; i < SELECTOR_COUNT; i++) {
		const struct globs *words = &scope->words[i];

		if (words->n > 0)
			add_list(text, selector_name((enum selector)i), words->items, words->n);
	}
}

static void add_member(struct text *text, const char *key, const char *value)
{
	if (!value)
		return;
	text_addf(text, "    %s: ", key);
	yaml_add_string(text, value);
	text_add(text, "\n");
}

/* An entry of a list begins with its first key: "  - controls: …". */
static void print_entry(const struct text *entry, const char *source, const char *remark)
{
	escape_line(stdout, "  # %s%s", source, remark);
	printf("  - %s", text_string(entry) + strlen("    "));
}

static void print_parameters(struct arena *arena, const struct library *library)
{
	bool any = false;

	for (size_t i = 0; i < library->n_parameters; i++) {
		const struct parameter *parameter = &library->parameters[i];

		if (!parameter->set_at)
			continue;
		if (!any)
			puts("parameters:");
		any = true;
		escape_line(stdout, "  %s: %s  # %s", parameter->name,
			    param_yaml(arena, &parameter->value), parameter->set_at);
	}
}

static void print_ratings(struct arena *arena, const struct library *library)
{
	const struct policy *policy = library->policy;

	if (policy->n_ratings > 0)
		puts("severities:");
	for (size_t i = 0; i < policy->n_ratings; i++) {
		const struct rating *rating = &policy->ratings[i];
		cleanup_text struct text entry = {0};

		add_scope(arena, &entry, library, &rating->scope);
		add_member(&entry, "severity", severity_name(rating->severity));
		print_entry(&entry, rating->source, "");
	}
}

static const char *threshold_value(const struct threshold *threshold)
{
	return threshold->gates ? severity_name(threshold->fail_on) : "none";
}

static void print_thresholds(struct arena *arena, const struct library *library)
{
	const struct policy *policy = library->policy;

	if (policy->n_thresholds > 0)
		puts("thresholds:");
	for (size_t i = 0; i < policy->n_thresholds; i++) {
		const struct threshold *threshold = &policy->thresholds[i];
		cleanup_text struct text entry = {0};

		add_scope(arena, &entry, library, threshold->scope);
		add_member(&entry, "fail_on", threshold_value(threshold));
		print_entry(&entry, threshold->source, "");
	}
}

/* As of today; an audit asks as of the day of its snapshot. */
static const char *expiry_remark(const struct exception *exception)
{
	return exception->end <= (int64_t)time(NULL) ? ", has expired" : "";
}

static void print_exceptions(struct arena *arena, const struct library *library)
{
	const struct policy *policy = library->policy;

	if (policy->n_exceptions > 0)
		puts("exceptions:");
	for (size_t i = 0; i < policy->n_exceptions; i++) {
		const struct exception *exception = &policy->exceptions[i];
		cleanup_text struct text entry = {0};

		add_scope(arena, &entry, library, &exception->scope);
		add_member(&entry, "reason", exception->waiver.reason);
		add_member(&entry, "owner", exception->waiver.owner);
		add_member(&entry, "ticket", exception->waiver.ticket);
		add_member(&entry, "expires", exception->waiver.expires);
		print_entry(&entry, exception->waiver.source, expiry_remark(exception));
	}
}

static void print_label_waivers(struct arena *arena, const struct library *library)
{
	cleanup_text struct text entry = {0};

	if (!library->policy->label_waivers)
		return;
	add_controls(arena, &entry, library, library->policy->label_waivers);
	printf("allow_label_waivers: %s", text_string(&entry) + strlen("    controls: "));
}

static void print_locks(const struct policy *policy)
{
	if (policy->n_locks > 0)
		puts("lock:");
	for (size_t i = 0; i < policy->n_locks; i++)
		escape_line(stdout, "  - %s  # %s", policy->locks[i].word, policy->locks[i].source);
}

static int check(struct arena *arena, const char *const *files, size_t n, struct error *err)
{
	const struct library_files all = {.policies = files, .n_policies = n};
	const struct library *library;
	int r = target_library_of(arena, &all, &library, err);

	if (r < 0)
		return r;
	if (library->policy->fail_on.source)
		escape_line(stdout, "fail_on: %s  # %s", threshold_value(&library->policy->fail_on),
			    library->policy->fail_on_at);
	print_parameters(arena, library);
	print_ratings(arena, library);
	print_thresholds(arena, library);
	print_exceptions(arena, library);
	print_label_waivers(arena, library);
	print_locks(library->policy);
	return 0;
}

static int run(struct arena *arena, const struct options *options, struct error *err)
{
	size_t n;
	const char *const *words = options_words(options, &n);
	const char *output = options_value(options, "output");

	if (n >= 1 && !strcmp(words[0], "check")) {
		if (n < 2 || output)
			return error_set(err, EINVAL,
					 n < 2 ? "check which files? As in: bulkhead policy check "
						 "policy.yaml"
					       : "policy check prints to standard output alone");
		return check(arena, words + 1, n - 1, err);
	}
	if (n >= 1 && !strcmp(words[0], "init")) {
		if (n != 2)
			return error_set(err, EINVAL,
					 "init from which results? As in: bulkhead policy init "
					 "results.json");
		return policy_init(arena, words[1], output, err);
	}
	return error_set(err, EINVAL, "policy what? check FILE... or init RESULTS: see --help");
}

const struct command command_policy = {
	.name = "policy",
	.summary = "check policy files, or start one from the results of an audit",
	.synopsis = "bulkhead policy check FILE...\n"
		    "       bulkhead policy init RESULTS [-o FILE]",
	.details =
		"check reads policy files as an audit would, in their order, and prints what they\n"
		"say together, with the place that each part comes from.\n"
		"\n"
		"init writes a first policy file from the JSON report of an audit: an exception "
		"for\n"
		"each failure. The reasons are left blank, and while one is, the file is not "
		"valid:\n"
		"write those that you know, and delete what you are going to fix.\n",
	.epilogue = "\nExit status: 0, or 2 where a file is wrong: the message says where.\n"
		    "\nExamples:\n"
		    "  bulkhead policy check organisation.yaml host.yaml\n"
		    "  bulkhead -f json=results.json; bulkhead policy init results.json -o "
		    "policy.yaml\n",
	.options = specs,
	.run = run,
};
