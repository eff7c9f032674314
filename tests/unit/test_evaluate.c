/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/evaluate.h"

#include "base/text.h"
#include "judge/library.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct verdict judge_privileged(const struct check_input *in)
{
	bool on = doc_bool_or(in->subject->doc, "HostConfig.Privileged", false);

	return on ? verdict_fail(in, "is true") : verdict_pass(in, "is false");
}

static struct verdict judge_nothing(const struct check_input *in)
{
	return verdict_pass(in, "seen");
}

static bool is_small(const struct check_input *in)
{
	return text_equal(in->subject->name, "db");
}

static bool is_none(const struct check_input *in)
{
	return in->subject == NULL;
}

static const struct check table[] = {
	{.name = "small",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_nothing,
	 .selects = is_small},
	{.name = "none",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER) | SUBJECTS(SUBJECT_IMAGE),
	 .judge = judge_nothing,
	 .selects = is_none},
	{.name = "privileged", .subjects = SUBJECTS(SUBJECT_CONTAINER), .judge = judge_privileged},
	{.name = "user",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER) | SUBJECTS(SUBJECT_IMAGE),
	 .judge = judge_nothing},
	{.name = "engine", .subjects = SUBJECTS(SUBJECT_ENGINE), .judge = judge_nothing},
	{.name = "network", .subjects = SUBJECTS(SUBJECT_NETWORK), .judge = judge_nothing},
	{0},
};
static const struct check *const checks[] = {table, NULL};

#define CONTROL(key, section, check)                                                        \
	"  - {key: " key ", section: " section ", severity: high, title: t, rationale: r, " \
	"remediation: r" check "}\n"
#define LINE(id, control, rest) \
	"  - {id: \"" id "\", control: " control ", assessment: manual" rest "}\n"
#define TEXT(name, text)                     \
	{                                    \
		name, text, sizeof(text) - 1 \
	}

static const struct embedded_file texts[] = {
	TEXT("benchmarks/controls/c.yaml",
	     "controls:\n" CONTROL("old", "daemon", ", check: engine") CONTROL(
		     "beyond", "runtime", ", check: privileged") CONTROL("by-hand", "host", "")
		     CONTROL("engine", "daemon", ", check: engine") CONTROL("network", "daemon",
									    ", check: network")
			     CONTROL("user", "images", ", check: user") CONTROL(
				     "privileged", "runtime", ", check: privileged")
				     CONTROL("tenth", "runtime", ", check: privileged")
					     CONTROL("small", "swarm", ", check: small")
						     CONTROL("none", "swarm", ", check: none")),
	TEXT("benchmarks/a.yaml",
	     "benchmark: cis-docker-1.7.0\ntitle: T\ncontrols:\n" LINE("2.7", "old", ", level: 1")
		     LINE("5.5", "privileged", ", level: 1")),
	TEXT("benchmarks/b.yaml",
	     "benchmark: cis-docker-1.8.0\ntitle: T\ncontrols:\n" LINE("1.1.1", "by-hand", "")
		     LINE("2.1", "engine", ", level: 1") LINE("2.2", "network", ", level: 2") LINE(
			     "4.1", "user", ", level: 1") LINE("5.1", "privileged", ", level: 1")
			     LINE("5.10", "tenth", ", level: 2")),
	TEXT("benchmarks/c.yaml",
	     "benchmark: bulkhead\ntitle: T\ncontrols:\n" LINE("privileged", "privileged", "")
		     LINE("beyond", "beyond", "")),
	{0},
};

#define NGINX "sha256:aaaaaaaaaaaa"
#define ZERO  "0000000000000000000000000000000000000000000000000000000000000000"
static const char api_json[] =
	"{\"Image\": \"" NGINX "\", \"HostConfig\": {\"Privileged\": false}, "
	"\"Config\": {\"Labels\": {\"com.acme.tier\": \"front\"}}}";
static const char db_json[] = "{\"Image\": \"sha256:bbbbbbbbbbbb\", "
			      "\"HostConfig\": {\"Privileged\": true}, \"Config\": {}}";

/* Two containers and their images, a third that could not be read, and no network. */
struct fixture {
	struct arena *arena;
	cJSON *api_doc, *db_doc, *snapshot;
	struct container api_container, db_container;
	struct subject host, engine, images[3], containers[3];
	struct facts facts;
	const struct library *library;
};

