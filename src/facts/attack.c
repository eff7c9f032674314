/* SPDX-License-Identifier: Apache-2.0 */

/* The model is put together, searched once for each level of certainty, and told. */
#include "facts/attack_model.h"

#include "base/text.h"

enum { LEVELS = ATTACK_EFFECTIVE + 1 };

struct paths {
	struct attack_model model;
	struct attack_graph graph;
	struct attack_search levels[LEVELS]; /* over edges of at least this confidence */
	struct attack_search possible;
	struct attack_fixes *fixes;
	struct attack *items; /* in the order of the containers */
};

/* What less than root on the host is worth less, and so is the user of a rootless engine. */
static void set_goals(const struct attack_model *model, struct attack_goal *goals)
{
	static const unsigned points[ATTACK_ENDS] = {
		[ATTACK_END_ROOT] = 0,
		[ATTACK_END_USER] = 25,
		[ATTACK_END_READ] = 15,
		[ATTACK_END_DISRUPT] = 55,
	};

	for (int end = 0; end < ATTACK_ENDS; end++)
		goals[end] = (struct attack_goal){
			.node = attack_end_node(model, (enum attack_end)end),
			.points = points[end],
		};
	if (model->load->facts->engine.rootless)
		goals[ATTACK_END_ROOT].points = points[ATTACK_END_USER];
}

static void build(struct paths *paths, struct load *load, const struct container_set *set)
{
	struct attack_model *model = &paths->model;
	struct attack_goal *goals = arena_array(load->arena, ATTACK_ENDS, sizeof(*goals));

	*model = (struct attack_model){
		.load = load,
		.arena = load->arena,
		.subjects = arena_array(load->arena, set->n, sizeof(*model->subjects)),
		.n = set->n,
		.last_changes = arena_array(load->arena, set->n, sizeof(*model->last_changes)),
	};
	model->n_nodes = attack_end_node(model, ATTACK_ENDS);
	model->changes = arena_grow(load->arena, NULL, 0, sizeof(*model->changes));
	model->changes[model->n_changes++] =
		(struct attack_remedy_of){ATTACK_NONE, ATTACK_CLOSE_API, 0, ATTACK_NONE};
	attack_load_host(model);
	for (size_t i = 0; i < model->n; i++) {
		model->last_changes[i] = ATTACK_NONE;
		attack_load_subject(model, &set->items[i], &model->subjects[i]);
		attack_add_own_edges(model, i);
	}
	attack_add_peer_edges(model);
	set_goals(model, goals);
	paths->graph = attack_graph_new(load->arena, model->n_nodes, model->edges, model->n_edges,
					goals, ATTACK_ENDS);
}

static void search(struct paths *paths)
{
	struct arena *arena = paths->model.arena;

	for (int level = 0; level < LEVELS; level++) {
		paths->levels[level] = attack_search_new(arena, &paths->graph);
		attack_search(&paths->levels[level], &paths->graph, level, NULL, 0);
	}
	paths->possible = attack_search_new(arena, &paths->graph);
	attack_search(&paths->possible, &paths->graph, ATTACK_POSSIBLE, NULL, 0);
	paths->fixes =
		attack_fixes_new(&paths->model, &paths->graph, &paths->levels[ATTACK_GUESSED]);
}

/* 0: there is no path by edges of at least this confidence. */
static int score_of(const struct paths *paths, size_t subject, int level)
{
	unsigned distance = paths->levels[level].distance[attack_node(subject, ATTACK_USER)];
	int score = 100 - (int)(distance / ATTACK_POINT) - 10 * (ATTACK_EFFECTIVE - level);

	if (distance >= ATTACK_FAR)
		return 0;
	if (paths->model.subjects[subject].published)
		score += 10;
	return score < 1 ? 1 : score > 100 ? 100 : score;
}

/* Of two that score alike the surer one. */
static int best_level(const struct paths *paths, size_t subject)
{
	int best = -1, most = 0;

	for (int level = LEVELS; level-- > 0;) {
		int score = score_of(paths, subject, level);

		if (score > most) {
			most = score;
			best = level;
		}
	}
	return best;
}

static enum attack_band band_of(unsigned score)
{
	if (score >= 85)
		return ATTACK_CRITICAL;
	if (score >= 65)
		return ATTACK_HIGH;
	return score >= 40 ? ATTACK_MEDIUM : ATTACK_LOW;
}

