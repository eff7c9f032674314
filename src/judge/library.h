/* SPDX-License-Identifier: Apache-2.0 */

/* Reading of the library, file by file: what library_load() is made of. For judge/ and its tests.
 */
#ifndef BULKHEAD_JUDGE_LIBRARY_H
#define BULKHEAD_JUDGE_LIBRARY_H

#include "base/embedded.h"
#include "base/text.h"
#include "base/yaml.h"
#include "judge/benchmark.h"
#include "judge/policy.h"

struct library_sources {
	const struct check *const *checks;
	const struct embedded_file *texts; /* ends with a NULL name */
	struct library_files files;
};

int library_read(struct arena *arena, const struct library_sources *sources,
		 const struct library **ret, struct error *err);

/* A library that grows while its files are read. */
struct library_builder {
	struct arena *arena;
	const struct check *const *checks;
	struct control *controls;
	size_t n_controls, controls_size;
	size_t n_builtin; /* the controls after these are of policy files */
	struct benchmark *benchmarks;
	size_t n_benchmarks;
	struct parameter *parameters;
	size_t n_parameters;
	struct policy policy;
	struct exception *exceptions; /* of the policy, as are those that follow */
	struct rating *ratings;
	struct threshold *thresholds;
	struct lock *locks;
	size_t n_locks_before; /* those of earlier files than the one that is read */
};

/* NULL where none is called so. */
const struct control *builder_control(const struct library_builder *builder, const char *key);
struct parameter *builder_parameter(const struct library_builder *builder, const char *name);

/* The control whose key the node is; an error where none is called so. */
int builder_read_control(const struct library_builder *builder, const struct yaml *yaml,
			 const struct yaml_node *node, const struct control **ret,
			 struct error *err);

/* Add the entries of one file of controls. */
int controls_read(struct library_builder *builder, const struct yaml *yaml, struct error *err);

/*
 * Add the `controls` of a policy file, before anything refers to a control, and make a benchmark of
 * those of all files, once. Everything else in the file is left to policy_read().
 */
#define LOCAL_BENCHMARK "local"
int local_controls_read(struct library_builder *builder, const struct yaml *yaml,
			struct error *err);
void local_benchmark_add(struct library_builder *builder);

/* Add one control. One that is local has a check, but may lack a section and a rationale. */
int control_read(struct library_builder *builder, const struct yaml *yaml,
		 const struct yaml_node *node, bool is_local, struct error *err);

/* The file of parameters, which must be read after all controls. */
int parameters_read(struct library_builder *builder, const struct yaml *yaml, struct error *err);

/* A policy file, which must be read after all controls, parameters and benchmarks. */
int policy_read(struct library_builder *builder, const struct yaml *yaml, struct error *err);

/* Members of a policy file, read into a library_builder: `exceptions` … */
typedef int policy_member_read(const struct yaml *yaml, const struct yaml_node *node, void *target,
			       struct error *err);
policy_member_read exceptions_read, severities_read, fail_on_read, thresholds_read, locks_read;

/* The controls that a policy file names, by control.index. */
int control_words_read(struct library_builder *builder, const struct yaml *yaml,
		       const struct yaml_node *node, const bool **ret, struct error *err);

/* A parameter's value; name and type are those of *param, the message names it. */
int param_read(struct arena *arena, const struct yaml *yaml, const struct yaml_node *node,
	       struct param *param, struct error *err);

/* What the check says of a parameter; NULL where it takes none of this name. */
const struct param_spec *check_param(const struct check *check, const char *name);

/* The benchmark with this id among n; -EINVAL where there is none, with the nearest one in err. */
int benchmark_find(struct arena *arena, const struct benchmark *benchmarks, size_t n,
		   const char *id, const struct benchmark **ret, struct error *err);

/* -EINVAL: the benchmark has no control of this number; err has the nearest one. */
int benchmark_lacks(struct arena *arena, const struct benchmark *benchmark, const char *number,
		    struct error *err);

/* One benchmark file, its lines resolved against the controls read so far. */
int benchmark_read(struct library_builder *builder, const struct yaml *yaml, struct benchmark *ret,
		   struct error *err);

/* A scalar that must not be empty, copied into the arena. */
int library_string(struct arena *arena, const struct yaml *yaml, const struct yaml_node *node,
		   const char *what, const char **ret, struct error *err);

/* ": did you mean 'x'?", or "" where nothing is near. */
const char *did_you_mean(struct arena *arena, const struct nearest *nearest);

#endif
