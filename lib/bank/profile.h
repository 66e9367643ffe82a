/*
 * profile.h - a crypto profile: a row that says how data are encrypted, what the certificates' keys are, and
 * the four operations with one of them.  A key store outside this process (an HSM) takes its place by a row
 * of its own, which signs and opens by the pair's name instead of asking for pair_key.
 */
#ifndef SBK_PROFILE_H
#define SBK_PROFILE_H

#include <stddef.h>
#include <ClearSilver.h>

#include "base/bytes.h"
#include "bank/fault.h"
#include "bank/pair.h"

struct profile {
	const char *name;
	const char *bureau;         /* the name of the bureau's pair */
	const char *curve, *cipher; /* OpenSSL's names; the cipher is a stream cipher */
	size_t key_len, iv_len;     /* ENVELOPE_KEY_LEN and ENVELOPE_IV_LEN at most */

	/* signature is the caller's. */
	NEOERR *(*sign)(
	    struct pair *own, const void *data, size_t len, struct bytes *signature);
	/* By this certificate? fault S01, or S02 where the signature names another one, if not. */
	NEOERR *(*verify)(struct pair *peer, const void *data, size_t len,
	    const void *signature, size_t signature_len, struct fault *fault);
	/* sealed is the caller's. */
	NEOERR *(*seal)(struct pair *peer, const void *key, size_t len, struct bytes *sealed);
	/* What was sealed to this certificate; key is the caller's. fault S04 if it does not open. */
	NEOERR *(*open)(struct pair *own, const void *sealed, size_t len, struct bytes *key,
	    struct fault *fault);
};

extern const struct profile profile_intl, profile_sm;

/* The profiles' order: NULL to begin, NULL at the end. */
const struct profile *profile_next(const struct profile *profile);
/* NULL when there is none of that name. */
const struct profile *profile_find(const char *name);

/* FAIL_CRYPTO with OpenSSL's error number: its text may quote names out of certificates. */
NEOERR *profile_foreign(const char *what);

#endif
