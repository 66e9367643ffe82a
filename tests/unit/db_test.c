/*
 * db_test.c - the database layer against a real server: values, errors, transactions.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "instance.h"

enum {
	DROP,
	CREATE,
	CLEAR,
	INSERT,
	LOAD,
	LOAD_LOCKED,
	LOAD_ALL,
	INCREMENT,
	SET,
	FIND_TEXT,
	FIND_BYTES,
	SESSION,
	CONNECTION_ID,
	KILL,
	NUMBERS,
	WRONG,
};

static const struct db_sql sql[] = {
	[DROP] = { "drop", "DROP TABLE IF EXISTS test_db" },
	[CREATE] = { "create",
	    "CREATE TABLE test_db (id BIGINT PRIMARY KEY, name VARCHAR(20), data LONGBLOB)"
	    " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4" },
	[CLEAR] = { "clear", "DELETE FROM test_db" },
	[INSERT] = { "insert", "INSERT INTO test_db (id, name, data) VALUES (?, ?, ?)" },
	[LOAD] = { "load", "SELECT id, name, data FROM test_db WHERE id = ?" },
	[LOAD_LOCKED] = { "load_locked",
	    "SELECT id, name FROM test_db WHERE id = ? FOR UPDATE" },
	[LOAD_ALL] = { "load_all", "SELECT id, name, data FROM test_db ORDER BY id" },
	[INCREMENT] = { "increment", "UPDATE test_db SET name = name + 1 WHERE id = ?" },
	[SET] = { "set", "UPDATE test_db SET name = ? WHERE id = ?" },
	[FIND_TEXT] = { "find_text", "SELECT id FROM test_db WHERE name = ?" },
	[FIND_BYTES] = { "find_bytes", "SELECT id FROM test_db WHERE data = ?" },
	[SESSION] = { "session",
	    "SELECT @@sql_mode, @@time_zone, @@character_set_client, @@collation_connection,"
	    " @@tx_isolation, @@local_infile, @@autocommit" },
	[CONNECTION_ID] = { "connection_id", "SELECT CONNECTION_ID()" },
	[KILL] = { "kill", "KILL CONNECTION ?" },
	[NUMBERS] = { "numbers",
	    "SELECT 9223372036854775807, -9223372036854775807 - 1, 12.50, SUM(id), NULL, TRUE,"
	    " CAST('2026-01-31' AS DATE), '' FROM test_db" },
	[WRONG] = { "wrong", "SELECT nothing FROM test_db" },
};

static struct db *other; /* a second connection */

static int
make_table(void **state)
{
	instance_open(state);
	assert_ok(db_init(&other, instance_conf));
	assert_ok(db_run(instance_db, &sql[DROP], DB_NONE, NULL));
	assert_ok(db_run(instance_db, &sql[CREATE], DB_NONE, NULL));
	return 0;
}

static int
drop_table(void **state)
{
	assert_ok(db_run(instance_db, &sql[DROP], DB_NONE, NULL));
	db_free(&other);
	return instance_close(state);
}

static int
clear_table(void **state)
{
	(void)state;
	assert_ok(db_run(instance_db, &sql[CLEAR], DB_NONE, NULL));
	return 0;
}

static void
insert(struct db *db, int64_t id, const char *name)
{
	int64_t n = -1;

	assert_ok(db_run(db, &sql[INSERT], DB_WITH(db_int(id), db_text(name), db_null()), &n));
	assert_int_equal(n, 1);
}

/* The row's name, to be freed; NULL when there is no row. */
static char *
name_of(struct db *db, int64_t id)
{
	struct db_rows *rows = NULL;
	char *name = NULL;
	bool more;

	assert_ok(db_select(db, &sql[LOAD], DB_WITH(db_int(id)), &rows));
	assert_ok(db_next(rows, &more));
	if (more)
		name = strdup(db_get_text(rows, 1));
	db_rows_free(&rows);
	return name;
}

static void
assert_name(int64_t id, const char *expected)
{
	char *name = name_of(other, id);

	if (expected == NULL) {
		assert_null(name);
	} else {
		assert_non_null(name);
		assert_string_equal(name, expected);
	}
	free(name);
}

