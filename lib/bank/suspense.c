#include <stdio.h>

#include "base/audit.h"
#include "base/clock.h"
#include "base/fail.h"
#include "bank/suspense.h"

enum { LIST, RESOLVE };

static const struct db_sql sql[] = {
	[LIST] = { "suspense_list",
	    "SELECT s.msg_id, s.n, s.application, s.reason, s.noted_at "
	    "FROM exchange_suspense s JOIN exchange_message m USING (msg_id) "
	    "WHERE s.resolved_at IS NULL AND (? IS NULL OR m.bank = ?) "
	    "ORDER BY s.noted_at, s.msg_id, s.n LIMIT ?" },
	[RESOLVE] = { "suspense_resolve",
	    "UPDATE exchange_suspense SET resolved_at = ?, resolved_by = ?, "
	    "resolved_why = ? WHERE msg_id = ? AND n = ? AND resolved_at IS NULL" },
};

NEOERR *
suspense_list(struct db *db, const char *bank, int64_t max,
    NEOERR *(*see)(const struct suspense *suspense, void *context), void *context)
{
	struct db_rows *rows = NULL;
	bool more = true;
	NEOERR *err;

	err = db_select(
	    db, &sql[LIST], DB_WITH(db_text(bank), db_text(bank), db_int(max)), &rows);
	while (err == STATUS_OK && (err = db_next(rows, &more)) == STATUS_OK && more) {
		struct suspense s = { .n = db_get_int(rows, 1),
			.noted_at = db_get_int(rows, 4) };

		snprintf(s.msg_id, sizeof(s.msg_id), "%s", db_get_text(rows, 0));
		snprintf(s.application, sizeof(s.application), "%s", db_get_text(rows, 2));
		snprintf(s.reason, sizeof(s.reason), "%s", db_get_text(rows, 3));
		err = see(&s, context);
	}
	db_rows_free(&rows);
	return nerr_pass(err);
}

struct resolution {
	const char *msg_id, *by, *why;
	int64_t n;
	bool done;
};

static NEOERR *
work(struct db *db, void *context)
{
	struct resolution *r = context;
	char detail[32];
	int64_t settled = 0;
	NEOERR *err;

	err = db_run(db, &sql[RESOLVE],
	    DB_WITH(db_int(clock_now()), db_text(r->by), db_text(r->why), db_text(r->msg_id),
		db_int(r->n)),
	    &settled);
	r->done = settled == 1;
	snprintf(detail, sizeof(detail), "record=%lld", (long long)r->n);
	if (err == STATUS_OK && r->done)
		err = audit_write(db, "suspense_resolved", r->by, r->msg_id, detail);
	return nerr_pass(err);
}

NEOERR *
suspense_resolve(
    struct db *db, const char *msg_id, int64_t n, const char *by, const char *why, bool *done)
{
	struct resolution r = { .msg_id = msg_id, .by = by, .why = why, .n = n };
	NEOERR *err = db_transact(db, work, &r);

	*done = r.done;
	return nerr_pass(err);
}
