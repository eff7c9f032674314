/* SPDX-License-Identifier: Apache-2.0 */

/* What files images hold, by a look at their layers on disk: --deep. */
#ifndef BULKHEAD_COLLECT_IMAGE_FILES_H
#define BULKHEAD_COLLECT_IMAGE_FILES_H

#include "collect/collect.h"

/*
 * `files` of each of engine.images, or why they could not be read, where options->deep; each layer
 * is walked once, however many images have it. GraphDriver.Data, which says where the layers are,
 * is taken out of all images in any case. Needs the host and the daemon.
 */
void image_files_collect(cJSON *snapshot, const struct collect_options *options);

#endif
