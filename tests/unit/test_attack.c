/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "facts/attack_model.h"
#include "tests/unit/snapshots.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

/* --- the graph */

static struct attack_graph graph_of(struct arena *arena, const struct attack_edge *edges, size_t n)
{
	static const struct attack_goal goals[] = {{0, 0}, {1, 25}};

	return attack_graph_new(arena, 12, edges, n, goals, N_ELEMENTS(goals));
}

START_TEST(shortest_way)
{
	static const uint32_t cut = 5;
	static const struct attack_edge edges[] = {
		{.from = 2, .to = 3, .points = 9, .confidence = 3, .change = ATTACK_NONE},
		{.from = 3, .to = 2, .points = 0, .confidence = 3, .change = ATTACK_NONE},
		{.from = 3, .to = 3, .points = 0, .confidence = 3, .change = ATTACK_NONE},
		{.from = 3, .to = 0, .points = 9, .confidence = 3, .change = 5},
		{.from = 2, .to = 0, .points = 18, .confidence = 3, .change = 5},
		{.from = 2, .to = 1, .points = 9, .confidence = 1, .change = ATTACK_NONE},
	};
	cleanup_arena struct arena *arena = arena_new();
	struct attack_graph graph = graph_of(arena, edges, N_ELEMENTS(edges));
	struct attack_search search = attack_search_new(arena, &graph);

	attack_search(&search, &graph, 3, NULL, 0);
	/* Both ways take 18 points: the one with fewer steps is shorter. */
	ck_assert_uint_eq(search.next[2], 4);
	ck_assert_uint_eq(search.distance[2] / ATTACK_POINT, 18);
	ck_assert_uint_eq(search.next[3], 3);
	/* A cycle leads nowhere once the way out of it is cut; what is unsure is no way. */
	attack_search(&search, &graph, 3, &cut, 1);
	ck_assert_uint_eq(search.distance[2], ATTACK_FAR);
	ck_assert_uint_eq(search.distance[3], ATTACK_FAR);
	ck_assert_uint_eq(search.next[2], ATTACK_NONE);
	/* The lesser goal is behind what is less sure. */
	attack_search(&search, &graph, 0, &cut, 1);
	ck_assert_uint_eq(search.next[2], 5);
	ck_assert_uint_eq(search.distance[2] / ATTACK_POINT, 34);
}
END_TEST

/* By Bellman and Ford: as often as there are nodes, over all edges. */
static void compare_with_all_ways(const struct attack_graph *graph,
				  const struct attack_search *search, int confidence,
				  uint32_t change)
{
	unsigned distance[12];

	for (size_t i = 0; i < 12; i++)
		distance[i] = i == 0 ? 0 : i == 1 ? 25 * ATTACK_POINT : ATTACK_FAR;
	for (size_t round = 0; round < 12; round++) {
		for (size_t i = 0; i < graph->n_edges; i++) {
			const struct attack_edge *edge = &graph->edges[i];
			unsigned over = distance[edge->to] + edge->points * ATTACK_POINT + 1;

			if (edge->confidence >= confidence && edge->change != change &&
			    over < distance[edge->from])
				distance[edge->from] = over;
		}
	}
	for (size_t i = 0; i < 12; i++)
		ck_assert_uint_eq(search->distance[i], distance[i]);
}

START_TEST(any_graph)
{
	static const uint32_t cut = 2;
	cleanup_arena struct arena *arena = arena_new();

	srandom(4);
	for (int round = 0; round < 2000; round++) {
		struct attack_edge edges[40];
		size_t n = (size_t)random() % N_ELEMENTS(edges);
		struct attack_graph graph;
		struct attack_search search;

		for (size_t i = 0; i < n; i++)
			edges[i] = (struct attack_edge){
				.from = (uint32_t)(2 + random() % 10),
				.to = (uint32_t)(random() % 12),
				.points = (uint16_t)(random() % 5 * 9),
				.confidence = (int16_t)(random() % 5 - 1),
				.change = (uint32_t)(random() % 4),
			};
		graph = graph_of(arena, edges, n);
		search = attack_search_new(arena, &graph);
		for (int confidence = ATTACK_POSSIBLE; confidence <= 3; confidence++) {
			attack_search(&search, &graph, confidence, &cut, 1);
			compare_with_all_ways(&graph, &search, confidence, cut);
		}
	}
}
END_TEST

