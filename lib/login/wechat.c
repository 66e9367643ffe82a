#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "apply/valid.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/fail.h"
#include "base/http.h"
#include "login/wechat.h"

#define PROVIDER "wechat"
#define EARLY 300      /* seconds before its end that a token is replaced */
#define LEASE 10       /* seconds that one of us may take to fetch one */
#define WAITS 30       /* how often the others look for the very first one … */
#define WAIT 100000000 /* … nanoseconds apart */
#define SECRET_MAX 128

struct wechat {
	struct http *http;
	const char *url, *appid; /* borrowed from conf */
	char secret[SECRET_MAX];
};

struct token {
	int64_t version, ends_at;
	struct bytes text;
};

enum { READ, LEASE_IT, STORE, RELEASE };

static const struct db_sql sql[] = {
	[READ] = { "token_read",
	    "SELECT version, body, ends_at FROM provider_token WHERE provider = ?" },
	[LEASE_IT] = { "token_lease", "UPDATE provider_token SET leased_until = ? WHERE "
				      "provider = ? AND version = ? AND leased_until <= ?" },
	[STORE] = { "token_store",
	    "UPDATE provider_token SET version = version + 1, body = ?, ends_at = ?, "
	    "leased_until = 0 WHERE provider = ? AND version = ?" },
	[RELEASE] = { "token_release",
	    "UPDATE provider_token SET leased_until = 0 WHERE provider = ? AND version = ?" },
};

static const struct {
	json_int_t code;
	enum wechat_verdict verdict;
} verdicts[] = {
	{ -1, WECHAT_BUSY },
	{ 40001, WECHAT_TOKEN },
	{ 40014, WECHAT_TOKEN },
	{ 42001, WECHAT_TOKEN },
	{ 40029, WECHAT_EXPIRED },
	{ 40163, WECHAT_USED },
	{ 45009, WECHAT_OFTEN },
	{ 45011, WECHAT_OFTEN },
};

static NEOERR *
read_secret(const char *path, char out[SECRET_MAX])
{
	FILE *file = fopen(path, "re");
	size_t len;

	if (file == NULL)
		return nerr_raise(FAIL_CONFIG, "Wechat.Secret: %s cannot be opened", path);
	len = fread(out, 1, SECRET_MAX - 1, file);
	fclose(file);
	out[len] = '\0';
	out[strcspn(out, "\r\n")] = '\0';
	return out[0] ? STATUS_OK : nerr_raise(FAIL_CONFIG, "Wechat.Secret: %s is empty", path);
}

NEOERR *
wechat_init(struct wechat **out, HDF *conf)
{
	struct wechat *wechat = calloc(1, sizeof *wechat);
	const char *path;
	NEOERR *err;

	if (wechat == NULL)
		return nerr_raise(NERR_NOMEM, "wechat");
	if ((err = conf_text(conf, "Wechat.Url", &wechat->url)) ||
	    (err = conf_text(conf, "Wechat.AppId", &wechat->appid)) ||
	    (err = conf_text(conf, "Wechat.Secret", &path)) ||
	    (err = read_secret(path, wechat->secret)) ||
	    (err = http_init(&wechat->http, conf))) {
		wechat_free(&wechat);
		return nerr_pass(err);
	}
	*out = wechat;
	return STATUS_OK;
}

void
wechat_free(struct wechat **wechat)
{
	if (*wechat == NULL)
		return;
	http_free(&(*wechat)->http);
	explicit_bzero((*wechat)->secret, SECRET_MAX);
	free(*wechat);
	*wechat = NULL;
}

/* POSTs question (which is let go of) as JSON to url. */
static NEOERR *
post(struct http *http, const char *url, json_t *question, struct http_answer *answer)
{
	char *body = question ? json_dumps(question, JSON_COMPACT) : NULL;
	NEOERR *err;

	json_decref(question);
	if (body == NULL)
		return nerr_raise(NERR_NOMEM, "wechat");
	err = http_ask(http,
	    &(struct http_question) {
		.url = url, .type = "application/json", .body = body, .len = strlen(body) },
	    answer);
	explicit_bzero(body, strlen(body));
	free(body);
	return nerr_pass(err);
}

