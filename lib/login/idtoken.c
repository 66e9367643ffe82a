#include <jansson.h>
#include <openssl/err.h>
#include <openssl/sha.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "login/idtoken.h"

#define OLDEST 600 /* seconds since it was made: it came straight from the provider */

static const char *const algorithms[] = { "RS256", "PS256", "ES256" };

static const char *
text(const json_t *json, const char *name)
{
	return json_string_value(json_object_get(json, name));
}

static bool
is(const json_t *json, const char *name, const char *wanted)
{
	const char *value = text(json, name);

	return value && strcmp(value, wanted) == 0;
}

/* Three parts of base64url: over others cjose ends the program. */
static bool
decodable(const char *token, size_t len)
{
	size_t parts = 0;

	for (size_t at = 0, end; at <= len; at = end + 1, parts++) {
		for (end = at; end < len && token[end] != '.';)
			end++;
		if (!bytes_are_base64url(token + at, end - at))
			return false;
	}
	return parts == 3;
}

/* The JOSE header, read by ourselves: the library shall see no algorithm that is not on the list. NULL: none. */
static json_t *
header_of(const char *token, size_t len)
{
	const char *dot = memchr(token, '.', len);
	uint8_t *plain = NULL;
	size_t plain_len = 0;
	json_t *header = NULL;
	cjose_err err;

	if (dot && dot != token &&
	    cjose_base64url_decode(token, (size_t)(dot - token), &plain, &plain_len, &err))
		header =
		    json_loadb((const char *)plain, plain_len, JSON_REJECT_DUPLICATES, NULL);
	free(plain);
	return header;
}

/* An algorithm of the list that the header names, or NULL. */
static const char *
algorithm(const json_t *header)
{
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++)
		if (is(header, "alg", algorithms[i]))
			return algorithms[i];
	return NULL;
}

/* The claims of a token whose signature is right; *wrong else. */
static json_t *
claims_of(const struct jwks *jwks, const char *token, size_t len, const char **wrong)
{
	json_t *header = decodable(token, len) ? header_of(token, len) : NULL, *claims = NULL;
	const char *alg = algorithm(header);
	const cjose_jwk_t *key = NULL;
	cjose_jws_t *jws = NULL;
	uint8_t *plain;
	size_t plain_len;
	cjose_err err;

	*wrong = "form";
	/* RFC 7515, 4.1.11: who does not understand an extension refuses. */
	if (!json_is_object(header) || json_object_get(header, "crit"))
		goto out;
	*wrong = "alg";
	if (alg == NULL)
		goto out;
	*wrong = "kid";
	if ((key = jwks_find(jwks, text(header, "kid"), alg)) == NULL)
		goto out;
	*wrong = "form";
	if ((jws = cjose_jws_import(token, len, &err)) == NULL)
		goto out;
	*wrong = "signature";
	if (!cjose_jws_verify(jws, key, &err))
		goto out;
	*wrong = "form";
	if (cjose_jws_get_plaintext(jws, &plain, &plain_len, &err))
		claims =
		    json_loadb((const char *)plain, plain_len, JSON_REJECT_DUPLICATES, NULL);
	if (json_is_object(claims))
		*wrong = NULL;
out:
	cjose_jws_release(jws);
	json_decref(header);
	/* What went wrong in it is nobody else's. */
	ERR_clear_error();
	return claims;
}

/* For us alone: we trust no other audience. */
static bool
for_us(const json_t *claims, const char *client)
{
	const json_t *aud = json_object_get(claims, "aud");

	if (json_is_array(aud))
		aud = json_array_size(aud) == 1 ? json_array_get(aud, 0) : NULL;
	return json_is_string(aud) && strcmp(json_string_value(aud), client) == 0;
}

/* Whole seconds of a NumericDate (RFC 7519, 2), or -1. */
static int64_t
when(const json_t *claims, const char *name)
{
	const json_t *at = json_object_get(claims, name);
	const double seconds = json_is_number(at) ? json_number_value(at) : -1;

	return seconds >= 0 && seconds < 253402300800.0 ? (int64_t)seconds : -1;
}

/* 3.1.3.6: the left half of the access token's SHA-256, as all our algorithms end in 256. */
static bool
fits_access(const json_t *claims, const char *access)
{
	uint8_t hash[SHA256_DIGEST_LENGTH];
	char *wanted = NULL;
	size_t len;
	cjose_err err;
	bool fits;

	if (json_object_get(claims, "at_hash") == NULL || access == NULL)
		return true;
	SHA256((const uint8_t *)access, strlen(access), hash);
	fits = cjose_base64url_encode(hash, sizeof(hash) / 2, &wanted, &len, &err) &&
	       is(claims, "at_hash", wanted);
	free(wanted);
	return fits;
}

static const char *
wrong_claim(const json_t *claims, const struct idtoken_expected *e)
{
	const int64_t expires = when(claims, "exp"), made = when(claims, "iat"),
		      begins = when(claims, "nbf");
	const char *sub = text(claims, "sub");

	if (!is(claims, "iss", e->issuer))
		return "iss";
	if (!for_us(claims, e->client))
		return "aud";
	if (json_object_get(claims, "azp") && !is(claims, "azp", e->client))
		return "azp";
	if (expires < 0 || e->now >= expires + e->leeway)
		return "exp";
	if (made < 0 || made > e->now + e->leeway || made < e->now - OLDEST)
		return "iat";
	if (json_object_get(claims, "nbf") && (begins < 0 || begins > e->now + e->leeway))
		return "nbf";
	if (!is(claims, "nonce", e->nonce))
		return "nonce";
	if (!fits_access(claims, e->access))
		return "at_hash";
	if (sub == NULL || *sub == '\0' || strlen(sub) >= PROVIDER_SUBJECT_MAX)
		return "sub";
	return NULL;
}

const char *
idtoken_check(const struct jwks *jwks, const char *token, size_t len,
    const struct idtoken_expected *expected, char subject[PROVIDER_SUBJECT_MAX])
{
	json_t *claims;
	const char *wrong;

	if (len == 0 || len > IDTOKEN_MAX)
		return "form";
	claims = claims_of(jwks, token, len, &wrong);
	if (wrong == NULL && (wrong = wrong_claim(claims, expected)) == NULL) {
		const char *sub = text(claims, "sub");

		memcpy(subject, sub, strlen(sub) + 1);
	}
	json_decref(claims);
	return wrong;
}
