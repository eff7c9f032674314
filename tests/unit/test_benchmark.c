/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/benchmark.h"

#include "base/text.h"
#include "judge/library.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct param_spec file_params[] = {
	{.name = "path", .type = PARAM_STRING, .required = true},
	{.name = "mode", .type = PARAM_INT},
	{.name = "recurse", .type = PARAM_BOOL},
	{.name = "owners", .type = PARAM_STRINGS},
	{0},
};
static const struct check some_checks[] = {{.name = "file-mode", .params = file_params}, {0}};
static const struct check more_checks[] = {{.name = "live-restore"}, {0}};
static const struct check *const checks[] = {some_checks, more_checks, NULL};

/* A mapping of one control, one line each. */
#define CONTROL(key, section, severity, rest) \
	"  - key: " key "\n"                  \
	"    section: " section "\n"          \
	"    title: A title\n"                \
	"    severity: " severity "\n"        \
	"    rationale: Why\n"                \
	"    remediation: How\n" rest
#define TWO_CONTROLS                                          \
	"controls:\n" CONTROL("first-one", "host", "low", "") \
		CONTROL("second-one", "swarm", "high", "    check: live-restore\n")
#define BENCHMARK(id, lines) "benchmark: " id "\ntitle: T\ncontrols:\n" lines

static int read_texts(struct arena *arena, const char *controls, const char *benchmark,
		      const struct library **ret, struct error *err)
{
	const struct embedded_file texts[] = {
		{"b.yaml", benchmark, strlen(benchmark)},
		{"benchmarks/controls/c.yaml", controls, strlen(controls)},
		{0},
	};
	const struct library_sources sources = {.checks = checks, .texts = texts};

	return library_read(arena, &sources, ret, err);
}

START_TEST(controls)
{
	static const char text[] = "controls:\n" CONTROL(
		"first-one", "daemon-files", "critical",
		"    with: {owners: [root, \"0\"], path: /etc/docker, recurse: true, mode: 420}\n"
		"    check: file-mode\n") CONTROL("second-one", "swarm", "info", "");
	cleanup_arena struct arena *arena = arena_new();
	const struct library *library = NULL;
	struct error err = {0};
	const struct control *control;
	struct check_input in = {0};
	size_t n;

	ck_assert_msg(read_texts(arena, text, BENCHMARK("b", "  []\n"), &library, &err) == 0, "%s",
		      err.text);
	ck_assert_uint_eq(library->n_controls, 2);
	ck_assert_ptr_null(library_control(library, "first"));
	control = library_control(library, "first-one");
	ck_assert_ptr_eq(control, &library->controls[0]);
	ck_assert_uint_eq(control->section, SECTION_DAEMON_FILES);
	ck_assert_uint_eq(control->severity, SEVERITY_CRITICAL);
	ck_assert_ptr_eq(control->check, &some_checks[0]);
	in.control = control;
	ck_assert_str_eq(param_string(&in, "path", ""), "/etc/docker");
	ck_assert_int_eq(param_int(&in, "mode", 0), 420);
	ck_assert(param_bool(&in, "recurse", false));
	ck_assert_str_eq(param_strings(&in, "owners", &n)[1], "0");
	ck_assert_uint_eq(n, 2);
	ck_assert_ptr_null(library->controls[1].check);
	ck_assert_uint_eq(library->controls[1].index, 1);
}
END_TEST

