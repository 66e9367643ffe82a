/*
 * seal.h - personal data at rest, look-ups without it, and tokens.
 *
 * AES-256-GCM with a key ring (conf Seal.Ring, a file of "id hex-key" lines, mode
 * 0400/0600, last line newest: new seals use it, all others still open).  Sealed form:
 * version(1)=1 | key id(4, big endian) | nonce(12) | ciphertext | tag(16).  The
 * associated data is "table.column" 0x00 row-id 0x00 key-id, so a value moved to another
 * row, column or table does not open.  Blind index and keyed hashes: HMAC-SHA-256 with one
 * key per purpose, HKDF-Expand (RFC 5869, SHA-256, info = purpose) of the key on the ring's
 * "index" line, which never rotates on its own.
 */
#ifndef SBK_SEAL_H
#define SBK_SEAL_H

#include <stddef.h>
#include <stdint.h>
#include <ClearSilver.h>

#include "base/bytes.h"

#define SEAL_HASH_LEN 32
#define SEAL_ID_LEN 16
#define SEAL_TOKEN_LEN 44 /* 32 random bytes as base64url, NUL included */
#define SEAL_OVERHEAD 33

struct seal; /* for one thread: it keeps a context */

/* Reads conf Seal.Ring. FAIL_CONFIG: missing, malformed, or not its owner's alone. */
NEOERR *seal_init(struct seal **seal, HDF *conf);
void seal_free(struct seal **seal);

/* where = "table.column", row = the row's identity. out is the caller's (bytes_release). */
NEOERR *seal_close(const struct seal *seal, const char *where, const void *row, size_t row_len,
    const void *plain, size_t len, struct bytes *out);
/* FAIL_CRYPTO when it was not sealed here, under this identity, with a key of the ring. */
NEOERR *seal_open(const struct seal *seal, const char *where, const void *row, size_t row_len,
    const void *sealed, size_t len, struct bytes *out);

/* Keyed hash of text for one purpose ("person", "phone", "session", …; at most 63 bytes). */
NEOERR *seal_hash(const struct seal *seal, const char *purpose, const void *data, size_t len,
    uint8_t out[SEAL_HASH_LEN]);

/* Random from the kernel; FAIL_CRYPTO if there is none. */
NEOERR *seal_random(void *out, size_t len);
NEOERR *seal_token(char out[SEAL_TOKEN_LEN]);

/* Lower-case hex of len bytes into out[2 * len + 1]; and back: 1 when text is exactly that. */
void seal_hex(const void *data, size_t len, char *out);
int seal_unhex(const char *text, void *out, size_t len);

/* Equal in constant time. */
int seal_equal(const void *a, const void *b, size_t len);

#endif
