/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What failed, grouped by subject, the most dangerous subject first; with --verbose all else that
 * was judged of it, too. Folded, containers (or images) with the same findings become one block,
 * and of the blocks is told apart what most of them would repeat.
 */
#include "reports/text.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_NAMES = 20 };

/* The findings of one subject; folded, those of all that have the same. */
struct block {
	const struct result *const *results;
	size_t n;
	size_t n_common; /* of them, those told apart */
	size_t failed[SEVERITY_COUNT];
	unsigned way_out;            /* score of the worst way out of the container; 0: none */
	const struct block *members; /* all the subjects, this one first */
	size_t n_members;
};

/* Statuses that are told here, in order. */
static int status_rank(enum status status, bool verbose)
{
	switch (status) {
	case STATUS_FAIL:
		return 1;
	case STATUS_PASS:
		return verbose ? 2 : 0;
	case STATUS_NOT_APPLICABLE:
		return verbose ? 3 : 0;
	default:
		return 0;
	}
}

static int compare_pointers(const void *a, const void *b)
{
	return ((uintptr_t)a > (uintptr_t)b) - ((uintptr_t)a < (uintptr_t)b);
}

/* By subject; of one subject the worst first, else in the report's order. */
static int compare_results(const void *left, const void *right)
{
	const struct result *a = *(const struct result *const *)left;
	const struct result *b = *(const struct result *const *)right;
	int order = compare_pointers(a->subject, b->subject);

	if (order == 0)
		order = status_rank(a->verdict.status, true) - status_rank(b->verdict.status, true);
	if (order == 0 && a->verdict.status == STATUS_FAIL)
		order = (int)b->verdict.severity - (int)a->verdict.severity;
	return order ? order : compare_pointers(a, b);
}

/* Replicas differ in the numbers of their processes. */
static int compare_messages(const char *a, const char *b)
{
	static const char process[] = "process ";

	for (; *a && *a == *b; a++, b++) {
		if (strncmp(a, process, strlen(process)) != 0 ||
		    strncmp(b, process, strlen(process)) != 0)
			continue;
		a += strlen(process);
		b += strlen(process);
		a += strspn(a, "0123456789");
		b += strspn(b, "0123456789");
		if (!*a || *a != *b)
			break;
	}
	return (unsigned char)*a - (unsigned char)*b;
}

/* What is dangerous is told word for word; of the rest, words may differ within a block. */
static int compare_findings(const struct result *a, const struct result *b)
{
	int order = compare_pointers(a->control, b->control);

	if (order == 0)
		order = (int)a->verdict.status - (int)b->verdict.status;
	if (order == 0)
		order = (int)a->verdict.severity - (int)b->verdict.severity;
	if (order == 0)
		order = (int)a->novelty - (int)b->novelty;
	if (order == 0 && a->verdict.severity >= SEVERITY_HIGH)
		order = compare_messages(a->verdict.message, b->verdict.message);
	return order;
}

/* 0 where both may be told as one block. */
static int compare_contents(const struct block *a, const struct block *b)
{
	enum subject_kind kind = a->results[0]->subject->kind;
	int order = (int)kind - (int)b->results[0]->subject->kind;

	if (order == 0 && kind != SUBJECT_CONTAINER && kind != SUBJECT_IMAGE)
		order = compare_pointers(a->results, b->results);
	if (order == 0)
		order = (a->n > b->n) - (a->n < b->n);
	for (size_t i = 0; order == 0 && i < a->n; i++)
		order = compare_findings(a->results[i], b->results[i]);
	return order;
}

static int compare_for_folding(const void *left, const void *right)
{
	const struct block *a = left, *b = right;
	int order = compare_contents(a, b);

	return order ? order : compare_pointers(a->results[0], b->results[0]);
}

/* The gravest way out first; then more critical failures, then more high ones, and so on; then by
 * kind and name. */
static int compare_danger(const void *left, const void *right)
{
	const struct block *a = left, *b = right;
	const struct subject *first = a->results[0]->subject, *second = b->results[0]->subject;
	int order = (a->way_out < b->way_out) - (a->way_out > b->way_out);

	for (size_t i = SEVERITY_COUNT; i-- > 0 && order == 0;)
		order = (a->failed[i] < b->failed[i]) - (a->failed[i] > b->failed[i]);
	if (order == 0)
		order = (a->n_members < b->n_members) - (a->n_members > b->n_members);
	if (order == 0)
		order = (int)first->kind - (int)second->kind;
	if (order == 0)
		order = strcmp(first->name, second->name);
	return order ? order : compare_pointers(a->results[0], b->results[0]);
}