static bool meets_in_hub(const struct paths *paths, const struct attack_edge *edge)
{
	return edge->to >= attack_end_node(&paths->model, ATTACK_ENDS);
}

/* Follow the edges to the goal; being root already is no step that is told. */
static void take_steps(struct paths *paths, const struct attack_search *search, size_t subject,
		       struct attack_path *path)
{
	struct attack_model *model = &paths->model;
	struct attack_step *steps = NULL;
	uint32_t node = attack_node(subject, ATTACK_USER);

	while (search->next[node] != ATTACK_NONE) {
		const struct attack_edge *edge = &model->edges[search->next[node]], *after = NULL;

		node = edge->to;
		if (meets_in_hub(paths, edge)) {
			after = &model->edges[search->next[node]];
			node = after->to;
		}
		if (edge->rule == ATTACK_RULE_INSIDE)
			continue;
		steps = arena_grow(model->arena, steps, path->n_steps, sizeof(*steps));
		steps[path->n_steps] = attack_step_of(model, edge, after);
		path->cost += steps[path->n_steps++].cost;
	}
	path->end = attack_end_name(
		model, (enum attack_end)(node - attack_end_node(model, ATTACK_END_ROOT)));
	path->steps = steps;
}

/* The step of a path by which it leaves the container. */
static const struct attack_edge *way_out(const struct paths *paths,
					 const struct attack_search *search, size_t subject)
{
	const struct attack_edge *edge;
	uint32_t node = attack_node(subject, ATTACK_USER);

	do {
		edge = &paths->model.edges[search->next[node]];
		node = edge->to;
	} while (attack_subject_of(node) == subject);
	return edge;
}

static void take_changes(struct paths *paths, const struct attack_search *search, size_t subject,
			 struct attack_path *path)
{
	const struct attack_edge *out = way_out(paths, search, subject);
	const uint32_t *numbers;
	size_t n = attack_fix(paths->fixes, subject, out, &numbers, &path->n_paths);
	struct attack_change *changes = arena_array(paths->model.arena, n, sizeof(*changes));

	for (size_t i = 0; i < n; i++)
		changes[i] = attack_change_of(&paths->model, numbers[i]);
	path->changes = changes;
	path->n_changes = n;
}

static const struct attack_path *tell(struct paths *paths, size_t subject, int level)
{
	struct attack_path *path = arena_alloc(paths->model.arena, sizeof(*path));

	path->container = paths->model.subjects[subject].container->name;
	path->id = paths->model.subjects[subject].container->id;
	path->score = (unsigned)score_of(paths, subject, level);
	path->band = band_of(path->score);
	path->confidence = (enum attack_confidence)level;
	take_steps(paths, &paths->levels[level], subject, path);
	take_changes(paths, &paths->levels[level], subject, path);
	return path;
}

/* The first edge of a possible path that rests on something unseen. */
static void tell_possible(struct paths *paths, size_t subject, struct attack *attack)
{
	const struct facts *facts = paths->model.load->facts;
	uint32_t node = attack_node(subject, ATTACK_USER), number;

	while ((number = paths->possible.next[node]) != ATTACK_NONE) {
		const struct attack_edge *edge = &paths->model.edges[number];

		if (edge->confidence == ATTACK_POSSIBLE) {
			/* Of a hub's edges only those into it are of a known container. */
			uint32_t states = attack_end_node(&paths->model, ATTACK_END_ROOT);

			attack->possible = edge->from < states
						   ? attack_unseen(&paths->model, edge)
						   : "processes of other containers were not seen";
			break;
		}
		node = edge->to;
	}
	if (!facts->local)
		attack->hint = "run bulkhead on the machine of the engine, as root";
	else if (!facts->host.root)
		attack->hint = "run as root, or with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH";
}

void attacks_load(struct load *load, const struct container_set *set)
{
	struct paths paths = {0};

	build(&paths, load, set);
	search(&paths);
	paths.items = arena_array(load->arena, set->n, sizeof(*paths.items));
	for (size_t i = 0; i < set->n; i++) {
		int level = best_level(&paths, i);

		if (level >= 0)
			paths.items[i].path = tell(&paths, i, level);
		else if (paths.possible.distance[attack_node(i, ATTACK_USER)] < ATTACK_FAR)
			tell_possible(&paths, i, &paths.items[i]);
	}
	load->facts->attacks = paths.items;
}

const struct attack *facts_attack(const struct facts *facts, const struct container *container)
{
	return &facts->attacks[container - facts->containers->items];
}