static int64_t
connection_id(struct db *db)
{
	struct db_rows *rows = NULL;
	int64_t id;
	bool more;

	assert_ok(db_select(db, &sql[CONNECTION_ID], DB_NONE, &rows));
	assert_ok(db_next(rows, &more));
	id = db_get_int(rows, 0);
	db_rows_free(&rows);
	return id;
}

static void
cut(struct db *db)
{
	assert_ok(db_run(other, &sql[KILL], DB_WITH(db_int(connection_id(db))), NULL));
}

static void
values_come_back_as_they_went(void **state)
{
	static const uint8_t bytes[] = { 0xff, 0x00, 0x27, 0x5c, 0x00, 0xc3 };
	struct db_rows *rows = NULL;
	const void *data;
	size_t len = 99;
	bool more;

	(void)state;
	assert_ok(db_run(instance_db, &sql[INSERT],
	    DB_WITH(db_int(INT64_MIN), db_text("北京 𠮷 '\\"), db_bytes(bytes, sizeof(bytes))),
	    NULL));
	assert_ok(db_run(instance_db, &sql[INSERT],
	    DB_WITH(db_int(INT64_MAX), db_text(NULL), db_bytes("", 0)), NULL));
	assert_ok(db_select(instance_db, &sql[LOAD_ALL], DB_NONE, &rows));
	assert_true(db_is_null(rows, 0)); /* before the first row */
	assert_ok(db_next(rows, &more));
	assert_true(more);
	assert_true(db_get_int(rows, 0) == INT64_MIN);
	assert_string_equal(db_get_text(rows, 0), "-9223372036854775808");
	assert_string_equal(db_get_text(rows, 1), "北京 𠮷 '\\");
	data = db_get_bytes(rows, 2, &len);
	assert_int_equal(len, sizeof(bytes));
	assert_memory_equal(data, bytes, sizeof(bytes));
	assert_true(db_is_null(rows, 3)); /* no such column */
	assert_ok(db_next(rows, &more));
	assert_true(more);
	assert_true(db_get_int(rows, 0) == INT64_MAX);
	assert_true(db_is_null(rows, 1));
	assert_null(db_get_text(rows, 1));
	assert_int_equal(db_get_int(rows, 1), 0);
	assert_false(db_is_null(rows, 2));
	assert_non_null(db_get_bytes(rows, 2, &len));
	assert_int_equal(len, 0);
	for (int i = 0; i < 3; i++) {
		assert_ok(db_next(rows, &more));
		assert_false(more);
	}
	assert_true(db_is_null(rows, 0)); /* after the last */
	db_rows_free(&rows);
	assert_null(rows);
	db_rows_free(&rows);
}

static void
numbers_of_every_kind_are_read_as_numbers_and_as_text(void **state)
{
	struct db_rows *rows = NULL;
	bool more;

	(void)state;
	insert(instance_db, 40, "a");
	insert(instance_db, 2, "b");
	assert_ok(db_select(instance_db, &sql[NUMBERS], DB_NONE, &rows));
	assert_ok(db_next(rows, &more));
	assert_true(db_get_int(rows, 0) == INT64_MAX);
	assert_true(db_get_int(rows, 1) == INT64_MIN);
	assert_string_equal(db_get_text(rows, 2), "12.50");
	assert_int_equal(db_get_int(rows, 3), 42);
	assert_true(db_is_null(rows, 4));
	assert_int_equal(db_get_int(rows, 5), 1);
	assert_string_equal(db_get_text(rows, 6), "2026-01-31");
	assert_string_equal(db_get_text(rows, 7), "");
	db_rows_free(&rows);
}

