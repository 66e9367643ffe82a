/*
 * sso.c - logging in with an identity that a citizen has elsewhere (conf/providers.hdf).
 *
 *   GET <login>/other              the providers
 *   GET <login>/other/<key>        303 to the provider
 *   GET <login>/other/<key>/back   she is back: 303 into her account, or why not
 *
 * What belongs to a login under way (RFC 9700: state, nonce, PKCE's verifier) travels in a sealed cookie that only the browser
 * that began it can open.  Who comes for the first time gets an account, which is nobody's until the name is proven.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply/field.h"
#include "apply/sealed.h"
#include "base/clock.h"
#include "base/fail.h"
#include "base/http.h"
#include "base/log.h"
#include "login/account.h"
#include "login/identity.h"
#include "login/providers.h"
#include "login/throttle.h"
#include "web/entry.h"
#include "web/page.h"
#include "web/question.h"
#include "web/way.h"

#define COOKIE "sso"
#define COOKIE_MAX 1400 /* hex digits */
#define KEY_MAX 24
#define CODE_MAX 1024
#define WHERE "cookie.sso"

/* The process's: it keeps connections, and what providers have said of themselves. */
static struct providers providers;
static struct http *http;
static bool ready;

static NEOERR *
check(const struct page *page)
{
	NEOERR *err;

	if ((err = way_check_here(page, OFFER_OTHER)))
		return nerr_pass(err);
	if (ready)
		return STATUS_OK;
	if ((http == NULL && (err = http_init(&http, page->site->conf))) ||
	    (err = providers_init(&providers, page->site->conf)))
		return nerr_pass(err);
	ready = true;
	return STATUS_OK;
}

static NEOERR *
show(struct page *page, int status)
{
	NEOERR *err;

	for (size_t n = 0; n < providers.count; n++) {
		const char *key = providers.of[n].key;

		if ((err = hdf_set_valuef(page->hdf, "Other.%zu.href=%s/" OFFER_OTHER "/%s", n,
			 page->flow->login, key)) ||
		    (err = hdf_set_valuef(page->hdf, "Other.%zu.label=%s", n,
			 page_word(page, "other.provider.%s", key))))
			return nerr_pass(err);
	}
	if ((err = way_show(page, OFFER_OTHER)))
		return nerr_pass(err);
	return nerr_pass(page_render(page, "other", status));
}

static NEOERR *
list(struct page *page)
{
	const char *back = entry_back(page);
	NEOERR *err;

	if ((err = check(page)))
		return nerr_pass(err);
	if (page_logged_in(page))
		return nerr_pass(
		    request_redirect(page->request, back ? back : page->flow->hall));
	return nerr_pass(show(page, 200));
}

static NEOERR *
refuse(struct page *page, const char *fault, int status)
{
	NEOERR *err;

	if ((err = question_fault(page, OFFER_OTHER, "", fault)) ||
	    (status == 503 && (err = request_header(page->request, "Retry-After", "60"))))
		return nerr_pass(err);
	return nerr_pass(show(page, status));
}

/* The provider that the path names: <login>/other/<key>[/back]. */
static NEOERR *
provider_of(const struct page *page, struct provider **provider)
{
	const char *path = page->request->path + strlen(page->flow->login);
	char key[KEY_MAX];
	NEOERR *err;

	if ((err = check(page)))
		return nerr_pass(err);
	*provider = sscanf(path, "/" OFFER_OTHER "/%23[a-z]", key) == 1
			? providers_find(&providers, key)
			: NULL;
	return *provider ? STATUS_OK : nerr_raise(FAIL_NOT_FOUND, "no such provider");
}

static void
redirect_uri(const struct page *page, const struct provider *provider, char *out, size_t size)
{
	snprintf(out, size, "%s%s/" OFFER_OTHER "/%s/back", page->site->settings.origin,
	    page->flow->login, provider->key);
}

/* ---- the cookie ---- */

static NEOERR *
set_cookie(struct page *page, const char *value, long life)
{
	const struct settings *settings = &page->site->settings;
	STRING text;
	NEOERR *err;

	string_init(&text);
	if ((err = string_appendf(&text,
		 COOKIE "=%s; Path=%s; Max-Age=%ld; HttpOnly; SameSite=Lax%s", value,
		 page->flow->login, life, settings->session.secure ? "; Secure" : "")) ==
	    STATUS_OK)
		err = request_header(page->request, "Set-Cookie", text.buf);
	string_clear(&text);
	return nerr_pass(err);
}

