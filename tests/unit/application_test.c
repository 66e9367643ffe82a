/*
 * application_test.c - numbers, states, submission, withdrawal, and who wins when many come
 * at once.
 */
#include <apply/application.h>
#include <apply/words.h>
#include <base/clock.h>

#include "crowd.h"

#define ACTOR "00112233445566778899aabbccddeeff"
#define BANK "102"
#define BRANCH "1020001"

enum { PHOTO, PHOTOS_TIED, EVENTS, OUTBOX, AUDIT, APPLICATIONS, ROW, GENERATION };

static const struct db_sql sql[] = {
	[PHOTO] = { "test_photo",
	    "INSERT INTO photo (id, person, kind, body, width, height, received_at) "
	    "VALUES (?, ?, ?, '', 1, 1, 0)" },
	[PHOTOS_TIED] = { "test_photos_tied",
	    "SELECT COUNT(*) FROM photo WHERE application = ?" },
	[EVENTS] = { "test_events",
	    "SELECT COUNT(*) FROM application_event WHERE application = ?" },
	[OUTBOX] = { "test_outbox",
	    "SELECT COUNT(*) FROM outbox WHERE person = ? AND template = 'submitted'" },
	[AUDIT] = { "test_audit", "SELECT COUNT(*) FROM audit WHERE subject = ? AND action = "
				  "'submit' AND actor = '" ACTOR "'" },
	[APPLICATIONS] = { "test_applications",
	    "SELECT COUNT(*) FROM application WHERE person = ?" },
	[ROW] = { "test_row", "SELECT COALESCE(live, 0), state, reason, tracking, body "
			      "FROM application WHERE no = ?" },
	[GENERATION] = { "test_generation",
	    "SELECT card_generation FROM insured_person WHERE person = ?" },
};

static int64_t
count(const struct db_sql *what, struct db_val of)
{
	struct db_rows *rows = NULL;
	int64_t n;
	bool more;

	assert_ok(db_select(instance_db, what, DB_WITH(of), &rows));
	assert_ok(db_next(rows, &more));
	n = db_get_int(rows, 0);
	db_rows_free(&rows);
	return n;
}

static int64_t
applications_of(const struct citizen *citizen)
{
	return count(&sql[APPLICATIONS], db_bytes(citizen->person, PERSON_LEN));
}

/* Numbers */

static int
by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void
a_number_is_valid_and_none_is_drawn_twice(void **state)
{
	static char numbers[2000][APPLICATION_NO_LEN];

	(void)state;
	for (size_t i = 0; i < 2000; i++) {
		assert_ok(application_number(1795305600, numbers[i])); /* 2026-11-22 08:00 */
		assert_memory_equal(numbers[i], "BJ261122", 8);
		assert_int_equal(strlen(numbers[i]), 17);
		assert_true(application_number_valid(numbers[i]));
	}
	qsort(numbers, 2000, sizeof(numbers[0]), by_text);
	for (size_t i = 1; i < 2000; i++)
		assert_string_not_equal(numbers[i - 1], numbers[i]);
}

static void
a_slip_in_typing_a_number_shows(void **state)
{
	const char *letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	char good[APPLICATION_NO_LEN], slip[APPLICATION_NO_LEN];

	(void)state;
	assert_ok(application_number(clock_now(), good));
	for (size_t i = 0; i < 17; i++) {
		for (const char *c = letters; *c != '\0'; c++) {
			strcpy(slip, good);
			slip[i] = *c;
			assert_int_equal(application_number_valid(slip), *c == good[i]);
		}
		strcpy(slip, good);
		slip[i] = '\0';
		assert_false(application_number_valid(slip));
	}
	assert_false(application_number_valid("BJ-61122ABCDEFGH1"));
	assert_false(application_number_valid("BJ261122ABCDEFGH11"));
	assert_false(application_number_valid("'; DROP TABLE --x"));
}

/* States */

static const char *const all_states[] = { "SUBMITTED", "SENT", "RECEIVED", "ACCEPTED",
	"REJECTED", "ACCOUNT_OPENED", "IN_PRODUCTION", "PRODUCED", "AT_BRANCH", "MAILED",
	"RETURNED", "DELIVERED", "COLLECTED", "FAILED", "WITHDRAWN" };
