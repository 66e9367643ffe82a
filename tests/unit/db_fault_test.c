/*
 * db_fault_test.c - every call to libmariadb fails once, and for ever, in every way.
 *
 * The ledger: each run writes its number once into test_effect and adds one to a value in
 * test_value, in one transaction.  Afterwards both are there exactly once if the run was
 * told to have succeeded, not at all if it was told to have failed, and agree in any case.
 */
#include <stdio.h>
#include <string.h>

#include "../faults/mysql_shim.h"
#include "instance.h"

#define OTHERS 5 /* rows that the transaction reads besides */

enum { VALUE_LOAD, VALUE_SAVE, VALUES_LOAD, EFFECT_ADD, EFFECT_COUNT };

static const struct db_sql sql[] = {
	[VALUE_LOAD] = { "value_load", "SELECT value FROM test_value WHERE id = ? FOR UPDATE" },
	[VALUE_SAVE] = { "value_save",
	    "UPDATE test_value SET value = ? WHERE id = ? AND value = ?" },
	[VALUES_LOAD] = { "values_load", "SELECT id, value FROM test_value ORDER BY id" },
	[EFFECT_ADD] = { "effect_add", "INSERT INTO test_effect (run) VALUES (?)" },
	[EFFECT_COUNT] = { "effect_count",
	    "SELECT (SELECT COUNT(*) FROM test_effect WHERE run = ?), value FROM test_value"
	    " WHERE id = 0" },
};

/* test_effect has no UNIQUE key: what is done twice shall be seen twice. */
static const char make[] =
    "DROP TABLE IF EXISTS test_effect, test_value;"
    "CREATE TABLE test_effect (n BIGINT AUTO_INCREMENT PRIMARY KEY,"
    " run BIGINT NOT NULL) ENGINE=InnoDB;"
    "CREATE TABLE test_value (id BIGINT PRIMARY KEY,"
    " value BIGINT NOT NULL) ENGINE=InnoDB;"
    "INSERT INTO test_value VALUES (0, 0), (1, 0), (2, 0), (3, 0), (4, 0)";
static const char drop[] = "DROP TABLE test_effect, test_value";

static const struct shim_fault faults[] = {
	{ .number = 1020 },
	{ .number = 1047 },
	{ .number = 1205 },
	{ .number = 1213 },
	{ .number = 1927, .cuts = true },
	{ .number = 2006, .cuts = true },
	{ .number = 2013, .cuts = true },
	{ .number = 2013, .cuts = true, .after = true },
	{ .number = 2055, .cuts = true, .after = true },
};

static int64_t run_number;
static int64_t value; /* what row 0 of test_value must hold */

static int
make_tables(void **state)
{
	instance_open(state);
	/* Three tries suffice to see the last one, and spare the longest pauses. */
	assert_ok(hdf_set_value(instance_conf, "Db.Tries", "3"));
	assert_ok(db_script(instance_db, "make", make));
	return 0;
}

static int
drop_tables(void **state)
{
	assert_ok(db_script(instance_db, "drop", drop));
	return instance_close(state);
}

static NEOERR *
read_values(struct db *db)
{
	struct db_rows *rows = NULL;
	int64_t seen = 0;
	bool more;
	NEOERR *err;

	err = db_select(db, &sql[VALUES_LOAD], DB_NONE, &rows);
	while (err == STATUS_OK) {
		err = db_next(rows, &more);
		if (err != STATUS_OK || !more)
			break;
		if (db_get_int(rows, 0) != seen++)
			err = nerr_raise(NERR_OUTOFRANGE, "rows are not in order");
	}
	if (err == STATUS_OK && seen != OTHERS)
		err = nerr_raise(NERR_OUTOFRANGE, "rows are missing");
	db_rows_free(&rows);
	return nerr_pass(err);
}

static NEOERR *
add_one(struct db *db)
{
	struct db_rows *rows = NULL;
	int64_t n = 0, old;
	bool more;
	NEOERR *err;

	err = db_select(db, &sql[VALUE_LOAD], DB_WITH(db_int(0)), &rows);
	if (err == STATUS_OK)
		err = db_next(rows, &more);
	if (err == STATUS_OK && !more)
		err = nerr_raise(NERR_OUTOFRANGE, "the row is missing");
	if (err == STATUS_OK) {
		old = db_get_int(rows, 0);
		err = db_run(
		    db, &sql[VALUE_SAVE], DB_WITH(db_int(old + 1), db_int(0), db_int(old)), &n);
	}
	if (err == STATUS_OK && n != 1)
		err = nerr_raise(NERR_OUTOFRANGE, "the row has changed");
	db_rows_free(&rows);
	return nerr_pass(err);
}

static NEOERR *
add_effect(struct db *db)
{
	return nerr_pass(db_run(db, &sql[EFFECT_ADD], DB_WITH(db_int(run_number)), NULL));
}

static NEOERR *
work(struct db *db, void *context)
{
	NEOERR *err;

	(void)context;
	err = add_one(db);
	if (err == STATUS_OK)
		err = read_values(db);
	if (err == STATUS_OK)
		err = add_effect(db);
	return nerr_pass(err);
}

static NEOERR *
whole_transaction(struct db *db)
{
	return nerr_pass(db_transact(db, work, NULL));
}

