/*
 * login.c - logging in with user name, phone or ID number, password and captcha; logging out;
 * staying logged in.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply/field.h"
#include "apply/words.h"
#include "base/fail.h"
#include "login/account.h"
#include "login/captcha.h"
#include "login/device.h"
#include "login/password.h"
#include "login/sandbox.h"
#include "login/spoken.h"
#include "login/throttle.h"
#include "web/entry.h"
#include "web/page.h"
#include "web/question.h"
#include "web/way.h"

#define DEVICE "device" /* the cookie */

/* Marks a field of the page as wrong. */
static NEOERR *
fault(struct page *page, const char *name, const char *code)
{
	return nerr_pass(question_refuse(page, name, page_word(page, "login.%s", name), code));
}

static NEOERR *
show(struct page *page, int status)
{
	const struct site *site = page->site;
	const char *account = form_text(&page->request->form, "account");
	const char *password = form_text(&page->request->form, "password");
	char id[CAPTCHA_ID_LEN];
	NEOERR *err;

	if ((err = captcha_new(site->seal, page->session->token, id)) ||
	    (err = hdf_set_value(page->hdf, "Login.captcha.id", id)) ||
	    (err = hdf_set_valuef(page->hdf, "Login.captcha.href=/login/captcha?id=%s", id)) ||
	    (err = hdf_set_valuef(
		 page->hdf, "Login.captcha.sound=/login/captcha.wav?id=%s", id)) ||
	    (err = hdf_set_value(page->hdf, "Login.account", account ? account : "")) ||
	    (password && *password && (err = hdf_set_value(page->hdf, "Login.again", "1"))) ||
	    (err = way_show(page, OFFER_ACCOUNT)))
		return nerr_pass(err);
	return nerr_pass(page_render(page, "login", status));
}

/* A channel without accounts: its first way. */
static NEOERR *
to_first_way(struct page *page)
{
	const char *back = entry_back(page), *notice = page_notice_asked(page);
	char way[WORDS_MAX], path[256];

	way_first(page, way, sizeof way);
	if (*way == '\0')
		return nerr_raise(FAIL_UNAVAILABLE, "no way of logging in is configured");
	snprintf(path, sizeof path, "%s/%s%s%s%s%s", page->flow->login, way,
	    notice ? "?notice=" : "", notice ? notice : "",
	    back ? notice ? "&next=" : "?next=" : "", back ? back : "");
	return nerr_pass(request_redirect(page->request, path));
}

static NEOERR *
login_form(struct page *page)
{
	const char *path = page->request->path;
	const bool account = words_have(page->flow->ways, OFFER_ACCOUNT);

	if (strcmp(path, page->flow->login) != 0 &&
	    (strcmp(path, "/login/" OFFER_ACCOUNT) != 0 || !account))
		return nerr_raise(FAIL_NOT_FOUND, "no such login");
	if (page_logged_in(page))
		return nerr_pass(request_redirect(page->request, page->flow->hall));
	if (!account)
		return nerr_pass(to_first_way(page));
	return nerr_pass(show(page, 200));
}

/* Whose attempts are counted together. */
struct counter {
	const char *rule;
	uint8_t subject[2 * SEAL_ID_LEN];
	size_t len;
};

