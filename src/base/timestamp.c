/* SPDX-License-Identifier: Apache-2.0 */
#include "base/timestamp.h"

#include <stddef.h>
#include <string.h>
#include <time.h>

/* "Z", "+02:00", "-0530" as seconds east of Greenwich. */
static bool parse_offset(const char *text, int64_t *ret)
{
	struct tm tm = {0};

	if (strcmp(text, "Z") == 0) {
		*ret = 0;
		return true;
	}
	text = strptime(text, "%z", &tm);
	if (!text || *text)
		return false;
	*ret = tm.tm_gmtoff;
	return true;
}

bool timestamp_parse(const char *text, int64_t *ret)
{
	struct tm tm = {0};
	int64_t offset = 0;
	const char *end = text ? strptime(text, "%Y-%m-%d", &tm) : NULL;

	if (!end)
		return false;
	if (*end == 'T') {
		end = strptime(end, "T%H:%M:%S", &tm);
		if (end && *end == '.')
			end += 1 + strspn(end + 1, "0123456789");
		if (!end || !parse_offset(end, &offset))
			return false;
	} else if (*end) {
		return false;
	}
	*ret = (int64_t)timegm(&tm) - offset;
	return true;
}
