/* SPDX-License-Identifier: Apache-2.0 */

/* Disks of the host among the devices of a container. */
#ifndef BULKHEAD_FACTS_DISKS_H
#define BULKHEAD_FACTS_DISKS_H

#include "facts/facts.h"

enum disk {
	DISK_NONE,
	DISK_UNSEEN,  /* what it is on the host was not seen, and its name says nothing */
	DISK_BY_NAME, /* the same, but disks have such names */
	DISK_SEEN     /* a block device, or a directory in which the host has some */
};

/* What an entry of HostConfig.Devices gives away; `path` is a clean PathOnHost. */
enum disk disk_of_device(const struct facts *facts, const char *path);

/* "b 8:* rwm": a rule of a control group, or of DeviceCgroupRules, by which disks are opened. */
bool rule_opens_disks(const char *rule);

#endif
