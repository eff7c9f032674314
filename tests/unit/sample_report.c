/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/sample_report.h"

#include "reports/reports.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>

static const struct check some_check = {.name = "some-check"};

static void fill_library(struct sample *sample)
{
	static const struct control controls[SAMPLE_CONTROLS] = {
		[SAMPLE_PRIVILEGED] = {.key = "not-privileged",
				       .title = "No container is privileged",
				       .remediation = "Recreate it without --privileged.",
				       .severity = SEVERITY_CRITICAL},
		[SAMPLE_MEMORY] = {.key = "memory-limited",
				   .title = "Memory has a limit",
				   .remediation = "Set --memory, or in a Compose file:\n"
						  "  mem_limit: 256m",
				   .severity = SEVERITY_MEDIUM},
		[SAMPLE_PORTS] = {.key = "ports-needed", .title = "Only needed ports are open"},
		[SAMPLE_OWN] = {.key = "own-control", .title = "Something of our own"},
	};
	static const char *const ids[SAMPLE_CONTROLS] = {"5.5", "5.11", "5.9", "own-control"};

	for (size_t i = 0; i < SAMPLE_CONTROLS; i++) {
		sample->controls[i] = controls[i];
		sample->controls[i].section = SECTION_RUNTIME;
		sample->controls[i].check = &some_check;
		sample->controls[i].index = i;
		sample->numbers[i] = (struct numbering){.id = ids[i],
							.control = &sample->controls[i],
							.level = i == SAMPLE_OWN ? 0 : 1};
	}
	sample->controls[SAMPLE_OWN].section = SECTION_HOST;
	sample->benchmarks[0] = (struct benchmark){.id = "cis-docker-1.8.0",
						   .title = "CIS Docker Benchmark 1.8.0",
						   .lines = sample->numbers,
						   .n = SAMPLE_OWN};
	sample->benchmarks[1] = (struct benchmark){.id = "bulkhead",
						   .title = "Bulkhead",
						   .lines = &sample->numbers[SAMPLE_OWN],
						   .n = 1};
	sample->selected[0] = &sample->benchmarks[0];
	sample->selected[1] = &sample->benchmarks[1];
	sample->library = (struct library){.controls = sample->controls,
					   .n_controls = SAMPLE_CONTROLS,
					   .benchmarks = sample->benchmarks,
					   .n_benchmarks = 2};
}

static void fill_subjects(struct arena *arena, struct sample *sample, size_t n)
{
	sample->host = (struct subject){.kind = SUBJECT_HOST, .name = "host-01"};
	sample->containers = arena_array(arena, n, sizeof(*sample->containers));
	for (size_t i = 0; i < n; i++)
		sample->containers[i] = (struct subject){
			.kind = SUBJECT_CONTAINER,
			.name = arena_printf(arena, "web-%zu", i),
			.id = arena_printf(arena, "%064zu", i),
			.image = "nginx:1.27",
			.state = "running",
			.project = "shop",
			.service = "web",
		};
}

struct sample *sample_new(struct arena *arena, size_t n_containers)
{
	struct sample *sample = arena_alloc(arena, sizeof(*sample));

	fill_library(sample);
	fill_subjects(arena, sample, n_containers);
	sample->results = arena_array(arena, 8 * (n_containers + 1), sizeof(*sample->results));
	sample->report = (struct report){
		.tool_version = "0.1.0",
		.started = "2026-01-01T00:00:00Z",
		.finished = "2026-01-01T00:00:01Z",
		.target = {.endpoint = "unix:///run/docker.sock",
			   .hostname = "host-01",
			   .kernel = "6.1.0",
			   .local = true,
			   .containers = {.is_read = true, .n = n_containers},
			   .images = {.is_read = true}},
		.library = &sample->library,
		.benchmarks = sample->selected,
		.n_benchmarks = 2,
		.results = sample->results,
		.gate = true,
		.fail_on = SEVERITY_HIGH,
	};
	return sample;
}

struct verdict *sample_add(struct sample *sample, size_t control, const struct subject *subject,
			   enum status status, const char *message)
{
	struct result *result = &sample->results[sample->report.n_results++];

	*result = (struct result){
		.control = &sample->controls[control],
		.subject = subject,
		.verdict = {.status = status,
			    .severity = sample->controls[control].severity,
			    .message = message},
	};
	return &result->verdict;
}

void sample_finish(struct arena *arena, struct sample *sample)
{
	report_settle(arena, &sample->report, false);
}

char *sample_write(const struct sample *sample, const char *format,
		   const struct report_options *options)
{
	const struct report_writer *writer = report_writer_find(format, NULL);
	char *bytes = NULL;
	size_t length;
	FILE *out = open_memstream(&bytes, &length);

	ck_assert_ptr_nonnull(writer);
	writer->write(&sample->report, options, out);
	ck_assert_int_eq(fclose(out), 0);
	return bytes;
}
