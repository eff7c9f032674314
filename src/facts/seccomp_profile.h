/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A seccomp profile as the engine reads it: the JSON of --security-opt seccomp=FILE, which inspect
 * carries whole, of dockerd's --seccomp-profile, and the built-in one (moby, profiles/seccomp). The
 * words are those of libseccomp: SCMP_ACT_ERRNO, SCMP_ARCH_X86_64, SCMP_CMP_MASKED_EQ.
 *
 * Keys are found in any case and the last of several counts, as Go's encoding/json has it.
 */
#ifndef BULKHEAD_FACTS_SECCOMP_PROFILE_H
#define BULKHEAD_FACTS_SECCOMP_PROFILE_H

#include "base/arena.h"
#include "base/doc.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum seccomp_action {
	SECCOMP_NONE,   /* not said */
	SECCOMP_KILL,   /* of the thread or the whole process */
	SECCOMP_TRAP,   /* SIGSYS */
	SECCOMP_ERRNO,  /* the call fails with errno_ret */
	SECCOMP_TRACE,  /* a tracer decides; without one ENOSYS */
	SECCOMP_NOTIFY, /* a process outside the container decides */
	SECCOMP_LOG,    /* permitted, and logged */
	SECCOMP_ALLOW
};

/* "SCMP_ACT_ALLOW"; "" for NONE. */
const char *seccomp_action_name(enum seccomp_action action);

enum seccomp_compare {
	SECCOMP_NE,
	SECCOMP_LT,
	SECCOMP_LE,
	SECCOMP_EQ,
	SECCOMP_GE,
	SECCOMP_GT,
	SECCOMP_MASKED_EQ /* argument & value == value_two */
};

struct seccomp_condition {
	unsigned index; /* of the argument, 0 to 5 */
	enum seccomp_compare compare;
	uint64_t value, value_two;
};

/* `includes` or `excludes` of a rule. */
struct seccomp_clause {
	uint64_t capabilities;
	bool unknown_capability;   /* one is listed that no container can hold, such as SYS_ADMIN */
	const char *const *arches; /* as the engine calls them: amd64, x86, arm64 */
	size_t n_arches;
	unsigned kernel; /* minKernel, SECCOMP_KERNEL(); 0: not said */
};

#define SECCOMP_KERNEL(major, minor) (((major) << 16) | (minor))

struct seccomp_rule {
	const char *const *names;
	size_t n_names;
	enum seccomp_action action;
	unsigned errno_ret; /* with ERRNO */
	const struct seccomp_condition *conditions;
	size_t n_conditions;
	struct seccomp_clause includes, excludes;
};

/* An entry of archMap. Names without "SCMP_ARCH_", in small letters: "x86_64", "x86", "x32". */
struct seccomp_arch_map {
	const char *native;
	const char *const *also;
	size_t n_also;
};

struct seccomp_profile {
	enum seccomp_action default_action;
	unsigned default_errno;
	bool empty; /* no defaultAction and no rules, which the engine takes for no profile */
	const char *const *arches; /* `architectures`, spelled as in seccomp_arch_map */
	size_t n_arches;
	const struct seccomp_arch_map *arch_map;
	size_t n_arch_map;
	const struct seccomp_rule *rules;
	size_t n_rules;
};

/*
 * All strings are copied into the arena. -EBADMSG for what the engine or its runtime refuses, so
 * that no container starts with it: text that is no JSON, words that libseccomp does not have, name
 * and names or architectures and archMap side by side.
 */
int seccomp_profile_parse(struct arena *arena, const char *json, size_t length,
			  const struct seccomp_profile **ret, struct error *err);

/* The same of a document that is already parsed. */
int seccomp_profile_read(struct arena *arena, const cJSON *document,
			 const struct seccomp_profile **ret, struct error *err);

/* "4.8", and "6.1.0-13-amd64" for its first two numbers; 0 where there are none. */
unsigned seccomp_kernel(const char *release);

#endif
