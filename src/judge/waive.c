/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/waive.h"

#include "base/text.h"
#include "judge/subject_match.h"

#include <string.h>

/* What became of one exception. */
struct usage {
	size_t n_waived;
	size_t n_lapsed; /* failures that it would waive, had it not expired */
};

struct waiving {
	struct arena *arena;
	const struct report *report;
	const struct facts *facts;
	const struct policy *policy;
	struct usage *usages;
	struct policy_notes *notes;
};

static bool has_expired(const struct waiving *waiving, const struct exception *exception)
{
	if (exception->end == INT64_MAX)
		return false;
	return waiving->facts->now == 0 || waiving->facts->now >= exception->end;
}

/* The first that holds; all others that match count as used, too. */
static const struct waiver *find_exception(const struct waiving *waiving,
					   const struct result *result)
{
	const struct waiver *found = NULL;

	for (size_t i = 0; i < waiving->policy->n_exceptions; i++) {
		const struct exception *exception = &waiving->policy->exceptions[i];
		struct usage *usage = &waiving->usages[i];

		if (!scope_matches(&exception->scope, waiving->facts, result->control,
				   result->subject))
			continue;
		if (has_expired(waiving, exception)) {
			usage->n_lapsed++;
			continue;
		}
		usage->n_waived++;
		if (!found)
			found = &exception->waiver;
	}
	return found;
}

/* Why a label does not waive; NULL where it does. */
static const char *label_refusal(const struct waiving *waiving, const struct result *result,
				 const char *name, const char *reason)
{
	if (!waiving->policy->label_waivers ||
	    !waiving->policy->label_waivers[result->control->index])
		return "no policy allows that (allow_label_waivers)";
	switch (label_origin(waiving->facts, result->subject, name)) {
	case LABEL_OF_IMAGE:
		return "it comes from the image";
	case LABEL_OF_UNREAD_IMAGE:
		return "it may come from the image, which was not read";
	case LABEL_OF_CONTAINER:
		break;
	}
	if (strspn(reason, " \t\n") == strlen(reason))
		return "it gives no reason";
	return NULL;
}

static const struct waiver *find_label(const struct waiving *waiving, const struct result *result)
{
	const struct subject *subject = result->subject;
	const char *name, *refusal;
	const cJSON *label;
	struct waiver *waiver;

	if (subject->kind != SUBJECT_CONTAINER)
		return NULL;
	name = arena_printf(waiving->arena, WAIVER_LABEL "%s", result->control->key);
	label = doc_member(doc_at(subject->doc, "Config.Labels"), name);
	if (!doc_is_string(label))
		return NULL;
	refusal = label_refusal(waiving, result, name, label->valuestring);
	if (refusal) {
		policy_note(waiving->notes,
			    arena_printf(waiving->arena, "container %s", subject->name),
			    "its label %s has no effect: %s", name, refusal);
		return NULL;
	}
	waiver = arena_alloc(waiving->arena, sizeof(*waiver));
	*waiver = (struct waiver){
		.reason = label->valuestring,
		.source = arena_printf(waiving->arena, "label %s", name),
	};
	return waiver;
}

static void waive_result(const struct waiving *waiving, struct result *result)
{
	const struct waiver *waiver = find_exception(waiving, result);

	if (!waiver)
		waiver = find_label(waiving, result);
	if (!waiver)
		return;
	result->verdict.status = STATUS_WAIVED;
	result->waiver = waiver;
}

/* By control.index: every subject of it was judged, and none is unknown. */
static const bool *find_settled(const struct waiving *waiving, const struct result *results)
{
	const struct report *report = waiving->report;
	bool *settled = arena_array(waiving->arena, report->library->n_controls, sizeof(*settled));

	for (size_t i = 0; i < report->n_results; i++)
		settled[results[i].control->index] = true;
	for (size_t i = 0; i < report->n_results; i++) {
		if (results[i].verdict.status == STATUS_UNKNOWN)
			settled[results[i].control->index] = false;
	}
	return settled;
}

static bool is_settled(const struct waiving *waiving, const struct exception *exception,
		       const bool *settled)
{
	const struct library *library = waiving->report->library;

	for (size_t i = 0; i < library->n_controls; i++) {
		if (scope_has_control(&exception->scope, &library->controls[i]) && !settled[i])
			return false;
	}
	return true;
}

static void note_expired(const struct waiving *waiving, const struct exception *exception,
			 const struct usage *usage)
{
	const struct waiver *waiver = &exception->waiver;
	bool is_dated = waiving->facts->now != 0;
	const char *matches =
		usage->n_lapsed == 1
			? "1 failure matches it"
			: arena_printf(waiving->arena, "%zu failures match it", usage->n_lapsed);

	policy_note(waiving->notes, waiver->source,
		    "the exception %s on %s%s: it waives nothing; %s",
		    is_dated ? "expired" : "expires", waiver->expires,
		    is_dated ? "" : ", and when this host was seen is not known", matches);
}

static void note_exceptions(const struct waiving *waiving, const struct result *results,
			    bool is_whole)
{
	const bool *settled = find_settled(waiving, results);

	for (size_t i = 0; i < waiving->policy->n_exceptions; i++) {
		const struct exception *exception = &waiving->policy->exceptions[i];
		const struct usage *usage = &waiving->usages[i];

		if (!scope_has_host(&exception->scope, waiving->facts))
			continue;
		if (has_expired(waiving, exception))
			note_expired(waiving, exception, usage);
		else if (is_whole && usage->n_waived == 0 &&
			 is_settled(waiving, exception, settled))
			policy_note(waiving->notes, exception->waiver.source,
				    "the exception matches no failure");
	}
}

void waive(struct arena *arena, const struct report *report, struct result *results, bool is_whole,
	   struct policy_notes *notes)
{
	const struct policy *policy = report->library->policy;
	const struct waiving waiving = {
		.arena = arena,
		.report = report,
		.facts = report->facts,
		.policy = policy,
		.usages = arena_array(arena, policy->n_exceptions, sizeof(struct usage)),
		.notes = notes,
	};

	for (size_t i = 0; i < report->n_results; i++) {
		if (results[i].verdict.status == STATUS_FAIL)
			waive_result(&waiving, &results[i]);
	}
	note_exceptions(&waiving, results, is_whole);
}
