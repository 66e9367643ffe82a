#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/crypto.h>

#include "base/audit.h"
#include "base/clock.h"
#include "base/fail.h"
#include "bank/outgoing.h"

enum { SEQUENCE, SEQUENCE_MAKE, SEQUENCE_STEP, MARK, MARKED };

static const struct db_sql sql[] = {
	[SEQUENCE] = { "outgoing_sequence",
	    "SELECT next_seq FROM exchange_sequence WHERE bank = ? AND direction = 'out'" },
	[SEQUENCE_MAKE] = { "outgoing_sequence_make",
	    "INSERT INTO exchange_sequence (bank, direction, next_seq) VALUES (?, 'out', 2)" },
	[SEQUENCE_STEP] = { "outgoing_sequence_step",
	    "UPDATE exchange_sequence SET next_seq = next_seq + 1 "
	    "WHERE bank = ? AND direction = 'out' AND next_seq = ?" },
	[MARK] = { "outgoing_mark",
	    "INSERT INTO exchange_message (msg_id, bank, direction, type, seq, business_date, "
	    "part, last_part, records, state, secret, envelope, content, created_at) "
	    "VALUES (?, ?, 'out', ?, ?, ?, ?, ?, ?, 'MARKED', ?, ?, ?, ?)" },
	[MARKED] = { "outgoing_marked",
	    "SELECT msg_id, type, seq, business_date, part, last_part, records, secret, "
	    "envelope, content, created_at FROM exchange_message "
	    "WHERE bank = ? AND direction = 'out' AND state = 'MARKED' ORDER BY seq LIMIT 1" },
};

NEOERR *
outgoing_prepare(struct outgoing *out)
{
	struct envelope *envelope = out->desk->envelope;
	NEOERR *err;

	out->now = clock_now();
	bytes_release(&out->envelope);
	if ((err = seal_random(out->secret, sizeof(out->secret))) == STATUS_OK)
		err = envelope_seal(
		    envelope, out->secret, envelope_profile(envelope)->key_len, &out->envelope);
	return nerr_pass(err);
}

NEOERR *
outgoing_number(struct outgoing *out, struct db *db)
{
	struct message_header *header = &out->header;
	struct db_rows *rows = NULL;
	bool more;
	NEOERR *err;

	err = db_select(db, &sql[SEQUENCE], DB_WITH(db_text(out->desk->bank)), &rows);
	if (err == STATUS_OK)
		err = db_next(rows, &more);
	if (err == STATUS_OK) {
		header->seq = more ? db_get_int(rows, 0) : 1;
		snprintf(header->from, sizeof(header->from), "%s", MESSAGE_BUREAU);
		snprintf(header->to, sizeof(header->to), "%s", out->desk->bank);
		clock_iso(out->now, header->created);
		message_identify(header);
	}
	db_rows_free(&rows);
	return nerr_pass(err);
}

static NEOERR *
step_sequence(const struct outgoing *out, struct db *db)
{
	int64_t affected = 0;
	NEOERR *err;

	if (out->header.seq == 1)
		err = db_run(
		    db, &sql[SEQUENCE_MAKE], DB_WITH(db_text(out->desk->bank)), &affected);
	else
		err = db_run(db, &sql[SEQUENCE_STEP],
		    DB_WITH(db_text(out->desk->bank), db_int(out->header.seq)), &affected);
	if (nerr_handle(&err, FAIL_DUPLICATE) || (err == STATUS_OK && affected != 1))
		err = nerr_raise(FAIL_RETRY, "another message took the number");
	return nerr_pass(err);
}

