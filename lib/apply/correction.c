#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply/correction.h"
#include "apply/person.h"
#include "apply/sealed.h"
#include "apply/words.h"
#include "base/audit.h"
#include "base/clock.h"
#include "base/fail.h"

#define SUBMITTED "SUBMITTED"
#define RETURNED "RETURNED"

enum { LOCK, RENEW, EVENT, TIE };

/* The attempt in the condition: of two corrections at once one finds nothing to change. */
static const struct db_sql sql[] = {
	[LOCK] = { "correction_lock",
	    "SELECT a.state, a.reason, a.attempt, a.body, "
	    "(SELECT MAX(e.n) FROM application_event e WHERE e.application = a.no) "
	    "FROM application a WHERE a.no = ? AND a.person = ? FOR UPDATE" },
	[RENEW] = { "correction_renew",
	    "UPDATE application SET state = '" SUBMITTED "', live = 1, reason = NULL, "
	    "tracking = NULL, attempt = attempt + 1, bank = ?, branch = ?, body = ?, "
	    "portrait = ?, promised_on = ? WHERE no = ? AND attempt = ?" },
	[EVENT] = { "correction_event",
	    "INSERT INTO application_event (application, n, state, at, cause) "
	    "VALUES (?, ?, '" SUBMITTED "', ?, 'citizen')" },
	[TIE] = { "correction_tie",
	    "UPDATE photo SET application = ? "
	    "WHERE id = ? AND person = ? AND kind = ? AND application IS NULL" },
};

const char *
correction_opens(HDF *conf, const char *state, const char *reason)
{
	const bool returned = strcmp(state, RETURNED) == 0;
	char key[32];

	if (!application_may_move(state, SUBMITTED) || (!returned && *reason == '\0'))
		return NULL;
	snprintf(key, sizeof key, "Correct.%.16s", returned ? state : reason);
	return hdf_get_value(conf, key, NULL);
}

struct correction {
	struct db *db;
	const struct seal *seal;
	const uint8_t *person;
	const char *no;
	int64_t attempt, last_event, now;
	json_t *answers; /* owned */
	char promised_on[CLOCK_DATE_LEN];
};

/* Sets what is changed and removes what that closes (field.opens), as far as it is not asked any more. */
static NEOERR *
change(struct correction *c, const char *opens, const json_t *changed, bool returned)
{
	for (size_t i = 0; i < fields_count; i++) {
		const char *name = fields[i].name;
		const char *value = field_answer(changed, name);

		if (*value && words_have(opens, name) &&
		    json_object_set_new(c->answers, name, json_string(value)) != 0)
			return nerr_raise(NERR_NOMEM, "correction");
	}
	if (returned && json_object_set_new(c->answers, "delivery", json_string("branch")) != 0)
		return nerr_raise(NERR_NOMEM, "correction");
	for (size_t i = 0; i < fields_count; i++)
		if (!field_asked(&fields[i], c->answers))
			json_object_del(c->answers, fields[i].name);
	return STATUS_OK;
}

static NEOERR *
tie_pictures(const struct correction *c, const char *opens, const json_t *changed)
{
	for (size_t i = 0; i < fields_count; i++) {
		const char *answer = field_answer(changed, fields[i].name);
		uint8_t id[SEAL_ID_LEN];
		int64_t tied;
		NEOERR *err;

		if (fields[i].kind != FIELD_PHOTO || !words_have(opens, fields[i].name) ||
		    !seal_unhex(answer, id, sizeof id))
			continue;
		err = db_run(c->db, &sql[TIE],
		    DB_WITH(db_text(c->no), db_bytes(id, sizeof id),
			db_bytes(c->person, PERSON_LEN), db_text(fields[i].name)),
		    &tied);
		if (err == STATUS_OK && tied != 1)
			err = nerr_raise(
			    NERR_ASSERT, "correction: no picture for %s", fields[i].name);
		if (err != STATUS_OK)
			return nerr_pass(err);
	}
	return STATUS_OK;
}

static NEOERR *
renew(const struct correction *c)
{
	uint8_t portrait[SEAL_ID_LEN];
	struct bytes body = BYTES_INIT;
	int64_t renewed = 0;
	NEOERR *err;

	if (!seal_unhex(field_answer(c->answers, "portrait"), portrait, sizeof portrait))
		return nerr_raise(NERR_ASSERT, "correction without portrait");
	if ((err = sealed_close(
		 c->seal, "application.body", c->no, strlen(c->no), c->answers, &body)))
		return nerr_pass(err);
	err = db_run(c->db, &sql[RENEW],
	    DB_WITH(db_text(field_answer(c->answers, "bank")),
		db_text(field_answer(c->answers, "branch")), db_bytes(body.data, body.len),
		db_bytes(portrait, sizeof portrait), db_text(c->promised_on), db_text(c->no),
		db_int(c->attempt)),
	    &renewed);
	bytes_release(&body);
	if (err == STATUS_OK && renewed != 1)
		err = nerr_raise(FAIL_RETRY, "the application has moved");
	if (err != STATUS_OK)
		return nerr_pass(err);
	err = db_run(c->db, &sql[EVENT],
	    DB_WITH(db_text(c->no), db_int(c->last_event + 1), db_int(c->now)), NULL);
	/* As in application.c: the view of the events may be older than the lock. */
	if (nerr_handle(&err, FAIL_DUPLICATE))
		err = nerr_raise(FAIL_RETRY, "another event came first");
	return nerr_pass(err);
}

NEOERR *
application_correct(struct db *db, const struct seal *seal, const uint8_t person[PERSON_LEN],
    const char *actor, const char *no, HDF *conf, const json_t *changed, long promise_days,
    bool *corrected)
{
	struct correction c = {
		.db = db, .seal = seal, .person = person, .no = no, .now = clock_now()
	};
	struct db_rows *rows = NULL;
	const char *opens = NULL;
	char today[CLOCK_DATE_LEN];
	bool found;
	NEOERR *err;

	*corrected = false;
	if ((err = db_select(
		 db, &sql[LOCK], DB_WITH(db_text(no), db_bytes(person, PERSON_LEN)), &rows)) ||
	    (err = db_next(rows, &found)))
		goto out;
	if (found)
		opens = correction_opens(conf, db_get_text(rows, 0),
		    db_is_null(rows, 1) ? "" : db_get_text(rows, 1));
	if (opens) {
		const bool returned = strcmp(db_get_text(rows, 0), RETURNED) == 0;
		size_t len;
		const void *sealed = db_get_bytes(rows, 3, &len);

		c.attempt = db_get_int(rows, 2);
		c.last_event = db_get_int(rows, 4);
		clock_date(c.now, today);
		clock_add_days(today, (int)promise_days, c.promised_on);
		if ((err = sealed_open(
			 seal, "application.body", no, strlen(no), sealed, len, &c.answers)) ||
		    (err = change(&c, opens, changed, returned)) || (err = renew(&c)) ||
		    (err = tie_pictures(&c, opens, changed)) ||
		    (err = audit_write(db, "correct", actor, no, opens)))
			goto out;
		*corrected = true;
	}
out:
	json_decref(c.answers);
	db_rows_free(&rows);
	return nerr_pass(err);
}
