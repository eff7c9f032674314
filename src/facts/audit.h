/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Audit rules (auditctl(8)), those that the kernel has loaded and those in /etc/audit, as far as
 * they decide whether what is done to a file is recorded.
 *
 * The kernel takes the first rule of its list that matches. A rule on a path follows the links of
 * the directories above it, but not the last component: one that names a symbolic link watches the
 * link alone.
 */
#ifndef BULKHEAD_FACTS_AUDIT_H
#define BULKHEAD_FACTS_AUDIT_H

#include <stdbool.h>
#include <stddef.h>

enum { AUDIT_READ = 1, AUDIT_WRITE = 2, AUDIT_EXECUTE = 4, AUDIT_ATTRIBUTES = 8 };
#define AUDIT_ALL (AUDIT_READ | AUDIT_WRITE | AUDIT_EXECUTE | AUDIT_ATTRIBUTES)

struct audit_rule {
	const char *text;     /* as recorded */
	const char *where;    /* "/etc/audit/rules.d/docker.rules:3"; NULL: the kernel's */
	bool never;           /* does not record what it matches; else always */
	bool on_tasks;        /* decides when a process starts, for all that it does later */
	const char *path;     /* what it is about, links resolved; NULL: everything */
	const char *link;     /* where `path` is a symbolic link: the file that it leads to */
	bool tree;            /* and all below it */
	unsigned accesses;    /* AUDIT_WRITE | … : which it decides */
	const char *narrowed; /* the condition that makes it match less: "auid>=1000"; else NULL */
	bool unclear;         /* its system calls are numbers of an unknown architecture */
};

struct audit_rules {
	const struct audit_rule *items; /* in the order in which the kernel looks at them */
	size_t n;
};

struct audit {
	const char *unread;        /* why the kernel's rules are not known; NULL: they are */
	bool enabled;              /* the kernel's auditing is on */
	struct audit_rules loaded; /* the kernel's */
	struct audit_rules folder; /* of /etc/audit/rules.d, which augenrules(8) puts together */
	struct audit_rules file;   /* of /etc/audit/audit.rules */
	const char *files_unread;  /* why there may be other files; NULL: there are none */
};

struct load;

/* Fill facts->host.audit; needs the paths of the host. */
void audit_load(struct load *load);

#endif
