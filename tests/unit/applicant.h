/*
 * applicant.h - an application that waits to be sent to a bank, straight into the tables.
 */
#ifndef SBK_APPLICANT_H
#define SBK_APPLICANT_H

#include <stdlib.h>
#include <string.h>
#include <jansson.h>

#include <apply/application.h>
#include <apply/sealed.h>
#include <base/db.h>
#include <base/seal.h>

/* Answers of a citizen whose name and address hold what XML and UTF-8 make difficult. */
static inline json_t *
applicant_answers(const char *bank)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "name",
	    "𠮷野·王-Ann", "id_type", "01", "id_number", "11010519491231002X", "sex", "2",
	    "birth_date", "1949-12-31", "nationality", "CHN", "ethnicity", "01", "address",
	    "朝阳区 <幸福> & \"1号院\" 2-3", "phone", "14300000001", "bank", bank, "branch",
	    "9010001", "delivery", "branch");
}

/* In or outside a transaction. change: "", or the field that gets value instead. */
static inline NEOERR *
applicant_store(struct db *db, const struct seal *seal, const char *bank, const char *no,
    size_t photo_len, const char *change, const char *value)
{
	static const struct db_sql add_photo = { "applicant_photo",
		"INSERT INTO photo (id, person, kind, application, body, width, height, "
		"received_at) "
		"VALUES (?, ?, 'portrait', ?, ?, 358, 441, 0)" };
	static const struct db_sql add = { "applicant",
		"INSERT INTO application (no, person, live, state, channel, bank, branch, "
		"body, "
		"portrait, submitted_at, promised_on) VALUES (?, ?, 1, 'SUBMITTED', 'web', ?, "
		"'9010001', ?, ?, 0, '2026-12-22')" };
	static const struct db_sql event = { "applicant_event",
		"INSERT INTO application_event (application, n, state, at, cause) "
		"VALUES (?, 1, 'SUBMITTED', 0, 'citizen')" };
	uint8_t person[32], id[SEAL_ID_LEN];
	struct bytes photo = BYTES_INIT, body = BYTES_INIT;
	char *jpeg = malloc(photo_len + 1);
	json_t *answers = applicant_answers(bank);
	NEOERR *err;

	if (jpeg == NULL || answers == NULL ||
	    (*change && json_object_set_new(answers, change, json_string(value)) != 0)) {
		err = nerr_raise(NERR_NOMEM, "applicant");
		goto out;
	}
	memset(jpeg, 'p', photo_len);
	if ((err = seal_random(person, sizeof(person))) ||
	    (err = seal_random(id, sizeof(id))) ||
	    (err = seal_close(seal, "photo.body", id, sizeof(id), jpeg, photo_len, &photo)) ||
	    (err = sealed_close(seal, "application.body", no, strlen(no), answers, &body)) ||
	    (err = db_run(db, &add_photo,
		 DB_WITH(db_bytes(id, sizeof(id)), db_bytes(person, sizeof(person)),
		     db_text(no), db_bytes(photo.data, photo.len)),
		 NULL)) ||
	    (err = db_run(db, &add,
		 DB_WITH(db_text(no), db_bytes(person, sizeof(person)), db_text(bank),
		     db_bytes(body.data, body.len), db_bytes(id, sizeof(id))),
		 NULL)) ||
	    (err = db_run(db, &event, DB_WITH(db_text(no)), NULL)))
		goto out;
out:
	bytes_release(&photo);
	bytes_release(&body);
	json_decref(answers);
	free(jpeg);
	return nerr_pass(err);
}

#endif
