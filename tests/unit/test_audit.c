/* SPDX-License-Identifier: Apache-2.0 */

/* Audit rules as the kernel gives them, as text. */
#include "collect/audit.h"

#include "tests/unit/unit.h"

#include <string.h>

/* A rule with room for its strings. */
struct rule {
	_Alignas(struct audit_rule_data) char bytes[sizeof(struct audit_rule_data) + 256];
};

static struct audit_rule_data *data(struct rule *rule)
{
	return (struct audit_rule_data *)rule->bytes;
}

static struct rule new_rule(uint32_t list, uint32_t action)
{
	struct rule rule = {0};

	data(&rule)->flags = list;
	data(&rule)->action = action;
	return rule;
}

static struct rule rule_for_all_calls(void)
{
	struct rule rule = new_rule(AUDIT_FILTER_EXIT, AUDIT_ALWAYS);
	uint32_t *mask = data(&rule)->mask;

	memset(mask, 0xff, sizeof(data(&rule)->mask));
	mask[AUDIT_BITMASK_SIZE - 1] = 0xffff; /* without the classes */
	return rule;
}

static void add_number(struct rule *rule, uint32_t field, uint32_t operation, uint32_t value)
{
	uint32_t i = data(rule)->field_count++;

	data(rule)->fields[i] = field;
	data(rule)->fieldflags[i] = operation;
	data(rule)->values[i] = value;
}

static void add_string(struct rule *rule, uint32_t field, const char *value)
{
	add_number(rule, field, AUDIT_EQUAL, (uint32_t)strlen(value));
	memcpy(data(rule)->buf + data(rule)->buflen, value, strlen(value));
	data(rule)->buflen += (uint32_t)strlen(value);
}

static void expect(struct rule *rule, const char *expected)
{
	cleanup_text struct text text = {0};

	ck_assert(audit_rule_text(data(rule), sizeof(*data(rule)) + data(rule)->buflen, &text));
	ck_assert_str_eq(text_string(&text), expected);
}

START_TEST(watch)
{
	struct rule rule = rule_for_all_calls();

	add_string(&rule, AUDIT_DIR, "/etc/docker");
	add_number(&rule, AUDIT_PERM, AUDIT_EQUAL, 15);
	add_string(&rule, AUDIT_FILTERKEY, "a\001b c");
	expect(&rule, "-a always,exit -F dir=/etc/docker -F perm=rwxa -F key=a\\001b\\040c");
}
END_TEST

START_TEST(system_calls)
{
	struct rule rule = new_rule(AUDIT_FILTER_EXIT, AUDIT_NEVER);

	expect(&rule, "-a never,exit -S none");
	data(&rule)->mask[2] = 1u << (82 - 64) | 1u << (87 - 64);
	add_number(&rule, AUDIT_ARCH, AUDIT_EQUAL, AUDIT_ARCH_X86_64);
	add_number(&rule, AUDIT_LOGINUID, AUDIT_GREATER_THAN_OR_EQUAL, 1000);
	add_number(&rule, AUDIT_LOGINUID, AUDIT_NOT_EQUAL, UINT32_MAX);
	add_number(&rule, AUDIT_EXIT, AUDIT_EQUAL, (uint32_t)-13);
	add_number(&rule, 99, AUDIT_LESS_THAN, 7);
	expect(&rule, "-a never,exit -S 82,87 -F arch=b64 -F auid>=1000 -F auid!=unset "
		      "-F exit=-13 -F field99<7");
}
END_TEST

START_TEST(lists)
{
	struct rule rule = new_rule(AUDIT_FILTER_TASK, AUDIT_NEVER);

	expect(&rule, "-a never,task");
	data(&rule)->flags = AUDIT_FILTER_EXCLUDE | AUDIT_FILTER_PREPEND;
	data(&rule)->action = AUDIT_ALWAYS;
	add_number(&rule, AUDIT_MSGTYPE, AUDIT_EQUAL, 1307);
	expect(&rule, "-a always,exclude -F msgtype=1307");
}
END_TEST

static void refuse(struct rule *rule, size_t length)
{
	cleanup_text struct text text = {0};

	text_add(&text, "before");
	ck_assert(!audit_rule_text(data(rule), length, &text));
	ck_assert_str_eq(text_string(&text), "before");
}

START_TEST(malformed)
{
	struct rule rule = rule_for_all_calls();

	add_string(&rule, AUDIT_WATCH, "/etc");
	refuse(&rule, 100);
	refuse(&rule, sizeof(struct audit_rule_data) + 3);
	data(&rule)->values[0] = 5;
	refuse(&rule, sizeof(struct audit_rule_data) + 4);
	data(&rule)->values[0] = 4;
	data(&rule)->field_count = AUDIT_MAX_FIELDS + 1;
	refuse(&rule, sizeof(struct audit_rule_data) + 4);
	data(&rule)->field_count = 1;
	data(&rule)->action = 3;
	refuse(&rule, sizeof(struct audit_rule_data) + 4);
}
END_TEST

Suite *suite_audit(void)
{
	return unit_suite("audit",
			  (const TTest *const[]){watch, system_calls, lists, malformed, NULL});
}
