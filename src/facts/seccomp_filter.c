/* SPDX-License-Identifier: Apache-2.0 */

/* Rules that hold, put together for each call. */
#include "facts/seccomp_filter.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* Without an entry here, all three have the same word. */
static const struct {
	const char *arch, *go_arch, *docker;
} processors[] = {
	{"x86_64", "amd64", "x86_64"},
	{"x86", "x86", "386"},
	{"x86", "x86", "i386"},
	{"x86", "x86", "i686"},
	{"aarch64", "arm64", "arm64"},
	{"arm", "arm", "armv7l"},
	{"arm", "arm", "armv6l"},
	{"ppc64le", "ppc64le", "ppc64le"},
	{"ppc64", "ppc64", "ppc64"},
	{"s390x", "s390x", "s390x"},
	{"riscv64", "riscv64", "riscv64"},
	{"loongarch64", "loongarch64", "loong64"},
	{"mips64", "mips64", "mips64"},
	{"mipsel64", "mipsel64", "mips64le"},
};

bool seccomp_machine_arch(struct seccomp_machine *machine, const char *name)
{
	for (size_t i = 0; i < sizeof(processors) / sizeof(processors[0]); i++) {
		if (!text_equal(name, processors[i].arch) &&
		    !text_equal(name, processors[i].go_arch) &&
		    !text_equal(name, processors[i].docker))
			continue;
		machine->arch = processors[i].arch;
		machine->go_arch = processors[i].go_arch;
		return true;
	}
	return false;
}

static bool lists(const char *const *items, size_t n, const char *item)
{
	for (size_t i = 0; i < n; i++)
		if (text_equal(items[i], item))
			return true;
	return false;
}

/* Any word of `excludes` is enough to leave a rule out, and every word of `includes` has to hold.
 */
static bool rule_holds(const struct seccomp_rule *rule, const struct seccomp_machine *machine)
{
	const struct seccomp_clause *in = &rule->includes, *ex = &rule->excludes;

	if (lists(ex->arches, ex->n_arches, machine->go_arch) ||
	    (ex->capabilities & machine->capabilities) ||
	    (ex->kernel && machine->kernel >= ex->kernel))
		return false;
	return (!in->n_arches || lists(in->arches, in->n_arches, machine->go_arch)) &&
	       !in->unknown_capability && !(in->capabilities & ~machine->capabilities) &&
	       machine->kernel >= in->kernel;
}

/* runc leaves out what the default action does anyway. */
static bool rule_matters(const struct seccomp_rule *rule, const struct seccomp_profile *profile)
{
	return rule->action != profile->default_action ||
	       (rule->action == SECCOMP_ERRNO && rule->errno_ret != profile->default_errno);
}

static enum seccomp_access access_by(enum seccomp_action action)
{
	switch (action) {
	case SECCOMP_ALLOW:
	case SECCOMP_LOG:
		return SECCOMP_ALLOWED;
	case SECCOMP_TRACE:
	case SECCOMP_NOTIFY:
		return SECCOMP_SOMETIMES;
	default:
		return SECCOMP_DENIED;
	}
}

struct mention {
	const char *name;
	const struct seccomp_rule *rule; /* by address in the order of the profile */
};

static int compare_mentions(const void *a, const void *b)
{
	const struct mention *left = a, *right = b;
	int order = strcmp(left->name, right->name);

	if (order)
		return order;
	return (left->rule > right->rule) - (left->rule < right->rule);
}

static bool condition_holds(const struct seccomp_condition *condition, uint64_t argument)
{
	switch (condition->compare) {
	case SECCOMP_NE:
		return argument != condition->value;
	case SECCOMP_LT:
		return argument < condition->value;
	case SECCOMP_LE:
		return argument <= condition->value;
	case SECCOMP_EQ:
		return argument == condition->value;
	case SECCOMP_GE:
		return argument >= condition->value;
	case SECCOMP_GT:
		return argument > condition->value;
	case SECCOMP_MASKED_EQ:
		return (argument & condition->value) == condition->value_two;
	}
	return false;
}

