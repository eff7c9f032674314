/* SPDX-License-Identifier: Apache-2.0 */

/* Which mount of the host a path is on. */
#include "base/path.h"
#include "base/text.h"
#include "facts/host_places.h"
#include "facts/mountinfo.h"

#include <string.h>

/*
 * Of the mounts on the way to the path the innermost shows it, and of two at the same place the
 * later one, unless another was mounted over the way since: then the device of the path tells. Not
 * every filesystem has one device only (btrfs), so that no match is no contradiction.
 */
bool host_mount_of(const struct facts *facts, struct arena *arena, const char *real,
		   struct host_mount *ret)
{
	const char *cursor = doc_string_or(facts->host.doc, "mountinfo", "");
	const char *device = doc_string_or(facts_path(facts, real), "device", "");
	struct mountinfo mount, best = {0};
	size_t length = 0;
	bool matches = false;

	while (mountinfo_next(&cursor, &mount)) {
		char point[4096];
		bool same = slice_is(mount.device, device);

		if (!slice_copy(mount.point, point, sizeof(point)) || !path_within(real, point) ||
		    (matches && !same) || (matches == same && strlen(point) < length))
			continue;
		best = mount;
		length = strlen(point);
		matches = same;
	}
	if (!best.point.length)
		return false;
	*ret = (struct host_mount){
		.point = slice_decode(arena, best.point),
		.root = slice_decode(arena, best.root),
		.device = slice_decode(arena, best.device),
		.fstype = slice_decode(arena, best.fstype),
	};
	return true;
}
