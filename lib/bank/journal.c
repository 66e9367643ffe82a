#include "bank/journal.h"
#include "bank/marking.h"

enum { FILES };

/* A receipt that came twice is one: the first. */
static const struct db_sql sql[] = {
	[FILES] = { "journal_files",
	    "SELECT m.msg_id, m.business_date, m.type, m.state, COALESCE(m.reason, ''), "
	    "COALESCE(m.original, ''), COALESCE(LOWER(HEX(m.digest)), ''), "
	    "COALESCE(r.msg_id, ''), m.direction = 'out', m.records, m.created_at, "
	    "r.created_at FROM exchange_message m LEFT JOIN exchange_message r "
	    "ON m.direction = 'out' AND r.msg_id = (SELECT a.msg_id "
	    "FROM exchange_message a WHERE a.original = m.msg_id AND a.type = 'FileReceipt' "
	    "AND a.state = 'APPLIED' ORDER BY a.seq LIMIT 1) "
	    "WHERE m.bank = ? AND m.business_date BETWEEN ? AND ? "
	    "ORDER BY m.business_date DESC, m.direction DESC, m.seq DESC, m.msg_id LIMIT ?" },
};

static const struct db_sql counts[] = {
	[JOURNAL_SENT] = { "journal_sent",
	    "SELECT bank, '', SUM(records) FROM exchange_message WHERE business_date >= ? "
	    "AND direction = 'out' AND type = '" MARKING_TYPE "' GROUP BY bank" },
	[JOURNAL_REFUSED] = { "journal_refused",
	    "SELECT m.bank, COALESCE(r.reason, ''), COUNT(*) FROM exchange_message m "
	    "JOIN exchange_record r ON r.refused = 1 AND r.msg_id = m.msg_id "
	    "WHERE m.business_date >= ? AND m.direction = 'in' GROUP BY m.bank, r.reason" },
	[JOURNAL_REFUSED_FILES] = { "journal_refused_files",
	    "SELECT bank, COALESCE(reason, ''), COUNT(*) FROM exchange_message "
	    "WHERE business_date >= ? AND state = 'REJECTED' GROUP BY bank, reason" },
};

NEOERR *
journal_files(struct db *db, const char *bank, const char *from, const char *to, int64_t max,
    journal_see *see, void *context)
{
	struct db_rows *rows = NULL;
	bool more = true;
	NEOERR *err;

	err = db_select(db, &sql[FILES],
	    DB_WITH(db_text(bank), db_text(from), db_text(to), db_int(max)), &rows);
	while (err == STATUS_OK && (err = db_next(rows, &more)) == STATUS_OK && more)
		err = see(
		    &(struct journal_file) {
			.msg_id = db_get_text(rows, 0),
			.date = db_get_text(rows, 1),
			.type = db_get_text(rows, 2),
			.state = db_get_text(rows, 3),
			.reason = db_get_text(rows, 4),
			.original = db_get_text(rows, 5),
			.digest = db_get_text(rows, 6),
			.receipt = db_get_text(rows, 7),
			.out = db_get_int(rows, 8) == 1,
			.records = db_get_int(rows, 9),
			.created_at = db_get_int(rows, 10),
			.receipt_at = db_get_int(rows, 11),
		    },
		    context);
	db_rows_free(&rows);
	return nerr_pass(err);
}

NEOERR *
journal_counts(struct db *db, enum journal_what what, const char *from, journal_count *count,
    void *context)
{
	struct db_rows *rows = NULL;
	bool more = true;
	NEOERR *err;

	err = db_select(db, &counts[what], DB_WITH(db_text(from)), &rows);
	while (err == STATUS_OK && (err = db_next(rows, &more)) == STATUS_OK && more)
		err = count(
		    db_get_text(rows, 0), db_get_text(rows, 1), db_get_int(rows, 2), context);
	db_rows_free(&rows);
	return nerr_pass(err);
}
