#include <string.h>

#include "web/csrf.h"

#define HALF (SEAL_HASH_LEN / 2)

static void
mask(uint8_t token[SEAL_HASH_LEN])
{
	for (size_t i = 0; i < HALF; i++)
		token[HALF + i] ^= token[i];
}

NEOERR *
csrf_token(const struct seal *seal, const char *domain, const char *subject, char out[CSRF_LEN])
{
	uint8_t hash[SEAL_HASH_LEN], token[SEAL_HASH_LEN];
	NEOERR *err;

	if ((err = seal_hash(seal, domain, subject, strlen(subject), hash)) ||
	    (err = seal_random(token, HALF)))
		return nerr_pass(err);
	memcpy(token + HALF, hash, HALF);
	mask(token);
	seal_hex(token, sizeof token, out);
	return STATUS_OK;
}

NEOERR *
csrf_check(const struct seal *seal, const char *domain, const char *subject, const char *given,
    bool *right)
{
	uint8_t hash[SEAL_HASH_LEN], token[SEAL_HASH_LEN];
	NEOERR *err;

	if ((err = seal_hash(seal, domain, subject, strlen(subject), hash)))
		return nerr_pass(err);
	*right = given != NULL && seal_unhex(given, token, sizeof token) == 1;
	if (*right) {
		mask(token);
		*right = seal_equal(token + HALF, hash, HALF) == 1;
	}
	return STATUS_OK;
}
