/*
 * dictionary.c - code lists, banks and branches.
 *
 * One reading of the three tables makes one stock: its rows, and the pieces of memory that
 * their texts lie in.  A newer stock takes the place of the old one as a whole.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "apply/dictionary.h"
#include "base/conf.h"
#include "base/fail.h"

#define PIECE 65536 /* bytes; longer than any row's texts */

enum {
	CODES,
	BANKS,
	BRANCHES,
	TAKES,
	CODES_CLEAR,
	CODE_STORE,
	BANKS_CLOSE,
	BANK_STORE,
	BRANCHES_CLOSE,
	BRANCH_STORE
};

static const struct db_sql sql[] = {
	[CODES] = { "dictionary_codes",
	    "SELECT list, code, name_zh, name_en FROM code ORDER BY list, position, code" },
	[BANKS] = { "dictionary_banks",
	    "SELECT open, code, name_zh, name_en, phone FROM bank ORDER BY position, code" },
	[BRANCHES] = { "dictionary_branches",
	    "SELECT open, code, bank, district, name_zh, name_en, address, phone, hours, "
	    "IF(hours_en = '', hours, hours_en) FROM branch ORDER BY bank, district, code" },
	[TAKES] = { "dictionary_takes",
	    "SELECT 1 FROM branch JOIN bank ON bank.code = branch.bank WHERE branch.code = ? "
	    "AND bank.code = ? AND branch.open = 1 AND bank.open = 1" },
	[CODES_CLEAR] = { "dictionary_codes_clear", "DELETE FROM code" },
	[CODE_STORE] = { "dictionary_code_store", "INSERT INTO code (list, code, name_zh, "
						  "name_en, position) VALUES (?, ?, ?, ?, ?)" },
	[BANKS_CLOSE] = { "dictionary_banks_close", "UPDATE bank SET open = 0" },
	[BANK_STORE] = { "dictionary_bank_store",
	    "INSERT INTO bank (code, name_zh, name_en, phone, position, open) "
	    "VALUES (?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE name_zh = VALUES(name_zh), "
	    "name_en = VALUES(name_en), phone = VALUES(phone), position = VALUES(position), "
	    "open = VALUES(open)" },
	[BRANCHES_CLOSE] = { "dictionary_branches_close", "UPDATE branch SET open = 0" },
	[BRANCH_STORE] = { "dictionary_branch_store",
	    "INSERT INTO branch (code, bank, district, name_zh, name_en, address, phone, "
	    "hours, hours_en, "
	    "open) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE "
	    "bank = VALUES(bank), district = VALUES(district), name_zh = VALUES(name_zh), "
	    "name_en = VALUES(name_en), address = VALUES(address), phone = VALUES(phone), "
	    "hours = VALUES(hours), hours_en = VALUES(hours_en), open = VALUES(open)" },
};

struct piece {
	struct piece *next;
	size_t used;
	char text[PIECE];
};

struct stock {
	struct piece *pieces;
	struct code *codes;
	struct bank *banks;
	struct branch *branches;
	size_t codes_count, banks_count, branches_count;
};

struct dictionary {
	unsigned generation;
	long age;       /* seconds a stock lasts */
	time_t read_at; /* of the monotonic clock; 0: never */
	struct stock stock;
};

static void
stock_release(struct stock *stock)
{
	while (stock->pieces != NULL) {
		struct piece *gone = stock->pieces;

		stock->pieces = gone->next;
		free(gone);
	}
	free(stock->codes);
	free(stock->banks);
	free(stock->branches);
	*stock = (struct stock) { 0 };
}

/* The column of the current row, copied; NULL on lack of memory. */
static const char *
keep(struct stock *stock, const struct db_rows *rows, unsigned col)
{
	const char *text = db_get_text(rows, col);
	size_t size = strlen(text) + 1;
	struct piece *piece = stock->pieces;
	char *kept;

	if (piece == NULL || size > PIECE - piece->used) {
		piece = size <= PIECE ? malloc(sizeof(*piece)) : NULL;
		if (piece == NULL)
			return NULL;
		piece->next = stock->pieces;
		piece->used = 0;
		stock->pieces = piece;
	}
	kept = memcpy(piece->text + piece->used, text, size);
	piece->used += size;
	return kept;
}

/*
 * The list with room for one more after count; NULL on lack of memory, and the list is as it
 * was.
 */
static void *
grown(void *list, size_t count, size_t size)
{
	bool full = (count & (count - 1)) == 0; /* it doubles, from 1 on */

	return full ? reallocarray(list, count == 0 ? 1 : count * 2, size) : list;
}

