/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/diff.h"

#include "base/cleanup.h"
#include "base/doc.h"
#include "reports/reports.h"
#include "tests/unit/sample_report.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

static const struct report_options plain, quiet = {.quiet = true};

/* Containers of names of their own, so that each has a key of its own. */
static struct sample *apart(struct arena *arena)
{
	struct sample *sample = sample_new(arena, 4);

	for (size_t i = 0; i < 4; i++)
		sample->containers[i].service = sample->containers[i].project = NULL;
	return sample;
}

static const struct diff *compare(struct arena *arena, struct sample *old, struct sample *new,
				  const char *fail_on, bool allow_incomplete)
{
	struct diff sides = {.old_file = "old.json",
			     .new_file = "new.json",
			     .old = &old->report,
			     .new = &new->report};

	sample_finish(arena, old);
	sample_finish(arena, new);
	if (fail_on) {
		sides.fail_on.source = "--fail-on";
		sides.fail_on.gates = severity_parse(fail_on, &sides.fail_on.fail_on);
	}
	return diff_reports(arena, &sides, allow_incomplete);
}

static const struct diff_item *find(const struct diff *diff, const struct sample *new, size_t i)
{
	for (size_t k = 0; k < diff->n_items; k++)
		if (diff->items[k].subject == &new->containers[i])
			return &diff->items[k];
	return NULL;
}

struct transition {
	enum status old, new;
	int change; /* -1: unchanged */
};

START_TEST(each_change_of_status_is_told)
{
	static const struct transition table[] = {
		{STATUS_PASS, STATUS_FAIL, CHANGE_NEW},
		{STATUS_UNKNOWN, STATUS_FAIL, CHANGE_NEW},
		{STATUS_WAIVED, STATUS_FAIL, CHANGE_NEW},
		{STATUS_MANUAL, STATUS_FAIL, CHANGE_NEW},
		{STATUS_NOT_APPLICABLE, STATUS_FAIL, CHANGE_NEW},
		{STATUS_FAIL, STATUS_PASS, CHANGE_FIXED},
		{STATUS_FAIL, STATUS_NOT_APPLICABLE, CHANGE_FIXED},
		{STATUS_FAIL, STATUS_UNKNOWN, CHANGE_LOST},
		{STATUS_PASS, STATUS_UNKNOWN, CHANGE_LOST},
		{STATUS_WAIVED, STATUS_UNKNOWN, CHANGE_LOST},
		{STATUS_MANUAL, STATUS_UNKNOWN, CHANGE_LOST},
		{STATUS_UNKNOWN, STATUS_PASS, CHANGE_GAINED},
		{STATUS_UNKNOWN, STATUS_WAIVED, CHANGE_GAINED},
		{STATUS_FAIL, STATUS_WAIVED, CHANGE_OTHER},
		{STATUS_PASS, STATUS_MANUAL, CHANGE_OTHER},
		{STATUS_PASS, STATUS_PASS, -1},
		{STATUS_FAIL, STATUS_FAIL, -1},
		{STATUS_UNKNOWN, STATUS_UNKNOWN, -1},
		{STATUS_WAIVED, STATUS_WAIVED, -1},
	};

	for (size_t i = 0; i < N_ELEMENTS(table); i++) {
		cleanup_arena struct arena *arena = arena_new();
		struct sample *old = apart(arena), *new = apart(arena);
		const struct diff *diff;

		sample_add(old, SAMPLE_MEMORY, &old->containers[0], table[i].old, "a");
		sample_add(new, SAMPLE_MEMORY, &new->containers[0], table[i].new, "b");
		diff = compare(arena, old, new, "high", false);
		ck_assert_uint_eq(diff->n_items, table[i].change >= 0);
		ck_assert_uint_eq(diff->n_unchanged, table[i].change < 0);
		if (table[i].change >= 0)
			ck_assert_msg((int)diff->items[0].change == table[i].change, "row %zu", i);
	}
}
END_TEST

START_TEST(severity_makes_a_failure_new_or_milder)
{
	cleanup_arena struct arena *arena = arena_new();
	struct sample *old = apart(arena), *new = apart(arena);
	const struct diff *diff;

	for (size_t i = 0; i < 3; i++) {
		sample_add(old, SAMPLE_MEMORY, &old->containers[i], STATUS_FAIL, "x");
		sample_add(new, SAMPLE_MEMORY, &new->containers[i], STATUS_FAIL, "x");
	}
	new->results[0].verdict.severity = SEVERITY_CRITICAL;
	new->results[1].verdict.severity = SEVERITY_LOW;
	/* A policy's rating is no change of the host. */
	new->results[2].judged = SEVERITY_MEDIUM;
	new->results[2].rated_by = "policy.yaml:1:1";
	new->results[2].verdict.severity = SEVERITY_CRITICAL;
	diff = compare(arena, old, new, "high", false);
	ck_assert_int_eq(find(diff, new, 0)->change, CHANGE_NEW);
	ck_assert_int_eq(find(diff, new, 1)->change, CHANGE_OTHER);
	ck_assert_ptr_null(find(diff, new, 2));
	ck_assert_uint_eq(diff->n_still_failing, 1);
	ck_assert_uint_eq(diff->new_by_severity[SEVERITY_CRITICAL], 1);
	ck_assert_int_eq(diff->exit_status, EXIT_FINDINGS);
}
END_TEST

