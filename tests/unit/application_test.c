/*
 * application_test.c - numbers, states and their moves, withdrawal.
 */
#include <apply/withdrawal.h>
#include <apply/words.h>
#include <base/clock.h>

#include "crowd.h"
#include "submission.h"

enum { EVENTS, ROW, GENERATION };

static const struct db_sql sql[] = {
	[EVENTS] = { "test_events",
	    "SELECT COUNT(*) FROM application_event WHERE application = ?" },
	[ROW] = { "test_row", "SELECT COALESCE(live, 0), state, reason, tracking "
			      "FROM application WHERE no = ?" },
	[GENERATION] = { "test_generation",
	    "SELECT card_generation FROM insured_person WHERE person = ?" },
};

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
		/* What has failed can be submitted again. */
		if (strcmp(s->name, "FAILED") == 0)
			assert_string_equal(s->next, "SUBMITTED");
		else
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

struct steps {
	json_t *numbers, *moved;
	const char *state;
};

static NEOERR *
move_all(struct db *db, void *context)
{
	struct steps *steps = context;

	return nerr_pass(application_move_all(db, steps->numbers, steps->state, 1795305600,
	    "BJSSC-102-20261122-000001", &steps->moved));
}

static void
of_many_those_that_may_are_moved_each_with_its_event(void **state)
{
	struct citizen people[] = { citizen_new(), citizen_new(), citizen_new() };
	struct submission s[] = { submitted(&people[0]), submitted(&people[1]),
		submitted(&people[2]) };
	struct steps steps = { json_array(), NULL, "SENT" };
	struct application_event events[3];
	size_t n;

	(void)state;
	assert_true(moves_to(s[1].no, "WITHDRAWN", NULL, NULL));
	for (size_t i = 3; i-- > 0;)
		json_array_append_new(steps.numbers, json_string(s[i].no));
	json_array_append_new(steps.numbers, json_string("BJ261122NOBODYSX0"));
	assert_ok(db_transact(instance_db, move_all, &steps));
	assert_int_equal(json_array_size(steps.moved), 2);
	assert_string_equal(json_string_value(json_array_get(steps.moved, 0)), s[2].no);
	assert_string_equal(json_string_value(json_array_get(steps.moved, 1)), s[0].no);
	json_decref(steps.moved);
	assert_row(s[0].no, true, "SENT", "", "");
	assert_row(s[1].no, false, "WITHDRAWN", "", "");
	assert_ok(application_events(instance_db, s[0].no, events, 3, &n));
	assert_int_equal(n, 2);
	assert_string_equal(events[1].state, "SENT");
	assert_int_equal(events[1].at, 1795305600);
	assert_ok(db_transact(instance_db, move_all, &steps));
	assert_int_equal(json_array_size(steps.moved), 0);
	json_decref(steps.moved);
	assert_int_equal(count(&sql[EVENTS], db_text(s[1].no)), 2);
	steps.state = "COLLECTED";
	assert_fails(db_transact(instance_db, move_all, &steps), NERR_ASSERT);
	json_decref(steps.numbers);
	for (size_t i = 0; i < 3; i++)
		json_decref(s[i].answers);
}

enum { MOVED = 1, NOT_MOVED };

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

	return nerr_pass(application_withdraw(
	    db, instance_seal, w->citizen->person, ACTOR, w->no, &w->withdrawn));
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

static NEOERR *
load_draft(struct db *db, void *context)
{
	const struct citizen *citizen = context;
	struct draft draft;
	NEOERR *err;

	if ((err = draft_init(&draft)) ||
	    (err = draft_lock(&draft, db, instance_seal, citizen->person)))
		return nerr_pass(err);
	assert_string_equal(field_answer(draft_answers(&draft), "occupation"), "17");
	assert_string_equal(field_answer(draft_answers(&draft), "bank"), BANK);
	assert_string_not_equal(field_answer(draft_answers(&draft), "portrait"), "");
	assert_string_equal(field_answer(draft_answers(&draft), "name"), "");
	assert_string_equal(field_answer(draft_answers(&draft), "id_number"), "");
	assert_null(json_object_get(draft.body, "consents"));
	draft_release(&draft);
	return STATUS_OK;
}

static void
what_was_withdrawn_is_a_draft_again_but_for_what_the_roster_said(void **state)
{
	struct citizen citizen = citizen_new();
	struct submission s = submitted(&citizen);

	(void)state;
	assert_true(withdraws(&citizen, s.no));
	assert_ok(db_transact(instance_db, load_draft, &citizen));
	json_decref(s.answers);
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
		cmocka_unit_test(every_move_appends_an_event_and_a_late_one_changes_nothing),
		cmocka_unit_test(an_unknown_number_moves_nothing),
		cmocka_unit_test(a_card_handed_over_ends_it_and_is_known_to_the_roster),
		cmocka_unit_test(of_many_those_that_may_are_moved_each_with_its_event),
		cmocka_unit_test(reports_that_come_at_once_are_applied_one_after_another),
		cmocka_unit_test(whoever_withdrew_may_apply_again),
		cmocka_unit_test(
		    what_was_withdrawn_is_a_draft_again_but_for_what_the_roster_said),
		cmocka_unit_test(what_the_bank_has_is_not_withdrawn_until_it_comes_back),
		cmocka_unit_test(nobody_withdraws_for_somebody_else),
	};

	return cmocka_run_group_tests_name(
	    "application", tests, sealed_instance_open, sealed_instance_close);
}
