/* SPDX-License-Identifier: Apache-2.0 */
#include "command/target.h"

#include "base/text.h"
#include "checks/checks.h"
#include "collect/collect.h"
#include "command/progress.h"

#include <errno.h>
#include <string.h>

enum { SNAPSHOT_CEILING = 1024 * 1024 * 1024 };

int target_collect(const struct options *options, bool quiet, cJSON **ret, struct error *err)
{
	struct progress progress;
	uint64_t timeout, jobs;
	bool engine;
	int r;

	r = options_number(options, "timeout", 1, 86400, 0, &timeout, err);
	if (r < 0)
		return r;
	r = options_number(options, "jobs", 1, 64, 0, &jobs, err);
	if (r < 0)
		return r;
	progress_start(&progress, !quiet);
	const struct collect_options how = {
		.endpoint = options_value(options, "host"),
		.root = options_value(options, "root"),
		.timeout = (unsigned)timeout,
		.jobs = (unsigned)jobs,
		.deep = options_flag(options, "deep"),
		.progress = progress_show,
		.data = &progress,
	};
	r = collect(&how, ret, &engine, err);
	progress_end(&progress);
	return r;
}

/* A benchmark's id has no slash and no ending. */
int target_snapshot(const struct options *options, bool quiet, cJSON **ret, struct error *err)
{
	static const char *const live_only[] = {"host", "root", "deep"};
	const char *file = options_value(options, "snapshot");
	int r;

	if (!file)
		return target_collect(options, quiet, ret, err);
	for (size_t i = 0; i < sizeof(live_only) / sizeof(live_only[0]); i++)
		if (options_flag(options, live_only[i]))
			return error_set(err, EINVAL,
					 "--snapshot and --%s exclude each other: a snapshot is of "
					 "one host already",
					 live_only[i]);
	r = doc_read(strcmp(file, "-") ? file : "/dev/stdin", SNAPSHOT_CEILING, ret, err);
	return r < 0 ? error_wrap(err, "--snapshot %s", file) : 0;
}

static bool is_file(const char *benchmark)
{
	return strchr(benchmark, '/') || text_ends(benchmark, ".yaml") ||
	       text_ends(benchmark, ".yml");
}

int target_library_of(struct arena *arena, const struct library_files *files,
		      const struct library **ret, struct error *err)
{
	return library_load(arena, checks_all, files, ret, err);
}

int target_library(struct arena *arena, const struct options *options, const struct library **ret,
		   struct error *err)
{
	const char *const *wanted = options_values(options, "benchmark");
	size_t n = strings_count(wanted), n_files = 0;
	const char **files = arena_array(arena, n + 1, sizeof(*files));

	for (size_t i = 0; i < n; i++)
		if (is_file(wanted[i]))
			files[n_files++] = wanted[i];
	const char *const *policies = options_values(options, "policy");
	const struct library_files all = {.benchmarks = files,
					  .n_benchmarks = n_files,
					  .policies = policies,
					  .n_policies = strings_count(policies)};

	return target_library_of(arena, &all, ret, err);
}

/* The benchmarks' ids. library_load() appends files in the order in which they were given. */
static const char *const *benchmark_ids(struct arena *arena, const struct library *library,
					const char *const *wanted)
{
	size_t n = strings_count(wanted), file = library->n_benchmarks;
	const char **ids;

	if (!wanted)
		return NULL;
	ids = arena_array(arena, n + 1, sizeof(*ids));
	for (size_t i = 0; i < n; i++)
		file -= is_file(wanted[i]);
	for (size_t i = 0; i < n; i++)
		ids[i] = is_file(wanted[i]) ? library->benchmarks[file++].id : wanted[i];
	return ids;
}

int target_selection(struct arena *arena, const struct options *options,
		     const struct library *library, struct selection *ret, struct error *err)
{
	uint64_t level;
	int r = options_number(options, "level", 1, 2, 2, &level, err);

	if (r < 0)
		return r;
	ret->benchmarks = benchmark_ids(arena, library, options_values(options, "benchmark"));
	ret->level = (unsigned)level;
	ret->controls = options_values(options, "control");
	ret->skip = options_values(options, "skip");
	ret->sections = options_values(options, "section");
	return 0;
}
