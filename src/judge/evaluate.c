/* SPDX-License-Identifier: Apache-2.0 */

/* The chosen controls x their subjects -> results. */
#include "judge/evaluate.h"

#include "judge/select.h"

#include <stdlib.h>
#include <string.h>

struct evaluation {
	const struct choice *choice;
	const struct facts *facts;
	struct result *results;
	size_t n;
};

/* The kinds of subject that this control is judged on; none where no program decides it. */
static unsigned judged_kinds(const struct choice *choice, const struct control *control)
{
	return control_subjects(control) & choice->kinds;
}

static bool has_kind(unsigned kinds, size_t kind)
{
	return kinds >> kind & 1;
}

static void add(struct evaluation *evaluation, const struct control *control,
		const struct subject *subject, struct verdict verdict)
{
	evaluation->results[evaluation->n++] = (struct result){
		.control = control,
		.subject = subject,
		.verdict = verdict,
	};
}

static struct check_input input(const struct evaluation *evaluation, const struct control *control,
				const struct subject *subject)
{
	return (struct check_input){
		.facts = evaluation->facts,
		.subject = subject,
		.control = control,
		.arena = evaluation->choice->arena,
	};
}

/* Whether this control gives a result on this subject of a kind that it judges. */
static bool is_about(const struct evaluation *evaluation, const struct control *control,
		     const struct subject *subject)
{
	const struct check_input in = input(evaluation, control, subject);

	return subject->unread || !control->check->selects || control->check->selects(&in);
}

static size_t count_kind(const struct evaluation *evaluation, const struct control *control,
			 size_t kind)
{
	const struct subject_choice *subjects = &evaluation->choice->subjects[kind];
	size_t n = 0;

	if (!control->check->selects)
		return subjects->n;
	for (size_t i = 0; i < subjects->n; i++)
		n += is_about(evaluation, control, subjects->items[i]);
	return n;
}

static size_t count_subjects(const struct evaluation *evaluation, const struct control *control)
{
	unsigned kinds = judged_kinds(evaluation->choice, control);
	size_t n = 0;

	for (size_t i = 0; i < SUBJECT_KIND_COUNT; i++) {
		if (has_kind(kinds, i))
			n += count_kind(evaluation, control, i);
	}
	return n;
}

/* Of an engine on another machine the host is not what was read, and is nobody's loss here. */
static struct verdict unread_verdict(const struct check_input *in)
{
	const struct subject *subject = in->subject;

	if (subject->kind == SUBJECT_HOST && facts_is_remote(in->facts))
		return verdict_not_applicable(in, "the engine runs on another machine: %s",
					      subject->unread);
	return verdict_unknown(in, in->facts->subjects[subject->kind].hint, "%s", subject->unread);
}

static struct result judge_subject(const struct evaluation *evaluation,
				   const struct control *control, const struct subject *subject)
{
	const struct check_input in = input(evaluation, control, subject);
	struct result result = {.control = control, .subject = subject};

	if (subject->unread)
		result.verdict = unread_verdict(&in);
	else
		result.verdict = control->check->judge(&in);
	/* cppcheck-suppress returnDanglingLifetime ; a verdict holds nothing of its input's */
	return result;
}

static const char *const plurals[SUBJECT_KIND_COUNT] = {
	[SUBJECT_HOST] = "hosts",           [SUBJECT_ENGINE] = "engines",
	[SUBJECT_FILE] = "files",           [SUBJECT_IMAGE] = "images",
	[SUBJECT_CONTAINER] = "containers", [SUBJECT_NETWORK] = "networks",
	[SUBJECT_SWARM] = "swarms",         [SUBJECT_SERVICE] = "services",
};

/* "containers", "images and containers" … */
static const char *kind_words(struct arena *arena, unsigned kinds)
{
	const char *words = NULL;

	for (size_t i = 0; i < SUBJECT_KIND_COUNT; i++) {
		if (has_kind(kinds, i))
			words = words ? arena_printf(arena, "%s and %s", words, plurals[i])
				      : plurals[i];
	}
	return words;
}

