/*
 * draft.h - what a person has answered so far: one draft per person, on any channel and device.
 *
 * body is a JSON object:
 *   answers     { field: text }            valid when saved
 *   typed       { step: { field: text } }  as typed, not valid (yet), or kept on request
 *   unsent      { step: true }             typed has what its page held when it was left
 *   consents    { key: { version, at, channel } }
 *   eligibility { answer, banks, known, at }   known: words, fields that stand as the roster has them
 *   photos live in answers: field → photo id in hex
 *   seen        { field: … }                what was seen on its newest picture (lib/web/picture.h)
 */
#ifndef SBK_DRAFT_H
#define SBK_DRAFT_H

#include <stdbool.h>
#include <stdint.h>
#include <ClearSilver.h>
#include <jansson.h>

#include "base/db.h"
#include "base/seal.h"
#include "apply/field.h"

#define PERSON_LEN SEAL_HASH_LEN

struct draft {
	int64_t version; /* 0: none yet */
	int64_t saved_at;
	json_t *body; /* owned, never NULL after draft_init */
};

NEOERR *draft_init(struct draft *draft);
void draft_release(struct draft *draft);

/* From the columns that the session's SELECT brings; sealed NULL: an empty draft. */
NEOERR *draft_unseal(struct draft *draft, const struct seal *seal,
    const uint8_t person[PERSON_LEN], int64_t version, int64_t saved_at, const void *sealed,
    size_t len);

/*
 * Locks and loads the person's draft inside a transaction, first of all.  Where there is none
 * nothing is locked, and the draft is empty.  FAIL_RETRY when it vanished meanwhile.
 */
NEOERR *draft_lock(struct draft *draft, struct db *db, const struct seal *seal,
    const uint8_t person[PERSON_LEN]);

/*
 * Saves body as version based_on + 1, inside a transaction. *stale (the draft has moved on)
 * leaves everything as it was, unless form equals the one that made the present version: then
 * it has been saved already and nothing is changed.  draft->version and saved_at are set.
 */
NEOERR *draft_save(struct draft *draft, struct db *db, const struct seal *seal,
    const uint8_t person[PERSON_LEN], int64_t based_on, const uint8_t form[SEAL_HASH_LEN],
    bool *stale);

/*
 * The short way, outside a transaction, for what changes nothing but the draft: one statement saves
 * body as version based_on + 1 if the draft still is at based_on (not 0).  *swapped false: it is not, and
 * nothing was changed.  draft->version and saved_at are set.  FAIL_UNKNOWN: draft_save with the same form tells.
 */
NEOERR *draft_swap(struct draft *draft, struct db *db, const struct seal *seal,
    const uint8_t person[PERSON_LEN], int64_t based_on, const uint8_t form[SEAL_HASH_LEN],
    bool *swapped);

/*
 * Writes body without a new version, inside the transaction that has locked the draft: for what is no
 * change to those who have it open.
 */
NEOERR *draft_note(const struct draft *draft, struct db *db, const struct seal *seal,
    const uint8_t person[PERSON_LEN]);

NEOERR *draft_delete(struct db *db, const uint8_t person[PERSON_LEN]);

/* The objects within body, made when missing; borrowed. NULL on lack of memory. */
json_t *draft_answers(struct draft *draft);
json_t *draft_typed(struct draft *draft, const char *step);
json_t *draft_unsent(struct draft *draft);
json_t *draft_consents(struct draft *draft);
json_t *draft_seen(struct draft *draft);

/*
 * Sets an answer, or removes it when value is "".  One that differs from an earlier one
 * removes what it opens (field.opens): setting it for the first time removes nothing.
 */
NEOERR *draft_answer(struct draft *draft, const struct field *field, const char *value);

#endif
