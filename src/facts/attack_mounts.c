/* SPDX-License-Identifier: Apache-2.0 */

/* What the mounts and devices of a container are good for to who wants out. */
#include "base/path.h"
#include "base/text.h"
#include "facts/attack_model.h"
#include "facts/control_socket.h"
#include "facts/disks.h"
#include "facts/host_places.h"

#include <string.h>

/* Only Docker's own API asks the engine's authorization plugins, containerd's does not. */
static bool is_guarded(const struct control_socket *socket)
{
	return socket->class == CONTROL_ENGINE &&
	       (text_equal(socket->of, "Docker") || text_equal(socket->of, "the engine"));
}

/* The socket that is worth most: an engine's starts whatever is asked, unless a plugin forbids. */
static const struct control_socket *best_socket(const struct mount *mount, bool has_plugin)
{
	const struct control_socket *best = mount->n_sockets > 0 ? mount->sockets[0] : NULL;

	for (size_t i = 0; i < mount->n_sockets; i++) {
		const struct control_socket *socket = mount->sockets[i];

		if (socket->class == CONTROL_ENGINE && !(has_plugin && is_guarded(socket)))
			return socket;
		if (socket->class == CONTROL_ENGINE && best->class != CONTROL_ENGINE)
			best = socket;
	}
	return best;
}

/* One that is open to the user that it runs as. */
static const struct control_socket *open_socket(const struct attack_model *model,
						const struct attack_subject *subject,
						const struct mount *mount)
{
	const char *who;

	for (size_t i = 0; i < mount->n_sockets; i++)
		if (socket_access(subject->container, mount->sockets[i], model->arena, &who) ==
		    SOCKET_OPEN)
			return mount->sockets[i];
	return NULL;
}

/* Configuration and output of containers, and nothing else of the engine's. */
static bool is_of_containers(const struct load *load, const char *path)
{
	size_t length = load->docker_root ? strlen(load->docker_root) : 0;

	return length > 1 && path_within(path, load->docker_root) &&
	       path_within(path + length, "/containers");
}

/* Settings below which kernel.core_pattern is. */
static bool is_above_core_pattern(const char *path)
{
	return path_within("/proc/sys/kernel/core_pattern", path);
}

/* Does the kernel run a helper for events of devices? A guess where nobody looked. */
static bool has_uevent_helper(const struct facts *facts, enum attack_confidence *ret)
{
	bool has = true;

	if (doc_bool(facts->host.doc, "hardening.uevent_helper", &has) != DOC_PRESENT)
		*ret = ATTACK_GUESSED;
	return has;
}

static bool sets_release_agent(const struct facts *facts, const struct attack_subject *subject,
			       enum attack_confidence *ret)
{
	if (subject->facts.present & ATTACK_BIT(ATTACK_SYS_ADMIN))
		return true;
	*ret = ATTACK_GUESSED;
	return attack_open_release_agent(facts);
}

static bool is_binfmt(const struct mount *mount)
{
	return mount->fstype ? text_equal(mount->fstype, "binfmt_misc")
			     : text_equal(mount->host_path, "/proc/sys/fs/binfmt_misc");
}

/* The topmost control group: who writes there freezes all processes, or leaves them no memory. */
static bool is_group_tree(const struct mount *mount)
{
	return mount->kinds & MOUNT_CGROUP1_TOP ||
	       (text_equal(mount->fstype, "cgroup2") && slice_is(mount->root, "/"));
}

/* What helpers of the kernel can be set by way of it: core_pattern, uevent_helper, release_agent.
 */
static void judge_helpers(const struct facts *host, const struct attack_subject *subject,
			  const struct mount *mount, enum attack_confidence confidence,
			  struct attack_facts *facts)
{
	const char *path = mount->host_path;
	bool is_sys =
		mount->kinds & MOUNT_HOST_SYS && path_within("/sys/kernel/uevent_helper", path);
	enum attack_confidence uevent = confidence, agent = confidence;
	bool has_uevent = has_uevent_helper(host, &uevent);
	bool has_agent = sets_release_agent(host, subject, &agent);

