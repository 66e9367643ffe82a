/*
 * export.h - what goes to one bank: the nightly orders, and whatever else is marked.
 */
#ifndef SBK_EXPORT_H
#define SBK_EXPORT_H

#include <stdbool.h>
#include <ClearSilver.h>

#include "bank/exchange.h"

/*
 * First writes again what was marked and not written, then marks and writes the applications that wait, in
 * files of RecordsPerFile; an empty file when the day has none yet.  date is the business date,
 * "YYYY-MM-DD".  Somebody else at work on this bank: told, STATUS_OK.  exchange.dry_run: the same is told, no file written.
 */
NEOERR *export_run(struct exchange *exchange, const char *bank, const char *date);

/* Writes what is marked (outgoing.h) into outbound, in the order of SeqNo. The desk is of the job "export". */
NEOERR *export_marked(struct desk *desk);

/*
 * Writes a message into outbound once more, the same bytes under the same MsgId: for a bank that has not got it, or got it
 * damaged.  *known false: there is no such message, or it is accepted; nothing was done.  Somebody else at work on the
 * bank: told, STATUS_OK.
 */
NEOERR *export_again(
    struct exchange *exchange, const char *bank, const char *msg_id, bool *known);

#endif
