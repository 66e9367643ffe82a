/*
 * statement.h - our ReconciliationReport to a bank: per order of which something is still to come, how many applications
 * stand where.
 */
#ifndef SBK_STATEMENT_H
#define SBK_STATEMENT_H

#include <ClearSilver.h>

#include "bank/exchange.h"

/*
 * Marks the report of a business date, "YYYY-MM-DD", unless the date has one, and writes what is marked.  Orders of
 * which nothing more is to come are settled with it: they stand in no later one.  Somebody else at work on this
 * bank: told, STATUS_OK.
 */
NEOERR *statement_run(struct exchange *exchange, const char *bank, const char *date);

#endif
