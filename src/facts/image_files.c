/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/image_files.h"

#include "base/text.h"
#include "facts/load.h"

/* The images by id, and what each holds. */
struct image_file_set {
	struct index images; /* positions in items */
	struct image_files *items;
};

bool image_file_is_setuid(const struct image_file *file)
{
	return file->mode & 04000 && file->mode & 0111;
}

/* Without the right to execute for the group the bit once meant mandatory locking, now nothing. */
bool image_file_is_setgid(const struct image_file *file)
{
	return file->mode & 02000 && file->mode & 0010;
}

/* A container through whose map of ids those on disk are read; NULL: there they are the host's. */
static const struct container *find_mapped(const struct container_set *set)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->items[i].root_is_mapped && set->items[i].uid_map)
			return &set->items[i];
	return NULL;
}

static int64_t uid_inside(const struct load *load, const struct container *mapped, uint64_t uid)
{
	const struct engine *engine = &load->facts->engine;

	if (mapped)
		return container_uid(mapped, (int64_t)uid);
	return engine->rootless || engine->userns_remap ? -1 : (int64_t)uid;
}

static uint64_t number(const cJSON *item, const char *member, unsigned base)
{
	uint64_t value = 0;

	parse_u64(doc_string_or(item, member, "0"), base, &value);
	return value;
}

static void load_items(struct load *load, const struct container *mapped, const cJSON *privileged,
		       struct image_files *files)
{
	struct image_file *items =
		arena_array(load->arena, (size_t)cJSON_GetArraySize(privileged), sizeof(*items));

	doc_for_each (item, privileged)
		items[files->n++] = (struct image_file){
			.path = doc_string_or(item, "path", ""),
			.mode = (unsigned)number(item, "mode", 8),
			.uid = uid_inside(load, mapped, number(item, "uid", 10)),
			.permitted = number(item, "permitted", 16),
			.inheritable = number(item, "inheritable", 16),
		};
	files->items = items;
}

static struct image_files load_image(struct load *load, const struct container *mapped,
				     const cJSON *image)
{
	struct image_files files = {.unread = doc_string_or(image, "unread.files", NULL)};
	const cJSON *found = NULL, *privileged = NULL;

	if (!files.unread && doc_object(image, "files", &found) == DOC_ABSENT)
		return files;
	files.looked = true;
	if (!files.unread && doc_array(found, "privileged", &privileged) != DOC_PRESENT)
		files.unread = "the snapshot does not hold them";
	if (files.unread)
		return files;
	load_items(load, mapped, privileged, &files);
	doc_array(found, "programs", &files.programs);
	doc_object(found, "packages", &files.packages);
	return files;
}

static struct index containers_by_image(struct load *load, const struct container_set *set)
{
	struct index_entry *entries = arena_array(load->arena, set->n, sizeof(*entries));

	for (size_t i = 0; i < set->n; i++)
		entries[i] = (struct index_entry){
			.key = image_id_digits(doc_string_or(set->items[i].inspect, "Image", "")),
			.position = i,
		};
	return index_sorted(entries, set->n);
}

/* The containers of one image that the kernel shows hold no_new_privs, and all of them do. */
static bool all_hold(const struct container_set *set, const struct index *by_image,
		     const char *image)
{
	size_t first = index_lower(by_image, image), i = first;

	for (; i < by_image->n && text_equal(by_image->entries[i].key, image); i++) {
		const struct container *container = &set->items[by_image->entries[i].position];

		if (!container_init(container))
			return false;
		for (size_t k = 0; k < container->n_processes; k++)
			if (container->processes[k].status_unread ||
			    !container->processes[k].no_new_privs)
				return false;
	}
	return i > first;
}

void image_files_load(struct load *load, const struct container_set *set)
{
	const cJSON *images = doc_at(load->facts->snapshot, "engine.images");
	const struct container *mapped = find_mapped(set);
	const struct index by_image = containers_by_image(load, set);
	struct image_file_set *all = arena_alloc(load->arena, sizeof(*all));
	size_t n = 0;

	all->images = index_elements(load->arena, images, "Id");
	all->items =
		arena_array(load->arena, (size_t)cJSON_GetArraySize(images), sizeof(*all->items));
	doc_for_each (image, images) {
		struct image_files *files = &all->items[n++];

		*files = load_image(load, mapped, image);
		if (files->looked)
			files->no_new_privs = all_hold(
				set, &by_image, image_id_digits(doc_string_or(image, "Id", "")));
	}
	load->facts->image_files = all;
}

const struct image_files *facts_image_files(const struct facts *facts, const char *image)
{
	const struct index_entry *entry = index_find(&facts->image_files->images, image);

	return entry ? &facts->image_files->items[entry->position] : NULL;
}
