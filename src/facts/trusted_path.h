/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What of a host's file tree its root executes or trusts, so that who can write there is root soon;
 * and what must not even be read. A table, by where things are on the common distributions.
 */
#ifndef BULKHEAD_FACTS_TRUSTED_PATH_H
#define BULKHEAD_FACTS_TRUSTED_PATH_H

/* Why a path matters, for a sentence: "the units that systemd starts"; NULL where it does not. */
const char *trusted_path(const char *path); /* to who can write it */
const char *secret_path(const char *path);  /* to who can read it */

#endif
