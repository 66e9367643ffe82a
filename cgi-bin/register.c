/*
 * register.c - an account for who has none: a telephone that is hers, and a password.  Her name she proves next (ENTRY_PROVE).
 */
#include <string.h>

#include "base/fail.h"
#include "login/account.h"
#include "login/password.h"
#include "web/code.h"
#include "web/entry.h"
#include "web/page.h"
#include "web/question.h"
#include "web/way.h"

#define PURPOSE "register"

static NEOERR *
show(struct page *page, int status)
{
	struct code_request code;
	NEOERR *err;

	code_to_phone(page, PURPOSE, &code);
	if ((err = code_show(page, &code)) || (err = way_show(page, OFFER_ACCOUNT)))
		return nerr_pass(err);
	return nerr_pass(page_render(page, "register", status));
}

static NEOERR *
form(struct page *page)
{
	NEOERR *err;

	if ((err = way_check(page, OFFER_ACCOUNT)))
		return nerr_pass(err);
	if (page_logged_in(page))
		return nerr_pass(request_redirect(page->request, page->flow->hall));
	return nerr_pass(show(page, 200));
}

/* The telephone is hers: she may hear that it has an account. */
static NEOERR *
make(struct page *page, const char *phone, const char *password)
{
	const struct site *site = page->site;
	struct account account = { .found = false };
	bool made = false;
	NEOERR *err;

	if ((err = account_by_phone(site->db, site->seal, phone, &account)) ||
	    (!account.found &&
		((err = account_create(site->db, site->seal, &site->settings.password,
		      &(struct account_new) { .phone = phone, .password = password }, &made)) ||
		    (err = account_by_phone(site->db, site->seal, phone, &account)))))
		goto out;
	if (made)
		err = entry_admit(page, &account, PURPOSE, NULL, NULL, NULL);
	else if ((err = question_refuse(page, "phone", page_word(page, "code.phone"),
		      "phone_has_account")) == STATUS_OK)
		err = show(page, 422);
out:
	account_release(&account);
	return nerr_pass(err);
}

static NEOERR *
act(struct page *page)
{
	const struct form *form = &page->request->form;
	const char *password = form_text(form, "password"), *fault;
	struct code_request code;
	bool filled;
	int status;
	NEOERR *err;

	if ((err = way_check(page, OFFER_ACCOUNT)))
		return nerr_pass(err);
	if (form_text(form, "keep"))
		return nerr_pass(show(page, 200));
	code_to_phone(page, PURPOSE, &code);
	if (code_wanted(page)) {
		if ((err = code_send(page, &code, &status)))
			return nerr_pass(err);
		return nerr_pass(show(page, status));
	}
	/* Before the code is spent. */
	fault = password_fault(&page->site->settings.password, password);
	if ((err = code_filled(page, &code, &filled)) ||
	    (fault && (err = question_refuse(
			   page, "password", page_word(page, "password.new"), fault))))
		return nerr_pass(err);
	if (fault || !filled)
		return nerr_pass(show(page, 422));
	if ((err = code_check(page, &code, &status)) || status)
		return nerr_pass(err ? err : show(page, status));
	return nerr_pass(make(page, code.subject, password));
}

int
main(void)
{
	static const struct page_action actions[] = {
		{ .method = "GET", .path = "/login/register", .handle = form, .guest = true },
		{ .method = "POST", .path = "/login/register", .handle = act },
		{ .method = NULL },
	};

	return page_main(actions);
}
