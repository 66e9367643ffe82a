#include <openssl/evp.h>
#include <string.h>

#include "base/clock.h"
#include "base/fail.h"
#include "login/qr.h"

#define VERSION 1
#define TIME_LEN 4
#define RANDOM_LEN 32
#define TAG_LEN 16

struct code {
	uint8_t version;
	uint8_t at[TIME_LEN];
	uint8_t random[RANDOM_LEN];
	uint8_t shown[QR_SHOWN_LEN];
	uint8_t browser[TAG_LEN];
	uint8_t mac[TAG_LEN];
};

/* Whole groups of three: no padding, and no bits that two texts could differ in alone. */
_Static_assert(sizeof(struct code) % 3 == 0, "a code is whole groups of base64url");
_Static_assert(sizeof(struct code) / 3 * 4 + 1 == QR_CODE_LEN, "QR_CODE_LEN");

const char *const qr_states[QR_STATES] = {
	[QR_WAITING] = "waiting",
	[QR_SCANNED] = "scanned",
	[QR_CONFIRMED] = "confirmed",
	[QR_CANCELLED] = "cancelled",
	[QR_USED] = "used",
	[QR_EXPIRED] = "expired",
};

enum { SCAN, LOOK, DECIDE, USE };

static const struct db_sql sql[] = {
	[SCAN] = { "qr_scan", "INSERT INTO qr_login (code, state, phone, account, scanned_at) "
			      "VALUES (?, 'scanned', ?, ?, ?)" },
	[LOOK] = { "qr_look",
	    "SELECT state, phone, account, decided_at FROM qr_login WHERE code = ?" },
	[DECIDE] = { "qr_decide", "UPDATE qr_login SET state = ?, decided_at = ? "
				  "WHERE code = ? AND phone = ? AND state = 'scanned'" },
	[USE] = { "qr_use", "UPDATE qr_login SET state = 'used' "
			    "WHERE code = ? AND state = 'confirmed' AND decided_at >= ?" },
};

static void
encode(const struct code *code, char text[QR_CODE_LEN])
{
	EVP_EncodeBlock((unsigned char *)text, (const unsigned char *)code, sizeof *code);
	for (char *c = text; *c; c++)
		*c = *c == '+' ? '-' : *c == '/' ? '_' : *c;
}

static bool
decode(const char *text, struct code *code)
{
	unsigned char plain[QR_CODE_LEN];

	if (strlen(text) != QR_CODE_LEN - 1 ||
	    strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") !=
		QR_CODE_LEN - 1)
		return false;
	for (size_t i = 0; i < QR_CODE_LEN; i++)
		plain[i] = (unsigned char)(text[i] == '-'   ? '+'
					   : text[i] == '_' ? '/'
							    : text[i]);
	return EVP_DecodeBlock((unsigned char *)code, plain, QR_CODE_LEN - 1) == sizeof *code;
}

/* The browser, by its token; another value in each code, so that two codes of one browser do not show it. */
static NEOERR *
browser_tag(const struct seal *seal, const struct code *code, const char *token,
    uint8_t out[SEAL_HASH_LEN])
{
	uint8_t data[RANDOM_LEN + SEAL_TOKEN_LEN];
	const size_t len = strnlen(token, SEAL_TOKEN_LEN);

	memcpy(data, code->random, RANDOM_LEN);
	memcpy(data + RANDOM_LEN, token, len);
	return nerr_pass(seal_hash(seal, "qr_browser", data, RANDOM_LEN + len, out));
}

static NEOERR *
phone_tag(const struct seal *seal, const char *token, uint8_t out[SEAL_HASH_LEN])
{
	return nerr_pass(seal_hash(seal, "qr_phone", token, strlen(token), out));
}

static NEOERR *
mac(const struct seal *seal, const struct code *code, uint8_t out[SEAL_HASH_LEN])
{
	return nerr_pass(
	    seal_hash(seal, "qr_code", code, sizeof *code - sizeof code->mac, out));
}

NEOERR *
qr_new(const struct seal *seal, const char *token, const uint8_t shown[QR_SHOWN_LEN],
    char text[QR_CODE_LEN])
{
	struct code code = { .version = VERSION };
	const uint32_t now = (uint32_t)clock_now();
	uint8_t hash[SEAL_HASH_LEN];
	NEOERR *err;

	for (int i = 0; i < TIME_LEN; i++)
		code.at[i] = (uint8_t)(now >> (8 * (TIME_LEN - 1 - i)));
	memcpy(code.shown, shown, QR_SHOWN_LEN);
	if ((err = seal_random(code.random, RANDOM_LEN)) ||
	    (err = browser_tag(seal, &code, token, hash)))
		return nerr_pass(err);
	memcpy(code.browser, hash, TAG_LEN);
	if ((err = mac(seal, &code, hash)))
		return nerr_pass(err);
	memcpy(code.mac, hash, TAG_LEN);
	encode(&code, text);
	return STATUS_OK;
}