static void
ledger(int64_t *effects, int64_t *now)
{
	struct db_rows *rows = NULL;
	bool more;

	assert_ok(
	    db_select(instance_db, &sql[EFFECT_COUNT], DB_WITH(db_int(run_number)), &rows));
	assert_ok(db_next(rows, &more));
	assert_true(more);
	*effects = db_get_int(rows, 0);
	*now = db_get_int(rows, 1);
	db_rows_free(&rows);
}

struct scenario {
	NEOERR *(*run)(struct db *db);
	int effects; /* rows in test_effect after success */
	int added;   /* to the value */
	/* Where the answer is the only witness of what was done. */
	const char *witness;
};

static bool
starts(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* What the run must end as: 0 is success. */
static NERR_TYPE
expected(const struct scenario *scenario, const struct shim_fault *fault)
{
	if (shim.struck[0] == '\0')
		return 0;
	if (starts(shim.struck, "connect") || starts(shim.struck, "SET SESSION"))
		return FAIL_UNAVAILABLE;
	if (fault->cuts && starts(shim.struck, scenario->witness) &&
	    (fault->number != 2006 || starts(shim.struck, "COMMIT")))
		return FAIL_UNKNOWN;
	return fault->forever ? FAIL_UNAVAILABLE : 0;
}

/* One run under one fault; the calls it made. */
static int
run_under(const struct scenario *scenario, struct shim_fault fault, bool warm)
{
	struct db *db = NULL;
	int64_t effects, now;
	NERR_TYPE must_end;
	int calls, done;
	NEOERR *err;

	assert_ok(db_init(&db, instance_conf));
	if (warm) {
		run_number++;
		assert_ok(scenario->run(db));
		value += scenario->added;
	}
	run_number++;
	shim_arm(fault);
	err = scenario->run(db);
	must_end = expected(scenario, &fault);
	if ((err == STATUS_OK) != (must_end == 0) ||
	    (err != STATUS_OK && !nerr_match(err, must_end)))
		print_error("call %d (%s), %u%s%s, %s\n", fault.call, shim.struck, fault.number,
		    fault.after ? " after" : "", fault.forever ? " for ever" : "",
		    warm ? "warm" : "cold");
	if (must_end == 0)
		assert_ok(err);
	else
		assert_fails(err, must_end);
	calls = shim_disarm();
	ledger(&effects, &now);
	/* What is unknown has happened, if the server had done it before the answer was lost. */
	done = must_end == 0 || (must_end == FAIL_UNKNOWN && fault.after);
	assert_int_equal(effects, done * scenario->effects);
	assert_int_equal(now, value + done * scenario->added);
	value = now;
	db_free(&db);
	return calls;
}

static void
sweep(const struct scenario *scenario)
{
	for (int warm = 0; warm <= 1; warm++) {
		int calls = run_under(scenario, (struct shim_fault) { 0 }, warm);

		assert_in_range(calls, 2, 200);
		for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
			for (int call = 1; call <= calls; call++) {
				struct shim_fault fault = faults[i];

				fault.call = call;
				run_under(scenario, fault, warm);
				fault.forever = true;
				run_under(scenario, fault, warm);
			}
		}
	}
}

static void
a_transaction_happens_once_or_not_at_all(void **state)
{
	(void)state;
	sweep(&(const struct scenario) {
	    .run = whole_transaction, .effects = 1, .added = 1, .witness = "COMMIT" });
}

static void
a_single_write_happens_once_or_not_at_all(void **state)
{
	(void)state;
	sweep(
	    &(const struct scenario) { .run = add_effect, .effects = 1, .witness = "execute" });
}

static void
a_read_gives_all_rows_or_fails(void **state)
{
	(void)state;
	sweep(&(const struct scenario) { .run = read_values, .witness = "nothing" });
}

/* Neither a lock nor a loss: it ends the work, but what a COMMIT has done it leaves open. */
static void
an_unforeseen_error_fails_and_at_commit_is_unknown(void **state)
{
	struct shim_fault fault = { .number = 1180 };
	int64_t effects, now;
	bool last = false;

	(void)state;
	for (fault.call = 1; !last; fault.call++) {
		struct db *db = NULL;
		NERR_TYPE must_end = NERR_DB;
		NEOERR *err;

		assert_ok(db_init(&db, instance_conf));
		assert_ok(add_effect(db)); /* connects */
		run_number++;
		shim_arm(fault);
		err = whole_transaction(db);
		last = starts(shim.struck, "COMMIT");
		if (last)
			must_end = FAIL_UNKNOWN;
		else if (starts(shim.struck, "START"))
			must_end = 0;
		shim_disarm();
		if (must_end == 0)
			assert_ok(err);
		else
			assert_fails(err, must_end);
		ledger(&effects, &now);
		assert_int_equal(effects, must_end == 0);
		assert_int_equal(now, value + (must_end == 0));
		value = now;
		db_free(&db);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_transaction_happens_once_or_not_at_all),
		cmocka_unit_test(a_single_write_happens_once_or_not_at_all),
		cmocka_unit_test(a_read_gives_all_rows_or_fails),
		cmocka_unit_test(an_unforeseen_error_fails_and_at_commit_is_unknown),
	};

	return cmocka_run_group_tests_name("db faults", tests, make_tables, drop_tables);
}
