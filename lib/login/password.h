/*
 * password.h - argon2id (RFC 9106) over the password keyed with a pepper from the key ring.
 *
 * Memory and passes from conf Password.*.  Only the programs of logins and passwords and the
 * operators' command hash; their few workers serve one request at a time, which bounds how many
 * hashes a flood can have computed at once.
 */
#ifndef SBK_PASSWORD_H
#define SBK_PASSWORD_H

#include <stdbool.h>
#include <ClearSilver.h>

#include "base/seal.h"

#define PASSWORD_HASH_LEN 160
#define PASSWORD_MIN 8   /* characters */
#define PASSWORD_MAX 128 /* bytes */

struct password_rules { /* from conf Password.*, read once */
	long memory;    /* KiB */
	long passes;
	const char *common; /* words: what everybody takes, and nobody may; borrowed */
};

NEOERR *password_rules_init(struct password_rules *rules, HDF *conf);

NEOERR *password_hash(const struct seal *seal, const struct password_rules *rules,
    const char *password, char out[PASSWORD_HASH_LEN]);

/*
 * May it be somebody's new password? NULL, else a key of Lang.error.  Length counts, not composition, and what everybody
 * takes is refused, as NIST SP 800-63B (5.1.1.2) asks.  password NULL: none.
 */
const char *password_fault(const struct password_rules *rules, const char *password);

/* encoded NULL: hashes all the same and says no, so that time does not tell whether an account exists. */
NEOERR *password_verify(const struct seal *seal, const struct password_rules *rules,
    const char *password, const char *encoded, bool *match);

#endif
