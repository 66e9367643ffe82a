/*
 * audit.h - who did what to whose application: a hash chain in the database.
 *
 * One chain per writer (host/program/pid), so that no row is hot.  hash = SHA-256 over
 * previous hash | writer | n | at | action | actor | subject | detail, each with its length
 * before it (lengths, n and at: 8 bytes, big endian).  n counts from 1, the first previous
 * hash is all zeros.  Written inside the transaction of the change it records.  A chain
 * alone does not show that its last rows were cut off: for that its head must be kept
 * elsewhere.
 */
#ifndef SBK_AUDIT_H
#define SBK_AUDIT_H

#include <stdint.h>
#include <ClearSilver.h>

#include "base/db.h"

/*
 * action: "login", "submit", "withdraw", "export", "import", …; actor: account id in hex,
 * or the operator's name; subject: application number, MsgId or ""; detail: codes only, no
 * personal data.  Call inside db_transact.  FAIL_RETRY when another connection of this
 * process added to the chain meanwhile.
 */
NEOERR *audit_write(struct db *db, const char *action, const char *actor, const char *subject,
    const char *detail);

/* Walks all chains. *bad gets the number of broken ones; the first broken row is described in
 * where (writer and n), "" if none. */
NEOERR *audit_verify(struct db *db, int64_t *rows, int64_t *bad, char *where, size_t size);

#endif
