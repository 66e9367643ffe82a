#include <jansson.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fail.h"
#include "login/idtoken.h"
#include "login/oidc.h"

struct oidc {
	json_t *about; /* the provider's own description; owned */
	int64_t about_until;
	struct jwks *jwks; /* owned */
	int64_t jwks_at, jwks_until;
};

void
oidc_forget(struct provider *provider)
{
	if (provider->learned == NULL)
		return;
	json_decref(provider->learned->about);
	jwks_free(&provider->learned->jwks);
	free(provider->learned);
	provider->learned = NULL;
}

static int64_t
until(const struct provider_rules *rules, long max_age)
{
	const long keep = max_age < rules->keep_least  ? rules->keep_least
			  : max_age > rules->keep_most ? rules->keep_most
						       : max_age;

	return clock_now() + keep;
}

static NEOERR *
fetch(struct http *http, const char *url, struct http_answer *answer)
{
	NEOERR *err;

	if ((err = http_ask(http, &(struct http_question) { .url = url }, answer)))
		return nerr_pass(err);
	return answer->status == 200
		   ? STATUS_OK
		   : nerr_raise(FAIL_UNAVAILABLE, "the provider answers %ld", answer->status);
}

static const char *
address(const struct provider *provider, const char *name)
{
	const char *text = json_string_value(json_object_get(provider->learned->about, name));

	return text ? text : "";
}

/* Discovery 1.0, 4.3: what it says of its issuer is what we asked for, to the letter. */
static NEOERR *
learn_about(struct http *http, struct provider *p, const struct provider_rules *rules)
{
	struct oidc *learned = p->learned;
	struct http_answer answer = { .body = BYTES_INIT };
	char url[512];
	json_t *about;
	NEOERR *err;

	if (learned->about && clock_now() < learned->about_until)
		return STATUS_OK;
	snprintf(url, sizeof(url), "%s/.well-known/openid-configuration", p->issuer);
	if ((err = fetch(http, url, &answer)))
		goto out;
	about = json_loadb(
	    (const char *)answer.body.data, answer.body.len, JSON_REJECT_DUPLICATES, NULL);
	json_decref(learned->about);
	learned->about = about;
	learned->about_until = until(rules, answer.max_age);
	if (strcmp(address(p, "issuer"), p->issuer) != 0 || *address(p, "jwks_uri") == '\0' ||
	    *address(p, "authorization_endpoint") == '\0' ||
	    *address(p, "token_endpoint") == '\0') {
		learned->about_until = 0;
		err = nerr_raise(
		    FAIL_UNAVAILABLE, "provider %s: another issuer's description", p->key);
	}
out:
	http_answer_release(&answer);
	return nerr_pass(err);
}

/* anew: a key was not there. */
static NEOERR *
learn_keys(struct http *http, struct provider *p, const struct provider_rules *rules, bool anew)
{
	struct oidc *learned = p->learned;
	struct http_answer answer = { .body = BYTES_INIT };
	struct jwks *jwks = NULL;
	const int64_t now = clock_now();
	NEOERR *err;

	if (learned->jwks && now < learned->jwks_until &&
	    (!anew || now < learned->jwks_at + rules->keep_least))
		return STATUS_OK;
	if ((err = fetch(http, address(p, "jwks_uri"), &answer)) == STATUS_OK &&
	    (err = jwks_parse((const char *)answer.body.data, answer.body.len, &jwks)) ==
		STATUS_OK &&
	    jwks == NULL)
		err = nerr_raise(FAIL_UNAVAILABLE, "provider %s: no key set", p->key);
	if (err == STATUS_OK) {
		jwks_free(&learned->jwks);
		learned->jwks = jwks;
		learned->jwks_at = now;
		learned->jwks_until = until(rules, answer.max_age);
	}
	http_answer_release(&answer);
	return nerr_pass(err);
}

static NEOERR *
learn(struct http *http, struct provider *p, const struct provider_rules *rules)
{
	if (p->learned == NULL && (p->learned = calloc(1, sizeof(*p->learned))) == NULL)
		return nerr_raise(NERR_NOMEM, "provider");
	return nerr_pass(learn_about(http, p, rules));
}

/* RFC 7636, 4.2: base64url of the verifier's SHA-256. */
static NEOERR *
challenge(const char *verifier, char out[SEAL_TOKEN_LEN])
{
	uint8_t hash[SEAL_HASH_LEN];
	char *text = NULL;
	size_t len;
	cjose_err wrong;

	if (EVP_Digest(verifier, strlen(verifier), hash, NULL, EVP_sha256(), NULL) != 1 ||
	    !cjose_base64url_encode(hash, sizeof(hash), &text, &len, &wrong))
		return nerr_raise(FAIL_CRYPTO, "SHA-256");
	snprintf(out, SEAL_TOKEN_LEN, "%s", text);
	free(text);
	return STATUS_OK;
}

