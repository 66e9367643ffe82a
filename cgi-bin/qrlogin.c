/*
 * qrlogin.c - logging a browser in with a phone: the code on the screen, and the page on the phone that scanned it.
 *
 *   GET  <login>/qr               303 to a page with a new code
 *   GET  <login>/qr/<code>        the page; expired unless this browser has drawn the code
 *   GET  <login>/qr/state/<code>  how it stands, as JSON {state, left}: what the page asks again and again
 *   POST <login>/qr/<code>        confirmed: spends the code and logs in
 *   GET  <scan><code>             the phone has scanned it: who asks, and the question
 *   POST <scan><code>             the answer
 *
 * The scan is a GET that writes, because scanning is opening an address.  All it does is to give the code to the first
 * phone that comes, and a code is worth nothing to anybody but the browser that drew it.  It wants a session, whose
 * cookie (SameSite=Lax) other sites' pages cannot send along unseen: they could at most open this page.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/audit.h"
#include "base/clock.h"
#include "base/fail.h"
#include "login/account.h"
#include "login/qr.h"
#include "login/sandbox.h"
#include "web/entry.h"
#include "web/page.h"
#include "web/qrcode.h"
#include "web/question.h"
#include "web/visitor.h"
#include "web/way.h"

#define WAY "qr"

_Static_assert(QR_SHOWN_LEN == VISITOR_PACKED_LEN, "a code shows a visitor");

/* A code is the path's last segment. */
static const char *
code_of(const struct page *page)
{
	return strrchr(page->request->path, '/') + 1;
}

static NEOERR *
read_code(const struct page *page, const char *token, struct qr *qr)
{
	const struct site *site = page->site;

	return nerr_pass(qr_read(site->seal, &site->settings.qr, token, code_of(page), qr));
}

/* How the code stands for the browser that holds token: another browser's has expired. */
static NEOERR *
look(const struct page *page, const char *token, struct qr *qr, struct qr_row *row)
{
	const struct site *site = page->site;
	NEOERR *err;

	*row = (struct qr_row) { .state = QR_EXPIRED };
	if ((err = read_code(page, token, qr)) || !qr->known || !qr->own)
		return nerr_pass(err);
	if ((err = qr_look(site->db, qr, &site->settings.qr, row)))
		return nerr_pass(err);
	if (row->state == QR_USED)
		row->state = QR_EXPIRED;
	return STATUS_OK;
}

/* To the page of a code, or ("") to a new one; where the login leads on to is kept. */
static NEOERR *
to_page(struct page *page, const char *code)
{
	const char *back = entry_back(page);
	char path[512];

	snprintf(path, sizeof path, "%s/" WAY "%s%s%s%s", page->flow->login, *code ? "/" : "",
	    code, back ? "?next=" : "", back ? back : "");
	return nerr_pass(request_redirect(page->request, path));
}

/* What the code says: the address at which the phone confirms. */
static NEOERR *
address(const struct page *page, const char *code, STRING *out)
{
	return nerr_pass(
	    string_appendf(out, "%s%s%s", page->site->settings.origin, page->flow->scan, code));
}

static NEOERR *
check_way(const struct page *page)
{
	if (page->flow->scan == NULL)
		return nerr_raise(FAIL_NOT_FOUND, "no phone confirms this channel's codes");
	return nerr_pass(way_check_here(page, WAY));
}

/* Who is logged in already goes on. */
static NEOERR *
go_on(struct page *page)
{
	const char *back = entry_back(page);

	return nerr_pass(request_redirect(page->request, back ? back : page->flow->hall));
}

static NEOERR *
begin(struct page *page)
{
	const struct site *site = page->site;
	uint8_t shown[QR_SHOWN_LEN];
	char code[QR_CODE_LEN];
	STRING text;
	NEOERR *err;

	if ((err = check_way(page)))
		return nerr_pass(err);
	if (page_logged_in(page))
		return nerr_pass(go_on(page));
	string_init(&text);
	visitor_pack(page->request, shown);
	if ((err = qr_new(site->seal, page->session->token, shown, code)) == STATUS_OK &&
	    (err = address(page, code, &text)) == STATUS_OK &&
	    (err = sandbox_tell(site->conf, "qr", code, text.buf)) == STATUS_OK)
		err = to_page(page, code);
	string_clear(&text);
	return nerr_pass(err);
}

static NEOERR *
show_picture(struct page *page)
{
	STRING text;
	NEOERR *err;

	string_init(&text);
	if ((err = address(page, code_of(page), &text)) == STATUS_OK)
		err = qrcode_show(page, text.buf);
	string_clear(&text);
	return nerr_pass(err);
}

