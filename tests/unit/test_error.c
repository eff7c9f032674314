/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

#include "tests/unit/unit.h"

#include <errno.h>
#include <string.h>

START_TEST(set_fills_and_returns)
{
	struct error err = {0};

	ck_assert_int_eq(error_set(&err, ENOENT, "open %s: %s", "file", "no such file"), -ENOENT);
	ck_assert_int_eq(err.code, ENOENT);
	ck_assert_str_eq(err.text, "open file: no such file");
}
END_TEST

START_TEST(wrap_puts_context_in_front)
{
	struct error err = {0};

	error_set(&err, EBADMSG, "line %d", 3);
	ck_assert_int_eq(error_wrap(&err, "read %s", "daemon.json"), -EBADMSG);
	ck_assert_int_eq(err.code, EBADMSG);
	ck_assert_str_eq(err.text, "read daemon.json: line 3");
}
END_TEST

START_TEST(nobody_wants_to_know)
{
	ck_assert_int_eq(error_set(NULL, EIO, "x"), -EIO);
	ck_assert_int_lt(error_wrap(NULL, "x"), 0);
}
END_TEST

START_TEST(too_long_is_cut)
{
	struct error err = {0};

	error_set(&err, EIO, "%2000d", 1);
	ck_assert_uint_eq(strlen(err.text), sizeof(err.text) - 1);
	ck_assert_str_eq(err.text + strlen(err.text) - 4, " ...");
	for (int i = 0; i < 3; i++)
		error_wrap(&err, "%0600d", 7);
	ck_assert_uint_eq(strlen(err.text), sizeof(err.text) - 1);
	ck_assert_str_eq(err.text + strlen(err.text) - 3, "...");
	ck_assert_int_eq(err.code, EIO);
}
END_TEST

Suite *suite_error(void)
{
	const TTest *const tests[] = {
		set_fills_and_returns,
		wrap_puts_context_in_front,
		nobody_wants_to_know,
		too_long_is_cut,
		NULL,
	};

	return unit_suite("error", tests);
}