static bool
take_code(struct stock *stock, const struct db_rows *rows)
{
	struct code *list = grown(stock->codes, stock->codes_count, sizeof(*list)), *to;

	if (list == NULL)
		return false;
	stock->codes = list;
	to = &list[stock->codes_count++];
	return (to->list = keep(stock, rows, 0)) && (to->code = keep(stock, rows, 1)) &&
	       (to->name[0] = keep(stock, rows, 2)) && (to->name[1] = keep(stock, rows, 3));
}

static bool
take_bank(struct stock *stock, const struct db_rows *rows)
{
	struct bank *list = grown(stock->banks, stock->banks_count, sizeof(*list)), *to;

	if (list == NULL)
		return false;
	stock->banks = list;
	to = &list[stock->banks_count++];
	to->open = db_get_int(rows, 0) != 0;
	return (to->code = keep(stock, rows, 1)) && (to->name[0] = keep(stock, rows, 2)) &&
	       (to->name[1] = keep(stock, rows, 3)) && (to->phone = keep(stock, rows, 4));
}

static bool
take_branch(struct stock *stock, const struct db_rows *rows)
{
	struct branch *list = grown(stock->branches, stock->branches_count, sizeof(*list)), *to;

	if (list == NULL)
		return false;
	stock->branches = list;
	to = &list[stock->branches_count++];
	to->open = db_get_int(rows, 0) != 0;
	return (to->code = keep(stock, rows, 1)) && (to->bank = keep(stock, rows, 2)) &&
	       (to->district = keep(stock, rows, 3)) && (to->name[0] = keep(stock, rows, 4)) &&
	       (to->name[1] = keep(stock, rows, 5)) && (to->address = keep(stock, rows, 6)) &&
	       (to->phone = keep(stock, rows, 7)) && (to->hours[0] = keep(stock, rows, 8)) &&
	       (to->hours[1] = keep(stock, rows, 9));
}

static NEOERR *
read_table(struct stock *stock, struct db *db, const struct db_sql *select,
    bool (*take)(struct stock *stock, const struct db_rows *rows))
{
	struct db_rows *rows = NULL;
	bool more;
	NEOERR *err;

	err = db_select(db, select, DB_NONE, &rows);
	while (err == STATUS_OK && (err = db_next(rows, &more)) == STATUS_OK && more) {
		if (!take(stock, rows))
			err = nerr_raise(NERR_NOMEM, "dictionary");
	}
	db_rows_free(&rows);
	return nerr_pass(err);
}

NEOERR *
dictionary_init(struct dictionary **d, HDF *conf)
{
	struct dictionary *made;
	long age;
	NEOERR *err;

	if ((err = conf_int(conf, "Dictionary.Age", 0, 86400, &age)))
		return nerr_pass(err);
	made = calloc(1, sizeof(*made));
	if (made == NULL)
		return nerr_raise(NERR_NOMEM, "dictionary");
	made->age = age;
	*d = made;
	return STATUS_OK;
}

void
dictionary_free(struct dictionary **d)
{
	if (*d == NULL)
		return;
	stock_release(&(*d)->stock);
	free(*d);
	*d = NULL;
}

NEOERR *
dictionary_fresh(struct dictionary *d, struct db *db)
{
	struct stock fresh = { 0 };
	struct timespec now;
	NEOERR *err;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (d->read_at != 0 && now.tv_sec - d->read_at <= d->age)
		return STATUS_OK;
	if ((err = read_table(&fresh, db, &sql[CODES], take_code)) ||
	    (err = read_table(&fresh, db, &sql[BANKS], take_bank)) ||
	    (err = read_table(&fresh, db, &sql[BRANCHES], take_branch))) {
		stock_release(&fresh);
		return nerr_pass(err);
	}
	stock_release(&d->stock);
	d->stock = fresh;
	d->read_at = now.tv_sec;
	d->generation++;
	return STATUS_OK;
}

unsigned
dictionary_generation(const struct dictionary *d)
{
	return d->generation;
}

/* Walks: after points into the list, so what follows it is the rest. */

const struct code *
dictionary_next_code(const struct dictionary *d, const char *list, const struct code *after)
{
	const struct stock *stock = &d->stock;

	for (size_t i = after != NULL ? (size_t)(after - stock->codes) + 1 : 0;
	     i < stock->codes_count; i++) {
		if (strcmp(stock->codes[i].list, list) == 0)
			return &stock->codes[i];
	}
	return NULL;
}

const struct bank *
dictionary_next_bank(const struct dictionary *d, const struct bank *after)
{
	const struct stock *stock = &d->stock;

	for (size_t i = after != NULL ? (size_t)(after - stock->banks) + 1 : 0;
	     i < stock->banks_count; i++) {
		if (stock->banks[i].open)
			return &stock->banks[i];
	}
	return NULL;
}

