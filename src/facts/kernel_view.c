/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The file systems of the kernel that a container has mounted, and whether its own /proc and /sys
 * hide what the runtime hides in them.
 */

#include "base/path.h"
#include "base/text.h"
#include "facts/host_places.h"
#include "facts/load.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

bool is_usual_view(const char *destination, struct slice fstype)
{
	static const char *const nodes[] = {
		"/dev/console", "/dev/full", "/dev/null",    "/dev/ptmx",
		"/dev/random",  "/dev/tty",  "/dev/urandom", "/dev/zero",
	};

	if (text_equal(destination, "/"))
		return true;
	if (path_within(destination, "/proc"))
		return slice_is(fstype, "proc") || slice_is(fstype, "tmpfs") ||
		       slice_is(fstype, "devtmpfs");
	if (path_within(destination, "/sys"))
		return slice_is(fstype, "sysfs") || slice_is(fstype, "tmpfs") ||
		       slice_is(fstype, "cgroup") || slice_is(fstype, "cgroup2");
	for (size_t i = 0; i < COUNT(nodes); i++)
		if (text_equal(destination, nodes[i]))
			return true;
	return (text_equal(destination, "/dev") && slice_is(fstype, "tmpfs")) ||
	       (text_equal(destination, "/dev/pts") && slice_is(fstype, "devpts")) ||
	       (text_equal(destination, "/dev/mqueue") && slice_is(fstype, "mqueue"));
}

/* As literals, which views can point to. */
static const char *const kernel_types[] = {
	"binfmt_misc", "bpf",        "cgroup", "cgroup2", "configfs",   "debugfs", "devtmpfs",
	"efivarfs",    "fuse.lxcfs", "proc",   "pstore",  "securityfs", "sysfs",   "tracefs",
};

static const char *kernel_type(struct slice fstype)
{
	for (size_t i = 0; i < COUNT(kernel_types); i++)
		if (slice_is(fstype, kernel_types[i]))
			return kernel_types[i];
	return NULL;
}

static void load_views(struct load *load, struct container *container,
		       const struct mount_lines *lines)
{
	struct kernel_view *views = NULL;
	size_t n = 0;

	for (size_t i = 0; i < lines->n; i++)
		n += kernel_type(lines->items[i].fstype) != NULL;
	views = arena_array(load->arena, n, sizeof(*views));
	n = 0;
	for (size_t i = 0; i < lines->n; i++) {
		const struct mountinfo *line = &lines->items[i];
		const char *type = kernel_type(line->fstype);
		struct kernel_view *view = &views[n];

		if (!type)
			continue;
		n++;
		view->fstype = type;
		view->point = slice_decode(load->arena, line->point);
		view->root = slice_decode(load->arena, line->root);
		view->writable = !mountinfo_is_read_only(line);
		view->usual = is_usual_view(view->point, line->fstype);
		view->top = text_equal(view->root, "/");
	}
	container->views = views;
	container->n_views = n;
}

/*
 * What runtimes have hidden since the first engines, and what they make read-only (moby,
 * oci/defaults.go). Later additions count where the container's own lists name them.
 */
static const char *const hidden[] = {
	"/proc/acpi",          "/proc/asound",  "/proc/kcore",       "/proc/keys",
	"/proc/latency_stats", "/proc/scsi",    "/proc/sched_debug", "/proc/timer_list",
	"/proc/timer_stats",   "/sys/firmware",
};
static const char *const read_only[] = {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys",
					"/proc/sysrq-trigger"};

/* The mounts of one container, as far as masks need them. */
struct mask_input {
	struct load *load;
	const struct container *container;
	const struct mount_lines *lines; /* NULL: not read */
	struct slice dev, null; /* the devices of its /dev and of what is mounted at /dev/null */
	struct mask *masks;
	size_t n;
};

static bool is_same(struct slice a, struct slice b)
{
	return a.length > 0 && a.length == b.length && memcmp(a.text, b.text, a.length) == 0;
}

/*
 * A file is covered by the container's own /dev/null, a directory by an empty tmpfs that is
 * read-only. Other runtimes have other ways, but none puts a file of the kernel there.
 */
