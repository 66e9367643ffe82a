#include <string.h>
#include <openssl/err.h>

#include "base/fail.h"
#include "bank/profile.h"

static const struct profile *const profiles[] = { &profile_intl, &profile_sm, NULL };

const struct profile *
profile_next(const struct profile *profile)
{
	size_t i = 0;

	while (profile && profiles[i++] != profile)
		;
	return profiles[i];
}

const struct profile *
profile_find(const char *name)
{
	const struct profile *profile = NULL;

	while ((profile = profile_next(profile)) != NULL && strcmp(profile->name, name) != 0)
		;
	return profile;
}

NEOERR *
profile_foreign(const char *what)
{
	unsigned long code = ERR_peek_last_error();

	ERR_clear_error();
	return nerr_raise(FAIL_CRYPTO, "%s: openssl %lx", what, code);
}