START_TEST(a_redeployment_is_no_news)
{
	cleanup_arena struct arena *arena = arena_new();
	struct sample *old = sample_new(arena, 2), *new = sample_new(arena, 4);
	const struct diff *diff;

	for (size_t i = 0; i < 4; i++) {
		new->containers[i].id = arena_printf(arena, "%064zx", i + 77);
		new->containers[i].image = "nginx:1.28";
		if (i < 2)
			sample_add(old, SAMPLE_PRIVILEGED, &old->containers[i], STATUS_FAIL, "x");
	}
	for (size_t i = 0; i < 4; i++)
		sample_add(new, SAMPLE_PRIVILEGED, &new->containers[i], STATUS_FAIL, "x");
	diff = compare(arena, old, new, "info", false);
	ck_assert_uint_eq(diff->n_items, 0);
	ck_assert_uint_eq(diff->n_unchanged, 1);
	ck_assert_int_eq(diff->exit_status, EXIT_CLEAN);
	new->results[3].verdict.severity = SEVERITY_CRITICAL;
	new->results[1].verdict.status = STATUS_PASS;
	old->results[0].verdict.severity = old->results[1].verdict.severity = SEVERITY_LOW;
	diff = compare(arena, old, new, "info", false);
	ck_assert_uint_eq(diff->n_items, 1);
	ck_assert_uint_eq(diff->items[0].old.n, 2);
	ck_assert_uint_eq(diff->items[0].new.n, 3);
}
END_TEST

START_TEST(what_is_gone_is_fixed_only_where_all_was_seen)
{
	cleanup_arena struct arena *arena = arena_new();

	for (int is_read = 0; is_read < 2; is_read++) {
		struct sample *old = apart(arena), *new = apart(arena);
		const struct diff *diff;

		sample_add(old, SAMPLE_MEMORY, &old->containers[0], STATUS_FAIL, "x");
		sample_add(old, SAMPLE_MEMORY, &old->containers[1], STATUS_PASS, "x");
		if (is_read)
			sample_add(new, SAMPLE_MEMORY, &new->containers[1], STATUS_PASS, "x");
		else
			sample_add(new, SAMPLE_MEMORY, &new->host, STATUS_UNKNOWN, "unread");
		diff = compare(arena, old, new, "info", false);
		ck_assert_uint_eq(diff->n[CHANGE_FIXED], is_read);
		ck_assert_uint_eq(diff->n[CHANGE_LOST], is_read ? 0 : 2);
		ck_assert_int_eq(diff->exit_status, is_read ? EXIT_CLEAN : EXIT_INCOMPLETE);
		ck_assert_int_eq(compare(arena, old, new, "info", true)->exit_status, EXIT_CLEAN);
		diff = compare(arena, new, old, "info", false);
		ck_assert_uint_eq(diff->n[CHANGE_NEW], 1);
		ck_assert_uint_eq(diff->n[CHANGE_GAINED], !is_read);
	}
}
END_TEST

/* A control of which only one of them has results is told as a whole. */
START_TEST(controls_come_and_go)
{
	cleanup_arena struct arena *arena = arena_new();
	struct sample *old = apart(arena), *new = apart(arena);
	const struct diff *diff;

	for (size_t i = 0; i < 4; i++)
		sample_add(old, SAMPLE_MEMORY, &old->containers[i],
			   i == 2 ? STATUS_FAIL : STATUS_PASS, "x");
	for (size_t i = 0; i < 4; i++)
		sample_add(new, SAMPLE_PRIVILEGED, &new->containers[i],
			   i == 3 ? STATUS_FAIL : STATUS_PASS, "x");
	old->library.controls = &old->controls[SAMPLE_MEMORY];
	old->library.n_controls = 1;
	new->library.n_controls = 1;
	diff = compare(arena, old, new, "critical", false);
	ck_assert_uint_eq(diff->n_items, 3);
	ck_assert_int_eq(diff->items[0].change, CHANGE_NEW);
	ck_assert_ptr_eq(diff->items[0].subject, &new->containers[3]);
	ck_assert_int_eq(diff->items[1].change, CHANGE_LOST);
	ck_assert_str_eq(diff->items[1].control->key, "memory-limited");
	ck_assert_ptr_null(diff->items[1].subject);
	ck_assert_uint_eq(diff->items[1].old.n, 1);
	ck_assert_int_eq(diff->items[1].old.result->verdict.status, STATUS_FAIL);
	ck_assert_int_eq(diff->items[2].change, CHANGE_GAINED);
	ck_assert_int_eq(diff->exit_status, EXIT_FINDINGS);
}
END_TEST

