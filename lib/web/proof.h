/*
 * proof.h - somebody has been proven to be a person: her account, and into it.
 */
#ifndef SBK_PROOF_H
#define SBK_PROOF_H

#include "login/account.h"
#include "web/page.h"

/* Has she still to prove who she is: to log in, or, logged in, her name? */
bool proof_owed(const struct page *page);

/*
 * Who is logged in has proven her name: her account gets it, or is joined to the one she has already (and she is told
 * so).  Who is not gets the account of that person, made now if there is none.  In the same transaction as the new
 * session (entry_admit).
 * way: of logging in, when she does.  consent: key of a consent given with it, NULL: none.
 */
NEOERR *proof_admit(
    struct page *page, const struct account_proof *proof, const char *way, const char *consent);

#endif