static void
pictures_of_megabytes_come_back_whole_after_small_ones(void **state)
{
	static const size_t sizes[] = { 1, 9 << 20, 0, 5000 };
	struct db_rows *rows = NULL;
	uint8_t *picture = malloc(9 << 20);
	size_t len;
	bool more;

	(void)state;
	assert_non_null(picture);
	for (size_t i = 0; i < 9 << 20; i++)
		picture[i] = (uint8_t)(i * 31 >> 3);
	for (int64_t i = 0; i < 4; i++) {
		assert_ok(db_run(instance_db, &sql[INSERT],
		    DB_WITH(db_int(i), db_null(), db_bytes(picture, sizes[i])), NULL));
		/* The same statement again and again: its buffers must grow and not shrink. */
		for (int64_t j = 0; j <= i; j++) {
			assert_ok(
			    db_select(instance_db, &sql[LOAD], DB_WITH(db_int(j)), &rows));
			assert_ok(db_next(rows, &more));
			assert_memory_equal(db_get_bytes(rows, 2, &len), picture, sizes[j]);
			assert_int_equal(len, sizes[j]);
			db_rows_free(&rows);
		}
	}
	free(picture);
}

static void
many_rows_come_in_order_and_outlive_their_connection(void **state)
{
	struct db_rows *rows = NULL;
	bool more;

	(void)state;
	for (int64_t i = 0; i < 100; i++)
		insert(instance_db, i, "x");
	assert_ok(db_select(instance_db, &sql[LOAD_ALL], DB_NONE, &rows));
	cut(instance_db);
	insert(instance_db, 100, "after");
	for (int64_t i = 0; i < 100; i++) {
		assert_ok(db_next(rows, &more));
		assert_true(more);
		assert_int_equal(db_get_int(rows, 0), i);
	}
	assert_ok(db_next(rows, &more));
	assert_false(more);
	db_rows_free(&rows);
}

static void
text_compares_by_collation_and_bytes_do_not(void **state)
{
	struct db_rows *rows = NULL;
	bool more;

	(void)state;
	assert_ok(db_run(instance_db, &sql[INSERT],
	    DB_WITH(db_int(1), db_text("Abc"), db_bytes("Abc", 3)), NULL));
	assert_ok(db_select(instance_db, &sql[FIND_TEXT], DB_WITH(db_text("aBC")), &rows));
	assert_ok(db_next(rows, &more));
	assert_true(more);
	db_rows_free(&rows);
	assert_ok(db_select(instance_db, &sql[FIND_BYTES], DB_WITH(db_bytes("aBC", 3)), &rows));
	assert_ok(db_next(rows, &more));
	assert_false(more);
	db_rows_free(&rows);
}

static void
the_session_is_strict_utc_and_utf8(void **state)
{
	static const char *const expected[] = { NULL, "+00:00", "utf8mb4", NULL,
		"REPEATABLE-READ", NULL, "1" };
	struct db_rows *rows = NULL;
	bool more;

	(void)state;
	assert_ok(db_select(instance_db, &sql[SESSION], DB_NONE, &rows));
	assert_ok(db_next(rows, &more));
	for (unsigned i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		if (expected[i] != NULL)
			assert_string_equal(db_get_text(rows, i), expected[i]);
	}
	assert_non_null(strstr(db_get_text(rows, 0), "STRICT_ALL_TABLES"));
	assert_ptr_equal(strstr(db_get_text(rows, 3), "utf8mb4"), db_get_text(rows, 3));
	db_rows_free(&rows);
	/* What does not fit is refused, not cut; so is what is no UTF-8. */
	assert_fails(db_run(instance_db, &sql[INSERT],
			 DB_WITH(db_int(1), db_text("123456789012345678901"), db_null()), NULL),
	    NERR_DB);
	assert_fails(db_run(instance_db, &sql[INSERT],
			 DB_WITH(db_int(1), db_text("a\xff"), db_null()), NULL),
	    NERR_DB);
	assert_name(1, NULL);
}

static void
affected_counts_the_rows_that_matched(void **state)
{
	int64_t n = -1;

	(void)state;
	insert(instance_db, 1, "same");
	assert_ok(db_run(instance_db, &sql[SET], DB_WITH(db_text("same"), db_int(1)), &n));
	assert_int_equal(n, 1); /* matched, though nothing changed */
	assert_ok(db_run(instance_db, &sql[SET], DB_WITH(db_text("same"), db_int(2)), &n));
	assert_int_equal(n, 0);
}

