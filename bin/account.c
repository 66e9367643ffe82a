/*
 * account.c - sbk account import FILE.json: accounts with a proven name.
 *
 * Who has an account keeps it as it is, password included.
 */
#include <string.h>

#include "base/log.h"
#include "command.h"
#include "login/account.h"
#include "job.h"
#include "records.h"

struct creation {
	const struct job *o;
	struct password_rules rules;
	struct account_new account;
	bool made;
};

static NEOERR *
create(struct db *db, void *context)
{
	struct creation *creation = context;

	return nerr_pass(account_create(
	    db, creation->o->seal, &creation->rules, &creation->account, &creation->made));
}

/* Looks before it makes one: the hash of a password is slow on purpose. */
static NEOERR *
import_row(const struct job *o, json_t *row, int64_t *made)
{
	struct creation creation = { .o = o };
	struct account there = { .found = false };
	struct account_new *new = &creation.account;
	int wanted = 1;
	json_error_t error;
	NEOERR *err;

	if (json_unpack_ex(row, &error, 0, "{s:s, s:s, s:s, s:s, s:s, s:s, s?b}", "username",
		&new->username, "phone", &new->phone, "password", &new->password, "name",
		&new->name, "id_type", &new->id_type, "id_number", &new->id_number, "account",
		&wanted) != 0)
		return nerr_raise(NERR_PARSE, "account: %s", error.text);
	new->realname = true;
	if (!wanted)
		return STATUS_OK;
	err = account_find(o->db, o->seal, new->username, &there);
	if (err == STATUS_OK && !there.found)
		err = password_rules_init(&creation.rules, o->conf);
	if (err == STATUS_OK && !there.found)
		err = db_transact(o->db, create, &creation);
	account_release(&there);
	if (err == STATUS_OK && creation.made)
		(*made)++;
	return nerr_pass(err);
}

int
cmd_account(int argc, char **argv)
{
	struct records records = { .file = NULL };
	struct job o;
	json_t *row = NULL;
	int64_t made = 0;
	NEOERR *err;

	if (argc != 3 || strcmp(argv[1], "import") != 0)
		return 2;
	if ((err = job_open(&o)) || (err = records_open(&records, argv[2])))
		goto out;
	while ((err = records_next(&records, &row)) == STATUS_OK && row != NULL) {
		err = import_row(&o, row, &made);
		json_decref(row);
		if (err != STATUS_OK)
			goto out;
	}
	if (err == STATUS_OK)
		log_line("info", "accounts imported",
		    (const struct log_item[]) {
			LOG_NUMBER("rows", records.read), LOG_NUMBER("made", made) },
		    2);
out:
	records_close(&records);
	return job_close(&o, argv[0], nerr_pass(err));
}
