/* SPDX-License-Identifier: Apache-2.0 */

/* By what a subject is known again in another audit, of the same host or after a redeployment. */
#ifndef BULKHEAD_JUDGE_SUBJECT_KEY_H
#define BULKHEAD_JUDGE_SUBJECT_KEY_H

#include "facts/facts.h"

/*
 * A key for people's tools, not for their eyes: words that a tab divides, the kind first. It is
 *made of kind, name, image, project and service alone, all of which results documents hold, so that
 *a subject read from one has the same key. Never of an id, for a redeployment changes it, nor of a
 * tag or digest, for so does each release. So several subjects may share one:
 *
 *	container  by project and service where it is of Compose, by service where it is of a swarm
 *	           (replicas share these), else by name and the repository of its image
 *	image      by the repository; one without any reference by its id, which is its content
 *	network, file, service  by name
 *	host, engine, swarm     there is one of each, whatever it is called
 */
const char *subject_key(struct arena *arena, const struct subject *subject);

/* The same of a result: the control's key before it. */
const char *result_key(struct arena *arena, const char *control, const struct subject *subject);

#endif
