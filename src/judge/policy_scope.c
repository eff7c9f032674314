/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/policy_scope.h"

#include "judge/policy_lock.h"
#include "judge/subject_match.h"

#include <errno.h>
#include <string.h>

/* One word, or a list of words. */
struct words {
	const struct yaml *yaml;
	const struct yaml_node *node;
	bool is_list;
	size_t n;
};

static int words_open(const struct yaml *yaml, const struct yaml_node *node, const char *what,
		      struct words *ret, struct error *err)
{
	const char *word;
	int result;

	*ret = (struct words){.yaml = yaml, .node = node, .n = 1};
	if (yaml_string(yaml, node, what, &word, NULL) == 0)
		return 0;
	ret->is_list = true;
	result = yaml_sequence(yaml, node, what, &ret->n, err);
	if (result >= 0 && ret->n == 0)
		result = yaml_error(yaml, node, err, "%s: the list is empty", what);
	return result;
}

static const struct yaml_node *words_at(const struct words *words, size_t i)
{
	return words->is_list ? yaml_item(words->yaml, words->node, i) : words->node;
}

/* "cis-docker-1.8.0/5.16" */
static const struct control *find_number(const struct library_builder *builder, const char *word,
					 struct error *err)
{
	const char *number = strchr(word, '/') + 1;
	const char *id = arena_strndup(builder->arena, word, (size_t)(number - 1 - word));
	const struct benchmark *benchmark;

	if (benchmark_find(builder->arena, builder->benchmarks, builder->n_benchmarks, id,
			   &benchmark, err) < 0)
		return NULL;
	for (size_t i = 0; i < benchmark->n; i++) {
		if (strcmp(benchmark->lines[i].id, number) == 0)
			return benchmark->lines[i].control;
	}
	benchmark_lacks(builder->arena, benchmark, number, err);
	return NULL;
}

static int unknown_control(const struct library_builder *builder, const struct yaml *yaml,
			   const struct yaml_node *node, const char *word, struct error *err)
{
	struct nearest nearest = {.wanted = word};

	if (word[strspn(word, "0123456789.*")] == '\0')
		return yaml_error(yaml, node, err,
				  "'%s' is another control in each benchmark: write the control's "
				  "key, or a number with its benchmark, as in "
				  "cis-docker-1.8.0/5.16",
				  word);
	for (size_t i = 0; i < builder->n_controls; i++)
		nearest_offer(&nearest, builder->controls[i].key);
	return yaml_error(yaml, node, err, "unknown control '%s'%s", word,
			  did_you_mean(builder->arena, &nearest));
}

/* NULL where the word names none; err then says so. */
static const struct control *find_control(const struct library_builder *builder,
					  const struct yaml *yaml, const struct yaml_node *node,
					  struct error *err)
{
	const struct control *control;
	const char *word;

	if (yaml_string(yaml, node, "controls", &word, err) < 0)
		return NULL;
	if (strchr(word, '/')) {
		struct error unknown = {0};

		control = find_number(builder, word, &unknown);
		if (!control)
			yaml_error(yaml, node, err, "%s", unknown.text);
		return control;
	}
	control = builder_control(builder, word);
	if (!control)
		unknown_control(builder, yaml, node, word, err);
	return control;
}

int control_words_read(struct library_builder *builder, const struct yaml *yaml,
		       const struct yaml_node *node, const bool **ret, struct error *err)
{
	bool *marks = arena_array(builder->arena, builder->n_controls, sizeof(*marks));
	struct words words;
	int result = words_open(yaml, node, "controls", &words, err);

	for (size_t i = 0; result >= 0 && i < words.n; i++) {
		const struct control *control =
			find_control(builder, yaml, words_at(&words, i), err);

		if (!control)
			return -EINVAL;
		marks[control->index] = true;
	}
	if (result >= 0)
		*ret = marks;
	return result;
}

int scope_read_controls(const struct yaml *yaml, const struct yaml_node *node, void *target,
			struct error *err)
{
	struct scope_draft *draft = target;

	draft->controls = node;
	return control_words_read(draft->builder, yaml, node, &draft->scope.controls, err);
}

static int read_section(const struct library_builder *builder, const struct yaml *yaml,
			const struct yaml_node *node, unsigned *sections, struct error *err)
{
	struct nearest nearest = {0};
	enum section section;
	int result = yaml_string(yaml, node, "sections", &nearest.wanted, err);

	if (result < 0)
		return result;
	if (section_parse(nearest.wanted, &section)) {
		*sections |= 1U << section;
		return 0;
	}
	for (size_t i = 0; i < SECTION_COUNT; i++)
		nearest_offer(&nearest, section_name((enum section)i));
	return yaml_error(yaml, node, err, "unknown section '%s'%s", nearest.wanted,
			  did_you_mean(builder->arena, &nearest));
}

int scope_read_sections(const struct yaml *yaml, const struct yaml_node *node, void *target,
			struct error *err)
{
	struct scope_draft *draft = target;
	struct words words;
	int result = words_open(yaml, node, "sections", &words, err);

	for (size_t i = 0; result >= 0 && i < words.n; i++)
		result = read_section(draft->builder, yaml, words_at(&words, i),
				      &draft->scope.sections, err);
	return result;
}

static int read_globs(const struct yaml *yaml, const struct yaml_node *node,
		      struct scope_draft *draft, enum selector selector, struct error *err)
{
	struct arena *arena = draft->builder->arena;
	const char *what = selector_name(selector), **items;
	struct words words;
	int result = words_open(yaml, node, what, &words, err);

