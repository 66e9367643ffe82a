/*
 * idtoken_test.c - an ID token is believed when everything about it is right, and for nothing less.
 */
#include "instance.h"

#include <jansson.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "login/idtoken.h"

#define NOW 1764000000
#define ACCESS "the-access-token"

/* The provider's: an RSA key "r", a key on P-256 "e"; and what no set of ours may hold. */
static cjose_jwk_t *rsa, *ec, *stranger, *weak;
static char *set_text;
static struct jwks *set;

static const struct idtoken_expected expected = { .issuer = "https://issuer.example",
	.client = "us",
	.nonce = "nonce",
	.access = ACCESS,
	.now = NOW,
	.leeway = 60 };

/* "{"keys": […]}" of the public halves. The caller's. */
static char *
set_of(cjose_jwk_t *const *keys, const char *const *more, size_t count)
{
	json_t *all = json_array();
	cjose_err err;
	char *text;

	for (size_t i = 0; i < count; i++) {
		char *one = cjose_jwk_to_json(keys[i], false, &err);
		json_t *key = json_loads(one, 0, NULL), *with = json_loads(more[i], 0, NULL);

		assert_non_null(key);
		assert_non_null(with);
		json_object_update(key, with);
		json_array_append_new(all, key);
		json_decref(with);
		cjose_get_dealloc()(one);
	}
	json_t *root = json_pack("{s:o}", "keys", all);
	text = json_dumps(root, JSON_COMPACT);
	json_decref(root);
	return text;
}

static void
parse(const char *text, struct jwks **jwks)
{
	assert_ok(jwks_parse(text, strlen(text), jwks));
}

static int
open_all(void **state)
{
	const uint8_t e[] = { 1, 0, 1 };
	cjose_err err;

	(void)state;
	assert_ok(fail_init());
	rsa = cjose_jwk_create_RSA_random(2048, e, sizeof(e), &err);
	stranger = cjose_jwk_create_RSA_random(2048, e, sizeof(e), &err);
	weak = cjose_jwk_create_RSA_random(1024, e, sizeof(e), &err);
	ec = cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, &err);
	assert_true(rsa && stranger && weak && ec);
	set_text = set_of((cjose_jwk_t *[]) { rsa, ec },
	    (const char *[]) { "{\"kid\": \"r\", \"use\": \"sig\"}", "{\"kid\": \"e\"}" }, 2);
	parse(set_text, &set);
	assert_non_null(set);
	return 0;
}

static int
close_all(void **state)
{
	(void)state;
	jwks_free(&set);
	free(set_text);
	cjose_jwk_release(rsa);
	cjose_jwk_release(stranger);
	cjose_jwk_release(weak);
	cjose_jwk_release(ec);
	return 0;
}

/* The claims of a good token, with changes (a JSON object; null takes one away). The caller's. */
static char *
claims(const char *changes)
{
	json_t *all =
	    json_pack("{s:s, s:s, s:s, s:s, s:i, s:i}", "iss", "https://issuer.example", "aud",
		"us", "sub", "she", "nonce", "nonce", "iat", NOW, "exp", NOW + 600);
	json_t *with = json_loads(changes, 0, NULL);
	const char *name;
	json_t *value;
	char *text;

	assert_non_null(with);
	json_object_foreach(with, name, value) if (json_is_null(value))
	    json_object_del(all, name);
	else json_object_set(all, name, value);
	text = json_dumps(all, JSON_COMPACT);
	json_decref(with);
	json_decref(all);
	return text;
}

/* Signed properly. The caller's. */
static char *
token(const cjose_jwk_t *key, const char *header, const char *plain)
{
	json_t *head = json_loads(header, 0, NULL);
	const char *borrowed;
	cjose_jws_t *jws;
	cjose_err err;
	char *out;

	jws = cjose_jws_sign(key, head, (const uint8_t *)plain, strlen(plain), &err);
	assert_non_null(jws);
	assert_true(cjose_jws_export(jws, &borrowed, &err));
	out = strdup(borrowed);
	cjose_jws_release(jws);
	json_decref(head);
	return out;
}