/*
 * runc asks libseccomp for all conditions at once, or where one argument is named twice, for each
 * by itself: then any of them is enough.
 */
static bool any_is_enough(const struct seccomp_rule *rule)
{
	unsigned seen = 0;

	for (size_t i = 0; i < rule->n_conditions; i++) {
		if (seen & (1u << rule->conditions[i].index))
			return true;
		seen |= 1u << rule->conditions[i].index;
	}
	return false;
}

/* One whose conditions speak of other arguments matches: somebody chooses those to fit. */
bool seccomp_rule_matches(const struct seccomp_rule *rule, unsigned index, uint64_t value)
{
	bool any = any_is_enough(rule);

	for (size_t i = 0; i < rule->n_conditions; i++) {
		const struct seccomp_condition *condition = &rule->conditions[i];
		bool holds = condition->index != index || condition_holds(condition, value);

		if (holds == any)
			return any;
	}
	return !any;
}

/* A rule that refuses leaves a way around it unless it speaks of nothing but this argument. */
static bool rule_refuses(const struct seccomp_rule *rule, unsigned index, uint64_t value)
{
	bool any = any_is_enough(rule);

	for (size_t i = 0; i < rule->n_conditions; i++) {
		const struct seccomp_condition *condition = &rule->conditions[i];
		bool holds = condition->index == index && condition_holds(condition, value);

		if (holds == any)
			return any;
	}
	return !any;
}

/* The first rule without conditions decides alone; libseccomp drops those with some. */
static void settle(struct seccomp_call *call, enum seccomp_access otherwise)
{
	bool less = false, more = false;

	for (size_t i = 0; i < call->n_rules && !call->decisive; i++)
		if (!call->rules[i]->n_conditions)
			call->decisive = call->rules[i];
	if (call->decisive) {
		call->access = access_by(call->decisive->action);
		return;
	}
	for (size_t i = 0; i < call->n_rules; i++) {
		enum seccomp_access access = access_by(call->rules[i]->action);

		more |= access > otherwise;
		less |= access < otherwise;
	}
	call->access = more || less ? SECCOMP_SOMETIMES : otherwise;
}

static void group(struct arena *arena, struct seccomp_filter *filter, struct mention *mentions,
		  size_t n)
{
	struct seccomp_call *calls = arena_array(arena, n, sizeof(*calls));
	const struct seccomp_rule **rules = arena_array(arena, n, sizeof(*rules));
	size_t n_calls = 0;

	for (size_t i = 0; i < n; i++) {
		struct seccomp_call *call = &calls[n_calls];

		if (!i || strcmp(mentions[i].name, mentions[i - 1].name) != 0) {
			n_calls += call->name ? 1 : 0;
			call = &calls[n_calls];
			call->name = mentions[i].name;
			call->rules = &rules[i];
		}
		rules[i] = mentions[i].rule;
		call->n_rules++;
	}
	filter->calls = calls;
	filter->n_calls = n_calls + (n ? 1 : 0);
	for (size_t i = 0; i < filter->n_calls; i++)
		settle(&calls[i], filter->otherwise);
}

static void collect_rules(struct arena *arena, struct seccomp_filter *filter)
{
	const struct seccomp_profile *profile = filter->profile;
	struct mention *mentions;
	size_t n = 0;

	for (size_t i = 0; i < profile->n_rules; i++)
		n += profile->rules[i].n_names;
	mentions = arena_array(arena, n, sizeof(*mentions));
	n = 0;
	for (size_t i = 0; i < profile->n_rules; i++) {
		const struct seccomp_rule *rule = &profile->rules[i];

		if (!rule_holds(rule, &filter->machine) || !rule_matters(rule, profile))
			continue;
		for (size_t k = 0; k < rule->n_names; k++)
			mentions[n++] = (struct mention){rule->names[k], rule};
	}
	if (n)
		qsort(mentions, n, sizeof(*mentions), compare_mentions);
	group(arena, filter, mentions, n);
}

