/*
 * password.c - a new password: for who has forgotten hers, by a code to the account's telephone; for who is logged in, by the
 * old one.  Either ends the account's other sessions.
 */
#include <string.h>

#include "base/audit.h"
#include "base/fail.h"
#include "login/account.h"
#include "login/password.h"
#include "login/throttle.h"
#include "web/code.h"
#include "web/page.h"
#include "web/question.h"
#include "web/way.h"

#define PURPOSE "reset"

static NEOERR *
refuse(struct page *page, const char *name, const char *label, const char *fault)
{
	return nerr_pass(
	    question_refuse(page, name, page_word(page, "password.%s", label), fault));
}

struct change {
	struct page *page;
	const uint8_t *account;
	const char *password;
	const struct session *except; /* goes on; NULL: none */
};

static NEOERR *
change(struct db *db, void *context)
{
	const struct change *c = context;
	const struct site *site = c->page->site;
	char actor[2 * SEAL_ID_LEN + 1];
	NEOERR *err;

	if ((err = account_set_password(
		 db, site->seal, &site->settings.password, c->account, c->password)) ||
	    (err = session_end_all(db, c->account, c->except)))
		return nerr_pass(err);
	/* Who has shown that it is hers need not wait for what strangers have guessed. */
	if ((err = throttle_clear(db, site->seal, "login_account", c->account, SEAL_ID_LEN,
		 &site->settings.login.per_account)))
		return nerr_pass(err);
	seal_hex(c->account, SEAL_ID_LEN, actor);
	return nerr_pass(
	    audit_write(db, "password", actor, "", c->except ? "changed" : "reset"));
}

/* ---- forgotten ---- */

static NEOERR *
show_reset(struct page *page, int status)
{
	struct code_request code;
	NEOERR *err;

	code_to_phone(page, PURPOSE, &code);
	if ((err = code_show(page, &code)) || (err = way_show(page, OFFER_ACCOUNT)))
		return nerr_pass(err);
	return nerr_pass(page_render(page, "reset", status));
}

static NEOERR *
reset_form(struct page *page)
{
	NEOERR *err;

	if ((err = way_check(page, OFFER_ACCOUNT)))
		return nerr_pass(err);
	if (page_logged_in(page))
		return nerr_pass(request_redirect(page->request, "/my/password"));
	return nerr_pass(show_reset(page, 200));
}

/* Nothing is sent to who has no account, and nothing tells. */
static NEOERR *
send_reset(struct page *page)
{
	const struct site *site = page->site;
	struct account account = { .found = false };
	struct code_request code;
	int status;
	NEOERR *err;

	code_to_phone(page, PURPOSE, &code);
	err = account_by_phone(site->db, site->seal, code.subject, &account);
	code.mute = !account.found;
	if (err == STATUS_OK)
		err = code_send(page, &code, &status);
	account_release(&account);
	return nerr_pass(err ? err : show_reset(page, status));
}

static NEOERR *
reset(struct page *page)
{
	const struct site *site = page->site;
	const struct form *form = &page->request->form;
	const char *password = form_text(form, "password"), *fault;
	struct account account = { .found = false };
	struct code_request code;
	bool filled;
	int status = 422;
	NEOERR *err;

	if ((err = way_check(page, OFFER_ACCOUNT)))
		return nerr_pass(err);
	if (form_text(form, "keep"))
		return nerr_pass(show_reset(page, 200));
	if (code_wanted(page))
		return nerr_pass(send_reset(page));
	code_to_phone(page, PURPOSE, &code);
	fault = password_fault(&site->settings.password, password);
	if ((err = code_filled(page, &code, &filled)) == STATUS_OK && fault)
		err = refuse(page, "password", "new", fault);
	if (err == STATUS_OK && filled && fault == NULL)
		err = code_check(page, &code, &status);
	if (err != STATUS_OK || status)
		return nerr_pass(err ? err : show_reset(page, status));
	if ((err = account_by_phone(site->db, site->seal, code.subject, &account)) ==
		STATUS_OK &&
	    account.found)
		err = db_transact(site->db, change,
		    &(struct change) {
			.page = page, .account = account.id, .password = password });
	account_release(&account);
	if (err != STATUS_OK)
		return nerr_pass(err);
	return nerr_pass(
	    request_redirect(page->request, "/login/account?notice=password_reset"));
}

