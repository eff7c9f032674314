/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Steps from one container into another. Whoever can see, write or reach the same things meets in
 * a node of its own, a hub: what n containers share costs 2n edges, not n².
 */
#include "facts/attack_model.h"

#include "base/path.h"
#include "base/text.h"
#include "facts/capability.h"

#include <stdlib.h>
#include <string.h>

static uint32_t add_hub(struct attack_model *model, const char *name)
{
	size_t n = model->n_nodes - attack_end_node(model, ATTACK_ENDS);

	model->hubs = arena_grow(model->arena, model->hubs, n, sizeof(*model->hubs));
	model->hubs[n] = name;
	return (uint32_t)model->n_nodes++;
}

/* --- processes that one can see: /proc/<pid>/root is a door */

/* A container that sees processes which are not its own. */
struct viewer {
	size_t subject;
	enum attack_state state;
	uint32_t mount; /* the host's /proc; ATTACK_NONE: by its pid namespace */
	uint64_t scope; /* inode of the pid namespace; 0: all of the host */
	int confidence;
};

static int compare_users(const struct attack_subject *a, const struct attack_subject *b)
{
	int order = (a->uid > b->uid) - (a->uid < b->uid);

	if (order == 0)
		order = (a->gid > b->gid) - (a->gid < b->gid);
	return order ? order : (a->permitted > b->permitted) - (a->permitted < b->permitted);
}

/* Those with which another container may do the same meet in one hub. */
static int compare_power(const struct attack_model *model, const struct viewer *a,
			 const struct viewer *b)
{
	const struct attack_subject *of_a = &model->subjects[a->subject];
	const struct attack_subject *of_b = &model->subjects[b->subject];
	int order = (a->scope > b->scope) - (a->scope < b->scope);

	if (order == 0)
		order = (int)a->state - (int)b->state;
	if (order == 0 && a->state == ATTACK_USER)
		order = compare_users(of_a, of_b);
	if (order == 0)
		order = (of_a->capabilities > of_b->capabilities) -
			(of_a->capabilities < of_b->capabilities);
	if (order == 0)
		order = (of_a->container->root_uid > of_b->container->root_uid) -
			(of_a->container->root_uid < of_b->container->root_uid);
	if (order == 0)
		order = strcmp(of_a->label ? of_a->label : "", of_b->label ? of_b->label : "");
	return order;
}

static int compare_viewers(const void *left, const void *right, void *data)
{
	const struct viewer *a = left, *b = right;
	int order = compare_power(data, a, b);

	if (order == 0)
		order = (a->subject > b->subject) - (a->subject < b->subject);
	return order ? order : (a->mount > b->mount) - (a->mount < b->mount);
}

static bool is_mapped(const struct attack_subject *subject)
{
	return subject->facts.present & ATTACK_BIT(ATTACK_MAPPED);
}

/* Its security module lets it: AppArmor and SELinux keep apart what is labelled differently. */
static bool may_label(const struct attack_subject *by, const struct attack_subject *into)
{
	return !(by->facts.present & ATTACK_BIT(ATTACK_MAC)) || !by->label ||
	       text_equal(by->label, into->label);
}

/*
 * What the kernel asks of who opens /proc/<pid>/root (ptrace_may_access): the same user and group
 * and no more capabilities than one's own, or SYS_PTRACE over that process's user namespace.
 */
static bool root_may_enter(const struct attack_subject *by, const struct attack_subject *into)
{
	bool has_ids = into->uid < 0
			       ? into->uid_is_root || by->capabilities & capability_bit("SETUID")
			       : attack_can_be(by, container_uid(by->container, into->uid),
					       container_uid(by->container, into->gid));

	if (is_mapped(by) &&
	    (!is_mapped(into) || by->container->root_uid != into->container->root_uid))
		return false;
	if (by->capabilities & capability_bit("SYS_PTRACE"))
		return true;
	return is_mapped(by) == is_mapped(into) && has_ids &&
	       !(into->permitted & ~by->capabilities);
}

/* Who has the ids of a process has not its groups yet: for these it has to take the process over.
 */
static bool user_may_trace(const struct attack_subject *by, const struct attack_subject *into)
{
	return by->uid >= 0 && by->uid == into->uid && by->gid == into->gid &&
	       is_mapped(by) == is_mapped(into) && !(into->permitted & ~by->permitted);
}

