/* SPDX-License-Identifier: Apache-2.0 */
#include "reports/reports.h"

#include "base/text.h"

#include <errno.h>
#include <string.h>

const struct report_writer *const report_writers[] = {
	&report_text, &report_json, &report_junit, &report_dot, &report_prometheus, NULL,
};

const struct report_writer *report_writer_find(const char *name, struct error *err)
{
	struct nearest nearest = {.wanted = name};
	cleanup_text struct text names = TEXT_INIT(1024);

	for (size_t i = 0; report_writers[i]; i++) {
		if (!strcmp(report_writers[i]->name, name))
			return report_writers[i];
		nearest_offer(&nearest, report_writers[i]->name);
		text_add_item(&names, report_writers[i]->name);
	}
	if (nearest.name)
		error_set(err, EINVAL, "unknown format '%s': did you mean '%s'?", name,
			  nearest.name);
	else
		error_set(err, EINVAL, "unknown format '%s': expected one of %s", name,
			  text_string(&names));
	return NULL;
}
