/*
 * submission.h - a citizen's submission for the tests that need an application in the database.
 *
 * Every call makes another citizen's, see citizen.h.
 */
#ifndef SBK_SUBMISSION_H
#define SBK_SUBMISSION_H

#include <apply/application.h>

#include "citizen.h"

#define ACTOR "00112233445566778899aabbccddeeff"
#define BANK "102"
#define BRANCH "1020001"

enum { FIXTURE_PHOTO, FIXTURE_APPLICATIONS };

static const struct db_sql fixture_sql[] = {
	[FIXTURE_PHOTO] = { "test_photo",
	    "INSERT INTO photo (id, person, kind, body, width, height, received_at) "
	    "VALUES (?, ?, ?, '', 1, 1, 0)" },
	[FIXTURE_APPLICATIONS] = { "test_applications",
	    "SELECT COUNT(*) FROM application WHERE person = ?" },
};

/* What a SELECT COUNT(*) with one parameter says. */
static inline int64_t
count(const struct db_sql *what, struct db_val of)
{
	struct db_rows *rows = NULL;
	int64_t n;
	bool more;

	assert_ok(db_select(instance_db, what, DB_WITH(of), &rows));
	assert_ok(db_next(rows, &more));
	n = db_get_int(rows, 0);
	db_rows_free(&rows);
	return n;
}

static inline int64_t
applications_of(const struct citizen *citizen)
{
	return count(&fixture_sql[FIXTURE_APPLICATIONS], db_bytes(citizen->person, PERSON_LEN));
}

static inline void
add_photo(json_t *answers, const struct citizen *owner, const char *kind)
{
	uint8_t id[SEAL_ID_LEN];
	char hex[2 * SEAL_ID_LEN + 1];

	assert_ok(seal_random(id, sizeof(id)));
	assert_ok(db_run(instance_db, &fixture_sql[FIXTURE_PHOTO],
	    DB_WITH(
		db_bytes(id, sizeof(id)), db_bytes(owner->person, PERSON_LEN), db_text(kind)),
	    NULL));
	seal_hex(id, sizeof(id), hex);
	json_object_set_new(answers, kind, json_string(hex));
}

struct submission {
	const struct citizen *citizen;
	json_t *answers; /* owned; of the draft */
	char no[APPLICATION_NO_LEN];
};

/* A citizen on the roster with a full draft in the database. */
static inline struct submission
submission_new(const struct citizen *citizen)
{
	struct submission s = { .citizen = citizen,
		.answers =
		    json_pack("{s:s, s:s, s:s, s:s, s:s}", "occupation", "17", "bank", BANK,
			"branch", BRANCH, "delivery", "branch", "address", "朝阳门外大街1号") };

	citizen_insure(citizen, 2);
	add_photo(s.answers, citizen, "portrait");
	add_photo(s.answers, citizen, "id_front");
	add_photo(s.answers, citizen, "id_back");
	return s;
}

static inline NEOERR *
save_draft(struct db *db, void *context)
{
	const struct submission *s = context;
	struct draft draft;
	uint8_t form[SEAL_HASH_LEN] = { 0 };
	bool stale;
	NEOERR *err;

	if ((err = draft_init(&draft)))
		return nerr_pass(err);
	if ((err = draft_lock(&draft, db, instance_seal, s->citizen->person)) == STATUS_OK) {
		json_object_update(draft_answers(&draft), s->answers);
		err = draft_save(
		    &draft, db, instance_seal, s->citizen->person, draft.version, form, &stale);
	}
	draft_release(&draft);
	return nerr_pass(err);
}

/* What a step does: FAIL_NOT_FOUND when there is neither draft nor application. */
static inline NEOERR *
submit(struct db *db, void *context)
{
	struct submission *s = context;
	const uint8_t *person = s->citizen->person;
	struct application live = { .body = NULL };
	struct draft draft;
	size_t n = 0;
	NEOERR *err;

	if ((err = draft_init(&draft)))
		return nerr_pass(err);
	err = draft_lock(&draft, db, instance_seal, person);
	if (err == STATUS_OK && draft.version > 0)
		err = application_submit(
		    db, instance_seal, person, ACTOR, &draft, "web", 30, s->no);
	else if (err == STATUS_OK)
		err = application_list(db, instance_seal, person, &live, 1, &n);
	if (err == STATUS_OK && draft.version == 0)
		err = nerr_raise(n > 0 ? FAIL_DUPLICATE : FAIL_NOT_FOUND, "no draft");
	application_release(&live);
	draft_release(&draft);
	return nerr_pass(err);
}

static inline struct submission
submitted(const struct citizen *citizen)
{
	struct submission s = submission_new(citizen);

	assert_ok(db_transact(instance_db, save_draft, &s));
	assert_ok(db_transact(instance_db, submit, &s));
	return s;
}

#endif
