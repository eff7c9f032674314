/* SPDX-License-Identifier: Apache-2.0 */

/* Facts and rules -> the steps that one container can take alone. */
#include "facts/attack_model.h"

/* A stretch of points for each unit of cost. */
enum { POINTS = 9 };

/* The auditor's own container ends with the audit: no way of another leads over it. */
static bool leads_into_auditor(const struct attack_model *model, const struct attack_edge *edge)
{
	size_t into = attack_subject_of(edge->to);

	return into < model->n && into != attack_subject_of(edge->from) &&
	       model->subjects[into].container->is_auditor;
}

void attack_add_edge(struct attack_model *model, struct attack_edge edge, unsigned cost)
{
	if (leads_into_auditor(model, &edge))
		return;
	model->edges = arena_grow(model->arena, model->edges, model->n_edges, sizeof(edge));
	edge.cost = (uint8_t)cost;
	edge.points = (uint16_t)(cost * POINTS);
	model->edges[model->n_edges++] = edge;
}

/* What a privileged container has it loses with that word alone. */
static bool comes_with_privileged(enum attack_remedy remedy)
{
	return remedy == ATTACK_DROP_CAPABILITY || remedy == ATTACK_PROTECT_PROC ||
	       remedy == ATTACK_DROP_DEVICE_RULES || remedy == ATTACK_FILTER_CALLS;
}

uint32_t attack_add_change(struct attack_model *model, size_t subject, enum attack_remedy remedy,
			   uint32_t detail)
{
	uint32_t *last = &model->last_changes[subject];

	if (remedy == ATTACK_CLOSE_API)
		return 0;
	if (comes_with_privileged(remedy) &&
	    (model->subjects[subject].facts.present & ATTACK_BIT(ATTACK_PRIVILEGED))) {
		remedy = ATTACK_DROP_PRIVILEGED;
		detail = 0;
	}
	for (uint32_t i = *last; i != ATTACK_NONE; i = model->changes[i].next)
		if (model->changes[i].remedy == remedy && model->changes[i].detail == detail)
			return i;
	model->changes =
		arena_grow(model->arena, model->changes, model->n_changes, sizeof(*model->changes));
	model->changes[model->n_changes] =
		(struct attack_remedy_of){(uint32_t)subject, remedy, detail, *last};
	*last = (uint32_t)model->n_changes;
	return (uint32_t)model->n_changes++;
}

/* The facts of the container with those of one of its mounts. */
static struct attack_facts joined(const struct attack_facts *facts, const struct attack_facts *more)
{
	struct attack_facts both = *facts;

	if (!more)
		return both;
	both.present |= more->present;
	both.unknown = (both.unknown | more->unknown) & ~both.present;
	for (int fact = 0; fact < ATTACK_FACT_COUNT; fact++)
		if (more->present & ATTACK_BIT(fact))
			both.confidence[fact] = more->confidence[fact];
	return both;
}

static int least_of(const struct attack_facts *facts, uint64_t mask)
{
	int least = ATTACK_EFFECTIVE;

	for (; mask; mask &= mask - 1) {
		int confidence = facts->confidence[__builtin_ctzll(mask)];

		least = confidence < least ? confidence : least;
	}
	return least;
}

static int best_of(const struct attack_facts *facts, uint64_t mask)
{
	int best = ATTACK_GUESSED;

	for (; mask; mask &= mask - 1) {
		int confidence = facts->confidence[__builtin_ctzll(mask)];

		best = confidence > best ? confidence : best;
	}
	return best;
}

/*
 * How sure it is that a rule holds: ATTACK_POSSIBLE where a fact that it needs was not seen. What
 * keeps it from holding and was not seen lets it be, by a step less sure. False where it does not
 * hold.
 */
static bool rule_holds(const struct attack_rule *rule, const struct attack_facts *facts, int *ret)
{
	uint64_t maybe = facts->present | facts->unknown;
	int confidence;

	if (facts->present & rule->none || rule->all & ~maybe ||
	    (rule->any && !(rule->any & maybe)))
		return false;
	if (rule->all & ~facts->present || (rule->any && !(rule->any & facts->present))) {
		*ret = ATTACK_POSSIBLE;
		return true;
	}
	confidence = least_of(facts, rule->all);
	if (rule->any && best_of(facts, rule->any & facts->present) < confidence)
		confidence = best_of(facts, rule->any & facts->present);
	if (facts->unknown & rule->none && confidence > ATTACK_GUESSED)
		confidence--;
	*ret = confidence;
	return true;
}

static void add_rule(struct attack_model *model, size_t subject, size_t number, uint32_t mount)
{
	const struct attack_rule *rule = &attack_rules[number];
	const struct attack_subject *of = &model->subjects[subject];
	const struct attack_mount *by = mount == ATTACK_NONE ? NULL : &of->mounts[mount];
	const struct attack_facts facts = joined(&of->facts, by ? &by->facts : NULL);
	uint32_t detail = mount;
	int confidence;

	if (by && !((by->facts.present | by->facts.unknown) & (rule->all | rule->any)))
		return;
	if (!rule_holds(rule, &facts, &confidence))
		return;
	if (!by)
		detail = rule->remedy == ATTACK_DROP_CAPABILITY ? (uint32_t)rule->capability : 0;
	attack_add_edge(model,
			(struct attack_edge){
				.from = attack_node(subject, rule->from),
				.to = attack_end_node(model, rule->to),
				.confidence = (int16_t)confidence,
				.rule = (uint8_t)number,
				.mount = mount,
				.change = attack_add_change(model, subject, rule->remedy, detail),
			},
			rule->cost);
}

/* From its user to its root: as it runs, or by a program with the set-user-ID bit. */
static void add_inside(struct attack_model *model, size_t subject)
{
	static const struct attack_rule inside[] = {
		{.all = ATTACK_BIT(ATTACK_UID0)},
		{.all = ATTACK_BIT(ATTACK_SETUID_PROGRAM),
		 .none = ATTACK_BIT(ATTACK_UID0) | ATTACK_BIT(ATTACK_NO_NEW_PRIVILEGES),
		 .cost = 2},
	};
	struct attack_edge edge = {
		.from = attack_node(subject, ATTACK_USER),
		.to = attack_node(subject, ATTACK_ROOT),
		.mount = ATTACK_NONE,
		.change = ATTACK_NONE,
	};

	for (size_t i = 0; i < sizeof(inside) / sizeof(inside[0]); i++) {
		int confidence;

		if (!rule_holds(&inside[i], &model->subjects[subject].facts, &confidence))
			continue;
		edge.rule = (uint8_t)(ATTACK_RULE_INSIDE + i);
		edge.confidence = (int16_t)confidence;
		if (i > 0)
			edge.change = attack_add_change(model, subject, ATTACK_NO_SETUID, 0);
		attack_add_edge(model, edge, inside[i].cost);
	}
}

void attack_add_own_edges(struct attack_model *model, size_t subject)
{
	const struct attack_subject *of = &model->subjects[subject];

	add_inside(model, subject);
	for (size_t i = 0; i < attack_n_rules; i++) {
		if (!attack_rules[i].by_mount)
			add_rule(model, subject, i, ATTACK_NONE);
		for (size_t k = 0; attack_rules[i].by_mount && k < of->n_mounts; k++)
			add_rule(model, subject, i, (uint32_t)k);
	}
}
