/*
 * submission_fault_test.c - every call to the database fails once while somebody submits.
 *
 * Whatever fails, afterwards there is one application with all that belongs to it, or none and
 * the draft is still there; and pressing the button again always ends in one.
 */
#include "../faults/mysql_shim.h"
#include "submission.h"

enum { LEDGER };

static const struct db_sql sql[] = {
	[LEDGER] = { "test_ledger",
	    "SELECT COUNT(DISTINCT a.no), COUNT(DISTINCT a.no, e.n), COUNT(DISTINCT p.id), "
	    "(SELECT COUNT(*) FROM outbox WHERE person = ?), "
	    "(SELECT COUNT(*) FROM draft WHERE person = ?), "
	    "COUNT(DISTINCT u.writer, u.n) FROM application a "
	    "LEFT JOIN application_event e ON e.application = a.no "
	    "LEFT JOIN photo p ON p.application = a.no "
	    "LEFT JOIN audit u ON u.subject = a.no AND u.action = 'submit' WHERE a.person = "
	    "?" },
};

static const struct shim_fault faults[] = {
	{ .number = 1205 },
	{ .number = 1213 },
	{ .number = 2013, .cuts = true },
	{ .number = 2013, .cuts = true, .after = true },
};

struct ledger {
	int64_t applications, events, photos, messages, drafts, audits;
};

static struct ledger
ledger_of(const struct citizen *citizen)
{
	struct db_val person = db_bytes(citizen->person, PERSON_LEN);
	struct db_rows *rows = NULL;
	struct ledger ledger;
	bool more;

	assert_ok(db_select(instance_db, &sql[LEDGER], DB_WITH(person, person, person), &rows));
	assert_ok(db_next(rows, &more));
	ledger =
	    (struct ledger) { db_get_int(rows, 0), db_get_int(rows, 1), db_get_int(rows, 2),
		    db_get_int(rows, 3), db_get_int(rows, 4), db_get_int(rows, 5) };
	db_rows_free(&rows);
	return ledger;
}

static void
assert_whole(const struct citizen *citizen, int64_t applications)
{
	struct ledger ledger = ledger_of(citizen);

	assert_int_equal(ledger.applications, applications);
	assert_int_equal(ledger.events, applications);
	assert_int_equal(ledger.audits, applications);
	assert_int_equal(ledger.messages, applications);
	assert_int_equal(ledger.photos, 3 * applications);
	assert_int_equal(ledger.drafts, 1 - applications);
}

/* Returns how many calls there were. */
static int
submit_with(struct shim_fault fault)
{
	struct citizen citizen = citizen_new();
	struct submission s = submission_new(&citizen);
	NEOERR *err;
	int calls;

	assert_ok(db_transact(instance_db, save_draft, &s));
	shim_arm(fault);
	err = db_transact(instance_db, submit, &s);
	calls = shim_disarm();
	if (err == STATUS_OK) {
		assert_whole(&citizen, 1);
	} else {
		/* Only of a lost COMMIT is it not known; then the second time tells. */
		if (!nerr_match(err, FAIL_UNKNOWN))
			assert_whole(&citizen, 0);
		nerr_ignore(&err);
		err = db_transact(instance_db, submit, &s);
		if (!nerr_handle(&err, FAIL_DUPLICATE))
			assert_ok(err);
		assert_whole(&citizen, 1);
	}
	json_decref(s.answers);
	return calls;
}

static void
a_failing_call_leaves_one_application_or_none(void **state)
{
	int calls = submit_with((struct shim_fault) { 0 });

	(void)state;
	assert_true(calls > 20);
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		for (int call = 1; call <= calls; call++) {
			struct shim_fault fault = faults[i];

			fault.call = call;
			submit_with(fault);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_failing_call_leaves_one_application_or_none),
	};

	return cmocka_run_group_tests_name(
	    "submission_fault", tests, sealed_instance_open, sealed_instance_close);
}