static bool may_enter(const struct attack_subject *by, enum attack_state state,
		      const struct attack_subject *into)
{
	return may_label(by, into) &&
	       (state == ATTACK_ROOT ? root_may_enter(by, into) : user_may_trace(by, into));
}

static void add_viewed(struct attack_model *model, const struct viewer *viewer, uint32_t hub)
{
	for (size_t i = 0; i < model->n; i++) {
		const struct attack_subject *into = &model->subjects[i];
		const struct namespace_view *view = &into->container->namespaces[NAMESPACE_PID];

		if (!into->container->running || (viewer->scope && view->inode != viewer->scope) ||
		    !may_enter(&model->subjects[viewer->subject], viewer->state, into))
			continue;
		attack_add_edge(
			model,
			(struct attack_edge){
				.from = hub,
				.to = attack_node(i, into->uid_is_root ? ATTACK_ROOT : ATTACK_USER),
				.confidence =
					(int16_t)(into->peer_known ? (int)into->peer_confidence
								   : ATTACK_POSSIBLE),
				.rule = ATTACK_RULE_PEER_ENTER,
				.mount = ATTACK_NONE,
				.change = ATTACK_NONE,
			},
			0);
	}
}

/* How sure it is that a fact is there; ATTACK_POSSIBLE - 1: it is not. */
static int confidence_of(const struct attack_facts *facts, enum attack_fact fact)
{
	if (facts->present & ATTACK_BIT(fact))
		return facts->confidence[fact];
	return facts->unknown & ATTACK_BIT(fact) ? ATTACK_POSSIBLE : ATTACK_POSSIBLE - 1;
}

static bool shares_pids(const struct container *container)
{
	const struct namespace_view *view = &container->namespaces[NAMESPACE_PID];

	return view->inode && view->inode != view->host_inode && view->effective != SHARING_HOST;
}

struct viewers {
	struct attack_model *model;
	struct viewer *items;
	size_t n;
	bool users_trace; /* Yama lets a process trace others of its user */
};

static void add_viewer(struct viewers *viewers, struct viewer viewer)
{
	if (viewer.confidence < ATTACK_POSSIBLE)
		return;
	viewers->items = arena_grow(viewers->model->arena, viewers->items, viewers->n,
				    sizeof(*viewers->items));
	viewers->items[viewers->n++] = viewer;
}

/* By its pid namespace, which is the host's (scope 0) or another's; and its user, where not root.
 */
static void add_by_namespace(struct viewers *viewers, size_t subject, uint64_t scope,
			     int confidence)
{
	const struct attack_facts *facts = &viewers->model->subjects[subject].facts;

	add_viewer(viewers, (struct viewer){subject, ATTACK_ROOT, ATTACK_NONE, scope, confidence});
	if (viewers->users_trace && confidence > ATTACK_POSSIBLE &&
	    !(facts->present & ATTACK_BIT(ATTACK_UID0)))
		add_viewer(viewers,
			   (struct viewer){subject, ATTACK_USER, ATTACK_NONE, scope, confidence});
}

static void find_viewers(struct viewers *viewers)
{
	const struct attack_model *model = viewers->model;

	for (size_t i = 0; i < model->n; i++) {
		const struct attack_subject *subject = &model->subjects[i];

		add_by_namespace(viewers, i, 0, confidence_of(&subject->facts, ATTACK_NS_PID));
		for (size_t k = 0; k < subject->n_mounts; k++)
			add_viewer(viewers, (struct viewer){i, ATTACK_ROOT, (uint32_t)k, 0,
							    confidence_of(&subject->mounts[k].facts,
									  ATTACK_HOST_PROC)});
		if (shares_pids(subject->container))
			add_by_namespace(viewers, i,
					 subject->container->namespaces[NAMESPACE_PID].inode,
					 ATTACK_EFFECTIVE);
	}
}

/* Nobody else is in most pid namespaces: those need no hub. */
static bool is_alone(const struct viewers *viewers, size_t i)
{
	const struct viewer *at = &viewers->items[i];
	size_t first = i, end = i + 1;

	while (first > 0 && viewers->items[first - 1].scope == at->scope)
		first--;
	while (end < viewers->n && viewers->items[end].scope == at->scope)
		end++;
	for (size_t k = first; k < end; k++)
		if (viewers->items[k].subject != at->subject)
			return false;
	return at->scope;
}

