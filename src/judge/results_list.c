/* SPDX-License-Identifier: Apache-2.0 */

/* The results of a saved report, with their controls, the numbers of these, and their subjects. */
#include "base/text.h"
#include "judge/results_parts.h"

#include <stdlib.h>
#include <string.h>

/* A benchmark that grows. */
struct numbers {
	const char *id, *title;
	struct numbering *lines;
	size_t n;
};

/* What is gathered from the results on the way. */
struct list_reader {
	struct results_reader *all;
	struct fields *fields;
	struct numbers *numbers;
	size_t n_numbers;
	const char **selected; /* ids of benchmarks */
	size_t n_selected;
	struct control *controls;
	size_t n_controls;
	struct result *results;
	struct subject *subjects; /* of each result one */
};

static const char *section_words(unsigned i)
{
	return i < SECTION_COUNT ? section_name((enum section)i) : NULL;
}

static const char *kind_words(unsigned i)
{
	return i < SUBJECT_KIND_COUNT ? subject_kind_name((enum subject_kind)i) : NULL;
}

const char *results_status_words(unsigned i)
{
	return i < STATUS_COUNT ? status_name((enum status)i) : NULL;
}

const char *results_severity_words(unsigned i)
{
	return i < SEVERITY_COUNT ? severity_name((enum severity)i) : NULL;
}

static const char *novelty_words(unsigned i)
{
	static const char *const words[] = {"new", "known", NULL};

	return words[i];
}

static const char *assessment_words(unsigned i)
{
	static const char *const words[] = {"manual", "automated", NULL};

	return words[i];
}

static struct numbers *find_numbers(const struct list_reader *reader, const char *id)
{
	for (size_t i = 0; i < reader->n_numbers; i++) {
		if (text_equal(reader->numbers[i].id, id))
			return &reader->numbers[i];
	}
	return NULL;
}

static void add_numbers(struct list_reader *reader, const char *id, const char *title)
{
	if (find_numbers(reader, id))
		return;
	reader->numbers = arena_grow(reader->all->arena, reader->numbers, reader->n_numbers,
				     sizeof(*reader->numbers));
	reader->numbers[reader->n_numbers++] = (struct numbers){.id = id, .title = title};
}

/* Documents of versions that did not tell them have the ids alone, with their controls. */
static void read_known_benchmarks(struct list_reader *reader, const struct field *document,
				  const struct field *results)
{
	struct field list = field_list_or_absent(reader->fields, document, "known_benchmarks");
	struct field element = field_first(&list);

	for (; field_is_object(reader->fields, &element); field_next(&element))
		add_numbers(reader, field_string(reader->fields, &element, "id"),
			    field_string(reader->fields, &element, "title"));
	if (list.item)
		return;
	doc_for_each (result, results->item) {
		doc_for_each (number, doc_at(result, "controls"))
			add_numbers(reader, number->string, number->string);
	}
}

static void read_selected(struct list_reader *reader, const struct field *document)
{
	struct field list = field_list(reader->fields, document, "benchmarks");
	struct field element = field_first(&list);
	size_t n = field_length(&list);

	reader->selected = arena_array(reader->all->arena, n, sizeof(*reader->selected));
	for (; element.item; field_next(&element)) {
		if (!doc_is_string(element.item)) {
			field_fail(reader->fields, &element, NULL, "a string");
			return;
		}
		add_numbers(reader, element.item->valuestring, element.item->valuestring);
		reader->selected[reader->n_selected++] = element.item->valuestring;
	}
}

/* Make benchmarks of the numbers, all of which are known now. */
static struct benchmark *make_benchmarks(struct list_reader *reader)
{
	struct arena *arena = reader->all->arena;
	struct report *report = reader->all->report;
	struct benchmark *benchmarks = arena_array(arena, reader->n_numbers, sizeof(*benchmarks));
	const struct benchmark **selected =
		arena_array(arena, reader->n_selected, sizeof(const struct benchmark *));

	for (size_t i = 0; i < reader->n_numbers; i++)
		benchmarks[i] = (struct benchmark){
			.id = reader->numbers[i].id,
			.title = reader->numbers[i].title,
			.lines = reader->numbers[i].lines,
			.n = reader->numbers[i].n,
		};
	for (size_t i = 0; i < reader->n_selected; i++)
		selected[i] =
			&benchmarks[find_numbers(reader, reader->selected[i]) - reader->numbers];
	report->benchmarks = selected;
	report->n_benchmarks = reader->n_selected;
	return benchmarks;
}

