/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The contract of reports/: the finished results of one audit. Order, counts and exit status are
 * settled here, once; a writer spells them and decides nothing, so formats cannot disagree.
 */
#ifndef BULKHEAD_JUDGE_REPORT_H
#define BULKHEAD_JUDGE_REPORT_H

#include "judge/benchmark.h"

#include <stdio.h>

/* Why a failure is accepted. */
struct waiver {
	const char *reason;
	const char *owner, *ticket; /* NULL where not said */
	const char *expires;        /* the last day on which it holds, "2027-03-31"; NULL: none */
	const char *source;         /* who says so: "policy.yaml:8:5", "label bulkhead.waive.…" */
};

/* A control, a subject and a verdict. */
struct result {
	const struct control *control;
	const struct subject *subject;
	struct verdict verdict;
	const struct waiver *waiver; /* exactly where the status is STATUS_WAIVED, else NULL */
};

struct problem {
	const char *source, *reason, *hint; /* hint may be NULL */
	bool note;                          /* no loss: nothing is unknown because of it */
};

enum exit_status {
	EXIT_CLEAN = 0,      /* nothing at or above the threshold */
	EXIT_FINDINGS = 1,   /* findings at or above it */
	EXIT_TROUBLE = 2,    /* usage, configuration or output error; never in a report */
	EXIT_INCOMPLETE = 3, /* some selected control is unknown */
};

struct counts {
	size_t by_status[STATUS_COUNT];
	size_t failed_by_severity[SEVERITY_COUNT];
};

struct report {
	const char *tool_version;
	const char *started, *finished; /* UTC, "2026-01-01T00:00:00Z" */
	const struct facts *facts;      /* for the target: endpoint, host, engine */
	const struct problem *problems;
	size_t n_problems;

	const char *const *policies; /* policy files, in their order */
	size_t n_policies;
	/* What is to be said of them: exceptions that expired, that are for nothing … */
	const struct problem *policy_notes;
	size_t n_policy_notes;

	const struct library *library;
	const struct benchmark *const *benchmarks; /* selected; the first gives the numbers */
	size_t n_benchmarks;

	const struct result *results; /* in control order, then by subject kind, name and id */
	size_t n_results;

	struct counts counts;
	struct counts by_section[SECTION_COUNT];
	bool complete; /* no result is unknown */
	bool gate;     /* false: --fail-on none */
	enum severity fail_on;
	size_t n_gating;              /* failures at or above fail_on */
	enum exit_status exit_status; /* 0, 1 or 3 */
	const char *exit_reason;      /* one sentence, the last line on stderr */
};

/*
 * The number under which the first selected benchmark that has the control lists it; NULL: none.
 * ret_benchmark may be NULL.
 */
const struct numbering *report_numbering(const struct report *report, const struct control *control,
					 const struct benchmark **ret_benchmark);

/*
 * Fill in what follows from results, gate and fail_on: counts, completeness, exit status and its
 * reason. To be called again after results were changed.
 */
void report_settle(struct arena *arena, struct report *report, bool allow_incomplete);

struct report_options {
	bool color;   /* text only: ANSI colours */
	int width;    /* text only: columns; 0: do not wrap */
	bool quiet;   /* text only: failures and unknowns, and the summary */
	bool verbose; /* text only: passes too, and evidence */
};

struct report_writer {
	const char *name;    /* --format NAME */
	const char *summary; /* its line in --help */
	/* The caller checks the stream afterwards and closes it. */
	void (*write)(const struct report *report, const struct report_options *options, FILE *out);
};

#endif