static void
a_duplicate_is_told_apart_and_its_text_holds_no_value(void **state)
{
	int64_t n = -7;
	STRING text;
	NEOERR *err;

	(void)state;
	insert(instance_db, 77, "secret");
	err =
	    db_run(instance_db, &sql[INSERT], DB_WITH(db_int(77), db_text("x"), db_null()), &n);
	assert_ptr_not_equal(err, STATUS_OK);
	string_init(&text);
	nerr_error_string(err, &text);
	assert_string_equal(text.buf, "FAIL_DUPLICATE: insert: 1062");
	string_clear(&text);
	nerr_ignore(&err);
	assert_int_equal(n, -7);
	insert(instance_db, 78, "works on");
}

static void
a_wrong_statement_is_an_error_each_time(void **state)
{
	struct db_rows *rows = NULL;

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_fails(db_select(instance_db, &sql[WRONG], DB_NONE, &rows), NERR_DB);
		assert_fails(db_select(instance_db, &sql[LOAD], DB_NONE, &rows), NERR_DB);
		assert_fails(
		    db_run(instance_db, &sql[LOAD], DB_WITH(db_int(1)), NULL), NERR_DB);
		assert_fails(db_select(instance_db, &sql[CLEAR], DB_NONE, &rows), NERR_DB);
	}
	assert_null(rows);
}

static void
outside_a_transaction_a_lost_connection_is_opened_again(void **state)
{
	struct db_rows *rows = NULL;
	bool more;

	(void)state;
	insert(instance_db, 1, "one");
	cut(instance_db);
	assert_ok(db_select(instance_db, &sql[LOAD], DB_WITH(db_int(1)), &rows));
	assert_ok(db_next(rows, &more));
	assert_true(more);
	db_rows_free(&rows);
	cut(instance_db);
	insert(instance_db, 2, "two");
	assert_name(2, "two");
}

static void
no_server_is_unavailable(void **state)
{
	struct db *db = NULL;
	HDF *conf = NULL;

	(void)state;
	assert_ok(hdf_init(&conf));
	assert_ok(hdf_copy(conf, "", instance_conf));
	assert_ok(hdf_set_value(conf, "Db.Socket", "/nonexistent/db.sock"));
	assert_ok(db_init(&db, conf));
	assert_fails(db_run(db, &sql[CLEAR], DB_NONE, NULL), FAIL_UNAVAILABLE);
	assert_fails(db_script(db, "script", "SELECT 1"), FAIL_UNAVAILABLE);
	db_free(&db);
	assert_ok(hdf_set_value(conf, "Db.Tries", "0"));
	assert_fails(db_init(&db, conf), FAIL_CONFIG);
	assert_null(db);
	hdf_destroy(&conf);
}

/* What the transactions below do; each is told in its context how often it ran. */
struct run {
	int times;
	NEOERR *(*then)(struct db *db, struct run *run);
};

static NEOERR *
count_and_go_on(struct db *db, void *context)
{
	struct run *run = context;

	run->times++;
	return nerr_pass(run->then(db, run));
}

static NEOERR *
add_row(struct db *db, int64_t id)
{
	return nerr_pass(
	    db_run(db, &sql[INSERT], DB_WITH(db_int(id), db_text("t"), db_null()), NULL));
}

static NEOERR *
insert_two(struct db *db, struct run *run)
{
	NEOERR *err = add_row(db, 1);

	(void)run;
	return err == STATUS_OK ? nerr_pass(add_row(db, 2)) : nerr_pass(err);
}

static NEOERR *
insert_and_fail(struct db *db, struct run *run)
{
	NEOERR *err = insert_two(db, run);

	return err == STATUS_OK ? nerr_raise(FAIL_NOT_FOUND, "on purpose") : nerr_pass(err);
}

static NEOERR *
insert_and_retry_twice(struct db *db, struct run *run)
{
	NEOERR *err = insert_two(db, run);

	if (err == STATUS_OK && run->times < 3)
		err = nerr_raise(FAIL_RETRY, "on purpose");
	return nerr_pass(err);
}

static NEOERR *
retry_for_ever(struct db *db, struct run *run)
{
	NEOERR *err = insert_two(db, run);

	return err == STATUS_OK ? nerr_raise(FAIL_RETRY, "on purpose") : nerr_pass(err);
}

