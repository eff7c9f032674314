/* SPDX-License-Identifier: Apache-2.0 */

/* System calls as libseccomp knows them. */
#include "base/text.h"
#include "facts/seccomp_filter.h"

#include <seccomp.h>
#include <stdlib.h>
#include <string.h>

/* Numbers of each ABI begin somewhere, and none has come near a thousand calls. */
static const struct {
	const char *arch;
	int first;
} numberings[] = {
	{"x86_64", 0},    {"x86", 0},         {"x32", 0x40000000}, {"aarch64", 0},
	{"arm", 0},       {"arm", 0xf0000},   {"mips", 4000},      {"mipsel", 4000},
	{"mips64", 5000}, {"mipsel64", 5000}, {"mips64n32", 6000}, {"mipsel64n32", 6000},
	{"ppc", 0},       {"ppc64", 0},       {"ppc64le", 0},      {"s390", 0},
	{"s390x", 0},     {"riscv64", 0},     {"loongarch64", 0},
};

enum { CALLS_MOST = 1000, N_NUMBERINGS = sizeof(numberings) / sizeof(numberings[0]) };

/*
 * Calls that one call leads to (socketcall, ipc) have a number below -100, and those that this
 * processor does not have one below -10000.
 */
static bool has(const char *arch, const char *name)
{
	uint32_t token = seccomp_arch_resolve_name(arch);
	int number = token ? seccomp_syscall_resolve_name_arch(token, name) : __NR_SCMP_ERROR;

	return number >= 0 || (number <= -100 && number > -10000);
}

enum seccomp_known seccomp_known(const struct seccomp_filter *filter, const char *name)
{
	for (size_t i = 0; i < filter->n_arches; i++)
		if (has(filter->arches[i], name))
			return SECCOMP_HERE;
	for (size_t i = 0; i < N_NUMBERINGS; i++)
		if (has(numberings[i].arch, name))
			return SECCOMP_ELSEWHERE;
	return SECCOMP_UNKNOWN;
}

static int compare_names(const void *a, const void *b)
{
	const char *const *left = a, *const *right = b;

	return strcmp(*left, *right);
}

static size_t add_calls(struct arena *arena, const char *arch, int first, const char **names)
{
	uint32_t token = seccomp_arch_resolve_name(arch);
	size_t n = 0;

	for (int i = 0; token && i < CALLS_MOST; i++) {
		char *name = seccomp_syscall_resolve_num_arch(token, first + i);

		if (name)
			names[n++] = arena_strdup(arena, name);
		free(name);
	}
	return n;
}

const char *const *seccomp_known_calls(struct arena *arena, const struct seccomp_filter *filter,
				       size_t *ret_n)
{
	const char **names = arena_array(arena, (size_t)CALLS_MOST * N_NUMBERINGS, sizeof(*names));
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < N_NUMBERINGS; i++)
		if (seccomp_has_arch(filter, numberings[i].arch))
			n += add_calls(arena, numberings[i].arch, numberings[i].first, names + n);
	if (n)
		qsort(names, n, sizeof(*names), compare_names);
	for (size_t i = 0; i < n; i++)
		if (!i || strcmp(names[i], names[i - 1]) != 0)
			names[kept++] = names[i];
	*ret_n = kept;
	return names;
}

const char *seccomp_library_version(struct arena *arena)
{
	const struct scmp_version *version = seccomp_version();

	return arena_printf(arena, "%u.%u.%u", version->major, version->minor, version->micro);
}
