/* SPDX-License-Identifier: Apache-2.0 */

/* A file of benchmarks/controls/ -> controls, each with its check and parameters. */
#include "judge/library.h"

#include <errno.h>
#include <string.h>

/* A control while its mapping is read: the check's parameters wait until the check is known. */
struct draft {
	struct library_builder *builder;
	struct control control;
	const struct yaml_node *node, *with;
};

/* Lower-case words joined by single dashes. */
static bool is_kebab(const char *key)
{
	bool letter = false;

	for (; *key; key++) {
		if (*key == '-' && !letter)
			return false;
		letter = *key != '-';
		if (letter && !strchr("abcdefghijklmnopqrstuvwxyz0123456789", *key))
			return false;
	}
	return letter;
}

static int read_key(const struct yaml *yaml, const struct yaml_node *node, void *target,
		    struct error *err)
{
	struct draft *draft = target;
	int result =
		library_string(draft->builder->arena, yaml, node, "key", &draft->control.key, err);

	if (result < 0)
		return result;
	if (!is_kebab(draft->control.key))
		return yaml_error(yaml, node, err, "key '%s' is not of the form 'not-privileged'",
				  draft->control.key);
	for (size_t i = 0; i < draft->builder->n_controls; i++) {
		if (strcmp(draft->builder->controls[i].key, draft->control.key) == 0)
			return yaml_error(yaml, node, err, "control '%s' is defined twice",
					  draft->control.key);
	}
	return 0;
}

static int read_section(const struct yaml *yaml, const struct yaml_node *node, void *target,
			struct error *err)
{
	struct draft *draft = target;
	struct nearest nearest = {0};
	const char *name;
	int result = yaml_string(yaml, node, "section", &name, err);

	if (result < 0 || section_parse(name, &draft->control.section))
		return result;
	nearest.wanted = name;
	for (size_t i = 0; i < SECTION_COUNT; i++)
		nearest_offer(&nearest, section_name((enum section)i));
	return yaml_error(yaml, node, err, "unknown section '%s'%s", name,
			  did_you_mean(draft->builder->arena, &nearest));
}

static int read_severity(const struct yaml *yaml, const struct yaml_node *node, void *target,
			 struct error *err)
{
	struct draft *draft = target;
	struct nearest nearest = {0};
	const char *name;
	int result = yaml_string(yaml, node, "severity", &name, err);

	if (result < 0 || severity_parse(name, &draft->control.severity))
		return result;
	nearest.wanted = name;
	for (size_t i = 0; i < SEVERITY_COUNT; i++)
		nearest_offer(&nearest, severity_name((enum severity)i));
	return yaml_error(yaml, node, err, "unknown severity '%s'%s", name,
			  did_you_mean(draft->builder->arena, &nearest));
}

static int read_title(const struct yaml *yaml, const struct yaml_node *node, void *target,
		      struct error *err)
{
	struct draft *draft = target;

	return library_string(draft->builder->arena, yaml, node, "title", &draft->control.title,
			      err);
}

static int read_rationale(const struct yaml *yaml, const struct yaml_node *node, void *target,
			  struct error *err)
{
	struct draft *draft = target;

	return library_string(draft->builder->arena, yaml, node, "rationale",
			      &draft->control.rationale, err);
}

static int read_remediation(const struct yaml *yaml, const struct yaml_node *node, void *target,
			    struct error *err)
{
	struct draft *draft = target;

	return library_string(draft->builder->arena, yaml, node, "remediation",
			      &draft->control.remediation, err);
}

static const struct check *find_check(const struct check *const *checks, const char *name)
{
	for (; *checks; checks++) {
		for (const struct check *check = *checks; check->name; check++) {
			if (strcmp(check->name, name) == 0)
				return check;
		}
	}
	return NULL;
}

static int unknown_check(const struct library_builder *builder, const struct yaml *yaml,
			 const struct yaml_node *node, const char *name, struct error *err)
{
	struct nearest nearest = {.wanted = name};

	for (const struct check *const *table = builder->checks; *table; table++) {
		for (const struct check *check = *table; check->name; check++)
			nearest_offer(&nearest, check->name);
	}
	return yaml_error(yaml, node, err, "unknown check '%s'%s", name,
			  did_you_mean(builder->arena, &nearest));
}

static int read_check(const struct yaml *yaml, const struct yaml_node *node, void *target,
		      struct error *err)
{
	struct draft *draft = target;
	const char *name;
	int result = yaml_string(yaml, node, "check", &name, err);

