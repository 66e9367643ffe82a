/*
 * crowd.h - many processes that do one thing at the same moment.
 *
 * Each opens its own connection and key ring, waits for the others, then acts.
 */
#ifndef SBK_CROWD_H
#define SBK_CROWD_H

#include <sys/mman.h>
#include <sys/wait.h>
#include <pthread.h>
#include <unistd.h>

#include "citizen.h"

#define CROWD_MAX 64

#define CROWD_FAILED 255

/*
 * What a member of the crowd did, as a number from 0 to 254, or CROWD_FAILED.  It asserts
 * nothing: a failed assertion would leave its process running the tests that follow.
 */
typedef int crowd_act(struct db *db, int member, void *context);

static inline int
crowd_member(pthread_barrier_t *start, crowd_act *act, int member, void *context)
{
	struct db *db = NULL;
	NEOERR *err = db_init(&db, instance_conf);
	int result = CROWD_FAILED;

	pthread_barrier_wait(start);
	if (err == STATUS_OK)
		result = act(db, member, context);
	log_failure("crowd", NULL, &err);
	db_free(&db);
	return result;
}

/* results[member] is what it did; a crash counts as CROWD_FAILED. */
static inline void
crowd_run(int members, crowd_act *act, void *context, int results[])
{
	pid_t pids[CROWD_MAX];
	pthread_barrierattr_t shared;
	pthread_barrier_t *start = mmap(
	    NULL, sizeof(*start), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	assert_true(start != MAP_FAILED && members <= CROWD_MAX);
	pthread_barrierattr_init(&shared);
	pthread_barrierattr_setpshared(&shared, PTHREAD_PROCESS_SHARED);
	pthread_barrier_init(start, &shared, (unsigned)members);
	for (int i = 0; i < members; i++) {
		pids[i] = fork();
		assert_true(pids[i] >= 0);
		if (pids[i] == 0)
			_exit(crowd_member(start, act, i, context));
	}
	for (int i = 0; i < members; i++) {
		int status;

		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		results[i] = WIFEXITED(status) ? WEXITSTATUS(status) : CROWD_FAILED;
	}
	pthread_barrierattr_destroy(&shared);
	munmap(start, sizeof(*start));
}

static inline int
crowd_count(int members, const int results[], int result)
{
	int n = 0;

	for (int i = 0; i < members; i++)
		n += results[i] == result;
	return n;
}

#endif