#define STATES (sizeof(all_states) / sizeof(all_states[0]))

static void
every_state_leads_only_to_states_and_fits_its_column(void **state)
{
	(void)state;
	for (size_t i = 0; i < STATES; i++) {
		const struct application_state *s = application_state(all_states[i]);
		const char *next;
		char word[WORDS_MAX];

		assert_non_null(s);
		assert_true(strlen(s->name) <= 16);
		for (next = s->next; words_next(&next, word);)
			assert_non_null(application_state(word));
		assert_false(s->live && s->done);
		assert_int_equal(*s->next == '\0', !s->live);
	}
	assert_null(application_state("LOST"));
	assert_false(application_may_move("LOST", "SENT"));
	assert_false(application_may_move("SUBMITTED", ""));
}

static const struct {
	const char *from, *to;
	bool may;
} moves[] = {
	{ "SUBMITTED", "SENT", true },
	{ "SUBMITTED", "WITHDRAWN", true },
	{ "SUBMITTED", "ACCEPTED", false }, /* no bank has seen it */
	{ "SENT", "WITHDRAWN", false },
	{ "SENT", "ACCEPTED", true }, /* banks leave out reports */
	{ "SENT", "REJECTED", true },
	{ "RECEIVED", "IN_PRODUCTION", true },
	{ "ACCEPTED", "ACCOUNT_OPENED", true },
	{ "IN_PRODUCTION", "AT_BRANCH", true },
	{ "PRODUCED", "MAILED", true },
	{ "PRODUCED", "COLLECTED", true },
	{ "AT_BRANCH", "COLLECTED", true },
	{ "MAILED", "DELIVERED", true },
	{ "MAILED", "RETURNED", true },
	{ "RETURNED", "MAILED", true },
	{ "RETURNED", "AT_BRANCH", true },
	{ "REJECTED", "SUBMITTED", true },
	{ "REJECTED", "WITHDRAWN", true },
	{ "REJECTED", "ACCEPTED", false },
	{ "ACCEPTED", "RECEIVED", false },
	{ "PRODUCED", "IN_PRODUCTION", false },
	{ "AT_BRANCH", "MAILED", false },
	{ "MAILED", "AT_BRANCH", false },
	{ "COLLECTED", "RETURNED", false },
	{ "DELIVERED", "COLLECTED", false },
	{ "FAILED", "PRODUCED", false },
	{ "WITHDRAWN", "SENT", false },
};

static void
a_state_moves_forward_and_never_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++)
		assert_int_equal(
		    application_may_move(moves[i].from, moves[i].to), moves[i].may);
	for (size_t i = 0; i < STATES; i++) {
		assert_false(application_may_move(all_states[i], all_states[i]));
		for (size_t j = 0; j < STATES; j++) {
			bool returned = strcmp(all_states[i], "RETURNED") == 0 ||
					strcmp(all_states[j], "RETURNED") == 0;

			/* Only what came back may go out again. */
			if (application_may_move(all_states[i], all_states[j]) && !returned)
				assert_false(
				    application_may_move(all_states[j], all_states[i]));
		}
	}
}

static void
a_card_that_is_with_the_citizen_ends_the_application(void **state)
{
	(void)state;
	assert_true(application_state("DELIVERED")->done);
	assert_true(application_state("COLLECTED")->done);
	assert_false(application_state("RETURNED")->done);
	assert_true(application_state("REJECTED")->live);
	assert_false(application_state("FAILED")->live);
	assert_false(application_state("WITHDRAWN")->live);
}

/* Submission */

static void
add_photo(json_t *answers, const struct citizen *owner, const char *kind)
{
	uint8_t id[SEAL_ID_LEN];
	char hex[2 * SEAL_ID_LEN + 1];

	assert_ok(seal_random(id, sizeof(id)));
	assert_ok(db_run(instance_db, &sql[PHOTO],
	    DB_WITH(
		db_bytes(id, sizeof(id)), db_bytes(owner->person, PERSON_LEN), db_text(kind)),
	    NULL));
	seal_hex(id, sizeof(id), hex);
	json_object_set_new(answers, kind, json_string(hex));
}