NEOERR *
outgoing_mark(struct outgoing *out, struct db *db)
{
	const struct message_header *header = &out->header;
	struct bytes sealed = BYTES_INIT;
	char detail[40];
	NEOERR *err;

	if ((err = step_sequence(out, db)) ||
	    (err = seal_close(out->desk->exchange->seal, "exchange_message.secret", header->id,
		 strlen(header->id), out->secret, sizeof(out->secret), &sealed)))
		return nerr_pass(err);
	err = db_run(db, &sql[MARK],
	    DB_WITH(db_text(header->id), db_text(out->desk->bank), db_text(header->type),
		db_int(header->seq), db_text(header->business_date), db_int(header->part),
		db_int(header->last), db_int(header->records),
		db_bytes(sealed.data, sealed.len),
		db_bytes(out->envelope.data, out->envelope.len),
		out->content.data ? db_bytes(out->content.data, out->content.len) : db_null(),
		db_int(out->now)),
	    NULL);
	bytes_release(&sealed);
	snprintf(detail, sizeof(detail), "records=%lld", (long long)header->records);
	if (err == STATUS_OK)
		err = audit_write(db, "export", "sbk", header->id, detail);
	if (err == STATUS_OK)
		err = lease_renew(&out->desk->lease, db);
	return nerr_pass(err);
}

static NEOERR *
copy(struct bytes *to, const struct db_rows *rows, unsigned column)
{
	size_t len;
	const void *data = db_get_bytes(rows, column, &len);

	if (db_is_null(rows, column))
		return STATUS_OK;
	to->data = malloc(len + 1);
	if (to->data == NULL)
		return nerr_raise(NERR_NOMEM, "outgoing");
	memcpy(to->data, data, len);
	to->data[len] = '\0';
	to->len = len;
	return STATUS_OK;
}

static NEOERR *
open_secret(struct outgoing *out, const struct db_rows *rows, unsigned column)
{
	const char *id = out->header.id;
	struct bytes secret = BYTES_INIT;
	size_t len;
	const void *data = db_get_bytes(rows, column, &len);
	NEOERR *err;

	err = seal_open(out->desk->exchange->seal, "exchange_message.secret", id, strlen(id),
	    data, len, &secret);
	if (err == STATUS_OK && secret.len != sizeof(out->secret))
		err = nerr_raise(FAIL_CRYPTO, "%s: secret of %zu bytes", id, secret.len);
	if (err == STATUS_OK)
		memcpy(out->secret, secret.data, sizeof(out->secret));
	bytes_release(&secret);
	return nerr_pass(err);
}

NEOERR *
outgoing_load(struct outgoing *out, bool *found)
{
	struct message_header *header = &out->header;
	struct db_rows *rows = NULL;
	NEOERR *err;

	err = db_select(
	    out->desk->exchange->db, &sql[MARKED], DB_WITH(db_text(out->desk->bank)), &rows);
	if (err == STATUS_OK)
		err = db_next(rows, found);
	if (err != STATUS_OK || !*found)
		goto out;
	out->now = db_get_int(rows, 10);
	*header = (struct message_header) { .from = MESSAGE_BUREAU,
		.seq = db_get_int(rows, 2),
		.part = db_get_int(rows, 4),
		.last = db_get_int(rows, 5) != 0,
		.records = db_get_int(rows, 6) };
	snprintf(header->id, sizeof(header->id), "%s", db_get_text(rows, 0));
	snprintf(header->type, sizeof(header->type), "%s", db_get_text(rows, 1));
	snprintf(header->to, sizeof(header->to), "%s", out->desk->bank);
	snprintf(
	    header->business_date, sizeof(header->business_date), "%s", db_get_text(rows, 3));
	clock_iso(out->now, header->created);
	if ((err = open_secret(out, rows, 7)) == STATUS_OK &&
	    (err = copy(&out->envelope, rows, 8)) == STATUS_OK)
		err = copy(&out->content, rows, 9);
out:
	db_rows_free(&rows);
	return nerr_pass(err);
}

void
outgoing_release(struct outgoing *out)
{
	OPENSSL_cleanse(out->secret, sizeof(out->secret));
	bytes_release(&out->envelope);
	bytes_release(&out->content);
}
