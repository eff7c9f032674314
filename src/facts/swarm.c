/* SPDX-License-Identifier: Apache-2.0 */

/* The swarm that the engine is a member of, and its services. */
#include "base/text.h"
#include "facts/load.h"

#include <string.h>

/* In the words of GET /info (moby, api/types/swarm LocalNodeState). */
static enum swarm_role role_of(const struct facts *facts)
{
	const char *state = facts->engine.swarm_state;

	if (text_equal(state, "inactive"))
		return SWARM_NONE;
	if (text_equal(state, "active"))
		return doc_bool_or(facts->engine.info, "Swarm.ControlAvailable", false)
			       ? SWARM_MANAGER
			       : SWARM_WORKER;
	return *state ? SWARM_UNAVAILABLE : SWARM_UNKNOWN;
}

/* Why this is no member of a swarm; NULL where it is one, or may be. */
static const char *why_none(const struct facts *facts)
{
	if (facts->swarm.role == SWARM_NONE)
		return "Swarm.LocalNodeState is inactive";
	if (facts->swarm.role == SWARM_UNKNOWN && facts->engine.is_podman)
		return "Podman has no swarm mode";
	return NULL;
}

static void load_subject(struct load *load)
{
	struct facts *facts = load->facts;
	struct subject_list *list = &facts->subjects[SUBJECT_SWARM];
	struct subject *item;

	list->none = why_none(facts);
	if (list->none)
		return;
	if (!facts->engine.info || facts->swarm.role == SWARM_UNKNOWN) {
		list->unread = facts->engine.info ? "GET /info names no Swarm.LocalNodeState"
						  : facts->subjects[SUBJECT_ENGINE].items[0].unread;
		list->hint = facts->subjects[SUBJECT_ENGINE].hint;
		return;
	}
	item = arena_alloc(load->arena, sizeof(*item));
	*item = (struct subject){
		.kind = SUBJECT_SWARM,
		.name = "swarm",
		.id = doc_string_or(facts->engine.info, "Swarm.Cluster.ID", NULL),
		.state = facts->engine.swarm_state,
		.doc = doc_at(facts->engine.info, "Swarm"),
	};
	list->items = item;
	list->n = 1;
}

void swarm_load(struct load *load)
{
	struct facts *facts = load->facts;

	facts->swarm.role = role_of(facts);
	facts->swarm.cluster = doc_at(facts->engine.info, "Swarm.Cluster");
	facts->swarm.local = doc_at(facts->engine.daemon, "swarm");
	load->services =
		index_elements(load->arena, doc_at(facts->snapshot, "engine.services"), "ID");
}

/* Why the list of services is empty; NULL where it should have been read. */
static const char *why_no_services(const struct facts *facts)
{
	if (facts->swarm.role == SWARM_WORKER)
		return "this node is a worker of the swarm: only managers know its services";
	return why_none(facts);
}

static void explain_services(struct load *load)
{
	struct subject_list *list = &load->facts->subjects[SUBJECT_SERVICE];

	if (!list->unread)
		return;
	list->none = why_no_services(load->facts);
	if (list->none)
		list->unread = NULL;
	else if (load->facts->swarm.role == SWARM_UNAVAILABLE)
		list->unread = arena_printf(load->arena, "Swarm.LocalNodeState is %s",
					    load->facts->engine.swarm_state);
}

void swarm_load_subjects(struct load *load)
{
	load_subject(load);
	explain_services(load);
}

void container_load_service(struct load *load, struct container *container, const char *id)
{
	const struct index_entry *entry = id ? index_find(&load->services, id) : NULL;

	if (!container->swarm_service)
		return;
	if (entry)
		container->service = entry->item;
	else if (load->facts->swarm.role == SWARM_WORKER)
		container->service_unread = "only a manager of the swarm knows it";
	else
		container->service_unread = "it is not among the services that were read";
}