const struct branch *
dictionary_next_branch(const struct dictionary *d, const char *bank, const struct branch *after)
{
	const struct stock *stock = &d->stock;

	for (size_t i = after != NULL ? (size_t)(after - stock->branches) + 1 : 0;
	     i < stock->branches_count; i++) {
		if (stock->branches[i].open && strcmp(stock->branches[i].bank, bank) == 0)
			return &stock->branches[i];
	}
	return NULL;
}

const struct code *
dictionary_code(const struct dictionary *d, const char *list, const char *code)
{
	const struct code *found = NULL;

	do
		found = dictionary_next_code(d, list, found);
	while (found != NULL && strcmp(found->code, code) != 0);
	return found;
}

const struct bank *
dictionary_bank(const struct dictionary *d, const char *code)
{
	for (size_t i = 0; i < d->stock.banks_count; i++) {
		if (strcmp(d->stock.banks[i].code, code) == 0)
			return &d->stock.banks[i];
	}
	return NULL;
}

const struct branch *
dictionary_branch(const struct dictionary *d, const char *code)
{
	for (size_t i = 0; i < d->stock.branches_count; i++) {
		if (strcmp(d->stock.branches[i].code, code) == 0)
			return &d->stock.branches[i];
	}
	return NULL;
}

NEOERR *
dictionary_takes(struct db *db, const char *bank, const char *branch, bool *open)
{
	struct db_rows *rows = NULL;
	NEOERR *err;

	err = db_select(db, &sql[TAKES], DB_WITH(db_text(branch), db_text(bank)), &rows);
	if (err == STATUS_OK)
		err = db_next(rows, open);
	db_rows_free(&rows);
	return nerr_pass(err);
}

/* Storing */

static NEOERR *
bad_row(const char *table, size_t n, const json_error_t *error)
{
	return nerr_raise(NERR_PARSE, "%s, row %zu: %s", table, n + 1, error->text);
}

NEOERR *
dictionary_store_codes(struct db *db, const json_t *rows)
{
	NEOERR *err = db_run(db, &sql[CODES_CLEAR], DB_NONE, NULL);

	for (size_t i = 0; err == STATUS_OK && i < json_array_size(rows); i++) {
		const char *list, *code, *zh, *en;
		json_error_t error;

		if (json_unpack_ex(json_array_get(rows, i), &error, 0, "{s:s, s:s, s:s, s:s}",
			"list", &list, "code", &code, "name_zh", &zh, "name_en", &en) != 0)
			return bad_row("code", i, &error);
		err = db_run(db, &sql[CODE_STORE],
		    DB_WITH(db_text(list), db_text(code), db_text(zh), db_text(en),
			db_int((int64_t)i)),
		    NULL);
	}
	return nerr_pass(err);
}

NEOERR *
dictionary_store_banks(struct db *db, const json_t *rows)
{
	NEOERR *err = db_run(db, &sql[BANKS_CLOSE], DB_NONE, NULL);

	for (size_t i = 0; err == STATUS_OK && i < json_array_size(rows); i++) {
		const char *code, *zh, *en, *phone;
		json_error_t error;
		int open = 1;

		if (json_unpack_ex(json_array_get(rows, i), &error, 0,
			"{s:s, s:s, s:s, s:s, s?b}", "code", &code, "name_zh", &zh, "name_en",
			&en, "phone", &phone, "open", &open) != 0)
			return bad_row("bank", i, &error);
		err = db_run(db, &sql[BANK_STORE],
		    DB_WITH(db_text(code), db_text(zh), db_text(en), db_text(phone),
			db_int((int64_t)i), db_int(open)),
		    NULL);
	}
	return nerr_pass(err);
}

NEOERR *
dictionary_store_branches(struct db *db, const json_t *rows)
{
	NEOERR *err = db_run(db, &sql[BRANCHES_CLOSE], DB_NONE, NULL);

	for (size_t i = 0; err == STATUS_OK && i < json_array_size(rows); i++) {
		const char *code, *bank, *district, *zh, *en, *address, *phone, *hours,
		    *hours_en;
		json_error_t error;
		int open = 1;

		if (json_unpack_ex(json_array_get(rows, i), &error, 0,
			"{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s?b}", "code", &code,
			"bank", &bank, "district", &district, "name_zh", &zh, "name_en", &en,
			"address", &address, "phone", &phone, "hours", &hours, "hours_en",
			&hours_en, "open", &open) != 0)
			return bad_row("branch", i, &error);
		err = db_run(db, &sql[BRANCH_STORE],
		    DB_WITH(db_text(code), db_text(bank), db_text(district), db_text(zh),
			db_text(en), db_text(address), db_text(phone), db_text(hours),
			db_text(hours_en), db_int(open)),
		    NULL);
	}
	return nerr_pass(err);
}
