#include <string.h>

#include "apply/person.h"
#include "apply/sealed.h"
#include "apply/withdrawal.h"
#include "base/audit.h"
#include "base/clock.h"
#include "base/fail.h"

enum { LOCK, UNTIE };

/* Pictures that are no application's are kept as long as drafts, from when they were received. */
static const struct db_sql sql[] = {
	[LOCK] = { "withdrawal_lock",
	    "SELECT body FROM application WHERE no = ? AND person = ? FOR UPDATE" },
	[UNTIE] = { "withdrawal_untie", "UPDATE photo SET application = NULL, received_at = ? "
					"WHERE application = ? AND person = ?" },
};

/* What the roster knows was not said by her: it is asked again, and may have changed. */
static NEOERR *
take_back(struct draft *draft, const json_t *answers, const json_t *facts)
{
	json_t *all = draft_answers(draft);
	const char *name;
	json_t *answer;

	if (all == NULL)
		return nerr_raise(NERR_NOMEM, "withdrawal");
	json_object_foreach((json_t *)(uintptr_t)answers, name, answer)
	{
		const bool hers =
		    strcmp(json_string_value(answer), field_answer(facts, name)) != 0;

		if (hers && *field_answer(all, name) == '\0' &&
		    json_object_set(all, name, answer) != 0)
			return nerr_raise(NERR_NOMEM, "withdrawal");
	}
	return STATUS_OK;
}

static NEOERR *
reopen(struct db *db, const struct seal *seal, const uint8_t person[PERSON_LEN],
    struct draft *draft, const json_t *answers)
{
	static const uint8_t no_form[SEAL_HASH_LEN];
	struct insured insured = { .found = false };
	bool stale;
	NEOERR *err;

	if ((err = insured_load(&insured, db, seal, person)) == STATUS_OK &&
	    (err = take_back(draft, answers, insured.facts)) == STATUS_OK)
		err = draft_save(draft, db, seal, person, draft->version, no_form, &stale);
	insured_release(&insured);
	return nerr_pass(err);
}

NEOERR *
application_withdraw(struct db *db, const struct seal *seal, const uint8_t person[PERSON_LEN],
    const char *actor, const char *no, bool *withdrawn)
{
	struct draft draft = { .body = NULL };
	struct db_rows *rows = NULL;
	json_t *answers = NULL;
	const void *sealed;
	int64_t now = clock_now();
	size_t len;
	bool moved = false;
	NEOERR *err;

	*withdrawn = false;
	if ((err = draft_init(&draft)) || (err = draft_lock(&draft, db, seal, person)) ||
	    (err = db_select(
		 db, &sql[LOCK], DB_WITH(db_text(no), db_bytes(person, PERSON_LEN)), &rows)) ||
	    (err = db_next(rows, &moved)) || !moved)
		goto out;
	sealed = db_get_bytes(rows, 0, &len);
	if ((err = sealed_open(
		 seal, "application.body", no, strlen(no), sealed, len, &answers)) ||
	    (err = application_move(db, no, "WITHDRAWN", now, "citizen", NULL, NULL, &moved)) ||
	    !moved)
		goto out;
	if ((err = db_run(db, &sql[UNTIE],
		 DB_WITH(db_int(now), db_text(no), db_bytes(person, PERSON_LEN)), NULL)) ||
	    (err = reopen(db, seal, person, &draft, answers)) ||
	    (err = audit_write(db, "withdraw", actor, no, "")))
		goto out;
	*withdrawn = true;
out:
	db_rows_free(&rows);
	json_decref(answers);
	draft_release(&draft);
	return nerr_pass(err);
}
