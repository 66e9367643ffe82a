#include <jansson.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply/words.h"
#include "base/clock.h"
#include "base/fail.h"
#include "login/oauth.h"

#define SIGNATURE_MAX 1024

/* What a row's parameters may name. */
struct values {
	const char *client, *redirect, *state, *scope, *code, *secret, *time, *token;
};

static const struct {
	const char *name;
	size_t at;
} names[] = {
	{ "$client", offsetof(struct values, client) },
	{ "$redirect", offsetof(struct values, redirect) },
	{ "$state", offsetof(struct values, state) },
	{ "$scope", offsetof(struct values, scope) },
	{ "$code", offsetof(struct values, code) },
	{ "$secret", offsetof(struct values, secret) },
	{ "$time", offsetof(struct values, time) },
	{ "$token", offsetof(struct values, token) },
};

static const char *
value_of(const char *text, const struct values *values)
{
	const char *base = (const char *)values, *value;

	if (*text != '$')
		return text;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i].name, text) == 0) {
			value = *(const char *const *)(const void *)(base + names[i].at);
			return value ? value : "";
		}
	return "";
}

/* Alipay's RSA2: over "name=value&…" as it stands, before anything is urlencoded. */
static NEOERR *
sign(const struct provider *p, const STRING *plain, char out[SIGNATURE_MAX])
{
	uint8_t raw[SIGNATURE_MAX / 2];
	size_t len = sizeof(raw);
	BIO *pem = BIO_new_mem_buf(p->secret.data, (int)p->secret.len);
	EVP_PKEY *key = pem ? PEM_read_bio_PrivateKey(pem, NULL, NULL, NULL) : NULL;
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	NEOERR *err = STATUS_OK;

	if (key == NULL)
		err = nerr_raise(
		    FAIL_CONFIG, "Provider.%s.Secret is no private key (PEM)", p->key);
	else if (md == NULL || EVP_DigestSignInit(md, NULL, EVP_sha256(), NULL, key) != 1 ||
		 EVP_DigestSign(
		     md, raw, &len, (const unsigned char *)plain->buf, (size_t)plain->len) != 1)
		err = nerr_raise(FAIL_CRYPTO, "RSA signature");
	else
		EVP_EncodeBlock((unsigned char *)out, raw, (int)len);
	EVP_MD_CTX_free(md);
	EVP_PKEY_free(key);
	BIO_free(pem);
	return err;
}

/* Appends the row's parameters of that name, and the signature where the row has one. */
static NEOERR *
put(const struct provider *p, const char *which, const struct values *values, STRING *out)
{
	const char *signature = hdf_get_value(p->row, "sign", NULL);
	char signed_by[SIGNATURE_MAX];
	STRING plain;
	NEOERR *err = STATUS_OK;

	string_init(&plain);
	for (HDF *one = hdf_get_child(p->row, which); err == STATUS_OK && one;
	     one = hdf_obj_next(one)) {
		const char *value = value_of(hdf_obj_value(one), values);

		if ((err = http_append(out, hdf_obj_name(one), value)) == STATUS_OK)
			err = string_appendf(
			    &plain, "%s%s=%s", plain.len ? "&" : "", hdf_obj_name(one), value);
	}
	/* Where she is sent is not signed, what we ask is. */
	if (err == STATUS_OK && signature && values->code &&
	    (err = sign(p, &plain, signed_by)) == STATUS_OK)
		err = http_append(out, signature, signed_by);
	string_clear(&plain);
	return nerr_pass(err);
}

NEOERR *
oauth_authorize(struct http *http, struct provider *p, const struct provider_rules *rules,
    const struct provider_trip *trip, const char *redirect, STRING *url)
{
	const struct values values = { .client = p->client,
		.redirect = redirect,
		.state = trip->state,
		.scope = p->scope };
	const char *fragment = hdf_get_value(p->row, "fragment", NULL);
	NEOERR *err;

	(void)http, (void)rules;
	if ((err = string_appendf(url, "%s?", p->authorize)) ||
	    (err = put(p, "authorize", &values, url)))
		return nerr_pass(err);
	return nerr_pass(fragment ? string_appendf(url, "#%s", fragment) : STATUS_OK);
}

