/* SPDX-License-Identifier: Apache-2.0 */

/* The ways out of a saved report, and evidence. */
#include "judge/results_parts.h"

static const char *band_words(unsigned i)
{
	return i <= ATTACK_CRITICAL ? attack_band_name((enum attack_band)i) : NULL;
}

static const char *confidence_words(unsigned i)
{
	return i <= ATTACK_EFFECTIVE ? attack_confidence_name((enum attack_confidence)i) : NULL;
}

static void read_value(struct fields *fields, const struct field *element, struct evidence *ret)
{
	const cJSON *value = doc_at(element->item, "value");

	ret->type = EVIDENCE_ABSENT;
	if (doc_is_string(value)) {
		ret->type = EVIDENCE_STRING;
		ret->string = value->valuestring;
	} else if (cJSON_IsBool(value)) {
		ret->type = EVIDENCE_BOOL;
		ret->boolean = cJSON_IsTrue(value);
	} else if (doc_int(element->item, "value", &ret->integer) == DOC_PRESENT) {
		ret->type = EVIDENCE_INT;
	} else if (value) {
		field_fail(fields, element, "value",
			   "a string, a whole number, true, false or null");
	}
}

const struct evidence *results_evidence_read(struct results_reader *reader,
					     const struct field *result)
{
	struct fields *fields = &reader->fields;
	struct field list = field_list(fields, result, "evidence");
	size_t n = field_length(&list);
	struct evidence *items = arena_array(reader->arena, n, sizeof(*items));
	struct field element = field_first(&list);

	for (; field_is_object(fields, &element); field_next(&element)) {
		struct evidence *item = &items[element.index];

		item->source = field_string(fields, &element, "source");
		item->path = field_string(fields, &element, "path");
		read_value(fields, &element, item);
		item->next = element.index + 1 < n ? item + 1 : NULL;
	}
	return n > 0 ? items : NULL;
}

static void read_step_evidence(struct results_reader *reader, const struct field *object,
			       struct attack_step *step)
{
	struct fields *fields = &reader->fields;
	struct field list = field_list(fields, object, "evidence");
	struct field element = field_first(&list);
	struct attack_evidence *items;

	step->n_evidence = field_length(&list);
	step->evidence = items = arena_array(reader->arena, step->n_evidence, sizeof(*items));
	for (; field_is_object(fields, &element); field_next(&element))
		items[element.index] = (struct attack_evidence){
			.source = field_string(fields, &element, "source"),
			.path = field_string(fields, &element, "path"),
			.value = field_string_or_null(fields, &element, "value"),
		};
}

static void read_steps(struct results_reader *reader, const struct field *object,
		       struct attack_path *path)
{
	struct fields *fields = &reader->fields;
	struct field list = field_list(fields, object, "steps");
	struct field element = field_first(&list);
	struct attack_step *steps;

	path->n_steps = field_length(&list);
	path->steps = steps = arena_array(reader->arena, path->n_steps, sizeof(*steps));
	for (; field_is_object(fields, &element); field_next(&element)) {
		struct attack_step *step = &steps[element.index];

		step->technique = field_string(fields, &element, "technique");
		step->actor = field_string(fields, &element, "actor");
		step->text = field_string(fields, &element, "text");
		step->target = field_string(fields, &element, "target");
		step->cost = (unsigned)field_count(fields, &element, "cost");
		step->confidence = (enum attack_confidence)field_word(
			fields, &element, "confidence", confidence_words);
		read_step_evidence(reader, &element, step);
	}
}

static void read_changes(struct results_reader *reader, const struct field *object,
			 struct attack_path *path)
{
	struct fields *fields = &reader->fields;
	struct field list = field_list(fields, object, "changes");
	struct field element = field_first(&list);
	struct attack_change *changes;

	path->n_changes = field_length(&list);
	path->changes = changes = arena_array(reader->arena, path->n_changes, sizeof(*changes));
	for (; field_is_object(fields, &element); field_next(&element))
		changes[element.index] = (struct attack_change){
			.where = field_string(fields, &element, "where"),
			.text = field_string(fields, &element, "text"),
		};
}

static void read_path(struct results_reader *reader, const struct field *object,
		      struct attack_path *path)
{
	struct fields *fields = &reader->fields;

	path->container = field_string(fields, object, "container");
	path->id = field_string(fields, object, "id");
	path->end = field_string(fields, object, "end");
	path->band = (enum attack_band)field_word(fields, object, "band", band_words);
	path->score = (unsigned)field_count(fields, object, "score");
	path->cost = (unsigned)field_count(fields, object, "cost");
	path->confidence =
		(enum attack_confidence)field_word(fields, object, "confidence", confidence_words);
	path->n_paths = field_count(fields, object, "ways");
	read_steps(reader, object, path);
	read_changes(reader, object, path);
}

void results_paths_read(struct results_reader *reader, const struct field *document)
{
	struct fields *fields = &reader->fields;
	struct field list = field_list_or_absent(fields, document, "attack_paths");
	struct field element = field_first(&list);
	size_t n = field_length(&list);
	struct attack_path *paths = arena_array(reader->arena, n, sizeof(*paths));
	const struct attack_path **pointers =
		arena_array(reader->arena, n, sizeof(const struct attack_path *));

	for (; field_is_object(fields, &element); field_next(&element)) {
		read_path(reader, &element, &paths[element.index]);
		pointers[element.index] = &paths[element.index];
	}
	reader->report->paths = pointers;
	reader->report->n_paths = n;
}
