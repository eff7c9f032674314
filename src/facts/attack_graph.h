/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A directed graph of states and the steps between them, searched backwards from its goals. It
 * knows nothing of containers.
 */
#ifndef BULKHEAD_FACTS_ATTACK_GRAPH_H
#define BULKHEAD_FACTS_ATTACK_GRAPH_H

#include "base/arena.h"

#include <limits.h>
#include <stdint.h>

/* A step costs points; of paths with the same points the one with fewer steps is shorter. */
#define ATTACK_POINT 16
/* What costs as much as this is no path. */
#define ATTACK_FAR (100 * ATTACK_POINT)

/* Least confidence of an edge that rests on something which was not seen. */
#define ATTACK_POSSIBLE (-1)

#define ATTACK_NONE UINT32_MAX

struct attack_edge {
	uint32_t from, to;
	uint16_t points;
	uint8_t cost;
	int16_t confidence; /* enum attack_confidence, or ATTACK_POSSIBLE */
	uint8_t rule;
	uint32_t mount;  /* of the container that `from` is a state of; ATTACK_NONE */
	uint32_t change; /* what removes it; ATTACK_NONE */
};

struct attack_goal {
	uint32_t node;
	unsigned points; /* less than the best goal is worth */
};

struct attack_graph {
	const struct attack_edge *edges;
	size_t n_edges, n_nodes;
	/* Numbers of edges by the node that they lead to, or come from: those of node i are
	 * from first[i] up to first[i + 1]. */
	const uint32_t *to_first, *to_edges, *from_first, *from_edges;
	const struct attack_goal *goals;
	size_t n_goals;
};

/* Edges between nodes below n_nodes, in order of preference among equals. */
struct attack_graph attack_graph_new(struct arena *arena, size_t n_nodes,
				     const struct attack_edge *edges, size_t n_edges,
				     const struct attack_goal *goals, size_t n_goals);

/* The shortest way from every node to a goal. To be used for one search after the other. */
struct attack_search {
	uint16_t *distance; /* ATTACK_FAR: there is none */
	uint32_t *next;     /* the edge to take; ATTACK_NONE at a goal, and where there is none */
	struct attack_queue *queue;
};

struct attack_search attack_search_new(struct arena *arena, const struct attack_graph *graph);

/* By edges of at least this confidence, and without those that one of the changes removes. */
void attack_search(struct attack_search *search, const struct attack_graph *graph, int confidence,
		   const uint32_t *changes, size_t n_changes);

#endif
