/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Reading what a rule of a policy file is about: the keys that all kinds of rules have in common,
 * `controls` and the selectors. For judge/ alone.
 */
#ifndef BULKHEAD_JUDGE_POLICY_SCOPE_H
#define BULKHEAD_JUDGE_POLICY_SCOPE_H

#include "judge/library.h"

/* A rule while its mapping is read; the first member of what SCOPE_FIELDS are read into. */
struct scope_draft {
	struct library_builder *builder;
	struct scope scope;
	const struct yaml_node *controls; /* where they are named; NULL: nowhere */
};

/* Of rules that are not only for what is named. */
#define SECTIONS_FIELD                                         \
	{                                                      \
		.key = "sections", .read = scope_read_sections \
	}

#define SCOPE_FIELDS                                            \
	{.key = "container", .read = scope_read_container},     \
		{.key = "image", .read = scope_read_image},     \
		{.key = "label", .read = scope_read_label},     \
		{.key = "project", .read = scope_read_project}, \
		{.key = "service", .read = scope_read_service}, \
		{.key = "network", .read = scope_read_network}, \
		{.key = "path", .read = scope_read_path},       \
	{                                                       \
		.key = "host", .read = scope_read_host          \
	}

typedef int scope_read(const struct yaml *yaml, const struct yaml_node *node, void *target,
		       struct error *err);
scope_read scope_read_controls, scope_read_sections, scope_read_container, scope_read_image,
	scope_read_label, scope_read_project, scope_read_service, scope_read_network,
	scope_read_path, scope_read_host;

/*
 * Once all keys are read: -EINVAL where no result could be in the scope of the rule, or where it
 * says nothing of what it is for.
 */
int scope_check(const struct scope_draft *draft, const struct yaml *yaml,
		const struct yaml_node *node, struct error *err);

/*
 * The same for a rule that accepts failures: each control has to be one that can fail, and of
 * controls with many subjects it has to be said which are meant.
 */
int scope_check_narrow(const struct scope_draft *draft, const struct yaml *yaml,
		       const struct yaml_node *node, struct error *err);

#endif
