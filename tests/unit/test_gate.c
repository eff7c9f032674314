/* SPDX-License-Identifier: Apache-2.0 */

/* Which failures decide the exit status: severity x status x threshold x baseline, in full. */
#include "judge/gate.h"
#include "judge/scope.h"
#include "tests/unit/unit.h"

#include <string.h>

enum { NO_THRESHOLD = SEVERITY_COUNT, N_THRESHOLDS = SEVERITY_COUNT + 1, N_NOVELTIES = 3 };

static const struct control control = {.key = "c", .section = SECTION_HOST};
static const struct control other = {.key = "d", .section = SECTION_DAEMON, .index = 1};
static const struct subject web = {.kind = SUBJECT_CONTAINER, .name = "web"};

static struct threshold threshold(unsigned fail_on, const struct scope *scope)
{
	return (struct threshold){
		.scope = scope,
		.gates = fail_on != NO_THRESHOLD,
		.fail_on = fail_on == NO_THRESHOLD ? SEVERITY_INFO : (enum severity)fail_on,
		.source = "p.yaml:1:1",
	};
}

/* The exit status of one result. */
static void check_one(struct arena *arena, const struct result *result, unsigned general,
		      const struct threshold *rule, bool gates)
{
	static const struct baseline_origin origin = {.file = "old.json"};
	static const struct facts facts = {0};
	struct report report = {
		.facts = &facts,
		.results = result,
		.n_results = 1,
		.gate = general != NO_THRESHOLD,
		.fail_on = general == NO_THRESHOLD ? SEVERITY_INFO : (enum severity)general,
		.thresholds = rule,
		.n_thresholds = rule != NULL,
		.baseline = result->novelty == NOVELTY_UNASKED ? NULL : &origin,
	};
	bool known = result->novelty == NOVELTY_KNOWN;
	enum exit_status expected =
		result->verdict.status == STATUS_UNKNOWN ? EXIT_INCOMPLETE : EXIT_CLEAN;

	if (gates && !known)
		expected = EXIT_FINDINGS;
	report_settle(arena, &report, false);
	ck_assert_msg(report.exit_status == expected, "%s %s general %u rule %d novelty %d: %s",
		      status_name(result->verdict.status), severity_name(result->verdict.severity),
		      general, rule ? (int)rule->fail_on : -1, (int)result->novelty,
		      report.exit_reason);
	ck_assert_uint_eq(report.n_gating, gates && !known);
	ck_assert_uint_eq(report.n_excused, gates && known);
	ck_assert_uint_eq(report.n_known, known);
	ck_assert_uint_eq(report.n_new, result->novelty == NOVELTY_NEW);
	ck_assert_int_eq(report.exit_reason[strlen("exit status ")], '0' + (int)expected);
}

static bool reaches(unsigned severity, unsigned fail_on)
{
	return fail_on != NO_THRESHOLD && severity >= fail_on;
}

/* Each threshold alone, and each with each rule, which is for this result or for another. */
static void check_thresholds(struct arena *arena, const struct result *result)
{
	static const bool this_control[] = {true, false}, other_control[] = {false, true};
	static const struct scope is_for = {.controls = this_control},
				  is_not = {.controls = other_control};
	unsigned severity = result->verdict.severity;
	bool failed = result->verdict.status == STATUS_FAIL;

	for (unsigned general = 0; general < N_THRESHOLDS; general++) {
		check_one(arena, result, general, NULL, failed && reaches(severity, general));
		for (unsigned rule = 0; rule < N_THRESHOLDS; rule++) {
			const struct threshold mine = threshold(rule, &is_for);
			const struct threshold others = threshold(rule, &is_not);

			check_one(arena, result, general, &mine, failed && reaches(severity, rule));
			check_one(arena, result, general, &others,
				  failed && reaches(severity, general));
		}
	}
}

