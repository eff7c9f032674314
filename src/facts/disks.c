/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/disks.h"

#include "base/text.h"
#include "facts/host_places.h"

#include <string.h>

/* Names under which disks are, and directories of them: a directory gives all that is in it. */
static bool names_disk(const char *path)
{
	static const char *const names[] = {
		"/dev",          "/dev/block",        "/dev/block/*",      "/dev/disk",
		"/dev/disk/*",   "/dev/mapper",       "/dev/mapper/*",     "/dev/sd[a-z]*",
		"/dev/vd[a-z]*", "/dev/xvd[a-z]*",    "/dev/nvme[0-9]*n*", "/dev/dm-[0-9]*",
		"/dev/md[0-9]*", "/dev/mmcblk[0-9]*",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (text_matches(path, names[i]))
			return true;
	return false;
}

enum disk disk_of_device(const struct facts *facts, const char *path)
{
	const cJSON *record = facts_path(facts, path);
	const char *type = doc_string_or(record, "type", NULL);

	if (text_equal(type, "block"))
		return DISK_SEEN;
	if (text_equal(type, "directory"))
		return names_disk(doc_string_or(record, "real", path)) ? DISK_SEEN : DISK_NONE;
	if (type)
		return DISK_NONE;
	return names_disk(path) ? DISK_BY_NAME : DISK_UNSEEN;
}

bool rule_opens_disks(const char *rule)
{
	const char *rights = strrchr(rule, ' ');

	return (rule[0] == 'b' || rule[0] == 'a') && rights && strpbrk(rights, "rw");
}
