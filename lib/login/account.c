#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "apply/person.h"
#include "apply/sealed.h"
#include "apply/valid.h"
#include "base/clock.h"
#include "base/fail.h"
#include "login/account.h"
#include "login/identity.h"
#include "login/password.h"

enum { INSERT, BY_USERNAME, BY_PHONE, BY_PERSON, BY_ID, PROVE, PASSWORD, SESSIONS, DELETE };

#define COLUMNS "SELECT id, person, password, body FROM account WHERE "

static const struct db_sql sql[] = {
	[INSERT] = { "account_insert",
	    "INSERT INTO account (id, username_index, phone_index, person, body, password, "
	    "realname_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)" },
	[BY_USERNAME] = { "account_by_username", COLUMNS "username_index = ?" },
	[BY_PHONE] = { "account_by_phone", COLUMNS "phone_index = ?" },
	[BY_PERSON] = { "account_by_person", COLUMNS "person = ?" },
	[BY_ID] = { "account_by_id", COLUMNS "id = ?" },
	[PROVE] = { "account_prove",
	    "UPDATE account SET person = ?, body = ?, realname_at = ? WHERE id = ?" },
	[PASSWORD] = { "account_password", "UPDATE account SET password = ? WHERE id = ?" },
	[SESSIONS] = { "account_sessions",
	    "UPDATE session SET ended_at = ? WHERE account = ? AND ended_at IS NULL" },
	[DELETE] = { "account_delete", "DELETE FROM account WHERE id = ?" },
};

/* User names are compared without regard to the case of ASCII letters. */
static NEOERR *
username_index(const struct seal *seal, const char *username, uint8_t out[SEAL_HASH_LEN])
{
	char folded[ACCOUNT_NAME_MAX + 1];
	size_t len = strlen(username);

	if (len > ACCOUNT_NAME_MAX)
		len = ACCOUNT_NAME_MAX;
	for (size_t i = 0; i < len; i++)
		folded[i] = (char)tolower((unsigned char)username[i]);
	return nerr_pass(seal_hash(seal, "username", folded, len, out));
}

static NEOERR *
phone_index(const struct seal *seal, const char *phone, uint8_t out[SEAL_HASH_LEN])
{
	return nerr_pass(seal_hash(seal, "phone", phone, strlen(phone), out));
}

static void
mask(const char *name, char *out, size_t size)
{
	size_t first = 1, rest = 0, at;

	while (((unsigned char)name[first] & 0xC0) == 0x80)
		first++;
	if (name[0] == '\0' || first + 4 > size) {
		out[0] = '\0';
		return;
	}
	for (const char *p = name + first; *p; p++)
		rest += ((unsigned char)*p & 0xC0) != 0x80;
	memcpy(out, name, first);
	for (at = first; rest > 0 && at < first + 2; rest--)
		out[at++] = '*';
	out[at] = '\0';
}

/* 138****0001; nothing when there is none. */
static void
mask_phone(const char *phone, char *out, size_t size)
{
	const size_t len = strlen(phone);

	if (len == 11)
		snprintf(out, size, "%.3s****%s", phone, phone + 7);
	else
		out[0] = '\0';
}

static NEOERR *
close_body(const struct seal *seal, const uint8_t id[SEAL_ID_LEN], const json_t *body,
    struct bytes *sealed)
{
	return nerr_pass(sealed_close(seal, "account.body", id, SEAL_ID_LEN, body, sealed));
}

static NEOERR *
pack(const struct seal *seal, const uint8_t id[SEAL_ID_LEN], const struct account_new *account,
    struct bytes *sealed)
{
	json_t *body = json_pack("{s:s*, s:s*, s:s*, s:s*, s:s*}", "username",
	    account->username, "phone", account->phone, "name", account->name, "id_type",
	    account->id_type, "id_number", account->id_number);
	NEOERR *err;

	err =
	    body ? close_body(seal, id, body, sealed) : nerr_raise(NERR_NOMEM, "account body");
	json_decref(body);
	return nerr_pass(err);
}

