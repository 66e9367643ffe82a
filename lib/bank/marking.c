#include <stdio.h>
#include <string.h>
#include <openssl/crypto.h>

#include "apply/sealed.h"
#include "base/audit.h"
#include "base/clock.h"
#include "base/fail.h"
#include "bank/marking.h"
#include "bank/order.h"

enum {
	NEWEST,
	PART,
	SEQUENCE,
	SEQUENCE_MAKE,
	SEQUENCE_STEP,
	WAITING,
	ANY_WAITING,
	MARK_RECORD,
	MARK_MESSAGE
};

static const struct db_sql sql[] = {
	[NEWEST] = { "order_newest",
	    "SELECT business_date, part, last_part FROM exchange_message WHERE bank = ? "
	    "AND direction = 'out' AND type = '" MARKING_TYPE "' ORDER BY seq DESC LIMIT 1" },
	[PART] = { "order_part",
	    "SELECT COALESCE(MAX(part), 0) FROM exchange_message WHERE bank = ? "
	    "AND direction = 'out' AND type = '" MARKING_TYPE "' AND business_date = ?" },
	[SEQUENCE] = { "order_sequence",
	    "SELECT next_seq FROM exchange_sequence WHERE bank = ? AND direction = 'out'" },
	[SEQUENCE_MAKE] = { "order_sequence_make",
	    "INSERT INTO exchange_sequence (bank, direction, next_seq) VALUES (?, 'out', 2)" },
	[SEQUENCE_STEP] = { "order_sequence_step",
	    "UPDATE exchange_sequence SET next_seq = next_seq + 1 "
	    "WHERE bank = ? AND direction = 'out' AND next_seq = ?" },
	[WAITING] = { "order_waiting",
	    "SELECT a.no, a.attempt, a.body, p.id FROM application a "
	    "LEFT JOIN photo p ON p.id = a.portrait WHERE a.bank = ? "
	    "AND a.state = 'SUBMITTED' AND a.no > ? ORDER BY a.no LIMIT ?" },
	[ANY_WAITING] = { "order_any_waiting", "SELECT 1 FROM application WHERE bank = ? AND "
					       "state = 'SUBMITTED' AND no > ? LIMIT 1" },
	[MARK_RECORD] = { "order_mark_record",
	    "INSERT INTO exchange_record (msg_id, n, application, attempt, direction, status) "
	    "VALUES (?, ?, ?, ?, 'out', 'SENT')" },
	[MARK_MESSAGE] = { "order_mark_message",
	    "INSERT INTO exchange_message (msg_id, bank, direction, type, seq, business_date, "
	    "part, last_part, records, state, secret, envelope, created_at) "
	    "VALUES (?, ?, 'out', '" MARKING_TYPE "', ?, ?, ?, ?, ?, 'MARKED', ?, ?, ?)" },
};

/* A business date whose last part is missing comes first: the run that began it was cut off. */
static NEOERR *
choose_part(struct db *db, struct marking *m, bool *must)
{
	struct message_header *header = &m->header;
	struct db_rows *rows = NULL;
	bool more;
	NEOERR *err;

	snprintf(header->business_date, sizeof(header->business_date), "%s", m->date);
	err = db_select(db, &sql[NEWEST], DB_WITH(db_text(m->desk->bank)), &rows);
	if (err == STATUS_OK)
		err = db_next(rows, &more);
	if (err != STATUS_OK)
		goto out;
	if (more && db_get_int(rows, 2) == 0) {
		snprintf(header->business_date, sizeof(header->business_date), "%s",
		    db_get_text(rows, 0));
		header->part = db_get_int(rows, 1) + 1;
		*must = true;
		goto out;
	}
	db_rows_free(&rows);
	err =
	    db_select(db, &sql[PART], DB_WITH(db_text(m->desk->bank), db_text(m->date)), &rows);
	if (err == STATUS_OK)
		err = db_next(rows, &more);
	if (err != STATUS_OK)
		goto out;
	header->part = db_get_int(rows, 0) + 1;
	*must = header->part == 1;
out:
	db_rows_free(&rows);
	return nerr_pass(err);
}

