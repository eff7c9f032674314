/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Names of images in registries. "nginx", "docker.io/library/nginx" and "nginx:latest" are one
 * reference in different spellings (distribution/reference, normalize.go).
 */
#ifndef BULKHEAD_BASE_REFERENCE_H
#define BULKHEAD_BASE_REFERENCE_H

#include "base/arena.h"

/* "docker.io/library/nginx:latest"; a digest takes the place of the tag, as it does for Docker. */
const char *reference_canonical(struct arena *arena, const char *reference);

#endif
