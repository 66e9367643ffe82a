#include <stdlib.h>

#include "base/clock.h"
#include "bank/snapshot.h"

enum { KEEP, EACH };

static const struct db_sql sql[] = {
	[KEEP] = { "snapshot_keep",
	    "REPLACE INTO snapshot (bank, kind, at, body) VALUES (?, ?, ?, ?)" },
	[EACH] = { "snapshot_each",
	    "SELECT b.code, s.at, s.body FROM bank b LEFT JOIN snapshot s "
	    "ON s.bank = b.code AND s.kind = ? WHERE b.code = ? OR "
	    "(? IS NULL AND (b.open = 1 OR s.at IS NOT NULL)) ORDER BY b.code" },
};

static const char *const kinds[] = {
	[SNAPSHOT_STANDING] = "standing",
	[SNAPSHOT_DIFFERENCES] = "differences",
};

NEOERR *
snapshot_keep(struct db *db, const char *bank, enum snapshot_kind kind, const json_t *body)
{
	char *text = json_dumps(body, JSON_COMPACT);
	NEOERR *err;

	if (text == NULL)
		return nerr_raise(NERR_NOMEM, "snapshot");
	err = db_run(db, &sql[KEEP],
	    DB_WITH(db_text(bank), db_text(kinds[kind]), db_int(clock_now()), db_text(text)),
	    NULL);
	free(text);
	return nerr_pass(err);
}

NEOERR *
snapshot_each(
    struct db *db, const char *bank, enum snapshot_kind kind, snapshot_see *see, void *context)
{
	struct db_rows *rows = NULL;
	bool more = true;
	NEOERR *err;

	err = db_select(
	    db, &sql[EACH], DB_WITH(db_text(kinds[kind]), db_text(bank), db_text(bank)), &rows);
	while (err == STATUS_OK && (err = db_next(rows, &more)) == STATUS_OK && more) {
		struct snapshot s = { .bank = db_get_text(rows, 0), .at = db_get_int(rows, 1) };

		if (!db_is_null(rows, 2) &&
		    (s.body = json_loads(db_get_text(rows, 2), 0, NULL)) == NULL)
			err = nerr_raise(NERR_PARSE, "snapshot of %s", s.bank);
		else
			err = see(&s, context);
		json_decref(s.body);
	}
	db_rows_free(&rows);
	return nerr_pass(err);
}