static NEOERR *
nest(struct db *db, struct run *run)
{
	struct run inner = { .then = insert_two };

	(void)run;
	return nerr_pass(db_transact(db, count_and_go_on, &inner));
}

static NEOERR *
script_inside(struct db *db, struct run *run)
{
	(void)run;
	return nerr_pass(db_script(db, "script", "SELECT 1"));
}

static NEOERR *
lose_the_connection_once(struct db *db, struct run *run)
{
	NEOERR *err = add_row(db, 1);

	if (err == STATUS_OK && run->times == 1)
		cut(db);
	return err == STATUS_OK ? nerr_pass(add_row(db, 2)) : nerr_pass(err);
}

static NEOERR *
lose_it_once_and_swallow_the_error(struct db *db, struct run *run)
{
	NEOERR *err = lose_the_connection_once(db, run);

	nerr_ignore(&err);
	err = add_row(db, 3);
	nerr_ignore(&err);
	return STATUS_OK;
}

static NEOERR *
lose_it_just_before_the_commit(struct db *db, struct run *run)
{
	NEOERR *err = insert_two(db, run);

	if (err == STATUS_OK)
		cut(db);
	return nerr_pass(err);
}

static NEOERR *
take_a_duplicate_for_done(struct db *db, struct run *run)
{
	NEOERR *err = insert_two(db, run);

	if (err == STATUS_OK)
		err = add_row(db, 2);
	nerr_handle(&err, FAIL_DUPLICATE);
	return err == STATUS_OK ? nerr_pass(add_row(db, 3)) : nerr_pass(err);
}

static NEOERR *
transact(NEOERR *(*then)(struct db *db, struct run *run), int *times)
{
	struct run run = { .then = then };
	NEOERR *err = db_transact(instance_db, count_and_go_on, &run);

	*times = run.times;
	return nerr_pass(err);
}

static void
a_transaction_commits_all_of_it(void **state)
{
	int times;

	(void)state;
	assert_ok(transact(insert_two, &times));
	assert_int_equal(times, 1);
	assert_name(1, "t");
	assert_name(2, "t");
}

static void
a_failed_transaction_leaves_nothing_and_is_not_run_again(void **state)
{
	int times;

	(void)state;
	assert_fails(transact(insert_and_fail, &times), FAIL_NOT_FOUND);
	assert_int_equal(times, 1);
	assert_name(1, NULL);
	/* Nor does the connection stay inside it. */
	insert(instance_db, 5, "five");
	assert_name(5, "five");
}

static void
a_transaction_that_may_be_run_again_is(void **state)
{
	int times;

	(void)state;
	assert_ok(transact(insert_and_retry_twice, &times));
	assert_int_equal(times, 3);
	assert_name(2, "t");
}

static void
tries_end_as_unavailable(void **state)
{
	long tries;
	int times;

	(void)state;
	assert_ok(conf_int(instance_conf, "Db.Tries", 1, 100, &tries));
	assert_fails(transact(retry_for_ever, &times), FAIL_UNAVAILABLE);
	assert_int_equal(times, tries);
	assert_name(1, NULL);
}

static void
neither_transactions_nor_scripts_nest(void **state)
{
	int times;

	(void)state;
	assert_fails(transact(nest, &times), NERR_ASSERT);
	assert_name(1, NULL);
	assert_fails(transact(script_inside, &times), NERR_ASSERT);
	assert_ok(transact(insert_two, &times));
}

static void
a_connection_lost_inside_a_transaction_runs_it_again(void **state)
{
	int times;

	(void)state;
	assert_ok(transact(lose_the_connection_once, &times));
	assert_int_equal(times, 2);
	assert_name(1, "t");
	assert_name(2, "t");
}

static void
an_error_that_work_swallowed_does_not_commit_half(void **state)
{
	int times;

	(void)state;
	assert_ok(transact(lose_it_once_and_swallow_the_error, &times));
	assert_int_equal(times, 2);
	assert_name(1, "t");
	assert_name(2, "t");
	assert_name(3, "t");
}

