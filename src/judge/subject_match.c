/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/subject_match.h"

#include <string.h>

/* Shorter ones are likelier to be names. */
#define ID_DIGITS_LEAST 6

bool id_matches_prefix(const char *id, const char *word)
{
	size_t length = strlen(word);

	return id && length >= ID_DIGITS_LEAST && strspn(word, "0123456789abcdef") == length &&
	       text_starts(id, word);
}

static size_t repository_length(const char *reference)
{
	size_t length = strcspn(reference, "@");
	size_t name = length;

	while (name > 0 && reference[name - 1] != '/')
		name--;
	for (size_t i = name; i < length; i++) {
		if (reference[i] == ':')
			return i;
	}
	return length;
}

const char *image_repository(struct arena *arena, const char *reference)
{
	return arena_strndup(arena, reference, repository_length(reference));
}

bool reference_matches(const char *reference, const char *word)
{
	cleanup_text struct text repository = {0};

	text_add_bytes(&repository, reference, repository_length(reference));
	return text_matches(reference, word) || text_matches(text_string(&repository), word);
}

static const struct subject *image_of(const struct facts *facts, const struct subject *container)
{
	const struct subject_list *images = &facts->subjects[SUBJECT_IMAGE];
	const char *id = doc_string_or(container->doc, "Image", "");

	for (size_t i = 0; i < images->n; i++) {
		const struct subject *image = &images->items[i];

		if (image->id && text_equal(image_id_digits(image->id), image_id_digits(id)))
			return image;
	}
	return NULL;
}

enum label_origin label_origin(const struct facts *facts, const struct subject *container,
			       const char *key)
{
	const struct subject *image = image_of(facts, container);
	const cJSON *label = doc_member(doc_at(container->doc, "Config.Labels"), key);

	if (!image || image->unread)
		return LABEL_OF_UNREAD_IMAGE;
	if (cJSON_Compare(label, doc_member(doc_at(image->doc, "Config.Labels"), key), true))
		return LABEL_OF_IMAGE;
	return LABEL_OF_CONTAINER;
}

bool image_subject_matches(const struct subject *image, const char *word)
{
	static const char *const lists[] = {"RepoTags", "RepoDigests"};

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		doc_for_each (name, doc_at(image->doc, lists[i]))
			if (doc_is_string(name) && reference_matches(name->valuestring, word))
				return true;
	return reference_matches(image->name, word) ||
	       id_matches_prefix(image->id ? image_id_digits(image->id) : NULL,
				 image_id_digits(word));
}
