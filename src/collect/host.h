/* SPDX-License-Identifier: Apache-2.0 */

/* The pieces of host_collect() and host_collect_paths(). */
#ifndef BULKHEAD_COLLECT_HOST_H
#define BULKHEAD_COLLECT_HOST_H

#include "base/arena.h"

#include <cjson/cJSON.h>
#include <stddef.h>
#include <stdint.h>

/* host.audit: what the kernel says of auditing, and the rules in /etc/audit. */
void audit_collect(cJSON *snapshot, cJSON *host);
void audit_collect_files(cJSON *audit);

/* host.content_trust: the profiles that set DOCKER_CONTENT_TRUST. */
void content_trust_collect(cJSON *host);

/* host.hardening: settings of the kernel that make it harder to get at. */
void hardening_collect(cJSON *snapshot, cJSON *host);

/* host.network: what takes orders in the host's network. Needs host.namespaces. */
void host_network_collect(const cJSON *snapshot, cJSON *host);

/* host.apparmor_files: the text of the profiles of containers, on a host that has AppArmor. */
void apparmor_collect(const cJSON *snapshot, cJSON *host);

/* host.selinux_policy: which types the policy lets do everything, on a host that has SELinux. */
void selinux_collect(cJSON *host);

/*
 * How many types are permissive, by the beginning of a binary policy: -EBADMSG where it is none, or
 * older than version 23 (Linux 2.6.26).
 */
int selinux_permissive(const void *policy, size_t length, uint64_t *ret);

/*
 * host.programs: containerd and its shims, as they run for this engine, in whose tree the paths of
 * sockets are.
 */
void programs_collect(const cJSON *snapshot, cJSON *host, int tree);

/*
 * host.accounts: who is in the groups that own the engine's sockets; and the name and groups of
 * host.engine_user, where that is not root.
 */
void accounts_collect(const cJSON *snapshot, cJSON *host, int tree);

/* host.subids: the ranges of ids for user namespaces, where the engine uses them. */
void subids_collect(const cJSON *snapshot, cJSON *host, int tree);

/*
 * The paths that controls of the host are about, where they may be: programs, units, sockets,
 * configuration, and what audit rules name. *ret_n strings in the arena.
 */
const char *const *host_places(struct arena *arena, const cJSON *snapshot, size_t *ret_n);

/* Of these the programs by which an engine starts containers; needs host.programs. */
const char *const *host_programs(struct arena *arena, const cJSON *snapshot, size_t *ret_n);

#endif
