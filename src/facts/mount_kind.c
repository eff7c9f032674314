/* SPDX-License-Identifier: Apache-2.0 */

/* What a mount gives away, by where on the host it leads. */

#include "base/path.h"
#include "base/text.h"
#include "facts/control_socket.h"
#include "facts/load.h"
#include "facts/trusted_path.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Where the kernel shows and takes more than procfs and sysfs do, and what else is as good. */
static const char *const state_places[] = {
	"/dev",
	"/proc/sys/fs/binfmt_misc",
	"/sys/firmware/efi/efivars",
	"/sys/fs/bpf",
	"/sys/fs/pstore",
	"/sys/kernel/config",
	"/sys/kernel/debug",
	"/sys/kernel/security",
	"/sys/kernel/tracing",
	"/var/lib/lxcfs",
};

static const char *const state_types[] = {
	"binfmt_misc", "bpf",    "configfs",   "debugfs", "devtmpfs",
	"efivarfs",    "pstore", "securityfs", "tracefs", "fuse.lxcfs",
};

static bool is_listed(const char *text, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (text_equal(text, list[i]))
			return true;
	return false;
}

#define IS_LISTED(text, list) is_listed(text, list, sizeof(list) / sizeof((list)[0]))

/* The fields of the mount say so, or, where the kernel was not asked, its place on the host. */
static bool is_kernel_state(const struct mount *mount)
{
	if (mount->fstype)
		return IS_LISTED(mount->fstype, state_types) &&
		       (!text_equal(mount->fstype, "devtmpfs") || slice_is(mount->root, "/"));
	return mount->host_path && IS_LISTED(mount->host_path, state_places);
}

/* The whole of it, its processes, or what takes orders; /proc/cpuinfo alone is nothing. */
static bool is_host_proc(const struct mount *mount)
{
	const char *path = mount->host_path;

	if (!path || !path_within(path, "/proc") ||
	    (mount->fstype && !text_equal(mount->fstype, "proc")))
		return false;
	return text_equal(path, "/proc") || isdigit((unsigned char)path[strlen("/proc/")]) ||
	       path_within(path, "/proc/sys") || text_equal(path, "/proc/sysrq-trigger");
}

static bool is_host_sys(const struct mount *mount)
{
	if (mount->fstype && !text_equal(mount->fstype, "sysfs"))
		return false;
	return mount->host_path && path_within(mount->host_path, "/sys");
}

/*
 * Storage that the engine made, rather than a directory of the host by the name of a volume. The
 * engine's own directory may have another name in the kernel, where it is reached by a link.
 */
static bool is_storage(const struct mount *mount)
{
	const char *place = mount->source ? strstr(mount->source, "/volumes/") : NULL;

	return mount->source && (text_equal(mount->host_path, mount->source) ||
				 (place && mount->host_path && text_ends(mount->host_path, place)));
}

static unsigned volume_kind(const struct mount *mount)
{
	if (!text_equal(mount->type, "volume"))
		return 0;
	if (is_storage(mount))
		return MOUNT_STORAGE;
	return mount->host_path ? MOUNT_DISGUISED : 0;
}

/* The storage of one volume, which gives that alone. */
static bool is_in_volume(const char *path, const char *data_root)
{
	const char *rest = path + strlen(data_root);
	static const char volumes[] = "/volumes/";

	return text_starts(rest, volumes) && strchr(rest + sizeof(volumes) - 1, '/');
}

/* Logs of containers, as collectors of those mount them, and their settings. */
static bool is_in_containers(const char *path, const char *data_root)
{
	return path_within(path, data_root) && path_within(path + strlen(data_root), "/containers");
}

/* The kinds of a path that has to do with the engine's data. */
static unsigned data_kinds(const struct load *load, const char *path)
{
	for (size_t i = 0; i < sizeof(load->data_roots) / sizeof(load->data_roots[0]); i++) {
		const char *root = load->data_roots[i];

		if (root && is_in_containers(path, root))
			return MOUNT_DATA_ROOT | MOUNT_LOGS;
		if (root && (path_within(root, path) ||
			     (path_within(path, root) && !is_in_volume(path, root))))
			return MOUNT_DATA_ROOT;
	}
	return 0;
}

/* In a place of its own: where programs usually are is trusted as a whole. */
static bool touches_program(const struct load *load, const char *path)
{
	for (size_t i = 0; i < load->programs.n; i++)
		if (path_within(load->programs.items[i].real, path))
			return true;
	return false;
}

static void load_sockets(struct load *load, struct mount *mount)
{
	const struct control_sockets *all = load->facts->control_sockets;
	const struct control_socket **found = NULL;

	for (size_t i = 0; i < all->n; i++) {
		enum path_relation relation = path_relate(mount->host_path, all->items[i].path);

		if (relation != PATH_SAME && relation != PATH_ABOVE &&
		    !(relation == PATH_BELOW && all->items[i].class == CONTROL_SHIM))
			continue;
		if (!found)
			found = arena_array(load->arena, all->n, sizeof(*found));
		found[mount->n_sockets++] = &all->items[i];
		mount->kinds |= relation == PATH_ABOVE ? MOUNT_ABOVE_SOCKET : MOUNT_SOCKET;
	}
	mount->sockets = found;
}