static NEOERR *
fetch(const struct wechat *wechat, struct token *token)
{
	struct http_answer answer = { .body = BYTES_INIT };
	char url[512];
	json_t *root = NULL;
	const char *text;
	json_int_t life;
	NEOERR *err;

	snprintf(url, sizeof url, "%s/cgi-bin/stable_token", wechat->url);
	if ((err = post(wechat->http, url,
		 json_pack("{s:s, s:s, s:s, s:b}", "grant_type", "client_credential", "appid",
		     wechat->appid, "secret", wechat->secret, "force_refresh", 0),
		 &answer)))
		return nerr_pass(err);
	root = json_loadb((const char *)answer.body.data, answer.body.len, 0, NULL);
	text = json_string_value(json_object_get(root, "access_token"));
	life = json_integer_value(json_object_get(root, "expires_in"));
	if (text == NULL || strlen(text) > 512 || life < 1)
		err = nerr_raise(FAIL_UNAVAILABLE, "WeChat gives no token: %lld",
		    (long long)json_integer_value(json_object_get(root, "errcode")));
	else if ((token->text.data = (uint8_t *)strdup(text)) == NULL)
		err = nerr_raise(NERR_NOMEM, "wechat");
	else {
		token->text.len = strlen(text);
		token->ends_at = clock_now() + life;
	}
	json_decref(root);
	http_answer_release(&answer);
	return nerr_pass(err);
}

/* What the database has; text is empty when there is none. */
static NEOERR *
read_token(struct db *db, const struct seal *seal, struct token *token)
{
	struct db_rows *rows = NULL;
	const void *sealed;
	size_t len;
	bool more;
	NEOERR *err;

	bytes_release(&token->text);
	if ((err = db_select(db, &sql[READ], DB_WITH(db_text(PROVIDER)), &rows)) ||
	    (err = db_next(rows, &more)))
		goto out;
	if (!more) {
		err = nerr_raise(NERR_DB, "provider_token has no row for wechat");
		goto out;
	}
	token->version = db_get_int(rows, 0);
	token->ends_at = db_get_int(rows, 2);
	if (!db_is_null(rows, 1)) {
		sealed = db_get_bytes(rows, 1, &len);
		err = seal_open(seal, "provider_token.body", PROVIDER, sizeof PROVIDER - 1,
		    sealed, len, &token->text);
	}
out:
	db_rows_free(&rows);
	return nerr_pass(err);
}

/* By who holds the lease: fetches the next one and puts it where all find it. */
static NEOERR *
replace(
    const struct wechat *wechat, struct db *db, const struct seal *seal, struct token *token)
{
	struct token next = { .text = BYTES_INIT };
	struct bytes sealed = BYTES_INIT;
	NEOERR *err, *again;

	if ((err = fetch(wechat, &next)) == STATUS_OK &&
	    (err = seal_close(seal, "provider_token.body", PROVIDER, sizeof PROVIDER - 1,
		 next.text.data, next.text.len, &sealed)) == STATUS_OK)
		err = db_run(db, &sql[STORE],
		    DB_WITH(db_bytes(sealed.data, sealed.len), db_int(next.ends_at),
			db_text(PROVIDER), db_int(token->version)),
		    NULL);
	bytes_release(&sealed);
	if (err) {
		bytes_release(&next.text);
		again = db_run(db, &sql[RELEASE],
		    DB_WITH(db_text(PROVIDER), db_int(token->version)), NULL);
		nerr_ignore(&again);
		return nerr_pass(err);
	}
	bytes_release(&token->text);
	next.version = token->version + 1;
	*token = next;
	return STATUS_OK;
}

/* A token of another version than refused (-1: any). */
static NEOERR *
take_token(const struct wechat *wechat, struct db *db, const struct seal *seal, int64_t refused,
    struct token *token)
{
	NEOERR *err;

	for (int n = 0; n < WAITS; n++) {
		int64_t now = clock_now(), leased;
		bool usable;

		if ((err = read_token(db, seal, token)))
			return nerr_pass(err);
		usable =
		    token->text.len > 0 && token->ends_at > now && token->version != refused;
		if (usable && token->ends_at > now + EARLY)
			return STATUS_OK;
		if ((err = db_run(db, &sql[LEASE_IT],
			 DB_WITH(db_int(now + LEASE), db_text(PROVIDER), db_int(token->version),
			     db_int(now)),
			 &leased)))
			return nerr_pass(err);
		if (leased > 0)
			return nerr_pass(replace(wechat, db, seal, token));
		if (usable)
			return STATUS_OK;
		nanosleep(&(struct timespec) { .tv_nsec = WAIT }, NULL);
	}
	return nerr_raise(FAIL_UNAVAILABLE, "nobody has fetched WeChat's token in time");
}

