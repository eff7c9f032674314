/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Few changes that leave a container no way out. That none of them can be left out is certain; that
 * no other set is smaller is not, for that would take all sets to be tried.
 *
 * All its ways begin with one of its exits: the steps that lead out of it. Each exit is closed by a
 * change of the container itself. One that leads into another container is closed, too, by a change
 * over there without which nothing behind it leads to the host; such a change may close several
 * exits at once. What closes most is taken first, then what closes most of the rest (greedy set
 * cover), and what turns out to be needless at the end is dropped.
 */
#include "facts/attack_model.h"

#include <string.h>

/* Changes of other containers that are tried; one is enough for all that lead there. */
enum { MOST_SEARCHES = 200 };

struct candidate {
	uint32_t change;
	const uint8_t *cut; /* by node: nothing leads from it to the host; NULL: of its own */
	size_t weight;      /* of the exits that it closes and that are open still */
};

struct attack_fixes {
	struct attack_model *model;
	const struct attack_graph *graph;
	const struct attack_search *ways;
	struct attack_search search;
	const uint8_t **cuts; /* by change; NULL: not looked at yet */
	size_t n_searches;
	/* Of the container at hand. */
	const struct attack_edge **exits;
	size_t n_exits;
	struct candidate *candidates;
	size_t n_candidates;
};

struct attack_fixes *attack_fixes_new(struct attack_model *model, const struct attack_graph *graph,
				      const struct attack_search *ways)
{
	struct attack_fixes *fixes = arena_alloc(model->arena, sizeof(*fixes));

	fixes->model = model;
	fixes->graph = graph;
	fixes->ways = ways;
	fixes->search = attack_search_new(model->arena, graph);
	fixes->cuts = arena_array(model->arena, model->n_changes, sizeof(*fixes->cuts));
	return fixes;
}

/*
 * Any service may have a flaw that nobody knows: of a container with another way out that one is
 * not told.
 */
static bool is_theory(const struct attack_edge *edge)
{
	return edge->rule == ATTACK_RULE_PEER_NETWORK;
}

static bool leads_out(const struct attack_fixes *fixes, size_t subject,
		      const struct attack_edge *edge)
{
	return attack_subject_of(edge->to) != subject && edge->confidence >= ATTACK_GUESSED &&
	       fixes->ways->distance[edge->to] < ATTACK_FAR;
}

static void leave_out_theory(struct attack_fixes *fixes)
{
	size_t kept = 0;

	for (size_t i = 0; i < fixes->n_exits; i++)
		if (!is_theory(fixes->exits[i]))
			fixes->exits[kept++] = fixes->exits[i];
	fixes->n_exits = kept ? kept : fixes->n_exits;
}

static void add_exits(struct attack_fixes *fixes, size_t subject, enum attack_state state)
{
	const struct attack_graph *graph = fixes->graph;
	uint32_t node = attack_node(subject, state);

	for (uint32_t i = graph->from_first[node]; i < graph->from_first[node + 1]; i++) {
		const struct attack_edge *edge = &graph->edges[graph->from_edges[i]];

		if (!leads_out(fixes, subject, edge))
			continue;
		fixes->exits = arena_grow(fixes->model->arena, fixes->exits, fixes->n_exits,
					  sizeof(*fixes->exits));
		fixes->exits[fixes->n_exits++] = edge;
	}
}

/* The way from the container's user to its root; NULL: there is none. */
static const struct attack_edge *way_inside(const struct attack_fixes *fixes, size_t subject)
{
	const struct attack_graph *graph = fixes->graph;
	uint32_t node = attack_node(subject, ATTACK_USER);

	for (uint32_t i = graph->from_first[node]; i < graph->from_first[node + 1]; i++) {
		const struct attack_edge *edge = &graph->edges[graph->from_edges[i]];

		if (edge->to == attack_node(subject, ATTACK_ROOT) &&
		    edge->confidence >= ATTACK_GUESSED)
			return edge;
	}
	return NULL;
}

/* From which nodes nothing leads to the host any more once a change is made. */
static const uint8_t *cut_by(struct attack_fixes *fixes, uint32_t change)
{
	uint8_t *cut;

	if (fixes->cuts[change] || fixes->n_searches == MOST_SEARCHES)
		return fixes->cuts[change];
	fixes->n_searches++;
	attack_search(&fixes->search, fixes->graph, ATTACK_GUESSED, &change, 1);
	cut = arena_array(fixes->model->arena, fixes->graph->n_nodes, sizeof(*cut));
	for (size_t i = 0; i < fixes->graph->n_nodes; i++)
		cut[i] = fixes->search.distance[i] == ATTACK_FAR;
	fixes->cuts[change] = cut;
	return cut;
}

