/*
 * sessions.c - where an account is logged in; ending one of its sessions, or all but this one.
 */
#include <stdio.h>
#include <string.h>

#include "base/audit.h"
#include "base/clock.h"
#include "base/fail.h"
#include "web/page.h"
#include "web/visitor.h"

/* Columns of session_list. */
enum { AT_HASH, AT_CHANNEL, AT_WAY, AT_BROWSER, AT_NETWORK, AT_CREATED, AT_SEEN };

static NEOERR *
put_time(HDF *node, const char *name, int64_t at)
{
	char text[CLOCK_TIME_LEN];

	clock_minute(at, text);
	return nerr_pass(hdf_set_value(node, name, text));
}

static NEOERR *
put(struct page *page, const struct db_rows *rows, int n)
{
	char browser[128], id[2 * SEAL_HASH_LEN + 1], name[24];
	size_t len;
	const void *hash = db_get_bytes(rows, AT_HASH, &len);
	HDF *node;
	NEOERR *err;

	if (len != SEAL_HASH_LEN)
		return nerr_raise(NERR_DB, "session hash of %zu bytes", len);
	seal_hex(hash, len, id);
	visitor_words(page->words, db_get_text(rows, AT_BROWSER), browser, sizeof(browser));
	snprintf(name, sizeof(name), "Session.%d", n);
	if ((err = hdf_get_node(page->hdf, name, &node)) ||
	    (err = hdf_set_value(node, "id", id)) ||
	    (err = hdf_set_value(node, "browser", browser)) ||
	    (err = hdf_set_value(node, "network", db_get_text(rows, AT_NETWORK))) ||
	    (err = hdf_set_value(node, "channel",
		 page_word(page, "channel.%s.name", db_get_text(rows, AT_CHANNEL)))) ||
	    (err = hdf_set_value(
		 node, "way", page_word(page, "way.%s", db_get_text(rows, AT_WAY)))) ||
	    (err = put_time(node, "since", db_get_int(rows, AT_CREATED))) ||
	    (err = put_time(node, "seen", db_get_int(rows, AT_SEEN))))
		return nerr_pass(err);
	if (memcmp(hash, page->session->hash, SEAL_HASH_LEN) == 0)
		return nerr_pass(hdf_set_value(node, "current", "1"));
	return nerr_pass(hdf_set_value(page->hdf, "Sessions.others", "1"));
}

static NEOERR *
list(struct page *page)
{
	const struct site *site = page->site;
	struct db_rows *rows = NULL;
	bool more = true;
	NEOERR *err;

	err = session_list(site->db, &site->settings, page->session->account, &rows);
	for (int n = 0; err == STATUS_OK; n++) {
		if ((err = db_next(rows, &more)) || !more)
			break;
		err = put(page, rows, n);
	}
	db_rows_free(&rows);
	return nerr_pass(err ? err : page_render(page, "sessions", 200));
}

struct ending {
	const struct page *page;
	const uint8_t *hash; /* NULL: all others */
	bool ended;
};

static NEOERR *
work(struct db *db, void *context)
{
	struct ending *e = context;
	const struct session *s = e->page->session;
	char actor[2 * SEAL_ID_LEN + 1];
	NEOERR *err;

	e->ended = true;
	if ((err = e->hash ? session_end_one(db, s->account, e->hash, &e->ended)
			   : session_end_all(db, s->account, s)) ||
	    !e->ended)
		return nerr_pass(err);
	seal_hex(s->account, SEAL_ID_LEN, actor);
	return nerr_pass(audit_write(db, "session_end", actor, "", e->hash ? "one" : "others"));
}

/* What has ended meanwhile has ended. */
static NEOERR *
end(struct page *page)
{
	const char *id = form_text(&page->request->form, "end");
	uint8_t hash[SEAL_HASH_LEN];
	struct ending ending = { .page = page };
	NEOERR *err;

	if (id && strcmp(id, "others") != 0) {
		if (!seal_unhex(id, hash, sizeof(hash)))
			return nerr_raise(FAIL_REQUEST, "no such session");
		ending.hash = hash;
	}
	if (id && (err = db_transact(page->site->db, work, &ending)))
		return nerr_pass(err);
	return nerr_pass(request_redirect(page->request, "/my/sessions?notice=session_ended"));
}

int
main(void)
{
	static const struct page_action actions[] = {
		{ .method = "GET",
		    .path = "/my/sessions",
		    .handle = list,
		    .guard = PAGE_LOGGED_IN },
		{ .method = "POST",
		    .path = "/my/sessions",
		    .handle = end,
		    .guard = PAGE_LOGGED_IN },
		{ .method = NULL },
	};

	return page_main(actions);
}
