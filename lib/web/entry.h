/*
 * entry.h - from a proven identity to a session: what every way of logging in ends with.
 */
#ifndef SBK_ENTRY_H
#define SBK_ENTRY_H

#include <stdbool.h>

#include "login/account.h"
#include "web/page.h"

#define ENTRY_PROVE "/realname" /* where an account without a proven name proves it */

/* Where the login leads on to: "back" of the form, else "next" of the query; NULL when neither is a place of ours. */
const char *entry_back(const struct page *page);

/*
 * Runs first in the transaction that makes the session (spends a code, marks a row). *admitted comes in true;
 * set to false, nothing is made, and what it has written stays.
 */
typedef NEOERR *entry_spend(struct db *db, void *context, bool *admitted);

/*
 * Logs the account in on the page's channel: new session and cookie, audit, 303 to where the login leads on to (or
 * first to ENTRY_PROVE).  way: of logging in.  spend NULL: nothing to spend.  *admitted (NULL allowed with spend
 * NULL): false when spend refused; then nothing has been answered yet.
 */
NEOERR *entry_admit(struct page *page, const struct account *account, const char *way,
    entry_spend *spend, void *context, bool *admitted);

#endif
