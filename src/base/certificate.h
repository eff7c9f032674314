/* SPDX-License-Identifier: Apache-2.0 */

/* X.509 certificates, which come from files and engines and are read by libcrypto alone. */
#ifndef BULKHEAD_BASE_CERTIFICATE_H
#define BULKHEAD_BASE_CERTIFICATE_H

#include <stdbool.h>
#include <stdint.h>

/* Seconds since 1970, UTC. */
struct validity {
	int64_t not_before, not_after;
};

/* Of the first certificate in a PEM text. False, and *ret untouched, where there is none. */
bool certificate_validity(const char *pem, struct validity *ret);

#endif