static void setup(struct fixture *fixture)
{
	const struct library_sources sources = {.checks = checks, .texts = texts};
	struct error err = {0};

	*fixture = (struct fixture){.arena = arena_new()};
	ck_assert_int_eq(doc_parse(api_json, strlen(api_json), &fixture->api_doc, NULL), 0);
	ck_assert_int_eq(doc_parse(db_json, strlen(db_json), &fixture->db_doc, NULL), 0);
	fixture->api_container.running = true;
	fixture->host = (struct subject){.kind = SUBJECT_HOST, .name = "host"};
	fixture->engine = (struct subject){.kind = SUBJECT_ENGINE, .name = "engine"};
	fixture->images[0] =
		(struct subject){.kind = SUBJECT_IMAGE, .name = "nginx:1.27", .id = NGINX};
	fixture->images[1] =
		(struct subject){.kind = SUBJECT_IMAGE, .name = "postgres", .id = "bbbbbbbbbbbb"};
	fixture->images[2] = (struct subject){.kind = SUBJECT_IMAGE,
					      .name = "redis:7",
					      .id = "sha256:cccccccccccc",
					      .state = "unused"};
	fixture->containers[0] = (struct subject){.kind = SUBJECT_CONTAINER,
						  .name = "api",
						  .id = "0123456789abcdef",
						  .image = "nginx:1.27",
						  .doc = fixture->api_doc,
						  .container = &fixture->api_container};
	fixture->containers[1] = (struct subject){.kind = SUBJECT_CONTAINER,
						  .name = "db",
						  .id = "fedcba9876543210",
						  .image = "registry:5000/postgres@sha256:1",
						  .doc = fixture->db_doc,
						  .container = &fixture->db_container};
	fixture->containers[2] = (struct subject){
		.kind = SUBJECT_CONTAINER, .name = "gone", .id = ZERO, .unread = "HTTP 500"};
	fixture->facts.subjects[SUBJECT_HOST] =
		(struct subject_list){.items = &fixture->host, .n = 1};
	fixture->facts.subjects[SUBJECT_ENGINE] =
		(struct subject_list){.items = &fixture->engine, .n = 1};
	fixture->facts.subjects[SUBJECT_IMAGE] =
		(struct subject_list){.items = fixture->images, .n = 2};
	fixture->facts.subjects[SUBJECT_CONTAINER] =
		(struct subject_list){.items = fixture->containers, .n = 3, .hint = "ask again"};
	ck_assert_msg(library_read(fixture->arena, &sources, &fixture->library, &err) == 0, "%s",
		      err.text);
}

static void release(struct fixture *fixture)
{
	cJSON_Delete(fixture->api_doc);
	cJSON_Delete(fixture->db_doc);
	cJSON_Delete(fixture->snapshot);
	arena_free(fixture->arena);
}
#define with_fixture                                              \
	__attribute__((cleanup(release))) struct fixture fixture; \
	setup(&fixture)

/* "control@subject:status …" of all results, or the error. */
static const char *spell(struct fixture *fixture, const struct selection *selection)
{
	const struct evaluation_options options = {.selection = *selection};
	cleanup_text struct text text = {0};
	const struct report *report = NULL;
	struct error err = {0};
	int result = evaluate(fixture->arena, fixture->library, &fixture->facts, &options, &report,
			      &err);

	if (result < 0) {
		ck_assert_int_eq(result, -EINVAL);
		ck_assert_ptr_null(report);
		return arena_strdup(fixture->arena, err.text);
	}
	for (size_t i = 0; i < report->n_results; i++) {
		const struct result *item = &report->results[i];

		text_addf(&text, "%s%s@%s:%s", i ? " " : "", item->control->key,
			  item->subject->name, status_name(item->verdict.status));
	}
	return arena_strdup(fixture->arena, text_string(&text));
}

#define WORDS(...)                \
	(const char *const[])     \
	{                         \
		__VA_ARGS__, NULL \
	}
#define USER_IMAGES         "user@nginx:1.27:pass user@postgres:pass "
#define USER_CONTAINERS     "user@api:pass user@db:pass user@gone:unknown"
#define CONTAINERS(control) control "@api:pass " control "@db:fail " control "@gone:unknown"
#define HEAD_CIS            "by-hand@host:manual engine@engine:pass network@host:not-applicable "
#define HEAD_CIS_LEVEL_1    "by-hand@host:manual engine@engine:pass "
#define CIS \
	HEAD_CIS USER_IMAGES USER_CONTAINERS " " CONTAINERS("privileged") " " CONTAINERS("tenth")

