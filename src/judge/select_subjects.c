/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The containers that the command line selects, and the images these use.
 *
 * Where a container's document could not be read, a filter that needs it keeps the container, so
 * that it is reported as unknown: it might be one that was asked for.
 */
#include "judge/library.h"
#include "judge/select.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Shorter ones are likelier to be names. */
#define ID_DIGITS_LEAST 6

typedef bool subject_matches(const struct subject *container, const char *word);

static bool is_id_prefix(const char *id, const char *word)
{
	size_t length = strlen(word);

	return id && length >= ID_DIGITS_LEAST && strspn(word, "0123456789abcdef") == length &&
	       text_starts(id, word);
}

static bool name_matches(const struct subject *container, const char *word)
{
	return text_matches(container->name, word) || is_id_prefix(container->id, word);
}

/* Where the repository ends in an image reference: "localhost:5000/nginx:1.27@sha256:…". */
static size_t repository_length(const char *image)
{
	size_t length = strcspn(image, "@");
	size_t name = length;

	while (name > 0 && image[name - 1] != '/')
		name--;
	for (size_t i = name; i < length; i++) {
		if (image[i] == ':')
			return i;
	}
	return length;
}

/* "nginx" stands for every tag and digest of it. */
static bool image_matches(const struct subject *container, const char *word)
{
	cleanup_text struct text repository = {0};

	if (!container->image)
		return !container->doc;
	text_add_bytes(&repository, container->image, repository_length(container->image));
	return text_matches(container->image, word) || text_matches(text_string(&repository), word);
}

static bool label_matches(const struct subject *container, const char *word)
{
	const cJSON *labels = doc_at(container->doc, "Config.Labels"), *label;
	cleanup_text struct text key = {0};
	size_t length = strcspn(word, "=");

	if (!container->doc)
		return true;
	text_add_bytes(&key, word, length);
	label = doc_member(labels, text_string(&key));
	if (!label || !word[length])
		return label != NULL;
	return doc_is_string(label) && strcmp(label->valuestring, word + length + 1) == 0;
}

/* The filters that say which containers; a container must match one word of each. */
static const struct filter {
	const char *option;
	subject_matches *matches;
	size_t words; /* offset in struct selection */
} filters[] = {
	{"--container", name_matches, offsetof(struct selection, containers)},
	{"--image", image_matches, offsetof(struct selection, images)},
	{"--label", label_matches, offsetof(struct selection, labels)},
};
#define N_FILTERS (sizeof(filters) / sizeof(filters[0]))

static const char *const *filter_words(const struct filter *filter,
				       const struct selection *selection)
{
	const void *words = (const char *)selection + filter->words;

	return *(const char *const *const *)words;
}

static bool matches_any(const struct subject *container, const char *const *words,
			subject_matches *matches)
{
	for (; *words; words++) {
		if (matches(container, *words))
			return true;
	}
	return false;
}

static bool is_asked_for(const struct subject *container, const struct selection *selection)
{
	for (size_t i = 0; i < N_FILTERS; i++) {
		const char *const *words = filter_words(&filters[i], selection);

		if (words && !matches_any(container, words, filters[i].matches))
			return false;
	}
	return true;
}

static bool is_left_out(const struct subject *container, const struct selection *selection)
{
	if (selection->running && container->container && !container->container->running)
		return true;
	return selection->exclude_containers &&
	       matches_any(container, selection->exclude_containers, name_matches);
}

static int no_match(const struct choice *choice, const struct subject_list *containers,
		    const struct filter *filter, const char *word, struct error *err)
{
	struct nearest nearest = {.wanted = word};

	for (size_t i = 0; i < containers->n; i++) {
		if (filter->matches == name_matches)
			nearest_offer(&nearest, containers->items[i].name);
		else if (filter->matches == image_matches && containers->items[i].image)
			nearest_offer(&nearest, containers->items[i].image);
	}
	return error_set(err, EINVAL, "%s: no container matches '%s'%s", filter->option, word,
			 did_you_mean(choice->arena, &nearest));
}

/* Each word of a filter has to be good for something: it may be misspelt. */
static int check_words(const struct choice *choice, const struct subject_list *containers,
		       struct error *err)
{
	for (size_t i = 0; i < N_FILTERS; i++) {
		const char *const *words = filter_words(&filters[i], choice->selection);

		for (; words && *words; words++) {
			size_t k = 0;

			while (k < containers->n &&
			       !filters[i].matches(&containers->items[k], *words))
				k++;
			if (k == containers->n)
				return no_match(choice, containers, &filters[i], *words, err);
		}
	}
	return 0;
}

