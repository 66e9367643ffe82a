/*
 * roster.c - sbk roster import FILE.json: the roster of the insured, in bounded memory.
 *
 * Interrupted and run again it ends in the same state: a row that is there is replaced.
 */
#include <string.h>

#include "apply/person.h"
#include "base/log.h"
#include "command.h"
#include "job.h"
#include "records.h"

#define BATCH 500 /* rows in a transaction */

struct batch {
	const struct seal *seal;
	json_t *rows[BATCH]; /* owned */
	size_t count;
};

/*
 * Keys beside the facts: category, banks, card_generation, deceased; insured false is somebody
 * who is not on the roster; roster_name is the name under which the roster has a person.
 */
static NEOERR *
store_row(struct db *db, const struct seal *seal, json_t *row)
{
	const char *category = "resident", *banks = "", *name = NULL;
	int card_generation = 2, deceased = 0, insured = 1;
	json_error_t error;

	if (json_unpack_ex(row, &error, 0, "{s?s, s?s, s?i, s?b, s?b, s?s}", "category",
		&category, "banks", &banks, "card_generation", &card_generation, "deceased",
		&deceased, "insured", &insured, "roster_name", &name) != 0)
		return nerr_raise(NERR_PARSE, "roster: %s", error.text);
	if (!insured)
		return STATUS_OK;
	if (name != NULL &&
	    json_object_set(row, "name", json_object_get(row, "roster_name")) != 0)
		return nerr_raise(NERR_NOMEM, "roster");
	return nerr_pass(
	    insured_store(db, seal, row, category, banks, card_generation, deceased != 0));
}

static NEOERR *
store_batch(struct db *db, void *context)
{
	const struct batch *batch = context;
	NEOERR *err = STATUS_OK;

	for (size_t i = 0; i < batch->count && err == STATUS_OK; i++)
		err = store_row(db, batch->seal, batch->rows[i]);
	return nerr_pass(err);
}

static NEOERR *
import(const struct job *o, struct records *records)
{
	struct batch batch = { .seal = o->seal };
	NEOERR *err;

	do {
		batch.count = 0;
		while ((err = records_next(records, &batch.rows[batch.count])) == STATUS_OK &&
		       batch.rows[batch.count] != NULL && ++batch.count < BATCH)
			;
		if (err == STATUS_OK && batch.count > 0)
			err = db_transact(o->db, store_batch, &batch);
		for (size_t i = 0; i < batch.count; i++)
			json_decref(batch.rows[i]);
	} while (err == STATUS_OK && batch.count == BATCH);
	return nerr_pass(err);
}

int
cmd_roster(int argc, char **argv)
{
	struct records records = { .file = NULL };
	struct job o;
	NEOERR *err;

	if (argc != 3 || strcmp(argv[1], "import") != 0)
		return 2;
	if ((err = job_open(&o)) || (err = records_open(&records, argv[2])) ||
	    (err = import(&o, &records)))
		goto out;
	log_line("info", "roster imported",
	    (const struct log_item[]) { LOG_NUMBER("rows", records.read) }, 1);
out:
	records_close(&records);
	return job_close(&o, argv[0], nerr_pass(err));
}
