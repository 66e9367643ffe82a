/*
 * portal.c - the bureau's home, and where each channel begins: its entry and its hall.
 */
#include <string.h>

#include "base/clock.h"
#include "base/fail.h"
#include "web/page.h"

/* A page with two tiles: one leads to enter, one to her applications. */
static NEOERR *
greet(struct page *page, const char *enter)
{
	NEOERR *err;

	if ((err = hdf_set_value(page->hdf, "Home.enter", enter)) ||
	    (err = page_logged_in(page)
		       ? hdf_set_value(page->hdf, "Home.my", "/my")
		       : hdf_set_valuef(page->hdf, "Home.my=%s?next=/my", page->flow->login)))
		return nerr_pass(err);
	return nerr_pass(page_render(page, "portal", 200));
}

static NEOERR *
home(struct page *page)
{
	return nerr_pass(greet(page, page->site->home->entry));
}

static NEOERR *
show_live(struct page *page)
{
	const struct session *s = page->session;
	NEOERR *err;

	if ((err = hdf_set_value(page->hdf, "Home.live.no", s->live_no)))
		return nerr_pass(err);
	return nerr_pass(hdf_set_value(page->hdf, "Home.live.state_text",
	    page_word(page, "state.%s.text", s->live_state)));
}

static NEOERR *
show_resume(struct page *page)
{
	const struct draft *draft = &page->session->draft;
	char today[CLOCK_DATE_LEN], saved[CLOCK_TIME_LEN];
	const char *step;
	NEOERR *err;

	clock_date(clock_now(), today);
	step = page->flow->steps[flow_first_open(page->flow, draft->body, today)].name;
	clock_iso(draft->saved_at, saved);
	saved[10] = ' ';
	saved[16] = '\0';
	if ((err = hdf_set_valuef(page->hdf, "Home.resume.href=/apply/%s", step)) ||
	    (err = hdf_set_value(
		 page->hdf, "Home.resume.title", page_word(page, "step.%s.title", step))))
		return nerr_pass(err);
	return nerr_pass(hdf_set_value(page->hdf, "Home.resume.saved", saved));
}

static NEOERR *
hall(struct page *page)
{
	NEOERR *err;

	if ((err = hdf_set_valuef(
		 page->hdf, "Home.start=/apply/%s", page->flow->steps[0].name)) ||
	    (page->session->live_no[0] && (err = show_live(page))) ||
	    (page->session->draft.version > 0 && (err = show_resume(page))))
		return nerr_pass(err);
	return nerr_pass(page_render(page, "hall", 200));
}

static NEOERR *
front(struct page *page)
{
	const struct flow *flow = page->flow;
	const char *path = page->request->path;
	char enter[128];

	if (strcmp(path, flow->hall) == 0) {
		if (page_logged_in(page))
			return nerr_pass(hall(page));
		if (!flow->greets)
			return nerr_pass(page_to_login(page));
		snprintf(
		    enter, sizeof enter, "%s?next=/apply/%s", flow->login, flow->steps[0].name);
		return nerr_pass(greet(page, enter));
	}
	if (strcmp(path, flow->entry) == 0)
		return nerr_pass(greet(page, flow->hall));
	return nerr_raise(FAIL_NOT_FOUND, "no such page of the channel");
}

int
main(void)
{
	static const struct page_action actions[] = {
		{ .method = "GET", .path = "/", .handle = home },
		{ .method = "GET", .path = "/*/", .handle = front },
		{ .method = "GET", .path = "/*/*", .handle = front },
		{ .method = NULL },
	};

	return page_main(actions);
}