/* ---- logged in ---- */

static NEOERR *
show_change(struct page *page, const struct account *account, int status)
{
	NEOERR *err;

	if (account->password[0] && (err = hdf_set_value(page->hdf, "Password.asks_old", "1")))
		return nerr_pass(err);
	return nerr_pass(page_render(page, "password", status));
}

static NEOERR *
load(const struct page *page, struct account *account)
{
	const struct site *site = page->site;
	NEOERR *err;

	if ((err = account_load(site->db, site->seal, page->session->account, account)))
		return nerr_pass(err);
	return account->found ? STATUS_OK
			      : nerr_raise(FAIL_FORBIDDEN, "a session without account");
}

static NEOERR *
change_form(struct page *page)
{
	struct account account = { .found = false };
	NEOERR *err;

	if ((err = load(page, &account)) == STATUS_OK)
		err = show_change(page, &account, 200);
	account_release(&account);
	return nerr_pass(err);
}

/* Who has an old password gives it; guesses are counted, once the new one is fine. *status 0: it may be changed. */
static NEOERR *
check_old(struct page *page, const struct account *account, bool fine, int *status)
{
	const struct site *site = page->site;
	const char *old = form_text(&page->request->form, "old");
	bool allowed, match;
	int64_t wait;
	NEOERR *err;

	*status = fine ? 0 : 422;
	if (account->password[0] == '\0')
		return STATUS_OK;
	*status = 422;
	if (old == NULL || *old == '\0')
		return nerr_pass(refuse(page, "old", "old", "required"));
	if (!fine)
		return STATUS_OK;
	if (strlen(old) > PASSWORD_MAX)
		return nerr_pass(refuse(page, "old", "old", "password_wrong"));
	if ((err = throttle_hit(site->db, site->seal, "password", account->id, SEAL_ID_LEN,
		 &site->settings.login.per_account, &allowed, &wait)))
		return nerr_pass(err);
	if (!allowed) {
		*status = 429;
		return nerr_pass(refuse(page, "old", "old", "password_too_many"));
	}
	if ((err = password_verify(
		 site->seal, &site->settings.password, old, account->password, &match)))
		return nerr_pass(err);
	if (!match)
		return nerr_pass(refuse(page, "old", "old", "password_wrong"));
	*status = 0;
	return nerr_pass(throttle_clear(site->db, site->seal, "password", account->id,
	    SEAL_ID_LEN, &site->settings.login.per_account));
}

static NEOERR *
change_password(struct page *page)
{
	const struct site *site = page->site;
	const char *password = form_text(&page->request->form, "password");
	const char *fault = password_fault(&site->settings.password, password);
	struct account account = { .found = false };
	int status = 422;
	NEOERR *err;

	if ((err = load(page, &account)))
		goto out;
	if ((err = check_old(page, &account, fault == NULL, &status)) == STATUS_OK && fault)
		err = refuse(page, "password", "new", fault);
	if (err == STATUS_OK && status)
		err = show_change(page, &account, status);
	else if (err == STATUS_OK && (err = db_transact(site->db, change,
					  &(struct change) { .page = page,
					      .account = account.id,
					      .password = password,
					      .except = page->session })) == STATUS_OK)
		err = request_redirect(page->request, "/my?notice=password_changed");
out:
	account_release(&account);
	return nerr_pass(err);
}

int
main(void)
{
	static const struct page_action actions[] = {
		{ .method = "GET",
		    .path = "/login/reset",
		    .handle = reset_form,
		    .guest = true },
		{ .method = "POST", .path = "/login/reset", .handle = reset },
		{ .method = "GET",
		    .path = "/my/password",
		    .handle = change_form,
		    .guard = PAGE_LOGGED_IN },
		{ .method = "POST",
		    .path = "/my/password",
		    .handle = change_password,
		    .guard = PAGE_LOGGED_IN },
		{ .method = NULL },
	};

	return page_main(actions);
}