static void
a_connection_lost_at_commit_is_unknown(void **state)
{
	int times;

	(void)state;
	assert_fails(transact(lose_it_just_before_the_commit, &times), FAIL_UNKNOWN);
	assert_int_equal(times, 1);
	assert_name(1, NULL);
}

static void
a_duplicate_inside_a_transaction_does_not_end_it(void **state)
{
	int times;

	(void)state;
	assert_ok(transact(take_a_duplicate_for_done, &times));
	assert_int_equal(times, 1);
	assert_name(3, "t");
}

/* Holds row 1 in other's transaction while instance_db wants it. */
static NEOERR *
want_a_held_row(struct db *db, struct run *run)
{
	struct db_rows *rows = NULL;
	NEOERR *err;

	(void)run;
	err = db_select(db, &sql[LOAD_LOCKED], DB_WITH(db_int(1)), &rows);
	db_rows_free(&rows);
	return err == STATUS_OK
		   ? nerr_pass(db_run(db, &sql[INCREMENT], DB_WITH(db_int(1)), NULL))
		   : nerr_pass(err);
}

static NEOERR *
hold_and_let_want(struct db *db, void *context)
{
	struct db_rows *rows = NULL;
	int *times = context;
	NEOERR *err;

	err = db_select(db, &sql[LOAD_LOCKED], DB_WITH(db_int(1)), &rows);
	db_rows_free(&rows);
	if (err == STATUS_OK)
		assert_fails(transact(want_a_held_row, times), FAIL_UNAVAILABLE);
	return nerr_pass(err);
}

static void
waiting_for_a_held_row_ends_within_about_one_time_out(void **state)
{
	long tries;
	int times = 0;

	(void)state;
	assert_ok(conf_int(instance_conf, "Db.Tries", 1, 100, &tries));
	insert(instance_db, 1, "5");
	assert_ok(db_transact(other, hold_and_let_want, &times));
	assert_int_equal(times, tries);
	assert_name(1, "5");
	assert_ok(transact(want_a_held_row, &times));
	assert_name(1, "6");
}

/* Adds one to two rows; between them, in the first run, waits until the peer has got so far. */
struct crossing {
	int64_t first, second;
	int peer;
	int times;
};

static NEOERR *
cross(struct db *db, void *context)
{
	struct crossing *crossing = context;
	char byte = 'x';
	NEOERR *err;

	err = db_run(db, &sql[INCREMENT], DB_WITH(db_int(crossing->first)), NULL);
	if (err == STATUS_OK && crossing->times++ == 0 &&
	    (write(crossing->peer, &byte, 1) != 1 || read(crossing->peer, &byte, 1) != 1))
		err = nerr_raise_errno(NERR_IO, "peer");
	if (err == STATUS_OK)
		err = db_run(db, &sql[INCREMENT], DB_WITH(db_int(crossing->second)), NULL);
	return nerr_pass(err);
}

/* A process of its own: its exit status is how often it ran, 99 if it failed. */
static pid_t
cross_from_the_other_side(int peer)
{
	struct crossing crossing = { .first = 2, .second = 1, .peer = peer };
	struct db *db = NULL;
	pid_t pid = fork();
	NEOERR *err;

	if (pid != 0)
		return pid;
	err = db_init(&db, instance_conf);
	if (err == STATUS_OK)
		err = db_transact(db, cross, &crossing);
	_exit(err == STATUS_OK ? crossing.times : 99);
}

static void
two_transactions_in_a_deadlock_both_end_once(void **state)
{
	struct crossing crossing = { .first = 1, .second = 2 };
	int ends[2], status = 0;
	pid_t pid;

	(void)state;
	insert(instance_db, 1, "0");
	insert(instance_db, 2, "0");
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	pid = cross_from_the_other_side(ends[1]);
	assert_true(pid > 0);
	crossing.peer = ends[0];
	assert_ok(db_transact(instance_db, cross, &crossing));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_in_range(crossing.times + WEXITSTATUS(status), 3, 20);
	close(ends[0]);
	close(ends[1]);
	assert_name(1, "2");
	assert_name(2, "2");
}

