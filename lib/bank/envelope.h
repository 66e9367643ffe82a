/*
 * envelope.h - keys and signatures between the bureau and one bank.
 *
 * intl: data AES-256-CTR; the data's key in CMS AuthEnvelopedData (RFC 5083) with AES-256-GCM, ECDH
 * with a SHA-256 KDF to the receiver's P-256 certificate; signature CMS detached (RFC 5652), SHA-256, DER.
 * sm: data SM4-CTR; the data's key SM2 ciphertext (GM/T 0009, DER) to the receiver's SM2 certificate; signature SM2
 * with SM3 and the identifier 1234567812345678, DER.
 *
 * Each side has a pair "<name>" and, before it runs out, one that follows it, "<name>.next" (pair.h).  Both are believed as long as
 * they are there, each in its time; from its first moment on the following one signs, and is sealed to.
 */
#ifndef SBK_ENVELOPE_H
#define SBK_ENVELOPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <ClearSilver.h>

#include "base/bytes.h"
#include "bank/fault.h"
#include "bank/profile.h"

#define ENVELOPE_KEY_LEN 32
#define ENVELOPE_IV_LEN 16

struct envelope; /* one's own pairs and the other side's certificates */

/*
 * Keys and certificates are dir/own.* and dir/peer.*, each read when first used.  FAIL_CONFIG when there is no such profile; from
 * the functions below when a file is missing or malformed (pair.h).  dir is borrowed.
 */
NEOERR *envelope_init(struct envelope **envelope, const char *profile, const char *dir,
    const char *own, const char *peer);
void envelope_free(struct envelope **envelope);
const struct profile *envelope_profile(const struct envelope *envelope);

/* FAIL_CONFIG when no certificate of one's own is valid now. signature is the caller's. */
NEOERR *envelope_sign(
    struct envelope *envelope, const void *data, size_t len, struct bytes *signature);
/* By exactly the other side's certificate, valid now? fault S01, S02 or S03 if not. */
NEOERR *envelope_verify(struct envelope *envelope, const void *data, size_t len,
    const void *signature, size_t signature_len, struct fault *fault);
/* Seals a file's key to the other side. FAIL_CONFIG when no certificate of it is valid now. sealed is the caller's. */
NEOERR *envelope_seal(
    struct envelope *envelope, const void *key, size_t len, struct bytes *sealed);
/* Opens what was sealed to oneself: the profile's key_len bytes, the caller's. fault S04 if it does not. */
NEOERR *envelope_open(struct envelope *envelope, const void *sealed, size_t len,
    struct bytes *key, struct fault *fault);
/* Is there a certificate of the other side to verify with? */
bool envelope_verifies(const struct envelope *envelope);
/* Is there a key of one's own to open with? */
bool envelope_opens(const struct envelope *envelope);

/* Whole days until one's own certificates and the other side's run out; negative when they have. */
NEOERR *envelope_days_left(struct envelope *envelope, int *own, int *peer);

#endif
