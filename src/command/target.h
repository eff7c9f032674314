/* SPDX-License-Identifier: Apache-2.0 */

/* What the commands that look at a host or at controls share: their options, and the first steps.
 */
#ifndef BULKHEAD_COMMAND_TARGET_H
#define BULKHEAD_COMMAND_TARGET_H

#include "command/options.h"
#include "judge/evaluate.h"

#include <cjson/cJSON.h>

/* Rows of an option table. */
#define TARGET_OPTIONS                                                                         \
	{.group = "Which host",                                                                \
	 .name = "host",                                                                       \
	 .letter = 'H',                                                                        \
	 .argument = "ENDPOINT",                                                               \
	 .help = "unix://PATH or tcp://HOST:PORT of the engine; without it DOCKER_HOST, then " \
		 "/var/run/docker.sock, then the rootless socket in XDG_RUNTIME_DIR"},         \
		{.name = "root",                                                               \
		 .argument = "DIR",                                                            \
		 .help = "where the host's / is mounted, for an audit from inside of a "       \
			 "container: its files, /proc and socket are looked for below DIR"},   \
		{.name = "timeout",                                                            \
		 .argument = "SECONDS",                                                        \
		 .help = "give up asking the engine after this long (120)"},                   \
	{                                                                                      \
		.name = "jobs", .argument = "N",                                               \
		.help = "requests to the engine at the same time (4)"                          \
	}

#define DEEP_OPTION                                                                          \
	{                                                                                    \
		.name = "deep",                                                              \
		.help = "look into the layers of images on disk, too, for setuid programs, " \
			"packages and tools: a second or so for 100,000 files"               \
	}

#define SNAPSHOT_OPTION                                                                          \
	{                                                                                        \
		.name = "snapshot", .argument = "FILE",                                          \
		.help = "judge what `bulkhead collect` wrote instead of a live host; - is stdin" \
	}

#define POLICY_OPTION                                                                 \
	{                                                                             \
		.name = "policy", .many = true, .argument = "FILE",                   \
		.help = "YAML file of what was decided for this host: parameters, "   \
			"exceptions and more (doc/policy.md); a later file overrides" \
	}

#define CONTROL_OPTIONS                                                                          \
	{.group = "Which controls",                                                              \
	 .name = "benchmark",                                                                    \
	 .many = true,                                                                           \
	 .argument = "ID|FILE",                                                                  \
	 .help = "a benchmark by its id, or from a YAML file; without it the newest CIS Docker " \
		 "Benchmark, 'bulkhead', our own, and 'local', the controls of policy files"},   \
		{.name = "level",                                                                \
		 .argument = "1|2",                                                              \
		 .help = "controls up to this level only (2)"},                                  \
		{.name = "section",                                                              \
		 .many = true,                                                                   \
		 .argument = "NAME",                                                             \
		 .help = "host, daemon, daemon-files, images, runtime, operations or swarm"},    \
		{.name = "control",                                                              \
		 .many = true,                                                                   \
		 .argument = "KEY|ID",                                                           \
		 .help = "only this control: its key (not-privileged), its number (5.5), "       \
			 "cis-docker-1.6.0/5.5, or a group of numbers (5, 5.*)"},                \
		{.name = "skip",                                                                 \
		 .many = true,                                                                   \
		 .argument = "KEY|ID",                                                           \
		 .help = "leave this control out"},                                              \
		POLICY_OPTION

/* A live collection, with progress unless `quiet`. The caller deletes *ret. */
int target_collect(const struct options *options, bool quiet, cJSON **ret, struct error *err);

/* The snapshot of --snapshot, or a live collection. The caller deletes *ret. */
int target_snapshot(const struct options *options, bool quiet, cJSON **ret, struct error *err);

/* What is built in, with the benchmarks of --benchmark FILE and the parameters of --policy FILE. */
int target_library(struct arena *arena, const struct options *options, const struct library **ret,
		   struct error *err);

/* What is built in, with files of the user. */
int target_library_of(struct arena *arena, const struct library_files *files,
		      const struct library **ret, struct error *err);

/* The selection by CONTROL_OPTIONS. A --benchmark FILE is selected by the id that it states. */
int target_selection(struct arena *arena, const struct options *options,
		     const struct library *library, struct selection *ret, struct error *err);

#endif
