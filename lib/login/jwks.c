#include <jansson.h>
#include <openssl/err.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/fail.h"
#include "login/jwks.h"

#define KID_MAX 128
#define RSA_BITS 2048

struct jwks {
	size_t count;
	struct key {
		char kid[KID_MAX]; /* "" none */
		char alg[8];       /* "" whichever fits */
		cjose_jwk_t *jwk;
	} keys[JWKS_MAX];
};

static const char *
member(const json_t *json, const char *name)
{
	const char *text = json_string_value(json_object_get(json, name));

	return text ? text : "";
}

static bool
strong(const cjose_jwk_t *jwk)
{
	cjose_err err;

	switch (cjose_jwk_get_kty(jwk, &err)) {
	case CJOSE_JWK_KTY_RSA:
		return cjose_jwk_get_keysize(jwk, &err) >= RSA_BITS;
	case CJOSE_JWK_KTY_EC:
		return cjose_jwk_EC_get_curve(jwk, &err) == CJOSE_JWK_EC_P_256;
	default:
		return false;
	}
}

/* cjose ends the program over numbers that are no base64url. */
static bool
decodable(const json_t *json)
{
	static const char *const numbers[] = { "n", "e", "d", "p", "q", "dp", "dq", "qi", "x",
		"y", "k" };

	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
		const char *number = member(json, numbers[i]);

		if (!bytes_are_base64url(number, strlen(number)))
			return false;
	}
	return true;
}

/* Into set, if it is one for us. */
static NEOERR *
take(struct jwks *set, const json_t *json)
{
	struct key *key = &set->keys[set->count];
	const char *use = member(json, "use"), *kid = member(json, "kid"),
		   *alg = member(json, "alg"), *kty = member(json, "kty");
	cjose_err err;
	char *text;

	if ((*use && strcmp(use, "sig") != 0) || strlen(kid) >= sizeof(key->kid) ||
	    strlen(alg) >= sizeof(key->alg) ||
	    (strcmp(kty, "RSA") != 0 && strcmp(kty, "EC") != 0) || !decodable(json))
		return STATUS_OK;
	if ((text = json_dumps(json, JSON_COMPACT)) == NULL)
		return nerr_raise(NERR_NOMEM, "key");
	key->jwk = cjose_jwk_import(text, strlen(text), &err);
	free(text);
	ERR_clear_error();
	if (key->jwk == NULL)
		return STATUS_OK;
	if (!strong(key->jwk)) {
		cjose_jwk_release(key->jwk);
		key->jwk = NULL;
		return STATUS_OK;
	}
	memcpy(key->kid, kid, strlen(kid) + 1);
	memcpy(key->alg, alg, strlen(alg) + 1);
	set->count++;
	return STATUS_OK;
}

NEOERR *
jwks_parse(const char *text, size_t len, struct jwks **jwks)
{
	json_t *json = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	const json_t *keys = json_object_get(json, "keys");
	struct jwks *set = NULL;
	NEOERR *err = STATUS_OK;

	*jwks = NULL;
	if (!json_is_array(keys))
		goto out;
	if ((set = calloc(1, sizeof *set)) == NULL) {
		err = nerr_raise(NERR_NOMEM, "keys");
		goto out;
	}
	for (size_t i = 0;
	     err == STATUS_OK && i < json_array_size(keys) && set->count < JWKS_MAX; i++)
		err = take(set, json_array_get(keys, i));
	if (err)
		jwks_free(&set);
	*jwks = set;
out:
	json_decref(json);
	return nerr_pass(err);
}

void
jwks_free(struct jwks **jwks)
{
	if (*jwks == NULL)
		return;
	for (size_t i = 0; i < (*jwks)->count; i++)
		cjose_jwk_release((*jwks)->keys[i].jwk);
	free(*jwks);
	*jwks = NULL;
}

const cjose_jwk_t *
jwks_find(const struct jwks *jwks, const char *kid, const char *alg)
{
	const cjose_jwk_kty_t kty = alg[0] == 'E' ? CJOSE_JWK_KTY_EC : CJOSE_JWK_KTY_RSA;
	const cjose_jwk_t *found = NULL;
	cjose_err err;

	for (size_t i = 0; i < jwks->count; i++) {
		const struct key *key = &jwks->keys[i];

		if (cjose_jwk_get_kty(key->jwk, &err) != kty ||
		    (key->alg[0] && strcmp(key->alg, alg) != 0))
			continue;
		if (kid && strcmp(key->kid, kid) == 0)
			return key->jwk;
		if (kid == NULL && found)
			return NULL;
		if (kid == NULL)
			found = key->jwk;
	}
	return found;
}
