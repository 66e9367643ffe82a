/*
 * consent.h - the proof of a consent: whose, to which text, when, on which channel.
 */
#ifndef SBK_CONSENT_H
#define SBK_CONSENT_H

#include <stdint.h>
#include <ClearSilver.h>

#include "apply/draft.h"
#include "base/db.h"

/*
 * Records a consent, inside a transaction.  key and version: of its text
 * (flows_consent_version); detail: what it names (a bank, an application) or ""; at: UTC
 * seconds.  The same again is no change.
 */
NEOERR *consent_give(struct db *db, const uint8_t person[PERSON_LEN], const char *key,
    const char *version, const char *channel, const char *detail, int64_t at);

#endif
