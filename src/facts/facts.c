/* SPDX-License-Identifier: Apache-2.0 */

/* From a snapshot to everything a check may know. */

#include "facts/facts.h"

#include "base/path.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "facts/control_port.h"
#include "facts/control_socket.h"
#include "facts/engine.h"
#include "facts/load.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SNAPSHOT_FORMAT  "bulkhead-snapshot"
#define SNAPSHOT_VERSION 1

const char *subject_kind_name(enum subject_kind kind)
{
	static const char *const names[] = {
		[SUBJECT_HOST] = "host",           [SUBJECT_ENGINE] = "engine",
		[SUBJECT_FILE] = "file",           [SUBJECT_IMAGE] = "image",
		[SUBJECT_CONTAINER] = "container", [SUBJECT_NETWORK] = "network",
		[SUBJECT_SWARM] = "swarm",         [SUBJECT_SERVICE] = "service",
	};

	return names[kind];
}

bool subject_kind_parse(const char *name, enum subject_kind *ret)
{
	for (size_t i = 0; i < SUBJECT_KIND_COUNT; i++) {
		if (strcmp(subject_kind_name((enum subject_kind)i), name) == 0) {
			*ret = (enum subject_kind)i;
			return true;
		}
	}
	return false;
}

static int check_format(const cJSON *snapshot, struct error *err)
{
	const char *format = doc_string_or(snapshot, "format", NULL);
	int64_t version = 0;

	if (!text_equal(format, SNAPSHOT_FORMAT))
		return error_set(err, EBADMSG,
				 "not a snapshot: its \"format\" is not \"" SNAPSHOT_FORMAT "\"");
	if (doc_int(snapshot, "version", &version) != DOC_PRESENT || version < 1)
		return error_set(err, EBADMSG, "not a snapshot: it has no \"version\"");
	if (version > SNAPSHOT_VERSION)
		return error_set(err, EBADMSG,
				 "the snapshot is of version %lld, this program reads up to %d",
				 (long long)version, SNAPSHOT_VERSION);
	return 0;
}

static void load_top(struct facts *facts)
{
	const cJSON *snapshot = facts->snapshot;

	facts->local = doc_bool_or(snapshot, "local", false);
	if (!facts->local)
		facts->local_reason =
			doc_string_or(snapshot, "local_reason",
				      "the snapshot does not say that the engine is local");
	facts->endpoint = doc_string_or(snapshot, "endpoint", "");
	facts->started = doc_string_or(snapshot, "started", "");
	facts->finished = doc_string_or(snapshot, "finished", "");
	if (!timestamp_parse(facts->finished, &facts->now))
		timestamp_parse(facts->started, &facts->now);
}

/*
 * Not all that dockerd listens on takes orders: at metrics.sock plug-ins read figures (moby,
 * daemon/metrics_unix.go), and at libnetwork/ID.sock the runtime's hook hands over a network
 * namespace (libnetwork, sandbox_externalkey_unix.go).
 */
static bool takes_orders(const char *path)
{
	return !text_ends(path, "/metrics.sock") && !text_matches(path, "*/libnetwork/*.sock");
}

static void load_sockets(struct load *load, struct host *host)
{
	const cJSON *list = NULL;
	const char **sockets;
	size_t n = 0;

	doc_array(host->doc, "sockets", &list);
	doc_for_each (item, list)
		n++;
	sockets = arena_array(load->arena, n, sizeof(*sockets));
	n = 0;
	doc_for_each (item, list)
		if (doc_is_string(item) && *item->valuestring == '/' &&
		    takes_orders(item->valuestring))
			sockets[n++] = path_clean(load->arena, item->valuestring);
	host->sockets = sockets;
	host->n_sockets = n;
}

/*
 * A unix socket at which nobody answers is still one of this host, which can then be judged without
 * its engine.
 */
static bool is_host_endpoint(const struct facts *facts)
{
	return !facts->engine.info && text_starts(facts->endpoint, "unix://");
}

/* The host in the snapshot is the one that the containers run on. */
static bool is_hosts_kernel(const struct facts *facts)
{
	return facts->local || is_host_endpoint(facts);
}

/* By the modules of the policy's store, unless the kernel says that there are none. */
static void load_permissive_types(const struct load *load, struct host *host)
{
	static const char prefix[] = "permissive_";
	const cJSON *modules = NULL;

	doc_array(host->doc, "selinux_policy.modules", &modules);
	if (text_equal(doc_string_or(host->doc, "selinux_policy.permissive", NULL), "0"))
		return;
	host->permissive_types.items =
		arena_array(load->arena, (size_t)cJSON_GetArraySize(modules), sizeof(const char *));
	doc_for_each (module, modules)
		if (doc_is_string(module) && text_starts(module->valuestring, prefix))
			host->permissive_types.items[host->permissive_types.n++] =
				module->valuestring + strlen(prefix);
}