static const struct result **collect(struct text_report *text, size_t *ret_n)
{
	const struct report *report = text->report;
	const struct result **results =
		arena_array(text->arena, report->n_results, sizeof(struct result *));
	size_t n = 0;

	for (size_t i = 0; i < report->n_results; i++) {
		const struct result *result = &report->results[i];

		if (status_rank(result->verdict.status, text->verbose) &&
		    !(text->news && result->novelty == NOVELTY_KNOWN))
			results[n++] = result;
	}
	if (n > 1)
		qsort(results, n, sizeof(struct result *), compare_results);
	*ret_n = n;
	return results;
}

static int compare_ids(const void *left, const void *right)
{
	const struct attack_path *a = *(const struct attack_path *const *)left;
	const struct attack_path *b = *(const struct attack_path *const *)right;

	return strcmp(a->id, b->id);
}

/* The ways out, of which a container has one at most, by its id. */
static const struct attack_path **sorted_paths(struct text_report *text)
{
	const struct report *report = text->report;
	const struct attack_path **paths =
		arena_array(text->arena, report->n_paths, sizeof(struct attack_path *));

	if (report->n_paths == 0)
		return paths;
	memcpy(paths, report->paths, report->n_paths * sizeof(struct attack_path *));
	qsort(paths, report->n_paths, sizeof(struct attack_path *), compare_ids);
	return paths;
}

/* Those that have to be prepared for or guessed do not come before what is critical. */
static unsigned way_out(const struct attack_path *const *paths, size_t n,
			const struct subject *subject)
{
	const struct attack_path wanted = {.id = subject->id}, *key = &wanted;
	const struct attack_path *const *found;

	if (subject->kind != SUBJECT_CONTAINER || n == 0 || !subject->id)
		return 0;
	found = bsearch(&key, paths, n, sizeof(struct attack_path *), compare_ids);
	return found && (*found)->band >= ATTACK_HIGH ? (*found)->score : 0;
}

/* Cut the sorted results into a block for each subject. */
static struct block *cut(struct text_report *text, size_t *ret_n)
{
	size_t n_results, n = 0;
	const struct result **results = collect(text, &n_results);
	struct block *blocks = arena_array(text->arena, n_results, sizeof(*blocks));
	const struct attack_path **paths = sorted_paths(text);

	for (size_t i = 0; i < n_results; i++) {
		const struct verdict *verdict = &results[i]->verdict;

		if (i == 0 || results[i]->subject != results[i - 1]->subject)
			blocks[n++] = (struct block){
				.results = &results[i],
				.n_members = 1,
				.way_out =
					way_out(paths, text->report->n_paths, results[i]->subject),
			};
		blocks[n - 1].n++;
		if (verdict->status == STATUS_FAIL)
			blocks[n - 1].failed[verdict->severity]++;
	}
	*ret_n = n;
	return blocks;
}

/* One block for all subjects with the same findings. */
static size_t fold(struct text_report *text, struct block *blocks, size_t n)
{
	struct block *members = arena_array(text->arena, n, sizeof(*members));
	size_t n_folded = 0;

	qsort(blocks, n, sizeof(*blocks), compare_for_folding);
	memcpy(members, blocks, n * sizeof(*members));
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && compare_contents(&members[i - 1], &members[i]) == 0) {
			blocks[n_folded - 1].n_members++;
			continue;
		}
		blocks[n_folded] = members[i];
		blocks[n_folded++].members = &members[i];
	}
	return n_folded;
}

/* Do all members of the block share their i-th finding with most containers? */
static bool is_common(const struct text_report *text, const struct block *block, size_t i)
{
	for (size_t k = 0; k < block->n_members; k++)
		if (!text_is_common(text, block->members[k].results[i]))
			return false;
	return true;
}

/* What most containers have in common is told apart from the blocks that have it. */
static void find_common(struct text_report *text, struct block *blocks, size_t n)
{
	const struct result **told =
		arena_array(text->arena, text->report->n_results, sizeof(struct result *));
	size_t n_told = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < blocks[i].n; k++)
			told[n_told++] = blocks[i].results[k];
	text_find_common(text, told, n_told);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < blocks[i].n; k++)
			blocks[i].n_common += is_common(text, &blocks[i], k);
}