/* --- changes */

enum { CONTAINERS = 4, HUBS = 2, MOST_EDGES = 32 };

/* Containers with random ways out, over each other or not; each step can be changed where it
 * begins. */
struct maze {
	struct attack_model model;
	struct attack_edge edges[MOST_EDGES];
	struct attack_graph graph;
	struct attack_search search;
};

static uint32_t one_of(uint32_t n)
{
	return (uint32_t)random() % n;
}

static uint32_t change_of(struct maze *maze, uint32_t container, uint32_t detail)
{
	enum attack_remedy remedy = detail ? ATTACK_DROP_MOUNT : ATTACK_NO_SETUID;

	return attack_add_change(&maze->model, container, remedy, detail);
}

static void add_step(struct maze *maze, uint32_t from, uint32_t to, uint32_t change)
{
	maze->edges[maze->model.n_edges++] = (struct attack_edge){
		.from = from,
		.to = to,
		.points = (uint16_t)(one_of(2) * 9),
		.confidence = ATTACK_EFFECTIVE,
		.mount = ATTACK_NONE,
		.change = change,
	};
}

static uint32_t state_of_other(uint32_t container)
{
	uint32_t other = (container + 1 + one_of(CONTAINERS - 1)) % CONTAINERS;

	return attack_node(other, (enum attack_state)one_of(ATTACK_STATES));
}

static void add_steps(struct maze *maze, uint32_t container)
{
	uint32_t hub = (uint32_t)attack_end_node(&maze->model, ATTACK_ENDS) + one_of(HUBS);
	uint32_t inside = one_of(3);

	if (inside < 2)
		add_step(maze, attack_node(container, ATTACK_USER),
			 attack_node(container, ATTACK_ROOT),
			 inside ? change_of(maze, container, 0) : ATTACK_NONE);
	for (uint32_t i = one_of(4); i > 0; i--) {
		uint32_t from = attack_node(container, (enum attack_state)one_of(ATTACK_STATES));
		uint32_t change = change_of(maze, container, 1 + one_of(3));

		if (one_of(2))
			add_step(
				maze, from,
				attack_end_node(&maze->model, (enum attack_end)one_of(ATTACK_ENDS)),
				change);
		else
			add_step(maze, from, one_of(2) ? hub : state_of_other(container), change);
	}
	if (one_of(2))
		add_step(maze, hub, one_of(CONTAINERS * ATTACK_STATES), ATTACK_NONE);
}

static void make_maze(struct maze *maze, struct load *load, const struct attack_goal *goals)
{
	*maze = (struct maze){.model = {.load = load, .arena = load->arena, .n = CONTAINERS}};
	maze->model.subjects = arena_array(load->arena, CONTAINERS, sizeof(struct attack_subject));
	maze->model.last_changes = arena_array(load->arena, CONTAINERS, sizeof(uint32_t));
	maze->model.n_nodes = attack_end_node(&maze->model, ATTACK_ENDS) + HUBS;
	for (uint32_t i = 0; i < CONTAINERS; i++)
		maze->model.last_changes[i] = ATTACK_NONE;
	for (uint32_t i = 0; i < CONTAINERS; i++)
		add_steps(maze, i);
	maze->graph = attack_graph_new(load->arena, maze->model.n_nodes, maze->edges,
				       maze->model.n_edges, goals, ATTACK_ENDS);
	maze->search = attack_search_new(load->arena, &maze->graph);
}

static bool is_cut(struct maze *maze, size_t container, const uint32_t *changes, size_t n)
{
	attack_search(&maze->search, &maze->graph, ATTACK_GUESSED, changes, n);
	return maze->search.distance[attack_node(container, ATTACK_USER)] == ATTACK_FAR;
}

