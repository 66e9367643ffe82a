/*
 * lease_test.c - one job at a time: who gets the lease, who loses it.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bank/lease.h>

#include "instance.h"

static const struct db_sql expire = { "test_expire",
	"UPDATE lease SET expires_at = UNIX_TIMESTAMP() - 1 WHERE name = 'test'" };
static const struct db_sql steal = { "test_steal",
	"UPDATE lease SET fence = fence + 1, holder = 'elsewhere' WHERE name = 'test'" };
static const struct db_sql forget = { "test_forget", "DELETE FROM lease WHERE name = 'test'" };

static int
clean(void **state)
{
	(void)state;
	assert_ok(db_run(instance_db, &forget, DB_NONE, NULL));
	return 0;
}

static struct lease
take(char held_by[LEASE_HOLDER_LEN])
{
	struct lease lease = { .fence = 0 };

	assert_ok(lease_take(&lease, instance_db, "test", 300, held_by));
	return lease;
}

static void
a_lease_is_held_by_one_until_given_back(void **state)
{
	char held_by[LEASE_HOLDER_LEN];
	struct lease first = take(held_by), second;

	(void)state;
	assert_string_equal(held_by, "");
	assert_int_equal(first.fence, 1);
	second = take(held_by);
	assert_string_equal(held_by, first.holder);
	assert_int_equal(second.fence, 0);
	assert_ok(lease_release(&first, instance_db));
	second = take(held_by);
	assert_string_equal(held_by, "");
	assert_int_equal(second.fence, 2);
}

static void
a_lease_that_ran_out_can_be_taken_and_its_holder_is_refused(void **state)
{
	char held_by[LEASE_HOLDER_LEN];
	struct lease first = take(held_by), second;

	(void)state;
	assert_ok(db_run(instance_db, &expire, DB_NONE, NULL));
	second = take(held_by);
	assert_int_equal(second.fence, 2);
	assert_fails(lease_renew(&first, instance_db), FAIL_FORBIDDEN);
	assert_ok(lease_renew(&second, instance_db));
	/* Late, the first must not give back what is not its own. */
	assert_ok(lease_release(&first, instance_db));
	assert_ok(lease_renew(&second, instance_db));
}

static void
a_lease_taken_elsewhere_is_lost(void **state)
{
	char held_by[LEASE_HOLDER_LEN];
	struct lease lease = take(held_by);

	(void)state;
	assert_ok(db_run(instance_db, &steal, DB_NONE, NULL));
	assert_fails(lease_renew(&lease, instance_db), FAIL_FORBIDDEN);
	take(held_by);
	assert_string_equal(held_by, "elsewhere");
}

static void
a_holder_that_was_killed_here_does_not_keep_it(void **state)
{
	char held_by[LEASE_HOLDER_LEN];
	struct lease lease;
	int ready[2];
	pid_t child;
	char byte;

	(void)state;
	assert_int_equal(pipe(ready), 0);
	child = fork();
	if (child == 0) {
		struct db *db = NULL;
		NEOERR *err;

		err = db_init(&db, instance_conf);
		if (err == STATUS_OK)
			err = lease_take(&lease, db, "test", 300, held_by);
		if (err == STATUS_OK && write(ready[1], "x", 1) == 1)
			pause();
		_exit(1);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	take(held_by);
	assert_string_not_equal(held_by, "");
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	close(ready[0]);
	close(ready[1]);
	lease = take(held_by);
	assert_string_equal(held_by, "");
	assert_int_equal(lease.fence, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_lease_is_held_by_one_until_given_back, clean),
		cmocka_unit_test_setup(
		    a_lease_that_ran_out_can_be_taken_and_its_holder_is_refused, clean),
		cmocka_unit_test_setup(a_lease_taken_elsewhere_is_lost, clean),
		cmocka_unit_test_setup(a_holder_that_was_killed_here_does_not_keep_it, clean),
	};

	return cmocka_run_group_tests_name("lease", tests, instance_open, instance_close);
}
