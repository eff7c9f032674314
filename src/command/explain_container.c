/* SPDX-License-Identifier: Apache-2.0 */

/* Everything about one container on one page: how it is isolated, its ways out, what to change. */
#include "command/explain.h"

#include "base/text.h"
#include "command/hardened.h"
#include "facts/attack.h"
#include "facts/isolation.h"
#include "reports/printer.h"

#include <errno.h>
#include <string.h>

enum { WIDTH = 100, NAME_WIDTH = 20, VALUE_WIDTH = 26, MOST_NAMED = 5 };
enum { DECLARED = 2 + NAME_WIDTH, EFFECTIVE = DECLARED + VALUE_WIDTH };
enum { VERDICT = EFFECTIVE + VALUE_WIDTH };

static void print_heading(struct printer *printer, const char *title)
{
	printer->indent = 0;
	print_end(printer);
	print_plain(printer, title);
	print_end(printer);
}

/* A paragraph after its mark, "" or "-"; all lines after the first stand below its first word. */
static void print_item(struct printer *printer, int indent, const char *mark, const char *text)
{
	print_to(printer, indent);
	if (*mark) {
		print_plain(printer, mark);
		indent += (int)strlen(mark) + 1;
		print_to(printer, indent);
	}
	printer->indent = indent;
	print_words(printer, text);
	printer->indent = 0;
	print_end(printer);
}

/* One line as it is, for a shell or a file. */
static void print_code(struct printer *printer, int indent, const char *text)
{
	print_to(printer, indent);
	print_plain(printer, text);
	print_end(printer);
}

/* A value before the next column; what is longer is cut. */
static void print_cell(struct printer *printer, const char *value, int column)
{
	char cell[VALUE_WIDTH];

	if (!value)
		value = "-";
	if (strlen(value) < sizeof(cell)) {
		print_plain(printer, value);
	} else {
		snprintf(cell, sizeof(cell), "%.*s...", VALUE_WIDTH - 5, value);
		print_plain(printer, cell);
	}
	print_to(printer, column);
}

static void print_row(struct printer *printer, const char *name, const char *declared,
		      const char *effective, const char *verdict)
{
	print_to(printer, 2);
	print_cell(printer, name, DECLARED);
	print_cell(printer, declared, EFFECTIVE);
	print_cell(printer, effective, VERDICT);
	print_plain(printer, verdict);
	print_end(printer);
}

static void print_isolation(struct printer *printer, struct arena *arena,
			    const struct container *container)
{
	print_heading(printer, "Isolation");
	print_row(printer, "property", "declared", "effective", "verdict");
	for (int i = 0; i < ISOLATION_COUNT; i++) {
		const struct isolation *isolation = &container->isolation[i];

		print_row(printer, isolation_name(isolation->property), isolation->declared.value,
			  isolation->effective.value,
			  arena_printf(arena, "%s%s",
				       isolation_agreement_name(isolation->agreement),
				       isolation->grade == ISOLATION_LESS   ? ", weak"
				       : isolation->grade == ISOLATION_MORE ? ", strong"
									    : ""));
	}
}

static void print_steps(struct printer *printer, struct arena *arena,
			const struct attack_path *path)
{
	for (size_t i = 0; i < path->n_steps; i++) {
		const struct attack_step *step = &path->steps[i];

		print_item(printer, 4, arena_printf(arena, "%zu.", i + 1),
			   arena_printf(arena, "%s: %s", step->actor, step->text));
		for (size_t k = 0; k < step->n_evidence; k++) {
			const struct attack_evidence *evidence = &step->evidence[k];

			print_item(printer, 7, "",
				   arena_printf(arena, "%s %s = %s", evidence->source,
						evidence->path,
						evidence->value ? evidence->value : ""));
		}
	}
}

static void print_ways(struct printer *printer, struct arena *arena, const struct attack *attack)
{
	const struct attack_path *path = attack->path;

	print_heading(printer, "Ways out");
	if (!path && attack->possible)
		print_item(printer, 2, "",
			   arena_printf(arena, "not known: %s%s%s", attack->possible,
					attack->hint ? "; what would help: " : "",
					attack->hint ? attack->hint : ""));
	else if (!path)
		print_item(printer, 2, "", "none that is known");
	if (!path)
		return;
	print_item(printer, 2, "",
		   arena_printf(arena, "%s, score %u of 100 (%s): %s%s",
				attack_band_name(path->band), path->score,
				attack_confidence_name(path->confidence), path->end,
				path->n_paths > 1 ? "; the best of several:" : ""));
	print_steps(printer, arena, path);
	print_heading(printer, "What to change");
	print_item(printer, 2, "",
		   path->n_changes > 1 ? "Together these leave no known way out:"
				       : "This leaves no known way out:");
	for (size_t i = 0; i < path->n_changes; i++)
		print_item(printer, 4, "-",
			   arena_printf(arena, "%s: %s", path->changes[i].where,
					path->changes[i].text));
}

