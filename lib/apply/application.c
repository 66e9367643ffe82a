/*
 * application.c - the application after submission.
 *
 * No row that is not there is locked (see draft.c): that a person has one live application
 * is left to the constraint, and an event's number to the primary key.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply/application.h"
#include "apply/outbox.h"
#include "apply/person.h"
#include "apply/sealed.h"
#include "apply/words.h"
#include "base/audit.h"
#include "base/clock.h"
#include "base/fail.h"

/*
 * A bank may leave out reports, so a state leads to all that lie after it; none leads back.
 * What the bank sent back (REJECTED, RETURNED, FAILED) the citizen may correct (correction.h), or withdraws.
 */
/* clang-format off */
#define END_STATES "DELIVERED COLLECTED FAILED"
#define ONCE_PRODUCED "AT_BRANCH MAILED RETURNED " END_STATES

static const struct application_state states[] = {
	{ .name = "SUBMITTED", .live = true, .next = "SENT WITHDRAWN" },
	{ .name = "SENT", .live = true, .next =
	  "RECEIVED ACCEPTED REJECTED ACCOUNT_OPENED IN_PRODUCTION PRODUCED " ONCE_PRODUCED },
	{ .name = "RECEIVED", .live = true, .next =
	  "ACCEPTED REJECTED ACCOUNT_OPENED IN_PRODUCTION PRODUCED " ONCE_PRODUCED },
	{ .name = "ACCEPTED", .live = true, .next =
	  "REJECTED ACCOUNT_OPENED IN_PRODUCTION PRODUCED " ONCE_PRODUCED },
	{ .name = "ACCOUNT_OPENED", .live = true, .next =
	  "IN_PRODUCTION PRODUCED " ONCE_PRODUCED },
	{ .name = "IN_PRODUCTION", .live = true, .next = "PRODUCED " ONCE_PRODUCED },
	{ .name = "PRODUCED", .live = true, .next = ONCE_PRODUCED },
	{ .name = "AT_BRANCH", .live = true, .next = "RETURNED " END_STATES },
	{ .name = "MAILED", .live = true, .next = "RETURNED " END_STATES },
	{ .name = "RETURNED", .live = true, .next = "AT_BRANCH MAILED SUBMITTED " END_STATES },
	{ .name = "REJECTED", .live = true, .next = "SUBMITTED WITHDRAWN" },
	{ .name = "DELIVERED", .done = true, .next = "" },
	{ .name = "COLLECTED", .done = true, .next = "" },
	{ .name = "FAILED", .next = "SUBMITTED" },
	{ .name = "WITHDRAWN", .next = "" },
};
/* clang-format on */

#define NUMBER_TRIES 3

enum { INSERT, LIVE, EVENT, TIE_PHOTO, LOCK, MOVE, CARD_HELD, LIST, EVENTS };

static const struct db_sql sql[] = {
	[INSERT] = { "application_insert",
	    "INSERT INTO application (no, person, live, state, channel, bank, branch, body, "
	    "portrait, submitted_at, promised_on) VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?)" },
	[LIVE] = { "application_live",
	    "SELECT no FROM application WHERE person = ? AND live = 1 LOCK IN SHARE MODE" },
	[EVENT] = { "application_event",
	    "INSERT INTO application_event (application, n, state, at, cause, reason) "
	    "VALUES (?, ?, ?, ?, ?, ?)" },
	[TIE_PHOTO] = { "application_tie_photo",
	    "UPDATE photo SET application = ? "
	    "WHERE id = ? AND person = ? AND kind = ? AND application IS NULL" },
	[LOCK] = { "application_lock",
	    "SELECT a.state, a.person, "
	    "(SELECT MAX(e.n) FROM application_event e WHERE e.application = a.no) "
	    "FROM application a WHERE a.no = ? FOR UPDATE" },
	[MOVE] = { "application_move",
	    "UPDATE application SET state = ?, live = ?, reason = ?, "
	    "tracking = COALESCE(?, tracking) WHERE no = ?" },
	[CARD_HELD] = { "application_card_held",
	    "UPDATE insured_person SET card_generation = 3 WHERE person = ?" },
	[LIST] = { "application_list",
	    "SELECT no, state, channel, bank, branch, tracking, reason, promised_on, attempt, "
	    "submitted_at, body FROM application WHERE person = ? "
	    "ORDER BY live DESC, submitted_at DESC, no DESC LIMIT ?" },
	[EVENTS] = { "application_events",
	    "SELECT state, reason, at FROM application_event WHERE application = ? "
	    "ORDER BY n LIMIT ?" },
};

