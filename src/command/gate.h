/* SPDX-License-Identifier: Apache-2.0 */

/* What makes the exit status 1 or 3, as the command line says it. */
#ifndef BULKHEAD_COMMAND_GATE_H
#define BULKHEAD_COMMAND_GATE_H

#include "command/options.h"
#include "judge/report.h"

#define GATE_OPTIONS(by_default)                                                                 \
	{.group = "Gate",                                                                        \
	 .name = "fail-on",                                                                      \
	 .argument = "SEVERITY",                                                                 \
	 .help = "exit 1 on a failure of this severity or above: info, low, medium, high, "      \
		 "critical; or none. By default " by_default},                                   \
	{                                                                                        \
		.name = "allow-incomplete", .help = "do not exit 3 because something is unknown" \
	}

/* What --fail-on says; its source is NULL where it was not given. */
int gate_fail_on(struct arena *arena, const struct options *options, struct threshold *ret,
		 struct error *err);

#endif