NEOERR *
account_create(struct db *db, const struct seal *seal, const struct password_rules *rules,
    const struct account_new *account, bool *made)
{
	uint8_t id[SEAL_ID_LEN], username[SEAL_HASH_LEN], phone[SEAL_HASH_LEN],
	    person[PERSON_LEN];
	char password[PASSWORD_HASH_LEN];
	struct bytes sealed = BYTES_INIT;
	int64_t now = clock_now();
	NEOERR *err;

	if ((err = seal_random(id, sizeof id)) ||
	    (account->username && (err = username_index(seal, account->username, username))) ||
	    (account->phone && (err = phone_index(seal, account->phone, phone))) ||
	    (account->realname && (err = person_key(seal, account->id_number, person))) ||
	    (account->password &&
		(err = password_hash(seal, rules, account->password, password))) ||
	    (err = pack(seal, id, account, &sealed)))
		goto out;
	err = db_run(db, &sql[INSERT],
	    DB_WITH(db_bytes(id, sizeof id),
		account->username ? db_bytes(username, sizeof username) : db_null(),
		account->phone ? db_bytes(phone, sizeof phone) : db_null(),
		account->realname ? db_bytes(person, sizeof person) : db_null(),
		db_bytes(sealed.data, sealed.len),
		account->password ? db_text(password) : db_null(),
		account->realname ? db_int(now) : db_null(), db_int(now)),
	    NULL);
	*made = err == STATUS_OK;
	if (*made && account->id)
		memcpy(account->id, id, sizeof id);
	nerr_handle(&err, FAIL_DUPLICATE);
out:
	bytes_release(&sealed);
	return nerr_pass(err);
}

static NEOERR *
load(struct db *db, const struct seal *seal, const struct db_sql *by, const void *key,
    size_t len, struct account *account)
{
	struct db_rows *rows = NULL;
	struct bytes text = BYTES_INIT;
	const void *bytes;
	const char *password, *name;
	bool more;
	size_t n;
	NEOERR *err;

	*account = (struct account) { .found = false };
	if ((err = db_select(db, by, DB_WITH(db_bytes(key, len)), &rows)) ||
	    (err = db_next(rows, &more)) || !more)
		goto out;
	bytes = db_get_bytes(rows, 0, &n);
	if (n != SEAL_ID_LEN) {
		err = nerr_raise(NERR_DB, "account id of %zu bytes", n);
		goto out;
	}
	memcpy(account->id, bytes, SEAL_ID_LEN);
	if (!db_is_null(rows, 1)) {
		bytes = db_get_bytes(rows, 1, &n);
		account->has_person = n == PERSON_LEN;
		if (account->has_person)
			memcpy(account->person, bytes, PERSON_LEN);
	}
	if ((password = db_get_text(rows, 2)) != NULL)
		snprintf(account->password, sizeof account->password, "%s", password);
	bytes = db_get_bytes(rows, 3, &n);
	if ((err = seal_open(seal, "account.body", account->id, SEAL_ID_LEN, bytes, n, &text)))
		goto out;
	account->body = json_loadb((const char *)text.data, text.len, 0, NULL);
	if (account->body == NULL) {
		err = nerr_raise(FAIL_CRYPTO, "account body is not JSON");
		goto out;
	}
	name = field_answer(account->body, "name");
	if (*name)
		mask(name, account->masked, sizeof account->masked);
	else
		mask_phone(field_answer(account->body, "phone"), account->masked,
		    sizeof account->masked);
	account->found = true;
out:
	bytes_release(&text);
	db_rows_free(&rows);
	return nerr_pass(err);
}

NEOERR *
account_load(struct db *db, const struct seal *seal, const uint8_t id[SEAL_ID_LEN],
    struct account *account)
{
	return nerr_pass(load(db, seal, &sql[BY_ID], id, SEAL_ID_LEN, account));
}

NEOERR *
account_by_phone(
    struct db *db, const struct seal *seal, const char *phone, struct account *account)
{
	uint8_t key[SEAL_HASH_LEN], id[SEAL_ID_LEN];
	bool found;
	NEOERR *err;

	if ((err = phone_index(seal, phone, key)) ||
	    (err = load(db, seal, &sql[BY_PHONE], key, sizeof key, account)) ||
	    account->found ||
	    (err = identity_find(db, seal, IDENTITY_PHONE, phone, &found, id)) || !found)
		return nerr_pass(err);
	return nerr_pass(account_load(db, seal, id, account));
}

NEOERR *
account_of_phone(
    struct db *db, const struct seal *seal, const char *phone, struct account *account)
{
	bool made;
	NEOERR *err;

	if ((err = account_by_phone(db, seal, phone, account)) || account->found)
		return nerr_pass(err);
	if ((err = account_create(
		 db, seal, NULL, &(struct account_new) { .phone = phone }, &made)))
		return nerr_pass(err);
	/* Not made: another request has just done so. */
	return nerr_pass(account_by_phone(db, seal, phone, account));
}

NEOERR *
account_by_person(struct db *db, const struct seal *seal, const uint8_t person[PERSON_LEN],
    struct account *account)
{
	return nerr_pass(load(db, seal, &sql[BY_PERSON], person, PERSON_LEN, account));
}

