/*
 * applicants.c - applicants BANK COUNT [PHOTO_BYTES]: as many applications that wait, into $SBK_CONF's instance.
 * Their numbers, one a line, on standard output.  Not a test: the scripts in tests/faults call it.
 */
#include <stdio.h>

#include <base/conf.h>
#include <base/fail.h>
#include <base/log.h>

#include "applicant.h"

#define BATCH 200

struct batch {
	const struct seal *seal;
	const char *bank;
	size_t photo_len;
	int64_t next, count;
};

static void
number(int64_t n, char no[APPLICATION_NO_LEN])
{
	snprintf(no, APPLICATION_NO_LEN, "BJ%015lld", (long long)n);
}

static NEOERR *
store(struct db *db, void *context)
{
	const struct batch *batch = context;
	char no[APPLICATION_NO_LEN];
	NEOERR *err = STATUS_OK;

	for (int64_t i = 0; err == STATUS_OK && i < batch->count; i++) {
		number(batch->next + i, no);
		err =
		    applicant_store(db, batch->seal, batch->bank, no, batch->photo_len, "", "");
	}
	return nerr_pass(err);
}

int
main(int argc, char **argv)
{
	struct batch batch = { .photo_len = 3000 };
	HDF *conf = NULL;
	struct db *db = NULL;
	struct seal *seal = NULL;
	char no[APPLICATION_NO_LEN];
	uint64_t random;
	long left;
	NEOERR *err;

	if (argc < 3)
		return 2;
	batch.bank = argv[1];
	left = atol(argv[2]);
	if (argc > 3)
		batch.photo_len = (size_t)atol(argv[3]);
	if ((err = fail_init()) || (err = conf_load(&conf)) || (err = db_init(&db, conf)) ||
	    (err = seal_init(&seal, conf)) || (err = seal_random(&random, sizeof(random))))
		goto out;
	batch.seal = seal;
	batch.next = (int64_t)(random % 900000000000000);
	for (; left > 0 && err == STATUS_OK; left -= BATCH) {
		batch.count = left < BATCH ? left : BATCH;
		err = db_transact(db, store, &batch);
		for (int64_t i = 0; err == STATUS_OK && i < batch.count; i++) {
			number(batch.next++, no);
			puts(no);
		}
	}
out:
	left = err != STATUS_OK;
	log_failure("applicants", NULL, &err);
	seal_free(&seal);
	db_free(&db);
	hdf_destroy(&conf);
	return left != 0;
}