static void add_view(struct attack_model *model, const struct viewer *viewer, uint32_t hub)
{
	bool by_mount = viewer->mount != ATTACK_NONE;
	enum attack_remedy remedy = by_mount ? ATTACK_DROP_MOUNT : ATTACK_OWN_PID_NAMESPACE;

	attack_add_edge(model,
			(struct attack_edge){
				.from = attack_node(viewer->subject, viewer->state),
				.to = hub,
				.confidence = (int16_t)viewer->confidence,
				.rule = ATTACK_RULE_PEER_PROC,
				.mount = viewer->mount,
				.change = attack_add_change(model, viewer->subject, remedy,
							    by_mount ? viewer->mount : 0),
			},
			1);
}

static void add_viewers(struct attack_model *model)
{
	const char *scope = doc_string_or(model->load->facts->host.doc,
					  "hardening.sysctl.kernel/yama/ptrace_scope", "0");
	struct viewers viewers = {.model = model, .users_trace = text_equal(scope, "0")};
	uint32_t hub = ATTACK_NONE;

	find_viewers(&viewers);
	if (viewers.n > 1)
		qsort_r(viewers.items, viewers.n, sizeof(*viewers.items), compare_viewers, model);
	for (size_t i = 0; i < viewers.n; i++) {
		const struct viewer *viewer = &viewers.items[i];

		if (is_alone(&viewers, i))
			continue;
		if (hub == ATTACK_NONE || compare_power(model, viewer - 1, viewer) != 0) {
			hub = add_hub(model, "");
			add_viewed(model, viewer, hub);
		}
		add_view(model, viewer, hub);
	}
}

/* --- files that one container writes and another runs */

/* A mount by what it shows of the host. */
struct share {
	const char *path;
	size_t subject;
	uint32_t mount; /* in container->mounts */
	bool runs;      /* a process of it runs a program from there */
};

static int compare_shares(const void *left, const void *right)
{
	const struct share *a = left, *b = right;
	int order = strcmp(a->path, b->path);

	if (order == 0)
		order = (a->subject > b->subject) - (a->subject < b->subject);
	return order ? order : (a->mount > b->mount) - (a->mount < b->mount);
}

static bool runs_from(const struct container *container, const char *directory)
{
	for (size_t i = 0; i < container->n_processes; i++)
		if (container->processes[i].exe &&
		    path_within(container->processes[i].exe, directory))
			return true;
	return false;
}

static size_t find_shares(struct attack_model *model, struct share **ret)
{
	struct share *shares = NULL;
	size_t n = 0;

	for (size_t i = 0; i < model->n; i++) {
		const struct container *container = model->subjects[i].container;

		for (size_t k = 0; k < container->n_mounts; k++) {
			const struct mount *mount = &container->mounts[k];
			bool runs = container->running && mount->host_path && !mount->engine_made &&
				    runs_from(container, mount->destination);

			if (!mount->host_path || mount->engine_made || (!runs && !mount->writable))
				continue;
			shares = arena_grow(model->arena, shares, n, sizeof(*shares));
			shares[n++] = (struct share){mount->host_path, i, (uint32_t)k, runs};
		}
	}
	if (n > 1)
		qsort(shares, n, sizeof(*shares), compare_shares);
	*ret = shares;
	return n;
}

static void add_share(struct attack_model *model, const struct share *share, uint32_t hub)
{
	const struct mount *mount =
		&model->subjects[share->subject].container->mounts[share->mount];
	struct attack_edge edge = {
		.from = attack_node(share->subject, ATTACK_ROOT),
		.to = hub,
		.confidence = (int16_t)(mount->in_kernel ? ATTACK_EFFECTIVE : ATTACK_DECLARED),
		.rule = ATTACK_RULE_PEER_FILES,
		.mount = share->mount,
		.change = ATTACK_NONE,
	};

	if (mount->writable) {
		edge.change = attack_add_change(model, share->subject, ATTACK_SEPARATE_FILES,
						share->mount);
		attack_add_edge(model, edge, 3);
	}
	if (!share->runs)
		return;
	edge.from = hub;
	edge.to = attack_node(share->subject, ATTACK_USER);
	edge.rule = ATTACK_RULE_PEER_RUNS;
	edge.change = ATTACK_NONE;
	attack_add_edge(model, edge, 0);
}