/* States */

const struct application_state *
application_state(const char *name)
{
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		if (strcmp(states[i].name, name) == 0)
			return &states[i];
	}
	return NULL;
}

bool
application_may_move(const char *from, const char *to)
{
	const struct application_state *state = application_state(from);

	return state != NULL && words_have(state->next, to);
}

/* Submission */

struct submission {
	struct db *db;
	const struct seal *seal;
	const uint8_t *person;
	const char *channel;
	json_t *answers; /* owned */
	int64_t now;
	char no[APPLICATION_NO_LEN];
	char promised_on[CLOCK_DATE_LEN];
};

/* What was asked and answered, and what the roster knows of the rest. */
static NEOERR *
collect_answers(struct submission *s, const json_t *given)
{
	struct insured insured = { .found = false };
	NEOERR *err;

	if ((err = insured_load(&insured, s->db, s->seal, s->person)))
		return nerr_pass(err);
	s->answers = json_object();
	if (s->answers == NULL)
		err = nerr_raise(NERR_NOMEM, "submission");
	for (size_t i = 0; i < fields_count && err == STATUS_OK; i++) {
		const char *name = fields[i].name;
		const char *answer = field_answer(given, name);

		if (!field_asked(&fields[i], given))
			continue;
		if (*answer == '\0')
			answer = field_answer(insured.facts, name);
		if (*answer != '\0' &&
		    json_object_set_new(s->answers, name, json_string(answer)) != 0)
			err = nerr_raise(NERR_NOMEM, "submission");
	}
	insured_release(&insured);
	return err;
}

static NEOERR *
insert_numbered(const struct submission *s)
{
	const char *bank = field_answer(s->answers, "bank");
	const char *branch = field_answer(s->answers, "branch");
	uint8_t portrait[SEAL_ID_LEN];
	struct bytes body = BYTES_INIT;
	NEOERR *err;

	if (*bank == '\0' || *branch == '\0' ||
	    !seal_unhex(field_answer(s->answers, "portrait"), portrait, sizeof(portrait)))
		return nerr_raise(NERR_ASSERT, "submission without bank, branch or portrait");
	if ((err = sealed_close(
		 s->seal, "application.body", s->no, strlen(s->no), s->answers, &body)))
		return nerr_pass(err);
	err = db_run(s->db, &sql[INSERT],
	    DB_WITH(db_text(s->no), db_bytes(s->person, PERSON_LEN), db_text(states[0].name),
		db_text(s->channel), db_text(bank), db_text(branch),
		db_bytes(body.data, body.len), db_bytes(portrait, sizeof(portrait)),
		db_int(s->now), db_text(s->promised_on)),
	    NULL);
	bytes_release(&body);
	return nerr_pass(err);
}

/*
 * A refused row is the person's second live one, or met a number that somebody has: rare, so
 * draw again.
 */
static NEOERR *
insert_application(struct submission *s)
{
	for (int try = 1;; try++) {
		struct db_rows *rows = NULL;
		bool live = false;
		NEOERR *err;

		if ((err = application_number(s->now, s->no)))
			return nerr_pass(err);
		err = insert_numbered(s);
		if (!nerr_handle(&err, FAIL_DUPLICATE))
			return nerr_pass(err);
		err = db_select(
		    s->db, &sql[LIVE], DB_WITH(db_bytes(s->person, PERSON_LEN)), &rows);
		if (err == STATUS_OK)
			err = db_next(rows, &live);
		db_rows_free(&rows);
		if (err == STATUS_OK && live)
			err = nerr_raise(FAIL_DUPLICATE, "a live application");
		if (err == STATUS_OK && try == NUMBER_TRIES)
			err = nerr_raise(NERR_ASSERT, "%d numbers in use", try);
		if (err != STATUS_OK)
			return nerr_pass(err);
	}
}

