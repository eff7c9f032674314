/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Metrics for Prometheus, in its text format: what node_exporter's textfile collector reads from a
 * file whose name ends in .prom. No label is a subject's name, so that the number of time series is
 * bounded by the number of controls, whatever runs on the host.
 */
#include "base/text.h"
#include "base/timestamp.h"
#include "reports/escape.h"
#include "reports/reports.h"
#include "reports/words.h"

#include <inttypes.h>

enum { LONGEST_LABEL = 200 };

static void write_metric(const char *name, const char *help, FILE *out)
{
	fprintf(out, "# HELP bulkhead_%s %s\n# TYPE bulkhead_%s gauge\n", name, help, name);
}

static void write_value(const char *name, const char *help, int64_t value, FILE *out)
{
	write_metric(name, help, out);
	fprintf(out, "bulkhead_%s %" PRId64 "\n", name, value);
}

static void write_label(const char *name, const char *value, FILE *out)
{
	cleanup_text struct text text = TEXT_INIT(LONGEST_LABEL);

	text_add(&text, value);
	fprintf(out, "%s=\"", name);
	escape_label(text_string(&text), out);
	fputc('"', out);
}

static void write_info(const struct report *report, FILE *out)
{
	const struct report_target *target = &report->target;
	const char *engine = target->answered && target->engine ? target->engine : "";
	const char *version =
		target->answered && target->engine_version ? target->engine_version : "";

	write_metric("info", "Versions of bulkhead and the engine; always 1.", out);
	fputs("bulkhead_info{", out);
	write_label("version", report->tool_version, out);
	fputc(',', out);
	write_label("engine", engine, out);
	fputc(',', out);
	write_label("engine_version", version, out);
	fputs("} 1\n", out);
	write_metric("benchmark_info", "Benchmarks that were selected; always 1.", out);
	for (size_t i = 0; i < report->n_benchmarks; i++) {
		fputs("bulkhead_benchmark_info{", out);
		write_label("benchmark", report->benchmarks[i]->id, out);
		fputs("} 1\n", out);
	}
}

/* A time that is not known is no metric, rather than 1970. */
static void write_time(const char *name, const char *help, const char *utc, FILE *out)
{
	int64_t seconds;

	if (timestamp_parse(utc, &seconds))
		write_value(name, help, seconds, out);
}

static void write_scan(const struct report *report, FILE *out)
{
	write_time("scan_start_timestamp_seconds", "When the host was looked at: the beginning.",
		   report->started, out);
	write_time("scan_end_timestamp_seconds", "When the host was looked at: the end.",
		   report->finished, out);
	write_value("scan_complete", "1 where no result is unknown, else 0.", report->complete,
		    out);
	write_value("exit_status", "Of the audit: 0 clean, 1 failures that decide, 3 incomplete.",
		    (int64_t)report->exit_status, out);
	write_value("gating_failures", "Failures that decide the exit status.",
		    (int64_t)report->n_gating, out);
}

static void write_inventory(const char *kind, const struct inventory *inventory, FILE *out)
{
	if (inventory->is_read)
		fprintf(out, "bulkhead_subjects{kind=\"%s\"} %zu\n", kind, inventory->n);
}

static void write_subjects(const struct report *report, FILE *out)
{
	write_metric("subjects",
		     "Containers and images on the host; absent where not all were read.", out);
	write_inventory("container", &report->target.containers, out);
	write_inventory("image", &report->target.images, out);
}

static void write_statuses(enum section section, const struct counts *counts, FILE *out)
{
	for (int i = 0; i < STATUS_COUNT; i++)
		fprintf(out, "bulkhead_results{section=\"%s\",status=\"%s\"} %zu\n",
			section_name(section), status_name((enum status)i), counts->by_status[i]);
}

static void write_severities(enum section section, const struct counts *counts, FILE *out)
{
	for (int i = SEVERITY_COUNT; i-- > 0;)
		fprintf(out, "bulkhead_failures{section=\"%s\",severity=\"%s\"} %zu\n",
			section_name(section), severity_name((enum severity)i),
			counts->failed_by_severity[i]);
}

static void write_sections(const struct report *report,
			   void (*write)(enum section, const struct counts *, FILE *), FILE *out)
{
	for (int i = 0; i < SECTION_COUNT; i++) {
		if (words_total(&report->by_section[i]) > 0)
			write((enum section)i, &report->by_section[i], out);
	}
}

static void write_results(const struct report *report, FILE *out)
{
	write_metric("results", "Results by section and status.", out);
	write_sections(report, write_statuses, out);
	write_metric("failures", "Results with status fail by section and severity.", out);
	write_sections(report, write_severities, out);
}

static void write_control(const struct control *control, enum status status, size_t n, FILE *out)
{
	fputs("bulkhead_control_results{", out);
	write_label("control", control->key, out);
	fprintf(out, ",section=\"%s\",status=\"%s\"} %zu\n", section_name(control->section),
		status_name(status), n);
}

/* The results of one control stand together. */
static void write_controls(const struct report *report, FILE *out)
{
	write_metric("control_results",
		     "Results of each control that failed, or that could not be determined.", out);
	for (size_t i = 0; i < report->n_results;) {
		const struct control *control = report->results[i].control;
		size_t by_status[STATUS_COUNT] = {0};

		for (; i < report->n_results && report->results[i].control == control; i++)
			by_status[report->results[i].verdict.status]++;
		write_control(control, STATUS_FAIL, by_status[STATUS_FAIL], out);
		write_control(control, STATUS_UNKNOWN, by_status[STATUS_UNKNOWN], out);
	}
}

static void write_paths(const struct report *report, FILE *out)
{
	size_t n[ATTACK_CRITICAL + 1] = {0};

	for (size_t i = 0; i < report->n_paths; i++)
		n[report->paths[i]->band]++;
	write_metric("ways_out", "Containers from which a way leads to the host, by how bad it is.",
		     out);
	for (int band = ATTACK_CRITICAL; band >= ATTACK_LOW; band--)
		fprintf(out, "bulkhead_ways_out{severity=\"%s\"} %zu\n",
			attack_band_name((enum attack_band)band), n[band]);
}

static void write_baseline(const struct report *report, FILE *out)
{
	if (!report->baseline)
		return;
	write_metric("baseline_failures", "Failures that the baseline does not have, and has.",
		     out);
	fprintf(out,
		"bulkhead_baseline_failures{baseline=\"new\"} %zu\n"
		"bulkhead_baseline_failures{baseline=\"known\"} %zu\n",
		report->n_new, report->n_known);
}

static void write_prometheus(const struct report *report, const struct report_options *options,
			     FILE *out)
{
	(void)options;
	write_info(report, out);
	write_scan(report, out);
	write_subjects(report, out);
	write_results(report, out);
	write_controls(report, out);
	write_paths(report, out);
	write_baseline(report, out);
}

const struct report_writer report_prometheus = {
	.name = "prometheus",
	.summary = "metrics, for the textfile collector of node_exporter: one file NAME.prom",
	.write = write_prometheus,
};
