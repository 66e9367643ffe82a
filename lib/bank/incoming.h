/*
 * incoming.h - one message of a bank that was found good in its first pass, being applied.
 *
 * applied, in its row, says how far that came: records of a report, applications of the order that a receipt
 * speaks of.  It moves in the same transaction as what it counts.
 */
#ifndef SBK_INCOMING_H
#define SBK_INCOMING_H

#include <ClearSilver.h>

#include "bank/exchange.h"
#include "bank/message.h"
#include "bank/parcel.h"

struct incoming {
	struct desk *desk;
	const struct parcel *parcel;
	struct message_header header;
	int64_t applied;
	bool waits; /* cannot be applied yet: left for the next run */
};

/* Inside a transaction: applied so far, and the lease still ours. */
NEOERR *incoming_progress(struct incoming *incoming, struct db *db, int64_t applied);
/* Inside a transaction: done, with audit. */
NEOERR *incoming_done(struct incoming *incoming, struct db *db);

/* Inside a transaction: kept for the operators; what is a number or MsgId that the bank named. */
NEOERR *incoming_suspend(
    struct incoming *incoming, struct db *db, int64_t n, const char *what, const char *reason);

/* By type; each ends with incoming_done, unless the message waits. */
NEOERR *receipt_apply(struct incoming *incoming);
NEOERR *report_apply(struct incoming *incoming);
NEOERR *reconciliation_apply(struct incoming *incoming);

#endif
