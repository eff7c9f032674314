/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/gate.h"

#include "base/text.h"
#include "judge/scope.h"

/* The thresholds of one report with the failures that each lets decide; the first is fail_on. */
struct gate {
	const struct report *report;
	struct threshold *thresholds;
	size_t *n_gating;
	size_t n;
};

static struct gate gate_new(struct arena *arena, const struct report *report)
{
	struct gate gate = {.report = report, .n = report->n_thresholds + 1};
	const char *source = report->fail_on_source;

	if (!source)
		source = arena_printf(arena, "--fail-on %s",
				      report->gate ? severity_name(report->fail_on) : "none");
	gate.thresholds = arena_array(arena, gate.n, sizeof(*gate.thresholds));
	gate.n_gating = arena_array(arena, gate.n, sizeof(*gate.n_gating));
	gate.thresholds[0] = (struct threshold){
		.gates = report->gate, .fail_on = report->fail_on, .source = source};
	for (size_t i = 1; i < gate.n; i++)
		gate.thresholds[i] = report->thresholds[i - 1];
	return gate;
}

/* The last threshold that is for this result. */
static size_t threshold_of(const struct gate *gate, const struct result *result)
{
	size_t i = gate->n - 1;

	while (i > 0 && !scope_matches(gate->thresholds[i].scope, gate->report->facts,
				       result->control, result->subject))
		i--;
	return i;
}

static void count_gating(struct gate *gate, struct report *report)
{
	report->n_gating = report->n_excused = 0;
	for (size_t i = 0; i < report->n_results; i++) {
		const struct result *result = &report->results[i];
		size_t decides;

		if (result->verdict.status != STATUS_FAIL)
			continue;
		decides = threshold_of(gate, result);
		if (!gate->thresholds[decides].gates ||
		    result->verdict.severity < gate->thresholds[decides].fail_on)
			continue;
		if (result->novelty == NOVELTY_KNOWN) {
			report->n_excused++;
			continue;
		}
		gate->n_gating[decides]++;
		report->n_gating++;
	}
}

static enum exit_status exit_status(const struct report *report, bool allow_incomplete)
{
	if (report->n_gating > 0)
		return EXIT_FINDINGS;
	return report->complete || allow_incomplete ? EXIT_CLEAN : EXIT_INCOMPLETE;
}

static void add_unknown(struct text *text, size_t n)
{
	text_addf(text, "%zu %s unknown", n, n == 1 ? "result is" : "results are");
}

/* "new failures", or what there is to say where nothing is compared. */
static const char *failures(const struct report *report, size_t n)
{
	if (report->baseline)
		return n == 1 ? "new failure" : "new failures";
	return n == 1 ? "failure" : "failures";
}

/* "12 failures at or above high (--fail-on high)", and so for each threshold that let any decide.
 */
static void add_findings(struct text *text, const struct gate *gate)
{
	const char *noun = NULL;

	for (size_t i = 0; i < gate->n; i++) {
		const struct threshold *threshold = &gate->thresholds[i];
		size_t n = gate->n_gating[i];

		if (n == 0)
			continue;
		text_add(text, noun ? ", " : "");
		text_addf(text, "%zu%s%s at or above %s (%s)", n, noun ? "" : " ",
			  noun ? "" : failures(gate->report, n), severity_name(threshold->fail_on),
			  threshold->source);
		noun = "";
	}
}

static void add_clean(struct text *text, const struct gate *gate)
{
	const struct report *report = gate->report;

	if (gate->n > 1)
		text_addf(text, "no %s at or above its threshold", failures(report, 1));
	else if (report->gate)
		text_addf(text, "no %s at or above %s", failures(report, 1),
			  severity_name(report->fail_on));
	else
		text_addf(text, "failures do not count (%s)", gate->thresholds[0].source);
}

static const char *exit_reason(struct arena *arena, const struct gate *gate)
{
	const struct report *report = gate->report;
	size_t n_unknown = report->counts.by_status[STATUS_UNKNOWN];
	cleanup_text struct text text = {0};

	text_addf(&text, "exit status %d: ", report->exit_status);
	if (report->exit_status == EXIT_INCOMPLETE) {
		text_add(&text, "the audit is incomplete: ");
		add_unknown(&text, n_unknown);
		text_add(&text, " (--allow-incomplete accepts that)");
		return arena_strdup(arena, text_string(&text));
	}
	if (report->exit_status == EXIT_FINDINGS)
		add_findings(&text, gate);
	else
		add_clean(&text, gate);
	if (report->n_excused > 0)
		text_addf(&text, "; %zu more %s known (--baseline %s)", report->n_excused,
			  report->n_excused == 1 ? "is" : "are", report->baseline->file);
	if (n_unknown > 0) {
		text_add(&text, "; ");
		add_unknown(&text, n_unknown);
	}
	return arena_strdup(arena, text_string(&text));
}

void gate_settle(struct arena *arena, struct report *report, bool allow_incomplete)
{
	struct gate gate = gate_new(arena, report);

	count_gating(&gate, report);
	report->exit_status = exit_status(report, allow_incomplete);
	report->exit_reason = exit_reason(arena, &gate);
}

void gate_accept_incomplete(struct arena *arena, struct report *report)
{
	struct gate gate = gate_new(arena, report);

	report->exit_status = EXIT_CLEAN;
	report->exit_reason = exit_reason(arena, &gate);
}
