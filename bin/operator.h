/*
 * operator.h - what a command of sbk works with: configuration, database, key ring.
 */
#ifndef SBK_OPERATOR_H
#define SBK_OPERATOR_H

#include <ClearSilver.h>

#include "base/db.h"
#include "base/seal.h"

struct operator
{
	HDF *conf;
	struct db *db;
	struct seal *seal;
};

/* Opens all three. In any case operator_close is called afterwards. */
NEOERR *operator_open(struct operator* o);

/* Releases all, says an error of the command (freed), and returns its exit code. */
int operator_close(struct operator* o, const char *command, NEOERR *err);

#endif