	if (!mount->writable && !mount->writable_below)
		return;
	attack_fact_add(facts, ATTACK_HOST_PROC_SYS,
			mount->kinds & MOUNT_HOST_PROC && is_above_core_pattern(path), confidence);
	attack_fact_add(facts, ATTACK_HOST_SYS, is_sys && has_uevent, uevent);
	attack_fact_add(facts, ATTACK_RELEASE_AGENT, mount->kinds & MOUNT_CGROUP1_TOP && has_agent,
			agent);
	attack_fact_add(facts, ATTACK_BINFMT, is_binfmt(mount), confidence);
	attack_fact_add(facts, ATTACK_DISRUPTS,
			text_equal(path, "/proc/sysrq-trigger") || is_group_tree(mount),
			confidence);
}

static void judge_mount(struct attack_model *model, const struct mount *mount,
			enum attack_confidence confidence, struct attack_facts *facts)
{
	const char *path = mount->host_path;
	bool home = path_within(path, "/home"), writable = mount->writable;
	bool logs = is_of_containers(model->load, path);
	const struct {
		enum attack_fact fact;
		bool is_present;
	} judged[] = {
		{ATTACK_HOST_ROOT, writable && mount->kinds & MOUNT_HOST_ROOT},
		{ATTACK_EXEC_PATH, writable && !home && mount->kinds & MOUNT_TRUSTED},
		{ATTACK_DATA_ROOT, writable && mount->kinds & MOUNT_DATA_ROOT},
		{ATTACK_HOME, writable && home && mount->kinds & MOUNT_TRUSTED},
		{ATTACK_SECRETS, !logs && mount->kinds & MOUNT_SECRET},
		{ATTACK_LOGS, logs},
		{ATTACK_HOST_PROC, mount->kinds & MOUNT_HOST_PROC && path_within("/proc", path)},
		{ATTACK_DISK, mount->kinds & MOUNT_BLOCK_DEVICE},
		{ATTACK_MEMORY_DEVICE, text_equal(path, "/dev/mem")},
		{ATTACK_SHARED_MOUNT, mount->kinds & MOUNT_SHARED},
	};

	for (size_t i = 0; i < sizeof(judged) / sizeof(judged[0]); i++)
		attack_fact_add(facts, judged[i].fact, judged[i].is_present, confidence);
}

/* Where the image has a link on the way, the kernel has a declared mount by another name. */
static bool is_seen_elsewhere(const struct container *container, const struct mount *mount)
{
	for (size_t i = 0; !mount->in_kernel && i < container->n_mounts; i++)
		if (container->mounts[i].in_kernel &&
		    text_equal(container->mounts[i].host_path, mount->host_path))
			return true;
	return false;
}

static void guard(const struct attack_facts *host, struct attack_facts *facts)
{
	attack_fact_add(facts, ATTACK_GUARDED, host->present & ATTACK_BIT(ATTACK_AUTHORIZATION),
			ATTACK_EFFECTIVE);
	if (host->unknown & ATTACK_BIT(ATTACK_AUTHORIZATION))
		facts->unknown |= ATTACK_BIT(ATTACK_GUARDED);
}

/* By the numbers that the host knows: of a process, and of the file or directory. */
static void judge_owner(const struct facts *host, const struct attack_subject *subject,
			const struct mount *mount, enum attack_confidence confidence,
			struct attack_facts *facts)
{
	uint64_t owner;

	if (doc_u64(facts_path(host, mount->host_path), "uid", &owner) != DOC_PRESENT)
		attack_fact_unknown(facts, ATTACK_OWN_FILES);
	else
		attack_fact_add(facts, ATTACK_OWN_FILES,
				subject->uid > 0 && owner == (uint64_t)subject->uid, confidence);
}

/* Root may use any socket; for whom it runs as, where that is not root, the socket's mode decides.
 */
static void load_mount(struct attack_model *model, const struct attack_subject *subject,
		       const struct mount *mount, struct attack_mount *ret)
{
	enum attack_confidence confidence = mount->in_kernel ? ATTACK_EFFECTIVE : ATTACK_DECLARED;
	bool is_root = subject->facts.present & ATTACK_BIT(ATTACK_UID0) &&
		       !(subject->facts.present & ATTACK_BIT(ATTACK_REMAPPED));
	const struct control_socket *open;

	ret->mount = mount;
	ret->path = mount->host_path;
	ret->socket = best_socket(mount, model->host.present & ATTACK_BIT(ATTACK_AUTHORIZATION));
	judge_mount(model, mount, confidence, &ret->facts);
	judge_helpers(model->load->facts, subject, mount, confidence, &ret->facts);
	judge_owner(model->load->facts, subject, mount, confidence, &ret->facts);
	attack_fact_add(&ret->facts, ATTACK_SOCKET, ret->socket, confidence);
	open = is_root ? NULL : open_socket(model, subject, mount);
	attack_fact_add(&ret->facts, ATTACK_SOCKET_USER, open, confidence);
	ret->socket = open ? open : ret->socket;
	if (ret->socket && is_guarded(ret->socket))
		guard(&model->host, &ret->facts);
}

