/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/fleet.h"

#include "base/cleanup.h"
#include "base/doc.h"
#include "reports/reports.h"
#include "tests/unit/sample_report.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

static const struct report_options plain, terminal = {.width = 60};

/* A host on which so many containers are privileged, and so many have no limit. */
static struct sample *host(struct arena *arena, const char *name, size_t n_critical,
			   size_t n_medium, size_t n_unknown)
{
	const size_t n[] = {n_critical, n_medium, n_unknown};
	static const enum status statuses[] = {STATUS_FAIL, STATUS_FAIL, STATUS_UNKNOWN};
	static const size_t controls[] = {SAMPLE_PRIVILEGED, SAMPLE_MEMORY, SAMPLE_PORTS};
	struct sample *sample = sample_new(arena, 20);

	sample->report.target.hostname = name;
	for (size_t i = 0; i < 3; i++) {
		sample_add(sample, controls[i], &sample->containers[19], STATUS_PASS, "good");
		for (size_t k = 0; k < n[i]; k++)
			sample_add(sample, controls[i], &sample->containers[k], statuses[i], "bad");
	}
	sample_finish(arena, sample);
	return sample;
}

static void add(struct arena *arena, struct fleet *fleet, const char *file, struct sample *sample)
{
	fleet_add(arena, fleet, file, &sample->report);
}

static const struct fleet_control *control(const struct fleet *fleet, const char *key)
{
	for (size_t i = 0; i < fleet->n_controls; i++)
		if (strcmp(fleet->controls[i]->key, key) == 0)
			return fleet->controls[i];
	ck_abort_msg("no control %s", key);
	return NULL;
}

START_TEST(the_worst_host_comes_first)
{
	static const char *const order[] = {"two-critical", "one-critical", "many-medium",
					    "two-unknown",  "a-clean",      "b-clean"};
	cleanup_arena struct arena *arena = arena_new();
	struct fleet fleet = {0};

	add(arena, &fleet, "1", host(arena, "b-clean", 0, 0, 0));
	add(arena, &fleet, "2", host(arena, "many-medium", 0, 15, 9));
	add(arena, &fleet, "3", host(arena, "a-clean", 0, 0, 0));
	add(arena, &fleet, "4", host(arena, "two-critical", 2, 0, 0));
	add(arena, &fleet, "5", host(arena, "two-unknown", 0, 0, 2));
	add(arena, &fleet, "6", host(arena, "one-critical", 1, 15, 9));
	fleet_finish(arena, &fleet);
	for (size_t i = 0; i < N_ELEMENTS(order); i++)
		ck_assert_str_eq(fleet.hosts[i]->hostname, order[i]);
	ck_assert_uint_eq(fleet.counts.by_status[STATUS_FAIL], 33);
	ck_assert_uint_eq(fleet.n_failing, 2);
	ck_assert_uint_eq(fleet.n_incomplete, 2);
	ck_assert_int_eq(fleet.exit_status, EXIT_FINDINGS);
	ck_assert_ptr_nonnull(strstr(fleet.exit_reason, "2 of 6 hosts have failures"));
}
END_TEST

START_TEST(the_worst_control_comes_first)
{
	cleanup_arena struct arena *arena = arena_new();
	struct fleet fleet = {0};
	struct fleet_cell cell;

	add(arena, &fleet, "1", host(arena, "a", 0, 3, 1));
	add(arena, &fleet, "2", host(arena, "b", 1, 4, 0));
	add(arena, &fleet, "3", host(arena, "c", 0, 5, 1));
	fleet_finish(arena, &fleet);
	ck_assert_uint_eq(fleet.n_controls, SAMPLE_CONTROLS);
	ck_assert_str_eq(fleet.controls[0]->key, "not-privileged");
	ck_assert_uint_eq(fleet.controls[0]->n_hosts[STATUS_FAIL], 1);
	ck_assert_uint_eq(fleet.controls[0]->n_hosts[STATUS_PASS], 2);
	ck_assert_str_eq(fleet.controls[0]->number, "5.5");
	ck_assert_str_eq(fleet.controls[1]->key, "memory-limited");
	ck_assert_uint_eq(fleet.controls[1]->n_failures, 12);
	ck_assert_str_eq(fleet.controls[2]->key, "ports-needed");
	ck_assert(!fleet.controls[2]->fails);
	ck_assert_str_eq(fleet.hosts[0]->hostname, "b");
	cell = fleet_cell(fleet.hosts[0], fleet.controls[1]);
	ck_assert(cell.is_judged && cell.status == STATUS_FAIL && cell.n == 4);
	ck_assert_int_eq(cell.severity, SEVERITY_MEDIUM);
	cell = fleet_cell(fleet.hosts[0], fleet.controls[2]);
	ck_assert(cell.is_judged && cell.status == STATUS_PASS && cell.n == 1);
}
END_TEST

