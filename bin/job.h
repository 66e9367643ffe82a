/*
 * job.h - what a command of sbk works with: configuration, database, key ring.
 */
#ifndef SBK_JOB_H
#define SBK_JOB_H

#include <ClearSilver.h>

#include "base/db.h"
#include "base/seal.h"

struct job {
	HDF *conf;
	struct db *db;
	struct seal *seal;
};

/* Opens all three. In any case job_close is called afterwards. */
NEOERR *job_open(struct job *o);

/* Releases all, says an error of the command (freed), and returns its exit code. */
int job_close(struct job *o, const char *command, NEOERR *err);

#endif
