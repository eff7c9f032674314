/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Controls (what should be true, written once) and benchmarks (published numberings of them),
 * read from YAML that is built into the program or named with --benchmark FILE.
 *
 * Everything is checked while reading, so that later stages need not: each control's check exists
 * and takes its parameters, each number of a benchmark names a control, nothing is said twice.
 */
#ifndef BULKHEAD_JUDGE_BENCHMARK_H
#define BULKHEAD_JUDGE_BENCHMARK_H

#include "base/arena.h"
#include "base/error.h"
#include "judge/check.h"

/* Sections, in report order: host daemon daemon-files images runtime operations swarm. */
enum section {
	SECTION_HOST,
	SECTION_DAEMON,
	SECTION_DAEMON_FILES,
	SECTION_IMAGES,
	SECTION_RUNTIME,
	SECTION_OPERATIONS,
	SECTION_SWARM,
	SECTION_COUNT
};
const char *section_name(enum section section);
const char *section_title(enum section section); /* "Container runtime" */
bool section_parse(const char *name, enum section *ret);

struct control {
	const char *key; /* stable, kebab-case: "not-privileged" */
	enum section section;
	const char *title;       /* one line, no full stop */
	const char *rationale;   /* why it matters, a paragraph */
	const char *remediation; /* what to do, for people who did not write the benchmark */
	enum severity severity;
	const struct check *check; /* NULL: no program decides it yet */
	const struct param *params;
	size_t n_params;
	size_t index; /* of library.controls */
};

/* SUBJECTS(…) that the control's check judges for it; 0 where no check decides it. */
unsigned control_subjects(const struct control *control);

/* One line of a benchmark. */
struct numbering {
	const char *id; /* "5.10": a string, never a number */
	const struct control *control;
	unsigned level; /* 1 or 2; 0: the benchmark states none */
	bool automated; /* by the benchmark's own word */
};

struct benchmark {
	const char *id;                /* "cis-docker-1.8.0", "bulkhead" */
	const char *title;             /* "CIS Docker Benchmark 1.8.0" */
	const struct numbering *lines; /* in the benchmark's order */
	size_t n;
};

/*
 * A value that users may set for their host in the `parameters` of a policy file: it takes the
 * place of what the controls' `with` says. Type and default stand with the controls.
 */
struct parameter {
	const char *name;                      /* "trusted_users" */
	const char *summary;                   /* one line */
	const struct control *const *controls; /* it is set in all of them, at least one */
	size_t n_controls;
	const char *param; /* the name that their check has for it */
	struct param
		fallback;   /* its value where no policy sets one; an empty one where none says */
	struct param value; /* the one in force */
	const char *set_at; /* "policy.yaml:3:5"; NULL: by default */
};

struct policy; /* judge/policy.h */

/* Every control and benchmark that this program knows. */
struct library {
	const struct control *controls;
	size_t n_controls;
	/* The oldest of CIS first, "bulkhead" last, then --benchmark FILEs. */
	const struct benchmark *benchmarks;
	size_t n_benchmarks;
	const struct parameter *parameters; /* in the order of benchmarks/parameters.yaml */
	size_t n_parameters;
	const struct policy *policy; /* of the files of the user, the rest of it; never NULL */
};

/* Files of the user beside what is built in. */
struct library_files {
	const char *const *benchmarks; /* become the last of library.benchmarks, in this order */
	size_t n_benchmarks;
	const char *const *policies; /* a later one overrides an earlier one */
	size_t n_policies;
};

/* The line of the benchmark that is about this control; NULL where it has none. */
const struct numbering *benchmark_line(const struct benchmark *benchmark,
				       const struct control *control);
const struct benchmark *library_benchmark(const struct library *library, const char *id);
const struct control *library_control(const struct library *library, const char *key);

/*
 * Read what is built in and the user's files, of which NULL stands for none. `checks` ends with
 * NULL; each element is a table that ends with a NULL name. -EINVAL with file:line:column where a
 * file is wrong.
 */
int library_load(struct arena *arena, const struct check *const *checks,
		 const struct library_files *files, const struct library **ret, struct error *err);

#endif
