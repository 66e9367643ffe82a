/*
 * envelope.h - keys and signatures between the bureau and one bank.
 *
 * A profile is a row: how data are encrypted, and the four operations that touch a private key or
 * a certificate.  A key store outside this process (an HSM) takes its place by another row
 * with its own four functions.
 *
 * intl: data AES-256-CTR; the data's key in CMS AuthEnvelopedData (RFC 5083) with AES-256-GCM, ECDH
 * with a SHA-256 KDF to the receiver's P-256 certificate; signature CMS detached (RFC 5652), SHA-256, DER.
 * sm: data SM4-CTR; the data's key SM2 ciphertext (GM/T 0009, DER) to the receiver's SM2 certificate; signature SM2
 * with SM3 and the identifier 1234567812345678, DER.
 */
#ifndef SBK_ENVELOPE_H
#define SBK_ENVELOPE_H

#include <stddef.h>
#include <stdint.h>
#include <ClearSilver.h>

#include "base/bytes.h"
#include "bank/fault.h"

#define ENVELOPE_KEY_LEN 32
#define ENVELOPE_IV_LEN 16

struct envelope; /* one's own key and the other side's certificate */

struct envelope_profile {
	const char *name;
	const char *bureau; /* the name of the bureau's pair (envelope_init's own) */
	const char *
	    cipher; /* OpenSSL's name; a stream cipher, key and IV as long as above or shorter */
	size_t key_len, iv_len;

	/* Signs with one's own key. signature is the caller's. */
	NEOERR *(*sign)(
	    struct envelope *envelope, const void *data, size_t len, struct bytes *signature);
	/* By exactly the other side's certificate, valid now? fault S01, S02 or S03 if not. */
	NEOERR *(*verify)(struct envelope *envelope, const void *data, size_t len,
	    const void *signature, size_t signature_len, struct fault *fault);
	/* Seals key to the other side. sealed is the caller's. */
	NEOERR *(*seal)(
	    struct envelope *envelope, const void *key, size_t len, struct bytes *sealed);
	/* Opens what was sealed to oneself, key_len bytes. fault S04 if it does not. */
	NEOERR *(*open)(struct envelope *envelope, const void *sealed, size_t len,
	    struct bytes *key, struct fault *fault);
};

/* NULL when there is no such profile. */
const struct envelope_profile *envelope_profile(const char *name);

/*
 * dir/own.key (PEM, not readable by others), dir/own.crt, dir/peer.crt.  Each is read when first
 * used: FAIL_CONFIG when it is missing or malformed.  dir and names are borrowed.
 */
NEOERR *envelope_init(struct envelope **envelope, const char *profile, const char *dir,
    const char *own, const char *peer);
void envelope_free(struct envelope **envelope);
const struct envelope_profile *envelope_of(const struct envelope *envelope);

/* Whole days until one's own certificate and the other side's run out; negative when they have. */
NEOERR *envelope_days_left(struct envelope *envelope, int *own, int *peer);

#endif