/* Sealed under this browser's token: in another one it opens nothing. */
static NEOERR *
remember(struct page *page, const struct provider *provider, const struct provider_trip *trip)
{
	const char *token = page->session->token, *back = entry_back(page);
	struct bytes sealed = BYTES_INIT;
	char text[COOKIE_MAX + 1];
	json_t *body = json_pack("{s:s, s:s, s:s, s:s, s:s, s:I}", "provider", provider->key,
	    "state", trip->state, "nonce", trip->nonce, "verifier", trip->verifier, "back",
	    back ? back : "", "until", (json_int_t)clock_now() + providers.rules.life);
	NEOERR *err;

	if (body == NULL)
		return nerr_raise(NERR_NOMEM, "sso");
	err = sealed_close(
	    page->site->seal, WHERE, (const uint8_t *)token, strlen(token), body, &sealed);
	json_decref(body);
	if (err == STATUS_OK && 2 * sealed.len > COOKIE_MAX)
		err = nerr_raise(NERR_ASSERT, "sso: a cookie of %zu bytes", sealed.len);
	if (err == STATUS_OK) {
		seal_hex(sealed.data, sealed.len, text);
		err = set_cookie(page, text, providers.rules.life);
	}
	bytes_release(&sealed);
	return nerr_pass(err);
}

/* What this browser has begun with the provider; *trip NULL: nothing, or too long ago. */
static NEOERR *
recall(const struct page *page, const struct provider *provider, json_t **trip)
{
	const char *token = page->session->token;
	char text[COOKIE_MAX + 1];
	uint8_t sealed[COOKIE_MAX / 2];
	size_t len;
	NEOERR *err;

	*trip = NULL;
	if (request_cookie(page->request, COOKIE, text, sizeof(text)) == NULL)
		return STATUS_OK;
	len = strlen(text) / 2;
	if (!seal_unhex(text, sealed, len))
		return STATUS_OK;
	err = sealed_open(
	    page->site->seal, WHERE, (const uint8_t *)token, strlen(token), sealed, len, trip);
	if (nerr_handle(&err, FAIL_CRYPTO) || err)
		return nerr_pass(err);
	if (strcmp(field_answer(*trip, "provider"), provider->key) == 0 &&
	    json_integer_value(json_object_get(*trip, "until")) > clock_now())
		return STATUS_OK;
	json_decref(*trip);
	*trip = NULL;
	return STATUS_OK;
}

/* ---- there and back ---- */

/* Nobody answers: the log says why, the page what to do. */
static NEOERR *
down(struct page *page, NEOERR **err)
{
	if (!nerr_match(*err, FAIL_UNAVAILABLE))
		return nerr_pass(*err);
	log_failure("provider", page->request->id, err);
	return nerr_pass(refuse(page, "other_down", 503));
}

static NEOERR *
go(struct page *page)
{
	struct provider *provider;
	struct provider_trip trip;
	char redirect[512];
	STRING url;
	NEOERR *err;

	if ((err = provider_of(page, &provider)))
		return nerr_pass(err);
	if (page_logged_in(page))
		return nerr_pass(list(page));
	string_init(&url);
	redirect_uri(page, provider, redirect, sizeof(redirect));
	if ((err = provider_trip_new(&trip)) == STATUS_OK &&
	    (err = provider->protocol->authorize(
		 http, provider, &providers.rules, &trip, redirect, &url)) == STATUS_OK &&
	    (err = remember(page, provider, &trip)) == STATUS_OK)
		err = request_leave(page->request, url.buf);
	string_clear(&url);
	return nerr_pass(err ? down(page, &err) : STATUS_OK);
}

/* Why it is no login: a line in the log, by the provider's own word or ours. */
static void
log_refusal(const struct page *page, const struct provider *provider, const char *why)
{
	log_line("warn", "provider_refused",
	    (struct log_item[]) { LOG_TEXT("request", page->request->id),
		LOG_TEXT("provider", provider->key), LOG_TEXT("why", why) },
	    3);
}

struct arrival {
	const struct page *page;
	const struct provider *provider;
	const char *subject;
	struct account *account; /* filled in */
};

static NEOERR *
arrive(struct db *db, void *context, bool *admitted)
{
	struct arrival *a = context;
	const struct seal *seal = a->page->site->seal;
	uint8_t id[SEAL_ID_LEN];
	bool found, made;
	NEOERR *err;

	*admitted = true;
	account_release(a->account);
	if ((err = identity_find(db, seal, a->provider->key, a->subject, &found, id)))
		return nerr_pass(err);
	if (!found && ((err = account_create(
			    db, seal, NULL, &(struct account_new) { .id = id }, &made)) ||
			  (err = identity_link(db, seal, a->provider->key, a->subject, id))))
		return nerr_pass(err);
	return nerr_pass(account_load(db, seal, id, a->account));
}

static NEOERR *
admit(struct page *page, const struct provider *provider, const char *subject)
{
	struct account account = { .found = false };
	char way[KEY_MAX + sizeof(OFFER_OTHER)];
	bool admitted;
	NEOERR *err;

	snprintf(way, sizeof(way), OFFER_OTHER "_%s", provider->key);
	err = entry_admit(page, &account, way, arrive,
	    &(struct arrival) {
		.page = page, .provider = provider, .subject = subject, .account = &account },
	    &admitted);
	account_release(&account);
	return nerr_pass(err);
}

