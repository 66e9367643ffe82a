/*
 * confine_test.c - the walls hold, and the proof notices one that is missing.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include <base/fail.h>
#include <photo/confine.h>

static const struct confine limits = { .memory = 1UL << 30, .seconds = 2 };

static int
start(void **state)
{
	(void)state;
	assert_ptr_equal(fail_init(), STATUS_OK);
	return 0;
}

static void
a_decoder_cannot_escape(void **state)
{
	(void)state;
	assert_ptr_equal(confine_prove(&limits, CONFINE_ALL), STATUS_OK);
}

static void
the_proof_notices_each_missing_wall(void **state)
{
	static const unsigned walls[] = { CONFINE_FILES, CONFINE_MEANS, CONFINE_CALLS };

	(void)state;
	for (size_t i = 0; i < sizeof(walls) / sizeof(walls[0]); i++) {
		NEOERR *err;

		if (walls[i] == CONFINE_FILES && confine_landlock() == 0)
			continue;
		err = confine_prove(&limits, CONFINE_ALL & ~walls[i]);
		assert_true(nerr_handle(&err, FAIL_CONFIG));
	}
}

/* How a child ended that confined itself and then did this. */
static int
ending(void (*deed)(void))
{
	pid_t child = fork();
	int status;

	assert_int_not_equal(child, -1);
	if (child == 0) {
		if (confine_files() != STATUS_OK || confine_decoder(&limits) != STATUS_OK)
			_exit(1);
		deed();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static void
nothing(void)
{
}

static void
connect_out(void)
{
	socket(AF_UNIX, SOCK_STREAM, 0);
}

static void
run_program(void)
{
	execl("/bin/true", "true", (char *)NULL);
}

static void
think_for_ever(void)
{
	for (volatile unsigned i = 0;; i++)
		;
}

static void
a_decoder_that_reaches_out_is_killed(void **state)
{
	int status;

	(void)state;
	assert_int_equal(ending(nothing), 0);
	status = ending(connect_out);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
	status = ending(run_program);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
}

static void
a_decoder_that_never_ends_is_killed(void **state)
{
	int status = ending(think_for_ever);

	(void)state;
	assert_true(WIFSIGNALED(status));
	assert_true(WTERMSIG(status) == SIGKILL || WTERMSIG(status) == SIGXCPU);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_decoder_cannot_escape),
		cmocka_unit_test(the_proof_notices_each_missing_wall),
		cmocka_unit_test(a_decoder_that_reaches_out_is_killed),
		cmocka_unit_test(a_decoder_that_never_ends_is_killed),
	};

	return cmocka_run_group_tests_name("confine", tests, start, NULL);
}
