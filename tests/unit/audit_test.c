/*
 * audit_test.c - a chain shows every row that was changed, taken out or put in.
 *
 * Tampering is done in a temporary table that hides the real one from instance_db.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/audit.h"
#include "base/clock.h"
#include "base/seal.h"

#include "instance.h"

#define ROWS 12

enum { COPY, HIDE, DROP_COPY, CLEAR, INSERT, HEAD, WRITERS, FORGET };

static const struct db_sql sql[] = {
	[COPY] = { "copy", "CREATE TABLE IF NOT EXISTS test_audit LIKE audit" },
	[HIDE] = { "hide", "CREATE TEMPORARY TABLE audit LIKE test_audit" },
	[DROP_COPY] = { "drop_copy", "DROP TABLE IF EXISTS test_audit" },
	[CLEAR] = { "clear", "DELETE FROM audit" },
	[INSERT] = { "insert",
	    "INSERT INTO audit (writer, n, at, action, actor, subject, detail, previous, hash)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)" },
	[HEAD] = { "head", "SELECT writer, n FROM audit ORDER BY n DESC LIMIT 1" },
	[WRITERS] = { "writers", "UPDATE audit SET writer = CONCAT(writer, '2') WHERE n > ?" },
	[FORGET] = { "forget", "DELETE FROM audit WHERE action = 'audit_test'" },
};

static int
hide_audit(void **state)
{
	instance_open(state);
	assert_ok(db_run(instance_db, &sql[COPY], DB_NONE, NULL));
	assert_ok(db_run(instance_db, &sql[HIDE], DB_NONE, NULL));
	assert_ok(db_run(instance_db, &sql[DROP_COPY], DB_NONE, NULL));
	return 0;
}

static int
clear_audit(void **state)
{
	(void)state;
	assert_ok(db_run(instance_db, &sql[CLEAR], DB_NONE, NULL));
	return 0;
}

struct writes {
	int first, last;
	NEOERR *(*then)(void);
};

static NEOERR *
write_rows(struct db *db, void *context)
{
	const struct writes *writes = context;
	NEOERR *err = STATUS_OK;

	for (int i = writes->first; err == STATUS_OK && i <= writes->last; i++) {
		char subject[16];

		snprintf(subject, sizeof(subject), "A%d", i);
		err = audit_write(db, "submit", "0a0b", subject, i % 2 ? "" : "code");
	}
	if (err == STATUS_OK && writes->then != NULL)
		err = writes->then();
	return nerr_pass(err);
}

static NEOERR *
change_of_mind(void)
{
	return nerr_raise(FAIL_NOT_FOUND, "on purpose");
}

static void
write_chain(int rows)
{
	struct writes writes = { .first = 1, .last = rows };

	assert_ok(db_transact(instance_db, write_rows, &writes));
}

/* What the head is called: "writer n". */
static void
head(char *out, size_t size)
{
	struct db_rows *rows = NULL;
	bool more;

	assert_ok(db_select(instance_db, &sql[HEAD], DB_NONE, &rows));
	assert_ok(db_next(rows, &more));
	snprintf(out, size, "%s %s", db_get_text(rows, 0), db_get_text(rows, 1));
	db_rows_free(&rows);
}

static void
assert_verified(int64_t expected_rows, int64_t expected_bad, const char *expected_where)
{
	int64_t rows = -1, bad = -1;
	char where[140] = "?";

	assert_ok(audit_verify(instance_db, &rows, &bad, where, sizeof(where)));
	assert_int_equal(rows, expected_rows);
	assert_int_equal(bad, expected_bad);
	if (expected_where != NULL)
		assert_string_equal(where, expected_where);
	else
		assert_null(strstr(where, "?"));
}

static void
rows_written_make_chains_that_verify(void **state)
{
	struct writes more = { .first = ROWS + 1, .last = 1100 };
	char name[140];

	(void)state;
	assert_verified(0, 0, "");
	write_chain(ROWS);
	assert_verified(ROWS, 0, "");
	head(name, sizeof(name));
	assert_non_null(strstr(name, "/audit_test/"));
	assert_string_equal(strrchr(name, ' '), " 12");
	/* In a later transaction the chain goes on, over more rows than are read at a time. */
	assert_ok(db_transact(instance_db, write_rows, &more));
	assert_verified(1100, 0, "");
}

static void
a_row_rolled_back_leaves_no_gap(void **state)
{
	struct writes undone = { .first = 1, .last = 3, .then = change_of_mind };

	(void)state;
	write_chain(ROWS);
	assert_fails(db_transact(instance_db, write_rows, &undone), FAIL_NOT_FOUND);
	assert_verified(ROWS, 0, "");
	write_chain(ROWS);
	assert_verified(2 * ROWS, 0, "");
}