/* Of the shares of one path, from `first` on, does one container write what another runs? */
static size_t same_path(const struct share *shares, size_t n, bool *ret_joins)
{
	size_t k = 0, runners = 0;

	for (; k < n && text_equal(shares[k].path, shares[0].path); k++)
		runners += shares[k].runs;
	*ret_joins = runners > 0 && k > 1;
	return k;
}

static void add_shares(struct attack_model *model)
{
	struct share *shares;
	size_t n = find_shares(model, &shares);

	for (size_t i = 0, k; i < n; i += k) {
		bool joins;
		uint32_t hub;

		k = same_path(&shares[i], n - i, &joins);
		if (!joins)
			continue;
		hub = add_hub(model, shares[i].path);
		for (size_t at = i; at < i + k; at++)
			add_share(model, &shares[at], hub);
	}
}

/* --- networks */

/* A container on a network. */
struct member {
	const char *id, *name;
	size_t subject;
};

static int compare_members(const void *left, const void *right)
{
	const struct member *a = left, *b = right;
	int order = strcmp(a->id, b->id);

	return order ? order : (a->subject > b->subject) - (a->subject < b->subject);
}

/* Does the engine keep the containers of this network apart? */
static bool is_apart(const struct index *networks, const char *id)
{
	const struct index_entry *entry = index_find(networks, id);
	const cJSON *options = entry ? doc_at(entry->item, "Options") : NULL;
	const cJSON *icc = doc_member(options, "com.docker.network.bridge.enable_icc");

	return doc_is_string(icc) && text_equal(icc->valuestring, "false");
}

static bool serves(const struct container *container)
{
	const cJSON *ports = doc_at(container->inspect, "Config.ExposedPorts");

	return container->running && (container->n_ports > 0 || (ports && ports->child));
}

static size_t find_members(struct attack_model *model, struct member **ret)
{
	struct member *members = NULL;
	size_t n = 0;

	for (size_t i = 0; i < model->n; i++) {
		const cJSON *networks =
			doc_at(model->subjects[i].container->inspect, "NetworkSettings.Networks");

		doc_for_each (network, networks) {
			const char *id = doc_string_or(network, "NetworkID", "");

			if (!*id || text_equal(network->string, "host") ||
			    text_equal(network->string, "none"))
				continue;
			members = arena_grow(model->arena, members, n, sizeof(*members));
			members[n++] = (struct member){id, network->string, i};
		}
	}
	if (n > 1)
		qsort(members, n, sizeof(*members), compare_members);
	*ret = members;
	return n;
}

static void add_member(struct attack_model *model, const struct member *member, uint32_t hub)
{
	struct attack_edge edge = {
		.from = attack_node(member->subject, ATTACK_USER),
		.to = hub,
		.confidence = ATTACK_RESOLVED,
		.rule = ATTACK_RULE_PEER_NETWORK,
		.mount = ATTACK_NONE,
		.change = attack_add_change(model, member->subject, ATTACK_SEPARATE_NETWORK, hub),
	};

	attack_add_edge(model, edge, 7);
	if (!serves(model->subjects[member->subject].container))
		return;
	edge.from = hub;
	edge.to = attack_node(member->subject, ATTACK_USER);
	edge.rule = ATTACK_RULE_PEER_SERVICE;
	edge.change = ATTACK_NONE;
	attack_add_edge(model, edge, 0);
}

static void add_networks(struct attack_model *model)
{
	const struct index networks = index_elements(
		model->arena, doc_at(model->load->facts->snapshot, "engine.networks"), "Id");
	struct member *members;
	size_t n = find_members(model, &members);

	for (size_t i = 0, k; i < n; i += k) {
		uint32_t hub;

		for (k = 1; i + k < n && text_equal(members[i + k].id, members[i].id); k++)
			;
		if (k == 1 || is_apart(&networks, members[i].id))
			continue;
		hub = add_hub(model, members[i].name);
		for (size_t at = i; at < i + k; at++)
			add_member(model, &members[at], hub);
	}
}

void attack_add_peer_edges(struct attack_model *model)
{
	add_viewers(model);
	add_shares(model);
	add_networks(model);
}
