#include <string.h>

#include "apply/outbox.h"
#include "apply/sealed.h"
#include "base/clock.h"
#include "base/fail.h"

enum { PUT, NEXT, CLAIM, SETTLE };

static const struct db_sql sql[] = {
	[PUT] = { "outbox_put",
	    "INSERT INTO outbox (id, person, template, body, state, next_at, created_at) "
	    "VALUES (?, ?, ?, ?, ?, ?, ?)" },
	[NEXT] = { "outbox_next",
	    "SELECT id, template, body, tries, next_at FROM outbox "
	    "WHERE state = 'waiting' AND next_at <= ? ORDER BY next_at LIMIT 1" },
	[CLAIM] = { "outbox_claim",
	    "UPDATE outbox SET next_at = ?, tries = tries + 1 "
	    "WHERE id = ? AND state = 'waiting' AND next_at = ? AND tries = ?" },
	[SETTLE] = { "outbox_settle",
	    "UPDATE outbox SET state = ?, next_at = ? "
	    "WHERE id = ? AND state = 'waiting' AND next_at = ? AND tries = ?" },
};

NEOERR *
outbox_put(struct db *db, const struct seal *seal, const struct outbox_message *message)
{
	uint8_t id[SEAL_ID_LEN];
	struct bytes body = BYTES_INIT;
	int64_t now = clock_now();
	NEOERR *err;

	if ((err = seal_random(id, sizeof(id))) ||
	    (err = sealed_close(seal, "outbox.body", id, sizeof(id), message->body, &body)))
		return nerr_pass(err);
	err = db_run(db, &sql[PUT],
	    DB_WITH(db_bytes(id, sizeof(id)),
		message->person ? db_bytes(message->person, PERSON_LEN) : db_null(),
		db_text(message->template), db_bytes(body.data, body.len),
		db_text(message->mute ? "mute" : "waiting"), db_int(now), db_int(now)),
	    NULL);
	bytes_release(&body);
	return nerr_pass(err);
}

/* The row that is due, opened, as it was before the claim. */
static NEOERR *
next(struct db *db, const struct seal *seal, struct outbox_letter *letter, bool *found)
{
	struct db_rows *rows = NULL;
	const void *id, *sealed;
	size_t len;
	NEOERR *err;

	if ((err = db_select(db, &sql[NEXT], DB_WITH(db_int(clock_now())), &rows)) ||
	    (err = db_next(rows, found)) || !*found)
		goto out;
	id = db_get_bytes(rows, 0, &len);
	if (len != SEAL_ID_LEN) {
		err = nerr_raise(NERR_DB, "outbox id of %zu bytes", len);
		goto out;
	}
	memcpy(letter->id, id, SEAL_ID_LEN);
	snprintf(letter->template, sizeof(letter->template), "%s", db_get_text(rows, 1));
	letter->tries = db_get_int(rows, 3);
	letter->due = db_get_int(rows, 4);
	sealed = db_get_bytes(rows, 2, &len);
	err = sealed_open(
	    seal, "outbox.body", letter->id, SEAL_ID_LEN, sealed, len, &letter->body);
out:
	db_rows_free(&rows);
	return nerr_pass(err);
}

NEOERR *
outbox_claim(struct db *db, const struct seal *seal, long lease, struct outbox_letter *letter,
    bool *found)
{
	int64_t until, claimed = 0;
	NEOERR *err;

	do {
		*letter = (struct outbox_letter) { .body = NULL };
		if ((err = next(db, seal, letter, found)) || !*found)
			return nerr_pass(err);
		until = clock_now() + lease;
		if ((err = db_run(db, &sql[CLAIM],
			 DB_WITH(db_int(until), db_bytes(letter->id, SEAL_ID_LEN),
			     db_int(letter->due), db_int(letter->tries)),
			 &claimed)) ||
		    claimed != 1)
			outbox_letter_release(letter);
		if (err != STATUS_OK)
			return nerr_pass(err);
	} while (claimed != 1);
	letter->due = until;
	letter->tries++;
	return STATUS_OK;
}

void
outbox_letter_release(struct outbox_letter *letter)
{
	json_decref(letter->body);
	letter->body = NULL;
}

NEOERR *
outbox_settle(
    struct db *db, const struct outbox_letter *letter, enum outbox_outcome outcome, long delay)
{
	static const char *const states[] = {
		[OUTBOX_SENT] = "sent", [OUTBOX_FAILED] = "failed", [OUTBOX_AGAIN] = "waiting"
	};

	return nerr_pass(db_run(db, &sql[SETTLE],
	    DB_WITH(db_text(states[outcome]), db_int(clock_now() + delay),
		db_bytes(letter->id, SEAL_ID_LEN), db_int(letter->due), db_int(letter->tries)),
	    NULL));
}
