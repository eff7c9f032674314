/* SPDX-License-Identifier: Apache-2.0 */

/* What a policy file says of severities: `severities`, `fail_on` and `thresholds`. */
#include "judge/policy_scope.h"

#include <string.h>

struct draft {
	struct scope_draft scope; /* first: SCOPE_FIELDS are read into it */
	enum severity severity;
	bool gates;
};

static int unknown_severity(const struct library_builder *builder, const struct yaml *yaml,
			    const struct yaml_node *node, const char *name, bool or_none,
			    struct error *err)
{
	struct nearest nearest = {.wanted = name};

	for (size_t i = 0; i < SEVERITY_COUNT; i++)
		nearest_offer(&nearest, severity_name((enum severity)i));
	if (or_none)
		nearest_offer(&nearest, "none");
	return yaml_error(yaml, node, err, "unknown severity '%s'%s", name,
			  did_you_mean(builder->arena, &nearest));
}

static int read_severity(const struct yaml *yaml, const struct yaml_node *node, void *target,
			 struct error *err)
{
	struct draft *draft = target;
	const char *name;
	int result = yaml_string(yaml, node, "severity", &name, err);

	if (result < 0 || severity_parse(name, &draft->severity))
		return result;
	return unknown_severity(draft->scope.builder, yaml, node, name, false, err);
}

/* A severity, or none. */
static int read_threshold_value(const struct yaml *yaml, const struct yaml_node *node, void *target,
				struct error *err)
{
	struct draft *draft = target;
	const char *name;
	int result = yaml_string(yaml, node, "fail_on", &name, err);

	if (result < 0)
		return result;
	draft->gates = strcmp(name, "none") != 0;
	if (!draft->gates || severity_parse(name, &draft->severity))
		return 0;
	return unknown_severity(draft->scope.builder, yaml, node, name, true, err);
}

int fail_on_read(const struct yaml *yaml, const struct yaml_node *node, void *target,
		 struct error *err)
{
	struct library_builder *builder = target;
	struct draft draft = {.scope.builder = builder};
	int result = read_threshold_value(yaml, node, &draft, err);

	if (result < 0)
		return result;
	builder->policy.fail_on_at = yaml_where(yaml, node, builder->arena);
	builder->policy.fail_on = (struct threshold){
		.gates = draft.gates,
		.fail_on = draft.severity,
		.source = arena_printf(builder->arena, "fail_on at %s", builder->policy.fail_on_at),
	};
	return 0;
}

static const struct yaml_field rating_fields[] = {
	{.key = "controls", .read = scope_read_controls},
	SECTIONS_FIELD,
	{.key = "severity", .required = true, .read = read_severity},
	SCOPE_FIELDS,
};

static const struct yaml_field threshold_fields[] = {
	{.key = "controls", .read = scope_read_controls},
	SECTIONS_FIELD,
	{.key = "fail_on", .required = true, .read = read_threshold_value},
	SCOPE_FIELDS,
};

#define N_FIELDS(fields) (sizeof(fields) / sizeof((fields)[0]))

static int read_rating(struct library_builder *builder, const struct yaml *yaml,
		       const struct yaml_node *node, struct error *err)
{
	struct draft draft = {.scope.builder = builder};
	struct policy *policy = &builder->policy;
	int result = yaml_fields(yaml, node, "severity", rating_fields, N_FIELDS(rating_fields),
				 &draft, err);

	if (result >= 0)
		result = scope_check(&draft.scope, yaml, node, err);
	if (result < 0)
		return result;
	builder->ratings = arena_grow(builder->arena, builder->ratings, policy->n_ratings,
				      sizeof(*builder->ratings));
	builder->ratings[policy->n_ratings++] = (struct rating){
		.scope = draft.scope.scope,
		.severity = draft.severity,
		.source = yaml_where(yaml, node, builder->arena),
	};
	return 0;
}

static int read_threshold(struct library_builder *builder, const struct yaml *yaml,
			  const struct yaml_node *node, struct error *err)
{
	struct draft draft = {.scope.builder = builder};
	struct policy *policy = &builder->policy;
	struct scope *scope;
	int result = yaml_fields(yaml, node, "threshold", threshold_fields,
				 N_FIELDS(threshold_fields), &draft, err);

	if (result >= 0)
		result = scope_check(&draft.scope, yaml, node, err);
	if (result < 0)
		return result;
	scope = arena_alloc(builder->arena, sizeof(*scope));
	*scope = draft.scope.scope;
	builder->thresholds = arena_grow(builder->arena, builder->thresholds, policy->n_thresholds,
					 sizeof(*builder->thresholds));
	builder->thresholds[policy->n_thresholds++] = (struct threshold){
		.scope = scope,
		.gates = draft.gates,
		.fail_on = draft.severity,
		.source = yaml_where(yaml, node, builder->arena),
	};
	return 0;
}

int severities_read(const struct yaml *yaml, const struct yaml_node *node, void *target,
		    struct error *err)
{
	size_t n;
	int result = yaml_sequence(yaml, node, "severities", &n, err);

	for (size_t i = 0; result >= 0 && i < n; i++)
		result = read_rating(target, yaml, yaml_item(yaml, node, i), err);
	return result;
}

int thresholds_read(const struct yaml *yaml, const struct yaml_node *node, void *target,
		    struct error *err)
{
	size_t n;
	int result = yaml_sequence(yaml, node, "thresholds", &n, err);

	for (size_t i = 0; result >= 0 && i < n; i++)
		result = read_threshold(target, yaml, yaml_item(yaml, node, i), err);
	return result;
}
