/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/image_files.h"

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/doc.h"
#include "base/text.h"
#include "collect/image_layers.h"
#include "collect/layer.h"
#include "collect/local.h"
#include "collect/names.h"
#include "collect/snapshot.h"
#include "collect/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <string.h>
#include <time.h>

#define MOST_ENTRIES     UINT64_C(20000000) /* of all layers */
#define MOST_SECONDS     300
#define MOST_FILES       1000 /* of one image */
#define DATABASE_CEILING ((size_t)32 * 1024 * 1024)

struct search {
	cJSON *snapshot;
	struct arena *arena;
	int tree;
	const char *marks; /* how the engine's overlay marks directories */
	struct layer_budget budget;
	struct names paths;   /* of all layers */
	struct layer *layers; /* of these paths, where they were walked … */
	bool *walked;         /* … which these are */
};

/* One image while it is looked at: its layers, the topmost first. */
struct view {
	struct search *search;
	const char *const *paths;
	size_t n;
	int fds[MOST_LAYERS];
	const struct layer *layers[MOST_LAYERS];
	const char *unread; /* the first trouble; NULL: none so far */
};

static void view_release(struct view *view)
{
	for (size_t i = 0; i < view->n; i++)
		if (view->fds[i] >= 0)
			close(view->fds[i]);
}

static const struct layer *walk_once(struct search *search, const char *path, int fd)
{
	size_t at = names_find(&search->paths, path);

	if (!search->walked[at])
		layer_walk(search->arena, fd, &search->budget, &search->layers[at]);
	search->walked[at] = true;
	return &search->layers[at];
}

static void view_open(struct view *view, const struct image_layers *layers)
{
	struct arena *arena = view->search->arena;
	struct stat status;

	view->paths = layers->paths;
	for (; view->n < layers->n && !view->unread; view->n++) {
		const char *path = layers->paths[view->n];
		int fd = tree_resolve(view->search->tree, path, NULL, &status);

		view->fds[view->n] = fd;
		if (fd < 0) {
			view->unread = arena_printf(arena, "%s: %s", path, strerror(-fd));
			continue;
		}
		view->layers[view->n] = walk_once(view->search, path, fd);
		if (view->layers[view->n]->unread)
			view->unread =
				arena_printf(arena, "%s%s", path, view->layers[view->n]->unread);
	}
}

/* The topmost of the first n layers that has something at the path or hides it; n: none. */
static size_t find_above(struct view *view, size_t n, const char *path)
{
	for (size_t i = 0; i < n; i++) {
		int r = layer_hides(view->fds[i], path, view->search->marks);

		if (r < 0 && !view->unread)
			view->unread = arena_printf(view->search->arena, "%s/%s: %s",
						    view->paths[i], path, strerror(-r));
		if (r != 0)
			return i;
	}
	return n;
}

struct found {
	const struct layer_file *files[MOST_FILES];
	size_t n;
};

/* What the image has in the end. */
static void find_files(struct view *view, struct found *found)
{
	for (size_t i = 0; i < view->n && !view->unread; i++) {
		const struct layer *layer = view->layers[i];

		for (size_t k = 0; layer && k < layer->n && !view->unread; k++) {
			if (layer_budget_is_over(&view->search->budget)) {
				view->unread = LAYER_TAKES_TOO_LONG;
				return;
			}
			if (find_above(view, i, layer->files[k].path) < i)
				continue;
			if (found->n == MOST_FILES)
				view->unread = "it has too many privileged files";
			else
				found->files[found->n++] = &layer->files[k];
		}
	}
}

static int by_path(const void *a, const void *b)
{
	return strcmp((*(const struct layer_file *const *)a)->path,
		      (*(const struct layer_file *const *)b)->path);
}

static void add_hex(cJSON *object, const char *member, uint64_t mask)
{
	char text[20];

	snprintf(text, sizeof(text), "%" PRIx64, mask);
	cJSON_AddStringToObject(object, member, text);
}

static cJSON *path_item(const struct layer_file *file)
{
	cleanup_text struct text path = TEXT_INIT(65536);

	text_add(&path, "/");
	text_add_utf8(&path, file->path, strlen(file->path));
	return cJSON_CreateString(text_string(&path));
}

static cJSON *privileged_item(const struct layer_file *file)
{
	const struct file_capability *capability = &file->capability;
	cJSON *object = cJSON_CreateObject();
	char mode[8];

	cJSON_AddItemToObject(object, "path", path_item(file));
	snprintf(mode, sizeof(mode), "%04o", (unsigned)file->mode);
	cJSON_AddStringToObject(object, "mode", mode);
	snapshot_add_u64(object, "uid", file->uid);
	snapshot_add_u64(object, "gid", file->gid);
	if (capability->permitted || capability->inheritable) {
		add_hex(object, "permitted", capability->permitted);
		add_hex(object, "inheritable", capability->inheritable);
		cJSON_AddBoolToObject(object, "effective", capability->effective);
	}
	return object;
}

static void add_files(cJSON *files, struct found *found)
{
	cJSON *privileged = cJSON_AddArrayToObject(files, "privileged");
	cJSON *programs = cJSON_AddArrayToObject(files, "programs");

	if (found->n > 1)
		qsort(found->files, found->n, sizeof(found->files[0]), by_path);
	for (size_t i = 0; i < found->n; i++) {
		const struct layer_file *file = found->files[i];

		if (file->is_program)
			cJSON_AddItemToArray(programs, path_item(file));
		else
			cJSON_AddItemToArray(privileged, privileged_item(file));
	}
}