/* The numbers of a new control. What a benchmark says of it is known of the first selected alone,
 * and asked of no other. */
static void read_numbers(struct list_reader *reader, const struct field *result,
			 const struct control *control)
{
	struct fields *fields = reader->fields;
	struct field numbers = field_object(fields, result, "controls");
	struct numbering line = {.control = control};

	if (doc_at(result->item, "level"))
		line.level = (unsigned)field_count(fields, result, "level");
	if (doc_at(result->item, "assessment"))
		line.automated = field_word(fields, result, "assessment", assessment_words);
	doc_for_each (number, numbers.item) {
		struct numbers *benchmark = find_numbers(reader, number->string);

		if (!doc_is_string(number)) {
			field_fail(fields, &numbers, number->string, "a string");
			return;
		}
		if (!benchmark) {
			field_fail(fields, &numbers, number->string,
				   "only benchmarks that known_benchmarks lists");
			return;
		}
		line.id = number->valuestring;
		benchmark->lines = arena_grow(reader->all->arena, benchmark->lines, benchmark->n,
					      sizeof(line));
		benchmark->lines[benchmark->n++] = line;
	}
}

static const struct control *read_control(struct list_reader *reader, const struct field *result)
{
	struct fields *fields = reader->fields;
	const char *key = field_string(fields, result, "control");
	struct control *control = &reader->controls[reader->n_controls - (reader->n_controls > 0)];

	if (reader->n_controls == 0 || !text_equal(control->key, key)) {
		control = &reader->controls[reader->n_controls];
		*control = (struct control){
			.key = key,
			.section =
				(enum section)field_word(fields, result, "section", section_words),
			.title = field_string(fields, result, "title"),
			.index = reader->n_controls++,
		};
		read_numbers(reader, result, control);
	}
	if (!control->remediation)
		control->remediation = field_string_or_null(fields, result, "remediation");
	return control;
}

static void read_subject(struct fields *fields, const struct field *result, struct subject *ret)
{
	struct field object = field_object(fields, result, "subject");

	*ret = (struct subject){
		.kind = (enum subject_kind)field_word(fields, &object, "kind", kind_words),
		.name = field_string(fields, &object, "name"),
		.id = field_string_or_null(fields, &object, "id"),
		.image = field_string_or_null(fields, &object, "image"),
		.state = field_string_or_null(fields, &object, "state"),
		.project = field_string_or_null(fields, &object, "project"),
		.service = field_string_or_null(fields, &object, "service"),
		.is_auditor = field_bool_or_absent(fields, &object, "auditor"),
	};
}

static const struct waiver *read_waiver(struct list_reader *reader, const struct field *result)
{
	struct fields *fields = reader->fields;
	struct field object = field_object(fields, result, "waiver");
	struct waiver *waiver = arena_alloc(reader->all->arena, sizeof(*waiver));

	*waiver = (struct waiver){
		.reason = field_string(fields, &object, "reason"),
		.owner = field_string_or_null(fields, &object, "owner"),
		.ticket = field_string_or_null(fields, &object, "ticket"),
		.expires = field_string_or_null(fields, &object, "expires"),
		.source = field_string(fields, &object, "source"),
	};
	return waiver;
}

/* What a policy and a baseline made of it. */
static void read_decisions(struct list_reader *reader, const struct field *object,
			   struct result *result)
{
	struct fields *fields = reader->fields;

	result->rated_by = field_string_or_null(fields, object, "rated_by");
	if (result->rated_by)
		result->judged = (enum severity)field_word(fields, object, "judged_severity",
							   results_severity_words);
	if (result->verdict.status == STATUS_WAIVED)
		result->waiver = read_waiver(reader, object);
	if (doc_at(object->item, "baseline"))
		result->novelty = field_word(fields, object, "baseline", novelty_words)
					  ? NOVELTY_KNOWN
					  : NOVELTY_NEW;
}

static void read_result(struct list_reader *reader, const struct field *object,
			struct result *result)
{
	struct fields *fields = reader->fields;

	result->control = read_control(reader, object);
	read_subject(fields, object, &reader->subjects[object->index]);
	result->verdict = (struct verdict){
		.status = (enum status)field_word(fields, object, "status", results_status_words),
		.severity = (enum severity)field_word(fields, object, "severity",
						      results_severity_words),
		.message = field_string(fields, object, "message"),
		.hint = field_string_or_null(fields, object, "hint"),
		.evidence = results_evidence_read(reader->all, object),
	};
	result->undecided = field_bool_or_absent(fields, object, "undecided");
	read_decisions(reader, object, result);
}

