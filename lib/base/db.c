/*
 * db.c - the one place that talks to MariaDB: what a failure means for the work under way.
 *
 * Beside it, link.c does the talking and rows.c keeps the results; for them a failure is
 * MySQL's number.  Here it becomes an error object, once.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <errmsg.h>
#include <mysqld_error.h>

#include "base/conf.h"
#include "base/db.h"
#include "base/fail.h"
#include "base/link.h"

struct db {
	char *socket, *user, *password, *name;
	unsigned timeout;  /* seconds */
	unsigned tries;    /* runs of one transaction */
	struct link *link; /* NULL: not connected */
	bool in_transact;  /* db_transact is running */
	bool rehearsal;    /* and will not commit */
	bool doomed;       /* its transaction is lost: only running it again helps */
};

enum meaning {
	OTHER,       /* the statement is wrong, or its data */
	DUPLICATE,   /* refused by a UNIQUE constraint */
	ROLLED_BACK, /* not done, and the same again may succeed */
	LOST,        /* the connection is gone */
};

/* What mysqld_error.h lacks: MySQL 8 hangs up on the idle. */
#define ER_CLIENT_INTERACTION_TIMEOUT 4031

static const struct {
	unsigned number;
	enum meaning meaning;
} meanings[] = {
	{ ER_DUP_ENTRY, DUPLICATE },           /* 1062 */
	{ ER_CHECKREAD, ROLLED_BACK },         /* 1020, innodb_snapshot_isolation */
	{ ER_UNKNOWN_COM_ERROR, ROLLED_BACK }, /* 1047, a Galera node without quorum */
	{ ER_LOCK_WAIT_TIMEOUT, ROLLED_BACK }, /* 1205 */
	{ ER_LOCK_DEADLOCK, ROLLED_BACK },     /* 1213 */
	{ ER_SERVER_SHUTDOWN, LOST },          /* 1053 */
	{ ER_UNKNOWN_STMT_HANDLER, LOST },     /* 1243, a proxy changed servers */
	{ ER_NEED_REPREPARE, LOST },           /* 1615, its table changes all the time */
	{ ER_CONNECTION_KILLED, LOST },        /* 1927 */
	{ CR_SERVER_GONE_ERROR, LOST },        /* 2006 */
	{ CR_SERVER_LOST, LOST },              /* 2013 */
	{ CR_NEW_STMT_METADATA, LOST },        /* 2057, a column came or went */
	{ CR_SERVER_LOST_EXTENDED, LOST },     /* 2055 */
	{ ER_CLIENT_INTERACTION_TIMEOUT, LOST },
};

static enum meaning
meaning_of(unsigned number)
{
	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++) {
		if (meanings[i].number == number)
			return meanings[i].meaning;
	}
	return OTHER;
}

struct db_val
db_text(const char *text)
{
	if (text == NULL)
		return db_null();
	return (struct db_val) { .kind = DB_TEXT, .data = text, .len = strlen(text) };
}

NEOERR *
db_init(struct db **db, HDF *conf)
{
	const char *socket, *user, *name;
	long timeout, tries;
	struct db *made;
	NEOERR *err;

	err = conf_text(conf, "Db.Socket", &socket);
	if (err == STATUS_OK)
		err = conf_text(conf, "Db.User", &user);
	if (err == STATUS_OK)
		err = conf_text(conf, "Db.Name", &name);
	if (err == STATUS_OK)
		err = conf_int(conf, "Db.Timeout", 1, 3600, &timeout);
	if (err == STATUS_OK)
		err = conf_int(conf, "Db.Tries", 1, 100, &tries);
	if (err != STATUS_OK)
		return nerr_pass(err);
	made = calloc(1, sizeof(*made));
	if (made == NULL)
		return nerr_raise(NERR_NOMEM, "db");
	made->socket = strdup(socket);
	made->user = strdup(user);
	made->password = strdup(hdf_get_value(conf, "Db.Password", ""));
	made->name = strdup(name);
	made->timeout = (unsigned)timeout;
	made->tries = (unsigned)tries;
	if (!made->socket || !made->user || !made->password || !made->name) {
		db_free(&made);
		return nerr_raise(NERR_NOMEM, "db");
	}
	*db = made;
	return STATUS_OK;
}

