/*
 * marking.h - what goes into a bank's next order, decided in one transaction.
 *
 * The transaction moves the applications that still wait to SENT, numbers them, and keeps the message's row with
 * the moment, key, IV and sealed key: all that is written later follows from these rows.  Which applications fit into
 * an order is judged before it, without a lock: that takes longest, and no citizen is to wait for it.
 */
#ifndef SBK_MARKING_H
#define SBK_MARKING_H

#include <ClearSilver.h>
#include <jansson.h>

#include "apply/application.h"
#include "bank/outgoing.h"

#define MARKING_TYPE "CardProductionOrder"
#define MARKING_LEFT_MAX \
	32 /* applications left behind that are told by number; the rest only counted */

struct marking {
	struct outgoing out; /* header and what else the transaction sets */
	const char *date;
	char after[APPLICATION_NO_LEN]; /* judged in this run up to here */

	json_t *fit; /* numbers, array by array of BatchRecords */
	struct {
		char no[APPLICATION_NO_LEN];
		struct fault fault;
	} left[MARKING_LEFT_MAX];
	int64_t left_count;

	bool marked;
};

/*
 * Marks the next message; m->marked is false when there is nothing to send.  out.desk and date are set, all else 0 before
 * the first call.  Applications that do not fit into an order are told and stay behind.
 */
NEOERR *marking_next(struct marking *m);
void marking_release(struct marking *m);

#endif
