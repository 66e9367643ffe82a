/*
 * figures.h - how many applications of an order have reached what, in the order's attempt, by the reports that were
 * applied: the figures of a ReconciliationReport (schema/README.md).
 */
#ifndef SBK_FIGURES_H
#define SBK_FIGURES_H

#include <stdint.h>
#include <ClearSilver.h>

#include "base/db.h"

enum { SENT, ACCEPTED, REJECTED, IN_PRODUCTION, PRODUCED, DELIVERED, COLLECTED, FIGURES };

extern const char *const figures_names[FIGURES]; /* as the message's elements */

/* *open: of how many something is still to come. */
NEOERR *figures_of(struct db *db, const char *order, int64_t figures[FIGURES], int64_t *open);

/* What the reports on the order have applied, application by application: o the order's record, i a report's. */
#define FIGURES_REPORTED                                                            \
	"exchange_record o LEFT JOIN exchange_message m ON m.original = o.msg_id "  \
	"AND m.type = 'ProductionStatusReport' LEFT JOIN exchange_record i "        \
	"ON i.msg_id = m.msg_id AND i.application = o.application AND i.outcome = " \
	"'APPLIED' WHERE o.msg_id = ?"

#endif