	if (result < 0)
		return result;
	items = arena_array(arena, words.n, sizeof(*items));
	for (size_t i = 0; i < words.n && result >= 0; i++)
		result = library_string(arena, yaml, words_at(&words, i), what, &items[i], err);
	draft->scope.words[selector] = (struct globs){.items = items, .n = words.n};
	return result;
}

int scope_read_container(const struct yaml *yaml, const struct yaml_node *node, void *target,
			 struct error *err)
{
	return read_globs(yaml, node, target, SELECT_CONTAINER, err);
}

int scope_read_image(const struct yaml *yaml, const struct yaml_node *node, void *target,
		     struct error *err)
{
	return read_globs(yaml, node, target, SELECT_IMAGE, err);
}

int scope_read_label(const struct yaml *yaml, const struct yaml_node *node, void *target,
		     struct error *err)
{
	return read_globs(yaml, node, target, SELECT_LABEL, err);
}

int scope_read_project(const struct yaml *yaml, const struct yaml_node *node, void *target,
		       struct error *err)
{
	return read_globs(yaml, node, target, SELECT_PROJECT, err);
}

int scope_read_service(const struct yaml *yaml, const struct yaml_node *node, void *target,
		       struct error *err)
{
	return read_globs(yaml, node, target, SELECT_SERVICE, err);
}

int scope_read_network(const struct yaml *yaml, const struct yaml_node *node, void *target,
		       struct error *err)
{
	return read_globs(yaml, node, target, SELECT_NETWORK, err);
}

int scope_read_path(const struct yaml *yaml, const struct yaml_node *node, void *target,
		    struct error *err)
{
	return read_globs(yaml, node, target, SELECT_PATH, err);
}

int scope_read_host(const struct yaml *yaml, const struct yaml_node *node, void *target,
		    struct error *err)
{
	return read_globs(yaml, node, target, SELECT_HOST, err);
}

/* The kinds of subject that have all that is selected by; *ret_last the last of those selectors. */
static unsigned selected_kinds(const struct scope *scope, enum selector *ret_last)
{
	unsigned kinds = ~0U;

	*ret_last = SELECTOR_COUNT;
	for (size_t i = SELECTOR_COUNT; i-- > 0;) {
		if (scope->words[i].n == 0)
			continue;
		kinds &= selector_kinds((enum selector)i);
		if (*ret_last == SELECTOR_COUNT)
			*ret_last = (enum selector)i;
	}
	return kinds;
}

/* Of these a host has exactly one each. */
#define KINDS_SINGLE (SUBJECTS(SUBJECT_HOST) | SUBJECTS(SUBJECT_ENGINE) | SUBJECTS(SUBJECT_SWARM))

typedef int check_control(const struct scope_draft *draft, const struct yaml *yaml,
			  const struct yaml_node *node, const struct control *control,
			  struct error *err);

/* Its one result, where no check decides it, is the host's. */
static int check_any(const struct scope_draft *draft, const struct yaml *yaml,
		     const struct yaml_node *node, const struct control *control, struct error *err)
{
	enum selector last;
	unsigned kinds = selected_kinds(&draft->scope, &last);

	if (!((control->check ? control_subjects(control) : SUBJECTS(SUBJECT_HOST)) & kinds))
		return yaml_error(yaml, node, err,
				  "'%s' judges nothing that the selectors together could match",
				  control->key);
	return 0;
}

static int check_narrow(const struct scope_draft *draft, const struct yaml *yaml,
			const struct yaml_node *node, const struct control *control,
			struct error *err)
{
	enum selector last;

	selected_kinds(&draft->scope, &last);
	if (!control->check || control->check->gathers)
		return yaml_error(yaml, node, err,
				  "'%s' is left to a person: it never fails, and an exception of "
				  "it is for nothing",
				  control->key);
	if (last == SELECTOR_COUNT && control_subjects(control) & ~KINDS_SINGLE)
		return yaml_error(yaml, node, err,
				  "'%s' judges more than one subject of a host: say which, as by "
				  "container: 'web-*', or host: '*' for all",
				  control->key);
	return check_any(draft, yaml, node, control, err);
}

static int check_controls(const struct scope_draft *draft, const struct yaml *yaml,
			  check_control *check, struct error *err)
{
	struct words words;
	int result = words_open(yaml, draft->controls, "controls", &words, err);

	for (size_t i = 0; result >= 0 && i < words.n; i++) {
		const struct yaml_node *node = words_at(&words, i);
		const struct control *control = find_control(draft->builder, yaml, node, err);

		result = control ? check(draft, yaml, node, control, err) : -EINVAL;
	}
	return result;
}

static int check_scope(const struct scope_draft *draft, const struct yaml *yaml,
		       const struct yaml_node *node, check_control *check, struct error *err)
{
	enum selector last;
	int result = lock_check_scope(draft->builder, yaml, node, &draft->scope, err);

	if (result < 0)
		return result;
	if (!selected_kinds(&draft->scope, &last))
		return yaml_error(yaml, node, err,
				  "no subject has all that is selected by: nothing can match");
	return draft->controls ? check_controls(draft, yaml, check, err) : 0;
}

int scope_check(const struct scope_draft *draft, const struct yaml *yaml,
		const struct yaml_node *node, struct error *err)
{
	enum selector last;

	selected_kinds(&draft->scope, &last);
	if (!draft->controls && !draft->scope.sections && last == SELECTOR_COUNT)
		return yaml_error(yaml, node, err,
				  "say what it is for: controls, sections or subjects");
	return check_scope(draft, yaml, node, check_any, err);
}

int scope_check_narrow(const struct scope_draft *draft, const struct yaml *yaml,
		       const struct yaml_node *node, struct error *err)
{
	return check_scope(draft, yaml, node, check_narrow, err);
}