void
db_free(struct db **db)
{
	if (*db == NULL)
		return;
	link_close(&(*db)->link);
	if ((*db)->password != NULL)
		explicit_bzero((*db)->password, strlen((*db)->password));
	free((*db)->socket);
	free((*db)->user);
	free((*db)->password);
	free((*db)->name);
	free(*db);
	*db = NULL;
}

/* timeout in seconds, 0 for none. */
static NEOERR *
link_up(const struct db *db, struct link **link, unsigned timeout)
{
	/* All tries of a transaction that waits for a lock last about one time-out. */
	unsigned lock_wait = db->timeout / db->tries;
	const struct link_target target = {
		.socket = db->socket,
		.user = db->user,
		.password = db->password,
		.name = db->name,
		.timeout = timeout,
		.lock_wait = lock_wait > 0 ? lock_wait : 1,
	};
	unsigned number = link_open(link, &target);

	if (number != 0)
		return nerr_raise(FAIL_UNAVAILABLE, "connect: %u", number);
	return STATUS_OK;
}

/* Connected, and not in a transaction that is lost. */
static NEOERR *
ready(struct db *db)
{
	if (db->doomed)
		return nerr_raise(FAIL_RETRY, "transaction already lost");
	if (db->link != NULL)
		return STATUS_OK;
	return nerr_pass(link_up(db, &db->link, db->timeout));
}

/* A pause before the next try: at random, so that two who met do not meet again. */
static void
back_off(unsigned try)
{
	uint32_t longest = UINT32_C(4000000) << (try < 5 ? try : 5); /* 8 ms to 128 ms */
	struct timespec pause = { .tv_nsec = (long)arc4random_uniform(longest) };

	nanosleep(&pause, NULL);
}

/*
 * One statement.  Outside a transaction it is one by itself, so it is tried again where
 * that can do no harm; inside one, only the whole may be run again.
 */
static NEOERR *
perform(struct db *db, const struct db_sql *sql, const struct db_val *with, size_t n,
    int64_t *affected, struct db_rows **rows)
{
	bool reconnected = false;

	for (unsigned try = 1;; try++) {
		enum meaning meaning;
		unsigned number;
		bool sent;
		NEOERR *err = ready(db);

		if (err != STATUS_OK)
			return nerr_pass(err);
		number = link_execute(db->link, sql, with, n, affected, rows, &sent);
		if (number == 0)
			return STATUS_OK;
		meaning = meaning_of(number);
		if (meaning == OTHER)
			return nerr_raise(NERR_DB, "%s: %u", sql->name, number);
		if (meaning == DUPLICATE)
			return nerr_raise(FAIL_DUPLICATE, "%s: %u", sql->name, number);
		if (meaning == LOST)
			link_close(&db->link);
		if (db->in_transact) {
			db->doomed = true;
			return nerr_raise(FAIL_RETRY, "%s: %u", sql->name, number);
		}
		if (meaning == LOST && sent && rows == NULL)
			return nerr_raise(FAIL_UNKNOWN, "%s: %u", sql->name, number);
		if (meaning == LOST ? reconnected : try >= db->tries)
			return nerr_raise(FAIL_UNAVAILABLE, "%s: %u", sql->name, number);
		if (meaning == LOST)
			reconnected = true;
		else
			back_off(try);
	}
}

NEOERR *
db_run(struct db *db, const struct db_sql *sql, const struct db_val *with, size_t n,
    int64_t *affected)
{
	return nerr_pass(perform(db, sql, with, n, affected, NULL));
}