/* A control that a host before did not have is not judged there. */
START_TEST(hosts_differ_in_their_controls)
{
	cleanup_arena struct arena *arena = arena_new();
	struct fleet fleet = {0};
	struct sample *first = sample_new(arena, 1), *second = sample_new(arena, 1);

	first->library.n_controls = 1;
	sample_add(first, SAMPLE_PRIVILEGED, &first->containers[0], STATUS_PASS, "x");
	sample_add(second, SAMPLE_OWN, &second->host, STATUS_WAIVED, "x");
	second->report.target.hostname = "other";
	sample_finish(arena, first);
	sample_finish(arena, second);
	add(arena, &fleet, "1", first);
	add(arena, &fleet, "2", second);
	fleet_finish(arena, &fleet);
	ck_assert(!fleet_cell(fleet.hosts[0], control(&fleet, "own-control")).is_judged);
	ck_assert(fleet_cell(fleet.hosts[1], control(&fleet, "own-control")).is_judged);
	ck_assert(!fleet_cell(fleet.hosts[1], control(&fleet, "not-privileged")).is_judged);
	ck_assert_ptr_null(control(&fleet, "own-control")->number);
	ck_assert_int_eq(fleet.exit_status, EXIT_CLEAN);
}
END_TEST

START_TEST(only_the_worst_findings_are_kept)
{
	cleanup_arena struct arena *arena = arena_new(), *of_host = arena_new();
	struct sample *sample = sample_new(of_host, 9);
	char message[1000];
	const struct fleet_host *kept;
	struct fleet fleet = {0};

	memset(message, 'x', sizeof(message) - 1);
	message[sizeof(message) - 1] = '\0';
	for (size_t i = 0; i < 9; i++)
		sample_add(sample, SAMPLE_MEMORY, &sample->containers[i], STATUS_FAIL, message)
			->severity = (enum severity)(i % 4);
	sample_finish(of_host, sample);
	add(arena, &fleet, "1", sample);
	memset(message, 'y', sizeof(message) - 1);
	arena_free(of_host);
	of_host = NULL;
	kept = fleet.hosts[0];
	ck_assert_uint_eq(kept->n_findings, FLEET_FINDINGS);
	ck_assert_str_eq(kept->findings[0].subject, "web-3");
	ck_assert_str_eq(kept->findings[1].subject, "web-7");
	ck_assert_str_eq(kept->findings[2].subject, "web-2");
	ck_assert_uint_lt(strlen(kept->findings[0].message), 400);
	ck_assert_ptr_nonnull(strstr(kept->findings[0].message, "xx...[cut]"));
}
END_TEST

START_TEST(namesakes_are_told_apart)
{
	cleanup_arena struct arena *arena = arena_new();
	struct fleet fleet = {0};

	add(arena, &fleet, "one.json", host(arena, "web", 3, 0, 0));
	add(arena, &fleet, "two.json", host(arena, "web", 2, 0, 0));
	add(arena, &fleet, "three.json", host(arena, "db", 1, 0, 0));
	add(arena, &fleet, "four.json", host(arena, "", 0, 0, 0));
	ck_assert_str_eq(fleet_host_name(arena, fleet.hosts[1]), "web (two.json)");
	fleet_finish(arena, &fleet);
	ck_assert_str_eq(fleet_host_name(arena, fleet.hosts[0]), "web (one.json)");
	ck_assert_str_eq(fleet_host_name(arena, fleet.hosts[1]), "web (two.json)");
	ck_assert_str_eq(fleet_host_name(arena, fleet.hosts[2]), "db");
	ck_assert_str_eq(fleet_host_name(arena, fleet.hosts[3]), "four.json");
}
END_TEST