static NEOERR *
ask(struct http *http, const struct provider *p, const char *url, const char *which,
    const struct values *values, struct http_answer *answer)
{
	const bool post = strcmp(hdf_get_value(p->row, "method", "GET"), "POST") == 0;
	struct http_question question = { .url = url };
	STRING text;
	NEOERR *err;

	string_init(&text);
	if ((!post && (err = string_appendf(&text, "%s?", url))) ||
	    (err = put(p, which, values, &text)))
		goto out;
	if (post) {
		question.type = "application/x-www-form-urlencoded";
		question.body = text.buf;
		question.len = (size_t)text.len;
	} else
		question.url = text.buf;
	err = http_ask(http, &question, answer);
out:
	string_clear(&text);
	return nerr_pass(err);
}

/* The first of these paths ("a.b") at which there is a text or a number that is not 0; "" if none. */
static void
look_up(const json_t *root, const char *paths, char *out, size_t size)
{
	char path[64], *rest, *name;

	out[0] = '\0';
	while (out[0] == '\0' && *paths) {
		const size_t len = strcspn(paths, " ");
		const json_t *at = root;

		snprintf(path, sizeof(path), "%.*s", (int)len, paths);
		paths += len + strspn(paths + len, " ");
		for (name = strtok_r(path, ".", &rest); name; name = strtok_r(NULL, ".", &rest))
			at = json_object_get(at, name);
		if (json_is_string(at) && json_string_length(at) < size)
			snprintf(out, size, "%s", json_string_value(at));
		else if (json_is_integer(at) && json_integer_value(at) != 0)
			snprintf(out, size, "%lld", (long long)json_integer_value(at));
	}
}

NEOERR *
oauth_read(const struct provider *p, const struct bytes *body, struct provider_answer *answer,
    char token[PROVIDER_TOKEN_MAX])
{
	json_t *root =
	    json_loadb((const char *)body->data, body->len, JSON_REJECT_DUPLICATES, NULL);
	const json_t *within = root;
	const char *inside = hdf_get_value(p->row, "answer.within", NULL);
	char error[64];
	NEOERR *err = STATUS_OK;

	*answer = (struct provider_answer) { .subject = "" };
	token[0] = '\0';
	if (inside)
		within = json_object_get(root, inside);
	look_up(root, hdf_get_value(p->row, "answer.error", ""), error, sizeof(error));
	if (*error)
		provider_refuse(answer, error);
	else if (!json_is_object(within))
		err =
		    nerr_raise(FAIL_UNAVAILABLE, "provider %s: an answer that is none", p->key);
	else {
		look_up(within, hdf_get_value(p->row, "answer.subject", ""), answer->subject,
		    sizeof(answer->subject));
		look_up(within, hdf_get_value(p->row, "answer.token", ""), token,
		    PROVIDER_TOKEN_MAX);
	}
	json_decref(root);
	return nerr_pass(err);
}

static NEOERR *
question(struct http *http, const struct provider *p, const char *url, const char *which,
    const struct values *values, struct provider_answer *answer, char token[PROVIDER_TOKEN_MAX])
{
	struct http_answer said = { .body = BYTES_INIT };
	NEOERR *err;

	if ((err = ask(http, p, url, which, values, &said)) == STATUS_OK)
		err = said.status < 500 ? oauth_read(p, &said.body, answer, token)
					: nerr_raise(FAIL_UNAVAILABLE,
					      "the provider answers %ld", said.status);
	http_answer_release(&said);
	return nerr_pass(err);
}

NEOERR *
oauth_exchange(struct http *http, struct provider *p, const struct provider_rules *rules,
    const struct provider_trip *trip, const char *redirect, const char *code,
    struct provider_answer *answer)
{
	char now[CLOCK_TIME_LEN], token[PROVIDER_TOKEN_MAX], unused[PROVIDER_TOKEN_MAX];
	const struct values first = { .client = p->client,
		.redirect = redirect,
		.scope = p->scope,
		.code = code,
		.secret = (const char *)p->secret.data,
		.time = now };
	NEOERR *err;

	(void)rules, (void)trip;
	clock_iso(clock_now(), now);
	now[10] = ' ';
	now[19] = '\0';
	if ((err = question(http, p, p->token, "token", &first, answer, token)) == STATUS_OK &&
	    p->user && *token && !*answer->refused)
		err = question(http, p, p->user, "user", &(struct values) { .token = token },
		    answer, unused);
	explicit_bzero(token, sizeof(token));
	if (err == STATUS_OK && !*answer->subject && !*answer->refused)
		provider_refuse(answer, "no_subject");
	return nerr_pass(err);
}