/* The size of the smallest set of changes that cuts all ways: all sets are tried. */
static size_t fewest(struct maze *maze, size_t container)
{
	size_t best = maze->model.n_changes;

	for (uint32_t set = 0; set < UINT32_C(1) << maze->model.n_changes; set++) {
		uint32_t changes[16];
		size_t n = 0;

		for (uint32_t i = 0; i < maze->model.n_changes; i++)
			if (set & UINT32_C(1) << i)
				changes[n++] = i;
		if (n < best && is_cut(maze, container, changes, n))
			best = n;
	}
	return best;
}

/* All of them cut all ways, and without any one of them there is a way. */
static size_t check_changes(struct maze *maze, size_t container, const uint32_t *changes, size_t n)
{
	ck_assert(is_cut(maze, container, changes, n));
	for (size_t i = 0; i < n; i++) {
		uint32_t others[MOST_EDGES];
		size_t n_others = 0;

		for (size_t k = 0; k < n; k++)
			if (k != i)
				others[n_others++] = changes[k];
		ck_assert(!is_cut(maze, container, others, n_others));
	}
	return n;
}

START_TEST(changes_of_any_maze)
{
	struct attack_goal goals[ATTACK_ENDS];
	size_t n_fixed = 0, n_fewest = 0;

	srandom(7);
	for (int round = 0; round < 1500; round++) {
		cleanup_arena struct arena *arena = arena_new();
		struct load load = {.arena = arena};
		struct attack_search ways;
		struct attack_fixes *fixes;
		struct maze maze;

		for (uint32_t i = 0; i < ATTACK_ENDS; i++)
			goals[i] = (struct attack_goal){CONTAINERS * ATTACK_STATES + i, i * 10};
		make_maze(&maze, &load, goals);
		ways = attack_search_new(arena, &maze.graph);
		attack_search(&ways, &maze.graph, ATTACK_GUESSED, NULL, 0);
		fixes = attack_fixes_new(&maze.model, &maze.graph, &ways);
		for (size_t i = 0; i < CONTAINERS; i++) {
			const uint32_t *changes;
			size_t n, n_ways;

			if (ways.distance[attack_node(i, ATTACK_USER)] == ATTACK_FAR)
				continue;
			n = attack_fix(fixes, i, &maze.edges[0], &changes, &n_ways);
			check_changes(&maze, i, changes, n);
			n_fixed++;
			n_fewest += n == fewest(&maze, i);
		}
	}
	ck_assert_uint_gt(n_fixed, 1000);
	/* That is greedy: hardly ever is there a smaller set. */
	ck_assert_uint_gt(n_fewest * 100, n_fixed * 99);
}
END_TEST

/* --- the model */

#define DEFAULT "a80425fb"

/* Everything that the pairs below differ in is an argument. */
struct member {
	const char *name;
	const char *mounts, *mountinfo, *host_config;
	const char *caps;
	bool unfiltered;
};

static const char *inspect_of(struct arena *arena, const struct member *member)
{
	return arena_printf(
		arena,
		"{'Id': '%s-id', 'Name': '/%s', 'State': {'Status': 'running', 'Running': true, "
		"'Pid': 1}, 'Config': {'Image': 'app'}, 'HostConfig': {'Privileged': false, "
		"'ReadonlyPaths': ['/proc/sys']%s}, 'Mounts': [%s]}",
		member->name, member->name, member->host_config ? member->host_config : "",
		member->mounts ? member->mounts : "");
}

static const char *process_of(struct arena *arena, const struct member *member, size_t number)
{
	const char *caps = member->caps ? member->caps : DEFAULT;
	const char *status = arena_printf(
		arena,
		"Name:\\tapp\\nUid:\\t0\\t0\\t0\\t0\\nGid:\\t0\\t0\\t0\\t0\\nGroups:\\t0\\n"
		"NSpid:\\t%zu\\t1\\nCapInh:\\t0\\nCapPrm:\\t%s\\nCapEff:\\t%s\\nCapBnd:\\t%s\\n"
		"CapAmb:\\t0\\nNoNewPrivs:\\t0\\nSeccomp:\\t%d\\n",
		800 + number, caps, caps, caps, member->unfiltered ? 0 : 2);

	return arena_printf(
		arena,
		"{'pid': '%zu', 'starttime': '1', 'container': '%s-id', 'init': true, 'comm': "
		"'app', 'exe': '/app', 'status': '%s', 'uid_map': '0 0 4294967295\\n', "
		"'mountinfo': '1 0 0:9 / / rw - overlay overlay rw\\n2 1 0:8 / /proc rw - proc "
		"proc rw\\n3 2 0:8 /sys /proc/sys ro - proc proc rw\\n%s', 'namespaces': "
		"{'pid': '%zu', 'net': '%zu', 'user': '1'}}",
		800 + number, member->name, status, member->mountinfo ? member->mountinfo : "",
		100 + number, 200 + number);
}

