/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/diff.h"

#include "base/text.h"
#include "judge/subject_key.h"

#include <stdlib.h>
#include <string.h>

/* One result with its key; of a key the worst result comes first. */
struct mark {
	const char *key;
	const struct result *result;
	size_t n; /* in the first: results with this key and status */
};

struct marks {
	struct mark *items;
	size_t n;
};

const char *change_name(enum change change)
{
	static const char *const names[CHANGE_COUNT] = {"new", "lost", "fixed", "changed",
							"gained"};

	return names[change];
}

/* What a policy makes of a severity is no matter of the host's. */
static enum severity judged(const struct result *result)
{
	return result->rated_by ? result->judged : result->verdict.severity;
}

static int compare_marks(const void *left, const void *right)
{
	const struct mark *a = left, *b = right;
	int order = strcmp(a->key, b->key);

	if (order == 0)
		order = (int)status_weight(b->result->verdict.status) -
			(int)status_weight(a->result->verdict.status);
	if (order == 0)
		order = (int)judged(b->result) - (int)judged(a->result);
	return order ? order : (a->result > b->result) - (a->result < b->result);
}

static struct marks mark(struct arena *arena, const struct report *report)
{
	struct marks marks = {.items = arena_array(arena, report->n_results, sizeof(*marks.items))};

	for (size_t i = 0; i < report->n_results; i++) {
		const struct result *result = &report->results[i];

		marks.items[i].key = result_key(arena, result->control->key, result->subject);
		marks.items[i].result = result;
	}
	if (report->n_results > 1)
		qsort(marks.items, report->n_results, sizeof(*marks.items), compare_marks);
	for (size_t i = 0; i < report->n_results; i++) {
		if (marks.n == 0 || strcmp(marks.items[marks.n - 1].key, marks.items[i].key) != 0)
			marks.items[marks.n++] = marks.items[i];
		marks.items[marks.n - 1].n += marks.items[i].result->verdict.status ==
					      marks.items[marks.n - 1].result->verdict.status;
	}
	return marks;
}

/* A comparison that grows. */
struct comparison {
	struct arena *arena;
	struct diff *diff;
	struct diff_item *items;
	const bool *unread; /* by control.index of the new audit: see find_unread() */
};

static bool has_status(const struct result *result, enum status status)
{
	return result && result->verdict.status == status;
}

static const struct control *same_control(const struct report *report,
					  const struct control *control)
{
	return library_control(report->library, control->key);
}

/* Where not all subjects of a control could be listed, the host stands for those that are missing.
 */
static bool is_for_unread(const struct result *result)
{
	return has_status(result, STATUS_UNKNOWN) && result->subject->kind == SUBJECT_HOST;
}

static const bool *find_unread(struct arena *arena, const struct report *report)
{
	bool *unread = arena_array(arena, report->library->n_controls, sizeof(*unread));

	for (size_t i = 0; i < report->n_results; i++) {
		if (is_for_unread(&report->results[i]))
			unread[report->results[i].control->index] = true;
	}
	return unread;
}

/* The new audit has nothing of this key, but has the control. */
static bool change_of_missing(const struct comparison *comparison, const struct result *old,
			      const struct control *control, enum change *ret)
{
	if (is_for_unread(old)) {
		*ret = CHANGE_GAINED;
		return true;
	}
	*ret = comparison->unread[control->index] ? CHANGE_LOST : CHANGE_FIXED;
	return has_status(old, STATUS_FAIL);
}

