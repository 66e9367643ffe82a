#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/fail.h"
#include "photo/handoff.h"

const char *const handoff_states[HANDOFF_STATES] = {
	[HANDOFF_NONE] = "none",
	[HANDOFF_WAITING] = "waiting",
	[HANDOFF_CLAIMED] = "claimed",
	[HANDOFF_FULL] = "full",
	[HANDOFF_ENDED] = "ended",
	[HANDOFF_EXPIRED] = "expired",
};

#define COLUMNS                                                                            \
	"SELECT person, session, step, browser, tries, pictures, created_at, expires_at, " \
	"ended_at FROM handoff WHERE code = ?"

enum {
	AT_PERSON,
	AT_SESSION,
	AT_STEP,
	AT_BROWSER,
	AT_TRIES,
	AT_PICTURES,
	AT_CREATED,
	AT_EXPIRES,
	AT_ENDED
};

enum { LOOK, LOCK, EARLIER, MAKE, CLAIM, TRY, COUNT, END };

static const struct db_sql sql[] = {
	[LOOK] = { "handoff_look", COLUMNS },
	[LOCK] = { "handoff_lock", COLUMNS " FOR UPDATE" },
	[EARLIER] = { "handoff_earlier", "SELECT code FROM handoff WHERE live = ?" },
	[MAKE] = { "handoff_make",
	    "INSERT INTO handoff (code, person, session, step, tries, "
	    "pictures, created_at, expires_at, live) VALUES (?, ?, ?, ?, 0, 0, ?, ?, ?)" },
	[CLAIM] = { "handoff_claim",
	    "UPDATE handoff SET browser = ? WHERE code = ? AND browser IS NULL "
	    "AND ended_at IS NULL AND created_at > ?" },
	[TRY] = { "handoff_try",
	    "UPDATE handoff SET tries = tries + 1 WHERE code = ? AND browser = ? "
	    "AND ended_at IS NULL AND expires_at > ? AND tries < ?" },
	[COUNT] = { "handoff_count",
	    "UPDATE handoff SET pictures = pictures + 1 WHERE code = ?" },
	[END] = { "handoff_end", "UPDATE handoff SET ended_at = ?, live = NULL "
				 "WHERE code = ? AND session = ? AND ended_at IS NULL" },
};

NEOERR *
handoff_rules_init(struct handoff_rules *rules, HDF *conf)
{
	struct handoff_rules found;
	NEOERR *err;

	if ((err = conf_int(conf, "Handoff.Life", 10, 3600, &found.life)) ||
	    (err = conf_int(conf, "Handoff.Claim", 10, 3600, &found.claim)) ||
	    (err = conf_int(conf, "Handoff.Pictures", 1, 1000, &found.pictures)))
		return nerr_pass(err);
	if (found.claim > found.life)
		return nerr_raise(FAIL_CONFIG, "Handoff.Claim is over Handoff.Life");
	*rules = found;
	return STATUS_OK;
}

NEOERR *
handoff_browser(const struct seal *seal, const char *token, uint8_t browser[SEAL_HASH_LEN])
{
	return nerr_pass(seal_hash(seal, "handoff_browser", token, strlen(token), browser));
}

static NEOERR *
key_of(const struct seal *seal, const char *code, uint8_t key[SEAL_HASH_LEN])
{
	return nerr_pass(
	    seal_hash(seal, "handoff_code", code, strnlen(code, HANDOFF_CODE_LEN), key));
}

static NEOERR *
take_hash(const struct db_rows *rows, unsigned column, uint8_t out[SEAL_HASH_LEN])
{
	size_t len;
	const void *data = db_get_bytes(rows, column, &len);

	if (data == NULL || len != SEAL_HASH_LEN)
		return nerr_raise(NERR_DB, "handoff: a column of another length");
	memcpy(out, data, SEAL_HASH_LEN);
	return STATUS_OK;
}

static NEOERR *
take_row(const struct db_rows *rows, const struct handoff_rules *rules, struct handoff *handoff)
{
	const bool claimed = !db_is_null(rows, AT_BROWSER);
	const int64_t life = db_get_int(rows, AT_EXPIRES) - clock_now();
	const int64_t claim = db_get_int(rows, AT_CREATED) + rules->claim - clock_now();
	NEOERR *err;

	if ((err = take_hash(rows, AT_PERSON, handoff->person)) ||
	    (err = take_hash(rows, AT_SESSION, handoff->session)) ||
	    (claimed && (err = take_hash(rows, AT_BROWSER, handoff->browser))))
		return nerr_pass(err);
	snprintf(handoff->step, sizeof handoff->step, "%s", db_get_text(rows, AT_STEP));
	handoff->pictures = db_get_int(rows, AT_PICTURES);
	handoff->left = claimed || life < claim ? life : claim;
	handoff->state = !db_is_null(rows, AT_ENDED)                     ? HANDOFF_ENDED
			 : handoff->left <= 0                            ? HANDOFF_EXPIRED
			 : !claimed                                      ? HANDOFF_WAITING
			 : db_get_int(rows, AT_TRIES) >= rules->pictures ? HANDOFF_FULL
									 : HANDOFF_CLAIMED;
	if (handoff->state >= HANDOFF_ENDED)
		handoff->left = 0;
	return STATUS_OK;
}

