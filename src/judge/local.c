/* SPDX-License-Identifier: Apache-2.0 */

/* Controls that policy files define, and the benchmark "local" which counts them. */
#include "judge/library.h"

#include <string.h>

int local_controls_read(struct library_builder *builder, const struct yaml *yaml, struct error *err)
{
	const struct yaml_node *root = yaml_root(yaml), *list = NULL;
	size_t n = 0;
	int result = yaml_mapping(yaml, root, "policy", &n, err);

	for (size_t i = 0; result >= 0 && i < n; i++) {
		if (strcmp(yaml_key(yaml, root, i), "controls") == 0)
			list = yaml_value(yaml, root, i);
	}
	if (result < 0 || !list)
		return result;
	result = yaml_sequence(yaml, list, "controls", &n, err);
	for (size_t i = 0; result >= 0 && i < n; i++)
		result = control_read(builder, yaml, yaml_item(yaml, list, i), true, err);
	return result;
}

void local_benchmark_add(struct library_builder *builder)
{
	size_t n = builder->n_controls - builder->n_builtin;
	struct numbering *lines = arena_array(builder->arena, n, sizeof(*lines));

	if (n == 0)
		return;
	for (size_t i = 0; i < n; i++) {
		const struct control *control = &builder->controls[builder->n_builtin + i];

		lines[i] = (struct numbering){
			.id = control->key, .control = control, .automated = true};
	}
	builder->benchmarks[builder->n_benchmarks++] = (struct benchmark){
		.id = LOCAL_BENCHMARK, .title = "Local controls", .lines = lines, .n = n};
}