/* How many lines of a file of one layer begin with `start` and end with `end`. */
static int count_lines(int layer, const char *path, const char *start, const char *end,
		       uint64_t *ret)
{
	cleanup_text struct text text = TEXT_INIT(DATABASE_CEILING);
	cleanup_fd int fd = layer_open(layer, path);
	uint64_t n = 0;
	int r = fd < 0 ? fd : tree_read(fd, &text);

	if (r < 0)
		return r;
	for (char *line = text.bytes, *next; line && *line; line = next) {
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		n += text_starts(line, start) && text_ends(line, end);
	}
	*ret = n;
	return 0;
}

/* Databases of package managers, of which a package is a line. */
static const struct {
	const char *manager, *path, *start, *end;
} databases[] = {
	{"apk", "lib/apk/db/installed", "P:", ""},
	{"apk", "usr/lib/apk/db/installed", "P:", ""},
	{"dpkg", "var/lib/dpkg/status", "Status: ", " ok installed"},
};

static void add_packages(struct view *view, cJSON *files)
{
	cJSON *packages = cJSON_AddObjectToObject(files, "packages");

	for (size_t i = 0; i < sizeof(databases) / sizeof(databases[0]); i++) {
		size_t at = find_above(view, view->n, databases[i].path);
		uint64_t n;

		if (at < view->n && count_lines(view->fds[at], databases[i].path,
						databases[i].start, databases[i].end, &n) == 0)
			snapshot_add_u64(packages, databases[i].manager, n);
	}
}

static void look_at_image(struct search *search, cJSON *image, const struct image_layers *layers)
{
	__attribute__((cleanup(view_release))) struct view view = {.search = search};
	cleanup_doc cJSON *files = cJSON_CreateObject();
	struct found *found = arena_alloc(search->arena, sizeof(*found));

	view.unread = layers->unread;
	view_open(&view, layers);
	if (!view.unread)
		find_files(&view, found);
	if (!view.unread) {
		add_files(files, found);
		add_packages(&view, files);
	}
	if (view.unread)
		snapshot_unread(image, "files", view.unread);
	else
		cJSON_AddItemToObject(image, "files", take_pointer(files));
}

/* The layers of all images, and room for what is found in each. */
static struct image_layers *find_layers(struct search *search, cJSON *images)
{
	const char *root = doc_string_or(search->snapshot, "engine.info.DockerRootDir", "");
	struct image_layers *all =
		arena_array(search->arena, (size_t)cJSON_GetArraySize(images), sizeof(*all));
	size_t n = 0;

	doc_for_each (image, images) {
		struct image_layers layers = image_layers(search->arena, image, root);

		for (size_t i = 0; i < layers.n; i++)
			names_add(&search->paths, layers.paths[i]);
		all[n++] = layers;
	}
	names_sort(&search->paths);
	search->layers = arena_array(search->arena, search->paths.n, sizeof(*search->layers));
	search->walked = arena_array(search->arena, search->paths.n, sizeof(*search->walked));
	return all;
}

/* Why no image can be looked at; NULL: they can. */
static const char *refusal(const cJSON *snapshot, int tree)
{
	const char *capabilities = doc_string_or(snapshot, "host.capabilities", "");
	const uint64_t needed = UINT64_C(1) << CAP_SYS_ADMIN | UINT64_C(1) << CAP_DAC_READ_SEARCH;
	uint64_t mask = 0;

	if (!doc_bool_or(snapshot, "local", false))
		return "the engine's files are not those of this host";
	if (tree < 0)
		return strerror(-tree);
	if (!parse_u64(capabilities, 16, &mask) || (mask & needed) != needed)
		return "only root sees what layers hide of each other";
	return NULL;
}

static void look_at_images(struct search *search, cJSON *images,
			   const struct collect_options *options)
{
	const struct image_layers *layers = find_layers(search, images);
	const unsigned n = (unsigned)cJSON_GetArraySize(images);
	struct timespec now;
	unsigned i = 0;

	clock_gettime(CLOCK_MONOTONIC, &now);
	search->budget = (struct layer_budget){MOST_ENTRIES, now.tv_sec + MOST_SECONDS};
	for (cJSON *image = images->child; image; image = image->next, i++) {
		if (!doc_member(image, "unread"))
			look_at_image(search, image, &layers[i]);
		if (options->progress)
			options->progress(options->data, "layers", i + 1, n);
	}
}

void image_files_collect(cJSON *snapshot, const struct collect_options *options)
{
	cleanup_arena struct arena *arena = arena_new();
	cJSON *engine = snapshot_object(snapshot, "engine");
	cJSON *images = cJSON_GetObjectItemCaseSensitive(engine, "images");
	cleanup_fd int tree = options->deep ? engine_tree_open(snapshot) : -1;
	const char *why = options->deep ? refusal(snapshot, tree) : NULL;
	struct search search = {
		.snapshot = snapshot,
		.arena = arena,
		.tree = tree,
		.marks = snapshot_security_option(snapshot, "name=rootless") ? LAYER_USER
									     : LAYER_TRUSTED,
		.paths = {.arena = arena},
	};

	if (options->deep && images && !why)
		look_at_images(&search, images, options);
	if (why)
		snapshot_problem(snapshot, "layers of images", why, "run as root", false);
	for (cJSON *image = images ? images->child : NULL; image; image = image->next) {
		cJSON *driver = cJSON_GetObjectItemCaseSensitive(image, "GraphDriver");

		cJSON_DeleteItemFromObjectCaseSensitive(driver, "Data");
		if (why)
			snapshot_unread(image, "files", why);
	}
}
