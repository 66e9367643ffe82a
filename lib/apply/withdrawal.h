/*
 * withdrawal.h - an application that the citizen takes back before the bank has it.
 */
#ifndef SBK_WITHDRAWAL_H
#define SBK_WITHDRAWAL_H

#include <stdbool.h>
#include <ClearSilver.h>

#include "apply/application.h"

/*
 * Inside a transaction: withdraws this person's application, and what she said in it is her draft again, its pictures
 * with it; whether she may apply and her consents are asked anew.  *withdrawn false: it is not hers, or the bank
 * has it; nothing was changed.
 */
NEOERR *application_withdraw(struct db *db, const struct seal *seal,
    const uint8_t person[PERSON_LEN], const char *actor, const char *no, bool *withdrawn);

#endif
