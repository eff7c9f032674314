/* SPDX-License-Identifier: Apache-2.0 */

/* Any bytes as what the kernel writes: mountinfo, status, stat, maps of users. */
#include "base/text.h"
#include "collect/proc.h"
#include "facts/mountinfo.h"
#include "facts/process.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_text struct text text = TEXT_INIT(1 << 20), status = TEXT_INIT(1 << 20);
	cleanup_text struct text mounts = TEXT_INIT(1 << 20);
	struct mountinfo line;
	struct proc_stat stat;
	const char *cursor;
	int64_t id;

	text_add_bytes(&text, (const char *)data, size);
	proc_filter_status(text_string(&text), &status);
	proc_filter_mountinfo(text_string(&text), &mounts);
	proc_parse_stat(text_string(&text), &stat);
	status_value(text_string(&status), "Uid");
	if (uid_map_is_sound(text_string(&text)))
		uid_map_find(text_string(&text), 0, true, &id);
	for (cursor = text_string(&mounts); mountinfo_next(&cursor, &line);)
		mountinfo_group(&line, "shared:");
	return 0;
}
