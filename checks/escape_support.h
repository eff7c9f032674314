/* SPDX-License-Identifier: Apache-2.0 */

/* What the checks of ways out of a container share: what its processes can do at this moment. */
#ifndef BULKHEAD_CHECKS_ESCAPE_SUPPORT_H
#define BULKHEAD_CHECKS_ESCAPE_SUPPORT_H

#include "judge/check.h"

/*
 * The capabilities that its processes hold, as far as they are worth something on the host: those
 * in effect where the kernel was asked, else what a root user would get and another would not.
 */
uint64_t container_holds(const struct container *container);
bool container_has(const struct container *container, const char *capability);

/* One of its processes is root in it; where none was seen, it is declared to start as root. */
bool container_runs_as_root(const struct container *container);

/* A security module confines it: its label where that was read, "docker-default (enforce)"; or
 * NULL. */
const char *container_confined_by(const struct check_input *in);

/* CapEff of the process that holds it, else of the first; the declared lists where none was seen.
 */
void cite_capability(const struct check_input *in, struct verdict *verdict, const char *capability);

/* The mounts that have one of these kinds (enum mount_kind), all of them or only the writable. */
struct mount_list mounts_of_kind(const struct check_input *in, unsigned kinds, bool writable);

#endif
