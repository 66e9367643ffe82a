/*
 * import.h - what one bank has sent: receipts and reports.
 */
#ifndef SBK_IMPORT_H
#define SBK_IMPORT_H

#include <ClearSilver.h>

#include "bank/exchange.h"

/*
 * Takes the complete messages out of inbound, in order of their SeqNo: a bad one goes to quarantine whole and is
 * told as an alarm; a good one is applied in transactions of BatchRecords and goes to archive; one before which a SeqNo is
 * missing is held until that is there (exchange.past_gaps: not held, told).  Killed and run
 * again it goes on where it was.  Somebody else at work on this bank: told, STATUS_OK.  exchange.dry_run: the same is
 * told of each, and it stays where it is.
 */
NEOERR *import_run(struct exchange *exchange, const char *bank);

#endif