/* A host with these containers, as root sees it. */
static struct loaded host_of(const struct member *members, size_t n)
{
	cleanup_arena struct arena *arena = arena_new();
	cleanup_text struct text inspects = {0}, processes = {0};

	for (size_t i = 0; i < n; i++) {
		text_add_item(&inspects, inspect_of(arena, &members[i]));
		text_add_item(&processes, process_of(arena, &members[i], i));
	}
	return loaded_from(
		"'engine': {'info': {'DockerRootDir': '/var/lib/docker', 'Plugins': "
		"{'Authorization': []}}, 'volumes': [], "
		"'networks': [], 'containers': [%s]}, 'daemon': {'argv': ['dockerd']}, "
		"'processes': [%s], 'host': {'uid': '0', "
		"'cgroup_version': '2', 'namespaces': {'pid': '1', 'net': '1', 'user': '1'}, "
		"'sockets': ['/run/docker.sock'], 'running_as': ['0 0 1ffffffffff', '33 33 0'], "
		"'hardening': {'sysctl': {}}, 'mountinfo': "
		"'22 27 0:21 / /proc rw - proc proc rw\\n27 1 254:0 / / rw - ext4 /dev/vda rw\\n'}",
		text_string(&inspects), text_string(&processes));
}

#define BIND(source, target, rw)                                                          \
	"{'Type': 'bind', 'Source': '" source "', 'Destination': '" target "', 'RW': " rw \
	", 'Propagation': 'rprivate'}"

static const struct member viewer = {
	.name = "viewer",
	.mounts = BIND("/proc", "/hostproc", "false"),
	.mountinfo = "4 1 0:21 / /hostproc ro - proc proc rw\\n",
};
static const struct member runner = {
	.name = "runner",
	.mounts = BIND("/run/docker.sock", "/run/docker.sock", "true"),
	.mountinfo = "4 1 254:0 /run/docker.sock /run/docker.sock rw - ext4 /dev/vda rw\\n",
};
static const struct member plain = {.name = "plain"};

static const struct attack_path *path_of(const struct loaded *loaded, const char *name)
{
	const struct container *container = facts_container(loaded->facts, name);

	ck_assert_ptr_nonnull(container);
	ck_assert_ptr_null(facts_attack(loaded->facts, container)->possible);
	return facts_attack(loaded->facts, container)->path;
}

START_TEST(two_that_look_harmless)
{
	const struct member members[] = {viewer, runner, plain};
	cleanup_loaded struct loaded loaded = host_of(members, 3);
	const struct attack_path *path = path_of(&loaded, "viewer");

	ck_assert_ptr_nonnull(path);
	ck_assert_uint_eq(path->n_steps, 2);
	ck_assert_str_eq(path->steps[0].text, "enters runner by /hostproc/801/root");
	ck_assert_str_eq(path->steps[0].target, "runner");
	ck_assert_str_eq(path->steps[1].actor, "runner");
	ck_assert_str_eq(path->end, "root on the host");
	ck_assert_uint_eq(path->cost, 1);
	ck_assert_uint_eq(path->score, 91);
	ck_assert_int_eq(path->band, ATTACK_CRITICAL);
	ck_assert_int_eq(path->confidence, ATTACK_EFFECTIVE);
	ck_assert_ptr_null(path_of(&loaded, "plain"));
}
END_TEST

START_TEST(alone_there_is_less)
{
	const struct member members[] = {viewer, plain};
	cleanup_loaded struct loaded loaded = host_of(members, 2);

	ck_assert_str_eq(path_of(&loaded, "viewer")->end, "a user of the host");
	ck_assert_int_eq(path_of(&loaded, "viewer")->band, ATTACK_MEDIUM);
}
END_TEST

