/*
 * profile.h - what the crypto profiles share: the keys and certificates of an envelope.
 *
 * Only envelope.c and the profiles include this.
 */
#ifndef SBK_PROFILE_H
#define SBK_PROFILE_H

#include <stdbool.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "bank/envelope.h"

struct envelope {
	const struct envelope_profile *profile;
	const char *dir, *own, *peer;
	EVP_PKEY *key; /* these three by profile_key, profile_own, profile_peer only */
	X509 *own_crt, *peer_crt;
};

/* One's own key, one's own certificate, the other side's: read when first asked for; borrowed. FAIL_CONFIG. */
NEOERR *profile_key(struct envelope *envelope, EVP_PKEY **key);
NEOERR *profile_own(struct envelope *envelope, X509 **crt);
NEOERR *profile_peer(struct envelope *envelope, X509 **crt);

/* Fault S03 unless the certificate is valid now. */
void profile_check_time(const X509 *crt, struct fault *fault);

/* FAIL_CRYPTO with OpenSSL's error number: its text may quote names out of certificates. */
NEOERR *profile_foreign(const char *what);

extern const struct envelope_profile profile_intl, profile_sm;

#endif
