#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply/sealed.h"
#include "base/fail.h"
#include "bank/marking.h"
#include "bank/order.h"

enum { NEWEST, PART, WAITING, ANY_WAITING, MARK_RECORDS };

static const struct db_sql sql[] = {
	[NEWEST] = { "order_newest",
	    "SELECT business_date, part, last_part FROM exchange_message WHERE bank = ? "
	    "AND direction = 'out' AND type = '" MARKING_TYPE "' ORDER BY seq DESC LIMIT 1" },
	[PART] = { "order_part",
	    "SELECT COALESCE(MAX(part), 0) FROM exchange_message WHERE bank = ? "
	    "AND direction = 'out' AND type = '" MARKING_TYPE "' AND business_date = ?" },
	[WAITING] = { "order_waiting",
	    "SELECT a.no, a.attempt, a.body, p.id FROM application a "
	    "LEFT JOIN photo p ON p.id = a.portrait WHERE a.bank = ? "
	    "AND a.state = 'SUBMITTED' AND a.no > ? ORDER BY a.no LIMIT ?" },
	[ANY_WAITING] = { "order_any_waiting", "SELECT 1 FROM application WHERE bank = ? AND "
					       "state = 'SUBMITTED' AND no > ? LIMIT 1" },
	[MARK_RECORDS] = { "order_mark_records",
	    "INSERT INTO exchange_record (msg_id, n, application, attempt, direction, status) "
	    "SELECT ?, ? + j.i, a.no, a.attempt, 'out', 'SENT' "
	    "FROM JSON_TABLE(?, '$[*]' COLUMNS (i FOR ORDINALITY, no VARCHAR(20) PATH '$')) j "
	    "STRAIGHT_JOIN application a ON a.no = j.no" },
};

