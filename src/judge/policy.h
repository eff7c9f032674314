/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What the people who answer for a host have decided, read from policy files (doc/policy.md): here
 * as it was read, and what becomes of results by it. Values for the parameters of checks are not
 * here: they are in the controls.
 */
#ifndef BULKHEAD_JUDGE_POLICY_H
#define BULKHEAD_JUDGE_POLICY_H

#include "judge/baseline.h"
#include "judge/evaluate.h"
#include "judge/scope.h"

/* Failures that were accepted, for a reason and perhaps until a day. */
struct exception {
	struct scope scope;
	struct waiver waiver;
	int64_t end; /* when it ceases to hold, seconds since 1970; INT64_MAX: never */
};

/* Another severity for some results than their check gives them. */
struct rating {
	struct scope scope;
	enum severity severity;
	const char *source;
};

/* What a file locks against those that follow it: one of the three. */
struct lock {
	const char *word;   /* as it is named */
	const char *member; /* a key of policy files: "fail_on" */
	const struct parameter *parameter;
	const struct control *control;
	const char *source; /* "organisation.yaml:3:8" */
	/* Of a control: what the files up to this one say of fail_on, which it keeps. */
	struct threshold fail_on;
};

struct policy {
	const char *const *files; /* in the order given */
	size_t n_files;
	const struct exception *exceptions; /* in the order of the files; the first decides */
	size_t n_exceptions;
	const struct rating *ratings; /* of several that are for a result the last decides */
	size_t n_ratings;
	/* From which severity on failures decide the exit status; its source is NULL: not said. */
	struct threshold fail_on;
	const char *fail_on_at;             /* "policy.yaml:1:10" */
	const struct threshold *thresholds; /* for some results; the last decides */
	size_t n_thresholds;
	/*
	 * By control.index: those which a container may be excepted from by a label of its own,
	 * named "bulkhead.waive." and the control's key, whose value is the reason. NULL: none.
	 */
	const bool *label_waivers;
	const struct lock *locks;
	size_t n_locks;
};

/* Where a key of policy files is locked; NULL: nowhere. */
const char *policy_locked(const struct policy *policy, const char *member);

#define WAIVER_LABEL "bulkhead.waive."

struct policy_options {
	bool no_exceptions; /* failures are shown as such, whatever was accepted */
	/* From the command line, in place of all that the policy says; its source is NULL: not. */
	struct threshold fail_on;
	const struct baseline *baseline; /* NULL: none */
};

/*
 * The report with everything of the library's policy applied and settled anew. It shares what does
 * not change with `report`. `evaluation` is what that was made by.
 */
const struct report *policy_apply(struct arena *arena, const struct report *report,
				  const struct evaluation_options *evaluation,
				  const struct policy_options *options);

#endif