struct submission {
	const struct citizen *citizen;
	json_t *answers; /* owned; of the draft */
	char no[APPLICATION_NO_LEN];
};

/* A citizen on the roster with a full draft in the database. */
static struct submission
submission_new(const struct citizen *citizen)
{
	struct submission s = { .citizen = citizen,
		.answers =
		    json_pack("{s:s, s:s, s:s, s:s, s:s}", "occupation", "17", "bank", BANK,
			"branch", BRANCH, "delivery", "branch", "address", "朝阳门外大街1号") };

	citizen_insure(citizen, 2);
	add_photo(s.answers, citizen, "portrait");
	add_photo(s.answers, citizen, "id_front");
	add_photo(s.answers, citizen, "id_back");
	return s;
}

static NEOERR *
save_draft(struct db *db, void *context)
{
	const struct submission *s = context;
	struct draft draft;
	uint8_t form[SEAL_HASH_LEN] = { 0 };
	bool stale;
	NEOERR *err;

	if ((err = draft_init(&draft)))
		return nerr_pass(err);
	if ((err = draft_lock(&draft, db, instance_seal, s->citizen->person)) == STATUS_OK) {
		json_object_update(draft_answers(&draft), s->answers);
		err = draft_save(
		    &draft, db, instance_seal, s->citizen->person, draft.version, form, &stale);
	}
	draft_release(&draft);
	return nerr_pass(err);
}

/* What a step does: FAIL_NOT_FOUND when there is neither draft nor application. */
static NEOERR *
submit(struct db *db, void *context)
{
	struct submission *s = context;
	const uint8_t *person = s->citizen->person;
	struct application live = { .body = NULL };
	struct draft draft;
	size_t n = 0;
	NEOERR *err;

	if ((err = draft_init(&draft)))
		return nerr_pass(err);
	err = draft_lock(&draft, db, instance_seal, person);
	if (err == STATUS_OK && draft.version > 0)
		err = application_submit(
		    db, instance_seal, person, ACTOR, &draft, "web", 30, s->no);
	else if (err == STATUS_OK)
		err = application_list(db, instance_seal, person, &live, 1, &n);
	if (err == STATUS_OK && draft.version == 0)
		err = nerr_raise(n > 0 ? FAIL_DUPLICATE : FAIL_NOT_FOUND, "no draft");
	application_release(&live);
	draft_release(&draft);
	return nerr_pass(err);
}

static struct submission
submitted(const struct citizen *citizen)
{
	struct submission s = submission_new(citizen);

	assert_ok(db_transact(instance_db, save_draft, &s));
	assert_ok(db_transact(instance_db, submit, &s));
	return s;
}

static void
a_submission_leaves_everything_behind_that_belongs_to_it(void **state)
{
	struct citizen citizen = citizen_new();
	struct submission s = submitted(&citizen);
	char today[CLOCK_DATE_LEN], promised[CLOCK_DATE_LEN];
	struct application list[2];
	struct application_event events[2];
	struct draft draft;
	size_t n;

	(void)state;
	assert_true(application_number_valid(s.no));
	assert_int_equal(count(&sql[PHOTOS_TIED], db_text(s.no)), 3);
	assert_int_equal(count(&sql[AUDIT], db_text(s.no)), 1);
	assert_int_equal(count(&sql[OUTBOX], db_bytes(citizen.person, PERSON_LEN)), 1);
	assert_ok(application_events(instance_db, s.no, events, 2, &n));
	assert_int_equal(n, 1);
	assert_string_equal(events[0].state, "SUBMITTED");
	assert_ok(draft_init(&draft));
	assert_ok(draft_lock(&draft, instance_db, instance_seal, citizen.person));
	assert_int_equal(draft.version, 0);
	draft_release(&draft);

	assert_ok(application_list(instance_db, instance_seal, citizen.person, list, 2, &n));
	assert_int_equal(n, 1);
	assert_string_equal(list[0].no, s.no);
	assert_string_equal(list[0].state, "SUBMITTED");
	assert_string_equal(list[0].channel, "web");
	assert_string_equal(list[0].bank, BANK);
	assert_string_equal(list[0].branch, BRANCH);
	assert_string_equal(list[0].tracking, "");
	assert_int_equal(list[0].attempt, 1);
	clock_date(list[0].submitted_at, today);
	clock_add_days(today, 30, promised);
	assert_string_equal(list[0].promised_on, promised);
	application_release(&list[0]);
	json_decref(s.answers);
}