static NEOERR *
choose_seq(struct db *db, struct marking *m)
{
	struct db_rows *rows = NULL;
	bool more;
	NEOERR *err;

	err = db_select(db, &sql[SEQUENCE], DB_WITH(db_text(m->desk->bank)), &rows);
	if (err == STATUS_OK)
		err = db_next(rows, &more);
	if (err == STATUS_OK)
		m->header.seq = more ? db_get_int(rows, 0) : 1;
	db_rows_free(&rows);
	return nerr_pass(err);
}

static NEOERR *
step_seq(struct db *db, struct marking *m)
{
	int64_t affected = 0;
	NEOERR *err;

	if (m->header.seq == 1)
		err =
		    db_run(db, &sql[SEQUENCE_MAKE], DB_WITH(db_text(m->desk->bank)), &affected);
	else
		err = db_run(db, &sql[SEQUENCE_STEP],
		    DB_WITH(db_text(m->desk->bank), db_int(m->header.seq)), &affected);
	if (nerr_handle(&err, FAIL_DUPLICATE) || (err == STATUS_OK && affected != 1))
		err = nerr_raise(FAIL_RETRY, "another message took the number");
	return nerr_pass(err);
}

/* Whether the application can stand in an order; if not, it is noted and stays behind. */
static NEOERR *
fits(struct marking *m, const struct db_rows *rows, bool *fit)
{
	struct exchange *exchange = m->desk->exchange;
	struct order_record record = {
		.n = 1, .no = db_get_text(rows, 0), .attempt = db_get_int(rows, 1)
	};
	struct fault fault = { .code = "" };
	json_t *answers = NULL;
	size_t len;
	const void *sealed = db_get_bytes(rows, 2, &len);
	NEOERR *err;

	err = sealed_open(exchange->seal, "application.body", record.no, strlen(record.no),
	    sealed, len, &answers);
	if (err != STATUS_OK)
		return nerr_pass(err);
	record.answers = answers;
	if (db_is_null(rows, 3))
		fault_set(&fault, "D06", 0, "Photo");
	else
		err = order_fits(exchange->schemas, &record, &fault);
	json_decref(answers);
	if (nerr_handle(&err, FAIL_TOO_LARGE))
		fault_set(&fault, "F12", 0, NULL);
	if (err != STATUS_OK)
		return nerr_pass(err);
	*fit = !fault_is(&fault);
	if (!*fit && m->left_count++ < MARKING_LEFT_MAX) {
		memcpy(m->left[m->left_count - 1].no, m->last, sizeof(m->last));
		m->left[m->left_count - 1].fault = fault;
	}
	return STATUS_OK;
}

static NEOERR *
mark_record(struct db *db, struct marking *m, const struct db_rows *rows)
{
	bool fit = false, moved = false;
	NEOERR *err;

	snprintf(m->last, sizeof(m->last), "%s", db_get_text(rows, 0));
	err = fits(m, rows, &fit);
	if (err == STATUS_OK && fit)
		err = application_move(
		    db, m->last, "SENT", m->now, m->header.id, NULL, NULL, &moved);
	/* Not moved: withdrawn a moment ago. */
	if (err != STATUS_OK || !moved)
		return nerr_pass(err);
	m->header.records++;
	return nerr_pass(db_run(db, &sql[MARK_RECORD],
	    DB_WITH(db_text(m->header.id), db_int(m->header.records), db_text(m->last),
		db_int(db_get_int(rows, 1))),
	    NULL));
}

static NEOERR *
mark_records(struct db *db, struct marking *m)
{
	const struct exchange *exchange = m->desk->exchange;
	bool more = true;

	while (more && m->header.records < exchange->records_per_file) {
		struct db_rows *rows = NULL;
		int64_t room = exchange->records_per_file - m->header.records, got = 0;
		int64_t batch = room < exchange->batch_records ? room : exchange->batch_records;
		NEOERR *err;

		err = db_select(db, &sql[WAITING],
		    DB_WITH(db_text(m->desk->bank), db_text(m->last), db_int(batch)), &rows);
		while (err == STATUS_OK && (err = db_next(rows, &more)) == STATUS_OK && more) {
			err = mark_record(db, m, rows);
			got++;
		}
		db_rows_free(&rows);
		if (err != STATUS_OK)
			return nerr_pass(err);
		more = got == batch;
	}
	return STATUS_OK;
}

