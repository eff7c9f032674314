/* SPDX-License-Identifier: Apache-2.0 */

/* Any bytes as a file of benchmarks or controls. */
#include "base/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct yaml *yaml = NULL;
	struct error err = {0};

	if (yaml_parse("fuzz", (const char *)data, size, &yaml, &err) == 0)
		yaml_delete(yaml);
	return 0;
}