static int choose_containers(struct choice *choice, const struct subject_list *containers,
			     struct error *err)
{
	struct subject_choice *chosen = &choice->subjects[SUBJECT_CONTAINER];
	const struct subject **items =
		arena_array(choice->arena, containers->n, sizeof(const struct subject *));
	bool asked_for = containers->n == 0;
	int result = check_words(choice, containers, err);

	if (result < 0)
		return result;
	for (size_t i = 0; i < containers->n; i++) {
		const struct subject *container = &containers->items[i];

		if (!is_asked_for(container, choice->selection))
			continue;
		asked_for = true;
		if (!is_left_out(container, choice->selection))
			items[chosen->n++] = container;
	}
	chosen->items = items;
	if (!asked_for)
		return error_set(err, EINVAL,
				 "no container matches --container, --image and "
				 "--label together");
	return 0;
}

static const char *bare_id(const char *id)
{
	return text_starts(id, "sha256:") ? id + strlen("sha256:") : id;
}

static int compare_ids(const void *a, const void *b)
{
	const char *const *left = a, *const *right = b;

	return strcmp(*left, *right);
}

/* Those that a chosen container was made from, by the id that inspect gives. */
static void choose_images(struct choice *choice, const struct subject_list *images)
{
	const struct subject_choice *containers = &choice->subjects[SUBJECT_CONTAINER];
	struct subject_choice *chosen = &choice->subjects[SUBJECT_IMAGE];
	const char **used = arena_array(choice->arena, containers->n, sizeof(const char *));
	const struct subject **items =
		arena_array(choice->arena, images->n, sizeof(const struct subject *));
	size_t n_used = 0;

	for (size_t i = 0; i < containers->n; i++) {
		const char *image = doc_string_or(containers->items[i]->doc, "Image", NULL);

		if (image)
			used[n_used++] = bare_id(image);
	}
	if (n_used > 0)
		qsort(used, n_used, sizeof(*used), compare_ids);
	for (size_t i = 0; i < images->n && n_used > 0; i++) {
		const char *id = images->items[i].id ? bare_id(images->items[i].id) : "";

		if (bsearch(&id, used, n_used, sizeof(*used), compare_ids))
			items[chosen->n++] = &images->items[i];
	}
	chosen->items = items;
}

static void choose_all(struct choice *choice, enum subject_kind kind,
		       const struct subject_list *list)
{
	const struct subject **items =
		arena_array(choice->arena, list->n, sizeof(const struct subject *));

	for (size_t i = 0; i < list->n; i++)
		items[i] = &list->items[i];
	choice->subjects[kind].items = items;
	choice->subjects[kind].n = list->n;
}

int choose_subjects(struct choice *choice, const struct facts *facts, struct error *err)
{
	const struct selection *selection = choice->selection;
	const struct subject_list *containers = &facts->subjects[SUBJECT_CONTAINER];
	bool asked_for = selection->containers || selection->images || selection->labels;
	bool filtered = asked_for || selection->exclude_containers || selection->running;
	int result = 0;

	choice->kinds =
		asked_for ? SUBJECTS(SUBJECT_CONTAINER) | SUBJECTS(SUBJECT_IMAGE) : SUBJECTS_ALL;
	for (size_t i = 0; i < SUBJECT_KIND_COUNT; i++) {
		choice->subjects[i].unread = facts->subjects[i].unread;
		choice->subjects[i].hint = facts->subjects[i].hint;
		choice->subjects[i].none = facts->subjects[i].none;
		if (!filtered || (i != SUBJECT_CONTAINER && i != SUBJECT_IMAGE))
			choose_all(choice, (enum subject_kind)i, &facts->subjects[i]);
	}
	if (!filtered)
		return 0;
	if (containers->unread) {
		/* Which images the selected containers use is then unknown, too. */
		choice->subjects[SUBJECT_IMAGE].unread = containers->unread;
		choice->subjects[SUBJECT_IMAGE].hint = containers->hint;
		return 0;
	}
	result = choose_containers(choice, containers, err);
	if (result >= 0)
		choose_images(choice, &facts->subjects[SUBJECT_IMAGE]);
	return result;
}
