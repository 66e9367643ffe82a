/*
 * report.c - applies a ProductionStatusReport, entry by entry; each is kept with what became of it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "apply/application.h"
#include "apply/news.h"
#include "base/clock.h"
#include "base/fail.h"
#include "bank/incoming.h"

enum { LOOK, KEEP, COUNT };

static const struct db_sql sql[] = {
	[LOOK] = { "report_look",
	    "SELECT a.bank, a.state, a.attempt, r.attempt, EXISTS (SELECT 1 FROM "
	    "exchange_record e "
	    "WHERE e.application = a.no AND e.msg_id = ?) FROM application a "
	    "LEFT JOIN exchange_record r ON r.application = a.no AND r.msg_id = ? "
	    "WHERE a.no = ? ORDER BY r.n LIMIT 1" },
	[KEEP] = { "report_keep",
	    "INSERT INTO exchange_record (msg_id, n, application, attempt, direction, status, "
	    "reason, outcome) VALUES (?, ?, ?, ?, 'in', ?, ?, ?)" },
	[COUNT] = { "report_count",
	    "SELECT outcome, COUNT(*) FROM exchange_record WHERE msg_id = ? GROUP BY outcome "
	    "ORDER BY outcome" },
};

struct batch {
	struct incoming *incoming;
	struct message_record *records;
	size_t count;
};

/* What the database knows when an entry is weighed. */
struct standing {
	bool known, ours, ordered, again;
	char state[17];
	int64_t attempt, ordered_attempt;
};

/* Beijing time to UTC seconds; the schema has seen to its form. Never later than now. */
static int64_t
moment(const char *text)
{
	struct tm tm = { .tm_isdst = 0 };
	int64_t at, now = clock_now();

	sscanf(text, "%d-%d-%dT%d:%d:%d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &tm.tm_hour,
	    &tm.tm_min, &tm.tm_sec);
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	at = (int64_t)timegm(&tm) - INT64_C(8) * 3600;
	return at < now ? at : now;
}

static NEOERR *
look(struct db *db, const struct incoming *incoming, const char *no, struct standing *standing)
{
	struct db_rows *rows = NULL;
	NEOERR *err;

	*standing = (struct standing) { .known = false };
	err = db_select(db, &sql[LOOK],
	    DB_WITH(
		db_text(incoming->header.id), db_text(incoming->header.original), db_text(no)),
	    &rows);
	if (err == STATUS_OK)
		err = db_next(rows, &standing->known);
	if (err == STATUS_OK && standing->known) {
		standing->ours = strcmp(db_get_text(rows, 0), incoming->desk->bank) == 0;
		snprintf(standing->state, sizeof(standing->state), "%s", db_get_text(rows, 1));
		standing->attempt = db_get_int(rows, 2);
		standing->ordered = !db_is_null(rows, 3);
		standing->ordered_attempt = db_get_int(rows, 3);
		standing->again = db_get_int(rows, 4) != 0;
	}
	db_rows_free(&rows);
	return nerr_pass(err);
}

/* NULL: nothing speaks against the move. */
static const char *
objection(const struct standing *s, const struct message_record *record, const char **suspense)
{
	*suspense = !s->known                               ? "unknown"
		    : !s->ours                              ? "other_bank"
		    : !s->ordered                           ? "other_order"
		    : record->attempt != s->ordered_attempt ? "other_attempt"
							    : NULL;
	if (*suspense)
		return "SUSPENDED";
	if (s->again)
		return "REPEATED";
	if (s->ordered_attempt < s->attempt)
		return "LATE";
	if (strcmp(s->state, record->status) == 0)
		return "REPEATED";
	if (application_may_move(s->state, record->status))
		return NULL;
	return application_may_move(record->status, s->state) ? "LATE" : "REFUSED";
}

static NEOERR *
apply_entry(struct db *db, struct incoming *incoming, const struct message_record *record)
{
	const char *reason = record->reason[0] ? record->reason : NULL;
	const char *tracking = record->tracking[0] ? record->tracking : NULL;
	const char *outcome, *suspense = NULL;
	struct standing standing;
	bool moved = false;
	NEOERR *err;

	err = look(db, incoming, record->id, &standing);
	if (err != STATUS_OK)
		return nerr_pass(err);
	outcome = objection(&standing, record, &suspense);
	if (outcome == NULL) {
		err = application_move(db, record->id, record->status, moment(record->time),
		    incoming->header.id, reason, tracking, &moved);
		if (err == STATUS_OK && !moved)
			err = nerr_raise(FAIL_RETRY, "the application moved meanwhile");
		if (err == STATUS_OK)
			err = news_put(
			    db, incoming->desk->exchange->seal, record->id, record->status);
		outcome = "APPLIED";
	}
	if (err == STATUS_OK && suspense)
		err = incoming_suspend(incoming, db, record->n, record->id, suspense);
	if (err != STATUS_OK)
		return nerr_pass(err);
	return nerr_pass(db_run(db, &sql[KEEP],
	    DB_WITH(db_text(incoming->header.id), db_int(record->n), db_text(record->id),
		db_int(record->attempt), db_text(record->status), db_text(reason),
		db_text(outcome)),
	    NULL));
}

