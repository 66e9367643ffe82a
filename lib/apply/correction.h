/*
 * correction.h - an application that the bank sent back, mended by the citizen and on its way again.
 *
 * It stays the same application: the same number, its next attempt.  Only what is wrong opens again, and which fields
 * those are is configuration: Correct.<the bank's reason, or the state> = their names, blank-separated.
 */
#ifndef SBK_CORRECTION_H
#define SBK_CORRECTION_H

#include <stdbool.h>
#include <ClearSilver.h>
#include <jansson.h>

#include "apply/application.h"

/* The words of fields that open, "" when nothing needs to change; NULL: she cannot mend it here. Borrowed from conf. */
const char *correction_opens(HDF *conf, const char *state, const char *reason);

/*
 * Inside a transaction: changed (field → answer) takes the place of what the person's application has, its pictures are
 * tied to it, and it waits to be sent as the next attempt, with the promise counted anew.  What was returned by mail
 * is to be fetched at the branch.  *corrected false: it is not hers, or nothing that can be mended now; nothing was
 * changed.  FAIL_DUPLICATE: she has another live one.
 */
NEOERR *application_correct(struct db *db, const struct seal *seal,
    const uint8_t person[PERSON_LEN], const char *actor, const char *no, HDF *conf,
    const json_t *changed, long promise_days, bool *corrected);

#endif