/* What is said of a key that at least one of the audits has; false: nothing. */
static bool change_of(const struct comparison *comparison, const struct result *old,
		      const struct result *new, enum change *ret)
{
	if (has_status(new, STATUS_FAIL)) {
		*ret = !has_status(old, STATUS_FAIL) || judged(new) > judged(old) ? CHANGE_NEW
										  : CHANGE_OTHER;
		return *ret == CHANGE_NEW || judged(new) != judged(old);
	}
	if (!new) {
		const struct control *control = same_control(comparison->diff->new, old->control);

		return control && change_of_missing(comparison, old, control, ret);
	}
	if (!old) {
		*ret = CHANGE_LOST;
		return has_status(new, STATUS_UNKNOWN) &&
		       same_control(comparison->diff->old, new->control);
	}
	*ret = has_status(new, STATUS_UNKNOWN)                                   ? CHANGE_LOST
	       : has_status(old, STATUS_UNKNOWN)                                 ? CHANGE_GAINED
	       : has_status(old, STATUS_FAIL) && !has_status(new, STATUS_WAIVED) ? CHANGE_FIXED
										 : CHANGE_OTHER;
	return old->verdict.status != new->verdict.status;
}

static void add(struct comparison *comparison, struct diff_item item)
{
	struct diff *diff = comparison->diff;
	const struct result *old = item.old.result, *new = item.new.result;

	if (has_status(new, STATUS_FAIL) || (new && !has_status(old, STATUS_FAIL)))
		item.severity = new->verdict.severity;
	else
		item.severity = old->verdict.severity;
	comparison->items =
		arena_grow(comparison->arena, comparison->items, diff->n_items, sizeof(item));
	comparison->items[diff->n_items++] = item;
	diff->n[item.change]++;
	if (item.change == CHANGE_NEW)
		diff->new_by_severity[item.severity]++;
}

/* At least one of the two is there. */
static void compare(struct comparison *comparison, const struct mark *old, const struct mark *new)
{
	const struct result *was = old ? old->result : NULL, *is = new ? new->result : NULL;
	const struct mark *named = new ? new : old;
	struct diff_item item = {
		.control = named->result->control,
		.subject = named->result->subject,
		.old = {was, old ? old->n : 0},
		.new = {is, new ? new->n : 0},
	};

	if (change_of(comparison, was, is, &item.change)) {
		add(comparison, item);
	} else if (was && is) {
		comparison->diff->n_unchanged++;
		comparison->diff->n_still_failing += has_status(is, STATUS_FAIL);
	}
}

static const struct mark *mark_at(const struct marks *marks, size_t i)
{
	return i < marks->n ? &marks->items[i] : NULL;
}

/* Walk both in the order of keys. */
static void compare_all(struct comparison *comparison)
{
	struct marks old = mark(comparison->arena, comparison->diff->old);
	struct marks new = mark(comparison->arena, comparison->diff->new);
	const struct mark *was = mark_at(&old, 0), *is = mark_at(&new, 0);

	for (size_t i = 0, k = 0; was || is;) {
		int order = !was ? 1 : !is ? -1 : strcmp(was->key, is->key);

		compare(comparison, order <= 0 ? was : NULL, order >= 0 ? is : NULL);
		if (order <= 0)
			was = mark_at(&old, ++i);
		if (order >= 0)
			is = mark_at(&new, ++k);
	}
}

/* The worst result of the control whose results begin at *at; moves it past them. */
static struct diff_side control_side(const struct report *report, size_t *at)
{
	struct diff_side side = {.result = &report->results[*at]};

	for (; *at < report->n_results && report->results[*at].control == side.result->control;
	     ++*at) {
		const struct result *result = &report->results[*at];

		if (status_weight(result->verdict.status) >
		    status_weight(side.result->verdict.status))
			side = (struct diff_side){.result = result};
		side.n += result->verdict.status == side.result->verdict.status;
	}
	return side;
}

/* Controls that one of the audits did not judge at all. */
static void compare_controls(struct comparison *comparison)
{
	const struct report *old = comparison->diff->old, *new = comparison->diff->new;

	for (size_t i = 0; i < old->n_results;) {
		struct diff_side side = control_side(old, &i);

		if (!same_control(new, side.result->control))
			add(comparison, (struct diff_item){.change = CHANGE_LOST,
							   .control = side.result->control,
							   .old = side});
	}
	for (size_t i = 0; i < new->n_results;) {
		struct diff_side side = control_side(new, &i);

		if (!same_control(old, side.result->control))
			add(comparison, (struct diff_item){.change = CHANGE_GAINED,
							   .control = side.result->control,
							   .new = side});
	}
}