	if (result < 0)
		return result;
	draft->control.check = find_check(draft->builder->checks, name);
	if (!draft->control.check)
		return unknown_check(draft->builder, yaml, node, name, err);
	return 0;
}

static int read_with(const struct yaml *yaml, const struct yaml_node *node, void *target,
		     struct error *err)
{
	struct draft *draft = target;

	(void)yaml;
	(void)err;
	draft->with = node;
	return 0;
}

static const struct yaml_field control_fields[] = {
	{.key = "key", .required = true, .read = read_key},
	{.key = "section", .required = true, .read = read_section},
	{.key = "title", .required = true, .read = read_title},
	{.key = "severity", .required = true, .read = read_severity},
	{.key = "check", .read = read_check},
	{.key = "with", .read = read_with},
	{.key = "rationale", .required = true, .read = read_rationale},
	{.key = "remediation", .required = true, .read = read_remediation},
};

/* Of a policy file. */
static const struct yaml_field local_fields[] = {
	{.key = "key", .required = true, .read = read_key},
	{.key = "section", .read = read_section},
	{.key = "title", .required = true, .read = read_title},
	{.key = "severity", .required = true, .read = read_severity},
	{.key = "check", .required = true, .read = read_check},
	{.key = "with", .read = read_with},
	{.key = "rationale", .read = read_rationale},
	{.key = "remediation", .required = true, .read = read_remediation},
};
enum { N_FIELDS = sizeof(control_fields) / sizeof(control_fields[0]) };

static int read_strings(struct arena *arena, const struct yaml *yaml, const struct yaml_node *node,
			struct param *param, struct error *err)
{
	const char **strings;
	size_t n;
	int result = yaml_sequence(yaml, node, param->name, &n, err);

	if (result < 0)
		return result;
	strings = arena_array(arena, n, sizeof(*strings));
	for (size_t i = 0; i < n; i++) {
		result = library_string(arena, yaml, yaml_item(yaml, node, i), param->name,
					&strings[i], err);
		if (result < 0)
			return result;
	}
	param->strings = strings;
	param->n_strings = n;
	return 0;
}

int param_read(struct arena *arena, const struct yaml *yaml, const struct yaml_node *node,
	       struct param *param, struct error *err)
{
	switch (param->type) {
	case PARAM_STRING:
		return library_string(arena, yaml, node, param->name, &param->string, err);
	case PARAM_STRINGS:
		return read_strings(arena, yaml, node, param, err);
	case PARAM_BOOL:
		return yaml_bool(yaml, node, param->name, &param->boolean, err);
	case PARAM_INT:
		return yaml_int(yaml, node, param->name, &param->integer, err);
	}
	return -EINVAL;
}

const struct param_spec *check_param(const struct check *check, const char *name)
{
	for (const struct param_spec *spec = check->params; spec && spec->name; spec++) {
		if (strcmp(spec->name, name) == 0)
			return spec;
	}
	return NULL;
}

static int unknown_param(const struct draft *draft, const struct yaml *yaml,
			 const struct yaml_node *node, const char *name, struct error *err)
{
	const struct check *check = draft->control.check;
	struct nearest nearest = {.wanted = name};

	for (const struct param_spec *spec = check->params; spec && spec->name; spec++)
		nearest_offer(&nearest, spec->name);
	return yaml_error(yaml, node, err, "check '%s' has no parameter '%s'%s", check->name, name,
			  did_you_mean(draft->builder->arena, &nearest));
}

/* Member i of `with`. */
static int read_member(const struct draft *draft, const struct yaml *yaml, size_t i,
		       struct param *ret, struct error *err)
{
	const char *name = yaml_key(yaml, draft->with, i);
	const struct yaml_node *node = yaml_value(yaml, draft->with, i);
	const struct param_spec *spec = check_param(draft->control.check, name);

	if (!spec)
		return unknown_param(draft, yaml, node, name, err);
	ret->name = spec->name;
	ret->type = spec->type;
	return param_read(draft->builder->arena, yaml, node, ret, err);
}

static int read_params(struct draft *draft, const struct yaml *yaml, struct error *err)
{
	struct param *params;
	size_t n;
	int result;

	if (!draft->control.check)
		return yaml_error(yaml, draft->with, err, "'with' needs a 'check'");
	result = yaml_mapping(yaml, draft->with, "with", &n, err);
	if (result < 0)
		return result;
	params = arena_array(draft->builder->arena, n, sizeof(*params));
	for (size_t i = 0; i < n && result >= 0; i++)
		result = read_member(draft, yaml, i, &params[i], err);
	draft->control.params = params;
	draft->control.n_params = n;
	return result;
}

