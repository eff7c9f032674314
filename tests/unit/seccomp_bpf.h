/* SPDX-License-Identifier: Apache-2.0 */

/* A filter as libseccomp itself makes it of a profile, and what its program answers. */
#ifndef BULKHEAD_TESTS_SECCOMP_BPF_H
#define BULKHEAD_TESTS_SECCOMP_BPF_H

#include "facts/seccomp_filter.h"

#include <linux/filter.h>

struct seccomp_program {
	struct sock_filter code[32768];
	size_t n;
};

/* As runc asks for it: libcontainer/seccomp/seccomp_linux.go. */
void seccomp_program_make(const struct seccomp_filter *filter, struct seccomp_program *ret);

/* The action for a call of a libseccomp architecture: SECCOMP_RET_ALLOW and so on. */
uint32_t seccomp_program_run(const struct seccomp_program *program, uint32_t arch, int number,
			     const uint64_t arguments[6]);

#endif