/* Everything that leads to one account leads to the other, and the one goes. */
static NEOERR *
join(struct db *db, const struct seal *seal, const struct account *from,
    const struct account *to)
{
	const char *phone = field_answer(from->body, "phone");
	int64_t now = clock_now();
	NEOERR *err;

	if ((err = identity_move(db, from->id, to->id)) ||
	    (*from->password && !*to->password &&
		(err = db_run(db, &sql[PASSWORD],
		     DB_WITH(db_text(from->password), db_bytes(to->id, SEAL_ID_LEN)), NULL))) ||
	    (*phone && (err = identity_link(db, seal, IDENTITY_PHONE, phone, to->id))) ||
	    (err = db_run(db, &sql[SESSIONS],
		 DB_WITH(db_int(now), db_bytes(from->id, SEAL_ID_LEN)), NULL)))
		return nerr_pass(err);
	return nerr_pass(
	    db_run(db, &sql[DELETE], DB_WITH(db_bytes(from->id, SEAL_ID_LEN)), NULL));
}

static NEOERR *
set_proof(struct db *db, const struct seal *seal, struct account *account,
    const uint8_t person[PERSON_LEN], const struct account_proof *proof)
{
	struct bytes sealed = BYTES_INIT;
	NEOERR *err;

	if (json_object_set_new(account->body, "name", json_string(proof->name)) != 0 ||
	    json_object_set_new(account->body, "id_type", json_string(proof->id_type)) != 0 ||
	    json_object_set_new(account->body, "id_number", json_string(proof->id_number)) != 0)
		return nerr_raise(NERR_NOMEM, "account body");
	if ((err = close_body(seal, account->id, account->body, &sealed)))
		return nerr_pass(err);
	err = db_run(db, &sql[PROVE],
	    DB_WITH(db_bytes(person, PERSON_LEN), db_bytes(sealed.data, sealed.len),
		db_int(clock_now()), db_bytes(account->id, SEAL_ID_LEN)),
	    NULL);
	bytes_release(&sealed);
	/* Somebody else's transaction has just proven the same person on another account. */
	if (nerr_handle(&err, FAIL_DUPLICATE))
		err = nerr_raise(FAIL_RETRY, "another account of the same person");
	return nerr_pass(err);
}

NEOERR *
account_prove(struct db *db, const struct seal *seal, const uint8_t id[SEAL_ID_LEN],
    const struct account_proof *proof, uint8_t into[SEAL_ID_LEN], bool *joined)
{
	struct account account = { .found = false }, hers = { .found = false };
	uint8_t person[PERSON_LEN];
	NEOERR *err;

	if ((err = person_key(seal, proof->id_number, person)) ||
	    (err = account_load(db, seal, id, &account)) ||
	    (err = account_by_person(db, seal, person, &hers)))
		goto out;
	if (!account.found ||
	    (account.has_person && memcmp(account.person, person, PERSON_LEN) != 0)) {
		err = nerr_raise(FAIL_FORBIDDEN, "an account of somebody else");
		goto out;
	}
	*joined = hers.found && memcmp(hers.id, id, SEAL_ID_LEN) != 0;
	err = *joined ? join(db, seal, &account, &hers)
		      : set_proof(db, seal, &account, person, proof);
	if (err == STATUS_OK)
		memcpy(into, *joined ? hers.id : id, SEAL_ID_LEN);
out:
	account_release(&account);
	account_release(&hers);
	return nerr_pass(err);
}

NEOERR *
account_set_password(struct db *db, const struct seal *seal, const struct password_rules *rules,
    const uint8_t id[SEAL_ID_LEN], const char *password)
{
	char encoded[PASSWORD_HASH_LEN];
	NEOERR *err;

	if ((err = password_hash(seal, rules, password, encoded)))
		return nerr_pass(err);
	return nerr_pass(db_run(
	    db, &sql[PASSWORD], DB_WITH(db_text(encoded), db_bytes(id, SEAL_ID_LEN)), NULL));
}

/* A user name may look like a passport number: what it is not, is tried as the other. */
NEOERR *
account_find(struct db *db, const struct seal *seal, const char *what, struct account *account)
{
	uint8_t key[SEAL_HASH_LEN];
	char *phone = field_fold(field_find("phone"), what);
	char *number = field_fold(field_find("id_number"), what);
	NEOERR *err;

	*account = (struct account) { .found = false };
	if (phone == NULL || number == NULL)
		err = nerr_raise(NERR_NOMEM, "account_find");
	else if (valid_phone(phone) == NULL)
		err = account_by_phone(db, seal, phone, account);
	else {
		if ((err = username_index(seal, what, key)) == STATUS_OK)
			err = load(db, seal, &sql[BY_USERNAME], key, sizeof key, account);
		if (err == STATUS_OK && !account->found && valid_id_any(number) == NULL &&
		    (err = person_key(seal, number, key)) == STATUS_OK)
			err = load(db, seal, &sql[BY_PERSON], key, sizeof key, account);
	}
	free(phone);
	free(number);
	return nerr_pass(err);
}

void
account_release(struct account *account)
{
	json_decref(account->body);
	account->body = NULL;
}
