/* SPDX-License-Identifier: Apache-2.0 */

/* What a policy file locks against those that follow it. For judge/ alone. */
#ifndef BULKHEAD_JUDGE_POLICY_LOCK_H
#define BULKHEAD_JUDGE_POLICY_LOCK_H

#include "judge/library.h"

/* The locks that are read from now on are not for the file in which they are. */
void locks_begin_file(struct library_builder *builder);

/*
 * Once all files are read: a locked control keeps the fail_on that it had after the file of its
 * lock, as a threshold before all others.
 */
void locks_end(struct library_builder *builder);

/* -EINVAL, saying who locked it, where an earlier file did. */
int lock_check_member(const struct library_builder *builder, const struct yaml *yaml,
		      const struct yaml_node *node, const char *member, struct error *err);
int lock_check_parameter(const struct library_builder *builder, const struct yaml *yaml,
			 const struct yaml_node *node, const struct parameter *parameter,
			 struct error *err);
/* Any control of the scope. */
int lock_check_scope(const struct library_builder *builder, const struct yaml *yaml,
		     const struct yaml_node *node, const struct scope *scope, struct error *err);

#endif
