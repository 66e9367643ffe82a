/*
 * wechat.c - logging in with the telephone number from WeChat (微信授权用户手机号快捷登录).
 *
 * The mini program opens this page with the code that its native button has yielded.  A GET logs nobody in: a
 * link with somebody else's code would then do so.  The page's one button sends the code on.
 */
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/http.h"
#include "base/log.h"
#include "login/account.h"
#include "login/throttle.h"
#include "login/wechat.h"
#include "web/entry.h"
#include "web/page.h"
#include "web/question.h"
#include "web/way.h"

#define WAY "wechat"

static const struct {
	const char *error; /* key of Lang.error */
	int status;
} answers[] = {
	[WECHAT_USED] = { "wechat_used", 422 },
	[WECHAT_EXPIRED] = { "wechat_expired", 422 },
	[WECHAT_OFTEN] = { "wechat_often", 429 },
	[WECHAT_BUSY] = { "wechat_busy", 503 },
	[WECHAT_ABROAD] = { "wechat_abroad", 422 },
};

/* The code as it came; NULL when there is none that could be one. */
static const char *
code_of(const struct form *form)
{
	const char *code = form_text(form, "code");
	size_t len = code ? strlen(code) : 0;

	return len > 0 && len <= WECHAT_CODE_MAX &&
		       strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789-_.~") == len
		   ? code
		   : NULL;
}

/* Where the sandbox plays the mini program's button (Wechat.Native; not in production). */
static NEOERR *
show_native(struct page *page)
{
	const char *native = hdf_get_value(page->site->conf, "Wechat.Native", NULL);
	STRING link, back;
	NEOERR *err;

	if (native == NULL)
		return STATUS_OK;
	string_init(&link);
	string_init(&back);
	if ((err = string_appendf(&back, "%s%s", page->site->settings.origin,
		 page->request->path)) == STATUS_OK &&
	    (entry_back(page) == NULL ||
		(err = string_appendf(&back, "?next=%s", entry_back(page))) == STATUS_OK) &&
	    (err = string_appendf(&link, "%s?", native)) == STATUS_OK &&
	    (err = http_append(&link, "back", back.buf)) == STATUS_OK)
		err = hdf_set_value(page->hdf, "Wechat.native", link.buf);
	string_clear(&link);
	string_clear(&back);
	return nerr_pass(err);
}

static NEOERR *
show(struct page *page, const char *code, int status)
{
	NEOERR *err;

	if ((code && (err = hdf_set_value(page->hdf, "Wechat.code", code))) ||
	    (err = show_native(page)) || (err = way_show(page, WAY)))
		return nerr_pass(err);
	return nerr_pass(page_render(page, "wechat", status));
}

static NEOERR *
form(struct page *page)
{
	NEOERR *err;

	if ((err = way_check_here(page, WAY)))
		return nerr_pass(err);
	if (page_logged_in(page))
		return nerr_pass(request_redirect(page->request, page->flow->hall));
	return nerr_pass(show(page, code_of(&page->request->query), 200));
}

/* The code is spent: the way on is a new one, so the page shows none. */
static NEOERR *
refuse(struct page *page, enum wechat_verdict verdict)
{
	NEOERR *err;

	if ((err = question_fault(page, "wechat", "", answers[verdict].error)) ||
	    (answers[verdict].status >= 429 &&
		(err = request_header(page->request, "Retry-After", "60"))))
		return nerr_pass(err);
	return nerr_pass(show(page, NULL, answers[verdict].status));
}

static NEOERR *
ask(struct page *page, const char *code, char phone[WECHAT_PHONE_LEN],
    enum wechat_verdict *verdict)
{
	static struct wechat *wechat; /* the process's: it keeps its connections */
	const struct site *site = page->site;
	NEOERR *err = STATUS_OK;

	if (wechat == NULL)
		err = wechat_init(&wechat, site->conf);
	if (err == STATUS_OK)
		err = wechat_phone(wechat, site->db, site->seal, code, phone, verdict);
	if (err && nerr_match(err, FAIL_UNAVAILABLE)) {
		log_failure("wechat", page->request->id, &err);
		*verdict = WECHAT_BUSY;
	}
	return nerr_pass(err);
}

static NEOERR *
login(struct page *page)
{
	const struct site *site = page->site;
	const char *code = code_of(&page->request->form), *address = page->request->address;
	struct account account = { .found = false };
	char phone[WECHAT_PHONE_LEN];
	enum wechat_verdict verdict;
	bool allowed;
	int64_t wait;
	NEOERR *err;

	if ((err = way_check_here(page, WAY)))
		return nerr_pass(err);
	if (form_text(&page->request->form, "keep"))
		return nerr_pass(show(page, code, 200));
	if (code == NULL)
		return nerr_pass(refuse(page, WECHAT_EXPIRED));
	if ((err = throttle_hit(site->db, site->seal, "wechat_address", address,
		 strlen(address), &site->settings.login.per_address, &allowed, &wait)))
		return nerr_pass(err);
	if (!allowed)
		return nerr_pass(refuse(page, WECHAT_OFTEN));
	if ((err = ask(page, code, phone, &verdict)))
		return nerr_pass(err);
	if (verdict != WECHAT_OK)
		return nerr_pass(refuse(page, verdict));
	if ((err = account_of_phone(site->db, site->seal, phone, &account)) == STATUS_OK)
		err = entry_admit(page, &account, WAY, NULL, NULL, NULL);
	account_release(&account);
	return nerr_pass(err);
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