struct selection_case {
	struct selection selection;
	const char *expected;
};

static void check_cases(const struct selection_case *cases, size_t n)
{
	with_fixture;

	for (size_t i = 0; i < n; i++) {
		const char *seen = spell(&fixture, &cases[i].selection);

		ck_assert_msg(strcmp(seen, cases[i].expected) == 0, "case %zu:\n%s\n%s", i, seen,
			      cases[i].expected);
	}
}

START_TEST(select_benchmarks)
{
	const struct selection_case cases[] = {
		{{0}, CIS " " CONTAINERS("beyond")},
		{{.benchmarks = WORDS("cis-docker-1.8.0")}, CIS},
		{{.benchmarks = WORDS("cis-docker-1.7.0")},
		 "old@engine:pass " CONTAINERS("privileged")},
		{{.benchmarks = WORDS("bulkhead", "cis-docker-1.7.0", "bulkhead")},
		 CONTAINERS("privileged") " " CONTAINERS("beyond") " old@engine:pass"},
		{{.level = 1},
		 HEAD_CIS_LEVEL_1 USER_IMAGES USER_CONTAINERS
		 " " CONTAINERS("privileged") " " CONTAINERS("beyond")},
		{{.benchmarks = WORDS("cis-docker-1.8.0"), .level = 2}, CIS},
		{{.benchmarks = WORDS("cis-docker-1.9.0")},
		 "unknown benchmark 'cis-docker-1.9.0': did you mean 'cis-docker-1.7.0'?"},
		{{.benchmarks = WORDS("zzz")}, "unknown benchmark 'zzz'"},
	};

	check_cases(cases, N_ELEMENTS(cases));
}
END_TEST

START_TEST(select_controls)
{
	const struct selection_case cases[] = {
		{{.controls = WORDS("engine")}, "engine@engine:pass"},
		{{.controls = WORDS("5.1")}, CONTAINERS("privileged")},
		{{.controls = WORDS("5.10")}, CONTAINERS("tenth")},
		{{.controls = WORDS("5")}, CONTAINERS("privileged") " " CONTAINERS("tenth")},
		{{.controls = WORDS("5.*")}, CONTAINERS("privileged") " " CONTAINERS("tenth")},
		{{.controls = WORDS("1.1.*")}, "by-hand@host:manual"},
		{{.controls = WORDS("1.1")}, "by-hand@host:manual"},
		{{.controls = WORDS("cis-docker-1.7.0/5.5")}, CONTAINERS("privileged")},
		{{.controls = WORDS("cis-docker-1.7.0/2.*", "2.1")},
		 "engine@engine:pass old@engine:pass"},
		{{.controls = WORDS("old")}, "old@engine:pass"},
		{{.controls = WORDS("5", "2.1"), .skip = WORDS("5.1", "tenth")},
		 "engine@engine:pass"},
		{{.sections = WORDS("daemon", "host")},
		 "by-hand@host:manual engine@engine:pass network@host:not-applicable"},
		{{.sections = WORDS("daemon"), .level = 1}, "engine@engine:pass"},
		{{.controls = WORDS("5.5")}, "unknown control '5.5': did you mean '5.1'?"},
		{{.controls = WORDS("privileged", "engin")},
		 "unknown control 'engin': did you mean 'engine'?"},
		{{.skip = WORDS("privilegde")},
		 "unknown control 'privilegde': did you mean 'privileged'?"},
		{{.controls = WORDS("")}, "unknown control ''"},
		{{.controls = WORDS(".*")}, "unknown control '.*'"},
		{{.controls = WORDS("5.1.*")}, "unknown control '5.1.*'"},
		{{.controls = WORDS("cis-docker-1.7.1/5.5")},
		 "unknown benchmark 'cis-docker-1.7.1': did you mean 'cis-docker-1.7.0'?"},
		{{.controls = WORDS("cis-docker-1.7.0/5.6")},
		 "cis-docker-1.7.0 has no control '5.6': did you mean '5.5'?"},
		{{.sections = WORDS("deamon")}, "unknown section 'deamon': did you mean 'daemon'?"},
		{{.controls = WORDS("tenth"), .level = 1},
		 "no control is selected: --benchmark, --level, --section, --control and --skip "
		 "together leave none"},
	};

	check_cases(cases, N_ELEMENTS(cases));
}
END_TEST

