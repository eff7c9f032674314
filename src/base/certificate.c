/* SPDX-License-Identifier: Apache-2.0 */
#include "base/certificate.h"

#include <openssl/pem.h>
#include <openssl/x509.h>
#include <time.h>

static bool to_seconds(const ASN1_TIME *when, int64_t *ret)
{
	struct tm tm = {0};

	if (!when || !ASN1_TIME_to_tm(when, &tm))
		return false;
	*ret = (int64_t)timegm(&tm);
	return true;
}

bool certificate_validity(const char *pem, struct validity *ret)
{
	BIO *memory = BIO_new_mem_buf(pem, -1);
	X509 *certificate = memory ? PEM_read_bio_X509(memory, NULL, NULL, NULL) : NULL;
	struct validity validity;
	bool read = certificate &&
		    to_seconds(X509_get0_notBefore(certificate), &validity.not_before) &&
		    to_seconds(X509_get0_notAfter(certificate), &validity.not_after);

	if (read)
		*ret = validity;
	X509_free(certificate);
	BIO_free(memory);
	return read;
}