START_TEST(the_gate_counts_what_is_new)
{
	static const struct {
		const char *fail_on;
		enum exit_status status;
	} table[] = {{"critical", EXIT_INCOMPLETE},
		     {"medium", EXIT_FINDINGS},
		     {"info", EXIT_FINDINGS},
		     {"none", EXIT_INCOMPLETE},
		     {NULL, EXIT_INCOMPLETE} /* the new audit's own: high */};

	for (size_t i = 0; i < N_ELEMENTS(table); i++) {
		cleanup_arena struct arena *arena = arena_new();
		struct sample *old = apart(arena), *new = apart(arena);
		const struct diff *diff;

		sample_add(old, SAMPLE_PRIVILEGED, &old->containers[0], STATUS_FAIL, "x");
		sample_add(new, SAMPLE_PRIVILEGED, &new->containers[0], STATUS_FAIL, "x");
		sample_add(old, SAMPLE_MEMORY, &old->containers[0], STATUS_PASS, "x");
		sample_add(old, SAMPLE_MEMORY, &old->containers[1], STATUS_PASS, "x");
		sample_add(new, SAMPLE_MEMORY, &new->containers[0], STATUS_FAIL, "x");
		sample_add(new, SAMPLE_MEMORY, &new->containers[1], STATUS_UNKNOWN, "x");
		diff = compare(arena, old, new, table[i].fail_on, false);
		ck_assert_int_eq(diff->exit_status, table[i].status);
		ck_assert_uint_eq(diff->n_gating, table[i].status == EXIT_FINDINGS);
	}
}
END_TEST

static char *written(const struct diff *diff, const struct report_writer *writer,
		     const struct report_options *options)
{
	char *bytes = NULL;
	size_t length;
	FILE *out = open_memstream(&bytes, &length);

	writer->write_diff(diff, options, out);
	ck_assert_int_eq(fclose(out), 0);
	return bytes;
}

START_TEST(both_formats_tell_it)
{
	cleanup_arena struct arena *arena = arena_new();
	struct sample *old = apart(arena), *new = apart(arena);
	const struct diff *diff;
	cleanup_free char *text = NULL, *short_text = NULL, *json = NULL;
	cleanup_doc cJSON *doc = NULL;

	new->containers[0].name = old->containers[0].name = "web\n\033[2J\xe2\x80\xae";
	sample_add(old, SAMPLE_PRIVILEGED, &old->containers[0], STATUS_PASS, "it is not");
	sample_add(new, SAMPLE_PRIVILEGED, &new->containers[0], STATUS_FAIL, "it is");
	sample_add(old, SAMPLE_MEMORY, &old->containers[1], STATUS_FAIL, "no limit");
	sample_add(new, SAMPLE_MEMORY, &new->containers[1], STATUS_PASS, "a limit");
	new->report.target.hostname = "host-02";
	diff = compare(arena, old, new, NULL, false);
	text = written(diff, &report_text, &plain);
	ck_assert_ptr_nonnull(strstr(text, "\nnew     critical 5.5    not-privileged "
					   "[container web\\n\\x1b[2J\\u202e] it is (was pass)\n"));
	ck_assert_ptr_nonnull(strstr(text, "\nfixed   medium   5.11   memory-limited [container "
					   "web-1] a limit (now pass) (was fail, medium)\n"));
	ck_assert_ptr_nonnull(strstr(text, "not of one host"));
	short_text = written(diff, &report_text, &quiet);
	ck_assert_ptr_nonnull(strstr(short_text, "\nnew "));
	ck_assert_ptr_null(strstr(short_text, "\nfixed "));
	json = written(diff, &report_json, &plain);
	ck_assert_int_eq(doc_parse(json, strlen(json), &doc, NULL), 0);
	ck_assert_int_eq(doc_int_or(doc, "summary.new", 0), 1);
	ck_assert_int_eq(doc_int_or(doc, "summary.fixed", 0), 1);
	ck_assert_str_eq(doc_string_or(doc_at(doc, "changes")->child, "old.status", ""), "pass");
	ck_assert(!report_junit.write_diff);
}
END_TEST

Suite *suite_diff(void)
{
	const TTest *const tests[] = {
		each_change_of_status_is_told, severity_makes_a_failure_new_or_milder,
		a_redeployment_is_no_news,     what_is_gone_is_fixed_only_where_all_was_seen,
		controls_come_and_go,          the_gate_counts_what_is_new,
		both_formats_tell_it,          NULL};

	return unit_suite("diff", tests);
}
