/* SPDX-License-Identifier: Apache-2.0 */

/* The exit status of an audit, and why: decided here alone. */
#ifndef BULKHEAD_JUDGE_GATE_H
#define BULKHEAD_JUDGE_GATE_H

#include "judge/report.h"

/* The part of report_settle() that needs its counts. */
void gate_settle(struct arena *arena, struct report *report, bool allow_incomplete);

/*
 * Let a settled report pass whose exit status is EXIT_INCOMPLETE. Its thresholds are not asked
 * again, for those of a saved report no longer say which results they are for.
 */
void gate_accept_incomplete(struct arena *arena, struct report *report);

#endif