static void print_counts(struct text_report *text, const struct block *block)
{
	cleanup_text struct text counts = {0};

	for (size_t i = SEVERITY_COUNT; i-- > 0;) {
		if (block->failed[i] > 0) {
			text_add(&counts, counts.length ? ", " : "");
			text_addf(&counts, "%zu %s", block->failed[i],
				  severity_name((enum severity)i));
		}
	}
	print_plain(&text->printer, ":");
	print_words(&text->printer, counts.length ? text_string(&counts) : "nothing failed");
}

/* "container web (nginx:1.27, running, shop/web, the auditor's own)". */
static void print_subject(struct text_report *text, const struct subject *subject)
{
	const char *const details[] = {subject->image, subject->state, subject->project,
				       subject->service,
				       subject->is_auditor ? "the auditor's own" : NULL};
	const char *before = " (";

	print_plain(&text->printer, subject_kind_name(subject->kind));
	print_plain(&text->printer, " ");
	print_name(&text->printer, subject->name);
	for (size_t i = 0; i < 5; i++) {
		if (!details[i] || !*details[i])
			continue;
		print_plain(&text->printer, before);
		print_name(&text->printer, details[i]);
		before = i == 2 && subject->service ? "/" : ", ";
	}
	if (strcmp(before, " (") != 0)
		print_plain(&text->printer, ")");
}

static void print_members(struct text_report *text, const struct block *block)
{
	struct printer *printer = &text->printer;
	cleanup_text struct text all = {0};

	words_count(&all, block->n_members, subject_kind_name(block->results[0]->subject->kind));
	print_plain(printer, text_string(&all));
	print_counts(text, block);
	print_plain(printer, " each");
	print_reset(printer);
	print_end(printer);
	for (size_t i = 0; i < block->n_members && i < MOST_NAMES; i++)
		print_wordsf(printer, "%.200s%s", block->members[i].results[0]->subject->name,
			     i + 1 < block->n_members ? "," : "");
	if (block->n_members > MOST_NAMES)
		print_wordsf(printer, "and %zu more (--verbose names all)",
			     block->n_members - MOST_NAMES);
	print_end(printer);
}

static void print_heading(struct text_report *text, const struct block *block)
{
	print_end(&text->printer);
	text->printer.indent = 2;
	print_color(&text->printer, COLOR_BOLD);
	if (block->n_members > 1) {
		print_members(text, block);
		return;
	}
	print_subject(text, block->results[0]->subject);
	print_counts(text, block);
	print_reset(&text->printer);
	print_end(&text->printer);
}

static void print_block(struct text_report *text, const struct block *block)
{
	const struct result **same =
		arena_array(text->arena, block->n_members, sizeof(struct result *));

	print_heading(text, block);
	for (size_t i = 0; i < block->n; i++) {
		if (block->n_common > 0 && is_common(text, block, i))
			continue;
		same[0] = block->results[i];
		for (size_t k = 1; k < block->n_members; k++)
			same[k] = block->members[k].results[i];
		text_findings(text, &(struct text_run){.results = same, .n = block->n_members},
			      !text->folded);
	}
	if (block->n_common > 0) {
		print_wordsf(&text->printer, "%s%zu that most containers have, below",
			     block->n_common < block->n ? "and " : "", block->n_common);
		print_end(&text->printer);
	}
}

/* What there is to say where no failure is told; NULL where some are. */
static const char *why_none(const struct text_report *text)
{
	const struct report *report = text->report;
	const size_t *counts = report->counts.by_status;

	if (text->news && report->n_new == 0 && report->n_known > 0)
		return "Nothing new failed.";
	if (counts[STATUS_FAIL] > 0)
		return NULL;
	return counts[STATUS_PASS] == 0 && counts[STATUS_UNKNOWN] > 0 ? "Nothing could be judged."
								      : "Nothing failed.";
}

void text_subjects(struct text_report *text)
{
	const char *none = why_none(text);
	size_t n;
	struct block *blocks = cut(text, &n);

	if (text->folded && n > 1) {
		n = fold(text, blocks, n);
		find_common(text, blocks, n);
	}
	if (n > 1)
		qsort(blocks, n, sizeof(*blocks), compare_danger);
	for (size_t i = 0; i < n; i++)
		print_block(text, &blocks[i]);
	if (none) {
		print_end(&text->printer);
		print_plain(&text->printer, none);
		print_end(&text->printer);
	}
}
