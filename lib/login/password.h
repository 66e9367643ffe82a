/*
 * password.h - argon2id (RFC 9106) over the password keyed with a pepper from the key ring.
 *
 * Memory and passes from conf Password.*.  Only the login program and the operators'
 * command hash; its few workers serve one request at a time, which bounds how many hashes
 * a flood of logins can have computed at once.
 */
#ifndef SBK_PASSWORD_H
#define SBK_PASSWORD_H

#include <stdbool.h>
#include <ClearSilver.h>

#include "base/seal.h"

#define PASSWORD_HASH_LEN 160
#define PASSWORD_MIN 8   /* characters */
#define PASSWORD_MAX 128 /* bytes */

struct password_cost {
	long memory; /* KiB */
	long passes;
};

NEOERR *password_cost_init(struct password_cost *cost, HDF *conf);

NEOERR *password_hash(const struct seal *seal, const struct password_cost *cost,
    const char *password, char out[PASSWORD_HASH_LEN]);

/* encoded NULL: hashes all the same and says no, so that time does not tell whether an account exists. */
NEOERR *password_verify(const struct seal *seal, const struct password_cost *cost,
    const char *password, const char *encoded, bool *match);

#endif
