/*
 * login.c - logging in with user name, phone or ID number, password and captcha; logging out;
 * staying logged in.
 */
#include <stdio.h>
#include <string.h>

#include "base/audit.h"
#include "base/fail.h"
#include "login/account.h"
#include "login/captcha.h"
#include "login/password.h"
#include "login/sandbox.h"
#include "login/throttle.h"
#include "web/page.h"
#include "web/question.h"

/* Marks a field of the page as wrong. */
static NEOERR *
fault(struct page *page, const char *name, const char *code)
{
	NEOERR *err;

	if ((err = hdf_set_valuef(page->hdf, "Field.%s.error=%s", name, code)) ||
	    (err = hdf_set_valuef(
		 page->hdf, "Field.%s.error_text=%s", name, page_word(page, "error.%s", code))))
		return nerr_pass(err);
	return nerr_pass(question_fault(page, name, page_word(page, "login.%s", name), code));
}

static NEOERR *
show(struct page *page, int status)
{
	const struct site *site = page->site;
	const char *account = form_text(&page->request->form, "account");
	const char *back = form_text(&page->request->form, "back");
	char id[CAPTCHA_ID_LEN];
	NEOERR *err;

	if (back == NULL)
		back = form_text(&page->request->query, "next");
	if ((err = captcha_new(site->seal, page->session->token, id)) ||
	    (err = hdf_set_value(page->hdf, "Login.captcha.id", id)) ||
	    (err = hdf_set_valuef(page->hdf, "Login.captcha.href=/login/captcha?id=%s", id)) ||
	    (err = hdf_set_value(page->hdf, "Login.account", account ? account : "")) ||
	    (page_local_path(page, back) &&
		(err = hdf_set_value(page->hdf, "Login.back", back))) ||
	    (err = hdf_set_value(page->hdf, "Login.tab.0.href", page->flow->login)) ||
	    (err = hdf_set_value(
		 page->hdf, "Login.tab.0.label", page_word(page, "login.tab.account"))) ||
	    (err = hdf_set_value(page->hdf, "Login.tab.0.current", "1")))
		return nerr_pass(err);
	return nerr_pass(page_render(page, "login", status));
}

static NEOERR *
login_form(struct page *page)
{
	if (page->session->state == SESSION_LIVE)
		return nerr_pass(request_redirect(page->request, page->flow->hall));
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
		 settings->login.per_account, settings->login.window, &account_allowed,
		 &wait_account)) ||
	    (err = throttle_hit(site->db, site->seal, "login_address", address, strlen(address),
		 settings->login.per_address, settings->login.window, &address_allowed,
		 &wait_address)))
		return nerr_pass(err);
	*status = account_allowed && address_allowed ? 0 : 429;
	if (*status == 0)
		return STATUS_OK;
	snprintf(wait, sizeof wait, "%lld",
	    (long long)(account_allowed || wait_address > wait_account ? wait_address
								       : wait_account));
	return nerr_pass(request_header(page->request, "Retry-After", wait));
}

struct entering {
	struct page *page;
	const struct account *account;
	char token[SEAL_TOKEN_LEN];
};

static NEOERR *
enter(struct db *db, void *context)
{
	struct entering *e = context;
	const struct account *a = e->account;
	char actor[2 * SEAL_ID_LEN + 1];
	NEOERR *err;

	seal_hex(a->id, SEAL_ID_LEN, actor);
	if ((err = session_login(e->page->session, db, e->page->site->seal, a->id,
		 a->has_person ? a->person : NULL, e->page->flow->channel, a->masked,
		 e->token)))
		return nerr_pass(err);
	return nerr_pass(audit_write(db, "login", actor, "", "password"));
}

static NEOERR *
admit(struct page *page, const struct account *account)
{
	const struct site *site = page->site;
	const char *back = form_text(&page->request->form, "back");
	const char *typed = form_text(&page->request->form, "account");
	struct entering e = { .page = page, .account = account };
	char path[128];
	NEOERR *err;

	if ((err = db_transact(site->db, enter, &e)) ||
	    (err = throttle_clear(site->db, site->seal, "login_account", typed, strlen(typed))))
		return nerr_pass(err);
	memcpy(page->session->token, e.token, sizeof e.token);
	if ((err = session_cookie(page->session, &site->settings, page->request, false)))
		return nerr_pass(err);
	snprintf(
	    path, sizeof path, "%s", page_local_path(page, back) ? back : page->flow->hall);
	return nerr_pass(request_redirect(page->request, path));
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
		{ .method = "GET", .path = "/login/captcha", .handle = captcha },
		{ .method = "POST",
		    .path = "/login/extend",
		    .handle = extend,
		    .guard = PAGE_LOGGED_IN },
		{ .method = "POST", .path = "/logout", .handle = logout },
		{ .method = NULL },
	};

	return page_main(actions);
}