static void
an_application_holds_what_was_answered_and_what_the_roster_knows(void **state)
{
	struct citizen citizen = citizen_new();
	struct submission s = submission_new(&citizen);
	struct application list[1];
	struct db_rows *rows = NULL;
	const void *body;
	size_t n;
	bool more;

	(void)state;
	json_object_set_new(s.answers, "phone", json_string("14300000009"));
	json_object_set_new(s.answers, "mail_name", json_string("不该在此"));
	json_object_set_new(s.answers, "status", json_string("COLLECTED"));
	assert_ok(db_transact(instance_db, save_draft, &s));
	assert_ok(db_transact(instance_db, submit, &s));
	assert_ok(application_list(instance_db, instance_seal, citizen.person, list, 1, &n));
	assert_string_equal(field_answer(list[0].body, "occupation"), "17");
	assert_string_equal(field_answer(list[0].body, "name"), CITIZEN_NAME);
	assert_string_equal(field_answer(list[0].body, "id_number"), citizen.number);
	assert_string_equal(field_answer(list[0].body, "phone"), "14300000009");
	assert_string_equal(field_answer(list[0].body, "mail_name"), ""); /* not asked */
	assert_null(json_object_get(list[0].body, "status"));
	application_release(&list[0]);
	assert_ok(db_select(instance_db, &sql[ROW], DB_WITH(db_text(s.no)), &rows));
	assert_ok(db_next(rows, &more));
	body = db_get_bytes(rows, 4, &n);
	assert_null(memmem(body, n, CITIZEN_NAME, strlen(CITIZEN_NAME)));
	assert_null(memmem(body, n, citizen.number, 18));
	db_rows_free(&rows);
	json_decref(s.answers);
}

static void
a_second_live_application_is_refused_and_changes_nothing(void **state)
{
	struct citizen citizen = citizen_new();
	struct submission s = submitted(&citizen);
	struct submission second = submission_new(&citizen);

	(void)state;
	assert_ok(db_transact(instance_db, save_draft, &second));
	assert_fails(db_transact(instance_db, submit, &second), FAIL_DUPLICATE);
	assert_int_equal(applications_of(&citizen), 1);
	assert_int_equal(count(&sql[OUTBOX], db_bytes(citizen.person, PERSON_LEN)), 1);
	assert_string_equal(second.no, "");
	json_decref(s.answers);
	json_decref(second.answers);
}

static void
a_picture_of_somebody_else_makes_no_application(void **state)
{
	struct citizen citizen = citizen_new(), other = citizen_new();
	struct submission s = submission_new(&citizen);

	(void)state;
	add_photo(s.answers, &other, "portrait");
	assert_ok(db_transact(instance_db, save_draft, &s));
	assert_fails(db_transact(instance_db, submit, &s), NERR_ASSERT);
	assert_int_equal(applications_of(&citizen), 0);
	json_decref(s.answers);
}

static void
without_bank_branch_or_portrait_there_is_no_application(void **state)
{
	static const char *const needed[] = { "bank", "branch", "portrait" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct citizen citizen = citizen_new();
		struct submission s = submission_new(&citizen);

		json_object_del(s.answers, needed[i]);
		assert_ok(db_transact(instance_db, save_draft, &s));
		assert_fails(db_transact(instance_db, submit, &s), NERR_ASSERT);
		assert_int_equal(applications_of(&citizen), 0);
		json_decref(s.answers);
	}
}

enum { SUBMITTED = 1, ALREADY, NO_DRAFT, MOVED, NOT_MOVED };

