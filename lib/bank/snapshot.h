/*
 * snapshot.h - what a job has seen last of a bank, kept for those who may not look for themselves: the operators' page has
 * neither folders nor keys, and nobody counts ten thousand records for a page.
 */
#ifndef SBK_SNAPSHOT_H
#define SBK_SNAPSHOT_H

#include <stdint.h>
#include <jansson.h>
#include <ClearSilver.h>

#include "base/db.h"

enum snapshot_kind {
	SNAPSHOT_STANDING,   /* `sbk status`: the object of standing.h */
	SNAPSHOT_DIFFERENCES /* `sbk reconcile`: [ { order, report, ours, theirs } ] */
};

/* In a difference: MsgIds; figures by their names, what is NULL in reconciliation.h is missing. */

/* Takes the place of the one before. */
NEOERR *snapshot_keep(
    struct db *db, const char *bank, enum snapshot_kind kind, const json_t *body);

struct snapshot {
	const char *bank;
	int64_t at;   /* UTC seconds, 0: never taken */
	json_t *body; /* NULL then */
};

typedef NEOERR *snapshot_see(const struct snapshot *snapshot, void *context);

/* Calls see with the bank's, or (NULL) each open bank's, those too of which there is none. Borrowed for the call. */
NEOERR *snapshot_each(
    struct db *db, const char *bank, enum snapshot_kind kind, snapshot_see *see, void *context);

#endif
