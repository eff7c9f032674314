/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Whether a subject is one that a user's word means: for the options that select containers, and
 * for the rules of a policy. Globs are shell patterns.
 */
#ifndef BULKHEAD_JUDGE_SUBJECT_MATCH_H
#define BULKHEAD_JUDGE_SUBJECT_MATCH_H

#include "base/text.h"
#include "facts/facts.h"

/* "localhost:5000/nginx" of "localhost:5000/nginx:1.27@sha256:…". */
const char *image_repository(struct arena *arena, const char *reference);

/* A glob of the whole reference, or of its repository: "nginx" stands for every tag of it. */
bool reference_matches(const char *reference, const char *word);

/* An image by any of its tags or digests, or the beginning of its id. */
bool image_subject_matches(const struct subject *image, const char *word);

/*
 * Who gave a container a label that it has. It has its image's labels, too, and who made an image
 * has no say about the hosts that it runs on. A label with another value than the image's is the
 * container's own.
 */
enum label_origin { LABEL_OF_CONTAINER, LABEL_OF_IMAGE, LABEL_OF_UNREAD_IMAGE };
enum label_origin label_origin(const struct facts *facts, const struct subject *container,
			       const char *key);

/* The beginning of an id, long enough not to be meant as a name. */
bool id_matches_prefix(const char *id, const char *word);

#endif