static void print_hardened(struct printer *printer, struct arena *arena, const struct facts *facts,
			   const struct container *container)
{
	const struct hardened hardened = hardened_from(arena, facts, container);

	print_heading(printer, "Hardened, as docker run");
	print_code(printer, 2, "docker run --detach \\");
	for (size_t i = 0; i < hardened.n_options; i++)
		print_code(printer, 4,
			   arena_printf(arena, "%s%s", hardened.options[i],
					i + 1 < hardened.n_options ? " \\" : ""));
	print_heading(printer, "Hardened, as a service of Compose");
	print_code(printer, 2, "services:");
	print_code(printer, 4, arena_printf(arena, "%s:", hardened.service));
	for (size_t i = 0; i < hardened.n_lines; i++)
		print_code(printer, 6, hardened.lines[i]);
	for (size_t i = 0; i < hardened.n_declarations; i++)
		print_code(printer, 2, hardened.declarations[i]);
	if (hardened.n_notes == 0)
		return;
	print_heading(printer, "Before you use it");
	for (size_t i = 0; i < hardened.n_notes; i++)
		print_item(printer, 2, "-", hardened.notes[i]);
}

void explain_container(struct arena *arena, const struct facts *facts,
		       const struct container *container)
{
	struct printer printer = {.out = stdout, .width = WIDTH};

	print_words(&printer, arena_printf(arena, "container %s (%s, %s)", container->name,
					   container->image, container->status));
	print_end(&printer);
	print_item(&printer, 2, "", container->id);
	print_isolation(&printer, arena, container);
	print_ways(&printer, arena, facts_attack(facts, container));
	print_hardened(&printer, arena, facts, container);
}

/* One that the engine lists and does not describe; NULL: there is none of that name or id. */
static const struct subject *unread_subject(const struct subject_list *list, const char *word)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->items[i].unread &&
		    (text_equal(list->items[i].name, word) || text_equal(list->items[i].id, word)))
			return &list->items[i];
	return NULL;
}

/* Those whose ids begin with the word; their number. */
static size_t name_alike(const struct subject_list *list, const char *word, struct text *names)
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++)
		if (text_starts(list->items[i].id ? list->items[i].id : "", word) &&
		    n++ < MOST_NAMED)
			text_add_item(names, list->items[i].name);
	return n;
}

static int not_found(struct arena *arena, const struct facts *facts, const char *word,
		     const char *no_control, struct error *err)
{
	const struct subject_list *list = &facts->subjects[SUBJECT_CONTAINER];
	const struct subject *unread = unread_subject(list, word);
	struct nearest nearest = {.wanted = word};
	cleanup_text struct text names = TEXT_INIT(1024);
	size_t n = *word ? name_alike(list, word, &names) : 0;

	if (unread)
		return error_set(err, EINVAL, "container %s could not be read: %s", unread->name,
				 unread->unread);
	if (n > 1)
		return error_set(err, EINVAL,
				 "the ids of %zu containers begin with '%s': %s%s; say more of it, "
				 "or the name",
				 n, word, text_string(&names), n > MOST_NAMED ? ", ..." : "");
	if (list->unread)
		return error_set(err, EINVAL, "%s; and the containers could not be read: %s",
				 no_control, list->unread);
	for (size_t i = 0; i < list->n; i++)
		nearest_offer(&nearest, list->items[i].name);
	return error_set(err, EINVAL, "%s; nor is there such a container%s", no_control,
			 nearest.name ? arena_printf(arena, ": did you mean '%s'?", nearest.name)
				      : "");
}

int explain_find(struct arena *arena, const struct facts *facts, const char *word,
		 const char *no_control, const struct container **ret, struct error *err)
{
	const struct container *container = *word ? facts_container(facts, word) : NULL;

	if (!container)
		return not_found(arena, facts, word, no_control, err);
	*ret = container;
	return 0;
}
