/*
 * suspense.h - what banks said of applications that we do not know: seen by operators, settled by one who says so.
 */
#ifndef SBK_SUSPENSE_H
#define SBK_SUSPENSE_H

#include <stdbool.h>
#include <stdint.h>
#include <ClearSilver.h>

#include "base/db.h"
#include "bank/message.h"

struct suspense {
	char msg_id[MESSAGE_ID_LEN], application[41], reason[25];
	int64_t n, noted_at;
};

#define SUSPENSE_WHY_LEN 201 /* characters and NUL */

/* Calls see with what is not settled, the oldest first, at most max of it, until it fails. bank: NULL for all. */
NEOERR *suspense_list(struct db *db, const char *bank, int64_t max,
    NEOERR *(*see)(const struct suspense *suspense, void *context), void *context);

/*
 * Settled by that name for that reason (in words, nothing of a person), with audit. *done false: there is none such, or it
 * is settled.
 */
NEOERR *suspense_resolve(
    struct db *db, const char *msg_id, int64_t n, const char *by, const char *why, bool *done);

#endif