NEOERR *
db_select(struct db *db, const struct db_sql *sql, const struct db_val *with, size_t n,
    struct db_rows **rows)
{
	return nerr_pass(perform(db, sql, with, n, NULL, rows));
}

/* Nothing of the transaction stays: without its connection, nothing can. */
static void
roll_back(struct db *db)
{
	if (db->link != NULL && link_command(db->link, "ROLLBACK") != 0)
		link_close(&db->link);
}

static NEOERR *
commit(struct db *db)
{
	unsigned number;
	NEOERR *err = ready(db); /* work may have swallowed the error that doomed it */

	if (err != STATUS_OK)
		return nerr_pass(err);
	number = link_command(db->link, "COMMIT");
	if (number == 0)
		return STATUS_OK;
	if (meaning_of(number) == ROLLED_BACK)
		return nerr_raise(FAIL_RETRY, "commit: %u", number);
	link_close(&db->link);
	return nerr_raise(FAIL_UNKNOWN, "commit: %u", number);
}

/* One run of the whole transaction. */
static NEOERR *
transact_once(struct db *db, db_work work, void *context)
{
	unsigned number;
	NEOERR *err;

	db->doomed = false;
	err = ready(db);
	if (err != STATUS_OK)
		return nerr_pass(err);
	number = link_command(db->link, "START TRANSACTION");
	if (number != 0) {
		link_close(&db->link);
		return nerr_raise(FAIL_RETRY, "start transaction: %u", number);
	}
	err = work(db, context);
	if (err == STATUS_OK)
		err = db->rehearsal ? ready(db) : commit(db);
	if (err != STATUS_OK || db->rehearsal)
		roll_back(db);
	return nerr_pass(err);
}

/* The text of what was raised first; the rest of the chain passed it up. */
static const char *
cause(const NEOERR *err)
{
	while (err != INTERNAL_ERR && err->next != NULL && err->next != INTERNAL_ERR)
		err = err->next;
	return err != INTERNAL_ERR ? err->desc : "";
}

static NEOERR *
transact(struct db *db, db_work work, void *context)
{
	NEOERR *err, *last;

	if (db->in_transact)
		return nerr_raise(NERR_ASSERT, "transaction inside a transaction");
	db->in_transact = true;
	for (unsigned try = 1;; try++) {
		err = transact_once(db, work, context);
		if (err == STATUS_OK || !nerr_match(err, FAIL_RETRY) || try >= db->tries)
			break;
		nerr_ignore(&err);
		back_off(try);
	}
	db->in_transact = false;
	db->doomed = false;
	if (err != STATUS_OK && nerr_match(err, FAIL_RETRY)) {
		last = err;
		err = nerr_raise(
		    FAIL_UNAVAILABLE, "given up after %u tries: %s", db->tries, cause(last));
		nerr_ignore(&last);
	}
	return nerr_pass(err);
}

NEOERR *
db_transact(struct db *db, db_work work, void *context)
{
	if (db->rehearsal)
		return nerr_pass(work(db, context));
	return nerr_pass(transact(db, work, context));
}

NEOERR *
db_rehearse(struct db *db, db_work work, void *context)
{
	NEOERR *err;

	db->rehearsal = true;
	err = transact(db, work, context);
	db->rehearsal = false;
	return nerr_pass(err);
}

/* On a connection of its own: it may leave a transaction open, and outlast Db.Timeout. */
NEOERR *
db_script(struct db *db, const char *name, const char *text)
{
	struct link *link = NULL;
	unsigned number, done;
	NEOERR *err;

	if (db->in_transact)
		return nerr_raise(NERR_ASSERT, "script inside a transaction");
	err = link_up(db, &link, 0);
	if (err != STATUS_OK)
		return nerr_pass(err);
	number = link_script(link, text, &done);
	link_close(&link);
	if (number != 0)
		return nerr_raise(NERR_DB, "%s: statement %u: %u", name, done + 1, number);
	return STATUS_OK;
}
