/* SPDX-License-Identifier: Apache-2.0 */

/* What the checks of the engine's settings (engine_*.c) have in common. */
#ifndef BULKHEAD_CHECKS_ENGINE_H
#define BULKHEAD_CHECKS_ENGINE_H

#include "judge/check.h"

/*
 * The setting; or NULL where it is not known, and then *ret_unknown is the verdict that says why,
 * with what the sources say all the same.
 */
const struct setting *engine_setting(const struct check_input *in, const char *name,
				     struct verdict *ret_unknown);

/* Cite what each source says of the setting, the one in effect first. */
void cite_setting(const struct check_input *in, struct verdict *verdict,
		  const struct setting *setting);

/*
 * "live-restore is false (GET /info LiveRestoreEnabled)", and where the file says something else,
 * that too.
 */
const char *setting_text(const struct check_input *in, const struct setting *setting);

/* Podman answers some of the questions that Docker's clients ask with constants. */
struct verdict podman_has_none(const struct check_input *in, const char *what);

/* True where it is a switch that is on. */
bool setting_is_on(const struct setting *setting);

/* True where somebody set it: it is not the engine's default that is in effect. */
bool setting_is_given(const struct setting *setting);

/* True for an address that only this host reaches: 127.0.0.0/8, ::1, localhost; a port may follow.
 */
bool address_is_loopback(const char *address);

#endif
