/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/proc.h"

#include "base/cleanup.h"
#include "base/doc.h"
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <string.h>
#include <time.h>

#define STAT_TAIL " S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 1 18 71759 20 21\n"

START_TEST(stat)
{
	static const struct {
		const char *text, *comm;
	} cases[] = {
		{"1 (init)" STAT_TAIL, "init"},
		{"1 ()" STAT_TAIL, ""},
		{"1 (a) b)" STAT_TAIL, "a) b"},
		{"1 () S 9 (x)" STAT_TAIL, ") S 9 (x"},
		{"1 (a name that is far too long)" STAT_TAIL, "a name that is "},
	};
	struct proc_stat parsed;

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		ck_assert(proc_parse_stat(cases[i].text, &parsed));
		ck_assert_str_eq(parsed.comm, cases[i].comm);
		ck_assert_uint_eq(parsed.starttime, 71759);
		ck_assert(!parsed.is_dead);
	}
}
END_TEST

START_TEST(stat_malformed)
{
	static const char *const cases[] = {
		"",
		"1",
		"1 (",
		"1 )(",
		"1 (a)",
		"1 (a) S 1 2 3",
		"1 (a) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 1 18 ",
		"1 (a) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 1 18 -5 20\n",
		"1 (a) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 1 18 999999999999999999999\n",
	};
	struct proc_stat parsed = {.starttime = 7};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		ck_assert_msg(!proc_parse_stat(cases[i], &parsed), "%s", cases[i]);
		ck_assert_uint_eq(parsed.starttime, 7);
	}
}
END_TEST

/* A main thread that has ended is shown as a zombie while its other threads go on. */
START_TEST(dead)
{
	struct proc_stat parsed;

	ck_assert(proc_parse_stat("1 (a) Z 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 1 18 5 20\n",
				  &parsed));
	ck_assert(parsed.is_dead);
	ck_assert(proc_parse_stat("1 (a) Z 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 2 18 5 20\n",
				  &parsed));
	ck_assert(!parsed.is_dead);
}
END_TEST

START_TEST(status)
{
	cleanup_text struct text kept = {0};

	proc_filter_status("Name:\tsh\nUmask:\t0022\nUid:\t0\t0\t0\t0\nUidX:\t1\nCapBnd:\tff\n"
			   "SigQ:\tCapEff:\nSeccomp:\t2\nSeccomp_filters:\t1",
			   &kept);
	ck_assert_str_eq(text_string(&kept), "Name:\tsh\nUid:\t0\t0\t0\t0\nCapBnd:\tff\n"
					     "Seccomp:\t2\nSeccomp_filters:\t1");
}
END_TEST

START_TEST(mountinfo)
{
	static const char *const cases[][2] = {
		{"", ""},
		{"\n", "\n"},
		{"1 2 0:3 / / rw - overlay overlay rw,lowerdir=/a:/b,upperdir=/c,workdir=/d\n",
		 "1 2 0:3 / / rw - overlay overlay rw,upperdir=/c,workdir=/d\n"},
		{"1 2 0:3 / / rw - overlay overlay lowerdir=/a,rw\n",
		 "1 2 0:3 / / rw - overlay overlay rw\n"},
		{"1 2 0:3 / / rw - overlay overlay rw,lowerdir+=/a,lowerdir+=/b",
		 "1 2 0:3 / / rw - overlay overlay rw\n"},
		{"1 2 0:3 /lowerdir=x /y rw - ext4 /dev/sda rw\n",
		 "1 2 0:3 /lowerdir=x /y rw - ext4 /dev/sda rw\n"},
	};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		cleanup_text struct text kept = {0};

		proc_filter_mountinfo(cases[i][0], &kept);
		ck_assert_str_eq(text_string(&kept), cases[i][1]);
	}
}
END_TEST

START_TEST(identity_map)
{
	ck_assert(proc_map_is_identity("         0          0 4294967295\n"));
	ck_assert(!proc_map_is_identity("         0     100000      65536\n"));
	ck_assert(!proc_map_is_identity("         0          0          1\n"));
	ck_assert(!proc_map_is_identity(""));
	ck_assert(!proc_map_is_identity("no map"));
}
END_TEST

START_TEST(ourselves)
{
	cleanup_fd int self = proc_open((uint64_t)getpid());
	cleanup_text struct text text = {0};
	cleanup_doc cJSON *namespaces = NULL;
	struct proc_stat parsed;
	int64_t start;
	time_t now = time(NULL);

	ck_assert_int_ge(self, 0);
	ck_assert_int_eq(proc_stat(self, &parsed), 0);
	ck_assert(proc_start_time(parsed.starttime, &start));
	ck_assert_int_le(start, now + 1);
	ck_assert_int_ge(start, now - 600);
	ck_assert_int_eq(proc_namespaces(self, &namespaces), 0);
	ck_assert_ptr_nonnull(doc_at(namespaces, "mnt"));
	ck_assert(proc_shares_host_mounts(self));
	ck_assert_int_lt(proc_read(self, "no such file", &text), 0);
	ck_assert_int_lt(proc_open(UINT64_MAX), 0);
}
END_TEST

Suite *suite_proc(void)
{
	const TTest *const tests[] = {stat,      stat_malformed, dead,      status,
				      mountinfo, identity_map,   ourselves, NULL};

	return unit_suite("proc", tests);
}