static void add_candidate(struct attack_fixes *fixes, uint32_t change, const uint8_t *cut)
{
	if (change == ATTACK_NONE)
		return;
	for (size_t i = 0; i < fixes->n_candidates; i++)
		if (fixes->candidates[i].change == change)
			return;
	fixes->candidates = arena_grow(fixes->model->arena, fixes->candidates, fixes->n_candidates,
				       sizeof(*fixes->candidates));
	fixes->candidates[fixes->n_candidates++] = (struct candidate){change, cut, 0};
}

/* Changes on the best way behind an exit, where they close it. */
static void add_distant_candidates(struct attack_fixes *fixes, const struct attack_edge *exit)
{
	for (uint32_t at = exit->to; fixes->ways->next[at] != ATTACK_NONE;) {
		const struct attack_edge *edge = &fixes->graph->edges[fixes->ways->next[at]];
		const uint8_t *cut =
			edge->change == ATTACK_NONE ? NULL : cut_by(fixes, edge->change);

		if (cut && cut[exit->to])
			add_candidate(fixes, edge->change, cut);
		at = edge->to;
	}
}

/*
 * Does a change close an exit? Of its own by being that exit's, or, where it keeps a user from
 * becoming root, by the exit being one of root's.
 */
static bool closes(const struct attack_fixes *fixes, const struct candidate *candidate,
		   const struct attack_edge *exit)
{
	const struct attack_remedy_of *remedy = &fixes->model->changes[candidate->change];

	if (exit->change == candidate->change)
		return true;
	if (candidate->cut)
		return candidate->cut[exit->to];
	return remedy->remedy == ATTACK_NO_SETUID && exit->from % ATTACK_STATES == ATTACK_ROOT;
}

/* An exit weighs as much as the best path through it is worth. */
static size_t weight_of(const struct attack_fixes *fixes, const struct attack_edge *exit)
{
	unsigned points = exit->points + fixes->ways->distance[exit->to] / ATTACK_POINT;

	return points < 100 ? 1000 + 100 - points : 1000;
}

/* Add the exit to the weight of all that close it, or take it away once it is closed. */
static void weigh(const struct attack_fixes *fixes, const struct attack_edge *exit, bool is_closed)
{
	size_t weight = weight_of(fixes, exit);

	for (size_t i = 0; i < fixes->n_candidates; i++) {
		struct candidate *candidate = &fixes->candidates[i];

		if (!closes(fixes, candidate, exit))
			continue;
		if (is_closed)
			candidate->weight -= weight;
		else
			candidate->weight += weight;
	}
}

static const struct candidate *heaviest(const struct attack_fixes *fixes)
{
	const struct candidate *best = NULL;

	for (size_t i = 0; i < fixes->n_candidates; i++)
		if (fixes->candidates[i].weight > (best ? best->weight : 0))
			best = &fixes->candidates[i];
	return best;
}

/* Is every exit that it closes closed by another of those chosen, too? `n_closers` is of exits. */
static bool is_needless(const struct attack_fixes *fixes, const struct candidate *candidate,
			const size_t *n_closers)
{
	for (size_t i = 0; i < fixes->n_exits; i++)
		if (n_closers[i] < 2 && closes(fixes, candidate, fixes->exits[i]))
			return false;
	return true;
}

/* Those that only it closes lead into other containers: the others may close them together. */
static bool may_be_closed_behind(const struct attack_fixes *fixes,
				 const struct candidate *candidate, const size_t *n_closers)
{
	uint32_t first = attack_end_node(fixes->model, ATTACK_END_ROOT);
	uint32_t last = attack_end_node(fixes->model, ATTACK_ENDS);

	for (size_t i = 0; i < fixes->n_exits; i++) {
		const struct attack_edge *exit = fixes->exits[i];

		if (n_closers[i] < 2 && exit->to >= first && exit->to < last &&
		    closes(fixes, candidate, exit))
			return false;
	}
	return true;
}

