#include <stdio.h>
#include <string.h>
#include <jansson.h>

#include "apply/outbox.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/fail.h"
#include "login/otp.h"

#define DIGITS 6
#define CODES 1000000
#define DAY 86400
#define PURPOSE_MAX 16

/* Without look-alikes (0 O Q, 1 I L, 2 Z, 5 S, 8 B). */
static const char alphabet[] = "34679ACDEFGHJKMNPRTUVWXY";

enum { PUT, WAITING, TRY, SPEND };

#define MINE "WHERE phone_index = ? AND purpose = ? AND browser = ? AND expires_at > ?"

/* MariaDB assigns from left to right: tries sees the old tries_reset_at. */
static const struct db_sql sql[] = {
	[PUT] = { "otp_put",
	    "INSERT INTO otp (phone_index, purpose, code, browser, prefix, tries, "
	    "tries_reset_at, made_at, expires_at) VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?) "
	    "ON DUPLICATE KEY UPDATE code = VALUES(code), browser = VALUES(browser), "
	    "prefix = VALUES(prefix), tries = IF(tries_reset_at <= VALUES(made_at), 0, tries), "
	    "tries_reset_at = IF(tries_reset_at <= VALUES(made_at), VALUES(tries_reset_at), "
	    "tries_reset_at), made_at = VALUES(made_at), expires_at = VALUES(expires_at)" },
	[WAITING] = { "otp_waiting", "SELECT prefix, made_at FROM otp " MINE },
	[TRY] = { "otp_try", "UPDATE otp SET tries = IF(tries_reset_at <= ?, 1, tries + 1), "
			     "tries_reset_at = IF(tries_reset_at <= ?, ?, tries_reset_at) " MINE
			     " AND (tries < ? OR tries_reset_at <= ?)" },
	[SPEND] = { "otp_spend", "DELETE FROM otp " MINE " AND code = ?" },
};

NEOERR *
otp_rules_init(struct otp_rules *rules, HDF *conf)
{
	NEOERR *err;

	if ((err = throttle_rates_init(&rules->per_phone, conf, "Otp.PerPhone")) ||
	    (err = throttle_rates_init(&rules->per_address, conf, "Otp.PerAddress")) ||
	    (err = throttle_rates_init(&rules->all, conf, "Otp.All")) ||
	    (err = conf_int(conf, "Otp.Life", 30, 3600, &rules->life)) ||
	    (err = conf_int(conf, "Otp.Tries", 1, 10, &rules->tries)) ||
	    (err = conf_int(conf, "Otp.Window", 60, DAY, &rules->window)))
		return nerr_pass(err);
	return STATUS_OK;
}

/* What a row is found by. */
struct key {
	uint8_t phone[SEAL_HASH_LEN];
	uint8_t browser[SEAL_HASH_LEN];
};

static NEOERR *
key_of(const struct seal *seal, const struct otp_request *request, struct key *key)
{
	NEOERR *err;

	if ((err = seal_hash(
		 seal, "phone", request->phone, strlen(request->phone), key->phone)))
		return nerr_pass(err);
	return nerr_pass(seal_hash(
	    seal, "otp_browser", request->token, strlen(request->token), key->browser));
}

/* The same code for another telephone or purpose is another hash. */
static NEOERR *
hash_code(const struct seal *seal, const struct key *key, const char *purpose,
    const char code[DIGITS + 1], uint8_t out[SEAL_HASH_LEN])
{
	uint8_t data[SEAL_HASH_LEN + DIGITS + PURPOSE_MAX];
	size_t len = strnlen(purpose, PURPOSE_MAX);

	memcpy(data, key->phone, SEAL_HASH_LEN);
	memcpy(data + SEAL_HASH_LEN, code, DIGITS);
	memcpy(data + SEAL_HASH_LEN + DIGITS, purpose, len);
	return nerr_pass(seal_hash(seal, "otp_code", data, SEAL_HASH_LEN + DIGITS + len, out));
}

