/* SPDX-License-Identifier: Apache-2.0 */

/* Where the layers of an image are on disk. */
#ifndef BULKHEAD_COLLECT_IMAGE_LAYERS_H
#define BULKHEAD_COLLECT_IMAGE_LAYERS_H

#include "base/arena.h"

#include <cjson/cJSON.h>
#include <stddef.h>

#define MOST_LAYERS 256 /* of one image; overlay2 itself ends at 128 */

struct image_layers {
	const char **paths; /* absolute and clean, the topmost first */
	size_t n;
	const char *unread; /* why they are not known; NULL: they are, and there is at least one */
};

/* By `image`, the engine's own document; all have to be below `root`, its DockerRootDir. */
struct image_layers image_layers(struct arena *arena, const cJSON *image, const char *root);

#endif
