/* SPDX-License-Identifier: Apache-2.0 */

/* Failures that a policy accepts become `waived`. For judge/ alone. */
#ifndef BULKHEAD_JUDGE_WAIVE_H
#define BULKHEAD_JUDGE_WAIVE_H

#include "judge/policy.h"
#include "judge/policy_notes.h"

/*
 * Waive what the policy of report->library excepts among `results`, those of the report. Whether an
 * exception has expired is asked as of the day on which the facts were collected, so that a
 * snapshot gives the same report for ever; where that day is not known, whatever expires has
 * expired. `is_whole`: the report is about every subject of the host, so that an exception which
 * matched nothing is for nothing.
 */
void waive(struct arena *arena, const struct report *report, struct result *results, bool is_whole,
	   struct policy_notes *notes);

#endif