static void load_path_kinds(struct load *load, struct mount *mount)
{
	bool root = text_equal(mount->host_path, "/");
	unsigned data = data_kinds(load, mount->host_path);

	mount->trusted = trusted_path(mount->host_path);
	mount->secret = secret_path(mount->host_path);
	if (!mount->trusted && touches_program(load, mount->host_path))
		mount->trusted = "programs that start containers";
	if (data) {
		mount->kinds |= data;
		mount->trusted = mount->trusted ? mount->trusted : "data of the engine";
		if (!mount->secret)
			mount->secret = data & MOUNT_LOGS ? "logs and settings of containers"
							  : "files of all containers";
	}
	if (root) {
		mount->kinds |= MOUNT_HOST_ROOT;
		mount->trusted = mount->secret = "all files of the host";
	}
	if (mount->trusted)
		mount->kinds |= MOUNT_TRUSTED;
	if (mount->secret)
		mount->kinds |= MOUNT_SECRET;
	load_sockets(load, mount);
}

/* The mounts of one container. */
struct surroundings {
	const struct mount *mounts; /* sorted by destination */
	size_t n;
	bool seen; /* the kernel's list is among them */
	const struct mount *
		*unseen; /* those that are declared, and not in the kernel by that name */
	size_t n_unseen;
};

static int compare_destination(const void *key, const void *item)
{
	return strcmp(key, ((const struct mount *)item)->destination);
}

/* One was declared for a directory above: it came along with that. */
static bool came_along(const struct surroundings *around, const struct mount *mount)
{
	size_t length = strlen(mount->destination);
	char above[4096];

	if (length >= sizeof(above))
		return false;
	memcpy(above, mount->destination, length + 1);
	for (char *slash; (slash = strrchr(above, '/')) && slash > above;) {
		const struct mount *found;

		*slash = '\0';
		found = bsearch(above, around->mounts, around->n, sizeof(*found),
				compare_destination);
		if (found && found->declared)
			return true;
	}
	return false;
}

/*
 * Where the image has a link on the way to the destination (/var/run), the kernel knows a declared
 * mount by another name than the engine does.
 */
static bool is_declared_elsewhere(const struct surroundings *around, const struct mount *mount)
{
	for (size_t i = 0; i < around->n_unseen; i++) {
		const struct mount *other = around->unseen[i];

		if (mount->host_path ? text_equal(other->host_path, mount->host_path)
				     : text_equal(other->type, mount->fstype))
			return true;
	}
	return false;
}

static bool is_undeclared(const struct surroundings *around, const struct mount *mount)
{
	return !mount->declared && !mount->engine_made && !came_along(around, mount) &&
	       !is_declared_elsewhere(around, mount);
}

/*
 * What the host has mounted below a directory comes along with it. The kernel lists each; where it
 * was not asked, the directory stands for all of them.
 */
static unsigned kinds_below(const struct load *load, const char *path)
{
	const unsigned views = MOUNT_HOST_PROC | MOUNT_HOST_SYS | MOUNT_KERNEL_STATE;
	const char *name =
		path_within(path, "/sys/fs/cgroup") ? path + strlen("/sys/fs/cgroup") : "";
	bool top = path_within("/sys/fs/cgroup", path) || (*name && !strchr(name + 1, '/'));

	return (text_equal(path, "/") ? views : 0) |
	       (top && load->facts->host.cgroup_version == 1 ? MOUNT_CGROUP1_TOP : 0);
}

static void load_below(const struct load *load, struct mount *mount)
{
	const struct engine *engine = &load->facts->engine;
	unsigned kinds = kinds_below(load, mount->host_path);

	mount->kinds |= kinds;
	mount->writable_below = kinds && !mount->writable && !engine->is_podman &&
				engine->major > 0 && engine->major < 25;
}

static void load_kinds(struct load *load, const struct surroundings *around, struct mount *mount)
{
	mount->kinds = volume_kind(mount);
	if (is_kernel_state(mount))
		mount->kinds |= MOUNT_KERNEL_STATE;
	if (text_equal(mount->propagation, "shared") || text_equal(mount->propagation, "rshared"))
		mount->kinds |= MOUNT_SHARED;
	if (text_equal(mount->host_type, "block"))
		mount->kinds |= MOUNT_BLOCK_DEVICE;
	if (text_equal(mount->fstype, "cgroup") && slice_is(mount->root, "/"))
		mount->kinds |= MOUNT_CGROUP1_TOP;
	if (is_host_proc(mount))
		mount->kinds |= MOUNT_HOST_PROC;
	else if (is_host_sys(mount))
		mount->kinds |= MOUNT_HOST_SYS;
	if (mount->host_path && !around->seen)
		load_below(load, mount);
	if (is_undeclared(around, mount))
		mount->kinds |= MOUNT_UNDECLARED;
	if (mount->host_path && !mount->engine_made && !(mount->kinds & MOUNT_STORAGE))
		load_path_kinds(load, mount);
}

void mounts_load_kinds(struct load *load, struct mount *mounts, size_t n, bool seen)
{
	struct surroundings around = {
		.mounts = mounts,
		.n = n,
		.seen = seen,
		.unseen = arena_array(load->arena, n, sizeof(void *)),
	};

	for (size_t i = 0; i < n; i++)
		if (mounts[i].declared && !mounts[i].in_kernel)
			around.unseen[around.n_unseen++] = &mounts[i];
	for (size_t i = 0; i < n; i++)
		load_kinds(load, &around, &mounts[i]);
}