/* A business date whose last part is missing comes first: the run that began it was cut off. */
static NEOERR *
choose_part(struct db *db, struct marking *m, bool *must)
{
	struct message_header *header = &m->out.header;
	struct db_rows *rows = NULL;
	bool more;
	NEOERR *err;

	snprintf(header->business_date, sizeof(header->business_date), "%s", m->date);
	err = db_select(db, &sql[NEWEST], DB_WITH(db_text(m->out.desk->bank)), &rows);
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
	err = db_select(
	    db, &sql[PART], DB_WITH(db_text(m->out.desk->bank), db_text(m->date)), &rows);
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

struct candidates {
	json_t *names, *answers;      /* what the records borrow */
	struct order_record *records; /* photo is NULL when there is none */
	size_t count;
};

static NEOERR *
add_candidate(struct marking *m, const struct db_rows *rows, struct candidates *c)
{
	const char *no = db_get_text(rows, 0);
	struct order_record *record = &c->records[c->count];
	json_t *answers = NULL;
	size_t len;
	const void *sealed = db_get_bytes(rows, 2, &len);
	NEOERR *err;

	err = sealed_open(m->out.desk->exchange->seal, "application.body", no, strlen(no),
	    sealed, len, &answers);
	if (err != STATUS_OK)
		return nerr_pass(err);
	if (json_array_append_new(c->answers, answers) != 0 ||
	    json_array_append_new(c->names, json_string(no)) != 0)
		return nerr_raise(NERR_NOMEM, "marking");
	*record =
	    (struct order_record) { .no = json_string_value(json_array_get(c->names, c->count)),
		    .attempt = db_get_int(rows, 1),
		    .answers = answers,
		    .photo = db_is_null(rows, 3) ? NULL : "" };
	c->count++;
	return STATUS_OK;
}

static void
leave(struct marking *m, const char *no, const struct fault *fault)
{
	if (m->left_count++ >= MARKING_LEFT_MAX)
		return;
	snprintf(m->left[m->left_count - 1].no, APPLICATION_NO_LEN, "%s", no);
	m->left[m->left_count - 1].fault = *fault;
}

/* Those that can stand in an order go into batch; the others are noted and stay behind. */
static NEOERR *
judge_records(
    struct marking *m, const struct order_record *records, size_t count, json_t *batch)
{
	struct fault fault = { .code = "" };
	NEOERR *err = STATUS_OK;

	for (size_t i = 0; i < count; i++)
		if (records[i].photo == NULL)
			fault_set(&fault, "D06", 0, "Photo");
	if (!fault_is(&fault))
		err = order_fits(m->out.desk->exchange->schemas, records, count, &fault);
	if (nerr_handle(&err, FAIL_TOO_LARGE))
		fault_set(&fault, "F12", 0, NULL);
	if (err != STATUS_OK)
		return nerr_pass(err);
	if (fault_is(&fault) && count == 1)
		leave(m, records->no, &fault);
	for (size_t i = 0; i < count && err == STATUS_OK; i++) {
		if (!fault_is(&fault)) {
			if (json_array_append_new(batch, json_string(records[i].no)) != 0)
				err = nerr_raise(NERR_NOMEM, "marking");
		} else if (count > 1)
			err = judge_records(m, &records[i], 1, batch);
	}
	return nerr_pass(err);
}

/* Of the next batch_max that wait, those that fit, into batch; *got how many there were. */
static NEOERR *
judge_batch(struct marking *m, int64_t batch_max, json_t *batch, int64_t *got)
{
	struct candidates c = { .names = json_array(),
		.answers = json_array(),
		.records = calloc((size_t)batch_max, sizeof(*c.records)) };
	struct db_rows *rows = NULL;
	bool more;
	NEOERR *err;

	if (c.names == NULL || c.answers == NULL || c.records == NULL) {
		err = nerr_raise(NERR_NOMEM, "marking");
		goto out;
	}
	err = db_select(m->out.desk->exchange->db, &sql[WAITING],
	    DB_WITH(db_text(m->out.desk->bank), db_text(m->after), db_int(batch_max)), &rows);
	while (err == STATUS_OK && (err = db_next(rows, &more)) == STATUS_OK && more)
		err = add_candidate(m, rows, &c);
	if (err == STATUS_OK && c.count > 0) {
		snprintf(m->after, sizeof(m->after), "%s", c.records[c.count - 1].no);
		err = judge_records(m, c.records, c.count, batch);
	}
	*got = (int64_t)c.count;
out:
	db_rows_free(&rows);
	json_decref(c.names);
	json_decref(c.answers);
	free(c.records);
	return nerr_pass(err);
}

/* As many as a file holds; *full: there may be more. */
static NEOERR *
judge(struct marking *m, bool *full)
{
	const struct exchange *exchange = m->out.desk->exchange;
	int64_t room = exchange->records_per_file, batch_max = 0, got = 0;
	NEOERR *err = STATUS_OK;

	m->left_count = 0;
	json_decref(m->fit);
	m->fit = json_array();
	while (err == STATUS_OK && room > 0 && got == batch_max) {
		json_t *batch = json_array();

		batch_max = room < exchange->batch_records ? room : exchange->batch_records;
		if (batch == NULL || json_array_append_new(m->fit, batch) != 0)
			return nerr_raise(NERR_NOMEM, "marking");
		err = judge_batch(m, batch_max, batch, &got);
		room -= (int64_t)json_array_size(batch);
		if (err == STATUS_OK)
			err = lease_keep(&m->out.desk->lease, exchange->db);
	}
	*full = room == 0;
	return nerr_pass(err);
}

/* What was withdrawn since it was judged is not moved, and so not in the file. */
static NEOERR *
mark_batch(struct db *db, struct marking *m, const json_t *batch)
{
	json_t *moved = NULL;
	char *text = NULL;
	int64_t expected, records = 0;
	NEOERR *err;

	if ((err = application_move_all(
		 db, batch, "SENT", m->out.now, m->out.header.id, &moved)))
		return nerr_pass(err);
	expected = (int64_t)json_array_size(moved);
	text = json_dumps(moved, JSON_COMPACT);
	json_decref(moved);
	if (text == NULL)
		return nerr_raise(NERR_NOMEM, "marking");
	err = db_run(db, &sql[MARK_RECORDS],
	    DB_WITH(db_text(m->out.header.id), db_int(m->out.header.records), db_text(text)),
	    &records);
	if (err == STATUS_OK && records != expected)
		err = nerr_raise(FAIL_RETRY, "%lld of %lld records", (long long)records,
		    (long long)expected);
	m->out.header.records += records;
	free(text);
	return nerr_pass(err);
}

static NEOERR *
mark_records(struct db *db, struct marking *m)
{
	const json_t *batch;
	size_t i;
	NEOERR *err = STATUS_OK;

	json_array_foreach(m->fit, i, batch)
	{
		if ((err = mark_batch(db, m, batch)))
			break;
	}
	return nerr_pass(err);
}

static NEOERR *
choose_last(struct db *db, struct marking *m)
{
	struct db_rows *rows = NULL;
	bool more;
	NEOERR *err;

	err = db_select(db, &sql[ANY_WAITING],
	    DB_WITH(db_text(m->out.desk->bank), db_text(m->after)), &rows);
	if (err == STATUS_OK)
		err = db_next(rows, &more);
	if (err == STATUS_OK)
		m->out.header.last = m->out.header.records == 0 || !more;
	db_rows_free(&rows);
	return nerr_pass(err);
}

static NEOERR *
mark(struct db *db, void *context)
{
	struct marking *m = context;
	bool must = false;
	NEOERR *err;

	m->out.header = (struct message_header) { .type = MARKING_TYPE };
	m->marked = false;
	if ((err = choose_part(db, m, &must)) || (err = outgoing_number(&m->out, db)) ||
	    (err = mark_records(db, m)))
		return nerr_pass(err);
	if (m->out.header.records == 0 && !must)
		return STATUS_OK;
	m->marked = true;
	if ((err = choose_last(db, m)))
		return nerr_pass(err);
	return nerr_pass(outgoing_mark(&m->out, db));
}

static void
tell_left(struct marking *m)
{
	struct exchange *exchange = m->out.desk->exchange;

	for (int64_t i = 0; i < m->left_count && i < MARKING_LEFT_MAX; i++)
		exchange_tell(exchange, "error", "application_unfit", m->out.desk->bank,
		    m->left[i].no, &m->left[i].fault, -1);
	if (m->left_count)
		exchange_tell(exchange, "error", "applications_left_behind", m->out.desk->bank,
		    NULL, NULL, m->left_count);
}

NEOERR *
marking_next(struct marking *m)
{
	bool full;
	NEOERR *err;

	if ((err = outgoing_prepare(&m->out)))
		return nerr_pass(err);
	/* Again when all that fitted have been withdrawn meanwhile: others may wait behind them. */
	do {
		if ((err = judge(m, &full)) ||
		    (err = db_transact(m->out.desk->exchange->db, mark, m)))
			return nerr_pass(err);
		tell_left(m);
	} while (!m->marked && full);
	return STATUS_OK;
}

void
marking_release(struct marking *m)
{
	outgoing_release(&m->out);
	json_decref(m->fit);
}