START_TEST(wrong_controls)
{
	static const char *const cases[][2] = {
		{"controls: {}\n", "1:11: controls: expected a list"},
		{"contols: []\n", "1:1: file of controls: unknown key \"contols\""},
		{"controls:\n" CONTROL("a", "hots", "low", ""),
		 "3:14: unknown section 'hots': did you mean 'host'?"},
		{"controls:\n" CONTROL("a", "host", "hihg", ""),
		 "5:15: unknown severity 'hihg': did you mean 'high'?"},
		{"controls:\n" CONTROL("Upper", "host", "low", ""),
		 "2:10: key 'Upper' is not of the form"},
		{"controls:\n" CONTROL("a--b", "host", "low", ""),
		 "2:10: key 'a--b' is not of the"},
		{"controls:\n" CONTROL("a-", "host", "low", ""), "2:10: key 'a-' is not of the"},
		{"controls:\n" CONTROL("''", "host", "low", ""), "2:10: key is empty"},
		{"controls:\n" CONTROL("a", "host", "low", "") CONTROL("a", "host", "low", ""),
		 "8:10: control 'a' is defined twice"},
		{"controls:\n" CONTROL("a", "host", "low", "    title: b\n"),
		 "8:5: key \"title\" is there twice"},
		{"controls:\n  - key: a\n", "2:5: control: key \"section\" is missing"},
		{"controls:\n" CONTROL("a", "host", "low", "    check: live-restroe\n"),
		 "8:12: unknown check 'live-restroe': did you mean 'live-restore'?"},
		{"controls:\n" CONTROL("a", "host", "low", "    check: zzz\n"),
		 "8:12: unknown check 'zzz'"},
		{"controls:\n" CONTROL("a", "host", "low", "    with: {}\n"),
		 "8:11: 'with' needs a 'check'"},
		{"controls:\n" CONTROL("a", "host", "low", "    check: file-mode\n"),
		 "2:5: check 'file-mode' needs the parameter 'path'"},
		{"controls:\n" CONTROL("a", "host", "low",
				       "    check: file-mode\n    with: {mode: 1}\n"),
		 "9:11: check 'file-mode' needs the parameter 'path'"},
		{"controls:\n" CONTROL("a", "host", "low",
				       "    check: file-mode\n    with:\n      paht: /\n"),
		 "10:13: check 'file-mode' has no parameter 'paht': did you mean 'path'?"},
		{"controls:\n" CONTROL("a", "host", "low",
				       "    check: live-restore\n    with: {path: /}\n"),
		 "9:18: check 'live-restore' has no parameter 'path'"},
		{"controls:\n" CONTROL("a", "host", "low",
				       "    with: {path: [/]}\n    check: file-mode\n"),
		 "8:18: path: expected a string, found a list"},
		{"controls:\n" CONTROL("a", "host", "low",
				       "    with: {path: /, mode: rw}\n    check: file-mode\n"),
		 "8:27: mode: expected a whole number"},
		{"controls:\n" CONTROL("a", "host", "low",
				       "    with: {path: /, recurse: yes}\n    check: file-mode\n"),
		 "8:30: recurse: expected true or false"},
		{"controls:\n" CONTROL("a", "host", "low",
				       "    with: {path: /, owners: root}\n    check: file-mode\n"),
		 "8:29: owners: expected a list"},
		{"controls:\n" CONTROL("a", "host", "low",
				       "    with: {path: /, owners: [root, []]}\n"
				       "    check: file-mode\n"),
		 "8:36: owners: expected a string"},
	};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		cleanup_arena struct arena *arena = arena_new();
		const struct library *library = NULL;
		struct error err = {0};
		int result =
			read_texts(arena, cases[i][0], BENCHMARK("b", "  []\n"), &library, &err);

		ck_assert_int_lt(result, 0);
		ck_assert_ptr_null(library);
		ck_assert_msg(text_starts(err.text, "benchmarks/controls/c.yaml:") &&
				      strstr(err.text, cases[i][1]),
			      "case %zu: %s", i, err.text);
	}
}
END_TEST

START_TEST(wrong_benchmarks)
{
	static const char *const cases[][2] = {
		{"benchmark: b\ntitle: T\n", "1:1: benchmark: key \"controls\" is missing"},
		{BENCHMARK("a/b", "  []\n"), "1:12: a benchmark's id has no '/'"},
		{BENCHMARK("b", "  - {id: 5.10, control: frist-one, assessment: manual}\n"),
		 "4:25: unknown control 'frist-one': did you mean 'first-one'?"},
		{BENCHMARK("b", "  - {id: 1, control: first-one, assessment: manual}\n"
				"  - {id: 1, control: second-one, assessment: manual}\n"),
		 "5:10: id '1' is said twice"},
		{BENCHMARK("b", "  - {id: 1, control: first-one, assessment: manual}\n"
				"  - {id: 2, control: first-one, assessment: manual}\n"),
		 "5:22: control 'first-one' is said twice"},
		{BENCHMARK("b", "  - {id: 1, control: first-one, assessment: automatic}\n"),
		 "4:45: assessment must be 'automated' or 'manual'"},
		{BENCHMARK("b", "  - {id: 1, control: first-one, level: 3, assessment: manual}\n"),
		 "4:40: level must be 1 or 2"},
		{BENCHMARK("b", "  - {id: 1, control: first-one, levle: 1, assessment: manual}\n"),
		 "4:33: line of a benchmark: unknown key \"levle\"; did you mean \"level\"?"},
		{BENCHMARK("b", "  - {id: 1, control: first-one}\n"),
		 "4:5: line of a benchmark: key \"assessment\" is missing"},
	};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		cleanup_arena struct arena *arena = arena_new();
		const struct library *library = NULL;
		struct error err = {0};

		ck_assert_int_lt(read_texts(arena, TWO_CONTROLS, cases[i][0], &library, &err), 0);
		ck_assert_msg(text_starts(err.text, "b.yaml:") && strstr(err.text, cases[i][1]),
			      "case %zu: %s", i, err.text);
	}
}
END_TEST