static void load_kernel(const struct load *load, struct host *host)
{
	uint64_t number;

	host->apparmor = doc_bool_or(host->doc, "apparmor", false);
	host->selinux = doc_string_or(host->doc, "selinux", NULL);
	load_permissive_types(load, host);
	if (load->facts->local)
		namespaces_parse(doc_at(host->doc, "namespaces"), host->namespaces);
	if (doc_u64(host->doc, "unprivileged_port_start", &number) == DOC_PRESENT &&
	    number <= UINT16_MAX)
		host->unprivileged_port_start = (uint16_t)number;
}

static void load_host(struct load *load)
{
	struct host *host = &load->facts->host;
	bool seen = is_hosts_kernel(load->facts);
	const char *version;
	uint64_t number;

	doc_object(load->facts->snapshot, "host", &host->doc);
	host->hostname = doc_string_or(host->doc, "hostname", "");
	host->kernel = doc_string_or(host->doc, "kernel", "");
	host->root = doc_u64(host->doc, "uid", &number) == DOC_PRESENT && number == 0;
	version = doc_string_or(seen ? host->doc : NULL, "cgroup_version",
				doc_string_or(load->facts->engine.info, "CgroupVersion", ""));
	if (text_equal(version, "2"))
		host->cgroup_version = 2;
	else if (text_equal(version, "1") || text_equal(version, "hybrid"))
		host->cgroup_version = 1;
	host->unprivileged_port_start = 1024;
	if (seen)
		load_kernel(load, host);
	load_sockets(load, host);
}

/* NULL where the snapshot has every session, and says of each to which container it belongs. */
static const char *why_no_execs(const struct load *load)
{
	const cJSON *replies = doc_at(load->facts->snapshot, "engine"), *execs;
	size_t n = 0;

	if (doc_array(replies, "execs", &execs) != DOC_PRESENT)
		return doc_string_or(replies, "unread.execs", "the snapshot does not hold them");
	doc_for_each (exec, execs)
		n++;
	return n == load->execs.n ? doc_string_or(replies, "unread.execs", NULL)
				  : "the snapshot does not say to which container one belongs";
}

/* A directory of the host with its links resolved, as far as the snapshot knows it. */
static const char *real_path(const struct load *load, const char *path)
{
	const struct index_entry *entry = path ? index_find(&load->host_paths, path) : NULL;

	return entry ? doc_string_or(entry->item, "real", path) : path;
}

static void load_data_roots(struct load *load)
{
	const char *containerd = doc_string_or(load->facts->host.doc, "programs.containerd.root",
					       "/var/lib/containerd");
	const char *root = load->docker_root;

	load->data_roots[0] = root && *root == '/' ? real_path(load, root) : NULL;
	load->data_roots[1] = *containerd == '/' ? real_path(load, containerd) : NULL;
}

static void load_programs(struct load *load)
{
	static const char *const programs[] = {"engine-program", "containerd-program", "shims",
					       "runtimes"};

	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		host_places_add(load->facts, load->arena, programs[i], &load->programs);
}

/*
 * The records of host.paths by the path that was looked at and, where links led elsewhere, by where
 * they led: a socket that was looked at as /var/run/docker.sock is the one mounted from
 * /run/docker.sock. A record of the very path comes first.
 */
static struct index index_host_paths(struct load *load)
{
	const cJSON *paths = doc_at(load->facts->host.doc, "paths");
	struct index by_path = index_members(load->arena, paths);
	struct index_entry *entries = arena_array(load->arena, by_path.n * 2, sizeof(*entries));
	size_t n = by_path.n;

	for (size_t i = 0; i < by_path.n; i++) {
		const char *real = doc_string_or(by_path.entries[i].item, "real", NULL);

		entries[i] = by_path.entries[i];
		if (real && !text_equal(real, entries[i].key)) {
			entries[n] = (struct index_entry){real, entries[i].item, n};
			n++;
		}
	}
	return index_sorted(entries, n);
}

