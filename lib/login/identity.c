#include <string.h>

#include "base/clock.h"
#include "base/fail.h"
#include "login/identity.h"

enum { FIND, LINK, MOVE };

static const struct db_sql sql[] = {
	[FIND] = { "identity_find",
	    "SELECT account FROM identity_link WHERE provider = ? AND subject = ?" },
	[LINK] = { "identity_link",
	    "INSERT INTO identity_link (provider, subject, account, created_at) "
	    "VALUES (?, ?, ?, ?) ON DUPLICATE KEY UPDATE account = VALUES(account)" },
	[MOVE] = { "identity_move", "UPDATE identity_link SET account = ? WHERE account = ?" },
};

/* The same subject at two providers is two people. */
static NEOERR *
key(const struct seal *seal, const char *provider, const char *subject,
    uint8_t out[SEAL_HASH_LEN])
{
	STRING text;
	NEOERR *err;

	string_init(&text);
	if ((err = string_appendf(&text, "%s %s", provider, subject)) == STATUS_OK)
		err = seal_hash(seal, "identity", text.buf, (size_t)text.len, out);
	string_clear(&text);
	return nerr_pass(err);
}

NEOERR *
identity_find(struct db *db, const struct seal *seal, const char *provider, const char *subject,
    bool *found, uint8_t account[SEAL_ID_LEN])
{
	uint8_t hash[SEAL_HASH_LEN];
	struct db_rows *rows = NULL;
	const void *id;
	size_t len;
	bool more;
	NEOERR *err;

	if ((err = key(seal, provider, subject, hash)) ||
	    (err = db_select(db, &sql[FIND],
		 DB_WITH(db_text(provider), db_bytes(hash, sizeof hash)), &rows)) ||
	    (err = db_next(rows, &more)))
		goto out;
	*found = more;
	if (more && ((id = db_get_bytes(rows, 0, &len)) == NULL || len != SEAL_ID_LEN))
		err = nerr_raise(NERR_DB, "identity's account of %zu bytes", len);
	else if (more)
		memcpy(account, id, SEAL_ID_LEN);
out:
	db_rows_free(&rows);
	return nerr_pass(err);
}

NEOERR *
identity_link(struct db *db, const struct seal *seal, const char *provider, const char *subject,
    const uint8_t account[SEAL_ID_LEN])
{
	uint8_t hash[SEAL_HASH_LEN];
	NEOERR *err;

	if ((err = key(seal, provider, subject, hash)))
		return nerr_pass(err);
	return nerr_pass(db_run(db, &sql[LINK],
	    DB_WITH(db_text(provider), db_bytes(hash, sizeof hash),
		db_bytes(account, SEAL_ID_LEN), db_int(clock_now())),
	    NULL));
}

NEOERR *
identity_move(struct db *db, const uint8_t from[SEAL_ID_LEN], const uint8_t to[SEAL_ID_LEN])
{
	return nerr_pass(db_run(db, &sql[MOVE],
	    DB_WITH(db_bytes(to, SEAL_ID_LEN), db_bytes(from, SEAL_ID_LEN)), NULL));
}