/* Nobody enters a process with more capabilities than its own, unless with SYS_PTRACE. */
START_TEST(more_capabilities_keep_out)
{
	struct member members[] = {viewer, runner};
	struct loaded loaded;

	members[1].caps = "a80435fb";
	loaded = host_of(members, 2);
	ck_assert_str_eq(path_of(&loaded, "viewer")->end, "a user of the host");
	loaded_release(&loaded);
	members[0].caps = "a80c25fb";
	loaded = host_of(members, 2);
	ck_assert_str_eq(path_of(&loaded, "viewer")->end, "root on the host");
	loaded_release(&loaded);
}
END_TEST

/* What the path says is to change does away with it, and no less does. */
START_TEST(changes_cut_all_paths)
{
	const struct member bad = {
		.name = "bad",
		.mounts = BIND("/run/docker.sock", "/s", "true") "," BIND("/etc", "/e", "true"),
		.mountinfo = "4 1 254:0 /run/docker.sock /s rw - ext4 /dev/vda rw\\n"
			     "5 1 254:0 /etc /e rw - ext4 /dev/vda rw\\n",
		.caps = "a82425fb",
		.unfiltered = true,
	};
	struct member better = bad;
	struct loaded loaded = host_of(&bad, 1);
	const struct attack_path *path = path_of(&loaded, "bad");
	cleanup_text struct text text = {0};

	ck_assert_uint_eq(path->score, 100);
	for (size_t i = 0; i < path->n_changes; i++) {
		ck_assert_str_eq(path->changes[i].where, "bad");
		text_add_item(&text, path->changes[i].text);
	}
	ck_assert_str_eq(text_string(&text), "remove the mount of /etc, drop the capability "
					     "SYS_ADMIN, remove the mount of /run/docker.sock");
	loaded_release(&loaded);
	better.mounts = better.mountinfo = NULL;
	loaded = host_of(&better, 1);
	ck_assert_uint_eq(path_of(&loaded, "bad")->n_changes, 1);
	loaded_release(&loaded);
	better.caps = NULL;
	loaded = host_of(&better, 1);
	ck_assert_ptr_null(path_of(&loaded, "bad"));
	loaded_release(&loaded);
}
END_TEST

/* Where several ways lead over one other container, its mount is the one thing to change. */
START_TEST(one_change_elsewhere)
{
	struct member members[] = {viewer, runner};
	struct loaded loaded;
	const struct attack_path *path;

	members[0].host_config = ", 'PidMode': 'host'";
	loaded = host_of(members, 2);
	path = path_of(&loaded, "viewer");
	ck_assert_uint_eq(path->n_changes, 1);
	ck_assert_str_eq(path->changes[0].where, "viewer");
	loaded_release(&loaded);
}
END_TEST

/* Where the kernel was not seen no path is claimed, and none denied. */
START_TEST(unseen)
{
	cleanup_loaded struct loaded loaded = loaded_from(
		"'engine': {'info': {}, 'volumes': [], 'containers': [{'Id': 'a', 'State': "
		"{'Status': 'running', 'Running': true}, 'Config': {}, 'HostConfig': "
		"{'Privileged': false, 'ReadonlyPaths': ['/proc/sys']}}]}, 'host': {'uid': '7', "
		"'cgroup_version': '2'}");
	const struct attack *attack =
		facts_attack(loaded.facts, facts_container(loaded.facts, "a"));

	ck_assert_ptr_null(attack->path);
	ck_assert_ptr_nonnull(attack->possible);
	ck_assert_ptr_nonnull(strstr(attack->hint, "CAP_SYS_PTRACE"));
}
END_TEST

Suite *suite_attack(void)
{
	const TTest *const tests[] = {shortest_way,
				      any_graph,
				      changes_of_any_maze,
				      two_that_look_harmless,
				      alone_there_is_less,
				      more_capabilities_keep_out,
				      changes_cut_all_paths,
				      one_change_elsewhere,
				      unseen,
				      NULL};

	return unit_suite("attack", tests);
}
