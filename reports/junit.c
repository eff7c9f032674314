/* SPDX-License-Identifier: Apache-2.0 */

/*
 * JUnit XML, as Jenkins, GitLab, Azure and the common GitHub actions read it: one <testsuite> for
 * each section, one <testcase> for each result. `fail` is a <failure>, `unknown` an <error>, so
 * that an incomplete audit cannot look green; `manual`, `not-applicable` and `waived` are
 * <skipped>.
 *
 * A case is known by its name from run to run, so the name holds the control's key and the subject,
 * never a container id, a count or a benchmark's number; those stand in the message. The reason is
 * both attribute and text, since readers look at one or the other. Two subjects of one kind and
 * name (images that share a reference) are told apart by " #2".
 */
#include "base/arena.h"
#include "reports/escape.h"
#include "reports/reports.h"
#include "reports/words.h"

#include <string.h>

/* Readers refuse files of more than some 30 MB; what is cut says so. */
enum { LONGEST_NAME = 1000, LONGEST_MESSAGE = 4000, LONGEST_DETAILS = 16000 };

struct suite {
	const struct report *report;
	FILE *out;
	struct text name; /* of the last case */
	size_t repeats;   /* how often that name came before */
};

static void attribute(FILE *out, const char *name, const char *value)
{
	fprintf(out, " %s=\"", name);
	escape_xml(value, out);
	fputc('"', out);
}

static void write_text(const struct text *text, FILE *out)
{
	escape_xml(text_string(text), out);
	if (text->truncated)
		fputs("...[cut]", out);
}

/* "CIS 5.5: HostConfig.Privileged is true". */
static void add_message(struct text *text, const struct report *report, const struct result *result)
{
	const struct benchmark *benchmark = NULL;
	const char *number = words_number(report, result->control, &benchmark);
	const char *novelty = words_novelty(result);

	if (novelty)
		text_addf(text, "%s: ", novelty);
	if (number)
		text_addf(text,
			  "%s %s: ", text_starts(benchmark->id, "cis-") ? "CIS" : benchmark->id,
			  number);
	text_add(text, result->verdict.message);
}

static void open_element(FILE *out, const char *element, const struct text *message)
{
	fprintf(out, "<%s message=\"", element);
	write_text(message, out);
	fputc('"', out);
}

/* What the verdict rests on, and what to do. */
static void write_details(const struct result *result, FILE *out)
{
	const struct verdict *verdict = &result->verdict;
	cleanup_text struct text details = TEXT_INIT(LONGEST_DETAILS);

	for (const struct evidence *item = verdict->evidence; item; item = item->next) {
		text_add(&details, "\nevidence: ");
		words_evidence(&details, item);
	}
	if (verdict->status == STATUS_UNKNOWN && verdict->hint)
		text_addf(&details, "\nwhat would help: %s", verdict->hint);
	if (result->rated_by)
		text_addf(&details, "\nseverity: by %s, in place of %s", result->rated_by,
			  severity_name(result->judged));
	if (verdict->status == STATUS_FAIL && result->control->remediation)
		text_addf(&details, "\nfix: %s", result->control->remediation);
	write_text(&details, out);
}

/* <failure> or <error>. */
static void write_outcome(const struct suite *suite, const struct result *result,
			  const char *element, const char *type)
{
	cleanup_text struct text message = TEXT_INIT(LONGEST_MESSAGE);

	add_message(&message, suite->report, result);
	open_element(suite->out, element, &message);
	attribute(suite->out, "type", type);
	fputc('>', suite->out);
	write_text(&message, suite->out);
	write_details(result, suite->out);
	fprintf(suite->out, "</%s>", element);
}

static void write_skipped(const struct suite *suite, const struct result *result)
{
	cleanup_text struct text message = TEXT_INIT(LONGEST_MESSAGE);

	text_addf(&message, "%s: ", status_name(result->verdict.status));
	if (result->waiver) {
		words_waiver(&message, result->waiver);
		text_add(&message, "; ");
	}
	add_message(&message, suite->report, result);
	open_element(suite->out, "skipped", &message);
	fputc('>', suite->out);
	write_text(&message, suite->out);
	fputs("</skipped>", suite->out);
}