static bool is_mask(const struct mask_input *input, const struct mountinfo *line)
{
	if (slice_is(line->fstype, "proc") || slice_is(line->fstype, "sysfs"))
		return false;
	if (input->load->facts->engine.is_podman)
		return true;
	if (slice_is(line->root, "/null"))
		return is_same(line->device, input->dev) || is_same(line->device, input->null);
	return slice_is(line->fstype, "tmpfs") && mountinfo_is_read_only(line);
}

static void add_mask(struct mask_input *input, enum mask_fault fault, const char *path,
		     const char *seen)
{
	input->masks[input->n++] = (struct mask){fault, path, seen};
}

/*
 * Is it there? Each kernel has some of them only; /proc/sys is everywhere. Of a kernel at which
 * nobody looked it is taken to have them all.
 */
static bool exists(const struct mask_input *input, const char *path)
{
	const cJSON *record = facts_path(input->load->facts, path);

	if (record)
		return path_existence(record) != PATH_ABSENT;
	return !input->lines || text_equal(path, "/proc/sys");
}

static bool is_in(const cJSON *list, const char *path)
{
	doc_for_each (item, list)
		if (doc_is_string(item) && text_equal(item->valuestring, path))
			return true;
	return false;
}

static bool is_hidden_by_all(const char *path)
{
	for (size_t i = 0; i < COUNT(hidden); i++)
		if (text_equal(path, hidden[i]))
			return true;
	return false;
}

/* Where the kernel was not asked, what the runtime is told counts. */
static void look_at_hidden(struct mask_input *input, const char *path)
{
	const cJSON *list = doc_at(input->container->inspect, "HostConfig.MaskedPaths");
	const struct mountinfo *line = mount_lines_at(input->lines, path);

	if (line) {
		if (!is_mask(input, line))
			add_mask(input, MASK_TAMPERED, path,
				 arena_printf(input->load->arena, "%.*s %s",
					      (int)line->fstype.length, line->fstype.text,
					      slice_decode(input->load->arena, line->root)));
	} else if (exists(input, path) && (input->lines || !is_in(list, path))) {
		add_mask(input, MASK_UNCOVERED, path, NULL);
	}
}

static void look_at_read_only(struct mask_input *input, const char *path)
{
	const cJSON *list = doc_at(input->container->inspect, "HostConfig.ReadonlyPaths");
	const struct mountinfo *line = mount_lines_at(input->lines, path);

	if (input->lines ? line && mountinfo_is_read_only(line) : is_in(list, path))
		return;
	if (exists(input, path))
		add_mask(input, MASK_WRITABLE, path, NULL);
}

/* The lists of a container; engines leave them out for one that is privileged. */
static bool lists_are_known(const struct container *container)
{
	return doc_bool_or(container->inspect, "HostConfig.Privileged", false) ||
	       (doc_at(container->inspect, "HostConfig.MaskedPaths") &&
		doc_at(container->inspect, "HostConfig.ReadonlyPaths"));
}

static void load_masks(struct load *load, struct container *container,
		       const struct mount_lines *lines)
{
	const cJSON *declared = doc_at(container->inspect, "HostConfig.MaskedPaths");
	struct mask_input input = {.load = load, .container = container, .lines = lines};
	const struct mountinfo *dev = mount_lines_at(lines, "/dev"),
			       *null = mount_lines_at(lines, "/dev/null");

	if (dev)
		input.dev = dev->device;
	if (null)
		input.null = null->device;
	input.masks =
		arena_array(load->arena,
			    COUNT(hidden) + COUNT(read_only) + (size_t)cJSON_GetArraySize(declared),
			    sizeof(*input.masks));
	for (size_t i = 0; i < COUNT(hidden); i++)
		look_at_hidden(&input, hidden[i]);
	doc_for_each (item, declared)
		if (doc_is_string(item) && !is_hidden_by_all(item->valuestring))
			look_at_hidden(&input, item->valuestring);
	for (size_t i = 0; i < COUNT(read_only); i++)
		look_at_read_only(&input, read_only[i]);
	container->masks = input.masks;
	container->n_masks = input.n;
}

void container_load_views(struct load *load, struct container *container,
			  const struct mount_lines *lines, const char *why)
{
	if (lines)
		load_views(load, container, lines);
	else if (!lists_are_known(container))
		container->masks_unread = "inspect has no MaskedPaths and ReadonlyPaths";
	else if (container->running)
		container->masks_unread = why;
	if (lines || lists_are_known(container))
		load_masks(load, container, lines);
}
