/*
 * handoff.h - a phone takes the pictures for a draft that is open on another screen.
 *
 * The screen's session makes a code of 256 random bits and shows it; the first phone that opens it in time and says so has
 * it.  From then on that phone's browser can send a bounded number of pictures for one step, and nothing else, until
 * the code ends or expires.  The database knows a code by its keyed hash only.  Whether the session is still
 * alive is for the caller to ask: it belongs to the web.
 */
#ifndef SBK_HANDOFF_H
#define SBK_HANDOFF_H

#include <stdbool.h>
#include <stdint.h>
#include <ClearSilver.h>

#include "apply/draft.h"
#include "base/db.h"
#include "base/seal.h"

#define HANDOFF_CODE_LEN SEAL_TOKEN_LEN
#define HANDOFF_STEP_LEN 17

struct handoff_rules { /* from conf Handoff.*, read once */
	long life;     /* seconds from the making */
	long claim;    /* of these, for a phone to open it */
	long pictures; /* uploads that one code carries, good or not */
};

enum handoff_state {
	HANDOFF_NONE,    /* no such code */
	HANDOFF_WAITING, /* for a phone */
	HANDOFF_CLAIMED,
	HANDOFF_FULL, /* claimed, and all its uploads are used up */
	HANDOFF_ENDED,
	HANDOFF_EXPIRED,
	HANDOFF_STATES
};

/* "none", "waiting", … */
extern const char *const handoff_states[HANDOFF_STATES];

struct handoff { /* HANDOFF_NONE: key is set, nothing else */
	enum handoff_state state;
	uint8_t key[SEAL_HASH_LEN]; /* of its row */
	uint8_t person[PERSON_LEN];
	uint8_t session[SEAL_HASH_LEN];
	uint8_t browser[SEAL_HASH_LEN]; /* all zeros before it is claimed */
	char step[HANDOFF_STEP_LEN];
	int64_t left;     /* seconds until it expires, or until nobody can claim it any more */
	int64_t pictures; /* that became part of the draft */
};

NEOERR *handoff_rules_init(struct handoff_rules *rules, HDF *conf);

/* The browser that holds token, as a code knows it. */
NEOERR *handoff_browser(
    const struct seal *seal, const char *token, uint8_t browser[SEAL_HASH_LEN]);

/* Where a code stands: one SELECT by primary key.  Any text may come in. */
NEOERR *handoff_look(struct db *db, const struct seal *seal, const struct handoff_rules *rules,
    const char *code, struct handoff *handoff);

/* The same inside a transaction, by handoff->key, and locks it. */
NEOERR *handoff_lock(struct db *db, const struct handoff_rules *rules, struct handoff *handoff);

/* Stores a new code for the session, inside a transaction, and ends those that it made before. */
NEOERR *handoff_make(struct db *db, const struct seal *seal, const struct handoff_rules *rules,
    const uint8_t person[PERSON_LEN], const uint8_t session[SEAL_HASH_LEN], const char *step,
    const char code[HANDOFF_CODE_LEN]);

/* Gives a waiting code to a browser, inside a transaction. *done false: it waits no more. */
NEOERR *handoff_claim(struct db *db, const struct handoff *handoff,
    const struct handoff_rules *rules, const uint8_t browser[SEAL_HASH_LEN], bool *done);

/* Counts an upload that its browser begins. *done false: ended, expired, another's, or too many. */
NEOERR *handoff_try(struct db *db, const struct handoff *handoff,
    const struct handoff_rules *rules, const uint8_t browser[SEAL_HASH_LEN], bool *done);

/* Counts a picture that became part of the draft, inside the transaction that puts it there. */
NEOERR *handoff_count(struct db *db, const struct handoff *handoff);

/* Ends a code of the session, inside a transaction. *done false: it has ended already, or is another's. */
NEOERR *handoff_end(struct db *db, const struct handoff *handoff,
    const uint8_t session[SEAL_HASH_LEN], bool *done);

#endif