static void write_passed(const struct suite *suite, const struct result *result)
{
	cleanup_text struct text message = TEXT_INIT(LONGEST_MESSAGE);

	add_message(&message, suite->report, result);
	fputs("<system-out>", suite->out);
	write_text(&message, suite->out);
	fputs("</system-out>", suite->out);
}

static void write_status(const struct suite *suite, const struct result *result)
{
	switch (result->verdict.status) {
	case STATUS_PASS:
		write_passed(suite, result);
		break;
	case STATUS_FAIL:
		write_outcome(suite, result, "failure", severity_name(result->verdict.severity));
		break;
	case STATUS_UNKNOWN:
		write_outcome(suite, result, "error", "unknown");
		break;
	case STATUS_MANUAL:
	case STATUS_NOT_APPLICABLE:
	case STATUS_WAIVED:
	case STATUS_COUNT:
		write_skipped(suite, result);
		break;
	}
}

/* Results are sorted by control and subject, so those of the same name follow each other. */
static void name_case(struct suite *suite, const struct result *result)
{
	struct text name = TEXT_INIT(LONGEST_NAME);

	text_addf(&name, "%s [%s %s", result->control->key,
		  subject_kind_name(result->subject->kind), result->subject->name);
	suite->repeats = text_equal(name.bytes, suite->name.bytes) ? suite->repeats + 1 : 0;
	text_release(&suite->name);
	suite->name = name;
}

static void write_case(struct suite *suite, const struct result *result)
{
	FILE *out = suite->out;

	name_case(suite, result);
	fputs("    <testcase name=\"", out);
	write_text(&suite->name, out);
	fputc(']', out);
	if (suite->repeats > 0)
		fprintf(out, " #%zu", suite->repeats + 1);
	fprintf(out, "\" classname=\"bulkhead.%s\" time=\"0\">",
		section_name(result->control->section));
	write_status(suite, result);
	fputs("</testcase>\n", out);
}

static size_t skipped(const struct counts *counts)
{
	return counts->by_status[STATUS_MANUAL] + counts->by_status[STATUS_NOT_APPLICABLE] +
	       counts->by_status[STATUS_WAIVED];
}

static void write_property(const char *name, const struct text *value, FILE *out)
{
	fprintf(out, "<property name=\"%s\" value=\"", name);
	write_text(value, out);
	fputs("\"/>", out);
}

/* A name of the user's. */
static void write_name(const char *name, const char *value, FILE *out)
{
	cleanup_text struct text text = TEXT_INIT(LONGEST_NAME);

	text_add(&text, value);
	write_property(name, &text, out);
}

static void write_note(const struct problem *note, FILE *out)
{
	cleanup_text struct text text = TEXT_INIT(LONGEST_MESSAGE);

	text_addf(&text, "%s: %s", note->source, note->reason);
	write_property("policy-note", &text, out);
}

static void write_properties(const struct report *report, FILE *out)
{
	if (report->n_benchmarks == 0 && report->n_policies == 0 && report->n_policy_notes == 0)
		return;
	fputs("    <properties>", out);
	for (size_t i = 0; i < report->n_benchmarks; i++)
		write_name("benchmark", report->benchmarks[i]->id, out);
	for (size_t i = 0; i < report->n_policies; i++)
		write_name("policy", report->policies[i], out);
	for (size_t i = 0; i < report->n_policy_notes; i++)
		write_note(&report->policy_notes[i], out);
	fputs("</properties>\n", out);
}

/* JUnit's time stamps have no zone. */
static void write_timestamp(const char *utc, FILE *out)
{
	if (utc)
		fprintf(out, " timestamp=\"%.*s\"", (int)strcspn(utc, "Z"), utc);
}

static void write_hostname(const struct report *report, FILE *out)
{
	cleanup_text struct text name = TEXT_INIT(LONGEST_NAME);

	text_add(&name, words_host(report, "unknown"));
	fputs(" hostname=\"", out);
	write_text(&name, out);
	fputc('"', out);
}