static NEOERR *
show(struct page *page)
{
	struct qr qr;
	struct qr_row row;
	NEOERR *err;

	if ((err = check_way(page)))
		return nerr_pass(err);
	if (page_logged_in(page))
		return nerr_pass(go_on(page));
	if ((err = look(page, page->session->token, &qr, &row)) ||
	    (err = way_show(page, WAY)) ||
	    (err = hdf_set_valuef(page->hdf, "Qr.again=%s/" WAY, page->flow->login)) ||
	    (err = hdf_set_value(page->hdf, "Qr.state", qr_states[row.state])))
		return nerr_pass(err);
	if ((row.state == QR_WAITING && (err = show_picture(page))) ||
	    (row.state <= QR_CONFIRMED &&
		((err = hdf_set_int_value(page->hdf, "Qr.number", qr.number)) ||
		    (err = hdf_set_int_value(page->hdf, "Qr.left", (int)qr.left)) ||
		    (err = hdf_set_valuef(page->hdf, "Qr.poll=%s/" WAY "/state/%s",
			 page->flow->login, code_of(page))))))
		return nerr_pass(err);
	return nerr_pass(page_render(page, "qr", 200));
}

/* Without session and frame: a cookie, a keyed hash and a row by its primary key. */
static NEOERR *
state(struct page *page)
{
	char token[SEAL_TOKEN_LEN];
	struct request *r = page->request;
	struct qr qr;
	struct qr_row row;
	NEOERR *err;

	if (request_cookie(r, page->site->settings.session.cookie, token, sizeof token) == NULL)
		token[0] = '\0';
	if ((err = check_way(page)) || (err = look(page, token, &qr, &row)))
		return nerr_pass(err);
	r->type = "application/json";
	return nerr_pass(string_appendf(&r->body, "{\"state\":\"%s\",\"left\":%lld}\n",
	    qr_states[row.state], row.state == QR_EXPIRED ? 0LL : (long long)qr.left));
}

struct spending {
	const struct qr *qr;
	const struct qr_times *times;
};

static NEOERR *
spend(struct db *db, void *context, bool *admitted)
{
	const struct spending *s = context;

	return nerr_pass(qr_use(db, s->qr, s->times, admitted));
}

static NEOERR *
take(struct page *page)
{
	const struct site *site = page->site;
	struct account account = { .found = false };
	struct qr qr;
	struct qr_row row;
	bool admitted = false;
	NEOERR *err;

	if ((err = check_way(page)) || (err = look(page, page->session->token, &qr, &row)) ||
	    (row.state == QR_CONFIRMED &&
		(err = account_load(site->db, site->seal, row.account, &account))))
		return nerr_pass(err);
	if (account.found)
		err = entry_admit(page, &account, WAY, spend,
		    &(struct spending) { .qr = &qr, .times = &site->settings.qr }, &admitted);
	account_release(&account);
	/* Sent twice, or too late: the page says what has become of the code. */
	if (err == STATUS_OK && !admitted)
		err = to_page(page, code_of(page));
	return nerr_pass(err);
}

/* ---- the phone ---- */

/* Who asks: browser, network and time of the drawing. */
static NEOERR *
show_asker(struct page *page, const struct qr *qr)
{
	struct visitor visitor;
	char browser[128], at[CLOCK_TIME_LEN];
	NEOERR *err;

	visitor_unpack(qr->shown, &visitor);
	visitor_words(page->words, visitor.browser, browser, sizeof browser);
	clock_iso(qr->drawn_at, at);
	at[10] = ' ';
	at[19] = '\0';
	if ((err = hdf_set_value(page->hdf, "Qr.browser", browser)) ||
	    (err = hdf_set_value(page->hdf, "Qr.network", visitor.network)))
		return nerr_pass(err);
	return nerr_pass(hdf_set_value(page->hdf, "Qr.at", at));
}

static NEOERR *
answer_scan(struct page *page, const char *what, int status)
{
	NEOERR *err;

	if ((err = hdf_set_value(page->hdf, "Qr.state", what)))
		return nerr_pass(err);
	return nerr_pass(page_render(page, "scan", status));
}

