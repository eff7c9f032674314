/* SPDX-License-Identifier: Apache-2.0 */

/* What a container sees of the host's files: the engine's list joined with the kernel's. */

#include "base/path.h"
#include "base/text.h"
#include "facts/load.h"

#include <stdlib.h>
#include <string.h>

/* A mount while they are collected; the order tells which of two at one place came later. */
struct mount_draft {
	struct mount mount;
	size_t order;
};

/* The mounts of one container while they are collected. */
struct collection {
	struct load *load;
	const struct container *container;
	struct mount_drafts *drafts;
	size_t n;
	size_t n_declared; /* the first ones, sorted by destination */
	const char *rootfs;
};

static struct mount *add(struct collection *mounts)
{
	struct mount_drafts *drafts = mounts->drafts;

	if (mounts->n == drafts->size) {
		size_t size = drafts->size ? drafts->size * 2 : 64;
		struct mount_draft *items = arena_array(mounts->load->arena, size, sizeof(*items));

		if (mounts->n)
			memcpy(items, drafts->items, mounts->n * sizeof(*items));
		drafts->items = items;
		drafts->size = size;
	}
	drafts->items[mounts->n] = (struct mount_draft){.order = mounts->n};
	return &drafts->items[mounts->n++].mount;
}

/* path_clean() without a copy where there is nothing to clean. */
static const char *clean(struct arena *arena, const char *path)
{
	size_t length = strlen(path);

	if (*path == '/' && !strstr(path, "//") && !strstr(path, "/.") &&
	    (length == 1 || path[length - 1] != '/'))
		return path;
	return path_clean(arena, path);
}

/* Where a path of the host leads once its symbolic links are followed, as the snapshot says. */
static const char *resolve(struct load *load, const char *path, const char **ret_type)
{
	const struct index_entry *entry = index_find(&load->host_paths, path);
	const char *cleaned = clean(load->arena, path), *real;

	if (!entry)
		entry = index_find(&load->host_paths, cleaned);
	if (!entry || doc_string(entry->item, "real", &real) != DOC_PRESENT)
		return cleaned;
	*ret_type = doc_string_or(entry->item, "type", NULL);
	return clean(load->arena, real);
}

static bool has_option(const char *options, const char *wanted)
{
	size_t length = strlen(wanted);

	for (const char *word = options; *word;) {
		size_t n = strcspn(word, ",");

		if (n == length && !memcmp(word, wanted, n))
			return true;
		word += n + (word[n] == ',');
	}
	return false;
}

/* The directory that a volume of the local driver binds; NULL where it is none of that kind. */
static const char *volume_device(const struct load *load, const char *name)
{
	const struct index_entry *entry = name ? index_find(&load->volumes, name) : NULL;
	const cJSON *options;
	const char *device, *flags;

	if (!entry || doc_object(entry->item, "Options", &options) != DOC_PRESENT)
		return NULL;
	device = doc_string_or(options, "device", "");
	flags = doc_string_or(options, "o", "");
	if (*device != '/' || (!has_option(flags, "bind") && !has_option(flags, "rbind") &&
			       !text_equal(doc_string_or(options, "type", ""), "none")))
		return NULL;
	return device;
}

/* Of "noexec" and "exec" the later counts; without either a tmpfs of the engine has the first. */
static void read_option(const char *option, size_t length, unsigned *flags)
{
	static const struct {
		const char *with, *without;
		unsigned flag;
	} options[] = {{"nosuid", "suid", MOUNT_NOSUID},
		       {"nodev", "dev", MOUNT_NODEV},
		       {"noexec", "exec", MOUNT_NOEXEC}};
	const struct slice word = {option, length};

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (slice_is(word, options[i].with))
			*flags |= options[i].flag;
		else if (slice_is(word, options[i].without))
			*flags &= ~(unsigned)options[i].flag;
}

static unsigned read_flags(struct slice options, unsigned flags)
{
	const char *word = options.text, *end = options.text + options.length;

	while (word < end) {
		const char *comma = memchr(word, ',', (size_t)(end - word));
		size_t length = (size_t)((comma ? comma : end) - word);

		read_option(word, length, &flags);
		word += length + 1;
	}
	return flags;
}

/* A tmpfs of `--mount`: TmpfsOptions.Options is a list of lists (API 1.46). */
static unsigned read_tmpfs_options(const cJSON *inspect, const char *destination)
{
	unsigned flags = MOUNT_NOSUID | MOUNT_NODEV | MOUNT_NOEXEC;

	doc_for_each (mount, doc_at(inspect, "HostConfig.Mounts")) {
		if (!text_equal(doc_string_or(mount, "Target", ""), destination))
			continue;
		doc_for_each (option, doc_at(mount, "TmpfsOptions.Options"))
			if (doc_is_string(option->child))
				read_option(option->child->valuestring,
					    strlen(option->child->valuestring), &flags);
	}
	return flags;
}

