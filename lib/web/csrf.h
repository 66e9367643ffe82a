/*
 * csrf.h - the token that forms carry: a keyed hash of what only one browser, or one operator, has.
 *
 * It stands behind a mask that is new on each page: pages are compressed, and their length must tell nothing of it (BREACH).
 */
#ifndef SBK_CSRF_H
#define SBK_CSRF_H

#include <stdbool.h>
#include <ClearSilver.h>

#include "base/seal.h"

#define CSRF_LEN (2 * SEAL_HASH_LEN + 1) /* hex: 16 bytes of mask, 16 bytes masked */

/* domain: which kind of token (seal_hash). */
NEOERR *csrf_token(
    const struct seal *seal, const char *domain, const char *subject, char out[CSRF_LEN]);

/* *right false for NULL and whatever else is not subject's token, behind whichever mask. */
NEOERR *csrf_check(const struct seal *seal, const char *domain, const char *subject,
    const char *given, bool *right);

#endif
