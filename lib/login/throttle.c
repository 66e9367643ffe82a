#include <stdlib.h>
#include <string.h>

#include "apply/words.h"
#include "base/clock.h"
#include "base/conf.h"
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

#define WINDOW_MAX (366L * 86400)

NEOERR *
throttle_rates_init(struct throttle_rates *rates, HDF *conf, const char *key)
{
	const char *words;
	char word[WORDS_MAX], *end;
	NEOERR *err;

	*rates = (struct throttle_rates) { .count = 0 };
	if ((err = conf_text(conf, key, &words)))
		return nerr_pass(err);
	while (words_next(&words, word)) {
		struct throttle_rate rate = { .limit = strtol(word, &end, 10) };

		if (*end == '/')
			rate.window = strtol(end + 1, &end, 10);
		if (*end != '\0' || rate.limit < 1 || rate.window < 1 ||
		    rate.window > WINDOW_MAX || rates->count == THROTTLE_RATES)
			return nerr_raise(FAIL_CONFIG,
			    "%s: \"%s\" is no rate such as 5/60, or one too many", key, word);
		rates->of[rates->count++] = rate;
	}
	return rates->count > 0 ? STATUS_OK : nerr_raise(FAIL_CONFIG, "%s names no rate", key);
}

/* Each rate of a rule has a bucket of its own. */
static NEOERR *
bucket(const struct seal *seal, const char *rule, const void *subject, size_t len,
    const struct throttle_rate *rate, uint8_t out[SEAL_HASH_LEN])
{
	uint8_t inner[SEAL_HASH_LEN + sizeof rate->window];
	NEOERR *err;

	if ((err = seal_hash(seal, rule, subject, len, inner)))
		return nerr_pass(err);
	memcpy(inner + SEAL_HASH_LEN, &rate->window, sizeof rate->window);
	return nerr_pass(seal_hash(seal, "throttle", inner, sizeof inner, out));
}

struct hit {
	const struct throttle_rates *rates;
	uint8_t buckets[THROTTLE_RATES][SEAL_HASH_LEN];
	int64_t now;
	bool allowed;
	int64_t wait;
};

static NEOERR *
count_one(struct db *db, struct hit *hit, size_t n)
{
	const struct throttle_rate *rate = &hit->rates->of[n];
	struct db_val key = db_bytes(hit->buckets[n], SEAL_HASH_LEN), now = db_int(hit->now);
	struct db_rows *rows = NULL;
	bool more;
	int64_t left;
	NEOERR *err;

	if ((err = db_run(db, &sql[HIT],
		 DB_WITH(key, db_int(hit->now + rate->window), now, now), NULL)) ||
	    (err = db_select(db, &sql[READ], DB_WITH(key), &rows)) ||
	    (err = db_next(rows, &more)))
		goto out;
	if (more && db_get_int(rows, 0) > rate->limit) {
		left = db_get_int(rows, 1) - hit->now;
		hit->allowed = false;
		if (left > hit->wait)
			hit->wait = left;
	}
out:
	db_rows_free(&rows);
	return nerr_pass(err);
}

static NEOERR *
count(struct db *db, void *context)
{
	struct hit *hit = context;
	NEOERR *err = STATUS_OK;

	hit->allowed = true;
	hit->wait = 0;
	for (size_t i = 0; err == STATUS_OK && i < hit->rates->count; i++)
		err = count_one(db, hit, i);
	return nerr_pass(err);
}

NEOERR *
throttle_hit(struct db *db, const struct seal *seal, const char *rule, const void *subject,
    size_t len, const struct throttle_rates *rates, bool *allowed, int64_t *wait)
{
	struct hit hit = { .rates = rates, .now = clock_now() };
	NEOERR *err;

	for (size_t i = 0; i < rates->count; i++)
		if ((err = bucket(seal, rule, subject, len, &rates->of[i], hit.buckets[i])))
			return nerr_pass(err);
	if ((err = db_transact(db, count, &hit)))
		return nerr_pass(err);
	*allowed = hit.allowed;
	*wait = hit.wait;
	return STATUS_OK;
}

NEOERR *
throttle_clear(struct db *db, const struct seal *seal, const char *rule, const void *subject,
    size_t len, const struct throttle_rates *rates)
{
	uint8_t key[SEAL_HASH_LEN];
	NEOERR *err = STATUS_OK;

	for (size_t i = 0; err == STATUS_OK && i < rates->count; i++)
		if ((err = bucket(seal, rule, subject, len, &rates->of[i], key)) == STATUS_OK)
			err = db_run(
			    db, &sql[CLEAR], DB_WITH(db_bytes(key, SEAL_HASH_LEN)), NULL);
	return nerr_pass(err);
}