static NEOERR *
apply_batch(struct db *db, void *context)
{
	struct batch *batch = context;
	NEOERR *err = STATUS_OK;

	for (size_t i = 0; err == STATUS_OK && i < batch->count; i++)
		err = apply_entry(db, batch->incoming, &batch->records[i]);
	if (err == STATUS_OK)
		err =
		    incoming_progress(batch->incoming, db, batch->records[batch->count - 1].n);
	return nerr_pass(err);
}

static NEOERR *
finish_batch(struct batch *batch)
{
	struct incoming *incoming = batch->incoming;
	struct exchange *exchange = incoming->desk->exchange;
	int64_t before = incoming->applied;
	NEOERR *err;

	if (batch->count == 0)
		return STATUS_OK;
	err = db_transact(exchange->db, apply_batch, batch);
	if (err != STATUS_OK)
		return nerr_pass(err);
	incoming->applied = batch->records[batch->count - 1].n;
	batch->count = 0;
	if (incoming->applied / 5000 != before / 5000)
		exchange_tell(exchange, "info", "report_applying", incoming->desk->bank,
		    incoming->header.id, NULL, incoming->applied);
	return STATUS_OK;
}

static NEOERR *
apply_records(struct batch *batch, struct parcel_walk *walk)
{
	struct incoming *incoming = batch->incoming;
	size_t room = (size_t)incoming->desk->exchange->batch_records;
	bool more;
	NEOERR *err;

	while ((err = parcel_walk_next(walk, &more)) == STATUS_OK && more) {
		if (reader_record(walk->reader)->n <= incoming->applied)
			continue;
		batch->records[batch->count++] = *reader_record(walk->reader);
		if (batch->count == room && (err = finish_batch(batch)))
			break;
	}
	if (err == STATUS_OK)
		err = finish_batch(batch);
	return nerr_pass(err);
}

static NEOERR *
conclude(struct db *db, void *context)
{
	return nerr_pass(incoming_done(context, db));
}

static NEOERR *
tell_outcomes(struct incoming *incoming)
{
	/* clang-format off */
	static const struct {
		const char *outcome, *level, *event;
	} lines[] = {
		{ "APPLIED",   "info",  "report_applied" },
		{ "REPEATED",  "info",  "report_repeated" },
		{ "LATE",      "warn",  "report_late" },
		{ "REFUSED",   "error", "report_refused" },
		{ "SUSPENDED", "error", "report_suspended" },
	};
	/* clang-format on */
	struct exchange *exchange = incoming->desk->exchange;
	struct db_rows *rows = NULL;
	bool more;
	NEOERR *err;

	err =
	    db_select(exchange->db, &sql[COUNT], DB_WITH(db_text(incoming->header.id)), &rows);
	while (err == STATUS_OK && (err = db_next(rows, &more)) == STATUS_OK && more)
		for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
			if (strcmp(lines[i].outcome, db_get_text(rows, 0)) == 0)
				exchange_tell(exchange, lines[i].level, lines[i].event,
				    incoming->desk->bank, incoming->header.id, NULL,
				    db_get_int(rows, 1));
	db_rows_free(&rows);
	return nerr_pass(err);
}

NEOERR *
report_apply(struct incoming *incoming)
{
	struct exchange *exchange = incoming->desk->exchange;
	struct fault fault = { .code = "" };
	struct batch batch = { .incoming = incoming };
	struct parcel_walk walk;
	NEOERR *err;

	err = parcel_walk_init(
	    &walk, incoming->parcel, incoming->desk->envelope, exchange->schemas, &fault);
	if (err != STATUS_OK)
		return nerr_pass(err);
	batch.records = calloc((size_t)exchange->batch_records, sizeof(*batch.records));
	if (batch.records == NULL)
		err = nerr_raise(NERR_NOMEM, "report");
	else
		err = apply_records(&batch, &walk);
	if (err == STATUS_OK && fault_is(&fault))
		err = nerr_raise(
		    NERR_ASSERT, "%s: %s in the second pass", incoming->header.id, fault.code);
	parcel_walk_release(&walk);
	free(batch.records);
	if (err == STATUS_OK)
		err = db_transact(exchange->db, conclude, incoming);
	if (err == STATUS_OK)
		err = tell_outcomes(incoming);
	return nerr_pass(err);
}
