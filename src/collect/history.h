/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What of GET /images/{id}/history enters a snapshot: how an image was built, without a secret.
 *
 * The engine gives the steps as text, in the spelling of whoever built the image: the classic
 * builder ("/bin/sh -c #(nop) ADD file:4f… in / "), BuildKit ("ADD rootfs.tar / # buildkit"), or
 * none of both. Here they all become the line of a Dockerfile, of which only words stay that say
 * what is done: the instruction, programs and operators of the shell, names of options, variables
 * and packages, and paths of ADD and COPY. All other words become "<12 bytes>".
 */
#ifndef BULKHEAD_COLLECT_HISTORY_H
#define BULKHEAD_COLLECT_HISTORY_H

#include <cjson/cJSON.h>

/*
 * [{"step": "RUN apt-get update", "size": 4096, "secrets": […]}], the oldest first, of the engine's
 * list; NULL where that is none. The caller deletes it.
 */
cJSON *history_redact(const cJSON *reply);

#endif
