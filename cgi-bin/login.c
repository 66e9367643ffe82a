/*
 * login.c - logging in with user name, phone or ID number, password and captcha; logging out;
 * staying logged in.
 */
#include <stdio.h>
#include <string.h>

#include "apply/words.h"
#include "base/fail.h"
#include "login/account.h"
#include "login/captcha.h"
#include "login/password.h"
#include "login/sandbox.h"
#include "login/throttle.h"
#include "web/entry.h"
#include "web/page.h"
#include "web/question.h"
#include "web/way.h"

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
	char id[CAPTCHA_ID_LEN];
	NEOERR *err;

	if ((err = captcha_new(site->seal, page->session->token, id)) ||
	    (err = hdf_set_value(page->hdf, "Login.captcha.id", id)) ||
	    (err = hdf_set_valuef(page->hdf, "Login.captcha.href=/login/captcha?id=%s", id)) ||
	    (err = hdf_set_value(page->hdf, "Login.account", account ? account : "")) ||
	    (err = way_show(page, WAY_ACCOUNT)))
		return nerr_pass(err);
	return nerr_pass(page_render(page, "login", status));
}

/* A channel without accounts: its first way. */
static NEOERR *
to_first_way(struct page *page)
{
	const char *back = entry_back(page);
	char way[WORDS_MAX], path[256];

	way_first(page, way, sizeof way);
	if (*way == '\0')
		return nerr_raise(FAIL_UNAVAILABLE, "no way of logging in is configured");
	snprintf(path, sizeof path, "%s/%s%s%s", page->flow->login, way, back ? "?next=" : "",
	    back ? back : "");
	return nerr_pass(request_redirect(page->request, path));
}

static NEOERR *
login_form(struct page *page)
{
	const char *path = page->request->path;
	const bool account = words_have(page->flow->ways, WAY_ACCOUNT);

	if (strcmp(path, page->flow->login) != 0 &&
	    (strcmp(path, "/login/" WAY_ACCOUNT) != 0 || !account))
		return nerr_raise(FAIL_NOT_FOUND, "no such login");
	if (page_logged_in(page))
		return nerr_pass(request_redirect(page->request, page->flow->hall));
	if (!account)
		return nerr_pass(to_first_way(page));
	return nerr_pass(show(page, 200));
}

/* Counts the attempt for the account and for the address; *status 0: it may go on. */
static NEOERR *
throttle(struct page *page, const char *account, int *status)
{
	const struct site *site = page->site;
	const char *address = page->request->address;
	const struct settings *settings = &site->settings;
	int64_t wait_account, wait_address;
	bool account_allowed, address_allowed;
	char wait[24];
	NEOERR *err;

	if ((err = throttle_hit(site->db, site->seal, "login_account", account, strlen(account),
		 &settings->login.per_account, &account_allowed, &wait_account)) ||
	    (err = throttle_hit(site->db, site->seal, "login_address", address, strlen(address),
		 &settings->login.per_address, &address_allowed, &wait_address)))
		return nerr_pass(err);
	*status = account_allowed && address_allowed ? 0 : 429;
	if (*status == 0)
		return STATUS_OK;
	snprintf(wait, sizeof wait, "%lld",
	    (long long)(wait_address > wait_account ? wait_address : wait_account));
	return nerr_pass(request_header(page->request, "Retry-After", wait));
}

static NEOERR *
admit(struct page *page, const struct account *account)
{
	const struct site *site = page->site;
	const char *typed = form_text(&page->request->form, "account");
	NEOERR *err;

	if ((err = throttle_clear(site->db, site->seal, "login_account", typed, strlen(typed),
		 &site->settings.login.per_account)))
		return nerr_pass(err);
	return nerr_pass(entry_admit(page, account, WAY_ACCOUNT, NULL, NULL, NULL));
}

static NEOERR *
login(struct page *page)
{
	const struct site *site = page->site;
	const struct form *form = &page->request->form;
	const char *name = form_text(form, "account"), *password = form_text(form, "password");
	const char *typed = form_text(form, "captcha"), *id = form_text(form, "captcha_id");
	struct account account = { .found = false };
	bool right, match = false;
	int status = 0;
	NEOERR *err;

	if ((err = way_check(page, WAY_ACCOUNT)))
		return nerr_pass(err);
	if (form_text(form, "keep"))
		return nerr_pass(show(page, 200));
	if (name == NULL || *name == '\0' || strlen(name) > ACCOUNT_NAME_MAX)
		err = fault(page, "account", name && *name ? "login_failed" : "required");
	else if (password == NULL || *password == '\0' || strlen(password) > PASSWORD_MAX)
		err = fault(
		    page, "password", password && *password ? "login_failed" : "required");
	else if (typed == NULL || *typed == '\0')
		err = fault(page, "captcha", "required");
	else
		goto filled;
	return nerr_pass(err ? err : show(page, 422));
filled:
	if ((err = captcha_check(site->db, site->seal, site->settings.captcha.life,
		 site->settings.captcha.length, page->session->token, id, typed, &right)))
		return nerr_pass(err);
	if (!right)
		return nerr_pass(
		    (err = fault(page, "captcha", "captcha_wrong")) ? err : show(page, 422));
	if ((err = throttle(page, name, &status)))
		return nerr_pass(err);
	if (status)
		return nerr_pass((err = fault(page, "account", "login_too_many"))
				     ? err
				     : show(page, status));
	/* Who has no account takes as long as who mistypes a password. */
	if ((err = account_find(site->db, site->seal, name, &account)) == STATUS_OK)
		err = password_verify(site->seal, &site->settings.password, password,
		    account.found && account.password[0] ? account.password : NULL, &match);
	if (err == STATUS_OK && match)
		err = admit(page, &account);
	else if (err == STATUS_OK &&
		 (err = fault(page, "account", "login_failed")) == STATUS_OK)
		err = show(page, 422);
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