#define ONE_LINE(id) BENCHMARK(id, "  - {id: 5.10, control: second-one, assessment: automated}\n")
#define TEXT(name, text)                     \
	{                                    \
		name, text, sizeof(text) - 1 \
	}

static const struct embedded_file four_texts[] = {
	TEXT("benchmarks/bulkhead.yaml", ONE_LINE("bulkhead")),
	TEXT("benchmarks/cis-docker-1.10.0.yaml", ONE_LINE("cis-docker-1.10.0")),
	TEXT("benchmarks/cis-docker-1.8.0.yaml", ONE_LINE("cis-docker-1.8.0")),
	TEXT("benchmarks/controls/c.yaml", TWO_CONTROLS),
	{0},
};

START_TEST(order)
{
	static const char mine[] = BENCHMARK("acme", "  - {id: 1, control: first-one, level: 2, "
						     "assessment: manual}\n");
	char *directory = unit_directory();
	char *path = unit_write_file(directory, "acme.yml", mine, strlen(mine));
	cleanup_arena struct arena *arena = arena_new();
	const char *const files[] = {path};
	const struct library_sources sources = {
		.checks = checks,
		.texts = four_texts,
		.files = {.benchmarks = files, .n_benchmarks = 1},
	};
	const struct library *library = NULL;
	struct error err = {0};

	ck_assert_msg(library_read(arena, &sources, &library, &err) == 0, "%s", err.text);
	ck_assert_uint_eq(library->n_benchmarks, 4);
	ck_assert_str_eq(library->benchmarks[0].id, "cis-docker-1.8.0");
	ck_assert_str_eq(library->benchmarks[1].id, "cis-docker-1.10.0");
	ck_assert_str_eq(library->benchmarks[2].id, "bulkhead");
	ck_assert_str_eq(library->benchmarks[3].id, "acme");
	ck_assert_str_eq(library->benchmarks[0].lines[0].id, "5.10");
	ck_assert(library->benchmarks[0].lines[0].automated);
	ck_assert_uint_eq(library->benchmarks[0].lines[0].level, 0);
	ck_assert_uint_eq(library->benchmarks[3].lines[0].level, 2);
	ck_assert_ptr_null(benchmark_line(&library->benchmarks[0], &library->controls[0]));
	ck_assert_ptr_eq(benchmark_line(&library->benchmarks[3], &library->controls[0]),
			 &library->benchmarks[3].lines[0]);
	ck_assert_ptr_null(library_benchmark(library, "cis"));
	free(path);
	unit_remove_directory(directory);
}
END_TEST

START_TEST(wrong_files)
{
	static const char known[] = ONE_LINE("bulkhead");
	char *directory = unit_directory();
	char *path = unit_write_file(directory, "b.yaml", known, strlen(known));
	const char *const files[][1] = {{path}, {"not/there.yaml"}};
	static const char *const messages[] = {"b.yaml:1:12: benchmark 'bulkhead' is known already",
					       "not/there.yaml: No such file"};

	for (size_t i = 0; i < N_ELEMENTS(files); i++) {
		cleanup_arena struct arena *arena = arena_new();
		const struct library_sources sources = {
			.checks = checks,
			.texts = four_texts,
			.files = {.benchmarks = files[i], .n_benchmarks = 1},
		};
		const struct library *library = NULL;
		struct error err = {0};

		ck_assert_int_lt(library_read(arena, &sources, &library, &err), 0);
		ck_assert_msg(strstr(err.text, messages[i]), "%s", err.text);
	}
	free(path);
	unit_remove_directory(directory);
}
END_TEST

START_TEST(sections)
{
	enum section section = SECTION_COUNT;

	for (size_t i = 0; i < SECTION_COUNT; i++) {
		ck_assert_ptr_nonnull(section_title((enum section)i));
		ck_assert(section_parse(section_name((enum section)i), &section));
		ck_assert_uint_eq(section, i);
	}
	ck_assert(!section_parse("Host", &section));
}
END_TEST

Suite *suite_benchmark(void)
{
	return unit_suite("benchmark",
			  (const TTest *const[]){controls, wrong_controls, wrong_benchmarks, order,
						 wrong_files, sections, NULL});
}
