/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/policy_lock.h"

#include <errno.h>
#include <string.h>

static const char *const members[] = {
	"allow_label_waivers", "controls",   "exceptions", "fail_on",
	"parameters",          "severities", "thresholds",
};
enum { N_MEMBERS = sizeof(members) / sizeof(members[0]) };

static const char *find_member(const char *word)
{
	for (size_t i = 0; i < N_MEMBERS; i++) {
		if (strcmp(members[i], word) == 0)
			return members[i];
	}
	return NULL;
}

static int unknown_lock(const struct library_builder *builder, const struct yaml *yaml,
			const struct yaml_node *node, const char *word, struct error *err)
{
	struct nearest nearest = {.wanted = word};

	for (size_t i = 0; i < N_MEMBERS; i++)
		nearest_offer(&nearest, members[i]);
	for (size_t i = 0; i < builder->n_parameters; i++)
		nearest_offer(&nearest, builder->parameters[i].name);
	for (size_t i = 0; i < builder->n_controls; i++)
		nearest_offer(&nearest, builder->controls[i].key);
	return yaml_error(yaml, node, err,
			  "'%s' is no key of policy files, parameter or control to lock%s", word,
			  did_you_mean(builder->arena, &nearest));
}

static int read_lock(struct library_builder *builder, const struct yaml *yaml,
		     const struct yaml_node *node, struct error *err)
{
	struct lock lock = {.source = yaml_where(yaml, node, builder->arena)};
	const char *word;
	int result = yaml_string(yaml, node, "lock", &word, err);

	if (result < 0)
		return result;
	lock.word = arena_strdup(builder->arena, word);
	lock.member = find_member(word);
	if (!lock.member)
		lock.parameter = builder_parameter(builder, word);
	if (!lock.member && !lock.parameter)
		lock.control = builder_control(builder, word);
	if (!lock.member && !lock.parameter && !lock.control)
		return unknown_lock(builder, yaml, node, word, err);
	builder->locks =
		arena_grow(builder->arena, builder->locks, builder->policy.n_locks, sizeof(lock));
	builder->locks[builder->policy.n_locks++] = lock;
	return 0;
}

int locks_read(const struct yaml *yaml, const struct yaml_node *node, void *target,
	       struct error *err)
{
	size_t n;
	int result = yaml_sequence(yaml, node, "lock", &n, err);

	for (size_t i = 0; result >= 0 && i < n; i++)
		result = read_lock(target, yaml, yaml_item(yaml, node, i), err);
	return result;
}

void locks_begin_file(struct library_builder *builder)
{
	for (size_t i = builder->n_locks_before; i < builder->policy.n_locks; i++)
		builder->locks[i].fail_on = builder->policy.fail_on;
	builder->n_locks_before = builder->policy.n_locks;
}

/* What decides of a locked control, whatever later files say of all. */
static struct threshold kept_threshold(struct arena *arena, const struct library_builder *builder,
				       const struct lock *lock)
{
	struct threshold threshold = lock->fail_on;
	struct scope *scope = arena_alloc(arena, sizeof(*scope));
	bool *controls = arena_array(arena, builder->n_controls, sizeof(*controls));

	controls[lock->control->index] = true;
	scope->controls = controls;
	threshold.scope = scope;
	if (threshold.source)
		return threshold;
	threshold.gates = true;
	threshold.fail_on = FAIL_ON_DEFAULT;
	threshold.source = arena_printf(arena, "lock at %s", lock->source);
	return threshold;
}

void locks_end(struct library_builder *builder)
{
	struct policy *policy = &builder->policy;
	const struct threshold *general = &policy->fail_on;
	struct threshold *all = arena_array(
		builder->arena, builder->n_locks_before + policy->n_thresholds, sizeof(*all));
	size_t n = 0;

	/* Of two files that lock the same the first decides, and so comes last. */
	for (size_t i = builder->n_locks_before; i-- > 0;) {
		const struct lock *lock = &builder->locks[i];

		if (lock->control && general->source != lock->fail_on.source)
			all[n++] = kept_threshold(builder->arena, builder, lock);
	}
	for (size_t i = 0; i < policy->n_thresholds; i++)
		all[n++] = builder->thresholds[i];
	builder->thresholds = all;
	policy->n_thresholds = n;
}

const char *policy_locked(const struct policy *policy, const char *member)
{
	for (size_t i = 0; i < policy->n_locks; i++) {
		if (policy->locks[i].member && strcmp(policy->locks[i].member, member) == 0)
			return policy->locks[i].source;
	}
	return NULL;
}

int lock_check_member(const struct library_builder *builder, const struct yaml *yaml,
		      const struct yaml_node *node, const char *member, struct error *err)
{
	for (size_t i = 0; i < builder->n_locks_before; i++) {
		const struct lock *lock = &builder->locks[i];

		if (lock->member && strcmp(lock->member, member) == 0)
			return yaml_error(yaml, node, err, "%s is locked at %s", member,
					  lock->source);
	}
	return 0;
}

int lock_check_parameter(const struct library_builder *builder, const struct yaml *yaml,
			 const struct yaml_node *node, const struct parameter *parameter,
			 struct error *err)
{
	for (size_t i = 0; i < builder->n_locks_before; i++) {
		const struct lock *lock = &builder->locks[i];

		if (lock->parameter == parameter)
			return yaml_error(yaml, node, err, "%s is locked at %s", parameter->name,
					  lock->source);
		for (size_t k = 0; k < parameter->n_controls; k++) {
			if (lock->control == parameter->controls[k])
				return yaml_error(
					yaml, node, err, "%s is for %s, which is locked at %s",
					parameter->name, lock->control->key, lock->source);
		}
	}
	return 0;
}

int lock_check_scope(const struct library_builder *builder, const struct yaml *yaml,
		     const struct yaml_node *node, const struct scope *scope, struct error *err)
{
	for (size_t i = 0; i < builder->n_locks_before; i++) {
		const struct lock *lock = &builder->locks[i];

		if (lock->control && scope_has_control(scope, lock->control))
			return yaml_error(yaml, node, err,
					  "this is for %s, too, which is locked at %s",
					  lock->control->key, lock->source);
	}
	return 0;
}
