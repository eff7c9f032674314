/* SPDX-License-Identifier: Apache-2.0 */

/* What the parts of facts_load() share while the facts are derived. */
#ifndef BULKHEAD_FACTS_LOAD_H
#define BULKHEAD_FACTS_LOAD_H

#include "facts/facts.h"
#include "facts/host_places.h"
#include "facts/index.h"
#include "facts/mountinfo.h"
#include "facts/process.h"

struct mount_draft;
struct seccomp_load;

/* Room that is used for one container after the other. */
struct mount_drafts {
	struct mount_draft *items;
	size_t size;
};

/* What a container sees of the host, to be found again by the path. */
struct mount_use {
	const struct container *container;
	struct mount *mount;
	size_t order;
};

struct mount_uses {
	struct mount_use *items;
	size_t n;
};

struct load {
	struct arena *arena;
	struct facts *facts;
	struct process_set processes;
	struct index execs;       /* engine.execs by ContainerID */
	const char *execs_unread; /* why there may be others; NULL: there are none */
	struct index volumes;     /* engine.volumes by Name */
	struct index services;    /* engine.services by ID */
	struct index host_paths;  /* host.paths by path, and by where links lead */
	struct index cgroups;     /* by directory */
	struct mount_table host_mounts;
	struct mount_drafts mount_drafts;
	struct mount_lines mount_lines; /* of one container after the other */
	struct mount_uses mount_uses;
	const char *data_roots[2];   /* the engine's and containerd's, links resolved; or NULL */
	struct host_places programs; /* by which the engine starts containers */
	struct seccomp_load *seccomp;
	const char *docker_root; /* GET /info DockerRootDir */
};

/* facts->swarm and the index of services; facts->engine must be known. */
void swarm_load(struct load *load);

/* The swarm as a subject, and why there are no services; those of the engine must be there. */
void swarm_load_subjects(struct load *load);

/* container->service, by the id of its label. */
void container_load_service(struct load *load, struct container *container, const char *id);

/* The containers by id and by name; positions in items. */
struct container_set {
	struct container *items; /* in the order of the snapshot */
	size_t n;
	struct index ids, names;
	struct index users; /* by image and name, those that show what its uid is */
};

/* Fill facts->settings; facts->engine must be known. */
void settings_load(struct arena *arena, struct facts *facts);

/* Everything but the namespaces of the containers of `documents` that are readable. */
struct container_set *containers_load(struct load *load, const cJSON *documents);

/* Why a container's document cannot be judged; NULL: it can. */
const char *container_document_unread(const cJSON *document);

/* The position of a container by id, name or unambiguous beginning of an id; set->n: none. */
size_t containers_find(const struct container_set *set, const char *reference);

/* The namespaces of all containers, which need all the others. */
void containers_load_namespaces(struct load *load, struct container_set *set);

/*
 * The path in the line of /proc/<pid>/cgroup of this controller, or of version 2 for NULL; empty
 * where there is no such line.
 */
struct slice cgroup_path(const char *text, const char *controller);

/* Fill facts->seccomp; the settings must be known. */
struct seccomp_load *seccomp_load_engine(struct arena *arena, struct facts *facts);

/* Needs declared_capabilities. `init` as below. */
void container_load_seccomp(struct seccomp_load *load, struct container *container,
			    const cJSON *init);

/* facts->attacks: the ways out of all containers, which need everything else. */
void attacks_load(struct load *load, const struct container_set *set);

/* Parts of one container; `init` is the document of its first process, NULL where not seen. */
void container_load_mounts(struct load *load, struct container *container, const cJSON *init);
/*
 * kinds and what belongs to them, of a container's mounts whose other members are known; `seen`
 * where those that the kernel lists are among them.
 */
void mounts_load_kinds(struct load *load, struct mount *mounts, size_t n, bool seen);

/* views and masks; `lines` is NULL where mountinfo was not read, for which `why` is the reason. */
void container_load_views(struct load *load, struct container *container,
			  const struct mount_lines *lines, const char *why);

/* A file system that the runtime mounts in every container, at its usual place. */
bool is_usual_view(const char *destination, struct slice fstype);

/* Keep a mount in mind, unless it is none of the host; then find the users of all. */
void mount_uses_add(struct mount_uses *uses, struct arena *arena, struct mount_use use);
void mount_uses_load(struct mount_uses *uses, struct arena *arena);

void container_load_limits(struct load *load, struct container *container, const cJSON *init);

/* container->outsiders; needs the namespaces. */
void containers_load_outsiders(struct load *load, struct container_set *set);

/* container->label_peer. */
void containers_load_labels(struct load *load, struct container_set *set);

/* container->isolation; needs everything else of the container. */
void container_load_isolation(struct load *load, struct container *container, const cJSON *init);

/* The users of all containers, and all of them by image and name; needs the namespaces. */
void containers_load_users(struct load *load, struct container_set *set);

/* `docs` are the documents of container->processes. Needs the namespaces. */
void container_load_ports(struct load *load, struct container *container, const cJSON *const *docs);

#endif