static void write_suite(const struct report *report, enum section section, unsigned id, FILE *out)
{
	const struct counts *counts = &report->by_section[section];
	struct suite suite = {.report = report, .out = out};

	fprintf(out,
		"  <testsuite name=\"%s\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" "
		"skipped=\"%zu\" time=\"0\"",
		section_name(section), words_total(counts), counts->by_status[STATUS_FAIL],
		counts->by_status[STATUS_UNKNOWN], skipped(counts));
	write_timestamp(report->started, out);
	write_hostname(report, out);
	fprintf(out, " id=\"%u\">\n", id);
	write_properties(report, out);
	for (size_t i = 0; i < report->n_results; i++) {
		if (report->results[i].control->section == section)
			write_case(&suite, &report->results[i]);
	}
	text_release(&suite.name);
	fputs("  </testsuite>\n", out);
}

/* A file without cases would be ignored, or taken for a success. */
static void write_nothing(FILE *out)
{
	static const char reason[] = "unknown: nothing was judged";

	fputs("  <testsuite name=\"audit\" tests=\"1\" failures=\"0\" errors=\"1\" "
	      "skipped=\"0\" time=\"0\" id=\"0\">\n"
	      "    <testcase name=\"something was judged\" classname=\"bulkhead.audit\" "
	      "time=\"0\">",
	      out);
	fprintf(out, "<error message=\"%s\" type=\"unknown\">%s</error></testcase>\n", reason,
		reason);
	fputs("  </testsuite>\n", out);
}

static void write_junit(const struct report *report, const struct report_options *options,
			FILE *out)
{
	const bool is_empty = report->n_results == 0;
	unsigned id = 0;

	(void)options;
	fprintf(out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuites name=\"bulkhead\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" "
		"time=\"0\">\n",
		is_empty ? 1 : words_total(&report->counts), report->counts.by_status[STATUS_FAIL],
		is_empty ? 1 : report->counts.by_status[STATUS_UNKNOWN]);
	for (int section = 0; section < SECTION_COUNT; section++) {
		if (words_total(&report->by_section[section]) > 0)
			write_suite(report, (enum section)section, id++, out);
	}
	if (is_empty)
		write_nothing(out);
	fputs("</testsuites>\n", out);
}

/* The results of one control on one host: one case, named by the control. */
struct group {
	const struct report *report;
	const struct result *results;
	size_t n;
	const struct result *worst;
	size_t n_worst; /* of its status */
};

static struct group group_at(const struct report *report, size_t at)
{
	struct group group = {
		.report = report, .results = &report->results[at], .worst = &report->results[at]};

	for (; at < report->n_results && report->results[at].control == group.results->control;
	     at++, group.n++) {
		const struct verdict *verdict = &report->results[at].verdict;

		if (status_weight(verdict->status) > status_weight(group.worst->verdict.status) ||
		    (verdict->status == group.worst->verdict.status &&
		     verdict->severity > group.worst->verdict.severity))
			group.worst = &report->results[at];
	}
	for (size_t i = 0; i < group.n; i++)
		group.n_worst += group.results[i].verdict.status == group.worst->verdict.status;
	return group;
}

/* "3 of 12: CIS 5.5: container web: HostConfig.Privileged is true". */
static void add_group(struct text *text, const struct group *group)
{
	const struct result *worst = group->worst;

	text_addf(text, "%s: %zu of %zu: ", status_name(worst->verdict.status), group->n_worst,
		  group->n);
	text_addf(text, "%s %s: ", subject_kind_name(worst->subject->kind), worst->subject->name);
	if (worst->waiver) {
		words_waiver(text, worst->waiver);
		text_add(text, "; ");
	}
	add_message(text, group->report, worst);
}

