/* SPDX-License-Identifier: Apache-2.0 */

/* The formats that --format knows. Adding one: doc/adding-a-report.md. */
#ifndef BULKHEAD_REPORTS_REPORTS_H
#define BULKHEAD_REPORTS_REPORTS_H

#include "base/error.h"
#include "judge/diff.h"
#include "judge/fleet.h"

extern const struct report_writer report_text, report_json, report_junit, report_dot,
	report_prometheus;

/* All of them, ended by NULL. */
extern const struct report_writer *const report_writers[];

/* NULL, with the nearest name in err, for an unknown one. */
const struct report_writer *report_writer_find(const char *name, struct error *err);

/* Members of descriptors that stand in files of their own. */
void diff_write_text(const struct diff *diff, const struct report_options *options, FILE *out);
void diff_write_json(const struct diff *diff, const struct report_options *options, FILE *out);
extern const struct fleet_writer fleet_text, fleet_json;

#endif
