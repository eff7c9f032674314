/* SPDX-License-Identifier: Apache-2.0 */

/* Names and bits of Linux capabilities, and the set that Docker computes from CapAdd and CapDrop.
 */

#include "facts/capability.h"

#include "base/text.h"

#include <string.h>
#include <strings.h>

/* linux/capability.h, in order of number. */
static const char *const names[] = {
	"CHOWN",
	"DAC_OVERRIDE",
	"DAC_READ_SEARCH",
	"FOWNER",
	"FSETID",
	"KILL",
	"SETGID",
	"SETUID",
	"SETPCAP",
	"LINUX_IMMUTABLE",
	"NET_BIND_SERVICE",
	"NET_BROADCAST",
	"NET_ADMIN",
	"NET_RAW",
	"IPC_LOCK",
	"IPC_OWNER",
	"SYS_MODULE",
	"SYS_RAWIO",
	"SYS_CHROOT",
	"SYS_PTRACE",
	"SYS_PACCT",
	"SYS_ADMIN",
	"SYS_BOOT",
	"SYS_NICE",
	"SYS_RESOURCE",
	"SYS_TIME",
	"SYS_TTY_CONFIG",
	"MKNOD",
	"LEASE",
	"AUDIT_WRITE",
	"AUDIT_CONTROL",
	"SETFCAP",
	"MAC_OVERRIDE",
	"MAC_ADMIN",
	"SYSLOG",
	"WAKE_ALARM",
	"BLOCK_SUSPEND",
	"AUDIT_READ",
	"PERFMON",
	"BPF",
	"CHECKPOINT_RESTORE",
};
#define N_NAMES (sizeof(names) / sizeof(names[0]))

uint64_t capability_bit(const char *name)
{
	if (!name)
		return 0;
	if (!strncasecmp(name, "CAP_", 4))
		name += 4;
	for (size_t i = 0; i < N_NAMES; i++)
		if ((*name & ~0x20) == *names[i] && !strcasecmp(name, names[i]))
			return UINT64_C(1) << i;
	return 0;
}

const char *capability_names(struct arena *arena, uint64_t mask)
{
	cleanup_text struct text list = TEXT_INIT(TEXT_CEILING);

	if (!mask)
		return "none";
	for (unsigned bit = 0; bit < 64; bit++) {
		if (!(mask >> bit & 1))
			continue;
		if (bit < N_NAMES) {
			text_add_item(&list, names[bit]);
		} else {
			char number[16];

			snprintf(number, sizeof(number), "%u", bit);
			text_add_item(&list, number);
		}
	}
	return arena_strdup(arena, text_string(&list));
}

/* The bits of a list of names; *ret_all where "ALL" is among them. */
static uint64_t list_mask(const cJSON *list, bool *ret_all)
{
	uint64_t mask = 0;

	*ret_all = false;
	if (!cJSON_IsArray(list))
		return 0;
	doc_for_each (item, list) {
		if (!doc_is_string(item))
			continue;
		if (!strcasecmp(item->valuestring, "ALL") ||
		    !strcasecmp(item->valuestring, "CAP_ALL"))
			*ret_all = true;
		mask |= capability_bit(item->valuestring);
	}
	return mask;
}

uint64_t capability_mask(const cJSON *list)
{
	bool all;

	return list_mask(list, &all);
}

uint64_t capability_docker_set(const cJSON *cap_add, const cJSON *cap_drop, bool privileged)
{
	bool add_all, drop_all;
	uint64_t add = list_mask(cap_add, &add_all);
	uint64_t drop = list_mask(cap_drop, &drop_all);

	if (privileged)
		return CAPABILITY_ALL;
	if (add_all)
		return CAPABILITY_ALL & ~drop;
	if (drop_all)
		return add;
	return (CAPABILITY_DOCKER_DEFAULT & ~drop) | add;
}
