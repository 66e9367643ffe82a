/*
 * submission_test.c - what a submission leaves behind, and who wins when many come at once.
 */
#include <base/clock.h>

#include "crowd.h"
#include "submission.h"

enum { PHOTOS_TIED, OUTBOX, AUDIT, BODY };

static const struct db_sql sql[] = {
	[PHOTOS_TIED] = { "test_photos_tied",
	    "SELECT COUNT(*) FROM photo WHERE application = ?" },
	[OUTBOX] = { "test_outbox",
	    "SELECT COUNT(*) FROM outbox WHERE person = ? AND template = 'submitted'" },
	[AUDIT] = { "test_audit", "SELECT COUNT(*) FROM audit WHERE subject = ? AND action = "
				  "'submit' AND actor = '" ACTOR "'" },
	[BODY] = { "test_body", "SELECT body FROM application WHERE no = ?" },
};

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
	assert_ok(db_select(instance_db, &sql[BODY], DB_WITH(db_text(s.no)), &rows));
	assert_ok(db_next(rows, &more));
	body = db_get_bytes(rows, 0, &n);
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

enum { SUBMITTED = 1, ALREADY, NO_DRAFT };

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_submission_leaves_everything_behind_that_belongs_to_it),
		cmocka_unit_test(
		    an_application_holds_what_was_answered_and_what_the_roster_knows),
		cmocka_unit_test(a_second_live_application_is_refused_and_changes_nothing),
		cmocka_unit_test(a_picture_of_somebody_else_makes_no_application),
		cmocka_unit_test(without_bank_branch_or_portrait_there_is_no_application),
		cmocka_unit_test(fifty_submissions_at_once_make_one_application),
		cmocka_unit_test(the_database_itself_lets_only_one_application_live),
		cmocka_unit_test(strangers_who_submit_at_once_do_not_hinder_each_other),
	};

	return cmocka_run_group_tests_name(
	    "submission", tests, sealed_instance_open, sealed_instance_close);
}