NEOERR *
qr_read(const struct seal *seal, const struct qr_times *times, const char *token,
    const char *text, struct qr *qr)
{
	struct code code;
	uint8_t hash[SEAL_HASH_LEN];
	int64_t at = 0, age;
	NEOERR *err;

	*qr = (struct qr) { .known = false };
	if (!decode(text, &code) || code.version != VERSION)
		return STATUS_OK;
	if ((err = mac(seal, &code, hash)))
		return nerr_pass(err);
	for (int i = 0; i < TIME_LEN; i++)
		at = at << 8 | code.at[i];
	age = clock_now() - at;
	if (!seal_equal(hash, code.mac, TAG_LEN) || age < 0 || age > times->life + times->take)
		return STATUS_OK;
	if ((err = browser_tag(seal, &code, token, hash)))
		return nerr_pass(err);
	qr->own = *token != '\0' && seal_equal(hash, code.browser, TAG_LEN);
	if ((err = seal_hash(seal, "qr_number", &code, sizeof code, hash)))
		return nerr_pass(err);
	qr->number = 10 + (hash[0] << 8 | hash[1]) % 90;
	if ((err = seal_hash(seal, "qr_key", &code, sizeof code, qr->key)))
		return nerr_pass(err);
	qr->drawn_at = at;
	qr->left = age < times->life ? times->life - age : 0;
	memcpy(qr->shown, code.shown, QR_SHOWN_LEN);
	qr->known = true;
	return STATUS_OK;
}

/* A state of the table; what none is, has ended. */
static enum qr_state
state_of(const char *name)
{
	enum qr_state state = QR_WAITING;

	while (state < QR_EXPIRED && strcmp(qr_states[state], name) != 0)
		state++;
	return state;
}

static NEOERR *
take_row(const struct qr *qr, const struct qr_times *times, const struct db_rows *rows,
    struct qr_row *row)
{
	size_t phone_len, account_len;
	const void *phone = db_get_bytes(rows, 1, &phone_len);
	const void *account = db_get_bytes(rows, 2, &account_len);

	if (phone_len != SEAL_HASH_LEN || account_len != SEAL_ID_LEN)
		return nerr_raise(NERR_DB, "qr_login: columns of other lengths");
	memcpy(row->phone, phone, SEAL_HASH_LEN);
	memcpy(row->account, account, SEAL_ID_LEN);
	row->state = state_of(db_get_text(rows, 0));
	if ((row->state == QR_SCANNED && qr->left == 0) ||
	    (row->state == QR_CONFIRMED && db_get_int(rows, 3) < clock_now() - times->take))
		row->state = QR_EXPIRED;
	return STATUS_OK;
}

NEOERR *
qr_look(struct db *db, const struct qr *qr, const struct qr_times *times, struct qr_row *row)
{
	struct db_rows *rows = NULL;
	bool more;
	NEOERR *err;

	*row = (struct qr_row) { .state = qr->left > 0 ? QR_WAITING : QR_EXPIRED };
	if ((err = db_select(db, &sql[LOOK], DB_WITH(db_bytes(qr->key, SEAL_HASH_LEN)), &rows)))
		return nerr_pass(err);
	if ((err = db_next(rows, &more)) == STATUS_OK && more)
		err = take_row(qr, times, rows, row);
	db_rows_free(&rows);
	return nerr_pass(err);
}

NEOERR *
qr_scan(struct db *db, const struct seal *seal, const struct qr *qr,
    const struct qr_times *times, const char *token, const uint8_t account[SEAL_ID_LEN],
    struct qr_row *row, bool *mine)
{
	uint8_t phone[SEAL_HASH_LEN];
	NEOERR *err;

	*mine = false;
	if ((err = phone_tag(seal, token, phone)) || (err = qr_look(db, qr, times, row)))
		return nerr_pass(err);
	if (row->state == QR_WAITING) {
		err = db_run(db, &sql[SCAN],
		    DB_WITH(db_bytes(qr->key, SEAL_HASH_LEN), db_bytes(phone, sizeof phone),
			db_bytes(account, SEAL_ID_LEN), db_int(clock_now())),
		    NULL);
		/* Another phone has come first, or this one did already. */
		nerr_handle(&err, FAIL_DUPLICATE);
		nerr_handle(&err, FAIL_UNKNOWN);
		if (err || (err = qr_look(db, qr, times, row)))
			return nerr_pass(err);
		if (row->state == QR_WAITING)
			return nerr_raise(FAIL_UNAVAILABLE, "the scan was lost");
	}
	*mine = memcmp(row->phone, phone, sizeof phone) == 0;
	return STATUS_OK;
}

NEOERR *
qr_decide(struct db *db, const struct seal *seal, const struct qr *qr, const char *token,
    bool confirm, bool *done)
{
	uint8_t phone[SEAL_HASH_LEN];
	int64_t affected = 0;
	NEOERR *err;

	*done = false;
	if (qr->left == 0)
		return STATUS_OK;
	if ((err = phone_tag(seal, token, phone)) ||
	    (err = db_run(db, &sql[DECIDE],
		 DB_WITH(db_text(qr_states[confirm ? QR_CONFIRMED : QR_CANCELLED]),
		     db_int(clock_now()), db_bytes(qr->key, SEAL_HASH_LEN),
		     db_bytes(phone, sizeof phone)),
		 &affected)))
		return nerr_pass(err);
	*done = affected == 1;
	return STATUS_OK;
}

NEOERR *
qr_use(struct db *db, const struct qr *qr, const struct qr_times *times, bool *done)
{
	int64_t affected = 0;
	NEOERR *err;

	err = db_run(db, &sql[USE],
	    DB_WITH(db_bytes(qr->key, SEAL_HASH_LEN), db_int(clock_now() - times->take)),
	    &affected);
	*done = err == STATUS_OK && affected == 1;
	return nerr_pass(err);
}
