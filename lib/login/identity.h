/*
 * identity.h - outside identities: which account somebody's identity at a provider leads to.
 *
 * Kept are the provider's key and a keyed hash of the subject, nothing else.
 */
#ifndef SBK_IDENTITY_H
#define SBK_IDENTITY_H

#include <stdbool.h>
#include <ClearSilver.h>

#include "base/db.h"
#include "base/seal.h"

#define IDENTITY_PHONE "phone" /* a telephone beside the account's own */

/* *found false: nobody has come with it yet. */
NEOERR *identity_find(struct db *db, const struct seal *seal, const char *provider,
    const char *subject, bool *found, uint8_t account[SEAL_ID_LEN]);

/* Links it to the account, away from any other. */
NEOERR *identity_link(struct db *db, const struct seal *seal, const char *provider,
    const char *subject, const uint8_t account[SEAL_ID_LEN]);

/* All that leads to one account leads to the other from now on. */
NEOERR *identity_move(
    struct db *db, const uint8_t from[SEAL_ID_LEN], const uint8_t to[SEAL_ID_LEN]);

#endif
