#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/fail.h"
#include "login/throttle.h"

enum { HIT, READ, CLEAR };

static const struct db_sql sql[] = {
	/* MariaDB assigns from left to right: hits sees the old resets_at. */
	[HIT] = { "throttle_hit",
	    "INSERT INTO throttle (bucket, hits, resets_at) VALUES (?, 1, ?) "
	    "ON DUPLICATE KEY UPDATE hits = IF(resets_at <= ?, 1, hits + 1), "
	    "resets_at = IF(resets_at <= ?, VALUES(resets_at), resets_at)" },
	[READ] = { "throttle_read", "SELECT hits, resets_at FROM throttle WHERE bucket = ?" },
	[CLEAR] = { "throttle_clear", "DELETE FROM throttle WHERE bucket = ?" },
};

struct hit {
	uint8_t bucket[SEAL_HASH_LEN];
	int64_t now, resets_at, hits;
	long window;
};

static NEOERR *
count(struct db *db, void *context)
{
	struct hit *hit = context;
	struct db_rows *rows = NULL;
	bool more;
	NEOERR *err;

	if ((err = db_run(db, &sql[HIT],
		 DB_WITH(db_bytes(hit->bucket, SEAL_HASH_LEN), db_int(hit->now + hit->window),
		     db_int(hit->now), db_int(hit->now)),
		 NULL)) ||
	    (err = db_select(
		 db, &sql[READ], DB_WITH(db_bytes(hit->bucket, SEAL_HASH_LEN)), &rows)) ||
	    (err = db_next(rows, &more)))
		goto out;
	if (more) {
		hit->hits = db_get_int(rows, 0);
		hit->resets_at = db_get_int(rows, 1);
	}
out:
	db_rows_free(&rows);
	return nerr_pass(err);
}

static NEOERR *
bucket(const struct seal *seal, const char *rule, const void *subject, size_t len,
    uint8_t out[SEAL_HASH_LEN])
{
	uint8_t inner[SEAL_HASH_LEN];
	NEOERR *err;

	if ((err = seal_hash(seal, rule, subject, len, inner)))
		return nerr_pass(err);
	return nerr_pass(seal_hash(seal, "throttle", inner, sizeof inner, out));
}

NEOERR *
throttle_hit(struct db *db, const struct seal *seal, const char *rule, const void *subject,
    size_t len, long limit, long window, bool *allowed, int64_t *wait)
{
	struct hit hit = { .now = clock_now(), .window = window };
	NEOERR *err;

	if ((err = bucket(seal, rule, subject, len, hit.bucket)) ||
	    (err = db_transact(db, count, &hit)))
		return nerr_pass(err);
	*allowed = hit.hits <= limit;
	*wait = hit.resets_at > hit.now ? hit.resets_at - hit.now : 0;
	return STATUS_OK;
}

NEOERR *
throttle_clear(
    struct db *db, const struct seal *seal, const char *rule, const void *subject, size_t len)
{
	uint8_t key[SEAL_HASH_LEN];
	NEOERR *err;

	if ((err = bucket(seal, rule, subject, len, key)))
		return nerr_pass(err);
	return nerr_pass(db_run(db, &sql[CLEAR], DB_WITH(db_bytes(key, SEAL_HASH_LEN)), NULL));
}