static int
submit_in_crowd(struct db *db, int member, void *context)
{
	struct submission s = *(struct submission *)context;
	NEOERR *err = db_transact(db, submit, &s);

	(void)member;
	if (err == STATUS_OK)
		return SUBMITTED;
	if (nerr_handle(&err, FAIL_DUPLICATE))
		return ALREADY;
	if (nerr_handle(&err, FAIL_NOT_FOUND))
		return NO_DRAFT;
	log_failure("crowd", NULL, &err);
	return CROWD_FAILED;
}

static void
fifty_submissions_at_once_make_one_application(void **state)
{
	struct citizen citizen = citizen_new();
	struct submission s = submission_new(&citizen);
	int results[50];

	(void)state;
	assert_ok(db_transact(instance_db, save_draft, &s));
	crowd_run(50, submit_in_crowd, &s, results);
	assert_int_equal(crowd_count(50, results, SUBMITTED), 1);
	assert_int_equal(crowd_count(50, results, ALREADY), 49);
	assert_int_equal(applications_of(&citizen), 1);
	assert_int_equal(count(&sql[OUTBOX], db_bytes(citizen.person, PERSON_LEN)), 1);
	json_decref(s.answers);
}

/*
 * As if the draft had not kept them apart: each with a transaction, and a picture, of its
 * own.
 */
static NEOERR *
submit_without_lock(struct db *db, void *context)
{
	struct submission *s = context;
	struct draft draft;
	NEOERR *err;

	if ((err = draft_init(&draft)))
		return nerr_pass(err);
	json_object_update(draft_answers(&draft), s->answers);
	err = application_submit(
	    db, instance_seal, s->citizen->person, ACTOR, &draft, "web", 30, s->no);
	draft_release(&draft);
	return nerr_pass(err);
}

static int
submit_own_in_crowd(struct db *db, int member, void *context)
{
	struct submission *all = context;
	NEOERR *err = db_transact(db, submit_without_lock, &all[member]);

	if (err == STATUS_OK)
		return SUBMITTED;
	if (nerr_handle(&err, FAIL_DUPLICATE))
		return ALREADY;
	log_failure("crowd", NULL, &err);
	return CROWD_FAILED;
}

static void
the_database_itself_lets_only_one_application_live(void **state)
{
	struct citizen citizen = citizen_new();
	struct submission all[20];
	int results[20];

	(void)state;
	for (int i = 0; i < 20; i++)
		all[i] = submission_new(&citizen);
	crowd_run(20, submit_own_in_crowd, all, results);
	assert_int_equal(crowd_count(20, results, SUBMITTED), 1);
	assert_int_equal(crowd_count(20, results, ALREADY), 19);
	assert_int_equal(applications_of(&citizen), 1);
	for (int i = 0; i < 20; i++)
		json_decref(all[i].answers);
}

static void
strangers_who_submit_at_once_do_not_hinder_each_other(void **state)
{
	struct citizen citizens[40];
	struct submission all[40];
	int results[40];

	(void)state;
	for (int i = 0; i < 40; i++) {
		citizens[i] = citizen_new();
		all[i] = submission_new(&citizens[i]);
	}
	crowd_run(40, submit_own_in_crowd, all, results);
	assert_int_equal(crowd_count(40, results, SUBMITTED), 40);
	for (int i = 0; i < 40; i++)
		json_decref(all[i].answers);
}

/* Moves */

struct step {
	const char *no, *state, *cause, *reason, *tracking;
	bool moved;
};

static NEOERR *
move(struct db *db, void *context)
{
	struct step *step = context;

	return nerr_pass(application_move(db, step->no, step->state, 1795305600, step->cause,
	    step->reason, step->tracking, &step->moved));
}

static bool
moves_to(const char *no, const char *state, const char *reason, const char *tracking)
{
	struct step step = { no, state, "102-BJSSC-20261122-000001", reason, tracking, false };

	assert_ok(db_transact(instance_db, move, &step));
	return step.moved;
}