START_TEST(select_containers)
{
	const struct selection_case cases[] = {
		{{.controls = WORDS("5.1", "2"), .containers = WORDS("a*")}, "privileged@api:pass"},
		{{.controls = WORDS("4"), .containers = WORDS("api")},
		 "user@nginx:1.27:pass user@api:pass"},
		{{.controls = WORDS("4"), .containers = WORDS("fedcba")},
		 "user@postgres:pass user@db:pass"},
		{{.controls = WORDS("5.1"), .containers = WORDS("db", "gone")},
		 "privileged@db:fail privileged@gone:unknown"},
		{{.controls = WORDS("5.1"), .images = WORDS("nginx")},
		 "privileged@api:pass privileged@gone:unknown"},
		{{.controls = WORDS("5.1"), .images = WORDS("*/postgres")},
		 "privileged@db:fail privileged@gone:unknown"},
		{{.controls = WORDS("4"), .images = WORDS("nginx")},
		 "user@nginx:1.27:pass user@api:pass user@gone:unknown"},
		{{.controls = WORDS("5.1"), .labels = WORDS("com.acme.tier")},
		 "privileged@api:pass privileged@gone:unknown"},
		{{.controls = WORDS("5.1"),
		  .labels = WORDS("com.acme.tier=front"),
		  .containers = WORDS("*"),
		  .exclude_containers = WORDS("gone", "nothing")},
		 "privileged@api:pass"},
		{{.controls = WORDS("5.1", "2.1"), .exclude_containers = WORDS("*")},
		 "engine@engine:pass privileged@host:not-applicable"},
		{{.controls = WORDS("4.1"), .running = true},
		 "user@nginx:1.27:pass user@api:pass user@gone:unknown"},
		{{.controls = WORDS("5.1"), .containers = WORDS("db"), .running = true},
		 "privileged@host:not-applicable"},
		{{.containers = WORDS("abi")},
		 "--container: no container matches 'abi': did you mean 'api'?"},
		{{.containers = WORDS("fedcb")}, "--container: no container matches 'fedcb'"},
		{{.containers = WORDS("api", "zzz*")}, "--container: no container matches 'zzz*'"},
		{{.containers = WORDS("api"), .images = WORDS("*postgres")},
		 "no container matches --container, --image and --label together"},
		{{.controls = WORDS("2"), .containers = WORDS("api")},
		 "no selected control judges containers or images"},
	};

	check_cases(cases, N_ELEMENTS(cases));
}
END_TEST

/* A third image that no container has. */
START_TEST(select_unused_images)
{
	const struct selection_case cases[] = {
		{{.controls = WORDS("4"), .images = WORDS("redis")},
		 "user@redis:7:pass user@gone:unknown"},
		{{.controls = WORDS("4"), .images = WORDS("sha256:cccccc")},
		 "user@redis:7:pass user@gone:unknown"},
		{{.controls = WORDS("4"), .exclude_containers = WORDS("api")},
		 "user@postgres:pass user@redis:7:pass user@db:pass user@gone:unknown"},
		{{.controls = WORDS("4"), .containers = WORDS("db")},
		 "user@postgres:pass user@db:pass"},
		{{.controls = WORDS("4"), .running = true},
		 "user@nginx:1.27:pass user@api:pass user@gone:unknown"},
		{{.containers = WORDS("api"), .images = WORDS("redis")},
		 "no container matches --container, --image and --label together"},
	};
	with_fixture;

	fixture.facts.subjects[SUBJECT_IMAGE].n = 3;
	fixture.facts.subjects[SUBJECT_CONTAINER].n = 3;
	for (size_t i = 0; i < N_ELEMENTS(cases); i++)
		ck_assert_str_eq(spell(&fixture, &cases[i].selection), cases[i].expected);
}
END_TEST

START_TEST(label_matches_nothing)
{
	const struct selection selection = {.labels = WORDS("com.acme.tier=back")};
	with_fixture;

	fixture.facts.subjects[SUBJECT_CONTAINER].n = 2;
	ck_assert_str_eq(spell(&fixture, &selection),
			 "--label: no container matches 'com.acme.tier=back'");
}
END_TEST