static NEOERR *
load(struct db *db, const struct db_sql *query, const struct handoff_rules *rules,
    struct handoff *handoff)
{
	struct db_rows *rows = NULL;
	bool more;
	NEOERR *err;

	if ((err = db_select(db, query, DB_WITH(db_bytes(handoff->key, SEAL_HASH_LEN)), &rows)))
		return nerr_pass(err);
	if ((err = db_next(rows, &more)) == STATUS_OK && more)
		err = take_row(rows, rules, handoff);
	db_rows_free(&rows);
	return nerr_pass(err);
}

NEOERR *
handoff_look(struct db *db, const struct seal *seal, const struct handoff_rules *rules,
    const char *code, struct handoff *handoff)
{
	NEOERR *err;

	*handoff = (struct handoff) { .state = HANDOFF_NONE };
	if ((err = key_of(seal, code, handoff->key)))
		return nerr_pass(err);
	return nerr_pass(load(db, &sql[LOOK], rules, handoff));
}

NEOERR *
handoff_lock(struct db *db, const struct handoff_rules *rules, struct handoff *handoff)
{
	struct handoff found = { .state = HANDOFF_NONE };
	NEOERR *err;

	memcpy(found.key, handoff->key, sizeof found.key);
	if ((err = load(db, &sql[LOCK], rules, &found)))
		return nerr_pass(err);
	*handoff = found;
	return STATUS_OK;
}

/* One UPDATE that changes one row, or comes too late. */
static NEOERR *
change(
    struct db *db, const struct db_sql *update, const struct db_val *with, size_t n, bool *done)
{
	int64_t affected = 0;
	NEOERR *err = db_run(db, update, with, n, &affected);

	*done = err == STATUS_OK && affected == 1;
	return nerr_pass(err);
}

static NEOERR *
end(struct db *db, const uint8_t key[SEAL_HASH_LEN], const uint8_t session[SEAL_HASH_LEN],
    bool *done)
{
	return nerr_pass(change(db, &sql[END],
	    DB_WITH(db_int(clock_now()), db_bytes(key, SEAL_HASH_LEN),
		db_bytes(session, SEAL_HASH_LEN)),
	    done));
}

/* Looked for without a lock: a code that is not there must not hold up those of strangers. */
static NEOERR *
end_earlier(struct db *db, const uint8_t session[SEAL_HASH_LEN])
{
	struct db_rows *rows = NULL;
	uint8_t key[SEAL_HASH_LEN];
	bool more, done;
	NEOERR *err;

	if ((err = db_select(
		 db, &sql[EARLIER], DB_WITH(db_bytes(session, SEAL_HASH_LEN)), &rows)))
		return nerr_pass(err);
	if ((err = db_next(rows, &more)) == STATUS_OK && more &&
	    (err = take_hash(rows, 0, key)) == STATUS_OK)
		err = end(db, key, session, &done);
	db_rows_free(&rows);
	return nerr_pass(err);
}

NEOERR *
handoff_make(struct db *db, const struct seal *seal, const struct handoff_rules *rules,
    const uint8_t person[PERSON_LEN], const uint8_t session[SEAL_HASH_LEN], const char *step,
    const char code[HANDOFF_CODE_LEN])
{
	const int64_t now = clock_now();
	uint8_t key[SEAL_HASH_LEN];
	NEOERR *err;

	if ((err = key_of(seal, code, key)) || (err = end_earlier(db, session)))
		return nerr_pass(err);
	err = db_run(db, &sql[MAKE],
	    DB_WITH(db_bytes(key, sizeof key), db_bytes(person, PERSON_LEN),
		db_bytes(session, SEAL_HASH_LEN), db_text(step), db_int(now),
		db_int(now + rules->life), db_bytes(session, SEAL_HASH_LEN)),
	    NULL);
	if (nerr_handle(&err, FAIL_DUPLICATE))
		err = nerr_raise(FAIL_RETRY, "another was first");
	return nerr_pass(err);
}

NEOERR *
handoff_claim(struct db *db, const struct handoff *handoff, const struct handoff_rules *rules,
    const uint8_t browser[SEAL_HASH_LEN], bool *done)
{
	return nerr_pass(change(db, &sql[CLAIM],
	    DB_WITH(db_bytes(browser, SEAL_HASH_LEN), db_bytes(handoff->key, SEAL_HASH_LEN),
		db_int(clock_now() - rules->claim)),
	    done));
}

NEOERR *
handoff_try(struct db *db, const struct handoff *handoff, const struct handoff_rules *rules,
    const uint8_t browser[SEAL_HASH_LEN], bool *done)
{
	return nerr_pass(change(db, &sql[TRY],
	    DB_WITH(db_bytes(handoff->key, SEAL_HASH_LEN), db_bytes(browser, SEAL_HASH_LEN),
		db_int(clock_now()), db_int(rules->pictures)),
	    done));
}

NEOERR *
handoff_count(struct db *db, const struct handoff *handoff)
{
	return nerr_pass(
	    db_run(db, &sql[COUNT], DB_WITH(db_bytes(handoff->key, SEAL_HASH_LEN)), NULL));
}

NEOERR *
handoff_end(struct db *db, const struct handoff *handoff, const uint8_t session[SEAL_HASH_LEN],
    bool *done)
{
	return nerr_pass(end(db, handoff->key, session, done));
}
