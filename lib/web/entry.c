#include <stdio.h>
#include <string.h>

#include "base/audit.h"
#include "base/fail.h"
#include "web/entry.h"

const char *
entry_back(const struct page *page)
{
	const char *back = page->back ? page->back : form_text(&page->request->form, "back");

	if (back == NULL)
		back = form_text(&page->request->query, "next");
	return page_local_path(page, back) ? back : NULL;
}

struct entering {
	struct page *page;
	const struct account *account;
	const char *way;
	entry_spend *spend;
	void *context;
	bool admitted;
	char token[SEAL_TOKEN_LEN];
};

static NEOERR *
enter(struct db *db, void *context)
{
	struct entering *e = context;
	char actor[2 * SEAL_ID_LEN + 1];
	NEOERR *err;

	e->admitted = true;
	if (e->spend && (err = e->spend(db, e->context, &e->admitted)))
		return nerr_pass(err);
	if (!e->admitted)
		return STATUS_OK;
	seal_hex(e->account->id, SEAL_ID_LEN, actor);
	if ((err = session_login(e->page->session, db, e->page->site->seal, e->page->request,
		 &(struct session_new) { .account = e->account->id,
		     .person = e->account->has_person ? e->account->person : NULL,
		     .channel = e->page->flow->channel,
		     .masked = e->account->masked,
		     .way = e->way },
		 e->token)))
		return nerr_pass(err);
	return nerr_pass(audit_write(db, "login", actor, "", e->way));
}

NEOERR *
entry_admit(struct page *page, const struct account *account, const char *way,
    entry_spend *spend, void *context, bool *admitted)
{
	const struct site *site = page->site;
	struct entering e = {
		.page = page, .account = account, .way = way, .spend = spend, .context = context
	};
	const char *back = entry_back(page);
	const char *notice;
	char path[256];
	NEOERR *err;

	if ((err = db_transact(site->db, enter, &e)))
		return nerr_pass(err);
	if (admitted)
		*admitted = e.admitted;
	if (!e.admitted)
		return STATUS_OK;
	memcpy(page->session->token, e.token, sizeof e.token);
	if ((err = session_cookie(page->session, &site->settings, page->request, false)))
		return nerr_pass(err);
	if (back == NULL)
		back = page->flow->hall;
	notice = page->notice;
	snprintf(path, sizeof path, account->has_person ? "%s%s%s" : ENTRY_PROVE "?next=%s%s%s",
	    back, notice ? account->has_person ? "?notice=" : "&notice=" : "",
	    notice ? notice : "");
	return nerr_pass(request_redirect(page->request, path));
}