START_TEST(unread_list)
{
	const struct selection all = {.controls = WORDS("4", "5.1", "2.2")};
	const struct selection one = {.controls = WORDS("4"), .containers = WORDS("nope")};
	with_fixture;

	fixture.facts.subjects[SUBJECT_CONTAINER] =
		(struct subject_list){.unread = "HTTP 500", .hint = "restart it"};
	ck_assert_str_eq(spell(&fixture, &all),
			 "network@host:not-applicable user@host:unknown user@nginx:1.27:pass "
			 "user@postgres:pass privileged@host:unknown");
	ck_assert_str_eq(spell(&fixture, &one), "user@host:unknown");
	fixture.facts.subjects[SUBJECT_IMAGE] = (struct subject_list){.unread = "HTTP 500"};
	ck_assert_str_eq(spell(&fixture, &all), "network@host:not-applicable user@host:unknown "
						"privileged@host:unknown");
}
END_TEST

/* A subject that could not be read might be one that the control is about. */
START_TEST(selected_subjects)
{
	const struct selection selection = {.controls = WORDS("small", "none")};
	with_fixture;

	ck_assert_str_eq(spell(&fixture, &selection),
			 "small@db:pass small@gone:unknown none@gone:unknown");
	fixture.facts.subjects[SUBJECT_CONTAINER].n = 1;
	ck_assert_str_eq(spell(&fixture, &selection),
			 "small@host:not-applicable none@host:not-applicable");
}
END_TEST

START_TEST(messages)
{
	const struct evaluation_options options = {
		.selection = {.controls = WORDS("4", "2.2", "1", "5.1")}};
	const struct report *report = NULL;
	const struct verdict *verdict;
	with_fixture;

	ck_assert_int_eq(
		evaluate(fixture.arena, fixture.library, &fixture.facts, &options, &report, NULL),
		0);
	verdict = &report->results[0].verdict;
	ck_assert_str_eq(verdict->message, "no data shows this: a person must judge it");
	ck_assert_uint_eq(verdict->severity, SEVERITY_HIGH);
	ck_assert_str_eq(report->results[1].verdict.message, "there are no networks to judge");
	verdict = &report->results[6].verdict;
	ck_assert_str_eq(verdict->message, "HTTP 500");
	ck_assert_str_eq(verdict->hint, "ask again");

	fixture.facts.subjects[SUBJECT_CONTAINER] =
		(struct subject_list){.unread = "HTTP 500", .hint = "restart it"};
	ck_assert_int_eq(
		evaluate(fixture.arena, fixture.library, &fixture.facts, &options, &report, NULL),
		0);
	verdict = &report->results[2].verdict;
	ck_assert_str_eq(verdict->message, "the containers could not be read: HTTP 500");
	ck_assert_str_eq(verdict->hint, "restart it");
}
END_TEST

START_TEST(settled)
{
	static const char problems[] =
		"{\"problems\": [{\"source\": \"/proc/1\", \"reason\": \"r\", \"note\": true}, 7]}";
	const struct evaluation_options options = {0};
	const struct report *report = NULL;
	const struct benchmark *benchmark = NULL;
	size_t total = 0, by_section = 0;
	with_fixture;

	ck_assert_int_eq(doc_parse(problems, strlen(problems), &fixture.snapshot, NULL), 0);
	fixture.facts.snapshot = fixture.snapshot;
	ck_assert_int_eq(
		evaluate(fixture.arena, fixture.library, &fixture.facts, &options, &report, NULL),
		0);
	for (size_t i = 0; i < STATUS_COUNT; i++) {
		total += report->counts.by_status[i];
		for (size_t k = 0; k < SECTION_COUNT; k++)
			by_section += report->by_section[k].by_status[i];
	}
	ck_assert_uint_eq(total, report->n_results);
	ck_assert_uint_eq(by_section, report->n_results);
	ck_assert_uint_eq(report->counts.failed_by_severity[SEVERITY_HIGH], 3);
	ck_assert_uint_eq(report->by_section[SECTION_RUNTIME].failed_by_severity[SEVERITY_HIGH], 3);
	ck_assert_uint_eq(report->n_gating, 3);
	ck_assert_uint_eq(report->exit_status, EXIT_FINDINGS);
	ck_assert(!report->complete);
	ck_assert_uint_eq(report->n_problems, 2);
	ck_assert(report->problems[0].note);
	ck_assert_ptr_null(report->problems[0].hint);
	ck_assert_str_eq(report->problems[1].source, "");
	for (size_t i = 0; i < report->n_results; i++)
		ck_assert_ptr_nonnull(
			report_numbering(report, report->results[i].control, &benchmark));
	ck_assert_str_eq(
		report_numbering(report, library_control(fixture.library, "privileged"), &benchmark)
			->id,
		"5.1");
	ck_assert_str_eq(benchmark->id, "cis-docker-1.8.0");
	ck_assert_ptr_null(
		report_numbering(report, library_control(fixture.library, "old"), &benchmark));
}
END_TEST

