/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What the image references of containers point to now. "nginx", "docker.io/library/nginx" and
 * "nginx:latest" are one reference in different spellings (distribution/reference, normalize.go).
 */
#ifndef BULKHEAD_COLLECT_IMAGE_REFERENCE_H
#define BULKHEAD_COLLECT_IMAGE_REFERENCE_H

#include "base/arena.h"

#include <cjson/cJSON.h>

/* "docker.io/library/nginx:latest"; a digest takes the place of the tag, as it does for Docker. */
const char *image_reference_canonical(struct arena *arena, const char *reference);

/*
 * {"nginx": "sha256:…"} for each distinct Config.Image of the containers that is no image's id,
 * by the RepoTags and RepoDigests of GET /images/json; null where it points to nothing. The caller
 * deletes it.
 */
cJSON *image_references(const cJSON *images, const cJSON *containers);

#endif
