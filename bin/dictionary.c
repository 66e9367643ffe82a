/*
 * dictionary.c - sbk dictionary load DIR [BRANCHES.json]: the code lists and banks of DIR, and
 * branches, as one change.
 */
#include <stdio.h>
#include <string.h>

#include "apply/dictionary.h"
#include "base/log.h"
#include "command.h"
#include "job.h"

struct load {
	json_t *codes, *banks, *branches; /* branches NULL: they stay as they are */
};

static NEOERR *
read_rows(const char *path, json_t **rows)
{
	json_error_t error;
	json_t *read = json_load_file(path, 0, &error);

	if (!json_is_array(read)) {
		json_decref(read);
		return nerr_raise(NERR_PARSE, "%s is missing or no array, line %d: %s", path,
		    error.line, error.text);
	}
	*rows = read;
	return STATUS_OK;
}

static NEOERR *
read_within(const char *folder, const char *name, json_t **rows)
{
	char path[4096];

	if (snprintf(path, sizeof(path), "%s/%s", folder, name) >= (int)sizeof(path))
		return nerr_raise(NERR_IO, "path too long");
	return nerr_pass(read_rows(path, rows));
}

static NEOERR *
store(struct db *db, void *context)
{
	const struct load *load = context;
	NEOERR *err;

	if ((err = dictionary_store_codes(db, load->codes)) ||
	    (err = dictionary_store_banks(db, load->banks)))
		return nerr_pass(err);
	if (load->branches != NULL)
		err = dictionary_store_branches(db, load->branches);
	return nerr_pass(err);
}

int
cmd_dictionary(int argc, char **argv)
{
	struct load load = { NULL, NULL, NULL };
	struct job o;
	NEOERR *err;

	if (argc < 3 || argc > 4 || strcmp(argv[1], "load") != 0)
		return 2;
	if ((err = job_open(&o)) || (err = read_within(argv[2], "codes.json", &load.codes)) ||
	    (err = read_within(argv[2], "banks.json", &load.banks)) ||
	    (argc == 4 && (err = read_rows(argv[3], &load.branches))) ||
	    (err = db_transact(o.db, store, &load)))
		goto out;
	log_line("info", "dictionary loaded",
	    (const struct log_item[]) {
		LOG_NUMBER("codes", (int64_t)json_array_size(load.codes)),
		LOG_NUMBER("banks", (int64_t)json_array_size(load.banks)),
		LOG_NUMBER("branches", (int64_t)json_array_size(load.branches)) },
	    3);
out:
	json_decref(load.codes);
	json_decref(load.banks);
	json_decref(load.branches);
	return job_close(&o, argv[0], nerr_pass(err));
}
