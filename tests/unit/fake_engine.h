/* SPDX-License-Identifier: Apache-2.0 */

/* tests/fake-engine.py as a child of the test: it ends with it at the latest. */
#ifndef BULKHEAD_TESTS_FAKE_ENGINE_H
#define BULKHEAD_TESTS_FAKE_ENGINE_H

#include <sys/types.h>

struct fake_engine {
	pid_t pid;
	int leash; /* its standard input */
	char endpoint[256];
};

/* `arguments` end in NULL; "--tcp", "--listen", "x.sock", "--fault", "/info=html" … */
void fake_engine_start(struct fake_engine *engine, const char *const *arguments);
void fake_engine_stop(struct fake_engine *engine);

#endif
