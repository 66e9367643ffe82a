#include <string.h>

#include "apply/application.h"
#include "apply/news.h"
#include "apply/outbox.h"
#include "apply/sealed.h"
#include "base/fail.h"

enum { WHOSE };

static const struct db_sql sql[] = {
	[WHOSE] = { "news_whose", "SELECT person, body FROM application WHERE no = ?" },
};

/* Where she has something to do, or waits for it. */
static const struct {
	const char *state, *template;
} news[] = {
	{ "REJECTED", "rejected" },
	{ "AT_BRANCH", "at_branch" },
	{ "MAILED", "mailed" },
	{ "RETURNED", "returned" },
	{ "FAILED", "failed" },
};

static const char *
template_of(const char *state)
{
	for (size_t i = 0; i < sizeof news / sizeof news[0]; i++)
		if (strcmp(news[i].state, state) == 0)
			return news[i].template;
	return NULL;
}

NEOERR *
news_put(struct db *db, const struct seal *seal, const char *no, const char *state)
{
	struct outbox_message message = { .template = template_of(state) };
	struct db_rows *rows = NULL;
	json_t *answers = NULL, *body = NULL;
	const void *sealed;
	size_t len, person_len;
	bool found;
	NEOERR *err;

	if (message.template == NULL)
		return STATUS_OK;
	if ((err = db_select(db, &sql[WHOSE], DB_WITH(db_text(no)), &rows)) ||
	    (err = db_next(rows, &found)))
		goto out;
	if (!found) {
		err = nerr_raise(NERR_ASSERT, "news of no application");
		goto out;
	}
	message.person = db_get_bytes(rows, 0, &person_len);
	sealed = db_get_bytes(rows, 1, &len);
	if ((err = sealed_open(
		 seal, "application.body", no, strlen(no), sealed, len, &answers)))
		goto out;
	body = json_pack("{s:s, s:s}", "phone", field_answer(answers, "phone"), "no", no);
	message.body = body;
	err = body ? outbox_put(db, seal, &message) : nerr_raise(NERR_NOMEM, "news");
out:
	json_decref(body);
	json_decref(answers);
	db_rows_free(&rows);
	return nerr_pass(err);
}
