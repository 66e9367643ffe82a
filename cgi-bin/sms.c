/*
 * sms.c - logging in with a telephone number and the code sent to it (手机号验证码登录).
 *
 * Whether the number has an account is not told: who has none gets one, whose name is still to be proven.
 */
#include <string.h>

#include "base/fail.h"
#include "login/account.h"
#include "web/code.h"
#include "web/entry.h"
#include "web/page.h"
#include "web/way.h"

#define WAY OFFER_SMS
#define PURPOSE "login"

static NEOERR *
show(struct page *page, int status)
{
	struct code_request code;
	NEOERR *err;

	code_to_phone(page, PURPOSE, &code);
	if ((err = code_show(page, &code)) || (err = way_show(page, WAY)))
		return nerr_pass(err);
	return nerr_pass(page_render(page, "sms", status));
}

static NEOERR *
form(struct page *page)
{
	NEOERR *err;

	if ((err = way_check_here(page, WAY)))
		return nerr_pass(err);
	if (page_logged_in(page))
		return nerr_pass(request_redirect(page->request, page->flow->hall));
	return nerr_pass(show(page, 200));
}

static NEOERR *
admit(struct page *page, const char *phone)
{
	const struct site *site = page->site;
	struct account account = { .found = false };
	NEOERR *err;

	if ((err = account_of_phone(site->db, site->seal, phone, &account)) == STATUS_OK)
		err = entry_admit(page, &account, WAY, NULL, NULL, NULL);
	account_release(&account);
	return nerr_pass(err);
}

static NEOERR *
login(struct page *page)
{
	struct code_request code;
	int status;
	NEOERR *err;

	if ((err = way_check_here(page, WAY)))
		return nerr_pass(err);
	if (form_text(&page->request->form, "keep"))
		return nerr_pass(show(page, 200));
	code_to_phone(page, PURPOSE, &code);
	err = code_wanted(page) ? code_send(page, &code, &status)
				: code_check(page, &code, &status);
	if (err != STATUS_OK || status)
		return nerr_pass(err ? err : show(page, status));
	return nerr_pass(admit(page, code.subject));
}

int
main(void)
{
	static const struct page_action actions[] = {
		{ .method = "GET", .path = "/login/" WAY, .handle = form, .guest = true },
		{ .method = "POST", .path = "/login/" WAY, .handle = login },
		{ .method = "GET", .path = "/login/*/" WAY, .handle = form, .guest = true },
		{ .method = "POST", .path = "/login/*/" WAY, .handle = login },
		{ .method = NULL },
	};

	return page_main(actions);
}
