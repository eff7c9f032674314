/* SPDX-License-Identifier: Apache-2.0 */

/* Containers: each inspect document with the kernel's view of its processes. */

#include "facts/container.h"

#include "base/text.h"
#include "facts/capability.h"
#include "facts/load.h"

#include <string.h>

const struct process *container_init(const struct container *container)
{
	return container->kernel_unread ? NULL : container->processes;
}

/* Where no users are mapped, it may be that its first process has left it, too. */
static uint64_t home_of(const struct container *container)
{
	const struct namespace_view *view = &container->namespaces[NAMESPACE_USER];
	const struct process *init = container_init(container);

	if (view->declared == SHARING_HOST && view->host_inode)
		return view->host_inode;
	return init ? init->namespaces[NAMESPACE_USER] : 0;
}

bool process_is_in_child(const struct container *container, const struct process *process)
{
	uint64_t home = home_of(container), user = process->namespaces[NAMESPACE_USER];

	return home && user && user != home &&
	       user != container->namespaces[NAMESPACE_USER].host_inode;
}

bool process_is_at_home(const struct container *container, const struct process *process)
{
	return home_of(container) && process->namespaces[NAMESPACE_USER] &&
	       !process_is_in_child(container, process);
}

uint64_t container_bounding(const struct container *container)
{
	const struct process *init = container_init(container);

	if (!init || init->status_unread || process_is_in_child(container, init))
		return container->declared_capabilities;
	return init->cap_bounding;
}

int64_t container_uid(const struct container *container, int64_t host_uid)
{
	int64_t uid;

	if (!container->uid_map)
		return container->namespaces[NAMESPACE_USER].declared == SHARING_HOST ? host_uid
										      : -1;
	return uid_map_find(container->uid_map, host_uid, false, &uid) ? uid : -1;
}

/* An element of Mounts, of which no part may be guessed: where it is, and what of the host it is.
 */
static cJSON_bool is_mount(const cJSON *item)
{
	const char *type = "bind", *text;
	bool writable;

	if (doc_string(item, "Type", &type) == DOC_MALFORMED ||
	    doc_string(item, "Destination", &text) != DOC_PRESENT ||
	    doc_bool(item, "RW", &writable) == DOC_MALFORMED)
		return false;
	switch (doc_string(item, "Source", &text)) {
	case DOC_PRESENT:
		return true;
	case DOC_ABSENT:
		return !text_equal(type, "bind");
	case DOC_MALFORMED:
		break;
	}
	return false;
}

/* The ports of the host for one of the container's: a list, or null where it is not published. */
static cJSON_bool is_port(const cJSON *bindings)
{
	const char *text;

	if (cJSON_IsNull(bindings))
		return true;
	doc_for_each (binding, bindings)
		if (doc_string(binding, "HostPort", &text) == DOC_MALFORMED ||
		    doc_string(binding, "HostIp", &text) == DOC_MALFORMED ||
		    !cJSON_IsObject(binding))
			return false;
	return cJSON_IsArray(bindings);
}

/* Fields from which more is derived than a check can see; `reason` is for a wrong type. */
static const struct field {
	const char *path;
	bool required;
	cJSON_bool (*fits)(const cJSON *item);
	cJSON_bool (*element_fits)(const cJSON *element); /* NULL: any */
	const char *reason;
} fields[] = {
#define FIELD(path, required, fits, element_fits)                                  \
	{                                                                          \
		path, required, fits, element_fits,                                \
			"in the engine's answer, " path " is missing or malformed" \
	}
	FIELD("Id", true, cJSON_IsString, NULL),
	FIELD("AppArmorProfile", false, cJSON_IsString, NULL),
	FIELD("State", true, cJSON_IsObject, NULL),
	FIELD("State.Running", true, cJSON_IsBool, NULL),
	FIELD("Config", true, cJSON_IsObject, NULL),
	FIELD("Config.Labels", false, cJSON_IsObject, NULL),
	FIELD("Config.User", false, cJSON_IsString, NULL),
	FIELD("HostConfig", true, cJSON_IsObject, NULL),
	FIELD("HostConfig.CapAdd", false, cJSON_IsArray, cJSON_IsString),
	FIELD("HostConfig.CapDrop", false, cJSON_IsArray, cJSON_IsString),
	FIELD("HostConfig.LogConfig", false, cJSON_IsObject, NULL),
	FIELD("HostConfig.PortBindings", false, cJSON_IsObject, is_port),
	FIELD("HostConfig.Privileged", true, cJSON_IsBool, NULL),
	FIELD("HostConfig.SecurityOpt", false, cJSON_IsArray, cJSON_IsString),
	FIELD("HostConfig.Tmpfs", false, cJSON_IsObject, NULL),
	FIELD("Mounts", false, cJSON_IsArray, is_mount),
	FIELD("NetworkSettings", false, cJSON_IsObject, NULL),
	FIELD("NetworkSettings.Networks", false, cJSON_IsObject, NULL),
	FIELD("NetworkSettings.Ports", false, cJSON_IsObject, is_port),
#undef FIELD
};

