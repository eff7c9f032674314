/* SPDX-License-Identifier: Apache-2.0 */

/* What the checks of ways out of a container share: what its processes can do at this moment. */
#ifndef BULKHEAD_CHECKS_ESCAPE_SUPPORT_H
#define BULKHEAD_CHECKS_ESCAPE_SUPPORT_H

#include "judge/check.h"

/*
 * The capabilities that its processes hold, as far as they are worth something on the host: those
 * permitted to the processes that were seen, and, where the first is not among them, what a root
 * user is declared to get and another is not.
 */
uint64_t container_holds(const struct container *container);
bool container_has(const struct container *container, const char *capability);

/*
 * Its filter of system calls lets a process make one of these calls (ended by NULL); also where
 * that is not known. A session of `docker exec --privileged` has every capability and the same
 * filter, made for fewer of them.
 */
bool container_may_call(const struct container *container, const char *const *calls);

/* The calls by which file systems are mounted. */
extern const char *const calls_that_mount[];

/* One of its processes is root in it; or, where the first was not seen, is declared to be. */
bool container_runs_as_root(const struct container *container);

/*
 * The label of its first process, "docker-default (enforce)", where all its processes are under
 * a policy that is known to confine them (CONFINEMENT_USUAL); else NULL.
 */
const char *container_confined_by(const struct check_input *in);

/*
 * Capabilities of a container whose root is mapped reach no further than its own user namespace: a
 * failure that rests on them is low then, and says so.
 */
struct verdict verdict_for_mapped_capability(const struct check_input *in, struct verdict verdict);

/* Say of a failure that its profile, where it is one of its own, may forbid it after all. */
struct verdict verdict_for_profile(const struct check_input *in, struct verdict verdict);

/* The settings of the kernel that runs the containers; NULL where none was read. */
const cJSON *kernel_settings(const struct check_input *in);

/* One of them, such as "kernel/kptr_restrict"; NULL where the kernel does not have it. */
const char *kernel_setting(const struct check_input *in, const char *name);

/* Lockdown is on: nobody changes the kernel, and only signed modules are loaded. */
bool kernel_is_locked_down(const struct check_input *in);

/* Why the kernel loads no modules for who has SYS_MODULE; NULL: it does, or was not seen. */
const char *modules_closed(const struct check_input *in);

/* The same of other kernels for who has SYS_BOOT. */
const char *kexec_closed(const struct check_input *in);

/* CapEff or CapPrm of the process that holds it, else of the first; the declared lists where none
 * was seen. */
void cite_capability(const struct check_input *in, struct verdict *verdict, const char *capability);

/*
 * The mounts that have one of these kinds (enum mount_kind): all of them, or only where they are
 * writable, or what has come along with them is.
 */
struct mount_list mounts_of_kind(const struct check_input *in, unsigned kinds, bool writable);

#endif
