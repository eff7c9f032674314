/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/host.h"

#include "tests/unit/unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * The beginning of policies that secilc 3.4 made of a few lines of CIL, version 33: in the second
 * `(typepermissive container_t)` and another.
 */
static const char none[] = "\x8c\xff\x7c\xf9\x08\x00\x00\x00\x53\x45\x20\x4c\x69\x6e\x75\x78"
			   "\x21\x00\x00\x00\x05\x00\x00\x00\x08\x00\x00\x00\x09\x00\x00\x00"
			   "\x40\x00\x00\x00\x40\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00"
			   "\x06\x00\x00\x00\x00\x00\x00\x00\x40\x00\x00\x00\x00\x00\x00\x00"
			   "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00"
			   "\x02\x00\x00\x00\x07\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00";
static const char two[] = "\x8c\xff\x7c\xf9\x08\x00\x00\x00\x53\x45\x20\x4c\x69\x6e\x75\x78"
			  "\x21\x00\x00\x00\x05\x00\x00\x00\x08\x00\x00\x00\x09\x00\x00\x00"
			  "\x40\x00\x00\x00\x40\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00"
			  "\x06\x00\x00\x00\x00\x00\x00\x00\x40\x00\x00\x00\x40\x00\x00\x00"
			  "\x01\x00\x00\x00\x00\x00\x00\x00\x0c\x00\x00\x00\x00\x00\x00\x00"
			  "\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x02\x00\x00\x00";

START_TEST(permissive_types)
{
	uint64_t n = 7;

	ck_assert_int_eq(selinux_permissive(none, sizeof(none) - 1, &n), 0);
	ck_assert_uint_eq(n, 0);
	ck_assert_int_eq(selinux_permissive(two, sizeof(two) - 1, &n), 0);
	ck_assert_uint_eq(n, 2);
}
END_TEST

/* Cut anywhere, it is never read beyond its end, nor as one that has none. */
START_TEST(cut)
{
	const size_t whole = 80; /* up to the end of the set */

	for (size_t length = 0; length < whole; length++) {
		char *part = malloc(length + 1);
		uint64_t n = 7;

		memcpy(part, two, length);
		part = realloc(part, length ? length : 1);
		ck_assert_int_eq(selinux_permissive(part, length, &n), -EBADMSG);
		ck_assert_uint_eq(n, 7);
		free(part);
	}
}
END_TEST

START_TEST(others)
{
	static const struct {
		size_t at;
		unsigned char value;
	} cases[] = {
		{0, 0},     /* no policy */
		{7, 0xff},  /* a name beyond its end */
		{16, 22},   /* a version without permissive types */
		{32, 32},   /* units of another size */
		{43, 0xff}, /* more units than there are */
	};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		unsigned char policy[sizeof(two)];
		uint64_t n;

		memcpy(policy, two, sizeof(two));
		policy[cases[i].at] = cases[i].value;
		ck_assert_int_eq(selinux_permissive(policy, sizeof(policy) - 1, &n), -EBADMSG);
	}
}
END_TEST

Suite *suite_selinux(void)
{
	const TTest *const tests[] = {permissive_types, cut, others, NULL};

	return unit_suite("selinux", tests);
}
