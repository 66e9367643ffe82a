/*
 * outbox.h - messages to citizens: put into the database with what they tell of, sent by a job of their own.
 *
 * A message is a template (Lang.message.<template>) and what its text names.  It waits, is sent, or has failed for
 * good; its id is the gateway's idempotency key, so that none is sent twice however often the job is killed.
 */
#ifndef SBK_OUTBOX_H
#define SBK_OUTBOX_H

#include <stdbool.h>
#include <ClearSilver.h>
#include <jansson.h>

#include "apply/draft.h"
#include "base/db.h"
#include "base/seal.h"

#define OUTBOX_TEMPLATE_LEN 25

struct outbox_message {
	const uint8_t *person; /* PERSON_LEN; NULL: nobody we know */
	const char *template;  /* key of Lang.message */
	const json_t *
	    body; /* texts: phone, what the text names; and expires, a number: from when it says nothing */
	bool mute; /* kept like any other, and never sent: what is asked for a stranger
		      takes as long as what is asked for a citizen */
};

/* Inside the transaction of what it tells of. */
NEOERR *outbox_put(
    struct db *db, const struct seal *seal, const struct outbox_message *message);

/* A message that the job has taken on, for so long that nobody else does. */
struct outbox_letter {
	uint8_t id[SEAL_ID_LEN];
	char template[OUTBOX_TEMPLATE_LEN];
	json_t *body;  /* owned */
	int64_t tries; /* this one included */
	int64_t due;   /* its next_at as the claim has set it: the claim's own mark */
};

/* The next message that is due; taken on until lease seconds from now. *found false: none is. */
NEOERR *outbox_claim(struct db *db, const struct seal *seal, long lease,
    struct outbox_letter *letter, bool *found);
void outbox_letter_release(struct outbox_letter *letter);

enum outbox_outcome { OUTBOX_SENT, OUTBOX_FAILED, OUTBOX_AGAIN };

/* What has become of it. OUTBOX_AGAIN: due again after delay seconds.  A claim that somebody else has taken over since changes nothing. */
NEOERR *outbox_settle(
    struct db *db, const struct outbox_letter *letter, enum outbox_outcome outcome, long delay);

#endif