/* Evenly out of 0 … limit - 1: what would make the first ones likelier is drawn again. */
static NEOERR *
draw(uint32_t limit, uint32_t *out)
{
	const uint32_t whole = UINT32_MAX - UINT32_MAX % limit;
	uint32_t random;
	NEOERR *err;

	do {
		if ((err = seal_random(&random, sizeof(random))))
			return nerr_pass(err);
	} while (random >= whole);
	*out = random % limit;
	return STATUS_OK;
}

static NEOERR *
draw_prefix(char prefix[OTP_PREFIX_LEN])
{
	uint32_t at = 0;
	NEOERR *err;

	for (size_t i = 0; i < OTP_PREFIX_LEN - 1; i++) {
		if ((err = draw(sizeof(alphabet) - 1, &at)))
			return nerr_pass(err);
		prefix[i] = alphabet[at];
	}
	prefix[OTP_PREFIX_LEN - 1] = '\0';
	return STATUS_OK;
}

/* Short windows first, and none after the one that refuses: who presses too often does not use up the day. */
static NEOERR *
within(struct db *db, const struct seal *seal, const char *rule, const char *subject,
    const struct throttle_rates *rates, struct otp_sent *sent)
{
	NEOERR *err;

	for (size_t i = 0; sent->sent && i < rates->count; i++) {
		const struct throttle_rates one = { .of = { rates->of[i] }, .count = 1 };

		if ((err = throttle_hit(db, seal, rule, subject, strlen(subject), &one,
			 &sent->sent, &sent->wait)))
			return nerr_pass(err);
	}
	return STATUS_OK;
}

struct sending {
	const struct seal *seal;
	const struct otp_rules *rules;
	const struct otp_request *request;
	const struct key *key;
	const char *prefix;
	char code[DIGITS + 1];
	int64_t now;
};

static NEOERR *
put_message(struct db *db, const struct sending *s)
{
	char template[OUTBOX_TEMPLATE_LEN], minutes[24];
	json_t *body;
	NEOERR *err;

	snprintf(minutes, sizeof(minutes), "%ld", s->rules->life / 60);
	body = json_pack("{s:s, s:s, s:s, s:s, s:I}", "phone", s->request->phone, "code",
	    s->code, "prefix", s->prefix, "minutes", minutes, "expires",
	    (json_int_t)s->now + s->rules->life);
	if (body == NULL)
		return nerr_raise(NERR_NOMEM, "one-time code");
	snprintf(template, sizeof(template), "otp_%s", s->request->purpose);
	err = outbox_put(db, s->seal,
	    &(struct outbox_message) {
		.template = template, .body = body, .mute = s->request->mute });
	json_decref(body);
	return nerr_pass(err);
}

static NEOERR *
put(struct db *db, void *context)
{
	const struct sending *s = context;
	uint8_t code[SEAL_HASH_LEN];
	NEOERR *err;

	if ((err = hash_code(s->seal, s->key, s->request->purpose, s->code, code)) ||
	    (err = db_run(db, &sql[PUT],
		 DB_WITH(db_bytes(s->key->phone, SEAL_HASH_LEN), db_text(s->request->purpose),
		     db_bytes(code, sizeof(code)), db_bytes(s->key->browser, SEAL_HASH_LEN),
		     db_text(s->prefix), db_int(s->now + s->rules->window), db_int(s->now),
		     db_int(s->now + s->rules->life)),
		 NULL)))
		return nerr_pass(err);
	return nerr_pass(put_message(db, s));
}

