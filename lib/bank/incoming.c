#include <stdio.h>

#include "base/audit.h"
#include "base/clock.h"
#include "base/fail.h"
#include "bank/incoming.h"

enum { PROGRESS, DONE, SUSPEND };

static const struct db_sql sql[] = {
	[PROGRESS] = { "incoming_progress",
	    "UPDATE exchange_message SET applied = ? WHERE msg_id = ? AND state = 'APPLYING'" },
	[DONE] = { "incoming_done", "UPDATE exchange_message SET state = 'APPLIED' WHERE "
				    "msg_id = ? AND state = 'APPLYING'" },
	[SUSPEND] = { "incoming_suspend",
	    "INSERT INTO exchange_suspense (msg_id, n, application, reason, noted_at) "
	    "VALUES (?, ?, ?, ?, ?)" },
};

NEOERR *
incoming_progress(struct incoming *incoming, struct db *db, int64_t applied)
{
	NEOERR *err;

	err = db_run(
	    db, &sql[PROGRESS], DB_WITH(db_int(applied), db_text(incoming->header.id)), NULL);
	if (err == STATUS_OK)
		err = lease_renew(&incoming->desk->lease, db);
	return nerr_pass(err);
}

NEOERR *
incoming_done(struct incoming *incoming, struct db *db)
{
	char detail[64];
	NEOERR *err;

	snprintf(detail, sizeof(detail), "%s records=%lld", incoming->header.type,
	    (long long)incoming->header.records);
	err = db_run(db, &sql[DONE], DB_WITH(db_text(incoming->header.id)), NULL);
	if (err == STATUS_OK)
		err = audit_write(db, "import", "sbk", incoming->header.id, detail);
	if (err == STATUS_OK)
		err = lease_renew(&incoming->desk->lease, db);
	return nerr_pass(err);
}

NEOERR *
incoming_suspend(
    struct incoming *incoming, struct db *db, int64_t n, const char *what, const char *reason)
{
	return nerr_pass(db_run(db, &sql[SUSPEND],
	    DB_WITH(db_text(incoming->header.id), db_int(n), db_text(what), db_text(reason),
		db_int(clock_now())),
	    NULL));
}
