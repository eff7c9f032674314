/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The contract of checks/. A check judges one subject for one control. It is a pure and total
 * function: it reads facts and parameters and returns a verdict with its evidence. It never loops
 * over subjects, prints, fails, or keeps anything.
 *
 * Adding a check takes three steps (doc/adding-a-check.md walks through them):
 *   1. a function and its row in the table at the end of one file of checks/;
 *   2. an entry of benchmarks/controls/ that names it;
 *   3. a passing and a failing fixture in tests/checks/<control>/.
 *
 * How to judge:
 *   - What the kernel enforces counts, then what the engine says, then files. Cite what you used.
 *   - Absent is not false, and unread is not absent: say `unknown`, why, and what would help.
 *   - Where the declaration is bad the verdict is fail, even if the kernel could not be asked;
 *     where it is good and the kernel disagrees, it is fail; where the kernel could not be asked
 *     though the container runs, it is a pass whose message says "declared".
 *   - A message says what was seen, in one line, with Docker's own field names and values:
 *     "HostConfig.PidMode is host". It does not repeat the control's title.
 */
#ifndef BULKHEAD_JUDGE_CHECK_H
#define BULKHEAD_JUDGE_CHECK_H

#include "facts/attack.h"
#include "facts/capability.h"
#include "facts/facts.h"

enum status {
	STATUS_PASS,
	STATUS_FAIL,
	STATUS_MANUAL,         /* a person must judge; the evidence is gathered */
	STATUS_UNKNOWN,        /* could not be determined */
	STATUS_NOT_APPLICABLE, /* the question does not arise here */
	STATUS_WAIVED,         /* would fail; an exception says why not */
	STATUS_COUNT
};

/* "pass", "fail", "manual", "unknown", "not-applicable", "waived". */
const char *status_name(enum status status);
/* How much it asks for attention, where one stands for several: fail most, not-applicable least. */
unsigned status_weight(enum status status);

/* In order of rising weight, so that they compare. */
enum severity {
	SEVERITY_INFO,
	SEVERITY_LOW,
	SEVERITY_MEDIUM,
	SEVERITY_HIGH,
	SEVERITY_CRITICAL,
	SEVERITY_COUNT
};

/* "info", "low", "medium", "high", "critical". */
const char *severity_name(enum severity severity);
bool severity_parse(const char *name, enum severity *ret);
/* What a way out of this band counts as. */
enum severity severity_of_band(enum attack_band band);

enum evidence_type { EVIDENCE_STRING, EVIDENCE_BOOL, EVIDENCE_INT, EVIDENCE_ABSENT };

/* One thing that was looked at. */
struct evidence {
	const struct evidence *next;
	const char *source; /* inspect, bundle, kernel, info, version, network, image, volume,
			       exec, service, flag, file, default, host */
	const char *path;   /* "HostConfig.Privileged", "/proc/4242/status CapBnd" */
	enum evidence_type type;
	const char *string;
	bool boolean;
	int64_t integer;
};

struct verdict {
	enum status status;
	enum severity severity; /* the control's, unless the check has reason to differ */
	const char *message;    /* what was seen, one line */
	const char *hint;       /* with unknown: what access or data would help; may be NULL */
	const struct evidence *evidence; /* in the order of citing */
	struct evidence *last;           /* where the next one is added */
};

/* A parameter that a control passes to its check; `fallback` is used where it does not. */
enum param_type { PARAM_STRING, PARAM_STRINGS, PARAM_BOOL, PARAM_INT };

struct param_spec {
	const char *name;
	enum param_type type;
	bool required;
	const char *summary;
};

struct param {
	const char *name;
	enum param_type type;
	const char *string;
	const char *const *strings;
	size_t n_strings;
	bool boolean;
	int64_t integer;
};

struct control;

struct check_input {
	const struct facts *facts;
	const struct subject *subject; /* readable: subject->unread is NULL */
	const struct control *control;
	struct arena *arena;
};

#define SUBJECTS(kind) (1u << (kind))

struct check {
	const char *name;  /* as YAML calls it, kebab-case */
	unsigned subjects; /* SUBJECTS(SUBJECT_CONTAINER) | … : the kinds it judges */
	struct verdict (*judge)(const struct check_input *in);
	const struct param_spec *params; /* ends with a NULL name; NULL: takes none */
	/*
	 * Which subjects of its kinds a control is about; NULL: all of them. It sees readable
	 * subjects only, since all others are unknown anyhow. A control that is about none is not
	 * applicable.
	 */
	bool (*selects)(const struct check_input *in);
	bool tells_paths; /* it judges the ways out that facts_attack() knows: they are reported */
	bool gathers;     /* only evidence for a person: it never passes and never fails */
	/* The parameter that names the one of its kinds which a control judges; NULL: all of them.
	 */
	const char *kind_param;
	/* What is wrong with the parameters of a control, as it is read; NULL where nothing is. */
	const char *(*complain)(const struct check_input *in);
	bool is_for_policies; /* no control that is built in uses it */
};

/* Parameters of the control, already checked against the check's list. */
const char *param_string(const struct check_input *in, const char *name, const char *fallback);
bool param_bool(const struct check_input *in, const char *name, bool fallback);
int64_t param_int(const struct check_input *in, const char *name, int64_t fallback);
/* NULL and 0 where not given. */
const char *const *param_strings(const struct check_input *in, const char *name, size_t *ret_n);
bool param_lists(const struct check_input *in, const char *name, const char *item);
/* One of its strings is a shell pattern that the item matches. */
bool param_matches(const struct check_input *in, const char *name, const char *item);

/*
 * Verdicts, with the control's severity. The message is formatted into the arena; a literal
 * without a '%' is used as it is.
 */
#define PRINTF(m, n) __attribute__((format(printf, m, n)))
PRINTF(2, 3) struct verdict verdict_pass(const struct check_input *in, const char *format, ...);
PRINTF(2, 3) struct verdict verdict_fail(const struct check_input *in, const char *format, ...);
PRINTF(2, 3) struct verdict verdict_manual(const struct check_input *in, const char *format, ...);
PRINTF(2, 3)
struct verdict verdict_not_applicable(const struct check_input *in, const char *format, ...);
PRINTF(3, 4)
struct verdict verdict_unknown(const struct check_input *in, const char *hint, const char *format,
			       ...);

/* The same verdict with another severity. */
struct verdict verdict_as(struct verdict verdict, enum severity severity);

/* Add evidence to a verdict. Strings must live as long as the arena, the facts or the snapshot. */
void cite_string(const struct check_input *in, struct verdict *verdict, const char *source,
		 const char *path, const char *value);
void cite_bool(const struct check_input *in, struct verdict *verdict, const char *source,
	       const char *path, bool value);
void cite_int(const struct check_input *in, struct verdict *verdict, const char *source,
	      const char *path, int64_t value);

/* Cite a field of the subject's document as it is there: scalars as they are, lists and objects as
 * JSON text, absent as absent. `path` must be a literal or live in the arena. */
void cite_field(const struct check_input *in, struct verdict *verdict, const char *source,
		const char *path);

#endif