static void collect_arches(struct arena *arena, struct seccomp_filter *filter)
{
	const struct seccomp_profile *profile = filter->profile;
	const char *const *also = profile->arches;
	size_t n = profile->n_arches, n_arches = 1;
	const char **arches;

	for (size_t i = 0; i < profile->n_arch_map; i++) {
		if (!text_equal(profile->arch_map[i].native, filter->machine.arch))
			continue;
		also = profile->arch_map[i].also;
		n = profile->arch_map[i].n_also;
		break;
	}
	arches = arena_array(arena, n + 1, sizeof(*arches));
	arches[0] = filter->machine.arch;
	for (size_t i = 0; i < n; i++)
		if (!lists(arches, n_arches, also[i]))
			arches[n_arches++] = also[i];
	filter->arches = arches;
	filter->n_arches = n_arches;
}

const struct seccomp_filter *seccomp_filter_make(struct arena *arena,
						 const struct seccomp_profile *profile,
						 const struct seccomp_machine *machine)
{
	struct seccomp_filter *filter = arena_alloc(arena, sizeof(*filter));

	filter->profile = profile;
	filter->machine = *machine;
	filter->otherwise = profile->empty ? SECCOMP_ALLOWED : access_by(profile->default_action);
	collect_rules(arena, filter);
	collect_arches(arena, filter);
	return filter;
}

static int compare_call(const void *key, const void *item)
{
	return strcmp(key, ((const struct seccomp_call *)item)->name);
}

static const struct seccomp_call *find(const struct seccomp_filter *filter, const char *name)
{
	if (!filter->n_calls)
		return NULL;
	return bsearch(name, filter->calls, filter->n_calls, sizeof(*filter->calls), compare_call);
}

enum seccomp_access seccomp_access(const struct seccomp_filter *filter, const char *name)
{
	const struct seccomp_call *call = find(filter, name);

	return call ? call->access : filter->otherwise;
}

bool seccomp_passes(const struct seccomp_filter *filter, const char *name, unsigned index,
		    uint64_t value)
{
	const struct seccomp_call *call = find(filter, name);

	if (!call || call->decisive)
		return seccomp_access(filter, name) != SECCOMP_DENIED;
	for (size_t i = 0; i < call->n_rules; i++) {
		const struct seccomp_rule *rule = call->rules[i];
		bool permits = access_by(rule->action) != SECCOMP_DENIED;

		if (permits && seccomp_rule_matches(rule, index, value))
			return true;
		if (!permits && rule_refuses(rule, index, value))
			return false;
	}
	return filter->otherwise != SECCOMP_DENIED;
}

/* Values with the flag at which some condition may turn: one that passes is proof. */
bool seccomp_passes_flag(const struct seccomp_filter *filter, const char *name, unsigned index,
			 uint64_t flag)
{
	const struct seccomp_call *call = find(filter, name);

	if (seccomp_passes(filter, name, index, flag))
		return true;
	for (size_t i = 0; call && i < call->n_rules; i++) {
		for (size_t k = 0; k < call->rules[i]->n_conditions; k++) {
			const struct seccomp_condition *at = &call->rules[i]->conditions[k];
			const uint64_t tries[] = {at->value, at->value_two, at->value + 1,
						  at->value - 1, ~at->value};

			for (size_t t = 0; t < sizeof(tries) / sizeof(tries[0]); t++)
				if (seccomp_passes(filter, name, index, tries[t] | flag))
					return true;
		}
	}
	return false;
}

bool seccomp_has_arch(const struct seccomp_filter *filter, const char *arch)
{
	return lists(filter->arches, filter->n_arches, arch);
}