static NEOERR *
add_event(struct db *db, const char *no, int64_t n, const char *state, int64_t at,
    const char *cause, const char *reason)
{
	return nerr_pass(db_run(db, &sql[EVENT],
	    DB_WITH(db_text(no), db_int(n), db_text(state), db_int(at), db_text(cause),
		db_text(reason)),
	    NULL));
}

static NEOERR *
tie_photos(const struct submission *s)
{
	for (size_t i = 0; i < fields_count; i++) {
		const char *answer = field_answer(s->answers, fields[i].name);
		uint8_t id[SEAL_ID_LEN];
		int64_t tied;
		NEOERR *err;

		if (fields[i].kind != FIELD_PHOTO || !seal_unhex(answer, id, sizeof(id)))
			continue;
		err = db_run(s->db, &sql[TIE_PHOTO],
		    DB_WITH(db_text(s->no), db_bytes(id, sizeof(id)),
			db_bytes(s->person, PERSON_LEN), db_text(fields[i].name)),
		    &tied);
		if (err == STATUS_OK && tied != 1)
			err = nerr_raise(
			    NERR_ASSERT, "submission: no picture for %s", fields[i].name);
		if (err != STATUS_OK)
			return nerr_pass(err);
	}
	return STATUS_OK;
}

static NEOERR *
tell_citizen(const struct submission *s)
{
	json_t *body = json_pack("{s:s, s:s, s:s}", "phone", field_answer(s->answers, "phone"),
	    "no", s->no, "promised_on", s->promised_on);
	NEOERR *err;

	if (body == NULL)
		return nerr_raise(NERR_NOMEM, "submission");
	err = outbox_put(s->db, s->seal,
	    &(struct outbox_message) {
		.person = s->person, .template = "submitted", .body = body });
	json_decref(body);
	return nerr_pass(err);
}

NEOERR *
application_submit(struct db *db, const struct seal *seal, const uint8_t person[PERSON_LEN],
    const char *actor, struct draft *draft, const char *channel, long promise_days,
    char no[APPLICATION_NO_LEN])
{
	struct submission s = {
		.db = db, .seal = seal, .person = person, .channel = channel, .now = clock_now()
	};
	char today[CLOCK_DATE_LEN];
	NEOERR *err;

	clock_date(s.now, today);
	clock_add_days(today, (int)promise_days, s.promised_on);
	if ((err = collect_answers(&s, draft_answers(draft))) ||
	    (err = insert_application(&s)) || (err = tie_photos(&s)) ||
	    (err = add_event(db, s.no, 1, states[0].name, s.now, "citizen", NULL)) ||
	    (err = tell_citizen(&s)) ||
	    (err = audit_write(db, "submit", actor, s.no, channel)) ||
	    (err = draft_delete(db, person)))
		goto out;
	memcpy(no, s.no, APPLICATION_NO_LEN);
out:
	json_decref(s.answers);
	return nerr_pass(err);
}

/* Moves */

/* What application_move has locked. */
struct locked {
	const char *no;
	const void *person;
	int64_t last_event;
};

static NEOERR *
move(struct db *db, const struct locked *locked, const struct application_state *state,
    int64_t at, const char *cause, const char *reason, const char *tracking)
{
	NEOERR *err;

	err = db_run(db, &sql[MOVE],
	    DB_WITH(db_text(state->name), state->live ? db_int(1) : db_null(), db_text(reason),
		db_text(tracking), db_text(locked->no)),
	    NULL);
	if (err == STATUS_OK)
		err = add_event(
		    db, locked->no, locked->last_event + 1, state->name, at, cause, reason);
	/* This transaction's view of the events is older than its lock on the application. */
	if (nerr_handle(&err, FAIL_DUPLICATE))
		err = nerr_raise(FAIL_RETRY, "another event came first");
	if (err == STATUS_OK && state->done)
		err = db_run(
		    db, &sql[CARD_HELD], DB_WITH(db_bytes(locked->person, PERSON_LEN)), NULL);
	return nerr_pass(err);
}