NEOERR *
otp_send(struct db *db, const struct seal *seal, const struct otp_rules *rules,
    const struct otp_request *request, struct otp_sent *sent)
{
	struct key key;
	struct sending s = { .seal = seal,
		.rules = rules,
		.request = request,
		.key = &key,
		.now = clock_now() };
	uint32_t number = 0;
	NEOERR *err;

	*sent = (struct otp_sent) { .sent = true };
	s.prefix = sent->prefix;
	if (strlen(request->purpose) > PURPOSE_MAX)
		return nerr_raise(NERR_ASSERT, "one-time code: purpose too long");
	/* The budget of all comes last: refused requests do not use it up. */
	if ((err = within(
		 db, seal, "otp_address", request->address, &rules->per_address, sent)) ||
	    (err = within(db, seal, "otp_phone", request->phone, &rules->per_phone, sent)) ||
	    (err = within(db, seal, "otp_all", "", &rules->all, sent)) || !sent->sent)
		return nerr_pass(err);
	if ((err = key_of(seal, request, &key)) || (err = draw_prefix(sent->prefix)) ||
	    (err = draw(CODES, &number)))
		return nerr_pass(err);
	snprintf(s.code, sizeof(s.code), "%06u", number % CODES);
	sent->wait = rules->per_phone.of[0].window;
	return nerr_pass(db_transact(db, put, &s));
}

NEOERR *
otp_waiting(struct db *db, const struct seal *seal, const struct otp_rules *rules,
    const struct otp_request *request, struct otp_sent *waiting)
{
	const int64_t now = clock_now();
	struct key key;
	struct db_rows *rows = NULL;
	NEOERR *err;

	*waiting = (struct otp_sent) { .sent = false };
	if ((err = key_of(seal, request, &key)) ||
	    (err = db_select(db, &sql[WAITING],
		 DB_WITH(db_bytes(key.phone, SEAL_HASH_LEN), db_text(request->purpose),
		     db_bytes(key.browser, SEAL_HASH_LEN), db_int(now)),
		 &rows)) ||
	    (err = db_next(rows, &waiting->sent)) || !waiting->sent)
		goto out;
	snprintf(waiting->prefix, sizeof(waiting->prefix), "%s", db_get_text(rows, 0));
	waiting->wait = db_get_int(rows, 1) + rules->per_phone.of[0].window - now;
	if (waiting->wait < 0)
		waiting->wait = 0;
out:
	db_rows_free(&rows);
	return nerr_pass(err);
}

/* Six ASCII digits out of what was typed or pasted, without blanks and the mark before them; anything else is no code. */
static bool
read_code(const char *typed, char code[DIGITS + 1])
{
	const char *mark = strchr(typed, '-');
	size_t n = 0;

	if (mark)
		typed = mark + 1;
	for (; *typed; typed++) {
		if (*typed == ' ')
			continue;
		if (*typed < '0' || *typed > '9' || n == DIGITS)
			return false;
		code[n++] = *typed;
	}
	code[n] = '\0';
	return n == DIGITS;
}

NEOERR *
otp_check(struct db *db, const struct seal *seal, const struct otp_rules *rules,
    const struct otp_request *request, const char *typed, enum otp_verdict *verdict)
{
	const struct db_val now = db_int(clock_now());
	uint8_t hash[SEAL_HASH_LEN];
	char code[DIGITS + 1];
	struct key key;
	struct otp_sent waiting;
	int64_t affected;
	NEOERR *err;

	if ((err = key_of(seal, request, &key)))
		return nerr_pass(err);

	const struct db_val phone = db_bytes(key.phone, SEAL_HASH_LEN),
			    purpose = db_text(request->purpose),
			    browser = db_bytes(key.browser, SEAL_HASH_LEN);

	if ((err = db_run(db, &sql[TRY],
		 DB_WITH(now, now, db_int(now.number + rules->window), phone, purpose, browser,
		     now, db_int(rules->tries), now),
		 &affected)))
		return nerr_pass(err);
	if (affected != 1) {
		err = otp_waiting(db, seal, rules, request, &waiting);
		*verdict = waiting.sent ? OTP_TOO_MANY : OTP_NONE;
		return nerr_pass(err);
	}
	*verdict = OTP_WRONG;
	if (!read_code(typed, code))
		return STATUS_OK;
	if ((err = hash_code(seal, &key, request->purpose, code, hash)) ||
	    (err = db_run(db, &sql[SPEND],
		 DB_WITH(phone, purpose, browser, now, db_bytes(hash, sizeof(hash))),
		 &affected)))
		return nerr_pass(err);
	if (affected == 1)
		*verdict = OTP_RIGHT;
	return STATUS_OK;
}
