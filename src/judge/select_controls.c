/* SPDX-License-Identifier: Apache-2.0 */

/* The benchmarks and controls that the command line selects. */
#include "judge/library.h"
#include "judge/select.h"

#include <errno.h>
#include <string.h>

static const struct benchmark *newest_cis(const struct library *library)
{
	const struct benchmark *newest = NULL;

	for (size_t i = 0; i < library->n_benchmarks; i++) {
		const struct benchmark *benchmark = &library->benchmarks[i];

		if (text_starts(benchmark->id, "cis-docker-") &&
		    (!newest || strverscmp(benchmark->id, newest->id) > 0))
			newest = benchmark;
	}
	return newest;
}

static int find_benchmark(const struct choice *choice, const char *id, const struct benchmark **ret,
			  struct error *err)
{
	return benchmark_find(choice->arena, choice->library->benchmarks,
			      choice->library->n_benchmarks, id, ret, err);
}

int choose_benchmarks(struct choice *choice, struct error *err)
{
	const char *const *ids = choice->selection->benchmarks;
	size_t n_ids = strings_count(ids), n = 0;
	const struct benchmark **chosen =
		arena_array(choice->arena, n_ids + 3, sizeof(const struct benchmark *));

	for (size_t i = 0; i < n_ids; i++) {
		size_t seen = 0;
		int result = find_benchmark(choice, ids[i], &chosen[n], err);

		if (result < 0)
			return result;
		while (chosen[seen] != chosen[n])
			seen++;
		n += seen == n;
	}
	if (!ids) {
		chosen[n] = newest_cis(choice->library);
		n += chosen[n] != NULL;
		chosen[n] = library_benchmark(choice->library, "bulkhead");
		n += chosen[n] != NULL;
		chosen[n] = library_benchmark(choice->library, LOCAL_BENCHMARK);
		n += chosen[n] != NULL;
	}
	choice->benchmarks = chosen;
	choice->n_benchmarks = n;
	return 0;
}

const struct numbering *choice_line(const struct choice *choice, const struct control *control)
{
	for (size_t i = 0; i < choice->n_benchmarks; i++) {
		const struct numbering *line = benchmark_line(choice->benchmarks[i], control);

		if (line)
			return line;
	}
	return NULL;
}

/* True where `word` is the id, or a section that it is in: "5" and "5.*" hold "5.10". */
static bool id_matches(const char *id, const char *word)
{
	bool section = text_ends(word, ".*");
	size_t length = strlen(word) - (section ? 2 : 0);

	return length > 0 && strncmp(id, word, length) == 0 &&
	       (id[length] == '.' || (!section && !id[length]));
}

/* Mark what the word means in one benchmark, and say how many controls that are. */
static size_t mark_lines(const struct benchmark *benchmark, const char *word, bool *marks)
{
	size_t n = 0;

	for (size_t i = 0; i < benchmark->n; i++) {
		if (id_matches(benchmark->lines[i].id, word)) {
			marks[benchmark->lines[i].control->index] = true;
			n++;
		}
	}
	return n;
}

static void offer_ids(const struct benchmark *benchmark, struct nearest *nearest)
{
	for (size_t i = 0; i < benchmark->n; i++)
		nearest_offer(nearest, benchmark->lines[i].id);
}

/* "cis-docker-1.6.0/5.5" */
static int mark_numbered(const struct choice *choice, const char *word, bool *marks,
			 struct error *err)
{
	const char *slash = strchr(word, '/');
	const struct benchmark *benchmark;
	int result =
		find_benchmark(choice, arena_strndup(choice->arena, word, (size_t)(slash - word)),
			       &benchmark, err);

	if (result < 0 || mark_lines(benchmark, slash + 1, marks) > 0)
		return result;
	return benchmark_lacks(choice->arena, benchmark, slash + 1, err);
}

static int unknown_control(const struct choice *choice, const char *word, struct error *err)
{
	struct nearest nearest = {.wanted = word};

	for (size_t i = 0; i < choice->library->n_controls; i++)
		nearest_offer(&nearest, choice->library->controls[i].key);
	for (size_t i = 0; i < choice->n_benchmarks; i++)
		offer_ids(choice->benchmarks[i], &nearest);
	return error_set(err, EINVAL, "unknown control '%s'%s", word,
			 did_you_mean(choice->arena, &nearest));
}