/* All subjects with the worst status. */
static void write_members(const struct group *group, FILE *out)
{
	cleanup_text struct text details = TEXT_INIT(LONGEST_DETAILS);

	for (size_t i = 0; i < group->n; i++) {
		const struct result *result = &group->results[i];

		if (result->verdict.status == group->worst->verdict.status)
			text_addf(&details, "\n%s %s: %s", subject_kind_name(result->subject->kind),
				  result->subject->name, result->verdict.message);
	}
	if (group->worst->verdict.status == STATUS_FAIL && group->worst->control->remediation)
		text_addf(&details, "\nfix: %s", group->worst->control->remediation);
	write_text(&details, out);
}

static void write_group(const struct group *group, FILE *out)
{
	static const char *const elements[STATUS_COUNT] = {[STATUS_FAIL] = "failure",
							   [STATUS_UNKNOWN] = "error",
							   [STATUS_MANUAL] = "skipped",
							   [STATUS_NOT_APPLICABLE] = "skipped",
							   [STATUS_WAIVED] = "skipped"};
	const struct verdict *worst = &group->worst->verdict;
	const char *element = elements[worst->status];
	cleanup_text struct text message = TEXT_INIT(LONGEST_MESSAGE);

	add_group(&message, group);
	if (!element) {
		fputs("<system-out>", out);
		write_text(&message, out);
		fputs("</system-out>", out);
		return;
	}
	open_element(out, element, &message);
	if (worst->status == STATUS_FAIL || worst->status == STATUS_UNKNOWN)
		attribute(out, "type",
			  worst->status == STATUS_FAIL ? severity_name(worst->severity)
						       : "unknown");
	fputc('>', out);
	write_text(&message, out);
	if (worst->status == STATUS_FAIL || worst->status == STATUS_UNKNOWN)
		write_members(group, out);
	fprintf(out, "</%s>", element);
}

/* Readers take what is before the last dot for a package. */
static void write_class(const char *name, FILE *out)
{
	cleanup_text struct text class = TEXT_INIT(LONGEST_NAME);

	for (; *name; name++)
		text_add_bytes(&class, *name == '.' ? "_" : name, 1);
	fputs(" classname=\"bulkhead.", out);
	write_text(&class, out);
	fputc('"', out);
}

static void count_groups(const struct report *report, struct counts *ret)
{
	for (size_t i = 0; i < report->n_results;) {
		struct group group = group_at(report, i);

		ret->by_status[group.worst->verdict.status]++;
		i += group.n;
	}
}

static void write_host_suite(const struct report *report, const char *name, FILE *out)
{
	struct counts counts = {0};

	count_groups(report, &counts);
	fputs("  <testsuite", out);
	attribute(out, "name", name);
	fprintf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\" time=\"0\"",
		words_total(&counts), counts.by_status[STATUS_FAIL],
		counts.by_status[STATUS_UNKNOWN], skipped(&counts));
	write_timestamp(report->started, out);
	write_hostname(report, out);
	fputs(">\n", out);
	write_properties(report, out);
	for (size_t i = 0; i < report->n_results;) {
		struct group group = group_at(report, i);

		fputs("    <testcase", out);
		attribute(out, "name", group.worst->control->key);
		write_class(name, out);
		fputs(" time=\"0\">", out);
		write_group(&group, out);
		fputs("</testcase>\n", out);
		i += group.n;
	}
	fputs("  </testsuite>\n", out);
}

static void begin_fleet(FILE *out)
{
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"bulkhead\">\n", out);
}

static void write_fleet_host(const struct report *report, const struct fleet_host *host, FILE *out)
{
	cleanup_arena struct arena *arena = arena_new();

	if (report->n_results > 0)
		write_host_suite(report, fleet_host_name(arena, host), out);
	else
		write_nothing(out);
}

static void end_fleet(const struct fleet *fleet, const struct report_options *options, FILE *out)
{
	(void)fleet, (void)options;
	fputs("</testsuites>\n", out);
}

static const struct fleet_writer fleet_junit = {
	.begin = begin_fleet,
	.host = write_fleet_host,
	.end = end_fleet,
};

const struct report_writer report_junit = {
	.name = "junit",
	.summary = "JUnit XML for CI: one test suite a section, one test case a result",
	.write = write_junit,
	.fleet = &fleet_junit,
};
