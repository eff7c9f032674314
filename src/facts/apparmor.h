/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What an AppArmor profile of somebody's own permits and Docker's own refuses, by its text
 * (apparmor.d(5)) in host.apparmor_files. No compiler of profiles, but a reader of rules: mounts,
 * ptrace, ways into another profile, and whether some files of the kernel may be written, which
 * stand for all. What it does not follow it says. What is loaded may be another text.
 */
#ifndef BULKHEAD_FACTS_APPARMOR_H
#define BULKHEAD_FACTS_APPARMOR_H

#include "base/arena.h"
#include "base/doc.h"

#include <stdbool.h>
#include <stddef.h>

/* "writes to /proc/sys/kernel/core_pattern" and the rule that permits it: "file". */
struct apparmor_grant {
	const char *what, *rule;
};

enum { APPARMOR_GRANTS = 8 };

struct apparmor_text {
	const char *path; /* the file that defines the profile; NULL: none does */
	const char *flag; /* "complain", "unconfined": enforces nothing; NULL: it does */
	struct apparmor_grant grants[APPARMOR_GRANTS];
	size_t n;
	/* Why it may permit more, or less, than the grants; NULL: it does not. */
	const char *unread;   /* a part was not read: "/etc/apparmor.d/local/web: Permission …" */
	const char *unjudged; /* a part is nothing that is followed here: "child profiles" */
};

struct apparmor_text apparmor_text(struct arena *arena, const cJSON *files, const char *profile);

/* A variable of the policy, @{PROC}, with its values, separated by blanks. */
struct apparmor_variables {
	const struct apparmor_variable {
		const char *name, *values;
	} * items;
	size_t n;
	/* Set where a pattern has a variable without values, or too much to try. */
	bool *ret_unfollowed;
};

/*
 * Does a path, or another name, match a pattern with ? * ** [] {} and variables? One with a
 * variable that is not known matches nothing.
 */
bool apparmor_matches(const struct apparmor_variables *variables, const char *pattern,
		      const char *path);

#endif
