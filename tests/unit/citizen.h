/*
 * citizen.h - an invented citizen for the tests that need one in the database.
 *
 * Every call makes another, so tests meet neither each other's rows nor those of earlier runs.
 */
#ifndef SBK_CITIZEN_H
#define SBK_CITIZEN_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <apply/draft.h>
#include <apply/person.h>
#include <apply/valid.h>
#include <base/seal.h>

#include "instance.h"

#define CITIZEN_NAME "王芳"
#define CITIZEN_PHONE "14300000001"

struct citizen {
	char number[19];
	uint8_t person[PERSON_LEN];
};

static struct seal *instance_seal;

static inline int
sealed_instance_open(void **state)
{
	instance_open(state);
	assert_ok(seal_init(&instance_seal, instance_conf));
	return 0;
}

static inline int
sealed_instance_close(void **state)
{
	seal_free(&instance_seal);
	return instance_close(state);
}

static inline struct citizen
citizen_new(void)
{
	struct citizen citizen;
	uint32_t random;

	assert_ok(seal_random(&random, sizeof(random)));
	snprintf(citizen.number, sizeof(citizen.number), "1101%02u19%02u%02u%02u%03u",
	    random % 97, random / 97 % 97, 1 + random / 9409 % 12, 1 + random / 112908 % 28,
	    random / 3161424 % 1000);
	citizen.number[17] = valid_id_check(citizen.number);
	citizen.number[18] = '\0';
	assert_ok(person_key(instance_seal, citizen.number, citizen.person));
	return citizen;
}

struct citizen_row {
	const struct citizen *citizen;
	int card_generation;
};

static inline NEOERR *
citizen_row_store(struct db *db, void *context)
{
	const struct citizen_row *row = context;
	json_t *facts = json_pack("{s:s, s:s, s:s, s:s}", "name", CITIZEN_NAME, "id_type", "01",
	    "id_number", row->citizen->number, "phone", CITIZEN_PHONE);
	NEOERR *err = insured_store(
	    db, instance_seal, facts, "employee", "102 103", row->card_generation, false);

	json_decref(facts);
	return nerr_pass(err);
}

/* Puts the citizen on the roster. */
static inline void
citizen_insure(const struct citizen *citizen, int card_generation)
{
	struct citizen_row row = { .citizen = citizen, .card_generation = card_generation };

	assert_ok(db_transact(instance_db, citizen_row_store, &row));
}

#endif