/* 86 comes as a number or as text. */
static bool
mainland(const json_t *country)
{
	const char *text = json_string_value(country);

	return json_integer_value(country) == 86 || (text && strcmp(text, "86") == 0);
}

static NEOERR *
read_info(const json_t *info, const char *appid, char phone[WECHAT_PHONE_LEN],
    enum wechat_verdict *verdict)
{
	const char *number = json_string_value(json_object_get(info, "purePhoneNumber"));
	const char *made_for =
	    json_string_value(json_object_get(json_object_get(info, "watermark"), "appid"));

	if (number == NULL || made_for == NULL || strcmp(made_for, appid) != 0)
		return nerr_raise(
		    FAIL_UNAVAILABLE, "WeChat's answer is not for our mini program");
	*verdict = WECHAT_ABROAD;
	if (mainland(json_object_get(info, "countryCode")) && valid_phone(number) == NULL) {
		snprintf(phone, WECHAT_PHONE_LEN, "%s", number);
		*verdict = WECHAT_OK;
	}
	return STATUS_OK;
}

NEOERR *
wechat_read(const void *answer, size_t len, const char *appid, char phone[WECHAT_PHONE_LEN],
    enum wechat_verdict *verdict)
{
	json_t *root = json_loadb(answer, len, 0, NULL), *code;
	NEOERR *err = STATUS_OK;
	size_t i, n = sizeof verdicts / sizeof verdicts[0];

	code = json_object_get(root, "errcode");
	for (i = 0; i < n && verdicts[i].code != json_integer_value(code); i++)
		;
	if (!json_is_integer(code))
		err = nerr_raise(FAIL_UNAVAILABLE, "WeChat's answer is not understood");
	else if (json_integer_value(code) == 0)
		err = read_info(json_object_get(root, "phone_info"), appid, phone, verdict);
	else if (i < n)
		*verdict = verdicts[i].verdict;
	else
		err = nerr_raise(FAIL_UNAVAILABLE, "WeChat: errcode %lld",
		    (long long)json_integer_value(code));
	json_decref(root);
	return nerr_pass(err);
}

static NEOERR *
exchange(struct wechat *wechat, const struct token *token, const char *code,
    char phone[WECHAT_PHONE_LEN], enum wechat_verdict *verdict)
{
	struct http_answer answer = { .body = BYTES_INIT };
	STRING url;
	NEOERR *err;

	string_init(&url);
	if ((err = string_appendf(&url, "%s/wxa/business/getuserphonenumber?", wechat->url)) ==
		STATUS_OK &&
	    (err = http_append(&url, "access_token", (const char *)token->text.data)) ==
		STATUS_OK &&
	    (err = post(wechat->http, url.buf, json_pack("{s:s}", "code", code), &answer)) ==
		STATUS_OK)
		err = wechat_read(
		    answer.body.data, answer.body.len, wechat->appid, phone, verdict);
	string_clear(&url);
	http_answer_release(&answer);
	return nerr_pass(err);
}

NEOERR *
wechat_phone(struct wechat *wechat, struct db *db, const struct seal *seal, const char *code,
    char phone[WECHAT_PHONE_LEN], enum wechat_verdict *verdict)
{
	struct token token = { .text = BYTES_INIT };
	int64_t refused = -1;
	NEOERR *err = STATUS_OK;

	*verdict = WECHAT_TOKEN;
	for (int n = 0; err == STATUS_OK && n < 2 && *verdict == WECHAT_TOKEN; n++) {
		if ((err = take_token(wechat, db, seal, refused, &token)) == STATUS_OK)
			err = exchange(wechat, &token, code, phone, verdict);
		refused = token.version;
	}
	bytes_release(&token.text);
	if (err == STATUS_OK && *verdict == WECHAT_TOKEN)
		err = nerr_raise(FAIL_UNAVAILABLE, "WeChat takes none of our tokens");
	return nerr_pass(err);
}
