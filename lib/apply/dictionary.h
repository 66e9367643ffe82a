/*
 * dictionary.h - code lists, banks and branches, kept in memory and read again when older
 * than Dictionary.Age seconds. What decides (is this branch open at submission?) asks the
 * database.
 */
#ifndef SBK_DICTIONARY_H
#define SBK_DICTIONARY_H

#include <stdbool.h>
#include <stddef.h>
#include <ClearSilver.h>
#include <jansson.h>

#include "base/db.h"

struct dictionary;

struct code {
	const char *list, *code, *name[2]; /* name by language: 0 Chinese, 1 English */
};

struct bank {
	const char *code, *name[2], *phone;
	bool open;
};

struct branch {
	const char *code, *bank, *district, *name[2], *address, *phone, *hours[2];
	bool open;
};

NEOERR *dictionary_init(struct dictionary **d, HDF *conf);
void dictionary_free(struct dictionary **d);

/*
 * Reads the tables if they were never read or are older than Dictionary.Age; pointers got
 * earlier die then.
 */
NEOERR *dictionary_fresh(struct dictionary *d, struct db *db);

/* Grows whenever the tables have been read. */
unsigned dictionary_generation(const struct dictionary *d);

/* Walks in order of position; start with NULL, ends with NULL. list: "occupation" … */
const struct code *dictionary_next_code(
    const struct dictionary *d, const char *list, const struct code *after);
/* The open ones. */
const struct bank *dictionary_next_bank(const struct dictionary *d, const struct bank *after);
/* The bank's open branches, by district. */
const struct branch *dictionary_next_branch(
    const struct dictionary *d, const char *bank, const struct branch *after);

/* Closed ones too; NULL when unknown. */
const struct code *dictionary_code(
    const struct dictionary *d, const char *list, const char *code);
const struct bank *dictionary_bank(const struct dictionary *d, const char *code);
const struct branch *dictionary_branch(const struct dictionary *d, const char *code);

/*
 * Asks the database, now and inside the caller's transaction: does this open bank have this
 * open branch?
 */
NEOERR *dictionary_takes(struct db *db, const char *bank, const char *branch, bool *open);

/*
 * Replace the tables' content by rows (arrays of objects, as in schema/data), inside a
 * transaction.  Codes that are not among the rows go; banks and branches are closed instead,
 * as applications name them.  NERR_PARSE names what a row lacks.
 */
NEOERR *dictionary_store_codes(struct db *db, const json_t *rows);
NEOERR *dictionary_store_banks(struct db *db, const json_t *rows);
NEOERR *dictionary_store_branches(struct db *db, const json_t *rows);

#endif
