/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Linux capabilities as 64-bit masks, bit n for capability n (capabilities(7), linux/capability.h),
 * and the set that Docker computes for a container.
 */
#ifndef BULKHEAD_FACTS_CAPABILITY_H
#define BULKHEAD_FACTS_CAPABILITY_H

#include "base/arena.h"
#include "base/doc.h"

#include <stdbool.h>
#include <stdint.h>

/* The 14 that Docker gives by default, the same from Engine 20.10 to 29 (moby,
 * daemon/pkg/oci/caps). */
#define CAPABILITY_DOCKER_DEFAULT UINT64_C(0xa80425fb)

/* Every capability that Linux defines today; newer kernels may set higher bits. */
#define CAPABILITY_ALL UINT64_C(0x1ffffffffff)

/*
 * The bit of a name in any spelling that the engine accepts or stores ("NET_RAW", "CAP_NET_RAW",
 * "net_raw"); 0 for an unknown name. "ALL" is not a capability.
 */
uint64_t capability_bit(const char *name);

/* The bits of a list of such names; unknown ones are left out. */
uint64_t capability_mask(const cJSON *list);

/* "NET_RAW", "SYS_ADMIN" in order of number, joined by ", "; "none" for 0. */
const char *capability_names(struct arena *arena, uint64_t mask);

/*
 * What Docker gives a container: privileged has everything; CapAdd with ALL is everything less
 * CapDrop; CapDrop with ALL is exactly CapAdd; otherwise the defaults less CapDrop plus CapAdd, so
 * that an addition wins over a drop of the same name (moby, oci/caps/utils.go). The lists may be
 * NULL.
 */
uint64_t capability_docker_set(const cJSON *cap_add, const cJSON *cap_drop, bool privileged);

#endif