static void add_declared(struct collection *mounts, const cJSON *document)
{
	struct load *load = mounts->load;
	const char *destination, *device = NULL;
	struct mount *mount;

	if (doc_string(document, "Destination", &destination) != DOC_PRESENT)
		return;
	mount = add(mounts);
	mount->destination = clean(load->arena, destination);
	mount->type = doc_string_or(document, "Type", "bind");
	mount->source = doc_string_or(document, "Source", NULL);
	mount->writable = doc_bool_or(document, "RW", true);
	mount->propagation = doc_string_or(document, "Propagation", "");
	mount->declared_propagation = mount->propagation;
	mount->declared = true;
	if (text_equal(mount->type, "volume")) {
		const char *name = doc_string_or(document, "Name", NULL);

		mount->unlisted = !index_find(&load->volumes, name);
		device = volume_device(load, name);
	}
	if (text_equal(mount->type, "tmpfs")) {
		mount->flags = read_tmpfs_options(mounts->container->inspect, destination);
		return;
	}
	if (device)
		mount->host_path = resolve(load, device, &mount->host_type);
	else if (mount->source && *mount->source == '/')
		mount->host_path = resolve(load, mount->source, &mount->host_type);
}

static void add_tmpfs(struct collection *mounts, const cJSON *member)
{
	struct mount *mount = add(mounts);

	mount->destination = clean(mounts->load->arena, member->string);
	mount->type = "tmpfs";
	mount->flags = MOUNT_NOSUID | MOUNT_NODEV | MOUNT_NOEXEC;
	if (doc_is_string(member))
		mount->flags =
			read_flags((struct slice){member->valuestring, strlen(member->valuestring)},
				   mount->flags);
	mount->writable = !doc_is_string(member) || !has_option(member->valuestring, "ro");
	mount->propagation = "";
	mount->declared = true;
}

static int compare_destinations(const void *left, const void *right)
{
	const struct mount_draft *a = left, *b = right;

	return strcmp(a->mount.destination, b->mount.destination);
}

static int compare_drafts(const void *left, const void *right)
{
	const struct mount_draft *a = left, *b = right;
	int order = compare_destinations(a, b);

	return order ? order : (a->order > b->order) - (a->order < b->order);
}

/* Sort by destination; of two at one place the first that was declared stays, else the last. */
static void sort_unique(struct collection *mounts)
{
	struct mount_draft *items = mounts->drafts->items;
	size_t kept = 0;

	if (mounts->n > 1)
		qsort(items, mounts->n, sizeof(*items), compare_drafts);
	for (size_t i = 0; i < mounts->n; i++) {
		if (!kept || compare_destinations(&items[kept - 1], &items[i]) != 0)
			items[kept++] = items[i];
		else if (!items[kept - 1].mount.declared)
			items[kept - 1] = items[i];
	}
	mounts->n = kept;
}

static void collect_declared(struct collection *mounts)
{
	const cJSON *inspect = mounts->container->inspect;
	const cJSON *list = NULL, *tmpfs = NULL;

	doc_array(inspect, "Mounts", &list);
	doc_for_each (document, list)
		add_declared(mounts, document);
	doc_object(inspect, "HostConfig.Tmpfs", &tmpfs);
	doc_for_each (member, tmpfs)
		add_tmpfs(mounts, member);
	sort_unique(mounts);
	mounts->n_declared = mounts->n;
}

static bool has_component(const char *path, const char *name)
{
	const char *found = *name ? strstr(path, name) : NULL;
	size_t length = strlen(name);

	return found && found > path && found[-1] == '/' &&
	       (found[length] == '/' || found[length] == '\0');
}

/* Files that the engine keeps for this container, or for the one whose namespaces it shares. */
static bool is_engine_made(const struct collection *mounts, const struct mount *mount,
			   const char *host_path)
{
	static const char *const files[] = {"/etc/hostname", "/etc/hosts", "/etc/resolv.conf"};
	const char *root = mounts->load->docker_root;

	if (text_equal(mount->destination, "/sbin/docker-init"))
		return !mount->writable;
	if (has_component(host_path, mounts->container->id))
		return true;
	if (text_equal(mount->destination, "/dev/shm"))
		return text_equal(host_path, "/dev/shm") || text_ends(host_path, "/mounts/shm");
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (text_equal(mount->destination, files[i]))
			return root && *root == '/' && path_within(host_path, root) &&
			       text_equal(path_name(host_path), path_name(files[i]));
	return false;
}

/* Whether a change of mounts passes between the container and the host. */
static const char *effective_propagation(const struct load *load, const struct mountinfo *line)
{
	uint64_t group = mountinfo_group(line, "shared:");

	if (group && (!load->host_mounts.n || mount_table_shares(&load->host_mounts, group)))
		return "shared";
	return mountinfo_group(line, "master:") ? "slave" : "private";
}

