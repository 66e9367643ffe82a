/*
 * fail.c - the kinds of failure, registered with ClearSilver's error machinery.
 */
#include "base/fail.h"

NERR_TYPE FAIL_REQUEST;
NERR_TYPE FAIL_FORBIDDEN;
NERR_TYPE FAIL_NOT_FOUND;
NERR_TYPE FAIL_TOO_LARGE;
NERR_TYPE FAIL_TOO_MANY;
NERR_TYPE FAIL_UNAVAILABLE;
NERR_TYPE FAIL_RETRY;
NERR_TYPE FAIL_UNKNOWN;
NERR_TYPE FAIL_DUPLICATE;
NERR_TYPE FAIL_CRYPTO;
NERR_TYPE FAIL_CONFIG;

/* The name is what the log shows as kind. */
static const struct {
	NERR_TYPE *kind;
	const char *name;
} kinds[] = {
	{ &FAIL_REQUEST, "FAIL_REQUEST" },
	{ &FAIL_FORBIDDEN, "FAIL_FORBIDDEN" },
	{ &FAIL_NOT_FOUND, "FAIL_NOT_FOUND" },
	{ &FAIL_TOO_LARGE, "FAIL_TOO_LARGE" },
	{ &FAIL_TOO_MANY, "FAIL_TOO_MANY" },
	{ &FAIL_UNAVAILABLE, "FAIL_UNAVAILABLE" },
	{ &FAIL_RETRY, "FAIL_RETRY" },
	{ &FAIL_UNKNOWN, "FAIL_UNKNOWN" },
	{ &FAIL_DUPLICATE, "FAIL_DUPLICATE" },
	{ &FAIL_CRYPTO, "FAIL_CRYPTO" },
	{ &FAIL_CONFIG, "FAIL_CONFIG" },
};

NEOERR *
fail_init(void)
{
	NEOERR *err = nerr_init();

	for (size_t i = 0; err == STATUS_OK && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		err = nerr_register(kinds[i].kind, kinds[i].name);
	return nerr_pass(err);
}
