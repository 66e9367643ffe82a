/*
 * instance.h - the instance that a test runs against: the one of $SBK_CONF.
 *
 * instance_open and instance_close are a group's set-up and tear-down.
 */
#ifndef SBK_INSTANCE_H
#define SBK_INSTANCE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/conf.h"
#include "base/db.h"
#include "base/fail.h"
#include "base/log.h"

static HDF *instance_conf;
static struct db *instance_db;

/* No error; if there is one, the log line says which. */
static inline void
assert_ok(NEOERR *err)
{
	if (err != STATUS_OK) {
		log_failure("test", NULL, &err);
		fail();
	}
}

/* An error of this kind, which is freed. */
static inline void
assert_fails(NEOERR *err, NERR_TYPE kind)
{
	if (!nerr_handle(&err, kind)) {
		if (err == STATUS_OK)
			fail_msg("no error");
		assert_ok(err);
	}
}

static inline int
instance_open(void **state)
{
	(void)state;
	assert_ok(fail_init());
	assert_ok(conf_load(&instance_conf));
	assert_ok(db_init(&instance_db, instance_conf));
	return 0;
}

static inline int
instance_close(void **state)
{
	(void)state;
	db_free(&instance_db);
	hdf_destroy(&instance_conf);
	return 0;
}

#endif
