/*
 * status.c - is it healthy, and figures for Prometheus (text format 0.0.4).
 */
#include "base/fail.h"
#include "web/page.h"

enum { PING, STATES, MESSAGES, COUNTS };

static const struct db_sql sql[] = {
	[PING] = { "status_ping", "SELECT COUNT(*) FROM bank" },
	[STATES] = { "status_states",
	    "SELECT state, COUNT(*) FROM application GROUP BY state" },
	[MESSAGES] = { "status_messages",
	    "SELECT bank, direction, state, COUNT(*) "
	    "FROM exchange_message GROUP BY bank, direction, state" },
	[COUNTS] = { "status_counts",
	    "SELECT 'sbk_drafts', COUNT(*) FROM draft "
	    "UNION ALL SELECT 'sbk_outbox_waiting', COUNT(*) FROM outbox WHERE state = "
	    "'waiting' "
	    "UNION ALL SELECT 'sbk_outbox_failed', COUNT(*) FROM outbox WHERE state = "
	    "'failed' "
	    "UNION ALL SELECT 'sbk_suspense_open', COUNT(*) FROM exchange_suspense "
	    "WHERE resolved_at IS NULL" },
};

typedef NEOERR *write_row(STRING *out, const struct db_rows *row);

static NEOERR *
write_state(STRING *out, const struct db_rows *row)
{
	return nerr_pass(string_appendf(out, "sbk_applications{state=\"%s\"} %lld\n",
	    db_get_text(row, 0), (long long)db_get_int(row, 1)));
}

static NEOERR *
write_message(STRING *out, const struct db_rows *row)
{
	return nerr_pass(string_appendf(out,
	    "sbk_exchange_messages{bank=\"%s\",direction=\"%s\",state=\"%s\"} %lld\n",
	    db_get_text(row, 0), db_get_text(row, 1), db_get_text(row, 2),
	    (long long)db_get_int(row, 3)));
}

static NEOERR *
write_count(STRING *out, const struct db_rows *row)
{
	return nerr_pass(string_appendf(
	    out, "%s %lld\n", db_get_text(row, 0), (long long)db_get_int(row, 1)));
}

static NEOERR *
each(struct page *page, const struct db_sql *query, write_row *write)
{
	struct db_rows *rows = NULL;
	bool more;
	NEOERR *err;

	if ((err = db_select(page->site->db, query, DB_NONE, &rows)))
		return nerr_pass(err);
	while ((err = db_next(rows, &more)) == STATUS_OK && more)
		if (write && (err = write(&page->request->body, rows)))
			break;
	db_rows_free(&rows);
	return nerr_pass(err);
}

static NEOERR *
healthz(struct page *page)
{
	NEOERR *err;

	if ((err = each(page, &sql[PING], NULL)))
		return nerr_pass(err);
	page->request->type = "text/plain; charset=utf-8";
	return nerr_pass(string_append(&page->request->body, "ok\n"));
}

static NEOERR *
metrics(struct page *page)
{
	NEOERR *err;

	page->request->type = "text/plain; version=0.0.4; charset=utf-8";
	if ((err = string_append(&page->request->body,
		 "# TYPE sbk_applications gauge\n# TYPE sbk_exchange_messages gauge\n")) ||
	    (err = each(page, &sql[STATES], write_state)) ||
	    (err = each(page, &sql[MESSAGES], write_message)))
		return nerr_pass(err);
	return nerr_pass(each(page, &sql[COUNTS], write_count));
}

int
main(void)
{
	static const struct page_action actions[] = {
		{ .method = "GET", .path = "/healthz", .handle = healthz, .bare = true },
		{ .method = "GET", .path = "/metrics", .handle = metrics, .bare = true },
		{ .method = NULL },
	};

	return page_main(actions);
}