static void load_indexes(struct load *load)
{
	const cJSON *snapshot = load->facts->snapshot;

	load->docker_root = doc_string_or(load->facts->engine.info, "DockerRootDir", NULL);
	load->processes = processes_load(load->arena, snapshot);
	load->execs = index_elements(load->arena, doc_at(snapshot, "engine.execs"), "ContainerID");
	load->execs_unread = why_no_execs(load);
	load->volumes = index_elements(load->arena, doc_at(snapshot, "engine.volumes"), "Name");
	if (!is_hosts_kernel(load->facts))
		return;
	load->host_paths = index_host_paths(load);
	load->facts->host.paths = load->host_paths;
	audit_load(load);
	load->cgroups = index_members(load->arena, doc_at(snapshot, "cgroups"));
	load->host_mounts =
		mount_table_new(load->arena, doc_string_or(load->facts->host.doc, "mountinfo", ""),
				load->docker_root);
	load_data_roots(load);
	load_programs(load);
}

static int compare_subjects(const void *left, const void *right)
{
	const struct subject *a = left, *b = right;
	int order = strcmp(a->name, b->name);

	if (order)
		return order;
	return strcmp(a->id ? a->id : "", b->id ? b->id : "");
}

static void fill_container(struct subject *subject, const cJSON *document,
			   const struct container_set *set)
{
	const char *name = doc_string_or(document, "Name", "");
	const struct index_entry *entry;

	subject->id = doc_string_or(document, "Id", "");
	subject->unread = container_document_unread(document);
	if (subject->unread) {
		name += *name == '/';
		subject->name = *name ? name : subject->id;
		subject->doc = NULL;
		return;
	}
	entry = index_find(&set->ids, subject->id);
	subject->container = &set->items[entry->position];
	subject->name = subject->container->name;
	subject->image = subject->container->image;
	subject->state = subject->container->status;
	subject->is_auditor = subject->container->is_auditor;
	subject->project = subject->container->compose_project;
	subject->service = subject->container->compose_service;
	if (!subject->service)
		subject->service = subject->container->swarm_service;
}

/* A tag where it has one, else a digest, else the id. */
static void fill_image(struct subject *subject, const cJSON *document, const struct index *used)
{
	static const char *const lists[] = {"RepoTags", "RepoDigests"};
	const cJSON *names;

	subject->id = doc_string_or(document, "Id", "");
	subject->name = subject->id;
	if (used && !index_find(used, image_id_digits(subject->id)))
		subject->state = "unused";
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		if (doc_array(document, lists[i], &names) == DOC_PRESENT &&
		    doc_is_string(names->child)) {
			subject->name = names->child->valuestring;
			return;
		}
	}
}

/* What the subjects' documents do not say themselves. */
struct surroundings {
	const struct container_set *containers;
	const struct index *used; /* the images that containers have; NULL: not known */
};

static void fill_subject(struct subject *subject, const cJSON *document,
			 const struct surroundings *around)
{
	subject->doc = document;
	if (subject->kind == SUBJECT_CONTAINER) {
		fill_container(subject, document, around->containers);
		return;
	}
	if (subject->kind == SUBJECT_IMAGE) {
		fill_image(subject, document, around->used);
	} else if (subject->kind == SUBJECT_SERVICE) {
		subject->id = doc_string_or(document, "ID", "");
		subject->name = doc_string_or(document, "Spec.Name", subject->id);
		subject->service = subject->name;
	} else {
		subject->id = doc_string_or(document, "Id", "");
		subject->name = doc_string_or(document, "Name", subject->id);
	}
	subject->unread = doc_string_or(document, "unread", NULL);
	if (!subject->unread && !*subject->id)
		subject->unread = "the engine's answer has no Id";
	if (!subject->unread && subject->kind == SUBJECT_NETWORK &&
	    !*doc_string_or(document, "Name", ""))
		subject->unread = "the engine's answer has no Name";
	if (subject->unread)
		subject->doc = NULL;
}

/* What would help where the engine's documents could not be read. */
static const char *engine_hint(const struct facts *facts)
{
	const char *endpoint = doc_string_or(facts->snapshot, "endpoint", "");

	doc_for_each (problem, doc_at(facts->snapshot, "problems"))
		if (text_equal(doc_string_or(problem, "source", ""), endpoint))
			return doc_string_or(problem, "hint", NULL);
	return NULL;
}

