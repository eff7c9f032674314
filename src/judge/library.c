/* SPDX-License-Identifier: Apache-2.0 */

/* All controls and benchmarks that this program knows. */
#include "judge/library.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name, *title;
} sections[SECTION_COUNT] = {
	[SECTION_HOST] = {"host", "Host"},
	[SECTION_DAEMON] = {"daemon", "Docker daemon"},
	[SECTION_DAEMON_FILES] = {"daemon-files", "Docker daemon files"},
	[SECTION_IMAGES] = {"images", "Images"},
	[SECTION_RUNTIME] = {"runtime", "Container runtime"},
	[SECTION_OPERATIONS] = {"operations", "Operations"},
	[SECTION_SWARM] = {"swarm", "Swarm"},
};

const char *section_name(enum section section)
{
	return sections[section].name;
}

const char *section_title(enum section section)
{
	return sections[section].title;
}

bool section_parse(const char *name, enum section *ret)
{
	for (size_t i = 0; i < SECTION_COUNT; i++) {
		if (strcmp(sections[i].name, name) == 0) {
			*ret = (enum section)i;
			return true;
		}
	}
	return false;
}

const struct benchmark *library_benchmark(const struct library *library, const char *id)
{
	for (size_t i = 0; i < library->n_benchmarks; i++) {
		if (strcmp(library->benchmarks[i].id, id) == 0)
			return &library->benchmarks[i];
	}
	return NULL;
}

const struct control *library_control(const struct library *library, const char *key)
{
	for (size_t i = 0; i < library->n_controls; i++) {
		if (strcmp(library->controls[i].key, key) == 0)
			return &library->controls[i];
	}
	return NULL;
}

int library_string(struct arena *arena, const struct yaml *yaml, const struct yaml_node *node,
		   const char *what, const char **ret, struct error *err)
{
	const char *text;
	int result = yaml_string(yaml, node, what, &text, err);

	if (result < 0)
		return result;
	if (!*text)
		return yaml_error(yaml, node, err, "%s is empty", what);
	*ret = arena_strdup(arena, text);
	return 0;
}

const char *did_you_mean(struct arena *arena, const struct nearest *nearest)
{
	return nearest->name ? arena_printf(arena, ": did you mean '%s'?", nearest->name) : "";
}

static bool holds_controls(const struct embedded_file *text)
{
	return text_starts(text->name, "benchmarks/controls/");
}

static int add_benchmark(struct library_builder *builder, const struct yaml *yaml,
			 struct error *err)
{
	int result =
		benchmark_read(builder, yaml, &builder->benchmarks[builder->n_benchmarks], err);

	if (result >= 0)
		builder->n_benchmarks++;
	return result;
}

/* One pass over the built-in texts: those that hold controls, or the others. */
static int read_texts(struct library_builder *builder, const struct library_sources *sources,
		      bool controls, struct error *err)
{
	int result = 0;

	for (const struct embedded_file *text = sources->texts; text->name && result >= 0; text++) {
		cleanup_yaml struct yaml *yaml = NULL;

		if (holds_controls(text) != controls)
			continue;
		result = yaml_parse(text->name, text->text, text->length, &yaml, err);
		if (result >= 0)
			result = controls ? controls_read(builder, yaml, err)
					  : add_benchmark(builder, yaml, err);
	}
	return result;
}

static int read_files(struct library_builder *builder, const struct library_sources *sources,
		      struct error *err)
{
	int result = 0;

	for (size_t i = 0; i < sources->n_files && result >= 0; i++) {
		cleanup_yaml struct yaml *yaml = NULL;

		result = yaml_read(sources->files[i], &yaml, err);
		if (result >= 0)
			result = add_benchmark(builder, yaml, err);
	}
	return result;
}

/* By version, and "bulkhead" after all that others have published. */
static int compare_benchmarks(const void *a, const void *b)
{
	const struct benchmark *left = a, *right = b;
	int ours_left = strcmp(left->id, "bulkhead") == 0;
	int ours_right = strcmp(right->id, "bulkhead") == 0;

	return ours_left != ours_right ? ours_left - ours_right : strverscmp(left->id, right->id);
}

int library_read(struct arena *arena, const struct library_sources *sources,
		 const struct library **ret, struct error *err)
{
	struct library_builder builder = {.arena = arena, .checks = sources->checks};
	struct library *library;
	size_t n = sources->n_files;
	int result;

	for (const struct embedded_file *text = sources->texts; text->name; text++)
		n++;
	builder.benchmarks = arena_array(arena, n, sizeof(*builder.benchmarks));
	result = read_texts(&builder, sources, true, err);
	if (result >= 0)
		result = read_texts(&builder, sources, false, err);
	if (result < 0)
		return result;
	qsort(builder.benchmarks, builder.n_benchmarks, sizeof(*builder.benchmarks),
	      compare_benchmarks);
	result = read_files(&builder, sources, err);
	if (result < 0)
		return result;

	library = arena_alloc(arena, sizeof(*library));
	library->controls = builder.controls;
	library->n_controls = builder.n_controls;
	library->benchmarks = builder.benchmarks;
	library->n_benchmarks = builder.n_benchmarks;
	*ret = library;
	return 0;
}

int library_load(struct arena *arena, const struct check *const *checks, const char *const *files,
		 size_t n_files, const struct library **ret, struct error *err)
{
	const struct library_sources sources = {
		.checks = checks,
		.texts = embedded_files,
		.files = files,
		.n_files = n_files,
	};

	return library_read(arena, &sources, ret, err);
}