/* One unknown for all the lists of its subjects that could not be read. */
static void judge_unread(struct evaluation *evaluation, const struct check_input *host,
			 unsigned kinds)
{
	const struct choice *choice = evaluation->choice;
	unsigned unread = 0;
	size_t first = 0;

	for (size_t i = SUBJECT_KIND_COUNT; i-- > 0;) {
		if (has_kind(kinds, i) && choice->subjects[i].unread) {
			unread |= SUBJECTS(i);
			first = i;
		}
	}
	if (!unread)
		return;
	/* The files of another machine are not those that could be read here. */
	if (unread == SUBJECTS(SUBJECT_FILE) && host->facts->engine.info && !host->facts->local) {
		add(evaluation, host->control, host->subject,
		    verdict_not_applicable(host, "the engine runs on another machine: %s",
					   choice->subjects[first].unread));
		return;
	}
	add(evaluation, host->control, host->subject,
	    verdict_unknown(host, choice->subjects[first].hint, "the %s could not be read: %s",
			    kind_words(choice->arena, unread), choice->subjects[first].unread));
}

/* Why there is nothing to judge. */
static struct verdict nothing_to_judge(const struct choice *choice, const struct check_input *host,
				       unsigned kinds)
{
	for (size_t i = 0; i < SUBJECT_KIND_COUNT; i++) {
		if (has_kind(kinds, i) && choice->subjects[i].none)
			return verdict_not_applicable(host, "%s", choice->subjects[i].none);
	}
	return verdict_not_applicable(host, "there are no %s to judge",
				      kind_words(choice->arena, kinds));
}

/* What the control says of no certain subject; returns the room for what it says of each. */
static struct result *start_control(struct evaluation *evaluation, const struct control *control)
{
	const struct choice *choice = evaluation->choice;
	const struct check_input host =
		input(evaluation, control, &evaluation->facts->subjects[SUBJECT_HOST].items[0]);
	unsigned kinds = judged_kinds(choice, control);
	size_t before = evaluation->n;
	struct result *room;

	if (!control->check) {
		add(evaluation, control, host.subject,
		    verdict_manual(&host, "no data shows this: a person must judge it"));
		evaluation->results[before].undecided = true;
		return NULL;
	}
	judge_unread(evaluation, &host, kinds);
	room = &evaluation->results[evaluation->n];
	evaluation->n += count_subjects(evaluation, control);
	if (evaluation->n == before)
		add(evaluation, control, host.subject, nothing_to_judge(choice, &host, kinds));
	return room;
}

/* All that is said of a subject is said at once, while the processor has its documents at hand. */
static void judge_kind(const struct evaluation *evaluation, size_t kind, struct result **rooms)
{
	const struct choice *choice = evaluation->choice;

	for (size_t i = 0; i < choice->subjects[kind].n; i++) {
		for (size_t k = 0; k < choice->n_controls; k++) {
			const struct control *control = choice->controls[k];
			const struct subject *subject = choice->subjects[kind].items[i];

			if (has_kind(judged_kinds(choice, control), kind) &&
			    is_about(evaluation, control, subject))
				*rooms[k]++ = judge_subject(evaluation, control, subject);
		}
	}
}

static void judge(const struct choice *choice, const struct facts *facts, struct report *report)
{
	struct evaluation evaluation = {.choice = choice, .facts = facts};
	struct result **rooms = arena_array(choice->arena, choice->n_controls, sizeof(*rooms));
	size_t most = choice->n_controls; /* one each beside those on subjects */

	for (size_t i = 0; i < choice->n_controls; i++)
		most += count_subjects(&evaluation, choice->controls[i]);
	evaluation.results = arena_array(choice->arena, most, sizeof(*evaluation.results));
	for (size_t i = 0; i < choice->n_controls; i++)
		rooms[i] = start_control(&evaluation, choice->controls[i]);
	for (size_t kind = 0; kind < SUBJECT_KIND_COUNT; kind++)
		judge_kind(&evaluation, kind, rooms);
	report->results = evaluation.results;
	report->n_results = evaluation.n;
}

