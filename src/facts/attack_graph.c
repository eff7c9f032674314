/* SPDX-License-Identifier: Apache-2.0 */

#include "facts/attack_graph.h"

#include <stdbool.h>
#include <string.h>

static uint32_t source_of(const struct attack_edge *edge)
{
	return edge->from;
}

static uint32_t target_of(const struct attack_edge *edge)
{
	return edge->to;
}

/* Count the edges of each node, add up, and put each edge where its node's begin. */
static void sort_edges(struct arena *arena, const struct attack_graph *graph,
		       uint32_t (*node_of)(const struct attack_edge *edge),
		       const uint32_t **ret_first, const uint32_t **ret_edges)
{
	uint32_t *first = arena_array(arena, graph->n_nodes + 2, sizeof(*first));
	uint32_t *sorted = arena_array(arena, graph->n_edges, sizeof(*sorted));

	for (size_t i = 0; i < graph->n_edges; i++)
		first[node_of(&graph->edges[i]) + 2]++;
	for (size_t i = 0; i < graph->n_nodes; i++)
		first[i + 2] += first[i + 1];
	for (size_t i = 0; i < graph->n_edges; i++)
		sorted[first[node_of(&graph->edges[i]) + 1]++] = (uint32_t)i;
	*ret_first = first;
	*ret_edges = sorted;
}

struct attack_graph attack_graph_new(struct arena *arena, size_t n_nodes,
				     const struct attack_edge *edges, size_t n_edges,
				     const struct attack_goal *goals, size_t n_goals)
{
	struct attack_graph graph = {
		.edges = edges,
		.n_edges = n_edges,
		.n_nodes = n_nodes,
		.goals = goals,
		.n_goals = n_goals,
	};

	sort_edges(arena, &graph, target_of, &graph.to_first, &graph.to_edges);
	sort_edges(arena, &graph, source_of, &graph.from_first, &graph.from_edges);
	return graph;
}

/* Nodes that wait, by their distance; a node that got nearer waits twice. */
struct waiting {
	uint32_t node, next;
};

struct attack_queue {
	struct waiting *items;
	uint32_t n;
	uint32_t buckets[ATTACK_FAR]; /* number of the last item, plus one */
};

static void put(struct attack_queue *queue, uint32_t node, unsigned distance)
{
	queue->items[queue->n] = (struct waiting){node, queue->buckets[distance]};
	queue->buckets[distance] = ++queue->n;
}

static void offer(struct attack_search *search, uint32_t node, uint32_t edge, unsigned distance)
{
	if (distance >= search->distance[node])
		return;
	search->distance[node] = (uint16_t)distance;
	search->next[node] = edge;
	put(search->queue, node, distance);
}

/* Which edges count. */
struct admission {
	int confidence;
	const uint32_t *changes;
	size_t n_changes;
};

static bool is_removed(const struct admission *admission, const struct attack_edge *edge)
{
	for (size_t i = 0; i < admission->n_changes; i++)
		if (edge->change == admission->changes[i])
			return true;
	return edge->confidence < admission->confidence;
}

/* Offer the way over this node to those with an edge to it. */
static void extend(struct attack_search *search, const struct attack_graph *graph, uint32_t node,
		   const struct admission *admission)
{
	for (uint32_t i = graph->to_first[node]; i < graph->to_first[node + 1]; i++) {
		const struct attack_edge *edge = &graph->edges[graph->to_edges[i]];

		if (is_removed(admission, edge))
			continue;
		offer(search, edge->from, graph->to_edges[i],
		      search->distance[node] + edge->points * ATTACK_POINT + 1U);
	}
}

struct attack_search attack_search_new(struct arena *arena, const struct attack_graph *graph)
{
	struct attack_search search = {
		.distance = arena_array(arena, graph->n_nodes, sizeof(*search.distance)),
		.next = arena_array(arena, graph->n_nodes, sizeof(*search.next)),
		.queue = arena_alloc(arena, sizeof(*search.queue)),
	};

	search.queue->items =
		arena_array(arena, graph->n_edges + graph->n_goals, sizeof(*search.queue->items));
	return search;
}

/*
 * Dijkstra's algorithm. Distances are small, so that what waits needs no heap but a bucket for each
 * distance; and every edge is at least one long, so that a bucket is complete when its turn comes.
 */
void attack_search(struct attack_search *search, const struct attack_graph *graph, int confidence,
		   const uint32_t *changes, size_t n_changes)
{
	const struct admission admission = {confidence, changes, n_changes};
	struct attack_queue *queue = search->queue;

	queue->n = 0;
	memset(queue->buckets, 0, sizeof(queue->buckets));
	for (size_t i = 0; i < graph->n_nodes; i++) {
		search->distance[i] = ATTACK_FAR;
		search->next[i] = ATTACK_NONE;
	}
	for (size_t i = 0; i < graph->n_goals; i++)
		offer(search, graph->goals[i].node, ATTACK_NONE,
		      graph->goals[i].points * ATTACK_POINT);
	for (unsigned distance = 0; distance < ATTACK_FAR; distance++) {
		for (uint32_t at = queue->buckets[distance]; at; at = queue->items[at - 1].next) {
			uint32_t node = queue->items[at - 1].node;

			if (search->distance[node] == distance)
				extend(search, graph, node, &admission);
		}
	}
}