static void
assert_row(
    const char *no, bool live, const char *state, const char *reason, const char *tracking)
{
	struct db_rows *rows = NULL;
	bool more;

	assert_ok(db_select(instance_db, &sql[ROW], DB_WITH(db_text(no)), &rows));
	assert_ok(db_next(rows, &more));
	assert_true(more);
	assert_int_equal(db_get_int(rows, 0), live);
	assert_string_equal(db_get_text(rows, 1), state);
	assert_string_equal(db_is_null(rows, 2) ? "" : db_get_text(rows, 2), reason);
	assert_string_equal(db_is_null(rows, 3) ? "" : db_get_text(rows, 3), tracking);
	db_rows_free(&rows);
}

static void
every_move_appends_an_event_and_a_late_one_changes_nothing(void **state)
{
	struct citizen citizen = citizen_new();
	struct submission s = submitted(&citizen);
	struct application_event events[8];
	size_t n;

	(void)state;
	assert_false(moves_to(s.no, "ACCEPTED", NULL, NULL));
	assert_true(moves_to(s.no, "SENT", NULL, NULL));
	assert_true(moves_to(s.no, "PRODUCED", NULL, NULL));
	assert_false(moves_to(s.no, "ACCEPTED", NULL, NULL)); /* late */
	assert_false(moves_to(s.no, "PRODUCED", NULL, NULL)); /* repeated */
	assert_false(moves_to(s.no, "LOST", NULL, NULL));
	assert_true(moves_to(s.no, "MAILED", NULL, "EMS-123456"));
	assert_row(s.no, true, "MAILED", "", "EMS-123456");
	assert_true(moves_to(s.no, "RETURNED", "L02", NULL));
	assert_row(s.no, true, "RETURNED", "L02", "EMS-123456");
	assert_ok(application_events(instance_db, s.no, events, 8, &n));
	assert_int_equal(n, 5);
	assert_string_equal(events[4].state, "RETURNED");
	assert_string_equal(events[4].reason, "L02");
	assert_string_equal(events[3].reason, "");
	assert_int_equal(events[4].at, 1795305600);
	assert_ok(application_events(instance_db, s.no, events, 2, &n));
	assert_int_equal(n, 2);
	json_decref(s.answers);
}

static void
an_unknown_number_moves_nothing(void **state)
{
	(void)state;
	assert_false(moves_to("BJ261122NOBODYSX0", "SENT", NULL, NULL));
}

static void
a_card_handed_over_ends_it_and_is_known_to_the_roster(void **state)
{
	struct citizen citizen = citizen_new();
	struct submission s = submitted(&citizen);

	(void)state;
	assert_true(moves_to(s.no, "SENT", NULL, NULL));
	assert_int_equal(count(&sql[GENERATION], db_bytes(citizen.person, PERSON_LEN)), 2);
	assert_true(moves_to(s.no, "COLLECTED", NULL, NULL));
	assert_row(s.no, false, "COLLECTED", "", "");
	assert_int_equal(count(&sql[GENERATION], db_bytes(citizen.person, PERSON_LEN)), 3);
	json_decref(s.answers);
}

static int
move_in_crowd(struct db *db, int member, void *context)
{
	static const char *const targets[] = { "RECEIVED", "ACCEPTED", "ACCOUNT_OPENED" };
	struct step step = { context, targets[member % 3], "crowd", NULL, NULL, false };
	NEOERR *err = db_transact(db, move, &step);

	if (err == STATUS_OK)
		return step.moved ? MOVED : NOT_MOVED;
	log_failure("crowd", NULL, &err);
	return CROWD_FAILED;
}

static void
reports_that_come_at_once_are_applied_one_after_another(void **state)
{
	struct citizen citizen = citizen_new();
	struct submission s = submitted(&citizen);
	int results[30];

	(void)state;
	assert_true(moves_to(s.no, "SENT", NULL, NULL));
	crowd_run(30, move_in_crowd, s.no, results);
	assert_int_equal(crowd_count(30, results, CROWD_FAILED), 0);
	assert_in_range(crowd_count(30, results, MOVED), 1, 3);
	assert_int_equal(
	    count(&sql[EVENTS], db_text(s.no)), 2 + crowd_count(30, results, MOVED));
	assert_row(s.no, true, "ACCOUNT_OPENED", "", "");
	json_decref(s.answers);
}

/* Withdrawal */

