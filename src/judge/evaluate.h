/* SPDX-License-Identifier: Apache-2.0 */

/* Controls x subjects -> results, and what of them was asked for. */
#ifndef BULKHEAD_JUDGE_EVALUATE_H
#define BULKHEAD_JUDGE_EVALUATE_H

#include "judge/report.h"

/*
 * What the command line selects. Lists are NULL-terminated or NULL. Globs are shell patterns.
 *
 * A control is named by its key, by its number in any selected benchmark ("5.5"), by its number in
 * any known one ("cis-docker-1.6.0/5.5"), or with all others of a section ("5", "1.1.*"). Who names
 * a control that no selected benchmark has still gets it, after the others.
 *
 * containers, images and labels say which containers: only controls that judge containers, or the
 * images these use, are then evaluated. exclude_containers and running only leave containers out.
 */
struct selection {
	const char *const *benchmarks; /* ids; NULL: newest CIS, "bulkhead", "local" */
	unsigned level;                /* 1: only level 1; 0 or 2: all */
	const char *const *controls;
	const char *const *skip;
	const char *const *sections;
	const char *const *containers; /* globs of names, or ids cut to 6 digits or more */
	const char *const *exclude_containers;
	const char *const *images; /* globs of image references, the tag may be left out */
	const char *const *labels; /* "key" or "key=value" */
	bool running;
};

struct evaluation_options {
	struct selection selection;
	bool allow_incomplete;
};

/*
 * Judge. Every selected control gives at least one result:
 *   - without a check: one `manual`, on the host, saying that no program decides it yet;
 *   - where the list of its subjects could not be read: one `unknown` on the host, with the reason;
 *   - where there is no subject that it is about: one `not-applicable` on the host;
 *   - else one per subject of each kind that its check judges: `unknown` where that subject could
 *     not be read (`not-applicable` for the host of an engine on another machine), else what the
 *     check says.
 * -EINVAL where the selection names something that does not exist or matches nothing; err then
 * says which word, and the nearest one that exists.
 */
int evaluate(struct arena *arena, const struct library *library, const struct facts *facts,
	     const struct evaluation_options *options, const struct report **ret,
	     struct error *err);

#endif
