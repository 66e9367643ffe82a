/*
 * outgoing.h - one message to a bank, from its number to its row: all that is written later follows from what is kept there.
 */
#ifndef SBK_OUTGOING_H
#define SBK_OUTGOING_H

#include <stdbool.h>
#include <stdint.h>
#include <ClearSilver.h>

#include "base/bytes.h"
#include "bank/exchange.h"
#include "bank/message.h"

#define OUTGOING_SECRET_LEN (ENVELOPE_KEY_LEN + ENVELOPE_IV_LEN) /* key, then IV */

struct outgoing {
	struct desk *desk; /* borrowed */
	struct message_header header;
	int64_t now; /* UTC seconds of its creation */
	uint8_t secret[OUTGOING_SECRET_LEN];
	struct bytes envelope; /* the key, sealed to the bank */
	struct bytes content;  /* the XML, when no other table holds what it is made of */
};

/* A fresh moment, key and IV. desk is set, all else 0 before the first call. */
NEOERR *outgoing_prepare(struct outgoing *out);

/* Inside a transaction: the next SeqNo and with it the MsgId. type and business_date are set. */
NEOERR *outgoing_number(struct outgoing *out, struct db *db);
/* Inside the same one: the row, MARKED, with audit; the number is used up, and the lease still ours. */
NEOERR *outgoing_mark(struct outgoing *out, struct db *db);

/* The bank's oldest message that is marked. *found false: there is none. */
NEOERR *outgoing_load(struct outgoing *out, bool *found);

void outgoing_release(struct outgoing *out);

#endif