/* One subject for each element of a list of the engine. */
static void list_subjects(struct load *load, enum subject_kind kind, const char *member,
			  const struct surroundings *around)
{
	struct subject_list *list = &load->facts->subjects[kind];
	const cJSON *replies = doc_at(load->facts->snapshot, "engine"), *documents = NULL;
	const cJSON *reasons = doc_at(replies, "unread");
	struct subject *items;
	size_t n = 0;

	list->unread = doc_string_or(reasons, member, NULL);
	if (doc_array(replies, member, &documents) != DOC_PRESENT && !list->unread)
		list->unread = doc_string_or(reasons, "engine", "the snapshot does not hold them");
	if (list->unread)
		list->hint = engine_hint(load->facts);
	doc_for_each (document, documents)
		n++;
	items = arena_array(load->arena, n, sizeof(*items));
	n = 0;
	doc_for_each (document, documents) {
		items[n].kind = kind;
		fill_subject(&items[n++], document, around);
	}
	if (n > 1)
		qsort(items, n, sizeof(*items), compare_subjects);
	list->items = items;
	list->n = n;
}

/* The ids of the images that containers have; NULL where those could not be read. */
static const struct index *used_images(struct load *load)
{
	const cJSON *containers;
	struct index_entry *entries;
	struct index *used;
	size_t n = 0;

	if (doc_array(load->facts->snapshot, "engine.containers", &containers) != DOC_PRESENT)
		return NULL;
	entries =
		arena_array(load->arena, (size_t)cJSON_GetArraySize(containers), sizeof(*entries));
	doc_for_each (container, containers)
		entries[n++].key = image_id_digits(doc_string_or(container, "Image", ""));
	used = arena_alloc(load->arena, sizeof(*used));
	*used = index_sorted(entries, n);
	return used;
}

static void one_subject(struct load *load, struct subject subject)
{
	struct subject *item = arena_alloc(load->arena, sizeof(*item));

	*item = subject;
	load->facts->subjects[subject.kind] = (struct subject_list){.items = item, .n = 1};
}

static void load_subjects(struct load *load, const struct container_set *set)
{
	struct facts *facts = load->facts;
	struct subject host = {.kind = SUBJECT_HOST, .name = facts->host.hostname};
	struct subject engine = {.kind = SUBJECT_ENGINE, .name = facts->engine.name};
	const struct surroundings around = {set, used_images(load)};

	if (!is_hosts_kernel(facts))
		host.unread = facts->local_reason;
	else if (!facts->host.doc)
		host.unread = "the snapshot does not hold the host";
	else
		host.doc = facts->host.doc;
	if (!facts->engine.info)
		engine.unread =
			doc_string_or(facts->snapshot, "engine.unread.engine",
				      doc_string_or(facts->snapshot, "engine.unread.info",
						    "the snapshot does not hold GET /info"));
	engine.doc = facts->engine.info;
	one_subject(load, host);
	one_subject(load, engine);
	if (engine.unread)
		facts->subjects[SUBJECT_ENGINE].hint = engine_hint(facts);
	files_load(load);
	list_subjects(load, SUBJECT_IMAGE, "images", &around);
	list_subjects(load, SUBJECT_CONTAINER, "containers", &around);
	list_subjects(load, SUBJECT_NETWORK, "networks", &around);
	list_subjects(load, SUBJECT_SERVICE, "services", &around);
	swarm_load_subjects(load);
}

int facts_load(struct arena *arena, const cJSON *snapshot, const struct facts **ret,
	       struct error *err)
{
	struct facts *facts = arena_alloc(arena, sizeof(*facts));
	struct load load = {.arena = arena, .facts = facts};
	const cJSON *documents = NULL;
	struct container_set *set;
	int r = check_format(snapshot, err);

	if (r < 0)
		return r;
	facts->snapshot = snapshot;
	load_top(facts);
	engine_load(facts);
	load_host(&load);
	settings_load(arena, facts);
	load.seccomp = seccomp_load_engine(arena, facts);
	load_indexes(&load);
	facts->control_sockets = control_sockets_load(&load);
	facts->control_ports = control_ports_load(&load);
	swarm_load(&load);
	doc_array(snapshot, "engine.containers", &documents);
	set = containers_load(&load, documents);
	facts->containers = set;
	image_files_load(&load, set);
	attacks_load(&load, set);
	load_subjects(&load, set);
	*ret = facts;
	return 0;
}

bool facts_is_remote(const struct facts *facts)
{
	return !facts->local && facts->engine.info;
}

const char *image_id_digits(const char *id)
{
	return text_starts(id, "sha256:") ? id + strlen("sha256:") : id;
}

const struct container *facts_container(const struct facts *facts, const char *id_or_name)
{
	size_t at = containers_find(facts->containers, id_or_name);

	return at < facts->containers->n ? &facts->containers->items[at] : NULL;
}