static bool field_fits(const cJSON *document, const struct field *field)
{
	const cJSON *item = doc_at(document, field->path);

	if (!item)
		return !field->required;
	if (!field->fits(item))
		return false;
	doc_for_each (element, field->element_fits ? item : NULL)
		if (!field->element_fits(element))
			return false;
	return true;
}

const char *container_document_unread(const cJSON *document)
{
	const char *unread;

	if (doc_string(document, "unread", &unread) == DOC_PRESENT)
		return unread;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (!field_fits(document, &fields[i]))
			return fields[i].reason;
	return *doc_string_or(document, "Id", "") ? NULL : "the engine's answer has no Id";
}

/* "/web" of the engine is "web" to its users. */
static const char *container_name(const cJSON *document, const char *id)
{
	const char *name = doc_string_or(document, "Name", "");

	if (*name == '/')
		name++;
	return *name ? name : id;
}

static const char *why_no_processes(const struct load *load, const struct container *container)
{
	if (!load->facts->local)
		return load->facts->local_reason;
	if (!container->running)
		return "the container is not running";
	if (container->n_processes)
		return "its first process was not seen in /proc";
	return doc_string_or(load->facts->snapshot, "unread.processes",
			     "none of its processes was seen in /proc");
}

/* Its processes, and the document of the first one. */
static const cJSON *load_processes(struct load *load, struct container *container)
{
	size_t at = processes_of(&load->processes, container->id, &container->n_processes);

	if (!container->running || !load->facts->local)
		container->n_processes = 0;
	container->processes = load->processes.items + at;
	if (!container->n_processes || !container->processes->init) {
		container->kernel_unread = why_no_processes(load, container);
		return NULL;
	}
	return load->processes.docs[at];
}

static void load_users(struct load *load, struct container *container, const cJSON *init)
{
	const struct engine *engine = &load->facts->engine;
	const char *mode = doc_string_or(container->inspect, "HostConfig.UsernsMode", ""), *map;

	container->root_uid = -1;
	if (doc_string(init, "uid_map", &map) == DOC_PRESENT && uid_map_is_sound(map))
		container->uid_map = map;
	if (!container->uid_map) {
		container->root_is_mapped =
			engine->rootless || (engine->userns_remap && !text_equal(mode, "host"));
		return;
	}
	uid_map_find(container->uid_map, 0, true, &container->root_uid);
	container->root_is_mapped = container->root_uid != 0;
}

/* Sessions of this container: a stretch of the sorted list of all. */
static void load_execs(struct load *load, struct container *container)
{
	const struct index *execs = &load->execs;
	size_t first = index_lower(execs, container->id), n = 0;
	const cJSON **list;

	container->execs_unread = load->execs_unread;
	while (first + n < execs->n && text_equal(execs->entries[first + n].key, container->id))
		n++;
	if (!n)
		return;
	list = arena_array(load->arena, n, sizeof(*list));
	for (size_t i = 0; i < n; i++) {
		list[i] = execs->entries[first + i].item;
		if (!container->execs_unread)
			container->execs_unread = doc_string_or(list[i], "unread", NULL);
	}
	container->execs = list;
	container->n_execs = n;
}

static const char *label(const cJSON *labels, const char *key)
{
	const cJSON *value = doc_member(labels, key);

	return doc_is_string(value) ? value->valuestring : NULL;
}

