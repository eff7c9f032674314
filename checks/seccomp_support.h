/* SPDX-License-Identifier: Apache-2.0 */

/* How checks speak of seccomp profiles. */
#ifndef BULKHEAD_CHECKS_SECCOMP_SUPPORT_H
#define BULKHEAD_CHECKS_SECCOMP_SUPPORT_H

#include "facts/seccomp_review.h"
#include "judge/check.h"

/* "unshare, mount, keyctl and 12 more", the heaviest first. */
const char *openings_text(const struct check_input *in, const struct seccomp_openings *openings);

/* high from weight 8 on, medium from 4 on; low where the kernel refuses all of it anyway. */
enum severity openings_severity(const struct seccomp_openings *openings);

const char *names_text(const struct check_input *in, const struct seccomp_names *names);

/* A seccomp option as evidence: of a long profile its beginning. NULL for NULL. */
const char *seccomp_option_text(const struct check_input *in, const char *option);

#endif
