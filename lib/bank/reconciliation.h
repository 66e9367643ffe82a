/*
 * reconciliation.h - the bank's figures of our orders beside our own, order by order.
 */
#ifndef SBK_RECONCILIATION_H
#define SBK_RECONCILIATION_H

#include <stdint.h>
#include <ClearSilver.h>

#include "bank/exchange.h"
#include "bank/figures.h"

struct difference {
	const char *bank, *order; /* MsgId of the order */
	const char *report; /* MsgId of the bank's report; NULL: it says nothing of the order */
	const int64_t *ours, *theirs; /* figures; ours NULL: the order is none of ours */
};

/* One application of an order, as the reports have left it. */
struct difference_record {
	int64_t n, attempt;
	const char *application, *status; /* "" when the bank has said nothing of it yet */
};

struct reconciliation_sink {
	NEOERR *(*difference)(const struct difference *difference, void *context);
	NEOERR *(*record)(const struct difference_record *record, void *context);
	void *context;
};

/*
 * Calls the sink with each order of the bank on which the two sides differ, and after it with each of its applications.
 * Orders that are accepted and younger than the bank's newest report must stand in it unless all of it is done.
 * A bank that has never sent a report: nothing to compare.
 */
NEOERR *reconciliation_compare(
    struct exchange *exchange, const char *bank, const struct reconciliation_sink *sink);

#endif