static void load_labels(struct load *load, struct container *container)
{
	const cJSON *labels = doc_at(container->inspect, "Config.Labels");

	container->compose_project = label(labels, "com.docker.compose.project");
	container->compose_service = label(labels, "com.docker.compose.service");
	container->swarm_service = label(labels, "com.docker.swarm.service.name");
	container_load_service(load, container, label(labels, "com.docker.swarm.service.id"));
	container->pod_sandbox =
		text_equal(label(labels, "io.kubernetes.docker.type"), "podsandbox") ||
		text_equal(label(labels, "io.cri-containerd.kind"), "sandbox") ||
		text_equal(label(labels, "io.kubernetes.container.name"), "POD");
}

const char *security_option(const cJSON *inspect, const char *name)
{
	const cJSON *list = NULL;
	const char *value = NULL;
	size_t length = strlen(name);

	doc_array(inspect, "HostConfig.SecurityOpt", &list);
	doc_for_each (item, list) {
		const char *option = doc_is_string(item) ? item->valuestring : "";

		if (strncmp(option, name, length) != 0)
			continue;
		if (option[length] == '=' || option[length] == ':')
			value = option + length + 1;
		else if (option[length] == '\0')
			value = "";
	}
	return value;
}

static void load_container(struct load *load, const cJSON *document, struct container *ret)
{
	const cJSON *init;

	*ret = (struct container){
		.id = doc_string_or(document, "Id", ""),
		.image = doc_string_or(document, "Config.Image", ""),
		.status = doc_string_or(document, "State.Status", ""),
		/* Between two runs the engine says both, and there is no process. */
		.running = doc_bool_or(document, "State.Running", false) &&
			   !doc_bool_or(document, "State.Restarting", false),
		.inspect = document,
		.declared_capabilities = capability_docker_set(
			doc_at(document, "HostConfig.CapAdd"),
			doc_at(document, "HostConfig.CapDrop"),
			doc_bool_or(document, "HostConfig.Privileged", false)),
	};
	ret->name = container_name(document, ret->id);
	ret->is_auditor =
		text_equal(ret->id, doc_string_or(load->facts->snapshot, "host.container", NULL));
	init = load_processes(load, ret);
	load_users(load, ret, init);
	load_execs(load, ret);
	load_labels(load, ret);
	container_load_mounts(load, ret, init);
	container_load_limits(load, ret, init);
	container_load_seccomp(load->seccomp, ret, init);
}

static void index_containers(struct load *load, struct container_set *set)
{
	struct index_entry *ids = arena_array(load->arena, set->n, sizeof(*ids));
	struct index_entry *names = arena_array(load->arena, set->n, sizeof(*names));

	for (size_t i = 0; i < set->n; i++) {
		const struct container *container = &set->items[i];

		ids[i] = (struct index_entry){container->id, container->inspect, i};
		names[i] = (struct index_entry){container->name, container->inspect, i};
	}
	set->ids = index_sorted(ids, set->n);
	set->names = index_sorted(names, set->n);
}

size_t containers_find(const struct container_set *set, const char *reference)
{
	const struct index_entry *entry;
	size_t at;

	if (*reference == '/')
		reference++;
	entry = index_find(&set->ids, reference);
	if (!entry)
		entry = index_find(&set->names, reference);
	if (entry)
		return entry->position;
	at = index_lower(&set->ids, reference);
	if (!*reference || at == set->ids.n || !text_starts(set->ids.entries[at].key, reference))
		return set->n;
	if (at + 1 < set->ids.n && text_starts(set->ids.entries[at + 1].key, reference))
		return set->n;
	return set->ids.entries[at].position;
}

struct container_set *containers_load(struct load *load, const cJSON *documents)
{
	struct container_set *set = arena_alloc(load->arena, sizeof(*set));

	doc_for_each (document, documents)
		if (!container_document_unread(document))
			set->n++;
	set->items = arena_array(load->arena, set->n, sizeof(*set->items));
	set->n = 0;
	doc_for_each (document, documents)
		if (!container_document_unread(document))
			load_container(load, document, &set->items[set->n++]);
	index_containers(load, set);
	containers_load_namespaces(load, set);
	containers_load_users(load, set);
	mount_uses_load(&load->mount_uses, load->arena);
	containers_load_outsiders(load, set);
	containers_load_labels(load, set);
	for (size_t i = 0; i < set->n; i++) {
		struct container *container = &set->items[i];
		const cJSON *const *docs =
			load->processes.docs + (container->processes - load->processes.items);

		container_load_ports(load, container, docs);
		container_load_isolation(load, container, container_init(container) ? *docs : NULL);
	}
	return set;
}
