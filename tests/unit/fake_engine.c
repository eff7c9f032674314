/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/fake_engine.h"

#include "base/cleanup.h"
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARGUMENTS_MOST 24

static _Noreturn void run(const char *const *arguments, int in, int out)
{
	const char *source = getenv("srcdir");
	const char *argv[ARGUMENTS_MOST + 3] = {"python3"};
	char script[4096];

	snprintf(script, sizeof(script), "%s/tests/fake-engine.py", source ? source : "..");
	argv[1] = script;
	for (size_t i = 0; i < ARGUMENTS_MOST && arguments[i]; i++)
		argv[i + 2] = arguments[i];
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	execv("/usr/bin/python3", (char **)(void *)argv);
	execvp("python3", (char **)(void *)argv);
	_exit(127);
}

void fake_engine_start(struct fake_engine *engine, const char *const *arguments)
{
	int in[2], out[2];
	cleanup_file FILE *lines = NULL;

	ck_assert_int_eq(pipe2(in, O_CLOEXEC), 0);
	ck_assert_int_eq(pipe2(out, O_CLOEXEC), 0);
	engine->pid = fork();
	ck_assert_int_ge(engine->pid, 0);
	if (engine->pid == 0)
		run(arguments, in[0], out[1]);
	close(in[0]);
	close(out[1]);
	engine->leash = in[1];
	lines = fdopen(out[0], "r");
	ck_assert_ptr_nonnull(lines);
	ck_assert_msg(fgets(engine->endpoint, sizeof(engine->endpoint), lines),
		      "python3 tests/fake-engine.py did not start");
	engine->endpoint[strcspn(engine->endpoint, "\n")] = '\0';
}

void fake_engine_stop(struct fake_engine *engine)
{
	close(engine->leash);
	ck_assert_int_eq(waitpid(engine->pid, NULL, 0), engine->pid);
}
