/*
 * jwks.h - the public keys that a provider signs with: a JSON Web Key Set (RFC 7517).
 *
 * Of a set are taken: RSA keys of 2048 bits or more, keys on P-256; for signatures.  All others are passed over, as
 * section 5 says.
 */
#ifndef SBK_JWKS_H
#define SBK_JWKS_H

#include <stddef.h>
#include <cjose/cjose.h>
#include <ClearSilver.h>

#define JWKS_MAX 32 /* keys of a set; further ones are passed over */

struct jwks;

/* *jwks is the caller's. *jwks NULL: text is no key set. A set without a key for us is one. */
NEOERR *jwks_parse(const char *text, size_t len, struct jwks **jwks);
void jwks_free(struct jwks **jwks);

/*
 * The key of that id that fits the algorithm (RS256, PS256, ES256); kid NULL: the only one that fits (OpenID
 * Connect Core, 10.1).  NULL: none.  Borrowed.
 */
const cjose_jwk_t *jwks_find(const struct jwks *jwks, const char *kid, const char *alg);

#endif
