/* SPDX-License-Identifier: Apache-2.0 */
#include "command/gate.h"

#include "base/text.h"

#include <errno.h>

int gate_fail_on(struct arena *arena, const struct options *options, struct threshold *ret,
		 struct error *err)
{
	const char *fail_on = options_value(options, "fail-on");
	struct threshold threshold = {0};

	if (fail_on) {
		threshold.gates = !text_equal(fail_on, "none");
		threshold.source = arena_printf(arena, "--fail-on %s", fail_on);
		if (threshold.gates && !severity_parse(fail_on, &threshold.fail_on))
			return error_set(err, EINVAL,
					 "--fail-on %s: expected info, low, medium, high, critical "
					 "or none",
					 fail_on);
	}
	*ret = threshold;
	return 0;
}
