/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The containers that the command line selects, and the images these use; of --image also images
 * that no container has.
 *
 * Where a container's document could not be read, a filter that needs it keeps the container, so
 * that it is reported as unknown: it might be one that was asked for.
 */
#include "judge/library.h"
#include "judge/select.h"
#include "judge/subject_match.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

typedef bool subject_matches(const struct subject *container, const char *word);

static bool name_matches(const struct subject *container, const char *word)
{
	return text_matches(container->name, word) || id_matches_prefix(container->id, word);
}

static bool image_matches(const struct subject *container, const char *word)
{
	if (!container->image)
		return !container->doc;
	return reference_matches(container->image, word);
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

static int no_match(const struct choice *choice, const struct facts *facts,
		    const struct filter *filter, const char *word, struct error *err)
{
	const struct subject_list *containers = &facts->subjects[SUBJECT_CONTAINER];
	const struct subject_list *images = &facts->subjects[SUBJECT_IMAGE];
	bool of_images = filter->matches == image_matches;
	struct nearest nearest = {.wanted = word};

	for (size_t i = 0; i < containers->n; i++) {
		if (filter->matches == name_matches)
			nearest_offer(&nearest, containers->items[i].name);
		else if (of_images && containers->items[i].image)
			nearest_offer(&nearest, containers->items[i].image);
	}
	for (size_t i = 0; i < images->n && of_images; i++)
		nearest_offer(&nearest, images->items[i].name);
	return error_set(err, EINVAL, "%s: no %s matches '%s'%s", filter->option,
			 of_images ? "image" : "container", word,
			 did_you_mean(choice->arena, &nearest));
}

static bool matches_one(const struct subject_list *subjects, subject_matches *matches,
			const char *word)
{
	for (size_t i = 0; i < subjects->n; i++) {
		if (matches(&subjects->items[i], word))
			return true;
	}
	return false;
}

/* Each word of a filter has to be good for something: it may be misspelt. */
static int check_words(const struct choice *choice, const struct facts *facts, struct error *err)
{
	const struct subject_list *containers = &facts->subjects[SUBJECT_CONTAINER];
	const struct subject_list *images = &facts->subjects[SUBJECT_IMAGE];

	for (size_t i = 0; i < N_FILTERS; i++) {
		const char *const *words = filter_words(&filters[i], choice->selection);

		for (; words && *words; words++) {
			if (!matches_one(containers, filters[i].matches, *words) &&
			    !(filters[i].matches == image_matches &&
			      matches_one(images, image_subject_matches, *words)))
				return no_match(choice, facts, &filters[i], *words, err);
		}
	}
	return 0;
}

/* The containers that are chosen, and those that --exclude-container or --running leave out. */
struct sorted_containers {
	struct subject_choice chosen, left_out;
};

static void sort_containers(const struct choice *choice, const struct subject_list *containers,
			    struct sorted_containers *ret)
{
	const struct subject **chosen =
		arena_array(choice->arena, containers->n, sizeof(const struct subject *));
	const struct subject **left_out =
		arena_array(choice->arena, containers->n, sizeof(const struct subject *));

	*ret = (struct sorted_containers){{.items = chosen}, {.items = left_out}};
	for (size_t i = 0; i < containers->n; i++) {
		const struct subject *container = &containers->items[i];

		if (is_left_out(container, choice->selection))
			left_out[ret->left_out.n++] = container;
		else if (is_asked_for(container, choice->selection))
			chosen[ret->chosen.n++] = container;
	}
}

static int compare_ids(const void *a, const void *b)
{
	const char *const *left = a, *const *right = b;

	return strcmp(*left, *right);
}

struct id_set {
	const char **ids;
	size_t n;
};

/* The images that containers were made from, by the id that inspect gives. */
static struct id_set images_of(struct arena *arena, const struct subject_choice *containers)
{
	struct id_set set = {.ids = arena_array(arena, containers->n, sizeof(const char *))};

	for (size_t i = 0; i < containers->n; i++) {
		const char *image = doc_string_or(containers->items[i]->doc, "Image", NULL);

		if (image)
			set.ids[set.n++] = image_id_digits(image);
	}
	if (set.n > 1)
		qsort(set.ids, set.n, sizeof(*set.ids), compare_ids);
	return set;
}

static bool has_id(const struct id_set *set, const char *id)
{
	return set->n > 0 && bsearch(&id, set->ids, set->n, sizeof(*set->ids), compare_ids);
}

/* Whatever containers it has: only --image and --exclude-container have a say. */
static bool is_chosen_itself(const struct subject *image, const struct selection *selection)
{
	if (selection->containers || selection->labels || selection->running)
		return false;
	return !selection->images || matches_any(image, selection->images, image_subject_matches);
}

static void choose_images(struct choice *choice, const struct sorted_containers *containers,
			  const struct subject_list *images)
{
	struct id_set used = images_of(choice->arena, &containers->chosen);
	struct id_set left_out = images_of(choice->arena, &containers->left_out);
	struct subject_choice *chosen = &choice->subjects[SUBJECT_IMAGE];
	const struct subject **items =
		arena_array(choice->arena, images->n, sizeof(const struct subject *));

	for (size_t i = 0; i < images->n; i++) {
		const struct subject *image = &images->items[i];
		const char *id = image->id ? image_id_digits(image->id) : "";

		if (has_id(&used, id) ||
		    (is_chosen_itself(image, choice->selection) && !has_id(&left_out, id)))
			items[chosen->n++] = image;
	}
	chosen->items = items;
}

/* At least one that --container, --image and --label mean, be it left out again or not. */
static int check_chosen(const struct choice *choice, const struct sorted_containers *containers,
			struct error *err)
{
	if (containers->chosen.n > 0 || choice->subjects[SUBJECT_IMAGE].n > 0)
		return 0;
	for (size_t i = 0; i < containers->left_out.n; i++) {
		if (is_asked_for(containers->left_out.items[i], choice->selection))
			return 0;
	}
	return error_set(err, EINVAL,
			 "no container matches --container, --image and --label together");
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
	struct sorted_containers sorted;

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
	if (check_words(choice, facts, err) < 0)
		return -EINVAL;
	sort_containers(choice, containers, &sorted);
	choice->subjects[SUBJECT_CONTAINER].items = sorted.chosen.items;
	choice->subjects[SUBJECT_CONTAINER].n = sorted.chosen.n;
	choose_images(choice, &sorted, &facts->subjects[SUBJECT_IMAGE]);
	return asked_for ? check_chosen(choice, &sorted, err) : 0;
}