static void
a_script_runs_all_its_statements_and_says_which_failed(void **state)
{
	static const char script[] = "INSERT INTO test_db VALUES (1, 'a;b', NULL);\n"
				     "-- a comment; with a semicolon\n"
				     "SELECT * FROM test_db;\n"
				     "INSERT INTO test_db VALUES (2, 'c', NULL);\n";
	static const char broken[] = "INSERT INTO test_db VALUES (3, 'd', NULL);"
				     "INSERT INTO test_db VALUES (1, 'secret', NULL);"
				     "INSERT INTO test_db VALUES (4, 'e', NULL)";
	STRING text;
	NEOERR *err;

	(void)state;
	assert_ok(db_script(instance_db, "0001.sql", script));
	assert_name(1, "a;b");
	assert_name(2, "c");
	err = db_script(instance_db, "0002.sql", broken);
	string_init(&text);
	nerr_error_string(err, &text);
	assert_non_null(strstr(text.buf, "0002.sql: statement 2: 1062"));
	string_clear(&text);
	nerr_ignore(&err);
	assert_name(3, "d");
	assert_name(4, NULL);
	/* A transaction left open is no one's. */
	assert_ok(db_script(instance_db, "0003.sql",
	    "START TRANSACTION; INSERT INTO test_db VALUES (9, 'z', NULL)"));
	assert_name(9, NULL);
	/* Several statements at once remain a script's privilege. */
	assert_fails(db_run(instance_db,
			 &(const struct db_sql) { "two", "DELETE FROM test_db; SELECT 1" },
			 DB_NONE, NULL),
	    NERR_DB);
}

static void
a_statement_goes_on_after_its_table_was_altered(void **state)
{
	static const struct db_sql all = { "all", "SELECT * FROM test_db" };
	struct db_rows *rows = NULL;
	bool more;

	(void)state;
	insert(instance_db, 1, "one");
	for (int i = 0; i < 3; i++) {
		assert_ok(db_select(instance_db, &all, DB_NONE, &rows));
		assert_ok(db_next(rows, &more));
		assert_string_equal(db_get_text(rows, 1), "one");
		assert_int_equal(db_is_null(rows, 3), i != 1);
		db_rows_free(&rows);
		assert_ok(db_script(instance_db, "alter",
		    i == 0   ? "ALTER TABLE test_db ADD extra VARCHAR(5) NOT NULL DEFAULT 'e'"
		    : i == 1 ? "ALTER TABLE test_db DROP extra"
			     : "SELECT 1"));
	}
}

#define TEST(name) cmocka_unit_test_setup(name, clear_table)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(values_come_back_as_they_went),
		TEST(numbers_of_every_kind_are_read_as_numbers_and_as_text),
		TEST(pictures_of_megabytes_come_back_whole_after_small_ones),
		TEST(many_rows_come_in_order_and_outlive_their_connection),
		TEST(text_compares_by_collation_and_bytes_do_not),
		TEST(the_session_is_strict_utc_and_utf8),
		TEST(affected_counts_the_rows_that_matched),
		TEST(a_duplicate_is_told_apart_and_its_text_holds_no_value),
		TEST(a_wrong_statement_is_an_error_each_time),
		TEST(outside_a_transaction_a_lost_connection_is_opened_again),
		TEST(no_server_is_unavailable),
		TEST(a_transaction_commits_all_of_it),
		TEST(a_failed_transaction_leaves_nothing_and_is_not_run_again),
		TEST(a_transaction_that_may_be_run_again_is),
		TEST(tries_end_as_unavailable),
		TEST(neither_transactions_nor_scripts_nest),
		TEST(a_connection_lost_inside_a_transaction_runs_it_again),
		TEST(an_error_that_work_swallowed_does_not_commit_half),
		TEST(a_connection_lost_at_commit_is_unknown),
		TEST(a_duplicate_inside_a_transaction_does_not_end_it),
		TEST(waiting_for_a_held_row_ends_within_about_one_time_out),
		TEST(two_transactions_in_a_deadlock_both_end_once),
		TEST(a_statement_goes_on_after_its_table_was_altered),
		TEST(a_script_runs_all_its_statements_and_says_which_failed),
	};

	return cmocka_run_group_tests_name("db", tests, make_table, drop_table);
}