/* A subject as one result names it. */
struct mention {
	const struct subject *subject;
	size_t repeat; /* which one of those that look the same to its control */
	size_t result;
};

static int compare_texts(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int compare_subjects(const struct subject *a, const struct subject *b)
{
	int order = (int)a->kind - (int)b->kind;

	if (order == 0)
		order = strcmp(a->name, b->name);
	if (order == 0)
		order = compare_texts(a->id, b->id);
	if (order == 0)
		order = compare_texts(a->image, b->image);
	if (order == 0)
		order = compare_texts(a->state, b->state);
	if (order == 0)
		order = compare_texts(a->project, b->project);
	return order ? order : compare_texts(a->service, b->service);
}

static int compare_mentions(const void *left, const void *right)
{
	const struct mention *a = left, *b = right;
	int order = compare_subjects(a->subject, b->subject);

	if (order == 0)
		order = (a->repeat > b->repeat) - (a->repeat < b->repeat);
	return order ? order : (a->result > b->result) - (a->result < b->result);
}

/* Of the others there is one, whatever it is called. */
static bool has_many(const struct subject *subject)
{
	return subject->kind != SUBJECT_HOST && subject->kind != SUBJECT_ENGINE &&
	       subject->kind != SUBJECT_SWARM;
}

/* Let all results on one subject point to one, as writers group them by it. */
static void join_subjects(const struct list_reader *reader, size_t n)
{
	struct mention *mentions = arena_array(reader->all->arena, n, sizeof(*mentions));

	for (size_t i = 0; i < n; i++) {
		struct mention *mention = &mentions[i];

		*mention = (struct mention){.subject = &reader->subjects[i], .result = i};
		if (i > 0 && has_many(mention->subject) &&
		    reader->results[i].control == reader->results[i - 1].control &&
		    compare_subjects(mention->subject, mention[-1].subject) == 0)
			mention->repeat = mention[-1].repeat + 1;
	}
	if (n > 1)
		qsort(mentions, n, sizeof(*mentions), compare_mentions);
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && mentions[i].repeat == mentions[i - 1].repeat &&
		    compare_subjects(mentions[i].subject, mentions[i - 1].subject) == 0)
			mentions[i].subject = mentions[i - 1].subject;
		reader->results[mentions[i].result].subject = mentions[i].subject;
	}
}

static int compare_keys(const void *left, const void *right)
{
	const struct control *a = *(const struct control *const *)left;
	const struct control *b = *(const struct control *const *)right;

	return strcmp(a->key, b->key);
}

/* Results are in the order of controls: none comes in two places. */
static void check_order(struct list_reader *reader, const struct field *results)
{
	size_t n = reader->n_controls;
	const struct control **controls = arena_array(reader->all->arena, n, sizeof(*controls));

	for (size_t i = 0; i < n; i++)
		controls[i] = &reader->controls[i];
	if (n > 1)
		qsort(controls, n, sizeof(*controls), compare_keys);
	for (size_t i = 1; i < n; i++) {
		if (text_equal(controls[i]->key, controls[i - 1]->key))
			field_fail(reader->fields, results, NULL,
				   arena_printf(reader->all->arena,
						"the results of each control together (%s is in "
						"two places)",
						controls[i]->key));
	}
}

static void read_results(struct list_reader *reader, const struct field *results)
{
	struct report *report = reader->all->report;
	struct arena *arena = reader->all->arena;
	struct field element = field_first(results);
	size_t n = field_length(results);

	reader->controls = arena_array(arena, n, sizeof(*reader->controls));
	reader->results = arena_array(arena, n, sizeof(*reader->results));
	reader->subjects = arena_array(arena, n, sizeof(*reader->subjects));
	for (; field_is_object(reader->fields, &element); field_next(&element))
		read_result(reader, &element, &reader->results[element.index]);
	if (reader->fields->code)
		return;
	check_order(reader, results);
	join_subjects(reader, n);
	report->results = reader->results;
	report->n_results = n;
}

void results_list_read(struct results_reader *reader, const struct field *document)
{
	struct list_reader list = {.all = reader, .fields = &reader->fields};
	struct field results = field_list(&reader->fields, document, "results");
	struct library *library = arena_alloc(reader->arena, sizeof(*library));

	read_known_benchmarks(&list, document, &results);
	read_selected(&list, document);
	read_results(&list, &results);
	*library = (struct library){
		.controls = list.controls,
		.n_controls = list.n_controls,
		.benchmarks = make_benchmarks(&list),
		.n_benchmarks = list.n_numbers,
	};
	reader->report->library = library;
}