START_TEST(whole_table)
{
	cleanup_arena struct arena *arena = arena_new();

	for (unsigned i = 0; i < STATUS_COUNT * SEVERITY_COUNT * N_NOVELTIES; i++) {
		enum status status = (enum status)(i % STATUS_COUNT);
		enum novelty novelty = (enum novelty)(i / STATUS_COUNT / SEVERITY_COUNT);
		const struct result result = {
			.control = &control,
			.subject = &web,
			.verdict = {.status = status,
				    .severity = (enum severity)(i / STATUS_COUNT % SEVERITY_COUNT)},
			.novelty = status == STATUS_FAIL ? novelty : NOVELTY_UNASKED,
		};

		check_thresholds(arena, &result);
	}
}
END_TEST

START_TEST(last_rule_decides)
{
	static const char *const names[] = {"w*"};
	const struct scope section = {.sections = 1U << SECTION_HOST};
	const struct scope container = {.words[SELECT_CONTAINER] = {.items = names, .n = 1}};
	const struct threshold thresholds[] = {threshold(SEVERITY_LOW, &section),
					       threshold(NO_THRESHOLD, &container)};
	const struct facts facts = {0};
	const struct result result = {
		.control = &control,
		.subject = &web,
		.verdict = {.status = STATUS_FAIL, .severity = SEVERITY_CRITICAL},
	};
	cleanup_arena struct arena *arena = arena_new();
	struct report report = {.facts = &facts,
				.results = &result,
				.n_results = 1,
				.gate = true,
				.thresholds = thresholds,
				.n_thresholds = 2};

	report_settle(arena, &report, false);
	ck_assert_str_eq(report.exit_reason, "exit status 0: no failure at or above its threshold");
	report.n_thresholds = 1;
	report_settle(arena, &report, false);
	ck_assert_str_eq(report.exit_reason,
			 "exit status 1: 1 failure at or above low (p.yaml:1:1)");
}
END_TEST

/* Of several rules that let failures decide, and with a baseline. */
START_TEST(reasons)
{
	static const bool controls[] = {false, true};
	static const struct baseline_origin origin = {.file = "old.json"};
	const struct scope scope = {.controls = controls};
	const struct threshold rule = threshold(SEVERITY_LOW, &scope);
	const struct facts facts = {0};
	struct result results[] = {
		{.control = &control, .subject = &web},
		{.control = &other, .subject = &web},
		{.control = &other, .subject = &web},
	};
	cleanup_arena struct arena *arena = arena_new();
	struct report report = {.facts = &facts,
				.results = results,
				.n_results = 3,
				.gate = true,
				.fail_on = SEVERITY_HIGH,
				.fail_on_source = "fail_on at p.yaml:9:9",
				.thresholds = &rule,
				.n_thresholds = 1};

	for (size_t i = 0; i < 3; i++)
		results[i].verdict =
			(struct verdict){.status = STATUS_FAIL, .severity = SEVERITY_HIGH};
	report_settle(arena, &report, false);
	ck_assert_str_eq(report.exit_reason,
			 "exit status 1: 1 failure at or above high (fail_on at p.yaml:9:9), 2 at "
			 "or above low (p.yaml:1:1)");
	report.baseline = &origin;
	results[0].novelty = results[1].novelty = NOVELTY_KNOWN;
	results[2].novelty = NOVELTY_NEW;
	report_settle(arena, &report, false);
	ck_assert_str_eq(report.exit_reason,
			 "exit status 1: 1 new failure at or above low (p.yaml:1:1); 2 more are "
			 "known (--baseline old.json)");
	results[2].novelty = NOVELTY_KNOWN;
	report.n_thresholds = 0;
	report_settle(arena, &report, false);
	ck_assert_str_eq(report.exit_reason,
			 "exit status 0: no new failure at or above high; 3 more are known "
			 "(--baseline old.json)");
	report.gate = false;
	report_settle(arena, &report, false);
	ck_assert_str_eq(report.exit_reason,
			 "exit status 0: failures do not count (fail_on at p.yaml:9:9)");
}
END_TEST

Suite *suite_gate(void)
{
	return unit_suite("gate",
			  (const TTest *const[]){whole_table, last_rule_decides, reasons, NULL});
}
