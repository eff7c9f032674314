/* SPDX-License-Identifier: Apache-2.0 */

/*
 * How a container is isolated, property by property, in three layers:
 *
 *	declared   what was asked for: GET /containers/{id}/json and the engine's own defaults
 *	resolved   what the runtime was told: config.json of the OCI bundle ("bundle.linux.seccomp")
 *	effective  what the kernel enforces on its processes
 *
 * A property is verified where the kernel was asked and agrees with what was declared. Where it
 * was not, there is only the declaration, and `reason` says why.
 */
#ifndef BULKHEAD_FACTS_ISOLATION_H
#define BULKHEAD_FACTS_ISOLATION_H

#include "facts/container.h"

enum isolation_property {
	ISOLATION_PRIVILEGED,
	ISOLATION_CAPABILITIES, /* the bounding set: what its processes can ever have */
	ISOLATION_SECCOMP,
	ISOLATION_NO_NEW_PRIVILEGES,
	ISOLATION_APPARMOR,
	ISOLATION_SELINUX,
	ISOLATION_USER,
	ISOLATION_ROOTFS,
	ISOLATION_MASKED_PATHS,
	ISOLATION_READONLY_PATHS,
	ISOLATION_DEVICES,
	ISOLATION_PID,
	ISOLATION_NET,
	ISOLATION_IPC,
	ISOLATION_UTS,
	ISOLATION_USERNS,
	ISOLATION_CGROUP,
	ISOLATION_TIME,
	ISOLATION_COUNT
};

/* "privileged", "capabilities", "seccomp", "pid namespace" */
const char *isolation_name(enum isolation_property property);

struct isolation_layer {
	const char *value;  /* as a reader knows it: "host", "docker-default"; NULL: not known */
	const char *source; /* as in struct evidence: "inspect", "bundle", "kernel", "info" */
	const char *path;   /* "HostConfig.PidMode", "linux.namespaces", "/proc/7/ns/pid" */
};

enum isolation_agreement {
	ISOLATION_VERIFIED,      /* the kernel enforces what was declared */
	ISOLATION_DECLARED_ONLY, /* the kernel was not asked, or cannot tell: see `reason` */
	ISOLATION_WEAKER,        /* the kernel enforces less, or the runtime was told less */
	ISOLATION_STRICTER,      /* the kernel enforces more, or another thing that is no less */
	ISOLATION_UNDECLARED,    /* what was declared is not known: see `reason` */
	ISOLATION_NOT_HERE       /* this host or engine has no such thing: see `reason` */
};

/* "verified", "declared only", "weaker", "stricter", "undeclared", "not here" */
const char *isolation_agreement_name(enum isolation_agreement agreement);

/* Against what Docker gives a container that asks for nothing, by the best layer that is known. */
enum isolation_grade {
	ISOLATION_UNGRADED, /* no layer is known */
	ISOLATION_LESS,     /* the host's namespace, no filter, added capabilities … */
	ISOLATION_DEFAULT,
	ISOLATION_MORE
};

struct isolation {
	enum isolation_property property;
	struct isolation_layer declared, resolved, effective;
	enum isolation_agreement agreement;
	enum isolation_grade grade;
	const char *reason; /* a part of a sentence; NULL where the values say it all */
	/* With DECLARED_ONLY: what would let the auditor see it; NULL: nothing would. */
	const char *hint;
	/* With WEAKER, where the first process is as declared and this one is not; else NULL. */
	const struct process *other;
};

#endif
