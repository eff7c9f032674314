/* SPDX-License-Identifier: Apache-2.0 */

/* Controls x subjects -> results, and what of them was asked for. */
#ifndef BULKHEAD_JUDGE_EVALUATE_H
#define BULKHEAD_JUDGE_EVALUATE_H

#include "judge/report.h"

/* What the command line selects. Lists are NULL-terminated or NULL. Globs are shell patterns. */
struct selection {
	const char *const *benchmarks; /* ids; NULL: newest CIS and "bulkhead" */
	unsigned level;                /* 1: only level 1; 0 or 2: all */
	const char *const *controls; /* keys or ids ("5.5", "cis-docker-1.6.0/5.5", "5" or "5.*" for
					a section) */
	const char *const *skip;
	const char *const *sections;
	const char *const
		*containers; /* globs of names, or ids and prefixes of at least 6 digits */
	const char *const *exclude_containers;
	const char *const *images; /* globs of image references */
	const char *const *labels; /* "key" or "key=value" */
	bool running;              /* only running containers */
};

struct evaluation_options {
	struct selection selection;
	bool gate;
	enum severity fail_on;
	bool allow_incomplete;
};

/*
 * Judge. Every selected control gives at least one result:
 *   - without a check: one `manual`, on the host, saying that no program decides it yet;
 *   - where the list of its subjects could not be read: one `unknown` on the host, with the reason;
 *   - where there is no subject of the kind: one `not-applicable` on the host;
 *   - else one per subject of each kind that its check judges: `unknown` where that subject could
 *     not be read, else what the check says.
 * -EINVAL where the selection names something that does not exist or matches nothing; err then
 * says which word, and the nearest one that exists.
 */
int evaluate(struct arena *arena, const struct library *library, const struct facts *facts,
	     const struct evaluation_options *options, const struct report **ret,
	     struct error *err);

#endif