/* What the writer makes of it, host by host as they are read. */
static char *written(struct arena *arena, const struct report_writer *writer,
		     struct sample *const *samples, size_t n, const struct report_options *options)
{
	struct fleet fleet = {0};
	char *bytes = NULL;
	size_t length;
	FILE *out = open_memstream(&bytes, &length);

	if (writer->fleet->begin)
		writer->fleet->begin(out);
	for (size_t i = 0; i < n; i++) {
		const struct fleet_host *kept = fleet_add(
			arena, &fleet, arena_printf(arena, "%zu.json", i), &samples[i]->report);

		if (writer->fleet->host)
			writer->fleet->host(&samples[i]->report, kept, out);
	}
	fleet_finish(arena, &fleet);
	writer->fleet->end(&fleet, options, out);
	ck_assert_int_eq(fclose(out), 0);
	return bytes;
}

START_TEST(formats_tell_it)
{
	static const char nasty[] = "a\n\033[2J\xe2\x80\xae<x a=\"'&\xff]]>.b";
	cleanup_arena struct arena *arena = arena_new();
	struct sample *samples[] = {host(arena, nasty, 1, 2, 3), host(arena, "clean", 0, 0, 0)};
	cleanup_free char *text = NULL, *screen = NULL, *json = NULL, *xml = NULL;
	cleanup_doc cJSON *doc = NULL;

	samples[0]->containers[0].name = nasty;
	text = written(arena, &report_text, samples, 2, &plain);
	ck_assert_ptr_nonnull(strstr(text, "\nfail               1        0        2        0"
					   "        0        3        -  a\\n\\x1b[2J"));
	ck_assert_ptr_nonnull(strstr(text, "\n  1 critical 5.5    not-privileged: fails on 1 of 2 "
					   "hosts (1 failure)\n"));
	ck_assert_ptr_nonnull(strstr(text, "\n  3 unknown  5.9    ports-needed: unknown on 1\n"));
	ck_assert_ptr_nonnull(strstr(text, "CM?\n"));
	ck_assert_ptr_nonnull(strstr(text, "\nclean                           ...\n"));
	screen = written(arena, &report_text, samples, 2, &terminal);
	ck_assert_ptr_null(strstr(screen, "CM?"));
	ck_assert_ptr_nonnull(strstr(screen, "CM\n"));
	json = written(arena, &report_json, samples, 2, &plain);
	ck_assert_int_eq(doc_parse(json, strlen(json), &doc, NULL), 0);
	ck_assert_int_eq(doc_int_or(doc, "summary.hosts", 0), 2);
	ck_assert_str_eq(
		doc_string_or(doc_at(doc, "hosts")->child, "controls.memory-limited.severity", ""),
		"medium");
	xml = written(arena, &report_junit, samples, 2, &plain);
	ck_assert_ptr_nonnull(strstr(xml, "<failure message=\"fail: 1 of 2: container "));
	ck_assert_ptr_nonnull(strstr(xml, "classname=\"bulkhead.a&#10;\\x1b[2J"));
	ck_assert_ptr_nonnull(strstr(xml, "]]&gt;_b\""));
	ck_assert_ptr_nonnull(
		strstr(xml, "&#10;container web-1: bad&#10;container web-2: bad</error>"));
	for (const char *c = xml; *c; c++)
		ck_assert((unsigned char)*c >= ' ' || *c == '\n');
	ck_assert(!report_dot.fleet);
}
END_TEST

Suite *suite_fleet(void)
{
	const TTest *const tests[] = {the_worst_host_comes_first,
				      the_worst_control_comes_first,
				      hosts_differ_in_their_controls,
				      only_the_worst_findings_are_kept,
				      namesakes_are_told_apart,
				      formats_tell_it,
				      NULL};

	return unit_suite("fleet", tests);
}