NEOERR *
oidc_authorize(struct http *http, struct provider *p, const struct provider_rules *rules,
    const struct provider_trip *trip, const char *redirect, STRING *url)
{
	char hash[SEAL_TOKEN_LEN];
	NEOERR *err;

	if ((err = learn(http, p, rules)) || (err = challenge(trip->verifier, hash)) ||
	    (err = string_appendf(url, "%s?", address(p, "authorization_endpoint"))) ||
	    (err = http_append(url, "response_type", "code")) ||
	    (err = http_append(url, "client_id", p->client)) ||
	    (err = http_append(url, "redirect_uri", redirect)) ||
	    (err = http_append(url, "scope", p->scope)) ||
	    (err = http_append(url, "state", trip->state)) ||
	    (err = http_append(url, "nonce", trip->nonce)) ||
	    (err = http_append(url, "code_challenge", hash)))
		return nerr_pass(err);
	return nerr_pass(http_append(url, "code_challenge_method", "S256"));
}

/* RFC 6749, 2.3.1: both parts urlencoded, then as RFC 7617 has it. */
static NEOERR *
authorization(const struct provider *p, STRING *out)
{
	STRING plain;
	char base64[4 * ((PROVIDER_SECRET_MAX + 2) / 3) + 1];
	NEOERR *err;

	string_init(&plain);
	if ((err = http_append_text(&plain, p->client)) == STATUS_OK &&
	    (err = string_append_char(&plain, ':')) == STATUS_OK &&
	    (err = http_append_text(&plain, (const char *)p->secret.data)) == STATUS_OK) {
		if (plain.len > PROVIDER_SECRET_MAX)
			err = nerr_raise(FAIL_CONFIG, "Provider.%s.Secret is too long", p->key);
		else {
			EVP_EncodeBlock((unsigned char *)base64,
			    (const unsigned char *)plain.buf, plain.len);
			err = string_appendf(out, "Authorization: Basic %s", base64);
		}
	}
	string_clear(&plain);
	return nerr_pass(err);
}

static NEOERR *
ask_token(struct http *http, const struct provider *p, const struct provider_trip *trip,
    const char *redirect, const char *code, struct http_answer *answer)
{
	STRING body, header;
	const char *headers[] = { NULL, NULL };
	NEOERR *err;

	string_init(&body);
	string_init(&header);
	if ((err = http_append(&body, "grant_type", "authorization_code")) ||
	    (err = http_append(&body, "code", code)) ||
	    (err = http_append(&body, "redirect_uri", redirect)) ||
	    (err = http_append(&body, "code_verifier", trip->verifier)) ||
	    (err = authorization(p, &header)))
		goto out;
	headers[0] = header.buf;
	err = http_ask(http,
	    &(struct http_question) { .url = address(p, "token_endpoint"),
		.headers = headers,
		.type = "application/x-www-form-urlencoded",
		.body = body.buf,
		.len = (size_t)body.len },
	    answer);
out:
	string_clear(&body);
	string_clear(&header);
	return nerr_pass(err);
}

static NEOERR *
check_token(struct http *http, struct provider *p, const struct provider_rules *rules,
    const struct provider_trip *trip, const json_t *said, struct provider_answer *answer)
{
	const char *token = json_string_value(json_object_get(said, "id_token"));
	const struct idtoken_expected expected = { .issuer = p->issuer,
		.client = p->client,
		.nonce = trip->nonce,
		.access = json_string_value(json_object_get(said, "access_token")),
		.now = clock_now(),
		.leeway = rules->leeway };
	const char *wrong = "kid";
	NEOERR *err;

	if (token == NULL) {
		provider_refuse(answer, "no_id_token");
		return STATUS_OK;
	}
	for (int n = 0; n < 2 && strcmp(wrong, "kid") == 0; n++) {
		if ((err = learn_keys(http, p, rules, n > 0)))
			return nerr_pass(err);
		wrong = idtoken_check(
		    p->learned->jwks, token, strlen(token), &expected, answer->subject);
		if (wrong == NULL)
			return STATUS_OK;
	}
	provider_refuse(answer, wrong);
	return STATUS_OK;
}

NEOERR *
oidc_exchange(struct http *http, struct provider *p, const struct provider_rules *rules,
    const struct provider_trip *trip, const char *redirect, const char *code,
    struct provider_answer *answer)
{
	struct http_answer token = { .body = BYTES_INIT };
	json_t *said = NULL;
	const char *error;
	NEOERR *err;

	*answer = (struct provider_answer) { .subject = "" };
	if ((err = learn(http, p, rules)) ||
	    (err = ask_token(http, p, trip, redirect, code, &token)))
		goto out;
	said = json_loadb(
	    (const char *)token.body.data, token.body.len, JSON_REJECT_DUPLICATES, NULL);
	error = json_string_value(json_object_get(said, "error"));
	if (token.status == 200 && json_is_object(said))
		err = check_token(http, p, rules, trip, said, answer);
	else if (token.status >= 400 && token.status < 500 && error)
		provider_refuse(answer, error);
	else
		err = nerr_raise(FAIL_UNAVAILABLE, "the provider answers %ld", token.status);
out:
	json_decref(said);
	http_answer_release(&token);
	return nerr_pass(err);
}
