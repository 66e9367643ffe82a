/*
 * db.h - the one place that talks to MariaDB.
 *
 * Every statement is prepared and stands in a const table of its module.  Every
 * result is checked after execute, store and each fetch: Galera aborts a
 * transaction while its result is being fetched, and an unchecked result then
 * looks like "no row".
 *
 * Errors: FAIL_RETRY (inside a transaction: 1205, 1213, 1020, 1047, connection lost before
 * COMMIT; the transaction is then lost, whatever work makes of the error), FAIL_UNKNOWN
 * (connection lost, or an unforeseen error, after COMMIT or a db_run outside a transaction was
 * sent), FAIL_DUPLICATE (1062), FAIL_UNAVAILABLE (cannot connect; lost again after one
 * reconnect; tries used up), NERR_DB (all else).  Error texts hold the statement's name and
 * MySQL's number, never its message: that one quotes data.
 */
#ifndef SBK_DB_H
#define SBK_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <ClearSilver.h>

struct db;      /* one connection, opened when first used, opened again when lost */
struct db_rows; /* one result */

struct db_sql {
	const char *name; /* for logs: "session_load" */
	const char *text;
};

struct db_val {
	/* Bytes compare as they are, text by the column's collation. */
	enum { DB_NULL, DB_INT, DB_BYTES, DB_TEXT } kind;
	int64_t number;
	const void *data; /* borrowed until the call returns */
	size_t len;
};

static inline struct db_val
db_null(void)
{
	return (struct db_val) { .kind = DB_NULL };
}

static inline struct db_val
db_int(int64_t number)
{
	return (struct db_val) { .kind = DB_INT, .number = number };
}

static inline struct db_val
db_bytes(const void *data, size_t len)
{
	return (struct db_val) { .kind = DB_BYTES, .data = data, .len = len };
}

struct db_val db_text(const char *text); /* NULL text is SQL NULL */

/* Parameters in place: db_run(db, &sql[SAVE], DB_WITH(db_int(7), db_text(s)), &n) */
#define DB_WITH(...)                             \
	(const struct db_val[]) { __VA_ARGS__ }, \
	    sizeof((const struct db_val[]) { __VA_ARGS__ }) / sizeof(struct db_val)
#define DB_NONE NULL, 0

/* Reads Db.Socket, Db.User, Db.Password (may be empty), Db.Name, Db.Timeout
 * (seconds, for each wait), Db.Tries. Does not connect yet. */
NEOERR *db_init(struct db **db, HDF *conf);
void db_free(struct db **db);

/*
 * Statements.  sql is known by its address, so it lives as long as the program; at most 64
 * parameters.  Outside a transaction each is one by itself: db_select is tried again after
 * any passing failure, db_run when it is sure not to have happened, else FAIL_UNKNOWN.
 */

/* INSERT, UPDATE, DELETE, DDL. *affected (NULL allowed): rows that the WHERE matched. */
NEOERR *db_run(struct db *db, const struct db_sql *sql, const struct db_val *with, size_t n,
    int64_t *affected);

/* SELECT, and nothing else: it may run twice. *rows is the caller's, the whole result. */
NEOERR *db_select(struct db *db, const struct db_sql *sql, const struct db_val *with, size_t n,
    struct db_rows **rows);

/* Moves to the next row; *more is false after the last one. */
NEOERR *db_next(struct db_rows *rows, bool *more);
void db_rows_free(struct db_rows **rows);

/* Columns of the current row, counted from 0; borrowed until the next db_next. */
bool db_is_null(const struct db_rows *rows, unsigned col);
int64_t db_get_int(const struct db_rows *rows, unsigned col);      /* NULL is 0 */
const char *db_get_text(const struct db_rows *rows, unsigned col); /* NULL is NULL */
const void *db_get_bytes(const struct db_rows *rows, unsigned col, size_t *len);

/*
 * Runs work in one transaction (REPEATABLE READ) and commits.  Run again as a whole,
 * at most Db.Tries times, when it raises FAIL_RETRY: so work must set all it hands out
 * anew on every run, and do nothing outside the database.  Any other error rolls back
 * and is passed up.  FAIL_UNKNOWN is passed up too: the caller looks the outcome up by
 * its own key.
 */
typedef NEOERR *(*db_work)(struct db *db, void *context);
NEOERR *db_transact(struct db *db, db_work work, void *context);

/*
 * The same, but rolls back at the end: what would happen.  A db_transact of work is part of it, and only seems to
 * commit.  Locks stay until the end.
 */
NEOERR *db_rehearse(struct db *db, db_work work, void *context);

/*
 * Runs a migration file's text: several statements, no parameters, no result, no time limit,
 * on a connection of its own.  NERR_DB tells the number of the statement that failed: those
 * before it have happened.
 */
NEOERR *db_script(struct db *db, const char *name, const char *text);

#endif
