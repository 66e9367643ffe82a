/*
 * draft.c - what a person has answered so far.
 *
 * A row that is not there is never locked: under REPEATABLE READ that would lock the gap
 * around it, and with it the first answers of strangers.  The primary key decides between
 * two first inserts, the version between two later ones.
 */
#include <string.h>

#include "apply/draft.h"
#include "apply/sealed.h"
#include "apply/words.h"
#include "base/clock.h"
#include "base/fail.h"

enum { FIND, LOCK, INSERT, UPDATE, NOTE, DELETE };

static const struct db_sql sql[] = {
	[FIND] = { "draft_find", "SELECT version FROM draft WHERE person = ?" },
	[LOCK] = { "draft_lock",
	    "SELECT version, saved_at, body, saved_by FROM draft WHERE person = ? FOR UPDATE" },
	[INSERT] = { "draft_insert", "INSERT INTO draft (person, version, body, saved_by, "
				     "saved_at) VALUES (?, 1, ?, ?, ?)" },
	[UPDATE] = { "draft_update",
	    "UPDATE draft SET version = version + 1, body = ?, saved_by = ?, saved_at = ? "
	    "WHERE person = ? AND version = ?" },
	[NOTE] = { "draft_note", "UPDATE draft SET body = ? WHERE person = ? AND version = ?" },
	[DELETE] = { "draft_delete", "DELETE FROM draft WHERE person = ?" },
};

NEOERR *
draft_init(struct draft *draft)
{
	json_t *body = json_object();

	if (body == NULL)
		return nerr_raise(NERR_NOMEM, "draft");
	*draft = (struct draft) { .body = body };
	return STATUS_OK;
}

void
draft_release(struct draft *draft)
{
	json_decref(draft->body);
	draft->body = NULL;
}

NEOERR *
draft_unseal(struct draft *draft, const struct seal *seal, const uint8_t person[PERSON_LEN],
    int64_t version, int64_t saved_at, const void *sealed, size_t len)
{
	json_t *body;
	NEOERR *err;

	if (sealed == NULL) {
		body = json_object();
		err = body != NULL ? STATUS_OK : nerr_raise(NERR_NOMEM, "draft");
		version = saved_at = 0;
	} else {
		err = sealed_open(seal, "draft.body", person, PERSON_LEN, sealed, len, &body);
	}
	if (err != STATUS_OK)
		return nerr_pass(err);
	draft_release(draft);
	*draft = (struct draft) { .version = version, .saved_at = saved_at, .body = body };
	return STATUS_OK;
}

/* The person's row, locked; rows is at it, or NULL when there is none. */
static NEOERR *
lock(struct db *db, const uint8_t person[PERSON_LEN], struct db_rows **rows)
{
	struct db_rows *found = NULL;
	bool more = false;
	NEOERR *err;

	if ((err = db_select(db, &sql[FIND], DB_WITH(db_bytes(person, PERSON_LEN)), &found)) ||
	    (err = db_next(found, &more)) || !more)
		goto out;
	db_rows_free(&found);
	if ((err = db_select(db, &sql[LOCK], DB_WITH(db_bytes(person, PERSON_LEN)), &found)) ||
	    (err = db_next(found, &more)))
		goto out;
	/*
	 * Deleted while we waited, most likely by its submission: this transaction's view of
	 * everything else is from before that, so have it begin again.
	 */
	if (!more)
		err = nerr_raise(FAIL_RETRY, "draft is gone");
out:
	if (err == STATUS_OK && more) {
		*rows = found;
		found = NULL;
	}
	db_rows_free(&found);
	return nerr_pass(err);
}

NEOERR *
draft_lock(struct draft *draft, struct db *db, const struct seal *seal,
    const uint8_t person[PERSON_LEN])
{
	struct db_rows *rows = NULL;
	const void *sealed = NULL;
	int64_t version = 0, saved_at = 0;
	size_t len = 0;
	NEOERR *err;

	if ((err = lock(db, person, &rows)))
		return nerr_pass(err);
	if (rows != NULL) {
		version = db_get_int(rows, 0);
		saved_at = db_get_int(rows, 1);
		sealed = db_get_bytes(rows, 2, &len);
	}
	err = draft_unseal(draft, seal, person, version, saved_at, sealed, len);
	db_rows_free(&rows);
	return nerr_pass(err);
}

/* What the row holds now against what is to be saved. */
enum verdict { FIRST, NEXT, SAVED_BEFORE, STALE };

static enum verdict
judge(struct db_rows *rows, int64_t based_on, const uint8_t form[SEAL_HASH_LEN])
{
	const void *saved_by;
	size_t len;

	if (rows == NULL)
		return based_on == 0 ? FIRST : STALE;
	if (db_get_int(rows, 0) == based_on)
		return NEXT;
	saved_by = db_get_bytes(rows, 3, &len);
	return len == SEAL_HASH_LEN && memcmp(saved_by, form, len) == 0 ? SAVED_BEFORE : STALE;
}

