/* SPDX-License-Identifier: Apache-2.0 */

/* A benchmark file -> its numbering of controls. */
#include "judge/library.h"

#include <errno.h>
#include <string.h>

struct draft {
	struct library_builder *builder;
	struct benchmark benchmark;
};

struct line_draft {
	struct draft *draft;
	struct numbering *line;
	size_t n_before;
};

int benchmark_find(struct arena *arena, const struct benchmark *benchmarks, size_t n,
		   const char *id, const struct benchmark **ret, struct error *err)
{
	struct nearest nearest = {.wanted = id};

	for (size_t i = 0; i < n; i++) {
		if (strcmp(benchmarks[i].id, id) == 0) {
			*ret = &benchmarks[i];
			return 0;
		}
		nearest_offer(&nearest, benchmarks[i].id);
	}
	error_set(err, EINVAL, "unknown benchmark '%s'%s", id, did_you_mean(arena, &nearest));
	return -EINVAL; /* said here, an analyser sees that *ret is not used */
}

int benchmark_lacks(struct arena *arena, const struct benchmark *benchmark, const char *number,
		    struct error *err)
{
	struct nearest nearest = {.wanted = number};

	for (size_t i = 0; i < benchmark->n; i++)
		nearest_offer(&nearest, benchmark->lines[i].id);
	return error_set(err, EINVAL, "%s has no control '%s'%s", benchmark->id, number,
			 did_you_mean(arena, &nearest));
}

static int read_id(const struct yaml *yaml, const struct yaml_node *node, void *target,
		   struct error *err)
{
	struct line_draft *draft = target;
	const struct numbering *lines = draft->line - draft->n_before;
	const char *id;
	int result = library_string(draft->draft->builder->arena, yaml, node, "id", &id, err);

	if (result < 0)
		return result;
	for (size_t i = 0; i < draft->n_before; i++) {
		if (strcmp(lines[i].id, id) == 0)
			return yaml_error(yaml, node, err, "id '%s' is said twice", id);
	}
	draft->line->id = id;
	return 0;
}

static int read_control(const struct yaml *yaml, const struct yaml_node *node, void *target,
			struct error *err)
{
	struct line_draft *draft = target;
	const struct numbering *lines = draft->line - draft->n_before;
	int result =
		builder_read_control(draft->draft->builder, yaml, node, &draft->line->control, err);

	for (size_t i = 0; result >= 0 && i < draft->n_before; i++) {
		if (lines[i].control == draft->line->control)
			return yaml_error(yaml, node, err, "control '%s' is said twice",
					  draft->line->control->key);
	}
	return result;
}

static int read_level(const struct yaml *yaml, const struct yaml_node *node, void *target,
		      struct error *err)
{
	struct line_draft *draft = target;
	int64_t level;
	int result = yaml_int(yaml, node, "level", &level, err);

	if (result < 0)
		return result;
	if (level != 1 && level != 2)
		return yaml_error(yaml, node, err, "level must be 1 or 2");
	draft->line->level = (unsigned)level;
	return 0;
}

static int read_assessment(const struct yaml *yaml, const struct yaml_node *node, void *target,
			   struct error *err)
{
	struct line_draft *draft = target;
	const char *word;
	int result = yaml_string(yaml, node, "assessment", &word, err);

	if (result < 0)
		return result;
	draft->line->automated = strcmp(word, "automated") == 0;
	if (!draft->line->automated && strcmp(word, "manual") != 0)
		return yaml_error(yaml, node, err, "assessment must be 'automated' or 'manual'");
	return 0;
}

static const struct yaml_field line_fields[] = {
	{.key = "id", .required = true, .read = read_id},
	{.key = "control", .required = true, .read = read_control},
	{.key = "level", .read = read_level},
	{.key = "assessment", .required = true, .read = read_assessment},
};

static int read_lines(const struct yaml *yaml, const struct yaml_node *node, void *target,
		      struct error *err)
{
	struct draft *draft = target;
	struct numbering *lines;
	size_t n;
	int result = yaml_sequence(yaml, node, "controls", &n, err);

	if (result < 0)
		return result;
	lines = arena_array(draft->builder->arena, n, sizeof(*lines));
	for (size_t i = 0; i < n; i++) {
		struct line_draft line = {.draft = draft, .line = &lines[i], .n_before = i};

		result = yaml_fields(yaml, yaml_item(yaml, node, i), "line of a benchmark",
				     line_fields, sizeof(line_fields) / sizeof(line_fields[0]),
				     &line, err);
		if (result < 0)
			return result;
	}
	draft->benchmark.lines = lines;
	draft->benchmark.n = n;
	return 0;
}

static int read_name(const struct yaml *yaml, const struct yaml_node *node, void *target,
		     struct error *err)
{
	struct draft *draft = target;
	const char *id;
	int result = library_string(draft->builder->arena, yaml, node, "benchmark", &id, err);

	if (result < 0)
		return result;
	if (strchr(id, '/'))
		return yaml_error(yaml, node, err, "a benchmark's id has no '/'");
	for (size_t i = 0; i < draft->builder->n_benchmarks; i++) {
		if (strcmp(draft->builder->benchmarks[i].id, id) == 0)
			return yaml_error(yaml, node, err, "benchmark '%s' is known already", id);
	}
	draft->benchmark.id = id;
	return 0;
}

static int read_title(const struct yaml *yaml, const struct yaml_node *node, void *target,
		      struct error *err)
{
	struct draft *draft = target;

	return library_string(draft->builder->arena, yaml, node, "title", &draft->benchmark.title,
			      err);
}

static const struct yaml_field benchmark_fields[] = {
	{.key = "benchmark", .required = true, .read = read_name},
	{.key = "title", .required = true, .read = read_title},
	{.key = "controls", .required = true, .read = read_lines},
};

int benchmark_read(struct library_builder *builder, const struct yaml *yaml, struct benchmark *ret,
		   struct error *err)
{
	struct draft draft = {.builder = builder};
	int result =
		yaml_fields(yaml, yaml_root(yaml), "benchmark", benchmark_fields,
			    sizeof(benchmark_fields) / sizeof(benchmark_fields[0]), &draft, err);

	if (result >= 0)
		*ret = draft.benchmark;
	return result;
}

const struct numbering *benchmark_line(const struct benchmark *benchmark,
				       const struct control *control)
{
	for (size_t i = 0; i < benchmark->n; i++) {
		if (benchmark->lines[i].control == control)
			return &benchmark->lines[i];
	}
	return NULL;
}
