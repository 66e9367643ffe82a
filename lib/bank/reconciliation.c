#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "bank/incoming.h"
#include "bank/marking.h"
#include "bank/reconciliation.h"

enum { FORGET, KEEP, NEWEST, ORDERS, STRANGE, RECORDS };

/* clang-format off */
static const struct db_sql sql[] = {
	[FORGET] = { "reconciliation_forget",
	    "DELETE FROM reconciliation WHERE bank = ? AND msg_id <> ?" },
	[KEEP] = { "reconciliation_keep",
	    "REPLACE INTO reconciliation (bank, order_id, msg_id, sent, accepted, rejected, "
	    "in_production, produced, delivered, collected) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },
	[NEWEST] = { "reconciliation_newest",
	    "SELECT msg_id, created_at FROM exchange_message WHERE bank = ? AND direction = 'in' "
	    "AND type = 'ReconciliationReport' AND state = 'APPLIED' ORDER BY seq DESC LIMIT 1" },
	[ORDERS] = { "reconciliation_orders",
	    "SELECT m.msg_id, r.msg_id, r.sent, r.accepted, r.rejected, r.in_production, "
	    "r.produced, r.delivered, r.collected FROM exchange_message m "
	    "LEFT JOIN reconciliation r ON r.bank = m.bank AND r.order_id = m.msg_id "
	    "WHERE m.bank = ? AND m.direction = 'out' AND m.type = '" MARKING_TYPE "' "
	    "AND m.state = 'ACCEPTED' AND m.created_at < ? AND m.records > 0 "
	    "AND (m.settled = 0 OR r.msg_id IS NOT NULL) ORDER BY m.seq" },
	[STRANGE] = { "reconciliation_strange",
	    "SELECT r.order_id, r.msg_id, r.sent, r.accepted, r.rejected, r.in_production, "
	    "r.produced, r.delivered, r.collected FROM reconciliation r "
	    "LEFT JOIN exchange_message m ON m.msg_id = r.order_id AND m.bank = r.bank "
	    "AND m.direction = 'out' WHERE r.bank = ? AND m.msg_id IS NULL ORDER BY r.order_id" },
	[RECORDS] = { "reconciliation_records",
	    "SELECT o.n, o.application, o.attempt, COALESCE(SUBSTRING_INDEX(GROUP_CONCAT(i.status "
	    "ORDER BY m.seq DESC), ',', 1), '') FROM " FIGURES_REPORTED " GROUP BY o.n, o.application, "
	    "o.attempt ORDER BY o.n" },
};
/* clang-format on */

/* ---- the bank's figures, as they come ---- */

static NEOERR *
keep_one(struct db *db, const struct incoming *incoming, const struct message_record *record)
{
	return nerr_pass(db_run(db, &sql[KEEP],
	    DB_WITH(db_text(incoming->desk->bank), db_text(record->id),
		db_text(incoming->header.id), db_int(record->figures[SENT]),
		db_int(record->figures[ACCEPTED]), db_int(record->figures[REJECTED]),
		db_int(record->figures[IN_PRODUCTION]), db_int(record->figures[PRODUCED]),
		db_int(record->figures[DELIVERED]), db_int(record->figures[COLLECTED])),
	    NULL));
}

struct batch {
	struct incoming *incoming;
	const struct message_record *records;
	size_t count;
};

static NEOERR *
keep_batch(struct db *db, void *context)
{
	const struct batch *b = context;
	NEOERR *err = STATUS_OK;

	for (size_t i = 0; err == STATUS_OK && i < b->count; i++)
		err = keep_one(db, b->incoming, &b->records[i]);
	if (err == STATUS_OK && b->count > 0)
		err = incoming_progress(b->incoming, db, b->records[b->count - 1].n);
	return nerr_pass(err);
}

/* What the report does not name any more is done: the bank's older figures of it go. */
static NEOERR *
conclude(struct db *db, void *context)
{
	struct incoming *incoming = context;
	NEOERR *err;

	err = db_run(db, &sql[FORGET],
	    DB_WITH(db_text(incoming->desk->bank), db_text(incoming->header.id)), NULL);
	if (err == STATUS_OK)
		err = incoming_done(incoming, db);
	return nerr_pass(err);
}

static NEOERR *
keep_all(struct incoming *incoming, struct parcel_walk *walk, struct message_record *room)
{
	struct exchange *exchange = incoming->desk->exchange;
	struct batch batch = { .incoming = incoming, .records = room };
	bool more = true;
	NEOERR *err = STATUS_OK;

	do {
		batch.count = 0;
		while (batch.count < (size_t)exchange->batch_records &&
		       (err = parcel_walk_next(walk, &more)) == STATUS_OK && more)
			room[batch.count++] = *reader_record(walk->reader);
		if (err == STATUS_OK)
			err = db_transact(exchange->db, keep_batch, &batch);
	} while (err == STATUS_OK && more);
	return nerr_pass(err);
}

NEOERR *
reconciliation_apply(struct incoming *incoming)
{
	struct exchange *exchange = incoming->desk->exchange;
	struct message_record *room = calloc((size_t)exchange->batch_records, sizeof(*room));
	struct fault fault = { .code = "" };
	struct parcel_walk walk;
	NEOERR *err;

	if (room == NULL)
		return nerr_raise(NERR_NOMEM, "reconciliation");
	err = parcel_walk_init(
	    &walk, incoming->parcel, incoming->desk->envelope, exchange->schemas, &fault);
	if (err != STATUS_OK)
		goto out;
	err = keep_all(incoming, &walk, room);
	if (err == STATUS_OK && fault_is(&fault))
		err = nerr_raise(
		    NERR_ASSERT, "%s: %s in the second pass", incoming->header.id, fault.code);
	parcel_walk_release(&walk);
	if (err == STATUS_OK)
		err = db_transact(exchange->db, conclude, incoming);
out:
	free(room);
	return nerr_pass(err);
}

/* ---- comparing ---- */

struct comparison {
	struct exchange *exchange;
	const char *bank;
	const struct reconciliation_sink *sink;
};

static NEOERR *
tell_records(const struct comparison *c, const char *order)
{
	struct db_rows *rows = NULL;
	bool more = true;
	NEOERR *err;

	err = db_select(c->exchange->db, &sql[RECORDS], DB_WITH(db_text(order)), &rows);
	while (err == STATUS_OK && (err = db_next(rows, &more)) == STATUS_OK && more)
		err = c->sink->record(&(struct difference_record) { .n = db_get_int(rows, 0),
					  .application = db_get_text(rows, 1),
					  .attempt = db_get_int(rows, 2),
					  .status = db_get_text(rows, 3) },
		    c->sink->context);
	db_rows_free(&rows);
	return nerr_pass(err);
}

/* A row of ORDERS. */
static NEOERR *
compare_order(const struct comparison *c, const struct db_rows *rows)
{
	int64_t ours[FIGURES], theirs[FIGURES];
	struct difference d = { .bank = c->bank,
		.order = db_get_text(rows, 0),
		.report = db_get_text(rows, 1),
		.ours = ours,
		.theirs = theirs };
	int64_t open;
	NEOERR *err;

	for (unsigned i = 0; d.report && i < FIGURES; i++)
		theirs[i] = db_get_int(rows, 2 + i);
	if ((err = figures_of(c->exchange->db, d.order, ours, &open)))
		return nerr_pass(err);
	if (d.report ? memcmp(ours, theirs, sizeof(ours)) == 0 : open == 0)
		return STATUS_OK;
	if ((err = c->sink->difference(&d, c->sink->context)))
		return nerr_pass(err);
	return nerr_pass(tell_records(c, d.order));
}

static NEOERR *
compare_orders(const struct comparison *c, int64_t reported)
{
	struct db_rows *rows = NULL;
	bool more = true;
	NEOERR *err;

	err = db_select(
	    c->exchange->db, &sql[ORDERS], DB_WITH(db_text(c->bank), db_int(reported)), &rows);
	while (err == STATUS_OK && (err = db_next(rows, &more)) == STATUS_OK && more)
		err = compare_order(c, rows);
	db_rows_free(&rows);
	return nerr_pass(err);
}

static NEOERR *
tell_strange(const struct comparison *c)
{
	struct db_rows *rows = NULL;
	int64_t theirs[FIGURES];
	bool more = true;
	NEOERR *err;

	err = db_select(c->exchange->db, &sql[STRANGE], DB_WITH(db_text(c->bank)), &rows);
	while (err == STATUS_OK && (err = db_next(rows, &more)) == STATUS_OK && more) {
		for (unsigned i = 0; i < FIGURES; i++)
			theirs[i] = db_get_int(rows, 2 + i);
		err = c->sink->difference(&(struct difference) { .bank = c->bank,
					      .order = db_get_text(rows, 0),
					      .report = db_get_text(rows, 1),
					      .theirs = theirs },
		    c->sink->context);
	}
	db_rows_free(&rows);
	return nerr_pass(err);
}

NEOERR *
reconciliation_compare(
    struct exchange *exchange, const char *bank, const struct reconciliation_sink *sink)
{
	const struct comparison c = { exchange, bank, sink };
	struct db_rows *rows = NULL;
	int64_t reported = 0;
	bool found;
	NEOERR *err;

	err = db_select(exchange->db, &sql[NEWEST], DB_WITH(db_text(bank)), &rows);
	if (err == STATUS_OK && (err = db_next(rows, &found)) == STATUS_OK && found)
		reported = db_get_int(rows, 1);
	db_rows_free(&rows);
	if (err != STATUS_OK || reported == 0)
		return nerr_pass(err);
	if ((err = compare_orders(&c, reported)))
		return nerr_pass(err);
	return nerr_pass(tell_strange(&c));
}