NEOERR *
application_move(struct db *db, const char *no, const char *state, int64_t at,
    const char *cause, const char *reason, const char *tracking, bool *moved)
{
	const struct application_state *to = application_state(state);
	struct db_rows *rows = NULL;
	bool found, may = false;
	struct locked locked = { .no = no };
	size_t len;
	NEOERR *err;

	if ((err = db_select(db, &sql[LOCK], DB_WITH(db_text(no)), &rows)) ||
	    (err = db_next(rows, &found)))
		goto out;
	if (found && to != NULL && application_may_move(db_get_text(rows, 0), state)) {
		locked.person = db_get_bytes(rows, 1, &len);
		locked.last_event = db_get_int(rows, 2);
		may = true;
		err = len != PERSON_LEN ? nerr_raise(NERR_ASSERT, "person of %zu bytes", len)
					: move(db, &locked, to, at, cause, reason, tracking);
		if (err != STATUS_OK)
			goto out;
	}
	*moved = may;
out:
	db_rows_free(&rows);
	return nerr_pass(err);
}

/* Reading */

static void
copy(char *out, size_t size, const char *text)
{
	snprintf(out, size, "%s", text != NULL ? text : "");
}

static NEOERR *
read_application(struct application *a, const struct db_rows *rows, const struct seal *seal)
{
	size_t len;
	const void *sealed = db_get_bytes(rows, 10, &len);

	*a = (struct application) { .attempt = (int)db_get_int(rows, 8),
		.submitted_at = db_get_int(rows, 9) };
	copy(a->no, sizeof(a->no), db_get_text(rows, 0));
	copy(a->state, sizeof(a->state), db_get_text(rows, 1));
	copy(a->channel, sizeof(a->channel), db_get_text(rows, 2));
	copy(a->bank, sizeof(a->bank), db_get_text(rows, 3));
	copy(a->branch, sizeof(a->branch), db_get_text(rows, 4));
	copy(a->tracking, sizeof(a->tracking), db_get_text(rows, 5));
	copy(a->reason, sizeof(a->reason), db_get_text(rows, 6));
	copy(a->promised_on, sizeof(a->promised_on), db_get_text(rows, 7));
	return nerr_pass(
	    sealed_open(seal, "application.body", a->no, strlen(a->no), sealed, len, &a->body));
}

NEOERR *
application_list(struct db *db, const struct seal *seal, const uint8_t person[PERSON_LEN],
    struct application *list, size_t max, size_t *count)
{
	struct db_rows *rows = NULL;
	size_t n = 0;
	bool more;
	NEOERR *err;

	err = db_select(
	    db, &sql[LIST], DB_WITH(db_bytes(person, PERSON_LEN), db_int((int64_t)max)), &rows);
	while (err == STATUS_OK && (err = db_next(rows, &more)) == STATUS_OK && more)
		err = read_application(&list[n++], rows, seal);
	if (err == STATUS_OK)
		*count = n;
	else
		while (n > 0)
			application_release(&list[--n]);
	db_rows_free(&rows);
	return nerr_pass(err);
}

NEOERR *
application_events(
    struct db *db, const char *no, struct application_event *list, size_t max, size_t *count)
{
	struct db_rows *rows = NULL;
	size_t n = 0;
	bool more;
	NEOERR *err;

	err = db_select(db, &sql[EVENTS], DB_WITH(db_text(no), db_int((int64_t)max)), &rows);
	while (err == STATUS_OK && (err = db_next(rows, &more)) == STATUS_OK && more) {
		copy(list[n].state, sizeof(list[n].state), db_get_text(rows, 0));
		copy(list[n].reason, sizeof(list[n].reason), db_get_text(rows, 1));
		list[n++].at = db_get_int(rows, 2);
	}
	if (err == STATUS_OK)
		*count = n;
	db_rows_free(&rows);
	return nerr_pass(err);
}

void
application_release(struct application *application)
{
	json_decref(application->body);
	application->body = NULL;
}
