/* SPDX-License-Identifier: Apache-2.0 */

/* All controls and benchmarks that this program knows. */
#include "judge/library.h"
#include "judge/policy_lock.h"

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

const struct control *builder_control(const struct library_builder *builder, const char *key)
{
	for (size_t i = 0; i < builder->n_controls; i++) {
		if (strcmp(builder->controls[i].key, key) == 0)
			return &builder->controls[i];
	}
	return NULL;
}

int builder_read_control(const struct library_builder *builder, const struct yaml *yaml,
			 const struct yaml_node *node, const struct control **ret,
			 struct error *err)
{
	struct nearest nearest = {0};
	int result = yaml_string(yaml, node, "control", &nearest.wanted, err);

	if (result < 0)
		return result;
	*ret = builder_control(builder, nearest.wanted);
	if (*ret)
		return 0;
	for (size_t i = 0; i < builder->n_controls; i++)
		nearest_offer(&nearest, builder->controls[i].key);
	return yaml_error(yaml, node, err, "unknown control '%s'%s", nearest.wanted,
			  did_you_mean(builder->arena, &nearest));
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

/* What a built-in text holds, by where it stands. */
enum text_kind { TEXT_CONTROLS, TEXT_PARAMETERS, TEXT_DATA, TEXT_BENCHMARK };

static enum text_kind text_kind(const struct embedded_file *text)
{
	if (text_starts(text->name, "benchmarks/controls/"))
		return TEXT_CONTROLS;
	if (strcmp(text->name, "benchmarks/parameters.yaml") == 0)
		return TEXT_PARAMETERS;
	return text_starts(text->name, "benchmarks/data/") ? TEXT_DATA : TEXT_BENCHMARK;
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

typedef int read_yaml(struct library_builder *builder, const struct yaml *yaml, struct error *err);

/* The built-in texts of one kind. */
static int read_texts(struct library_builder *builder, const struct library_sources *sources,
		      enum text_kind kind, read_yaml *read, struct error *err)
{
	int result = 0;

	for (const struct embedded_file *text = sources->texts; text->name && result >= 0; text++) {
		cleanup_yaml struct yaml *yaml = NULL;

		if (text_kind(text) != kind)
			continue;
		result = yaml_parse(text->name, text->text, text->length, &yaml, err);
		if (result >= 0)
			result = read(builder, yaml, err);
	}
	return result;
}

static int read_files(struct library_builder *builder, const char *const *files, size_t n,
		      read_yaml *read, struct error *err)
{
	int result = 0;

	for (size_t i = 0; i < n && result >= 0; i++) {
		cleanup_yaml struct yaml *yaml = NULL;

		result = yaml_read(files[i], &yaml, err);
		if (result >= 0)
			result = read(builder, yaml, err);
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

static int read_local_controls(struct library_builder *builder, const struct library_files *files,
			       struct error *err)
{
	builder->n_builtin = builder->n_controls;
	return read_files(builder, files->policies, files->n_policies, local_controls_read, err);
}

/* Each needs those before it. */
static int read_all(struct library_builder *builder, const struct library_sources *sources,
		    struct error *err)
{
	const struct library_files *files = &sources->files;
	int r;

	if ((r = read_texts(builder, sources, TEXT_CONTROLS, controls_read, err)) < 0 ||
	    (r = read_local_controls(builder, files, err)) < 0 ||
	    (r = read_texts(builder, sources, TEXT_PARAMETERS, parameters_read, err)) < 0 ||
	    (r = read_texts(builder, sources, TEXT_BENCHMARK, add_benchmark, err)) < 0)
		return r;
	qsort(builder->benchmarks, builder->n_benchmarks, sizeof(*builder->benchmarks),
	      compare_benchmarks);
	local_benchmark_add(builder);
	if ((r = read_files(builder, files->benchmarks, files->n_benchmarks, add_benchmark, err)) <
		    0 ||
	    (r = read_files(builder, files->policies, files->n_policies, policy_read, err)) < 0)
		return r;
	locks_end(builder);
	return 0;
}

/* The builder is gone before the library. */
static const struct policy *finish_policy(struct library_builder *builder,
					  const struct library_files *files)
{
	struct policy *policy = arena_alloc(builder->arena, sizeof(*policy));
	const char **names = arena_array(builder->arena, files->n_policies, sizeof(*names));

	for (size_t i = 0; i < files->n_policies; i++)
		names[i] = arena_strdup(builder->arena, files->policies[i]);
	*policy = builder->policy;
	policy->files = names;
	policy->n_files = files->n_policies;
	policy->exceptions = builder->exceptions;
	policy->ratings = builder->ratings;
	policy->thresholds = builder->thresholds;
	policy->locks = builder->locks;
	return policy;
}

int library_read(struct arena *arena, const struct library_sources *sources,
		 const struct library **ret, struct error *err)
{
	struct library_builder builder = {.arena = arena, .checks = sources->checks};
	struct library *library;
	size_t n = sources->files.n_benchmarks + 1; /* the local one */
	int result;

	for (const struct embedded_file *text = sources->texts; text->name; text++)
		n++;
	builder.benchmarks = arena_array(arena, n, sizeof(*builder.benchmarks));
	result = read_all(&builder, sources, err);
	if (result < 0)
		return result;
	library = arena_alloc(arena, sizeof(*library));
	*library = (struct library){
		.controls = builder.controls,
		.n_controls = builder.n_controls,
		.benchmarks = builder.benchmarks,
		.n_benchmarks = builder.n_benchmarks,
		.parameters = builder.parameters,
		.n_parameters = builder.n_parameters,
		.policy = finish_policy(&builder, &sources->files),
	};
	*ret = library;
	return 0;
}

int library_load(struct arena *arena, const struct check *const *checks,
		 const struct library_files *files, const struct library **ret, struct error *err)
{
	struct library_sources sources = {.checks = checks, .texts = embedded_files};

	if (files)
		sources.files = *files;
	return library_read(arena, &sources, ret, err);
}
