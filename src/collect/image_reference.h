/* SPDX-License-Identifier: Apache-2.0 */

/* What the image references of containers point to now. */
#ifndef BULKHEAD_COLLECT_IMAGE_REFERENCE_H
#define BULKHEAD_COLLECT_IMAGE_REFERENCE_H

#include <cjson/cJSON.h>

/*
 * {"nginx": "sha256:…"} for each distinct Config.Image of the containers that is no image's id,
 * by the RepoTags and RepoDigests of GET /images/json; null where it points to nothing. The caller
 * deletes it.
 */
cJSON *image_references(const cJSON *images, const cJSON *containers);

#endif