static NEOERR *
scanned(struct page *page)
{
	const struct site *site = page->site;
	const struct session *s = page->session;
	struct qr qr;
	struct qr_row row;
	bool mine;
	NEOERR *err;

	if ((err = read_code(page, "", &qr)))
		return nerr_pass(err);
	if (!qr.known)
		return nerr_pass(answer_scan(page, "expired", 410));
	if ((err = qr_scan(site->db, site->seal, &qr, &site->settings.qr, s->token, s->account,
		 &row, &mine)))
		return nerr_pass(err);
	if (row.state == QR_EXPIRED)
		return nerr_pass(answer_scan(page, "expired", 410));
	if (!mine)
		return nerr_pass(answer_scan(page, "other", 409));
	if (row.state != QR_SCANNED)
		return nerr_pass(answer_scan(page, qr_states[row.state], 200));
	if ((err = show_asker(page, &qr)))
		return nerr_pass(err);
	return nerr_pass(answer_scan(page, "scanned", 200));
}

/* The page again, with what is to be mended in the field. */
static NEOERR *
ask_again(struct page *page, const struct qr *qr)
{
	NEOERR *err;

	if ((err = question_refuse(
		 page, "number", page_word(page, "qr.number"), "qr_number")) ||
	    (err = show_asker(page, qr)))
		return nerr_pass(err);
	return nerr_pass(answer_scan(page, "scanned", 422));
}

/* 10–99 as typed, spaces or not; 0: no such number. */
static int
typed_number(const char *text)
{
	char *end;
	long number;

	if (text == NULL || strspn(text, " 0123456789") != strlen(text))
		return 0;
	number = strtol(text, &end, 10);
	return end[strspn(end, " ")] == '\0' && number >= 10 && number <= 99 ? (int)number : 0;
}

struct deciding {
	const struct page *page;
	const struct qr *qr;
	bool confirm, done;
};

static NEOERR *
decide(struct db *db, void *context)
{
	struct deciding *d = context;
	const struct session *s = d->page->session;
	char actor[2 * SEAL_ID_LEN + 1];
	NEOERR *err;

	if ((err = qr_decide(db, d->page->site->seal, d->qr, s->token, d->confirm, &d->done)) ||
	    !d->done)
		return nerr_pass(err);
	seal_hex(s->account, SEAL_ID_LEN, actor);
	return nerr_pass(
	    audit_write(db, "qr_scan", actor, "", d->confirm ? "confirm" : "cancel"));
}

/* A wrong number cancels: whoever guesses has one guess. What is no number at all is no guess. */
static NEOERR *
decided(struct page *page)
{
	const struct form *form = &page->request->form;
	const char *intent = form_text(form, "intent");
	const bool confirm = intent == NULL || strcmp(intent, "cancel") != 0;
	const int number = typed_number(form_text(form, "number"));
	const struct site *site = page->site;
	struct qr qr;
	struct qr_row row = { .state = QR_EXPIRED };
	struct deciding d = { .page = page, .qr = &qr };
	char path[256];
	NEOERR *err;

	if ((err = read_code(page, "", &qr)) ||
	    (qr.known && (err = qr_look(site->db, &qr, &site->settings.qr, &row))))
		return nerr_pass(err);
	if (row.state == QR_SCANNED && confirm && number == 0)
		return nerr_pass(ask_again(page, &qr));
	d.confirm = confirm && number == qr.number;
	if (row.state == QR_SCANNED && (err = db_transact(site->db, decide, &d)))
		return nerr_pass(err);
	snprintf(path, sizeof path, "%s%s", page->request->path,
	    d.done && confirm && !d.confirm ? "?notice=qr_wrong" : "");
	return nerr_pass(request_redirect(page->request, path));
}

int
main(void)
{
	static const struct page_action actions[] = {
		{ .method = "GET", .path = "/login/qr", .handle = begin, .guest = true },
		{ .method = "GET", .path = "/login/qr/*", .handle = show, .guest = true },
		{ .method = "POST", .path = "/login/qr/*", .handle = take },
		{ .method = "GET", .path = "/login/qr/state/*", .handle = state, .bare = true },
		/* Of the channels whose login lies deeper. */
		{ .method = "GET", .path = "/login/*/qr", .handle = begin, .guest = true },
		{ .method = "GET", .path = "/login/*/qr/*", .handle = show, .guest = true },
		{ .method = "POST", .path = "/login/*/qr/*", .handle = take },
		{ .method = "GET",
		    .path = "/login/*/qr/state/*",
		    .handle = state,
		    .bare = true },
		{ .method = "GET",
		    .path = "/*/scan/*",
		    .handle = scanned,
		    .guard = PAGE_LOGGED_IN,
		    .proven = true },
		{ .method = "POST",
		    .path = "/*/scan/*",
		    .handle = decided,
		    .guard = PAGE_LOGGED_IN,
		    .proven = true },
		{ .method = NULL },
	};

	return page_main(actions);
}
