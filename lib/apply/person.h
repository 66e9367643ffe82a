/*
 * person.h - a human being, named by the keyed hash of the ID number, and the roster of the
 * insured.
 */
#ifndef SBK_PERSON_H
#define SBK_PERSON_H

#include <stdbool.h>
#include <ClearSilver.h>
#include <jansson.h>

#include "base/db.h"
#include "base/seal.h"
#include "apply/draft.h"

/* number is folded (field_fold); same number, same person, whatever the document's type. */
NEOERR *person_key(const struct seal *seal, const char *number, uint8_t out[PERSON_LEN]);

struct insured {
	bool found;
	bool deceased;
	int card_generation;
	char category[17]; /* employee, resident, pensioner */
	char banks[81];    /* allowed, blank-separated; "" = all */
	json_t *facts;     /* owned: name, id_type, id_number, sex, birth_date, nationality,
			      ethnicity, phone, id_valid_from, id_valid_to, address */
};

NEOERR *insured_load(struct insured *insured, struct db *db, const struct seal *seal,
    const uint8_t person[PERSON_LEN]);
void insured_release(struct insured *insured);

/*
 * Inserts or replaces one row of the roster, inside a transaction. facts must hold name and
 * id_number.
 */
NEOERR *insured_store(struct db *db, const struct seal *seal, const json_t *facts,
    const char *category, const char *banks, int card_generation, bool deceased);

#endif
