/*
 * my.c - 个人中心, 我的办事: where the citizen's applications stand; withdrawing one.
 */
#include <string.h>

#include "apply/withdrawal.h"
#include "base/clock.h"
#include "base/fail.h"
#include "web/page.h"
#include "web/receipt.h"

#define WITHDRAW "/my/withdraw/"
#define SHOWN 20

/* Where she begins, or goes on. */
static NEOERR *
show_start(struct page *page)
{
	const struct draft *draft = &page->session->draft;
	const struct flow *flow = page->flow;
	char today[CLOCK_DATE_LEN];
	NEOERR *err;

	clock_date(clock_now(), today);
	if (draft->version > 0 && (err = hdf_set_value(page->hdf, "Home.begun", "1")))
		return nerr_pass(err);
	return nerr_pass(hdf_set_valuef(page->hdf, "Home.start=/apply/%s",
	    flow->steps[flow_first_open(flow, draft->body, today)].name));
}

static NEOERR *
list(struct page *page)
{
	const struct session *s = page->session;
	NEOERR *err;

	if ((s->live_no[0] == '\0' && (err = show_start(page))) ||
	    (s->has_person && (err = receipt_applications(page, SHOWN))))
		return nerr_pass(err);
	return nerr_pass(page_render(page, "my", 200));
}

/* Only the citizen's own application that goes on; any other number is as unknown. */
static NEOERR *
own(const struct page *page, const char **no)
{
	*no = page->request->path + sizeof WITHDRAW - 1;
	if (page->session->live_no[0] == '\0' || strcmp(*no, page->session->live_no) != 0)
		return nerr_raise(FAIL_NOT_FOUND, "no such application");
	return STATUS_OK;
}

static NEOERR *
ask(struct page *page)
{
	const char *no;
	NEOERR *err;

	if ((err = own(page, &no)) || (err = receipt_applications(page, 1)))
		return nerr_pass(err);
	return nerr_pass(page_render(page, "my-withdraw", 200));
}

struct withdrawal {
	const struct page *page;
	const char *no;
	bool withdrawn;
};

static NEOERR *
work(struct db *db, void *context)
{
	struct withdrawal *w = context;
	const struct session *s = w->page->session;
	char actor[2 * SEAL_ID_LEN + 1];

	seal_hex(s->account, SEAL_ID_LEN, actor);
	return nerr_pass(application_withdraw(
	    db, w->page->site->seal, s->person, actor, w->no, &w->withdrawn));
}

static NEOERR *
withdraw(struct page *page)
{
	struct withdrawal w = { .page = page };
	NEOERR *err;

	if ((err = own(page, &w.no)) || (err = db_transact(page->site->db, work, &w)))
		return nerr_pass(err);
	return nerr_pass(request_redirect(
	    page->request, w.withdrawn ? "/my?notice=withdrawn" : "/my?notice=withdraw_late"));
}

int
main(void)
{
	static const struct page_action actions[] = {
		{ .method = "GET", .path = "/my", .handle = list, .guard = PAGE_LOGGED_IN },
		{ .method = "GET",
		    .path = WITHDRAW "*",
		    .handle = ask,
		    .guard = PAGE_LOGGED_IN },
		{ .method = "POST",
		    .path = WITHDRAW "*",
		    .handle = withdraw,
		    .guard = PAGE_LOGGED_IN },
		{ .method = NULL },
	};

	return page_main(actions);
}
