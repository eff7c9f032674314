/* SPDX-License-Identifier: Apache-2.0 */

/* A policy file: what the people who answer for a host decided. */
#include "judge/policy_lock.h"

#include <errno.h>
#include <string.h>

/* Take `param` in the place of the control's own, if it has one. */
static void set_param(struct arena *arena, struct control *control, const struct param *param)
{
	struct param *params = arena_array(arena, control->n_params + 1, sizeof(*params));
	size_t n = 0;

	for (size_t i = 0; i < control->n_params; i++) {
		if (strcmp(control->params[i].name, param->name) != 0)
			params[n++] = control->params[i];
	}
	params[n++] = *param;
	control->params = params;
	control->n_params = n;
}

static int unknown_parameter(const struct library_builder *builder, const struct yaml *yaml,
			     const struct yaml_node *node, const char *name, struct error *err)
{
	struct nearest nearest = {.wanted = name};

	for (size_t i = 0; i < builder->n_parameters; i++)
		nearest_offer(&nearest, builder->parameters[i].name);
	return yaml_error(yaml, node, err,
			  "unknown parameter '%s'%s; bulkhead list --parameters shows all", name,
			  did_you_mean(builder->arena, &nearest));
}

static int set_parameter(struct library_builder *builder, const struct yaml *yaml, const char *name,
			 const struct yaml_node *node, struct error *err)
{
	struct parameter *parameter = builder_parameter(builder, name);
	struct param value;
	int result;

	if (!parameter)
		return unknown_parameter(builder, yaml, node, name, err);
	result = lock_check_parameter(builder, yaml, node, parameter, err);
	if (result < 0)
		return result;
	value = (struct param){.name = parameter->name, .type = parameter->fallback.type};
	result = param_read(builder->arena, yaml, node, &value, err);
	if (result < 0)
		return result;
	value.name = parameter->param;
	for (size_t i = 0; i < parameter->n_controls; i++)
		set_param(builder->arena, &builder->controls[parameter->controls[i]->index],
			  &value);
	parameter->value = value;
	parameter->set_at = yaml_where(yaml, node, builder->arena);
	return 0;
}

static int read_parameters(const struct yaml *yaml, const struct yaml_node *node, void *target,
			   struct error *err)
{
	size_t n;
	int result = yaml_mapping(yaml, node, "parameters", &n, err);

	for (size_t i = 0; result >= 0 && i < n; i++)
		result = set_parameter(target, yaml, yaml_key(yaml, node, i),
				       yaml_value(yaml, node, i), err);
	return result;
}

static int read_label_waivers(const struct yaml *yaml, const struct yaml_node *node, void *target,
			      struct error *err)
{
	struct library_builder *builder = target;
	struct scope scope = {0};
	int result = control_words_read(builder, yaml, node, &scope.controls, err);

	if (result >= 0)
		result = lock_check_scope(builder, yaml, node, &scope, err);
	if (result >= 0)
		builder->policy.label_waivers = scope.controls;
	return result;
}

/* They were read before all else: local_controls_read(). */
static int skip_controls(const struct yaml *yaml, const struct yaml_node *node, void *target,
			 struct error *err)
{
	(void)yaml, (void)node, (void)target, (void)err;
	return 0;
}

static const struct yaml_field policy_fields[] = {
	{.key = "allow_label_waivers", .read = read_label_waivers},
	{.key = "controls", .read = skip_controls},
	{.key = "exceptions", .read = exceptions_read},
	{.key = "fail_on", .read = fail_on_read},
	{.key = "lock", .read = locks_read},
	{.key = "parameters", .read = read_parameters},
	{.key = "severities", .read = severities_read},
	{.key = "thresholds", .read = thresholds_read},
};

/* What earlier files have locked as a whole. */
static int check_members(const struct library_builder *builder, const struct yaml *yaml,
			 struct error *err)
{
	size_t n;
	int result = yaml_mapping(yaml, yaml_root(yaml), "policy", &n, err);

	for (size_t i = 0; result >= 0 && i < n; i++)
		result = lock_check_member(builder, yaml, yaml_value(yaml, yaml_root(yaml), i),
					   yaml_key(yaml, yaml_root(yaml), i), err);
	return result;
}

int policy_read(struct library_builder *builder, const struct yaml *yaml, struct error *err)
{
	int result;

	locks_begin_file(builder);
	result = check_members(builder, yaml, err);
	return result < 0 ? result
			  : yaml_fields(yaml, yaml_root(yaml), "policy", policy_fields,
					sizeof(policy_fields) / sizeof(policy_fields[0]), builder,
					err);
}
