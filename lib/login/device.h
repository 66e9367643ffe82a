/*
 * device.h - browsers that an account's holder has logged in with before ("device cookies", OWASP).
 *
 * Failed logins of such a browser are counted apart: a stranger who guesses until the account refuses everybody
 * else does not lock its holder out of her own browser.  Nothing is stored: the cookie is, in hex,
 *   made at(4, UTC seconds, big endian) | random(16) | keyed hash(32) of both and the account
 */
#ifndef SBK_DEVICE_H
#define SBK_DEVICE_H

#include <stdbool.h>
#include <stdint.h>
#include <ClearSilver.h>

#include "base/seal.h"

#define DEVICE_LEN 105 /* 104 hex digits and NUL */
#define DEVICE_DAYS 180

NEOERR *device_new(
    const struct seal *seal, const uint8_t account[SEAL_ID_LEN], char cookie[DEVICE_LEN]);

/* Any text may come in. id: of the device, when *known. */
NEOERR *device_check(const struct seal *seal, const uint8_t account[SEAL_ID_LEN],
    const char *cookie, bool *known, uint8_t id[SEAL_ID_LEN]);

#endif