static int check_required(const struct draft *draft, const struct yaml *yaml, struct error *err)
{
	const struct control *control = &draft->control;
	const struct param_spec *spec = control->check ? control->check->params : NULL;

	for (; spec && spec->name; spec++) {
		size_t i = 0;

		while (i < control->n_params && strcmp(control->params[i].name, spec->name) != 0)
			i++;
		if (spec->required && i == control->n_params)
			return yaml_error(yaml, draft->with ? draft->with : draft->node, err,
					  "check '%s' needs the parameter '%s'",
					  control->check->name, spec->name);
	}
	return 0;
}

static void add_control(struct library_builder *builder, const struct control *control)
{
	struct control *grown;

	if (builder->n_controls == builder->controls_size) {
		builder->controls_size = builder->controls_size ? builder->controls_size * 2 : 256;
		grown = arena_array(builder->arena, builder->controls_size, sizeof(*grown));
		for (size_t i = 0; i < builder->n_controls; i++)
			grown[i] = builder->controls[i];
		builder->controls = grown;
	}
	builder->controls[builder->n_controls] = *control;
	builder->controls[builder->n_controls].index = builder->n_controls;
	builder->n_controls++;
}

/* What the check itself has to say of its parameters. */
static int check_params(const struct draft *draft, const struct yaml *yaml, struct error *err)
{
	const struct control *control = &draft->control;
	const struct check_input in = {.control = control, .arena = draft->builder->arena};
	const char *complaint = NULL;
	int result = check_required(draft, yaml, err);

	if (result >= 0 && control->check && control->check->complain)
		complaint = control->check->complain(&in);
	if (!complaint)
		return result;
	return yaml_error(yaml, draft->with ? draft->with : draft->node, err, "%s", complaint);
}

/* The section of what a local control judges, where it does not say one. */
static enum section section_of(const struct control *control)
{
	static const enum section sections[SUBJECT_KIND_COUNT] = {
		[SUBJECT_HOST] = SECTION_HOST,         [SUBJECT_ENGINE] = SECTION_DAEMON,
		[SUBJECT_FILE] = SECTION_DAEMON_FILES, [SUBJECT_IMAGE] = SECTION_IMAGES,
		[SUBJECT_CONTAINER] = SECTION_RUNTIME, [SUBJECT_NETWORK] = SECTION_RUNTIME,
		[SUBJECT_SWARM] = SECTION_SWARM,       [SUBJECT_SERVICE] = SECTION_SWARM,
	};
	unsigned kinds = control_subjects(control);
	size_t kind = SUBJECT_KIND_COUNT - 1;

	while (kind > 0 && !(kinds >> kind & 1))
		kind--;
	return sections[kind];
}

static void complete_local(struct control *control)
{
	if (control->section == SECTION_COUNT)
		control->section = section_of(control);
	if (!control->rationale)
		control->rationale = "A policy of this host asks for it.";
}

int control_read(struct library_builder *builder, const struct yaml *yaml,
		 const struct yaml_node *node, bool is_local, struct error *err)
{
	struct draft draft = {.builder = builder, .control.section = SECTION_COUNT, .node = node};
	int result = yaml_fields(yaml, node, "control", is_local ? local_fields : control_fields,
				 N_FIELDS, &draft, err);

	if (result < 0)
		return result;
	result = draft.with ? read_params(&draft, yaml, err) : 0;
	if (result < 0)
		return result;
	result = check_params(&draft, yaml, err);
	if (result < 0)
		return result;
	if (is_local)
		complete_local(&draft.control);
	add_control(builder, &draft.control);
	return 0;
}

static int read_controls(const struct yaml *yaml, const struct yaml_node *node, void *target,
			 struct error *err)
{
	size_t n;
	int result = yaml_sequence(yaml, node, "controls", &n, err);

	for (size_t i = 0; result >= 0 && i < n; i++)
		result = control_read(target, yaml, yaml_item(yaml, node, i), false, err);
	return result;
}

int controls_read(struct library_builder *builder, const struct yaml *yaml, struct error *err)
{
	const struct yaml_field fields[] = {
		{.key = "controls", .required = true, .read = read_controls},
	};

	return yaml_fields(yaml, yaml_root(yaml), "file of controls", fields, 1, builder, err);
}
