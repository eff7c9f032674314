/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What a seccomp profile permits, worked out without running anything: the engine leaves out the
 * rules that do not hold for the container's capabilities, the processor and the kernel (moby,
 * profiles/seccomp), runc hands the others to libseccomp (libcontainer/seccomp), and libseccomp
 * makes one filter of them (its rules of precedence are those of src/db.c).
 *
 * Names and numbers of system calls are libseccomp's; a newer kernel has calls that it does not
 * know.
 */
#ifndef BULKHEAD_FACTS_SECCOMP_FILTER_H
#define BULKHEAD_FACTS_SECCOMP_FILTER_H

#include "facts/seccomp_profile.h"

/* Where a container runs. */
struct seccomp_machine {
	const char *arch;      /* as uname has it, and libseccomp: "x86_64", "aarch64" */
	const char *go_arch;   /* as profiles name it in `arches`: "amd64", "arm64" */
	unsigned kernel;       /* SECCOMP_KERNEL() */
	uint64_t capabilities; /* the container's bounding set as the engine computes it */
};

/* By the name of a processor in uname's or Docker's words; false for one that neither knows. */
bool seccomp_machine_arch(struct seccomp_machine *machine, const char *name);

enum seccomp_access {
	SECCOMP_DENIED,
	SECCOMP_SOMETIMES, /* by its arguments, or by what another process says */
	SECCOMP_ALLOWED
};

/* All rules that speak of one call and hold. */
struct seccomp_call {
	const char *name;
	enum seccomp_access access;
	const struct seccomp_rule *decisive; /* the one that holds for any arguments; NULL: none */
	const struct seccomp_rule *const *rules;
	size_t n_rules;
};

struct seccomp_filter {
	const struct seccomp_profile *profile;
	struct seccomp_machine machine;
	enum seccomp_access otherwise;    /* of calls that no rule speaks of */
	const struct seccomp_call *calls; /* those that a rule speaks of, by name */
	size_t n_calls;
	/* Whose system calls are let in at all, the machine's own first. */
	const char *const *arches;
	size_t n_arches;
};

const struct seccomp_filter *seccomp_filter_make(struct arena *arena,
						 const struct seccomp_profile *profile,
						 const struct seccomp_machine *machine);

/* What the filter says of a call, whether or not there is one of that name. */
enum seccomp_access seccomp_access(const struct seccomp_filter *filter, const char *name);

/* May the call pass with this value in this argument, whatever the others are? */
bool seccomp_passes(const struct seccomp_filter *filter, const char *name, unsigned index,
		    uint64_t value);

/* May it pass with this bit of the argument set? */
bool seccomp_passes_flag(const struct seccomp_filter *filter, const char *name, unsigned index,
			 uint64_t flag);

/* Do all conditions of a rule hold that speak of this argument? */
bool seccomp_rule_matches(const struct seccomp_rule *rule, unsigned index, uint64_t value);

bool seccomp_has_arch(const struct seccomp_filter *filter, const char *arch);

/* How libseccomp knows a name. */
enum seccomp_known {
	SECCOMP_UNKNOWN,   /* of no processor */
	SECCOMP_ELSEWHERE, /* of processors whose calls this filter does not let in */
	SECCOMP_HERE
};
enum seccomp_known seccomp_known(const struct seccomp_filter *filter, const char *name);

/* All calls that libseccomp knows of the filter's architectures, by name, without doubles. */
const char *const *seccomp_known_calls(struct arena *arena, const struct seccomp_filter *filter,
				       size_t *ret_n);

/* "2.5.4", of the library in use. */
const char *seccomp_library_version(struct arena *arena);

#endif