static void
every_change_to_every_row_is_found(void **state)
{
	static const struct db_sql changes[] = {
		{ "n", "UPDATE audit SET n = n + 1000 WHERE n = ?" },
		{ "at", "UPDATE audit SET at = at + 1 WHERE n = ?" },
		{ "action", "UPDATE audit SET action = 'withdraw' WHERE n = ?" },
		{ "actor", "UPDATE audit SET actor = '0a0c' WHERE n = ?" },
		{ "subject", "UPDATE audit SET subject = CONCAT(subject, ' ') WHERE n = ?" },
		{ "detail", "UPDATE audit SET detail = 'Code' WHERE n = ?" },
		/* The same characters, but another border between two fields. */
		{ "border", "UPDATE audit SET action = 'submit0', actor = 'a0b' WHERE n = ?" },
		{ "previous", "UPDATE audit SET previous = REVERSE(previous) WHERE n = ?"
			      " AND n > 1" },
		{ "hash", "UPDATE audit SET hash = REVERSE(hash) WHERE n = ?" },
		{ "delete", "DELETE FROM audit WHERE n = ?" },
	};
	int64_t n, rows, bad;
	char where[140];

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		for (int64_t row = 1; row <= ROWS; row++) {
			clear_audit(state);
			write_chain(ROWS);
			assert_ok(db_run(instance_db, &changes[i], DB_WITH(db_int(row)), &n));
			if (n == 0 || (row == ROWS && strcmp(changes[i].name, "delete") == 0))
				continue; /* a tail cut off: only an anchored head shows it */
			assert_ok(audit_verify(instance_db, &rows, &bad, where, sizeof(where)));
			if (bad != 1)
				fail_msg(
				    "%s of row %d was not found", changes[i].name, (int)row);
			n = strtoll(strrchr(where, ' '), NULL, 10);
			/* Named: the row itself, the next one if it is gone or its hash is wrong. */
			if (strcmp(changes[i].name, "n") != 0)
				assert_in_range(n, row, row + 1);
		}
	}
}

static void
rows_moved_to_another_chain_break_it_and_only_it(void **state)
{
	(void)state;
	write_chain(ROWS);
	assert_ok(db_run(instance_db, &sql[WRITERS], DB_WITH(db_int(5)), NULL));
	assert_verified(ROWS, 1, NULL);
}

static void
insert_row(int64_t n, const uint8_t previous[32], const char *hex, uint8_t hash[32])
{
	assert_int_equal(seal_unhex(hex, hash, 32), 1);
	assert_ok(db_run(instance_db, &sql[INSERT],
	    DB_WITH(db_text("host/sbk/7"), db_int(n), db_int(1767225600), db_text("export"),
		db_text("operator"), db_text("M-1"), db_text(""), db_bytes(previous, 32),
		db_bytes(hash, 32)),
	    NULL));
}

static void
the_hash_is_what_the_header_says_and_numbers_leave_no_gap(void **state)
{
	const uint8_t zeros[32] = { 0 };
	uint8_t first[32], third[32];

	(void)state;
	/* Python's hashlib, each field after its length as 8 bytes big endian. */
	insert_row(1, zeros, "8e1b1ea3301501c220a994553977ef8d3de2fa7d9300069240c788c8425f8c73",
	    first);
	assert_verified(1, 0, "");
	insert_row(3, first, "d5e0737c349d36dfdb3da9770bbb9b104fb75929263511cc44bcd9809b9bf486",
	    third);
	assert_verified(2, 1, "host/sbk/7 3");
}

/* Two connections of one process: the second writes between the first one's look and row. */
struct race {
	struct db *other;
	int runs;
};

static NEOERR *
write_one(struct db *db, void *context)
{
	(void)context;
	return nerr_pass(audit_write(db, "audit_test", "0a0b", "", ""));
}

static NEOERR *
look_and_be_overtaken(struct db *db, void *context)
{
	struct race *race = context;
	struct db_rows *rows = NULL;
	NEOERR *err;

	err = db_select(db, &sql[HEAD], DB_NONE, &rows); /* the snapshot is taken here */
	db_rows_free(&rows);
	if (err == STATUS_OK && race->runs++ == 0)
		err = db_transact(race->other, write_one, NULL);
	return err == STATUS_OK ? nerr_pass(write_one(db, NULL)) : nerr_pass(err);
}

static void
a_writer_overtaken_by_its_twin_tries_again(void **state)
{
	struct race race = { 0 };
	struct db *db = NULL;

	(void)state;
	assert_ok(db_init(&db, instance_conf)); /* both see the real table */
	assert_ok(db_init(&race.other, instance_conf));
	assert_ok(db_transact(race.other, write_one, NULL));
	assert_ok(db_transact(db, look_and_be_overtaken, &race));
	assert_int_equal(race.runs, 2);
	assert_ok(db_run(db, &sql[FORGET], DB_NONE, NULL));
	db_free(&db);
	db_free(&race.other);
}

#define TEST(name) cmocka_unit_test_setup(name, clear_audit)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(rows_written_make_chains_that_verify),
		TEST(a_row_rolled_back_leaves_no_gap),
		TEST(every_change_to_every_row_is_found),
		TEST(rows_moved_to_another_chain_break_it_and_only_it),
		TEST(the_hash_is_what_the_header_says_and_numbers_leave_no_gap),
		TEST(a_writer_overtaken_by_its_twin_tries_again),
	};

	return cmocka_run_group_tests_name("audit", tests, hide_audit, instance_close);
}
