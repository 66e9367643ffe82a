/*
 * receipt.c - applies a FileReceipt: the message it speaks of was accepted or refused.
 */
#include <stdio.h>
#include <string.h>

#include "apply/application.h"
#include "base/clock.h"
#include "base/fail.h"
#include "bank/incoming.h"

enum { MESSAGE, APPLICATIONS, CONCLUDE };

static const struct db_sql sql[] = {
	[MESSAGE] = { "receipt_message",
	    "SELECT state, digest FROM exchange_message WHERE msg_id = ? AND bank = ? "
	    "AND direction = 'out'" },
	[APPLICATIONS] = { "receipt_applications",
	    "SELECT n, application FROM exchange_record WHERE msg_id = ? AND n > ? "
	    "ORDER BY n LIMIT ?" },
	[CONCLUDE] = { "receipt_conclude",
	    "UPDATE exchange_message SET state = ?, reason = ? WHERE msg_id = ? "
	    "AND state IN ('WRITTEN', 'REJECTED')" },
};

struct receipt {
	struct incoming *incoming;
	struct message_record record;
	const char *suspended; /* reason, or NULL */
	const char *state;     /* of the message from now on; NULL: as it is */
	bool more;
};

static NEOERR *
read_record(struct receipt *receipt)
{
	struct incoming *incoming = receipt->incoming;
	struct fault fault = { .code = "" };
	struct parcel_walk walk;
	bool more;
	NEOERR *err;

	err = parcel_walk_init(&walk, incoming->parcel, incoming->desk->envelope,
	    incoming->desk->exchange->schemas, &fault);
	if (err != STATUS_OK)
		return nerr_pass(err);
	err = parcel_walk_next(&walk, &more);
	if (err == STATUS_OK && !more)
		err = nerr_raise(NERR_ASSERT, "%s: no receipt in it", incoming->header.id);
	if (err == STATUS_OK)
		receipt->record = *reader_record(walk.reader);
	parcel_walk_release(&walk);
	return nerr_pass(err);
}

/* What the receipt does to the message; "import_waits" while our own row is behind the file on disk. */
static NEOERR *
weigh(struct receipt *receipt, const char **event)
{
	struct incoming *incoming = receipt->incoming;
	struct exchange *exchange = incoming->desk->exchange;
	bool accepts = strcmp(receipt->record.status, "ACCEPTED") == 0, found;
	struct db_rows *rows = NULL;
	char seen[MESSAGE_DIGEST_LEN] = "";
	const char *state;
	const void *digest;
	size_t len;
	NEOERR *err;

	err = db_select(exchange->db, &sql[MESSAGE],
	    DB_WITH(db_text(incoming->header.original), db_text(incoming->desk->bank)), &rows);
	if (err == STATUS_OK)
		err = db_next(rows, &found);
	if (err != STATUS_OK)
		goto out;
	*event = NULL;
	if (!found) {
		receipt->suspended = "unknown_message";
		*event = "receipt_suspended";
		goto out;
	}
	state = db_get_text(rows, 0);
	digest = db_get_bytes(rows, 1, &len);
	if (digest && len == MESSAGE_DIGEST_LEN / 2)
		seal_hex(digest, len, seen);
	if (strcmp(state, "MARKED") == 0) {
		incoming->waits = true;
		*event = "import_waits";
	} else if (strcmp(state, "ACCEPTED") == 0) {
		*event = accepts ? "receipt_repeated" : "receipt_contradicts";
	} else if (accepts && strcmp(seen, receipt->record.sha256) != 0) {
		receipt->suspended = "other_digest";
		*event = "receipt_contradicts";
	} else {
		receipt->state = accepts ? "ACCEPTED" : "REJECTED";
		*event = accepts ? "file_accepted" : "file_rejected";
	}
out:
	db_rows_free(&rows);
	return nerr_pass(err);
}

static NEOERR *
move_batch(struct db *db, void *context)
{
	struct receipt *receipt = context;
	struct incoming *incoming = receipt->incoming;
	struct db_rows *rows = NULL;
	json_t *numbers = json_array(), *moved = NULL;
	int64_t n = incoming->applied;
	bool got;
	NEOERR *err;

	receipt->more = false;
	if (numbers == NULL)
		return nerr_raise(NERR_NOMEM, "receipt");
	err = db_select(db, &sql[APPLICATIONS],
	    DB_WITH(db_text(incoming->header.original), db_int(n),
		db_int(incoming->desk->exchange->batch_records)),
	    &rows);
	while (err == STATUS_OK && (err = db_next(rows, &got)) == STATUS_OK && got) {
		if (json_array_append_new(numbers, json_string(db_get_text(rows, 1))) != 0)
			err = nerr_raise(NERR_NOMEM, "receipt");
		n = db_get_int(rows, 0);
		receipt->more = true;
	}
	db_rows_free(&rows);
	/* Not moved: a report was here before its receipt. */
	if (err == STATUS_OK)
		err = application_move_all(
		    db, numbers, "RECEIVED", clock_now(), incoming->header.id, &moved);
	json_decref(moved);
	json_decref(numbers);
	if (err == STATUS_OK && receipt->more)
		err = incoming_progress(incoming, db, n);
	/* Only once this is committed does the caller take it over. */
	receipt->record.n = n;
	return nerr_pass(err);
}

static NEOERR *
conclude(struct db *db, void *context)
{
	struct receipt *receipt = context;
	struct incoming *incoming = receipt->incoming;
	const char *reason = receipt->record.reason;
	NEOERR *err = STATUS_OK;

	if (receipt->suspended)
		err = incoming_suspend(
		    incoming, db, 1, incoming->header.original, receipt->suspended);
	if (err == STATUS_OK && receipt->state)
		err = db_run(db, &sql[CONCLUDE],
		    DB_WITH(db_text(receipt->state), *reason ? db_text(reason) : db_null(),
			db_text(incoming->header.original)),
		    NULL);
	if (err == STATUS_OK)
		err = incoming_done(incoming, db);
	return nerr_pass(err);
}

NEOERR *
receipt_apply(struct incoming *incoming)
{
	struct exchange *exchange = incoming->desk->exchange;
	struct receipt receipt = { .incoming = incoming };
	struct fault reason = { .code = "" };
	const char *event = NULL;
	NEOERR *err;

	if ((err = read_record(&receipt)) || (err = weigh(&receipt, &event)))
		return nerr_pass(err);
	if (receipt.state && strcmp(receipt.state, "ACCEPTED") == 0)
		do {
			err = db_transact(exchange->db, move_batch, &receipt);
			if (err != STATUS_OK)
				return nerr_pass(err);
			incoming->applied = receipt.record.n;
		} while (receipt.more);
	if (!incoming->waits)
		err = db_transact(exchange->db, conclude, &receipt);
	if (err != STATUS_OK)
		return nerr_pass(err);
	fault_set(&reason, receipt.record.reason, 0, NULL);
	exchange_tell(exchange,
	    receipt.suspended || strcmp(event, "file_rejected") == 0 ||
		    strcmp(event, "receipt_contradicts") == 0
		? "error"
		: "info",
	    event, incoming->desk->bank, incoming->header.original, &reason, -1);
	return STATUS_OK;
}