static struct inventory inventory(const struct subject_list *list)
{
	return (struct inventory){.is_read = !list->unread, .n = list->n};
}

static struct report_target target(const struct facts *facts)
{
	const struct engine *engine = &facts->engine;

	return (struct report_target){
		.endpoint = facts->endpoint,
		.hostname = facts->host.hostname,
		.kernel = facts->host.kernel,
		.as_root = facts->host.root,
		.local = facts->local,
		.local_reason = facts->local_reason,
		.answered = engine->info || engine->version,
		.engine = engine->name,
		.engine_version = engine->version_text,
		.api_version = engine->api_version,
		.knows_rootless = engine->info,
		.rootless = engine->rootless,
		.containers = inventory(&facts->subjects[SUBJECT_CONTAINER]),
		.images = inventory(&facts->subjects[SUBJECT_IMAGE]),
	};
}

/* What the collection noted down on its way. */
static void copy_problems(struct arena *arena, const cJSON *snapshot, struct report *report)
{
	const cJSON *list = doc_at(snapshot, "problems");
	struct problem *problems;
	size_t n = 0;

	doc_for_each (item, list)
		n++;
	problems = arena_array(arena, n, sizeof(*problems));
	n = 0;
	doc_for_each (item, list) {
		problems[n++] = (struct problem){
			.source = doc_string_or(item, "source", ""),
			.reason = doc_string_or(item, "reason", ""),
			.hint = doc_string_or(item, "hint", NULL),
			.note = doc_bool_or(item, "note", false),
		};
	}
	report->problems = problems;
	report->n_problems = n;
}

static int compare_paths(const void *left, const void *right)
{
	const struct attack_path *a = *(const struct attack_path *const *)left;
	const struct attack_path *b = *(const struct attack_path *const *)right;
	int order = (a->score < b->score) - (a->score > b->score);

	if (order == 0)
		order = strcmp(a->container, b->container);
	return order ? order : strcmp(a->id, b->id);
}

/* In their order each once: several controls may be judged by ways out. */
static size_t drop_repeated(const struct attack_path **paths, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		if (kept == 0 || paths[i] != paths[kept - 1])
			paths[kept++] = paths[i];
	}
	return kept;
}

/* The paths of the containers that were judged for having none. */
static void collect_paths(struct arena *arena, struct report *report)
{
	const struct attack_path **paths =
		arena_array(arena, report->n_results, sizeof(const struct attack_path *));
	size_t n = 0;

	for (size_t i = 0; i < report->n_results; i++) {
		const struct result *result = &report->results[i];
		const struct container *container = result->subject->container;
		const struct attack *attack;

		if (!container || !result->control->check->tells_paths)
			continue;
		attack = facts_attack(report->facts, container);
		if (attack->path)
			paths[n++] = attack->path;
	}
	if (n > 1)
		qsort(paths, n, sizeof(const struct attack_path *), compare_paths);
	report->paths = paths;
	report->n_paths = drop_repeated(paths, n);
}

int evaluate(struct arena *arena, const struct library *library, const struct facts *facts,
	     const struct evaluation_options *options, const struct report **ret, struct error *err)
{
	struct choice choice = {
		.arena = arena, .library = library, .selection = &options->selection};
	struct report *report = arena_alloc(arena, sizeof(*report));
	int result = choose_benchmarks(&choice, err);

	if (result >= 0)
		result = choose_subjects(&choice, facts, err);
	if (result >= 0)
		result = choose_controls(&choice, err);
	if (result < 0)
		return result;
	report->tool_version = PACKAGE_VERSION;
	report->started = facts->started;
	report->finished = facts->finished;
	report->target = target(facts);
	report->facts = facts;
	report->library = library;
	report->benchmarks = choice.benchmarks;
	report->n_benchmarks = choice.n_benchmarks;
	report->gate = true;
	report->fail_on = FAIL_ON_DEFAULT;
	copy_problems(arena, facts->snapshot, report);
	judge(&choice, facts, report);
	collect_paths(arena, report);
	report_settle(arena, report, options->allow_incomplete);
	*ret = report;
	return 0;
}
