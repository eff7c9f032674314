/* SPDX-License-Identifier: Apache-2.0 */
#include "base/timestamp.h"

#include "tests/unit/unit.h"

START_TEST(moments)
{
	static const struct {
		const char *text;
		int64_t seconds;
	} cases[] = {
		{"1970-01-01", 0},
		{"1970-01-01T00:00:01Z", 1},
		{"2026-11-25T12:10:42.917556517Z", 1795608642},
		{"2026-11-25T14:10:42+02:00", 1795608642},
		{"2026-11-25T06:40:42.5-05:30", 1795608642},
		{"1969-12-31T23:59:59Z", -1},
	};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		int64_t seconds = 7;

		ck_assert_msg(timestamp_parse(cases[i].text, &seconds), "%s", cases[i].text);
		ck_assert_msg(seconds == cases[i].seconds, "%s: %jd", cases[i].text,
			      (intmax_t)seconds);
	}
}
END_TEST

START_TEST(no_moments)
{
	static const char *const cases[] = {
		"",
		"today",
		"2026-13-01",
		"2026-11-25T",
		"2026-11-25T12:10",
		"2026-11-25T12:10:42",
		"2026-11-25T12:10:42Zulu",
		"2026-11-25 12:10:42Z",
		"2026-11-25T12:10:42.5",
		NULL,
	};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		int64_t seconds = 7;

		ck_assert_msg(!timestamp_parse(cases[i], &seconds), "%s", cases[i]);
		ck_assert_int_eq(seconds, 7);
	}
}
END_TEST

Suite *suite_timestamp(void)
{
	return unit_suite("timestamp", (const TTest *const[]){moments, no_moments, NULL});
}
