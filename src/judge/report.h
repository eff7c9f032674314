/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The contract of reports/: the finished results of one audit. Order, counts and exit status are
 * settled here, once; a writer spells them and decides nothing, so formats cannot disagree.
 */
#ifndef BULKHEAD_JUDGE_REPORT_H
#define BULKHEAD_JUDGE_REPORT_H

#include "facts/attack.h"
#include "judge/benchmark.h"

#include <stdio.h>

/* Why a failure is accepted. */
struct waiver {
	const char *reason;
	const char *owner, *ticket; /* NULL where not said */
	const char *expires;        /* the last day on which it holds, "2027-03-31"; NULL: none */
	const char *source;         /* who says so: "policy.yaml:8:5", "label bulkhead.waive.…" */
};

/* Whether a failure is news, compared with a baseline. */
enum novelty {
	NOVELTY_UNASKED, /* no failure, or there is no baseline */
	NOVELTY_NEW,
	NOVELTY_KNOWN, /* the baseline has it, and not as a milder one */
};

/* A control, a subject and a verdict. */
struct result {
	const struct control *control;
	const struct subject *subject;
	struct verdict verdict;
	const struct waiver *waiver; /* exactly where the status is STATUS_WAIVED, else NULL */
	const char *rated_by; /* what gave it its severity: "policy.yaml:9:5"; NULL: the check */
	enum severity judged; /* with rated_by: the severity before */
	enum novelty novelty;
	bool undecided; /* no program decides the control: all that is known of it is its number */
};

/* From which severity on failures decide the exit status where nobody says so. */
#define FAIL_ON_DEFAULT SEVERITY_HIGH

/* From which severity on failures decide the exit status. */
struct threshold {
	const struct scope *scope; /* which results it is for; NULL: all, or a saved report's */
	bool gates;                /* false: none of them decides */
	enum severity fail_on;
	const char *source; /* "--fail-on high", "policy.yaml:4:5" */
};

/* The earlier audit that failures were compared with. */
struct baseline_origin {
	const char *file;
	const char *hostname, *finished; /* NULL where it does not say */
};

struct scope;

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

/* How many subjects of a kind there are. */
struct inventory {
	bool is_read; /* false: there may be others, or nobody knows */
	size_t n;
};

/* What was audited. */
struct report_target {
	const char *endpoint, *hostname, *kernel; /* NULL where unknown */
	bool as_root;                             /* whoever collected the facts was root */
	bool local;               /* the engine's containers run under the kernel that was read */
	const char *local_reason; /* why not; may be NULL */
	bool answered;            /* an engine did; the next three are of it */
	const char *engine, *engine_version, *api_version;
	bool knows_rootless, rootless;
	struct inventory containers, images;
};

struct report {
	const char *tool_version;
	const char *started, *finished; /* UTC, "2026-01-01T00:00:00Z" */
	struct report_target target;
	const struct facts *facts; /* for judge/, not for writers; NULL in a saved report */
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

	/* Of the containers that were judged for it, the best path out of each: worst first. */
	const struct attack_path *const *paths;
	size_t n_paths;

	struct counts counts;
	struct counts by_section[SECTION_COUNT];
	bool complete; /* no result is unknown */
	bool gate;     /* false: --fail-on none */
	enum severity fail_on;
	const char *fail_on_source; /* NULL: --fail-on or its default */
	/* For some results another threshold than fail_on; the last that is for one decides. */
	const struct threshold *thresholds;
	size_t n_thresholds;
	const struct baseline_origin *baseline; /* NULL: not compared; else only news decides */
	size_t n_new, n_known;                  /* failures, where compared */
	size_t n_gating;                        /* failures that decide the exit status */
	size_t n_excused;                       /* those that would, were they not known */
	enum exit_status exit_status;           /* 0, 1 or 3 */
	const char *exit_reason;                /* one sentence, the last line on stderr */
};

/*
 * The number under which the first selected benchmark that has the control lists it; NULL: none.
 * ret_benchmark may be NULL.
 */
const struct numbering *report_numbering(const struct report *report, const struct control *control,
					 const struct benchmark **ret_benchmark);

/*
 * Fill in what follows from results, gate, fail_on, thresholds and baseline: counts, completeness,
 * exit status and its reason. To be called again after results were changed.
 */
void report_settle(struct arena *arena, struct report *report, bool allow_incomplete);

/* Only counts and completeness of these. */
void report_count(struct report *report);

struct report_options {
	bool color;   /* text only: ANSI colours */
	bool unicode; /* text only: arrows that are not ASCII */
	int width;    /* text only: columns; 0: do not wrap */
	bool quiet; /* text only: failures (new ones, if compared) and unknowns, and the summary */
	bool verbose; /* text only: passes too, and evidence */
};

struct diff;
struct fleet;
struct fleet_host;

/* How a format shows many hosts as one report (judge/fleet.h). */
struct fleet_writer {
	void (*begin)(FILE *out); /* NULL: nothing to be done, as with host */
	/* While they are read, in that order; of the report nothing is there afterwards. */
	void (*host)(const struct report *report, const struct fleet_host *host, FILE *out);
	void (*end)(const struct fleet *fleet, const struct report_options *options, FILE *out);
};

struct report_writer {
	const char *name;    /* --format NAME */
	const char *summary; /* its line in --help */
	/* The caller checks the stream afterwards and closes it. */
	void (*write)(const struct report *report, const struct report_options *options, FILE *out);
	/* What changed between two audits (judge/diff.h); NULL: it has no form for that. */
	void (*write_diff)(const struct diff *diff, const struct report_options *options,
			   FILE *out);
	const struct fleet_writer *fleet; /* NULL: it has no form for many hosts */
};

#endif