static int compare_items(const void *left, const void *right)
{
	const struct diff_item *a = left, *b = right;
	int order = (int)a->change - (int)b->change;

	if (order == 0)
		order = (int)b->severity - (int)a->severity;
	if (order == 0)
		order = (int)a->control->section - (int)b->control->section;
	if (order == 0)
		order = strcmp(a->control->key, b->control->key);
	if (order == 0 && (!a->subject || !b->subject))
		return !a->subject - !b->subject;
	if (order == 0)
		order = (int)a->subject->kind - (int)b->subject->kind;
	if (order == 0)
		order = strcmp(a->subject->name, b->subject->name);
	return order ? order
		     : strcmp(a->subject->id ? a->subject->id : "",
			      b->subject->id ? b->subject->id : "");
}

static void settle(struct arena *arena, struct diff *diff, bool allow_incomplete)
{
	const struct threshold *fail_on = &diff->fail_on;
	cleanup_text struct text reason = {0};
	size_t n_lost = diff->n[CHANGE_LOST];

	for (size_t i = fail_on->fail_on; fail_on->gates && i < SEVERITY_COUNT; i++)
		diff->n_gating += diff->new_by_severity[i];
	diff->exit_status = diff->n_gating > 0                ? EXIT_FINDINGS
			    : n_lost > 0 && !allow_incomplete ? EXIT_INCOMPLETE
							      : EXIT_CLEAN;
	text_addf(&reason, "exit status %d: ", diff->exit_status);
	if (!fail_on->gates)
		text_addf(&reason, "new failures do not count (%s)", fail_on->source);
	else if (diff->n_gating > 0)
		text_addf(&reason, "%zu new %s at or above %s (%s)", diff->n_gating,
			  diff->n_gating == 1 ? "failure" : "failures",
			  severity_name(fail_on->fail_on), fail_on->source);
	else
		text_addf(&reason, "no new failure at or above %s",
			  severity_name(fail_on->fail_on));
	if (n_lost > 0)
		text_addf(&reason, "; %zu that %s judged before %s not now%s", n_lost,
			  n_lost == 1 ? "was" : "were", n_lost == 1 ? "is" : "are",
			  diff->exit_status == EXIT_INCOMPLETE
				  ? " (--allow-incomplete accepts that)"
				  : "");
	diff->exit_reason = arena_strdup(arena, text_string(&reason));
}

/* Thresholds of a saved report no longer say which results they are for. */
static struct threshold own_threshold(struct arena *arena, const struct report *report)
{
	struct threshold threshold = {
		.gates = report->gate,
		.fail_on = report->fail_on,
		.source = report->fail_on_source,
	};

	if (!threshold.source)
		threshold.source =
			arena_printf(arena, "--fail-on %s",
				     report->gate ? severity_name(report->fail_on) : "none");
	return threshold;
}

const struct diff *diff_reports(struct arena *arena, const struct diff *sides,
				bool allow_incomplete)
{
	struct diff *diff = arena_alloc(arena, sizeof(*diff));
	struct comparison comparison = {.arena = arena, .diff = diff};

	*diff = (struct diff){
		.old_file = sides->old_file,
		.new_file = sides->new_file,
		.old = sides->old,
		.new = sides->new,
		.fail_on =
			sides->fail_on.source ? sides->fail_on : own_threshold(arena, sides->new),
	};
	comparison.unread = find_unread(arena, diff->new);
	compare_all(&comparison);
	compare_controls(&comparison);
	if (diff->n_items > 1)
		qsort(comparison.items, diff->n_items, sizeof(*comparison.items), compare_items);
	diff->items = comparison.items;
	settle(arena, diff, allow_incomplete);
	return diff;
}
