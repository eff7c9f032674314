/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/image_layers.h"

#include "base/doc.h"
#include "base/path.h"
#include "base/text.h"

#include <string.h>

static const char *why_not(struct arena *arena, const cJSON *driver)
{
	const char *name = doc_string_or(driver, "Name", NULL);

	if (!name)
		return "the engine does not say where it keeps images (containerd's image store)";
	/* Podman calls it "overlay". */
	if (!text_equal(name, "overlay2") && !text_equal(name, "overlay"))
		return arena_printf(arena,
				    "the engine does not say where the storage driver %s keeps "
				    "layers",
				    name);
	if (!doc_string_or(driver, "Data.UpperDir", NULL))
		return "GraphDriver.Data has no UpperDir";
	return NULL;
}

static void add(struct arena *arena, struct image_layers *layers, const char *path,
		const char *root)
{
	const char *clean = path_clean(arena, path);

	if (layers->n == MOST_LAYERS)
		layers->unread = "it has too many layers";
	else if (!path_within(clean, root) || text_equal(clean, root))
		layers->unread = arena_printf(arena, "%s is not below DockerRootDir", clean);
	else
		layers->paths[layers->n++] = clean;
}

struct image_layers image_layers(struct arena *arena, const cJSON *image, const char *root)
{
	const cJSON *driver = doc_at(image, "GraphDriver");
	const char *lower = doc_string_or(driver, "Data.LowerDir", "");
	struct image_layers layers = {.unread = why_not(arena, driver)};

	if (layers.unread)
		return layers;
	layers.paths = arena_array(arena, MOST_LAYERS, sizeof(*layers.paths));
	root = path_clean(arena, root);
	add(arena, &layers, doc_string_or(driver, "Data.UpperDir", ""), root);
	while (*lower && !layers.unread) {
		size_t length = strcspn(lower, ":");

		add(arena, &layers, arena_strndup(arena, lower, length), root);
		lower += length + (lower[length] == ':');
	}
	return layers;
}