NEOERR *
draft_save(struct draft *draft, struct db *db, const struct seal *seal,
    const uint8_t person[PERSON_LEN], int64_t based_on, const uint8_t form[SEAL_HASH_LEN],
    bool *stale)
{
	struct db_rows *rows = NULL;
	struct bytes sealed = BYTES_INIT;
	struct db_val who = db_bytes(person, PERSON_LEN), by = db_bytes(form, SEAL_HASH_LEN);
	int64_t now = clock_now(), affected = 1;
	enum verdict verdict;
	NEOERR *err;

	if ((err = lock(db, person, &rows)))
		return nerr_pass(err);
	verdict = judge(rows, based_on, form);
	if (verdict == SAVED_BEFORE) {
		draft->version = db_get_int(rows, 0);
		draft->saved_at = db_get_int(rows, 1);
	}
	if (verdict == FIRST || verdict == NEXT) {
		err =
		    sealed_close(seal, "draft.body", person, PERSON_LEN, draft->body, &sealed);
		if (err != STATUS_OK)
			goto out;
	}
	if (verdict == FIRST) {
		err = db_run(db, &sql[INSERT],
		    DB_WITH(who, db_bytes(sealed.data, sealed.len), by, db_int(now)), NULL);
		if (nerr_handle(&err, FAIL_DUPLICATE))
			err = nerr_raise(FAIL_RETRY, "another was first");
	} else if (verdict == NEXT) {
		err = db_run(db, &sql[UPDATE],
		    DB_WITH(db_bytes(sealed.data, sealed.len), by, db_int(now), who,
			db_int(based_on)),
		    &affected);
		if (err == STATUS_OK && affected != 1)
			err = nerr_raise(NERR_ASSERT, "a locked draft moved");
	}
	if (err != STATUS_OK)
		goto out;
	if (verdict == FIRST || verdict == NEXT) {
		draft->version = based_on + 1;
		draft->saved_at = now;
	}
	*stale = verdict == STALE;
out:
	bytes_release(&sealed);
	db_rows_free(&rows);
	return nerr_pass(err);
}

NEOERR *
draft_swap(struct draft *draft, struct db *db, const struct seal *seal,
    const uint8_t person[PERSON_LEN], int64_t based_on, const uint8_t form[SEAL_HASH_LEN],
    bool *swapped)
{
	struct bytes sealed = BYTES_INIT;
	int64_t now = clock_now(), affected = 0;
	NEOERR *err;

	if ((err = sealed_close(seal, "draft.body", person, PERSON_LEN, draft->body, &sealed)))
		return nerr_pass(err);
	err = db_run(db, &sql[UPDATE],
	    DB_WITH(db_bytes(sealed.data, sealed.len), db_bytes(form, SEAL_HASH_LEN),
		db_int(now), db_bytes(person, PERSON_LEN), db_int(based_on)),
	    &affected);
	bytes_release(&sealed);
	if (err != STATUS_OK)
		return nerr_pass(err);
	*swapped = affected == 1;
	if (*swapped) {
		draft->version = based_on + 1;
		draft->saved_at = now;
	}
	return STATUS_OK;
}

NEOERR *
draft_note(const struct draft *draft, struct db *db, const struct seal *seal,
    const uint8_t person[PERSON_LEN])
{
	struct bytes sealed = BYTES_INIT;
	NEOERR *err;

	if ((err = sealed_close(seal, "draft.body", person, PERSON_LEN, draft->body, &sealed)))
		return nerr_pass(err);
	err = db_run(db, &sql[NOTE],
	    DB_WITH(db_bytes(sealed.data, sealed.len), db_bytes(person, PERSON_LEN),
		db_int(draft->version)),
	    NULL);
	bytes_release(&sealed);
	return nerr_pass(err);
}

NEOERR *
draft_delete(struct db *db, const uint8_t person[PERSON_LEN])
{
	return nerr_pass(db_run(db, &sql[DELETE], DB_WITH(db_bytes(person, PERSON_LEN)), NULL));
}

/* The object named key within parent, made when missing; NULL on lack of memory. */
static json_t *
object_within(json_t *parent, const char *key)
{
	json_t *object = json_object_get(parent, key);

	if (object == NULL && json_object_set_new(parent, key, json_object()) == 0)
		object = json_object_get(parent, key);
	return object;
}

json_t *
draft_answers(struct draft *draft)
{
	return object_within(draft->body, "answers");
}

json_t *
draft_typed(struct draft *draft, const char *step)
{
	return object_within(object_within(draft->body, "typed"), step);
}

json_t *
draft_unsent(struct draft *draft)
{
	return object_within(draft->body, "unsent");
}

json_t *
draft_consents(struct draft *draft)
{
	return object_within(draft->body, "consents");
}

json_t *
draft_seen(struct draft *draft)
{
	return object_within(draft->body, "seen");
}

/* Removes what the field opens, and what those open in turn; the table has no rings. */
static void
reopen(struct draft *draft, const struct field *field)
{
	const char *names = field->opens != NULL ? field->opens : "";
	char name[WORDS_MAX];

	while (words_next(&names, name)) {
		const struct field *opened = field_find(name);

		if (opened == NULL)
			json_object_del(draft->body, name);
		else if (json_object_del(draft_answers(draft), name) == 0)
			reopen(draft, opened);
	}
}

NEOERR *
draft_answer(struct draft *draft, const struct field *field, const char *value)
{
	json_t *answers = draft_answers(draft);
	const char *before = field_answer(answers, field->name);

	if (answers == NULL)
		return nerr_raise(NERR_NOMEM, "draft");
	if (strcmp(before, value) == 0)
		return STATUS_OK;
	if (*before != '\0')
		reopen(draft, field);
	if (*value == '\0')
		json_object_del(answers, field->name);
	else if (json_object_set_new(answers, field->name, json_string(value)) != 0)
		return nerr_raise(NERR_NOMEM, "draft");
	return STATUS_OK;
}
