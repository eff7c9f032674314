/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/scope.h"

#include "judge/subject_match.h"

#include <string.h>

typedef bool word_matches(const struct facts *facts, const struct subject *subject,
			  const char *word);

static bool name_matches(const struct facts *facts, const struct subject *subject, const char *word)
{
	(void)facts;
	return text_matches(subject->name, word);
}

static bool image_matches(const struct facts *facts, const struct subject *subject,
			  const char *word)
{
	(void)facts;
	if (subject->kind == SUBJECT_IMAGE)
		return image_subject_matches(subject, word);
	return subject->image && reference_matches(subject->image, word);
}

static const cJSON *labels_of(const struct subject *subject)
{
	switch (subject->kind) {
	case SUBJECT_CONTAINER:
	case SUBJECT_IMAGE:
		return doc_at(subject->doc, "Config.Labels");
	case SUBJECT_SERVICE:
		return doc_at(subject->doc, "Spec.Labels");
	default:
		return doc_at(subject->doc, "Labels");
	}
}

static bool label_matches(const struct facts *facts, const struct subject *subject,
			  const char *word)
{
	const cJSON *label;
	cleanup_text struct text key = {0};
	size_t length = strcspn(word, "=");

	text_add_bytes(&key, word, length);
	label = doc_member(labels_of(subject), text_string(&key));
	if (!label || (word[length] && !(doc_is_string(label) &&
					 text_matches(label->valuestring, word + length + 1))))
		return false;
	return subject->kind != SUBJECT_CONTAINER ||
	       label_origin(facts, subject, text_string(&key)) == LABEL_OF_CONTAINER;
}

static bool project_matches(const struct facts *facts, const struct subject *subject,
			    const char *word)
{
	(void)facts;
	return subject->project && text_matches(subject->project, word);
}

static bool service_matches(const struct facts *facts, const struct subject *subject,
			    const char *word)
{
	(void)facts;
	return subject->service && text_matches(subject->service, word);
}

static bool host_matches(const struct facts *facts, const struct subject *subject, const char *word)
{
	(void)subject;
	return text_matches(facts->host.hostname, word);
}

#define KINDS_LABELLED                                                                       \
	(SUBJECTS(SUBJECT_CONTAINER) | SUBJECTS(SUBJECT_IMAGE) | SUBJECTS(SUBJECT_NETWORK) | \
	 SUBJECTS(SUBJECT_SERVICE))
#define KINDS_ALL (SUBJECTS(SUBJECT_KIND_COUNT) - 1)

static const struct {
	const char *name;
	unsigned kinds;
	word_matches *matches;
} selectors[SELECTOR_COUNT] = {
	[SELECT_CONTAINER] = {"container", SUBJECTS(SUBJECT_CONTAINER), name_matches},
	[SELECT_IMAGE] = {"image", SUBJECTS(SUBJECT_CONTAINER) | SUBJECTS(SUBJECT_IMAGE),
			  image_matches},
	[SELECT_LABEL] = {"label", KINDS_LABELLED, label_matches},
	[SELECT_PROJECT] = {"project", SUBJECTS(SUBJECT_CONTAINER), project_matches},
	[SELECT_SERVICE] = {"service", SUBJECTS(SUBJECT_CONTAINER) | SUBJECTS(SUBJECT_SERVICE),
			    service_matches},
	[SELECT_NETWORK] = {"network", SUBJECTS(SUBJECT_NETWORK), name_matches},
	[SELECT_PATH] = {"path", SUBJECTS(SUBJECT_FILE), name_matches},
	[SELECT_HOST] = {"host", KINDS_ALL, host_matches},
};

const char *selector_name(enum selector selector)
{
	return selectors[selector].name;
}

unsigned selector_kinds(enum selector selector)
{
	return selectors[selector].kinds;
}

bool scope_has_control(const struct scope *scope, const struct control *control)
{
	return (!scope->controls || scope->controls[control->index]) &&
	       (!scope->sections || scope->sections >> control->section & 1);
}

static bool has_subject(const struct scope *scope, size_t selector, const struct facts *facts,
			const struct subject *subject)
{
	const struct globs *words = &scope->words[selector];

	if (words->n > 0 && !(selectors[selector].kinds & SUBJECTS(subject->kind)))
		return false;
	for (size_t i = 0; i < words->n; i++) {
		if (selectors[selector].matches(facts, subject, words->items[i]))
			return true;
	}
	return words->n == 0;
}

bool scope_has_host(const struct scope *scope, const struct facts *facts)
{
	return has_subject(scope, SELECT_HOST, facts, &facts->subjects[SUBJECT_HOST].items[0]);
}

bool scope_matches(const struct scope *scope, const struct facts *facts,
		   const struct control *control, const struct subject *subject)
{
	if (!scope_has_control(scope, control))
		return false;
	for (size_t i = 0; i < SELECTOR_COUNT; i++) {
		if (!has_subject(scope, i, facts, subject))
			return false;
	}
	return true;
}