static NEOERR *
choose_last(struct db *db, struct marking *m)
{
	struct db_rows *rows = NULL;
	bool more;
	NEOERR *err;

	err = db_select(
	    db, &sql[ANY_WAITING], DB_WITH(db_text(m->desk->bank), db_text(m->last)), &rows);
	if (err == STATUS_OK)
		err = db_next(rows, &more);
	if (err == STATUS_OK)
		m->header.last = m->header.records == 0 || !more;
	db_rows_free(&rows);
	return nerr_pass(err);
}

static NEOERR *
mark_message(struct db *db, struct marking *m)
{
	const struct message_header *header = &m->header;
	struct bytes sealed = BYTES_INIT;
	char detail[40];
	NEOERR *err;

	snprintf(detail, sizeof(detail), "records=%lld", (long long)header->records);
	if ((err = seal_close(m->desk->exchange->seal, "exchange_message.secret", header->id,
		 strlen(header->id), m->secret, sizeof(m->secret), &sealed)))
		return nerr_pass(err);
	err = db_run(db, &sql[MARK_MESSAGE],
	    DB_WITH(db_text(header->id), db_text(m->desk->bank), db_int(header->seq),
		db_text(header->business_date), db_int(header->part), db_int(header->last),
		db_int(header->records), db_bytes(sealed.data, sealed.len),
		db_bytes(m->envelope.data, m->envelope.len), db_int(m->now)),
	    NULL);
	bytes_release(&sealed);
	if (err == STATUS_OK)
		err = audit_write(db, "export", "sbk", header->id, detail);
	return nerr_pass(err);
}

static NEOERR *
mark(struct db *db, void *context)
{
	struct marking *m = context;
	bool must = false;
	NEOERR *err;

	m->header = (struct message_header) { .type = MARKING_TYPE, .from = MESSAGE_BUREAU };
	snprintf(m->header.to, sizeof(m->header.to), "%s", m->desk->bank);
	memcpy(m->last, m->after, sizeof(m->last));
	m->marked = false;
	m->left_count = 0;
	if ((err = choose_part(db, m, &must)) || (err = choose_seq(db, m)))
		return nerr_pass(err);
	message_identify(&m->header);
	if ((err = mark_records(db, m)))
		return nerr_pass(err);
	if (m->header.records == 0 && !must)
		return STATUS_OK;
	m->marked = true;
	if ((err = choose_last(db, m)) || (err = step_seq(db, m)) ||
	    (err = mark_message(db, m)))
		return nerr_pass(err);
	return nerr_pass(lease_renew(&m->desk->lease, db));
}

static void
tell_left(struct marking *m)
{
	struct exchange *exchange = m->desk->exchange;

	for (int64_t i = 0; i < m->left_count && i < MARKING_LEFT_MAX; i++)
		exchange_tell(exchange, "error", "application_unfit", m->desk->bank,
		    m->left[i].no, &m->left[i].fault, -1);
	if (m->left_count)
		exchange_tell(exchange, "error", "applications_left_behind", m->desk->bank,
		    NULL, NULL, m->left_count);
}

NEOERR *
marking_next(struct marking *m)
{
	struct desk *desk = m->desk;
	NEOERR *err;

	m->now = clock_now();
	bytes_release(&m->envelope);
	if ((err = seal_random(m->secret, sizeof(m->secret))) ||
	    (err = envelope_of(desk->envelope)
		       ->seal(desk->envelope, m->secret, envelope_of(desk->envelope)->key_len,
			   &m->envelope)) ||
	    (err = db_transact(desk->exchange->db, mark, m)))
		return nerr_pass(err);
	memcpy(m->after, m->last, sizeof(m->after));
	tell_left(m);
	return STATUS_OK;
}

void
marking_release(struct marking *m)
{
	OPENSSL_cleanse(m->secret, sizeof(m->secret));
	bytes_release(&m->envelope);
}
