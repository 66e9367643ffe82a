/*
 * idtoken.h - is an ID token what it says it is (OpenID Connect Core 1.0, 3.1.3.7; RFC 7515, 8725)?
 */
#ifndef SBK_IDTOKEN_H
#define SBK_IDTOKEN_H

#include <stddef.h>
#include <stdint.h>

#include "login/jwks.h"
#include "login/provider.h"

#define IDTOKEN_MAX 16384 /* bytes of one that is looked at */

struct idtoken_expected {
	const char *issuer, *client, *nonce;
	const char *access; /* the access token that came with it, for at_hash; NULL: none */
	int64_t now;        /* seconds since 1970 */
	long leeway;        /* seconds between two clocks */
};

/*
 * Signed by a key of the set with RS256, PS256 or ES256 (nothing else: neither "none" nor a MAC), by this issuer,
 * for us alone, now, for this login.  NULL: it is, and the subject is written.  Else what is wrong, a code for the log:
 * form, alg, kid, signature, iss, aud, azp, exp, iat, nbf, nonce, at_hash, sub.
 */
const char *idtoken_check(const struct jwks *jwks, const char *token, size_t len,
    const struct idtoken_expected *expected, char subject[PROVIDER_SUBJECT_MAX]);

#endif