/* Is this the answer to what this browser has asked? NULL, or why not. */
static const char *
wrong_answer(const struct provider *provider, const struct form *query, const json_t *trip)
{
	const char *state = form_text(query, "state"), *issuer = form_text(query, "iss");
	const char *wanted = field_answer(trip, "state");

	if (trip == NULL)
		return "no_trip";
	if (state == NULL || strlen(state) != strlen(wanted) ||
	    !seal_equal(state, wanted, strlen(wanted)))
		return "state";
	/* RFC 9207 */
	if (issuer && (provider->issuer == NULL || strcmp(issuer, provider->issuer) != 0))
		return "issuer";
	return NULL;
}

static NEOERR *
exchange(struct page *page, struct provider *provider, const json_t *trip, const char *code)
{
	struct provider_trip sent;
	struct provider_answer answer;
	char redirect[512];
	NEOERR *err;

	snprintf(sent.state, sizeof(sent.state), "%s", field_answer(trip, "state"));
	snprintf(sent.nonce, sizeof(sent.nonce), "%s", field_answer(trip, "nonce"));
	snprintf(sent.verifier, sizeof(sent.verifier), "%s", field_answer(trip, "verifier"));
	redirect_uri(page, provider, redirect, sizeof(redirect));
	if ((err = provider->protocol->exchange(
		 http, provider, &providers.rules, &sent, redirect, code, &answer)))
		return nerr_pass(down(page, &err));
	if (*answer.refused) {
		log_refusal(page, provider, answer.refused);
		return nerr_pass(refuse(page, "other_refused", 422));
	}
	return nerr_pass(admit(page, provider, answer.subject));
}

/*
 * She comes back without a code: by the error that is named (RFC 6749, 4.1.2.1; OpenID Connect Core, 3.1.2.6), or without any,
 * as the platforms send back who does not agree.
 */
static NEOERR *
without_code(struct page *page, const struct provider *provider, const char *error)
{
	static const struct {
		const char *error, *fault;
		int status;
	} errors[] = {
		{ "no_code", "other_cancelled", 422 },
		{ "access_denied", "other_cancelled", 422 },
		{ "server_error", "other_down", 503 },
		{ "temporarily_unavailable", "other_down", 503 },
	};
	struct provider_answer said;

	provider_refuse(&said, error && *error ? error : "no_code");
	log_refusal(page, provider, said.refused);
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (strcmp(errors[i].error, said.refused) == 0)
			return nerr_pass(refuse(page, errors[i].fault, errors[i].status));
	return nerr_pass(refuse(page, "other_refused", 422));
}

static NEOERR *
back(struct page *page)
{
	const struct site *site = page->site;
	const struct form *query = &page->request->query;
	const char *address = page->request->address, *wrong, *error, *code;
	struct provider *provider;
	json_t *trip = NULL;
	bool allowed;
	int64_t wait;
	NEOERR *err;

	if ((err = provider_of(page, &provider)) || (err = recall(page, provider, &trip)) ||
	    (err = set_cookie(page, "", 0)) ||
	    (err = throttle_hit(site->db, site->seal, "sso_address", address, strlen(address),
		 &site->settings.login.per_address, &allowed, &wait)))
		goto out;
	page->back = trip ? field_answer(trip, "back") : NULL;
	error = form_text(query, "error");
	code = form_text(query, hdf_get_value(provider->row, "code", "code"));
	if (!allowed)
		err = refuse(page, "login_too_many", 429);
	else if ((wrong = wrong_answer(provider, query, trip)) != NULL) {
		log_refusal(page, provider, wrong);
		err = refuse(page, "other_lost", 422);
	} else if (error || code == NULL || *code == '\0')
		err = without_code(page, provider, error);
	else if (strlen(code) > CODE_MAX)
		err = without_code(page, provider, "long_code");
	else
		err = exchange(page, provider, trip, code);
out:
	json_decref(trip);
	return nerr_pass(err);
}

int
main(void)
{
	static const struct page_action actions[] = {
		{ .method = "GET", .path = "/login/other", .handle = list, .guest = true },
		{ .method = "GET", .path = "/login/other/*", .handle = go, .guest = true },
		{ .method = "GET",
		    .path = "/login/other/*/back",
		    .handle = back,
		    .guest = true },
		/* Of the channels whose login lies deeper. */
		{ .method = "GET", .path = "/login/*/other", .handle = list, .guest = true },
		{ .method = "GET", .path = "/login/*/other/*", .handle = go, .guest = true },
		{ .method = "GET",
		    .path = "/login/*/other/*/back",
		    .handle = back,
		    .guest = true },
		{ .method = NULL },
	};

	return page_main(actions);
}