/* severity of the only failure (SEVERITY_COUNT: none) x threshold (same: no gate) x unknown x allow
 */
START_TEST(exit_status)
{
	cleanup_arena struct arena *arena = arena_new();
	static const struct control control = {.key = "c", .section = SECTION_HOST};

	for (unsigned i = 0; i < (SEVERITY_COUNT + 1) * (SEVERITY_COUNT + 1) * 4; i++) {
		unsigned severity = i / 4 % (SEVERITY_COUNT + 1);
		unsigned fail_on = i / 4 / (SEVERITY_COUNT + 1);
		bool unknown = i & 1, allow = i & 2;
		bool failed = severity < SEVERITY_COUNT, gate = fail_on < SEVERITY_COUNT;
		const struct result results[] = {
			{.control = &control,
			 .verdict.status = failed ? STATUS_FAIL : STATUS_WAIVED},
			{.control = &control,
			 .verdict.status = unknown ? STATUS_UNKNOWN : STATUS_MANUAL},
		};
		struct result copies[2] = {results[0], results[1]};
		struct report report = {.results = copies, .n_results = 2, .gate = gate};
		enum exit_status expected = unknown && !allow ? EXIT_INCOMPLETE : EXIT_CLEAN;

		if (gate)
			report.fail_on = (enum severity)fail_on;
		if (failed)
			copies[0].verdict.severity = (enum severity)severity;
		if (failed && gate && severity >= fail_on)
			expected = EXIT_FINDINGS;
		report_settle(arena, &report, allow);
		ck_assert_msg(report.exit_status == expected, "severity %u fail_on %u %d %d: %s",
			      severity, fail_on, unknown, allow, report.exit_reason);
		ck_assert_uint_eq(report.n_gating, expected == EXIT_FINDINGS);
		ck_assert(report.complete == !unknown);
		ck_assert_int_eq(report.exit_reason[strlen("exit status ")], '0' + (int)expected);
	}
}
END_TEST

START_TEST(exit_reasons)
{
	static const struct {
		unsigned failed, unknown;
		bool gate, allow;
		const char *reason;
	} cases[] = {
		{12, 0, true, false,
		 "exit status 1: 12 failures at or above high (--fail-on high)"},
		{1, 1, true, false,
		 "exit status 1: 1 failure at or above high (--fail-on high); 1 result is unknown"},
		{0, 14, true, false,
		 "exit status 3: the audit is incomplete: 14 results are unknown "
		 "(--allow-incomplete accepts that)"},
		{0, 0, true, false, "exit status 0: no failure at or above high"},
		{0, 2, true, true,
		 "exit status 0: no failure at or above high; 2 results are unknown"},
		{3, 0, false, false, "exit status 0: failures do not count (--fail-on none)"},
	};
	cleanup_arena struct arena *arena = arena_new();
	static const struct control control = {.key = "c", .section = SECTION_HOST};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		struct result results[16] = {0};
		struct report report = {.results = results,
					.n_results = cases[i].failed + cases[i].unknown,
					.gate = cases[i].gate,
					.fail_on = SEVERITY_HIGH};

		for (size_t k = 0; k < report.n_results; k++) {
			results[k].control = &control;
			results[k].verdict.status =
				k < cases[i].failed ? STATUS_FAIL : STATUS_UNKNOWN;
			results[k].verdict.severity = SEVERITY_HIGH;
		}
		report_settle(arena, &report, cases[i].allow);
		ck_assert_str_eq(report.exit_reason, cases[i].reason);
	}
}
END_TEST

Suite *suite_evaluate(void)
{
	return unit_suite("evaluate", (const TTest *const[]){
					      select_benchmarks, select_controls, select_containers,
					      label_matches_nothing, select_unused_images,
					      unread_list, selected_subjects, selected_subjects,
					      messages, settled, exit_status, exit_reasons, NULL});
}
