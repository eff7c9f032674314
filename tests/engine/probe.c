/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Tries system calls, each in a process of its own, and writes what came of it: a line "<number>
 * <errno>", 0 where it went well or ended the process, "SIGSYS" where the filter did. Arguments are
 * "<number>" or "<number>,<first argument>"; all others are -1. Linked statically.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int try(long number, long first)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		alarm(1);
		errno = 0;
		syscall(number, first, -1L, -1L, -1L, -1L, -1L);
		syscall(SYS_exit_group, errno > 0 && errno < 200 ? errno : 0);
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGSYS ? -1 : 0;
	return WEXITSTATUS(status) < 200 ? WEXITSTATUS(status) : 0;
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		char *comma = strchr(argv[i], ',');
		int answer = try(atol(argv[i]), comma ? strtol(comma + 1, NULL, 0) : -1L);

		if (answer < 0)
			printf("%s SIGSYS\n", argv[i]);
		else
			printf("%s %d\n", argv[i], answer);
		fflush(stdout);
	}
	return 0;
}
