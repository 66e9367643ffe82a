/*
 * job.c - what a command of sbk works with.
 */
#include "base/conf.h"
#include "base/fail.h"
#include "base/log.h"
#include "job.h"

NEOERR *
job_open(struct job *o)
{
	NEOERR *err;

	*o = (struct job) { NULL, NULL, NULL };
	if ((err = fail_init()) || (err = conf_load(&o->conf)) ||
	    (err = db_init(&o->db, o->conf)) || (err = seal_init(&o->seal, o->conf)))
		return nerr_pass(err);
	return STATUS_OK;
}

int
job_close(struct job *o, const char *command, NEOERR *err)
{
	int code = err == STATUS_OK ? 0 : 1;

	log_failure(command, NULL, &err);
	seal_free(&o->seal);
	db_free(&o->db);
	hdf_destroy(&o->conf);
	return code;
}