struct withdrawal {
	const struct citizen *citizen;
	const char *no;
	bool withdrawn;
};

static NEOERR *
withdraw(struct db *db, void *context)
{
	struct withdrawal *w = context;

	return nerr_pass(
	    application_withdraw(db, w->citizen->person, w->no, ACTOR, &w->withdrawn));
}

static bool
withdraws(const struct citizen *citizen, const char *no)
{
	struct withdrawal w = { citizen, no, false };

	assert_ok(db_transact(instance_db, withdraw, &w));
	return w.withdrawn;
}

static void
whoever_withdrew_may_apply_again(void **state)
{
	struct citizen citizen = citizen_new();
	struct submission first = submitted(&citizen), second;
	struct application list[3];
	size_t n;

	(void)state;
	assert_true(withdraws(&citizen, first.no));
	assert_false(withdraws(&citizen, first.no));
	assert_row(first.no, false, "WITHDRAWN", "", "");
	second = submitted(&citizen);
	assert_true(withdraws(&citizen, second.no));
	assert_ok(application_list(instance_db, instance_seal, citizen.person, list, 3, &n));
	assert_int_equal(n, 2);
	assert_true(list[0].submitted_at >= list[1].submitted_at);
	for (size_t i = 0; i < n; i++)
		application_release(&list[i]);
	json_decref(first.answers);
	json_decref(second.answers);
}

static void
what_the_bank_has_is_not_withdrawn_until_it_comes_back(void **state)
{
	struct citizen citizen = citizen_new();
	struct submission s = submitted(&citizen);

	(void)state;
	assert_true(moves_to(s.no, "SENT", NULL, NULL));
	assert_false(withdraws(&citizen, s.no));
	assert_true(moves_to(s.no, "REJECTED", "D06", NULL));
	assert_row(s.no, true, "REJECTED", "D06", "");
	assert_true(withdraws(&citizen, s.no));
	json_decref(s.answers);
}

static void
nobody_withdraws_for_somebody_else(void **state)
{
	struct citizen citizen = citizen_new(), other = citizen_new();
	struct submission s = submitted(&citizen);

	(void)state;
	assert_false(withdraws(&other, s.no));
	assert_false(withdraws(&citizen, "BJ261122NOBODYSX0"));
	assert_row(s.no, true, "SUBMITTED", "", "");
	json_decref(s.answers);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_is_valid_and_none_is_drawn_twice),
		cmocka_unit_test(a_slip_in_typing_a_number_shows),
		cmocka_unit_test(every_state_leads_only_to_states_and_fits_its_column),
		cmocka_unit_test(a_state_moves_forward_and_never_back),
		cmocka_unit_test(a_card_that_is_with_the_citizen_ends_the_application),
		cmocka_unit_test(a_submission_leaves_everything_behind_that_belongs_to_it),
		cmocka_unit_test(
		    an_application_holds_what_was_answered_and_what_the_roster_knows),
		cmocka_unit_test(a_second_live_application_is_refused_and_changes_nothing),
		cmocka_unit_test(a_picture_of_somebody_else_makes_no_application),
		cmocka_unit_test(without_bank_branch_or_portrait_there_is_no_application),
		cmocka_unit_test(fifty_submissions_at_once_make_one_application),
		cmocka_unit_test(the_database_itself_lets_only_one_application_live),
		cmocka_unit_test(strangers_who_submit_at_once_do_not_hinder_each_other),
		cmocka_unit_test(every_move_appends_an_event_and_a_late_one_changes_nothing),
		cmocka_unit_test(an_unknown_number_moves_nothing),
		cmocka_unit_test(a_card_handed_over_ends_it_and_is_known_to_the_roster),
		cmocka_unit_test(reports_that_come_at_once_are_applied_one_after_another),
		cmocka_unit_test(whoever_withdrew_may_apply_again),
		cmocka_unit_test(what_the_bank_has_is_not_withdrawn_until_it_comes_back),
		cmocka_unit_test(nobody_withdraws_for_somebody_else),
	};

	return cmocka_run_group_tests_name(
	    "application", tests, sealed_instance_open, sealed_instance_close);
}