/* The usual names need no copy. */
static const char *fstype_name(struct arena *arena, struct slice fstype)
{
	static const char *const common[] = {"ext4", "xfs", "tmpfs", "overlay", "btrfs", "proc"};

	for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++)
		if (slice_is(fstype, common[i]))
			return common[i];
	return slice_decode(arena, fstype);
}

static void see(struct collection *mounts, struct mount *mount, const struct mountinfo *line,
		const char *host_path)
{
	struct load *load = mounts->load;
	const struct index_entry *entry;

	mount->in_kernel = true;
	mount->device = line->device;
	mount->root = line->root;
	mount->writable = !mountinfo_is_read_only(line);
	mount->flags = read_flags(line->options, 0);
	mount->stale = mountinfo_is_deleted(line);
	mount->propagation = effective_propagation(load, line);
	mount->fstype = fstype_name(load->arena, line->fstype);
	if (!host_path || text_equal(host_path, mount->host_path))
		return;
	mount->host_path = host_path;
	entry = index_find(&load->host_paths, host_path);
	mount->host_type = entry ? doc_string_or(entry->item, "type", NULL) : NULL;
}

/* A late line covers an earlier one at the same place, so it is taken in its stead. */
static void add_line(struct collection *mounts, const struct mountinfo *line)
{
	struct load *load = mounts->load;
	char destination[4096];
	struct mount_draft key = {.mount.destination = destination}, *draft = NULL;
	struct mount *mount;
	const char *host_path;

	if (!slice_copy(line->point, destination, sizeof(destination)))
		return;
	if (text_equal(destination, "/"))
		mounts->rootfs = mountinfo_is_read_only(line) ? "ro" : "rw";
	if (mounts->n_declared)
		draft = bsearch(&key, mounts->drafts->items, mounts->n_declared, sizeof(key),
				compare_destinations);
	mount = draft ? &draft->mount : NULL;
	if (!mount && is_usual_view(destination, line->fstype))
		return;
	host_path = mount_table_path(&load->host_mounts, load->arena, line);
	if (mount) {
		see(mounts, mount, line, host_path);
		return;
	}
	if (!host_path && text_equal(destination, "/dev/shm"))
		return;
	mount = add(mounts);
	mount->destination = slice_decode(load->arena, line->point);
	mount->type = "kernel";
	see(mounts, mount, line, host_path);
	mount->engine_made = host_path && is_engine_made(mounts, mount, host_path);
}

static const char *why_unread(const struct load *load, const struct container *container,
			      const cJSON *init, const char *text)
{
	if (!load->facts->local)
		return load->facts->local_reason;
	if (!container->running || (text && load->host_mounts.n))
		return NULL;
	if (text)
		return "the host's mountinfo was not read";
	if (!init)
		return container->kernel_unread;
	return doc_string_or(init, "unread.mountinfo", "its mountinfo was not read");
}

/* What a volume really is stands in the engine's list; where a container runs the kernel knows. */
static const char *why_volumes_unread(const struct load *load, const struct container *container)
{
	for (size_t i = 0; i < container->n_mounts; i++)
		if (container->mounts[i].unlisted && !container->mounts[i].in_kernel)
			return doc_string_or(load->facts->snapshot, "engine.unread.volumes",
					     "the engine's list of volumes lacks one");
	return NULL;
}

void container_load_mounts(struct load *load, struct container *container, const cJSON *init)
{
	struct collection mounts = {
		.load = load, .container = container, .drafts = &load->mount_drafts};
	struct mount_lines *lines = &load->mount_lines;
	const char *text = NULL;
	struct mount *kept;

	collect_declared(&mounts);
	doc_string(init, "mountinfo", &text);
	mount_lines_read(lines, load->arena, text ? text : "");
	for (size_t i = 0; i < lines->n; i++)
		add_line(&mounts, &lines->items[i]);
	sort_unique(&mounts);
	kept = arena_array(load->arena, mounts.n, sizeof(*kept));
	for (size_t i = 0; i < mounts.n; i++)
		kept[i] = load->mount_drafts.items[i].mount;
	container->mounts = kept;
	container->n_mounts = mounts.n;
	container->rootfs = mounts.rootfs;
	container->mounts_unread = why_unread(load, container, init, text);
	container->volumes_unread = why_volumes_unread(load, container);
	mounts_load_kinds(load, kept, mounts.n, text != NULL);
	for (size_t i = 0; i < mounts.n; i++)
		mount_uses_add(&load->mount_uses, load->arena,
			       (struct mount_use){.container = container, .mount = &kept[i]});
	container_load_views(load, container, text ? lines : NULL, container->mounts_unread);
}