/* However it is spelled: what finds an account in several spellings is one name where it finds none, too. */
static NEOERR *
hash_name(const struct seal *seal, const char *typed, uint8_t hash[SEAL_HASH_LEN])
{
	char *name = field_fold(field_find("id_number"), typed);
	NEOERR *err;

	if (name == NULL)
		return nerr_raise(NERR_NOMEM, "login");
	for (char *c = name; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	err = seal_hash(seal, "login_name", name, strlen(name), hash);
	free(name);
	return nerr_pass(err);
}

/*
 * The account, whatever it was called; of a browser that its holder has used before, account and browser; of no account,
 * the name that was typed.
 */
static NEOERR *
counter_of(const struct page *page, const struct account *account, const char *typed,
    struct counter *counter)
{
	const struct seal *seal = page->site->seal;
	uint8_t hash[SEAL_HASH_LEN];
	char cookie[DEVICE_LEN];
	bool known = false;
	NEOERR *err;

	*counter = (struct counter) { .rule = "login_account", .len = SEAL_ID_LEN };
	if ((err = hash_name(seal, typed, hash)))
		return nerr_pass(err);
	memcpy(counter->subject, account->found ? account->id : hash, SEAL_ID_LEN);
	if (request_cookie(page->request, DEVICE, cookie, sizeof(cookie)) == NULL)
		cookie[0] = '\0';
	if ((err = device_check(
		 seal, counter->subject, cookie, &known, counter->subject + SEAL_ID_LEN)))
		return nerr_pass(err);
	if (known) {
		counter->rule = "login_device";
		counter->len = sizeof(counter->subject);
	}
	return STATUS_OK;
}

/* Counts the attempt; *allowed false: how long to wait stands on the page and in Retry-After. */
static NEOERR *
throttle(struct page *page, const char *rule, const void *subject, size_t len,
    const struct throttle_rates *rates, bool *allowed)
{
	const struct site *site = page->site;
	int64_t wait;
	char seconds[24];
	NEOERR *err;

	if ((err = throttle_hit(
		 site->db, site->seal, rule, subject, len, rates, allowed, &wait)) ||
	    *allowed)
		return nerr_pass(err);
	snprintf(seconds, sizeof(seconds), "%lld", (long long)wait);
	if ((err = hdf_set_value(page->hdf, "Login.wait", seconds)))
		return nerr_pass(err);
	return nerr_pass(request_header(page->request, "Retry-After", seconds));
}

/* From now on the browser is one that its holder has used. */
static NEOERR *
admit(struct page *page, const struct account *account, const struct counter *counter)
{
	const struct site *site = page->site;
	char cookie[DEVICE_LEN], header[256];
	NEOERR *err;

	if ((err = throttle_clear(site->db, site->seal, counter->rule, counter->subject,
		 counter->len, &site->settings.login.per_account)) ||
	    (err = device_new(site->seal, account->id, cookie)))
		return nerr_pass(err);
	snprintf(header, sizeof(header),
	    DEVICE "=%s; Path=/login; Max-Age=%d; HttpOnly; SameSite=Lax%s", cookie,
	    DEVICE_DAYS * 86400, site->settings.session.secure ? "; Secure" : "");
	if ((err = request_header(page->request, "Set-Cookie", header)))
		return nerr_pass(err);
	return nerr_pass(entry_admit(page, account, OFFER_ACCOUNT, NULL, NULL, NULL));
}

/* Is the form complete? *fine false: all that is missing has been marked. */
static NEOERR *
check_form(struct page *page, bool *fine)
{
	static const struct {
		const char *name;
		size_t max;
	} inputs[] = {
		{ "account", ACCOUNT_NAME_MAX },
		{ "password", PASSWORD_MAX },
		{ "captcha", SIZE_MAX },
	};
	NEOERR *err = STATUS_OK;

	*fine = true;
	for (size_t i = 0; err == STATUS_OK && i < sizeof inputs / sizeof inputs[0]; i++) {
		const char *typed = form_text(&page->request->form, inputs[i].name);
		const bool empty = typed == NULL || *typed == '\0';

		if (!empty && strlen(typed) <= inputs[i].max)
			continue;
		*fine = false;
		err = fault(page, inputs[i].name, empty ? "required" : "login_failed");
	}
	return nerr_pass(err);
}

static NEOERR *
check_captcha(struct page *page, bool *right)
{
	const struct site *site = page->site;
	const struct form *form = &page->request->form;
	NEOERR *err;

	if ((err = captcha_check(site->db, site->seal, site->settings.captcha.life,
		 site->settings.captcha.length, page->session->token,
		 form_text(form, "captcha_id"), form_text(form, "captcha"), right)) ||
	    *right)
		return nerr_pass(err);
	return nerr_pass(fault(page, "captcha", "captcha_wrong"));
}

/* Who has no account is counted, and takes as long, as who mistypes a password. */
static NEOERR *
check_password(struct page *page, struct account *account, struct counter *counter, int *status)
{
	const struct site *site = page->site;
	const struct settings *settings = &site->settings;
	const struct form *form = &page->request->form;
	const char *address = page->request->address, *name = form_text(form, "account");
	bool allowed, match = false;
	NEOERR *err;

	*status = 429;
	if ((err = throttle(page, "login_address", address, strlen(address),
		 &settings->login.per_address, &allowed)))
		return nerr_pass(err);
	if (allowed && ((err = account_find(site->db, site->seal, name, account)) ||
			   (err = counter_of(page, account, name, counter)) ||
			   (err = throttle(page, counter->rule, counter->subject, counter->len,
				&settings->login.per_account, &allowed))))
		return nerr_pass(err);
	if (!allowed)
		return nerr_pass(fault(page, "account", "login_too_many"));
	if ((err = password_verify(site->seal, &settings->password, form_text(form, "password"),
		 account->found && account->password[0] ? account->password : NULL, &match)))
		return nerr_pass(err);
	*status = match ? 0 : 422;
	if (match)
		return STATUS_OK;
	/* Which of the two is wrong is nobody's to know. */
	if ((err = hdf_set_value(page->hdf, "Field.password.error", "login_failed")))
		return nerr_pass(err);
	return nerr_pass(fault(page, "account", "login_failed"));
}

static NEOERR *
login(struct page *page)
{
	struct account account = { .found = false };
	struct counter counter;
	int status = 422;
	bool fine;
	NEOERR *err;

	if ((err = way_check(page, OFFER_ACCOUNT)))
		return nerr_pass(err);
	if (form_text(&page->request->form, "keep"))
		return nerr_pass(show(page, 200));
	if ((err = check_form(page, &fine)) || (fine && (err = check_captcha(page, &fine))) ||
	    (fine && (err = check_password(page, &account, &counter, &status))))
		goto out;
	err = status == 0 ? admit(page, &account, &counter) : show(page, status);
out:
	account_release(&account);
	return nerr_pass(err);
}

static NEOERR *
captcha(struct page *page)
{
	const struct site *site = page->site;
	const char *id = form_text(&page->request->query, "id");
	char answer[CAPTCHA_MAX_ANSWER];
	struct bytes png = BYTES_INIT;
	bool known;
	NEOERR *err;

	if ((err = captcha_answer(site->seal, page->session->token, id,
		 site->settings.captcha.life, site->settings.captcha.length, &known, answer)))
		return nerr_pass(err);
	if (!known)
		return nerr_raise(FAIL_NOT_FOUND, "captcha of another browser, or old");
	if ((err = sandbox_tell(site->conf, "captcha", id, answer)) ||
	    (err = captcha_draw(id, answer, 2, &png)))
		return nerr_pass(err);
	page->request->type = "image/png";
	err = string_appendn(&page->request->body, (const char *)png.data, (int)png.len);
	bytes_release(&png);
	return nerr_pass(err);
}

/* The process's: the voices of both languages. */
static struct spoken *voices[2];

static NEOERR *
speak(struct page *page)
{
	static const char *const languages[] = { "zh-CN", "en" };
	const struct site *site = page->site;
	const char *id = form_text(&page->request->query, "id");
	struct spoken **voice = &voices[page->language];
	char digits[CAPTCHA_DIGITS + 1];
	struct bytes wav = BYTES_INIT;
	uint64_t seed;
	bool known;
	NEOERR *err;

	if ((err = captcha_digits(site->seal, page->session->token, id,
		 site->settings.captcha.life, &known, digits)))
		return nerr_pass(err);
	if (!known)
		return nerr_raise(FAIL_NOT_FOUND, "captcha of another browser, or old");
	if ((*voice == NULL && (err = spoken_init(voice, site->settings.captcha.voice,
				    languages[page->language]))) ||
	    (err = sandbox_tell(site->conf, "spoken", id, digits)) ||
	    (err = seal_random(&seed, sizeof(seed))) ||
	    (err = spoken_join(*voice, digits, seed, &wav)))
		return nerr_pass(err);
	page->request->type = "audio/wav";
	err = string_appendn(&page->request->body, (const char *)wav.data, (int)wav.len);
	bytes_release(&wav);
	return nerr_pass(err);
}

static NEOERR *
logout(struct page *page)
{
	char path[128];
	NEOERR *err;

	if ((err = session_logout(page->session, page->site->db, page->site->seal)) ||
	    (err = session_cookie(page->session, &page->site->settings, page->request, true)))
		return nerr_pass(err);
	snprintf(path, sizeof path, "%s?notice=logged_out", page->flow->login);
	return nerr_pass(request_redirect(page->request, path));
}

/* A script asks to stay logged in; session_open has just been told that someone is there. */
static NEOERR *
extend(struct page *page)
{
	page->request->type = "application/json";
	return nerr_pass(string_appendf(
	    &page->request->body, "{\"ends\":%lld}\n", (long long)page->session->ends_in));
}

int
main(void)
{
	static const struct page_action actions[] = {
		{ .method = "GET", .path = "/login", .handle = login_form, .guest = true },
		{ .method = "POST", .path = "/login", .handle = login },
		{ .method = "GET",
		    .path = "/login/account",
		    .handle = login_form,
		    .guest = true },
		{ .method = "GET", .path = "/login/captcha", .handle = captcha },
		{ .method = "GET", .path = "/login/captcha.wav", .handle = speak },
		{ .method = "POST",
		    .path = "/login/extend",
		    .handle = extend,
		    .guard = PAGE_LOGGED_IN },
		{ .method = "GET", .path = "/login/*", .handle = login_form, .guest = true },
		{ .method = "POST", .path = "/logout", .handle = logout },
		{ .method = NULL },
	};

	return page_main(actions);
}
