/*
 * application.h - the application after submission: number, states, submission, events.
 *
 * States and their permitted moves are one const table; every move appends an event in the
 * same transaction.  One live application per person is a UNIQUE constraint.
 */
#ifndef SBK_APPLICATION_H
#define SBK_APPLICATION_H

#include <stdbool.h>
#include <stdint.h>
#include <ClearSilver.h>
#include <jansson.h>

#include "base/db.h"
#include "base/seal.h"
#include "apply/draft.h"

#define APPLICATION_NO_LEN 21

/*
 * SUBMITTED → SENT (marked for a file) → RECEIVED → ACCEPTED → ACCOUNT_OPENED → IN_PRODUCTION
 * → PRODUCED → AT_BRANCH | MAILED → DELIVERED | COLLECTED | RETURNED; WITHDRAWN from
 * SUBMITTED and REJECTED; REJECTED (sent back: still live) and FAILED from the bank.  From REJECTED, RETURNED and
 * FAILED a correction leads to SUBMITTED, as the next attempt (correction.h).
 */
struct application_state {
	const char *name;
	const char *next; /* blank-separated states that may follow */
	bool live;        /* keeps the person from applying again */
	bool done;        /* the card is with the citizen */
};

const struct application_state *application_state(const char *name); /* NULL: unknown */
bool application_may_move(const char *from, const char *to);

/*
 * number.c. A new number: "BJ" yymmdd, 8 random characters, ISO 7064 MOD 37,36 check
 * character.
 */
NEOERR *application_number(int64_t now, char out[APPLICATION_NO_LEN]);
bool application_number_valid(const char *no);

struct application {
	char no[APPLICATION_NO_LEN];
	char state[17], channel[17], bank[4], branch[13], tracking[41], reason[9];
	char promised_on[11];
	int attempt;
	int64_t submitted_at;
	json_t *body; /* the answers (name → text); owned; NULL unless asked for */
};

struct application_event {
	char state[17], reason[9];
	int64_t at;
};

/*
 * Submission, inside a transaction: makes the application out of the locked draft's answers
 * and, where a field was not asked, the roster's facts; ties its photos to it, writes event,
 * outbox and audit, deletes the draft.  Consents are the caller's to give (consent.h), and so
 * is the check that nothing is missing.  promise_days from today.  no is set.
 * FAIL_DUPLICATE: there is a live one already.
 */
NEOERR *application_submit(struct db *db, const struct seal *seal,
    const uint8_t person[PERSON_LEN], const char *actor, struct draft *draft,
    const char *channel, long promise_days, char no[APPLICATION_NO_LEN]);

/*
 * Moves to state if the table permits (*moved false otherwise or when there is no such
 * number: nothing changed), inside a transaction.  cause: "citizen" or a MsgId; reason,
 * tracking: NULL if none.
 */
NEOERR *application_move(struct db *db, const char *no, const char *state, int64_t at,
    const char *cause, const char *reason, const char *tracking, bool *moved);

/*
 * moves.c. The same for many, without reason or tracking, to a state that hands over no card
 * (NERR_ASSERT).  numbers: array of text, each once; as many as one statement may handle.
 * *moved is the caller's: those that were moved, in the order of numbers.
 */
NEOERR *application_move_all(struct db *db, const json_t *numbers, const char *state,
    int64_t at, const char *cause, json_t **moved);

/* The person's applications, the live one first, then the newest, at most max; bodies opened. Each to be released. */
NEOERR *application_list(struct db *db, const struct seal *seal,
    const uint8_t person[PERSON_LEN], struct application *list, size_t max, size_t *count);
NEOERR *application_events(
    struct db *db, const char *no, struct application_event *list, size_t max, size_t *count);
void application_release(struct application *application);

#endif
