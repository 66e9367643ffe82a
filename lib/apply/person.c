/*
 * person.c - a human being, and the roster of the insured.
 */
#include <stdlib.h>
#include <string.h>

#include "apply/person.h"
#include "apply/sealed.h"
#include "base/clock.h"
#include "base/fail.h"

enum { LOAD, STORE };

static const struct db_sql sql[] = {
	[LOAD] = { "insured_load",
	    "SELECT body, category, banks, card_generation, deceased FROM insured_person "
	    "WHERE person = ?" },
	/* A card once handed out stays so, though the roster may not have heard of it yet. */
	[STORE] = { "insured_store",
	    "INSERT INTO insured_person (person, body, phone_index, category, banks, "
	    "card_generation, deceased, imported_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
	    "ON DUPLICATE KEY UPDATE body = VALUES(body), phone_index = VALUES(phone_index), "
	    "category = VALUES(category), banks = VALUES(banks), "
	    "card_generation = GREATEST(card_generation, VALUES(card_generation)), "
	    "deceased = VALUES(deceased), imported_at = VALUES(imported_at)" },
};

NEOERR *
person_key(const struct seal *seal, const char *number, uint8_t out[PERSON_LEN])
{
	return nerr_pass(seal_hash(seal, "person", number, strlen(number), out));
}

NEOERR *
insured_load(struct insured *insured, struct db *db, const struct seal *seal,
    const uint8_t person[PERSON_LEN])
{
	struct insured loaded = { .found = false };
	struct db_rows *rows = NULL;
	const void *sealed;
	size_t len;
	NEOERR *err;

	if ((err = db_select(db, &sql[LOAD], DB_WITH(db_bytes(person, PERSON_LEN)), &rows)) ||
	    (err = db_next(rows, &loaded.found)))
		goto out;
	if (loaded.found) {
		sealed = db_get_bytes(rows, 0, &len);
		err = sealed_open(seal, "insured_person.body", person, PERSON_LEN, sealed, len,
		    &loaded.facts);
		if (err != STATUS_OK)
			goto out;
		snprintf(loaded.category, sizeof(loaded.category), "%s", db_get_text(rows, 1));
		snprintf(loaded.banks, sizeof(loaded.banks), "%s", db_get_text(rows, 2));
		loaded.card_generation = (int)db_get_int(rows, 3);
		loaded.deceased = db_get_int(rows, 4) != 0;
	}
	*insured = loaded;
out:
	db_rows_free(&rows);
	return nerr_pass(err);
}

void
insured_release(struct insured *insured)
{
	json_decref(insured->facts);
	*insured = (struct insured) { .found = false };
}

/* Those of the facts that are fields, in the form in which answers are stored. */
static NEOERR *
fold_facts(const json_t *facts, json_t **folded)
{
	json_t *made = json_object();
	NEOERR *err = STATUS_OK;

	if (made == NULL)
		return nerr_raise(NERR_NOMEM, "roster");
	for (size_t i = 0; i < fields_count && err == STATUS_OK; i++) {
		const char *given = field_answer(facts, fields[i].name);
		char *text;

		if (*given == '\0')
			continue;
		text = field_fold(&fields[i], given);
		if (text == NULL ||
		    json_object_set_new(made, fields[i].name, json_string(text)) != 0)
			err = nerr_raise(NERR_NOMEM, "roster");
		free(text);
	}
	if (err == STATUS_OK)
		*folded = made;
	else
		json_decref(made);
	return err;
}

NEOERR *
insured_store(struct db *db, const struct seal *seal, const json_t *facts, const char *category,
    const char *banks, int card_generation, bool deceased)
{
	uint8_t person[PERSON_LEN], phone_index[SEAL_HASH_LEN];
	struct bytes sealed = BYTES_INIT;
	json_t *folded = NULL;
	const char *number, *phone;
	NEOERR *err;

	if ((err = fold_facts(facts, &folded)))
		return nerr_pass(err);
	number = field_answer(folded, "id_number");
	phone = field_answer(folded, "phone");
	if (*number == '\0' || *field_answer(folded, "name") == '\0') {
		err = nerr_raise(NERR_PARSE, "roster: a row without name or id_number");
		goto out;
	}
	if ((err = person_key(seal, number, person)) ||
	    (err = seal_hash(seal, "phone", phone, strlen(phone), phone_index)) ||
	    (err = sealed_close(
		 seal, "insured_person.body", person, PERSON_LEN, folded, &sealed)))
		goto out;
	err = db_run(db, &sql[STORE],
	    DB_WITH(db_bytes(person, PERSON_LEN), db_bytes(sealed.data, sealed.len),
		*phone != '\0' ? db_bytes(phone_index, SEAL_HASH_LEN) : db_null(),
		db_text(category), db_text(banks), db_int(card_generation), db_int(deceased),
		db_int(clock_now())),
	    NULL);
out:
	bytes_release(&sealed);
	json_decref(folded);
	return nerr_pass(err);
}