static void load_device(struct attack_model *model, const cJSON *device, struct attack_mount *ret)
{
	const char *path = path_clean(model->arena, doc_string_or(device, "PathOnHost", ""));
	enum disk disk = disk_of_device(model->load->facts, path);

	ret->path = path;
	if (!strpbrk(doc_string_or(device, "CgroupPermissions", "rwm"), "rw"))
		return;
	attack_fact_add(&ret->facts, ATTACK_DISK, disk == DISK_SEEN, ATTACK_RESOLVED);
	attack_fact_add(&ret->facts, ATTACK_DISK, disk == DISK_BY_NAME, ATTACK_GUESSED);
	attack_fact_add(&ret->facts, ATTACK_MEMORY_DEVICE, text_equal(path, "/dev/mem"),
			ATTACK_DECLARED);
}

/* Anything may be mounted where neither the kernel nor the engine says what is. */
static void load_unseen(const struct attack_subject *subject, struct attack_mount *ret)
{
	const struct container *container = subject->container;

	if ((container->running && container->mounts_unread) || container->volumes_unread)
		ret->facts.unknown = ATTACK_BIT(ATTACK_SOCKET) | ATTACK_BIT(ATTACK_EXEC_PATH) |
				     ATTACK_BIT(ATTACK_SECRETS) | ATTACK_BIT(ATTACK_HOST_PROC);
}

/* One that only the kernel knows, below a declared one, came along with it. */
static struct attack_mount *parent_of(struct attack_mount *last, const struct mount *mount)
{
	return last && !mount->declared && path_within(mount->destination, last->mount->destination)
		       ? last
		       : NULL;
}

static void merge(struct attack_facts *facts, const struct attack_facts *more)
{
	for (int fact = 0; fact < ATTACK_FACT_COUNT; fact++)
		if (more->present & ~facts->present & ATTACK_BIT(fact))
			attack_fact_add(facts, (enum attack_fact)fact, true,
					(enum attack_confidence)more->confidence[fact]);
}

/* The mounts, each with what came along with it; *ret_n of them. */
static void add_mounts(struct attack_model *model, const struct attack_subject *subject,
		       struct attack_mount *items, size_t *ret_n)
{
	const struct container *container = subject->container;
	struct attack_mount *last = NULL;
	size_t n = 0;

	for (size_t i = 0; i < container->n_mounts; i++) {
		struct attack_mount item = {.mount = &container->mounts[i]}, *parent;

		if (!item.mount->host_path || item.mount->engine_made ||
		    item.mount->kinds & MOUNT_STORAGE || is_seen_elsewhere(container, item.mount))
			continue;
		load_mount(model, subject, item.mount, &item);
		parent = parent_of(last, item.mount);
		if (parent) {
			bool gives_more = item.facts.present & ~parent->facts.present &
					  ATTACK_BIT(ATTACK_SOCKET_USER);

			merge(&parent->facts, &item.facts);
			if (!parent->socket || gives_more)
				parent->socket = item.socket;
			continue;
		}
		items[n++] = item;
		last = &items[n - 1];
	}
	*ret_n = n;
}

/* Leave out those that are good for nothing. */
static size_t keep_useful(struct attack_mount *items, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if ((items[i].facts.present | items[i].facts.unknown) &
		    ~ATTACK_BIT(ATTACK_OWN_FILES))
			items[kept++] = items[i];
	return kept;
}

void attack_load_mounts(struct attack_model *model, struct attack_subject *subject)
{
	const cJSON *devices = doc_at(subject->container->inspect, "HostConfig.Devices");
	size_t n, n_devices = 0;
	struct attack_mount *items;

	doc_for_each (device, devices)
		n_devices++;
	items = arena_array(model->arena, subject->container->n_mounts + n_devices + 1,
			    sizeof(*items));
	add_mounts(model, subject, items, &n);
	doc_for_each (device, devices)
		load_device(model, device, &items[n++]);
	load_unseen(subject, &items[n++]);
	subject->n_mounts = keep_useful(items, n);
	subject->mounts = items;
}
