/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "facts/capability.h"
#include "tests/unit/unit.h"

#include <string.h>

START_TEST(bits)
{
	static const struct {
		const char *name;
		uint64_t bit;
	} cases[] = {
		{"CHOWN", 1},
		{"CAP_CHOWN", 1},
		{"cap_chown", 1},
		{"net_raw", UINT64_C(1) << 13},
		{"SYS_ADMIN", UINT64_C(1) << 21},
		{"CHECKPOINT_RESTORE", UINT64_C(1) << 40},
		{"ALL", 0},
		{"CAP_ALL", 0},
		{"CAP_", 0},
		{"", 0},
		{"CHOW", 0},
		{"CHOWNS", 0},
		{NULL, 0},
	};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++)
		ck_assert_msg(capability_bit(cases[i].name) == cases[i].bit, "%s", cases[i].name);
}
END_TEST

START_TEST(names)
{
	cleanup_arena struct arena *arena = arena_new();

	ck_assert_str_eq(capability_names(arena, 0), "none");
	ck_assert_str_eq(capability_names(arena, 1 | UINT64_C(1) << 21), "CHOWN, SYS_ADMIN");
	ck_assert_str_eq(capability_names(arena, UINT64_C(1) << 63), "63");
	ck_assert_str_eq(capability_names(arena, CAPABILITY_DOCKER_DEFAULT),
			 "CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID, SETPCAP, "
			 "NET_BIND_SERVICE, NET_RAW, SYS_CHROOT, MKNOD, AUDIT_WRITE, SETFCAP");
}
END_TEST

START_TEST(docker_set)
{
	static const struct {
		const char *add, *drop;
		bool privileged;
		uint64_t set;
	} cases[] = {
		{"null", "null", false, CAPABILITY_DOCKER_DEFAULT},
		{"[]", "[]", false, CAPABILITY_DOCKER_DEFAULT},
		{"null", "[\"ALL\"]", true, CAPABILITY_ALL},
		{"null", "[\"all\"]", false, 0},
		{"[\"CAP_NET_BIND_SERVICE\"]", "[\"ALL\"]", false, 1 << 10},
		{"[\"NET_RAW\"]", "[\"net_raw\"]", false, CAPABILITY_DOCKER_DEFAULT},
		{"[\"ALL\"]", "[\"SYS_ADMIN\"]", false, CAPABILITY_ALL & ~(UINT64_C(1) << 21)},
		{"[\"sys_admin\"]", "null", false, CAPABILITY_DOCKER_DEFAULT | 1 << 21},
		{"{\"a\": \"SYS_ADMIN\"}", "7", false, CAPABILITY_DOCKER_DEFAULT},
		{"[7, null, {}]", "[[\"ALL\"]]", false, CAPABILITY_DOCKER_DEFAULT},
	};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		cleanup_doc cJSON *add = cJSON_Parse(cases[i].add);
		cleanup_doc cJSON *drop = cJSON_Parse(cases[i].drop);

		ck_assert_msg(capability_docker_set(add, drop, cases[i].privileged) == cases[i].set,
			      "add %s drop %s", cases[i].add, cases[i].drop);
	}
	ck_assert_uint_eq(capability_docker_set(NULL, NULL, false), CAPABILITY_DOCKER_DEFAULT);
}
END_TEST

Suite *suite_capability(void)
{
	const TTest *const tests[] = {bits, names, docker_set, NULL};

	return unit_suite("capability", tests);
}