/* The compact form of any header and any signature. The caller's. */
static char *
forged(const char *header, const char *plain, const char *secret)
{
	char *head = NULL, *body = NULL, *mac = NULL, *out = NULL;
	uint8_t raw[EVP_MAX_MD_SIZE];
	unsigned int raw_len = 0;
	size_t len;
	cjose_err err;

	assert_true(
	    cjose_base64url_encode((const uint8_t *)header, strlen(header), &head, &len, &err));
	assert_true(
	    cjose_base64url_encode((const uint8_t *)plain, strlen(plain), &body, &len, &err));
	assert_true(asprintf(&out, "%s.%s", head, body) > 0);
	if (secret)
		HMAC(EVP_sha256(), secret, (int)strlen(secret), (const uint8_t *)out,
		    strlen(out), raw, &raw_len);
	assert_true(cjose_base64url_encode(raw, raw_len, &mac, &len, &err));
	free(out);
	assert_true(asprintf(&out, "%s.%s.%s", head, body, mac) > 0);
	cjose_get_dealloc()(head);
	cjose_get_dealloc()(body);
	cjose_get_dealloc()(mac);
	return out;
}

/* text is freed. */
static void
expect(const struct jwks *jwks, char *text, const char *wrong)
{
	char subject[PROVIDER_SUBJECT_MAX] = "untouched";
	const char *found = idtoken_check(jwks, text, strlen(text), &expected, subject);

	if (wrong) {
		if (found == NULL)
			fail_msg("believed, not refused for %s", wrong);
		assert_string_equal(found, wrong);
		assert_string_equal(subject, "untouched");
	} else {
		if (found)
			fail_msg("refused for %s", found);
		assert_string_equal(subject, "she");
	}
	free(text);
}

static void
a_token_is_believed_under_each_algorithm_of_the_list(void **state)
{
	char *plain = claims("{}");

	(void)state;
	expect(set, token(rsa, "{\"alg\": \"RS256\", \"kid\": \"r\"}", plain), NULL);
	expect(set, token(rsa, "{\"alg\": \"PS256\", \"kid\": \"r\"}", plain), NULL);
	expect(set, token(ec, "{\"alg\": \"ES256\", \"kid\": \"e\"}", plain), NULL);
	/* Without a key's id: the only one of that kind. */
	expect(set, token(rsa, "{\"alg\": \"RS256\"}", plain), NULL);
	free(plain);
}

