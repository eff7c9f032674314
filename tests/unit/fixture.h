/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The fixtures of tests/checks: what a control must say of a recorded host with one thing changed.
 *
 * tests/checks/<control>/<what is special>.<status>.json holds
 *	base      a recorded snapshot of tests/checks/base/
 *	with      parameters of the control's check, instead of those that the control gives
 *	patch     what differs from it, as JSON Patch (json_patch.h); may be missing
 *	subject   name of the subject whose result is meant; without it the control gives one result
 *	severity  the result's, where it matters
 *	message   what the result's message must contain, where it matters
 *	covers    the known wrong results of other tools that this one rules out: ["W1", "D20",
 *"N41"]
 */
#ifndef BULKHEAD_TESTS_FIXTURE_H
#define BULKHEAD_TESTS_FIXTURE_H

#include "base/arena.h"
#include "base/doc.h"

struct fixture {
	const char *path;    /* "not-privileged/privileged.fail.json" */
	const char *control; /* "not-privileged" */
	const char *status;  /* "fail"; NULL where the file is not named so */
	cJSON *doc;          /* NULL where it could not be read, and then … */
	struct error error;  /* … this says why */
};

struct fixture_list {
	const char *dir; /* tests/checks */
	struct fixture *items;
	size_t n;
};

/* All fixtures below dir, by name. Ends the program where dir cannot be read. */
void fixture_list_load(struct arena *arena, const char *dir, struct fixture_list *ret);
void fixture_list_release(struct fixture_list *list);

/* The snapshot that a fixture describes; the caller deletes it. */
int fixture_snapshot(struct arena *arena, const struct fixture_list *list,
		     const struct fixture *fixture, cJSON **ret, struct error *err);

#endif
