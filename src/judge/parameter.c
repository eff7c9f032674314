/* SPDX-License-Identifier: Apache-2.0 */

/* benchmarks/parameters.yaml -> what users may set, and where it takes effect. */
#include "judge/library.h"

#include <errno.h>
#include <string.h>

struct draft {
	struct library_builder *builder;
	struct parameter parameter;
	const struct param_spec *spec; /* of the controls' checks, which agree */
};

struct parameter *builder_parameter(const struct library_builder *builder, const char *name)
{
	for (size_t i = 0; i < builder->n_parameters; i++) {
		if (strcmp(builder->parameters[i].name, name) == 0)
			return &builder->parameters[i];
	}
	return NULL;
}

static int read_name(const struct yaml *yaml, const struct yaml_node *node, void *target,
		     struct error *err)
{
	struct draft *draft = target;
	int result = library_string(draft->builder->arena, yaml, node, "name",
				    &draft->parameter.name, err);

	if (result >= 0 && builder_parameter(draft->builder, draft->parameter.name))
		return yaml_error(yaml, node, err, "parameter '%s' is there twice",
				  draft->parameter.name);
	return result;
}

static int read_summary(const struct yaml *yaml, const struct yaml_node *node, void *target,
			struct error *err)
{
	struct draft *draft = target;

	return library_string(draft->builder->arena, yaml, node, "summary",
			      &draft->parameter.summary, err);
}

static int read_param_name(const struct yaml *yaml, const struct yaml_node *node, void *target,
			   struct error *err)
{
	struct draft *draft = target;

	return library_string(draft->builder->arena, yaml, node, "param", &draft->parameter.param,
			      err);
}

static int read_controls(const struct yaml *yaml, const struct yaml_node *node, void *target,
			 struct error *err)
{
	struct draft *draft = target;
	const struct control **controls;
	size_t n;
	int result = yaml_sequence(yaml, node, "controls", &n, err);

	if (result >= 0 && n == 0)
		result = yaml_error(yaml, node, err, "a parameter is for one control at least");
	if (result < 0)
		return result;
	controls = arena_array(draft->builder->arena, n, sizeof(const struct control *));
	for (size_t i = 0; i < n && result >= 0; i++)
		result = builder_read_control(draft->builder, yaml, yaml_item(yaml, node, i),
					      &controls[i], err);
	draft->parameter.controls = controls;
	draft->parameter.n_controls = n;
	return result;
}

static const struct yaml_field fields[] = {
	{.key = "name", .required = true, .read = read_name},
	{.key = "param", .required = true, .read = read_param_name},
	{.key = "controls", .required = true, .read = read_controls},
	{.key = "summary", .required = true, .read = read_summary},
};

/* The check of each control takes the parameter, and as the same type. */
static int find_spec(struct draft *draft, const struct yaml *yaml, const struct yaml_node *node,
		     struct error *err)
{
	const struct parameter *parameter = &draft->parameter;

	for (size_t i = 0; i < parameter->n_controls; i++) {
		const struct control *control = parameter->controls[i];
		const struct param_spec *spec =
			control->check ? check_param(control->check, parameter->param) : NULL;

		if (!spec || (draft->spec && draft->spec->type != spec->type))
			return yaml_error(yaml, node, err,
					  "the check of '%s' has no parameter '%s' of this type",
					  control->key, parameter->param);
		draft->spec = spec;
	}
	return 0;
}

/* What the first control says; the others say the same. */
static void find_fallback(struct draft *draft)
{
	struct parameter *parameter = &draft->parameter;
	const struct control *control = parameter->controls[0];

	parameter->fallback = (struct param){.name = draft->spec->name, .type = draft->spec->type};
	for (size_t i = 0; i < control->n_params; i++) {
		if (strcmp(control->params[i].name, parameter->param) == 0)
			parameter->fallback = control->params[i];
	}
	parameter->value = parameter->fallback;
}

static int read_parameter(struct library_builder *builder, const struct yaml *yaml,
			  const struct yaml_node *node, struct error *err)
{
	struct draft draft = {.builder = builder};
	int result = yaml_fields(yaml, node, "parameter", fields,
				 sizeof(fields) / sizeof(fields[0]), &draft, err);

	if (result >= 0)
		result = find_spec(&draft, yaml, node, err);
	if (result < 0)
		return result;
	find_fallback(&draft);
	builder->parameters[builder->n_parameters++] = draft.parameter;
	return 0;
}

static int read_parameters(const struct yaml *yaml, const struct yaml_node *node, void *target,
			   struct error *err)
{
	struct library_builder *builder = target;
	size_t n;
	int result = yaml_sequence(yaml, node, "parameters", &n, err);

	if (result < 0)
		return result;
	builder->parameters = arena_array(builder->arena, n, sizeof(*builder->parameters));
	builder->n_parameters = 0;
	for (size_t i = 0; result >= 0 && i < n; i++)
		result = read_parameter(builder, yaml, yaml_item(yaml, node, i), err);
	return result;
}

int parameters_read(struct library_builder *builder, const struct yaml *yaml, struct error *err)
{
	const struct yaml_field file[] = {
		{.key = "parameters", .required = true, .read = read_parameters},
	};

	return yaml_fields(yaml, yaml_root(yaml), "file of parameters", file, 1, builder, err);
}