static int mark_word(const struct choice *choice, const char *word, bool *marks, struct error *err)
{
	const struct control *control = library_control(choice->library, word);
	size_t n = 0;

	if (strchr(word, '/'))
		return mark_numbered(choice, word, marks, err);
	if (control) {
		marks[control->index] = true;
		return 0;
	}
	for (size_t i = 0; i < choice->n_benchmarks; i++)
		n += mark_lines(choice->benchmarks[i], word, marks);
	return n > 0 ? 0 : unknown_control(choice, word, err);
}

/* One mark for each control of the library. */
static int mark_words(const struct choice *choice, const char *const *words, bool **ret,
		      struct error *err)
{
	bool *marks = arena_array(choice->arena, choice->library->n_controls, sizeof(*marks));

	for (size_t i = 0; words && words[i]; i++) {
		int result = mark_word(choice, words[i], marks, err);

		if (result < 0)
			return result;
	}
	*ret = marks;
	return 0;
}

static int mark_sections(const struct choice *choice, bool *marks, struct error *err)
{
	const char *const *names = choice->selection->sections;
	enum section section;

	for (size_t i = 0; i < SECTION_COUNT; i++)
		marks[i] = !names;
	for (size_t i = 0; names && names[i]; i++) {
		struct nearest nearest = {.wanted = names[i]};

		if (section_parse(names[i], &section)) {
			marks[section] = true;
			continue;
		}
		for (size_t k = 0; k < SECTION_COUNT; k++)
			nearest_offer(&nearest, section_name((enum section)k));
		return error_set(err, EINVAL, "unknown section '%s'%s", names[i],
				 did_you_mean(choice->arena, &nearest));
	}
	return 0;
}

struct marks {
	bool *named, *skipped;
	bool sections[SECTION_COUNT];
};

/* True where no filter but the benchmarks themselves leaves the control out. */
static bool is_wanted(const struct choice *choice, const struct marks *marks,
		      const struct control *control)
{
	const struct selection *selection = choice->selection;
	const struct numbering *line = choice_line(choice, control);

	if (marks->skipped[control->index] || !marks->sections[control->section])
		return false;
	if (selection->controls && !marks->named[control->index])
		return false;
	if (line && selection->level && line->level > selection->level)
		return false;
	return choice->kinds == SUBJECTS_ALL || (control_subjects(control) & choice->kinds);
}

static void take(struct choice *choice, const struct control **controls, bool *seen,
		 const struct control *control)
{
	if (seen[control->index])
		return;
	seen[control->index] = true;
	controls[choice->n_controls++] = control;
}

/* In the order of the first benchmark that lists a control; named ones that none lists come last.
 */
static void collect_controls(struct choice *choice, const struct marks *marks)
{
	const struct library *library = choice->library;
	const struct control **controls =
		arena_array(choice->arena, library->n_controls, sizeof(const struct control *));
	bool *seen = arena_array(choice->arena, library->n_controls, sizeof(*seen));

	choice->controls = controls;
	choice->n_controls = 0;
	for (size_t i = 0; i < choice->n_benchmarks; i++) {
		const struct benchmark *benchmark = choice->benchmarks[i];

		for (size_t k = 0; k < benchmark->n; k++) {
			if (is_wanted(choice, marks, benchmark->lines[k].control))
				take(choice, controls, seen, benchmark->lines[k].control);
		}
	}
	for (size_t i = 0; i < library->n_controls; i++) {
		if (marks->named[i] && is_wanted(choice, marks, &library->controls[i]))
			take(choice, controls, seen, &library->controls[i]);
	}
}

int choose_controls(struct choice *choice, struct error *err)
{
	struct marks marks;
	int result = mark_words(choice, choice->selection->controls, &marks.named, err);

	if (result >= 0)
		result = mark_words(choice, choice->selection->skip, &marks.skipped, err);
	if (result >= 0)
		result = mark_sections(choice, marks.sections, err);
	if (result < 0)
		return result;
	collect_controls(choice, &marks);
	if (choice->n_controls > 0)
		return 0;
	if (choice->kinds != SUBJECTS_ALL)
		return error_set(err, EINVAL, "no selected control judges containers or images");
	return error_set(err, EINVAL,
			 "no control is selected: --benchmark, --level, --section, "
			 "--control and --skip together leave none");
}
