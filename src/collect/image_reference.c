/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/image_reference.h"

#include "base/doc.h"
#include "base/reference.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define ID_PREFIX "sha256:"
#define ID_DIGITS 64

/* A reference, and the id of the image that it stands for. */
struct pointer {
	const char *reference, *id;
};

static int by_reference(const void *a, const void *b)
{
	return strcmp(((const struct pointer *)a)->reference,
		      ((const struct pointer *)b)->reference);
}

static size_t count_names(const cJSON *images)
{
	size_t n = 0;

	doc_for_each (image, images)
		n += (size_t)cJSON_GetArraySize(doc_at(image, "RepoTags")) +
		     (size_t)cJSON_GetArraySize(doc_at(image, "RepoDigests"));
	return n;
}

/* All names of all images, sorted. */
static struct pointer *list_names(struct arena *arena, const cJSON *images, size_t *ret_n)
{
	static const char *const lists[] = {"RepoTags", "RepoDigests"};
	struct pointer *names = arena_array(arena, count_names(images), sizeof(*names));
	size_t n = 0;

	doc_for_each (image, images) {
		const char *id = doc_string_or(image, "Id", NULL);

		for (size_t i = 0; id && i < sizeof(lists) / sizeof(lists[0]); i++)
			doc_for_each (name, doc_at(image, lists[i]))
				if (doc_is_string(name))
					names[n++] = (struct pointer){
						reference_canonical(arena, name->valuestring), id};
	}
	qsort(names, n, sizeof(*names), by_reference);
	*ret_n = n;
	return names;
}

/* What the containers were made from, sorted and each once; id is the image that they have. */
static struct pointer *list_wanted(struct arena *arena, const cJSON *containers, size_t *ret_n)
{
	size_t n = 0, unique = 0, most = (size_t)cJSON_GetArraySize(containers);
	struct pointer *wanted = arena_array(arena, most, sizeof(*wanted));

	doc_for_each (container, containers) {
		const char *reference = doc_string_or(container, "Config.Image", "");

		if (*reference)
			wanted[n++] =
				(struct pointer){reference, doc_string_or(container, "Image", "")};
	}
	qsort(wanted, n, sizeof(*wanted), by_reference);
	for (size_t i = 0; i < n; i++)
		if (unique == 0 || strcmp(wanted[unique - 1].reference, wanted[i].reference) != 0)
			wanted[unique++] = wanted[i];
	*ret_n = unique;
	return wanted;
}

/* "sha256:4f5e…", its digits, or their beginning: an id cannot come to mean another image. */
static bool is_id(const struct pointer *wanted)
{
	const char *digits = wanted->reference, *id = wanted->id;
	size_t n;

	if (text_starts(digits, ID_PREFIX))
		digits += strlen(ID_PREFIX);
	if (text_starts(id, ID_PREFIX))
		id += strlen(ID_PREFIX);
	n = strspn(digits, "0123456789abcdef");
	return !digits[n] && n > 0 && (n == ID_DIGITS || strncmp(id, digits, n) == 0);
}

cJSON *image_references(const cJSON *images, const cJSON *containers)
{
	cleanup_arena struct arena *arena = arena_new();
	cJSON *references = cJSON_CreateObject();
	size_t n_names, n_wanted;
	const struct pointer *names = list_names(arena, images, &n_names);
	const struct pointer *wanted = list_wanted(arena, containers, &n_wanted);

	for (size_t i = 0; i < n_wanted; i++) {
		struct pointer key = {reference_canonical(arena, wanted[i].reference), NULL};
		const struct pointer *found =
			n_names ? bsearch(&key, names, n_names, sizeof(*names), by_reference)
				: NULL;

		if (found)
			cJSON_AddStringToObject(references, wanted[i].reference, found->id);
		else if (!is_id(&wanted[i]))
			cJSON_AddNullToObject(references, wanted[i].reference);
	}
	return references;
}
