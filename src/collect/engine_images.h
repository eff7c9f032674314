/* SPDX-License-Identifier: Apache-2.0 */

/* All images: those that the engine lists, and those that containers have. */
#ifndef BULKHEAD_COLLECT_ENGINE_IMAGES_H
#define BULKHEAD_COLLECT_ENGINE_IMAGES_H

#include "collect/engine_round.h"

/*
 * Fill engine.images and engine.image_references. `list` is the answer to GET /images/json, or
 * NULL; engine.containers stands already, unless it could not be read.
 */
void engine_collect_images(struct collection *c, const cJSON *list);

#endif