static bool is_closed_by(const struct attack_fixes *fixes, const struct attack_edge *exit,
			 const uint32_t *changes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (exit->change == changes[i] ||
		    (fixes->model->changes[changes[i]].remedy == ATTACK_NO_SETUID &&
		     exit->from % ATTACK_STATES == ATTACK_ROOT))
			return true;
	return fixes->search.distance[exit->to] == ATTACK_FAR;
}

/* Do the others, all made at once, close every exit? */
static bool do_without(struct attack_fixes *fixes, const struct candidate **chosen, size_t n,
		       size_t without)
{
	uint32_t *others = arena_array(fixes->model->arena, n, sizeof(*others));
	size_t n_others = 0;

	for (size_t i = 0; i < n; i++)
		if (i != without)
			others[n_others++] = chosen[i]->change;
	attack_search(&fixes->search, fixes->graph, ATTACK_GUESSED, others, n_others);
	for (size_t i = 0; i < fixes->n_exits; i++)
		if (!is_closed_by(fixes, fixes->exits[i], others, n_others))
			return false;
	return true;
}

static size_t drop_needless(struct attack_fixes *fixes, const struct candidate **chosen, size_t n,
			    size_t *n_closers)
{
	bool is_certain = true; /* each exit is closed by one of them alone */

	for (size_t i = n; i-- > 0 && n > 1;) {
		bool is_plain = is_needless(fixes, chosen[i], n_closers);

		if (!(is_plain && is_certain) &&
		    !((is_plain || may_be_closed_behind(fixes, chosen[i], n_closers)) &&
		      do_without(fixes, chosen, n, i)))
			continue;
		is_certain &= is_plain;
		for (size_t k = 0; k < fixes->n_exits; k++)
			n_closers[k] -= closes(fixes, chosen[i], fixes->exits[k]);
		memmove(&chosen[i], &chosen[i + 1], (n - i - 1) * sizeof(struct candidate *));
		n--;
	}
	return n;
}

static size_t choose(struct attack_fixes *fixes, const struct candidate **chosen)
{
	size_t *n_closers = arena_array(fixes->model->arena, fixes->n_exits, sizeof(*n_closers));
	const struct candidate *best;
	size_t n = 0;

	for (size_t i = 0; i < fixes->n_exits; i++)
		weigh(fixes, fixes->exits[i], false);
	while ((best = heaviest(fixes))) {
		chosen[n++] = best;
		for (size_t i = 0; i < fixes->n_exits; i++)
			if (closes(fixes, best, fixes->exits[i]) && n_closers[i]++ == 0)
				weigh(fixes, fixes->exits[i], true);
	}
	return drop_needless(fixes, chosen, n, n_closers);
}

/* Of those that close as much the first one is taken: what is easiest to change for the better. */
static void add_candidates(struct attack_fixes *fixes, const struct attack_edge *inside)
{
	for (size_t i = 0; i < fixes->n_exits; i++)
		if (!is_theory(fixes->exits[i]))
			add_candidate(fixes, fixes->exits[i]->change, NULL);
	if (inside)
		add_candidate(fixes, inside->change, NULL);
	for (size_t i = 0; i < fixes->n_exits; i++)
		add_distant_candidates(fixes, fixes->exits[i]);
	for (size_t i = 0; i < fixes->n_exits; i++)
		add_candidate(fixes, fixes->exits[i]->change, NULL);
}

size_t attack_fix(struct attack_fixes *fixes, size_t subject, const struct attack_edge *told,
		  const uint32_t **ret_changes, size_t *ret_n_paths)
{
	const struct attack_edge *inside = way_inside(fixes, subject);
	const struct candidate **chosen;
	uint32_t *changes;
	size_t n;

	fixes->exits = NULL;
	fixes->candidates = NULL;
	fixes->n_exits = fixes->n_candidates = 0;
	add_exits(fixes, subject, ATTACK_USER);
	if (inside)
		add_exits(fixes, subject, ATTACK_ROOT);
	if (!is_theory(told))
		leave_out_theory(fixes);
	add_candidates(fixes, inside);
	chosen = arena_array(fixes->model->arena, fixes->n_exits + 1, sizeof(struct candidate *));
	n = choose(fixes, chosen);
	changes = arena_array(fixes->model->arena, n, sizeof(*changes));
	for (size_t i = 0; i < n; i++)
		changes[i] = chosen[i]->change;
	*ret_changes = changes;
	*ret_n_paths = fixes->n_exits;
	return n;
}