static void
each_claim_has_to_be_right(void **state)
{
	static const struct {
		const char *changes, *wrong;
	} cases[] = {
		{ "{\"aud\": [\"us\"], \"azp\": \"us\"}", NULL },
		{ "{\"exp\": 1764000000.5}", NULL },
		{ "{\"exp\": 1763999941}", NULL }, /* within the leeway */
		{ "{\"iat\": 1764000060}", NULL },
		{ "{\"nbf\": 1764000060}", NULL },
		{ "{\"iss\": null}", "iss" },
		{ "{\"iss\": \"https://issuer.example/\"}", "iss" },
		{ "{\"iss\": [\"https://issuer.example\"]}", "iss" },
		{ "{\"aud\": null}", "aud" },
		{ "{\"aud\": \"them\"}", "aud" },
		{ "{\"aud\": []}", "aud" },
		{ "{\"aud\": [\"us\", \"them\"], \"azp\": \"us\"}", "aud" },
		{ "{\"azp\": \"them\"}", "azp" },
		{ "{\"azp\": 1}", "azp" },
		{ "{\"exp\": null}", "exp" },
		{ "{\"exp\": \"1764000600\"}", "exp" },
		{ "{\"exp\": 1763999940}", "exp" },
		{ "{\"exp\": -1}", "exp" },
		{ "{\"exp\": 1e300}", "exp" },
		{ "{\"iat\": null}", "iat" },
		{ "{\"iat\": 1764000061}", "iat" },
		{ "{\"iat\": 1763999399}", "iat" }, /* older than a login takes */
		{ "{\"nbf\": 1764000061}", "nbf" },
		{ "{\"nbf\": \"now\"}", "nbf" },
		{ "{\"nonce\": null}", "nonce" },
		{ "{\"nonce\": \"another\"}", "nonce" },
		{ "{\"nonce\": \"\"}", "nonce" },
		{ "{\"at_hash\": \"AAAAAAAAAAAAAAAAAAAAAA\"}", "at_hash" },
		{ "{\"at_hash\": 1}", "at_hash" },
		{ "{\"sub\": null}", "sub" },
		{ "{\"sub\": \"\"}", "sub" },
		{ "{\"sub\": 7}", "sub" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *plain = claims(cases[i].changes);

		print_message("# %s\n", cases[i].changes);
		expect(set, token(ec, "{\"alg\": \"ES256\", \"kid\": \"e\"}", plain),
		    cases[i].wrong);
		free(plain);
	}
}

/* Core 1.0, 3.1.3.6. */
static void
an_access_token_belongs_to_it(void **state)
{
	uint8_t hash[32];
	char *half = NULL, *changes = NULL, *plain;
	size_t len;
	cjose_err err;

	(void)state;
	assert_int_equal(EVP_Digest(ACCESS, strlen(ACCESS), hash, NULL, EVP_sha256(), NULL), 1);
	assert_true(cjose_base64url_encode(hash, 16, &half, &len, &err));
	assert_true(asprintf(&changes, "{\"at_hash\": \"%s\"}", half) > 0);
	plain = claims(changes);
	expect(set, token(rsa, "{\"alg\": \"RS256\", \"kid\": \"r\"}", plain), NULL);
	free(plain);
	free(changes);
	cjose_get_dealloc()(half);
}

static void
a_subject_longer_than_the_standard_allows_is_none(void **state)
{
	char subject[PROVIDER_SUBJECT_MAX + 1], *changes = NULL, *plain;

	(void)state;
	memset(subject, 's', sizeof(subject) - 1);
	subject[sizeof(subject) - 1] = '\0';
	assert_true(asprintf(&changes, "{\"sub\": \"%s\"}", subject) > 0);
	plain = claims(changes);
	expect(set, token(rsa, "{\"alg\": \"RS256\", \"kid\": \"r\"}", plain), "sub");
	free(plain);
	free(changes);
}

static void
no_other_algorithm_is_looked_at(void **state)
{
	char *plain = claims("{}");

	(void)state;
	for (const char *const *none =
		 (const char *const[]) { "none", "None", "NONE", "nOnE", "", NULL };
	     *none; none++) {
		char header[64];

		snprintf(header, sizeof(header), "{\"alg\": \"%s\", \"kid\": \"r\"}", *none);
		expect(set, forged(header, plain, NULL), "alg");
	}
	expect(set, forged("{\"kid\": \"r\"}", plain, NULL), "alg");
	expect(set, forged("{\"alg\": [\"RS256\"], \"kid\": \"r\"}", plain, NULL), "alg");
	/* A MAC whose secret everybody knows: the public keys themselves (RFC 8725, 2.1). */
	expect(set, forged("{\"alg\": \"HS256\", \"kid\": \"r\"}", plain, set_text), "alg");
	expect(set, token(rsa, "{\"alg\": \"RS512\", \"kid\": \"r\"}", plain), "alg");
	free(plain);
}

static void
another_key_or_text_breaks_the_signature(void **state)
{
	char *plain = claims("{}"), *text;

	(void)state;
	expect(
	    set, token(stranger, "{\"alg\": \"RS256\", \"kid\": \"r\"}", plain), "signature");
	expect(
	    set, forged("{\"alg\": \"RS256\", \"kid\": \"r\"}", plain, "secret"), "signature");
	text = token(rsa, "{\"alg\": \"RS256\", \"kid\": \"r\"}", plain);
	text[strchr(text, '.') - text + 10] ^= 1;
	expect(set, text, "signature");
	free(plain);
}

static void
a_key_that_is_not_in_the_set_or_of_another_kind_is_unknown(void **state)
{
	char *plain = claims("{}");

	(void)state;
	expect(set, token(rsa, "{\"alg\": \"RS256\", \"kid\": \"x\"}", plain), "kid");
	expect(set, token(rsa, "{\"alg\": \"RS256\", \"kid\": \"e\"}", plain), "kid");
	expect(set, token(ec, "{\"alg\": \"ES256\", \"kid\": \"r\"}", plain), "kid");
	free(plain);
}

static void
what_is_no_token_is_none(void **state)
{
	char *plain = claims("{}"), *changes = NULL;

	(void)state;
	for (const char *const *text = (const char *const[]) { "", ".", "..", "...", "a.b.c",
		 "e30", "W10.e30.e30", "\xff\xfe.\x80.", NULL };
	     *text; text++)
		expect(set, strdup(*text), "form");
	/* An extension that we do not know (RFC 7515, 4.1.11). */
	expect(set,
	    token(rsa, "{\"alg\": \"RS256\", \"kid\": \"r\", \"crit\": [\"b64\"]}", plain),
	    "form");
	/* Signed, but no claims; claims twice. */
	expect(set, token(rsa, "{\"alg\": \"RS256\", \"kid\": \"r\"}", "[]"), "form");
	expect(set,
	    token(rsa, "{\"alg\": \"RS256\", \"kid\": \"r\"}",
		"{\"sub\": \"she\", \"sub\": \"he\"}"),
	    "form");
	/* All is right with it but its length. */
	assert_true(asprintf(&changes, "{\"pad\": \"%0*d\"}", IDTOKEN_MAX, 0) > 0);
	free(plain);
	plain = claims(changes);
	expect(set, token(rsa, "{\"alg\": \"RS256\", \"kid\": \"r\"}", plain), "form");
	free(changes);
	free(plain);
}

static void
of_a_key_set_only_strong_signing_keys_are_taken(void **state)
{
	char *plain = claims("{}");
	const char *header = "{\"alg\": \"RS256\", \"kid\": \"k\"}";
	static const struct {
		const char *more;
		const char *wrong;
	} cases[] = {
		{ "{\"kid\": \"k\"}", NULL },
		{ "{\"kid\": \"k\", \"use\": \"sig\", \"alg\": \"RS256\"}", NULL },
		{ "{\"kid\": \"k\", \"use\": \"enc\"}", "kid" },
		{ "{\"kid\": \"k\", \"alg\": \"PS256\"}", "kid" },
		{ "{\"kid\": \"k\", \"kty\": \"oct\", \"k\": \"AAAA\"}", "kid" },
		{ "{\"kid\": \"k\", \"n\": \"\"}", "kid" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text =
		    set_of((cjose_jwk_t *[]) { rsa }, (const char *[]) { cases[i].more }, 1);
		struct jwks *jwks;

		print_message("# %s\n", cases[i].more);
		parse(text, &jwks);
		expect(jwks, token(rsa, header, plain), cases[i].wrong);
		jwks_free(&jwks);
		free(text);
	}
	char *text =
	    set_of((cjose_jwk_t *[]) { weak }, (const char *[]) { "{\"kid\": \"k\"}" }, 1);
	struct jwks *jwks;

	parse(text, &jwks);
	expect(jwks, token(weak, header, plain), "kid");
	jwks_free(&jwks);
	free(text);
	/* Two that fit and no id: neither. */
	text = set_of((cjose_jwk_t *[]) { rsa, stranger },
	    (const char *[]) { "{\"kid\": \"a\"}", "{\"kid\": \"b\"}" }, 2);
	parse(text, &jwks);
	expect(jwks, token(rsa, "{\"alg\": \"RS256\"}", plain), "kid");
	jwks_free(&jwks);
	free(text);
	free(plain);
}

static void
what_is_no_key_set_is_none(void **state)
{
	struct jwks *jwks;

	(void)state;
	for (const char *const *text = (const char *const[]) { "", "[]", "{}", "{\"keys\": {}}",
		 "{\"keys\": [", "{\"keys\": [], \"keys\": []}", NULL };
	     *text; text++) {
		parse(*text, &jwks);
		assert_null(jwks);
	}
	parse("{\"keys\": [1, null, {}, {\"kty\": 1}]}", &jwks);
	assert_non_null(jwks);
	assert_null(jwks_find(jwks, NULL, "RS256"));
	jwks_free(&jwks);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_is_believed_under_each_algorithm_of_the_list),
		cmocka_unit_test(each_claim_has_to_be_right),
		cmocka_unit_test(an_access_token_belongs_to_it),
		cmocka_unit_test(a_subject_longer_than_the_standard_allows_is_none),
		cmocka_unit_test(no_other_algorithm_is_looked_at),
		cmocka_unit_test(another_key_or_text_breaks_the_signature),
		cmocka_unit_test(a_key_that_is_not_in_the_set_or_of_another_kind_is_unknown),
		cmocka_unit_test(what_is_no_token_is_none),
		cmocka_unit_test(of_a_key_set_only_strong_signing_keys_are_taken),
		cmocka_unit_test(what_is_no_key_set_is_none),
	};

	return cmocka_run_group_tests_name("idtoken", tests, open_all, close_all);
}
