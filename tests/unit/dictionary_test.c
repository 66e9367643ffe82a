/*
 * dictionary_test.c - code lists, banks and branches: order, what is closed, when they are
 * read again.
 *
 * All of it in transactions that are rolled back: other tests live off the real dictionaries.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <apply/dictionary.h>

#include "instance.h"

/* clang-format off */
#define CODES \
	"[{'list': 'sex', 'code': '2', 'name_zh': '女', 'name_en': 'Female'}," \
	" {'list': 'district', 'code': '110105', 'name_zh': '朝阳区', 'name_en': 'Chaoyang'}," \
	" {'list': 'sex', 'code': '1', 'name_zh': '男', 'name_en': 'Male'}]"
#define BANKS \
	"[{'code': '902', 'name_zh': '二行', 'name_en': 'Second', 'phone': '2'}," \
	" {'code': '903', 'name_zh': '三行', 'name_en': 'Third', 'phone': '3', 'open': false}," \
	" {'code': '901', 'name_zh': '一行', 'name_en': 'First', 'phone': '1', 'open': true}]"
#define BRANCH(code, bank, district, english, open) \
	"{'code': '" code "', 'bank': '" bank "', 'district': '" district "', " \
	"'name_zh': '" code "支行', 'name_en': '" code "', 'address': 'a', 'phone': 'p', " \
	"'hours': 'h', 'hours_en': '" english "', 'open': " open "}"
#define BRANCHES \
	"[" BRANCH("9020003", "902", "110106", "e", "true") \
	"," BRANCH("9020001", "902", "110105", "e", "true") \
	"," BRANCH("9020002", "902", "110105", "e", "false") \
	"," BRANCH("9010001", "901", "110105", "", "true") \
	"," BRANCH("9030001", "903", "110105", "e", "true") "]"
/* clang-format on */

static json_t *
rows(const char *quoted)
{
	char *text = strdup(quoted);
	json_t *made;

	assert_non_null(text);
	for (char *p = text; *p != '\0'; p++)
		*p = *p == '\'' ? '"' : *p;
	made = json_loads(text, 0, NULL);
	assert_non_null(made);
	free(text);
	return made;
}

static NEOERR *
store(struct db *db, NEOERR *(*into)(struct db *db, const json_t *rows), const char *quoted)
{
	json_t *read = rows(quoted);
	NEOERR *err = into(db, read);

	json_decref(read);
	return err;
}

/* Runs a test's body after the tables above were stored, then takes all back. */
static NEOERR *
with_tables(struct db *db, void *context)
{
	void (*const *body)(struct dictionary * d, struct db * db) = context;
	struct dictionary *d = NULL;

	assert_ok(store(db, dictionary_store_codes, CODES));
	assert_ok(store(db, dictionary_store_banks, BANKS));
	assert_ok(store(db, dictionary_store_branches, BRANCHES));
	assert_ok(dictionary_init(&d, instance_conf));
	assert_ok(dictionary_fresh(d, db));
	(*body)(d, db);
	dictionary_free(&d);
	assert_null(d);
	return nerr_raise(FAIL_NOT_FOUND, "take it back");
}

static void
run(void (*body)(struct dictionary *d, struct db *db))
{
	assert_fails(db_transact(instance_db, with_tables, &body), FAIL_NOT_FOUND);
}

static void
check_codes(struct dictionary *d, struct db *db)
{
	const struct code *c = dictionary_next_code(d, "sex", NULL);

	(void)db;
	assert_string_equal(c->code, "2"); /* as in the file, not by number */
	assert_string_equal(c->name[0], "女");
	assert_string_equal(c->name[1], "Female");
	c = dictionary_next_code(d, "sex", c);
	assert_string_equal(c->code, "1");
	assert_null(dictionary_next_code(d, "sex", c));
	assert_null(dictionary_next_code(d, "shoe_size", NULL));
	assert_string_equal(dictionary_code(d, "district", "110105")->name[0], "朝阳区");
	assert_null(dictionary_code(d, "sex", "110105"));
	assert_null(dictionary_code(d, "sex", ""));
}

static void
codes_come_list_by_list_in_the_order_of_the_file(void **state)
{
	(void)state;
	run(check_codes);
}

static void
check_banks(struct dictionary *d, struct db *db)
{
	const struct bank *b = dictionary_next_bank(d, NULL);

	(void)db;
	assert_string_equal(b->code, "902");
	assert_string_equal(b->phone, "2");
	b = dictionary_next_bank(d, b);
	assert_string_equal(b->code, "901");
	assert_null(dictionary_next_bank(d, b));
	assert_false(dictionary_bank(d, "903")->open);
	assert_string_equal(dictionary_bank(d, "903")->name[1], "Third");
	assert_null(dictionary_bank(d, "999"));
}

static void
a_closed_bank_is_known_but_not_offered(void **state)
{
	(void)state;
	run(check_banks);
}

static void
check_branches(struct dictionary *d, struct db *db)
{
	const struct branch *b = dictionary_next_branch(d, "902", NULL);

	(void)db;
	assert_string_equal(b->code, "9020001");
	assert_string_equal(b->district, "110105");
	assert_string_equal(b->name[0], "9020001支行");
	assert_string_equal(b->hours[0], "h");
	assert_string_equal(b->hours[1], "e");
	b = dictionary_next_branch(d, "902", b);
	assert_string_equal(b->code, "9020003");
	assert_null(dictionary_next_branch(d, "902", b));
	assert_null(dictionary_next_branch(d, "999", NULL));
	assert_false(dictionary_branch(d, "9020002")->open);
	assert_string_equal(dictionary_branch(d, "9010001")->bank, "901");
	assert_string_equal(dictionary_branch(d, "9010001")->hours[1], "h");
	assert_null(dictionary_branch(d, ""));
}

static void
a_banks_open_branches_come_by_district(void **state)
{
	(void)state;
	run(check_branches);
}

static bool
takes(struct db *db, const char *bank, const char *branch)
{
	bool open;

	assert_ok(dictionary_takes(db, bank, branch, &open));
	return open;
}

static void
check_takes(struct dictionary *d, struct db *db)
{
	(void)d;
	assert_true(takes(db, "902", "9020001"));
	assert_false(takes(db, "902", "9020002")); /* closed */
	assert_false(takes(db, "901", "9020001")); /* another's */
	assert_false(takes(db, "903", "9030001")); /* the bank is closed */
	assert_false(takes(db, "902", "9029999"));
	assert_false(takes(db, "", ""));
}

static void
only_an_open_branch_of_an_open_bank_takes_orders(void **state)
{
	(void)state;
	run(check_takes);
}

static void
check_replaced(struct dictionary *d, struct db *db)
{
	const struct bank *held = dictionary_bank(d, "902");
	struct dictionary *now = NULL;

	assert_ok(store(db, dictionary_store_codes, "[]"));
	assert_ok(store(db, dictionary_store_banks,
	    "[{'code': '901', 'name_zh': '新行', 'name_en': 'New', 'phone': '9'}]"));
	assert_ok(store(db, dictionary_store_branches, "[]"));
	assert_ok(dictionary_fresh(d, db)); /* young enough */
	assert_ptr_equal(dictionary_bank(d, "902"), held);
	assert_ok(dictionary_init(&now, instance_conf));
	assert_ok(dictionary_fresh(now, db));
	assert_null(dictionary_next_code(now, "sex", NULL));
	assert_string_equal(dictionary_next_bank(now, NULL)->name[0], "新行");
	assert_null(dictionary_next_bank(now, dictionary_next_bank(now, NULL)));
	assert_string_equal(
	    dictionary_bank(now, "902")->name[0], "二行"); /* applications name it */
	assert_null(dictionary_next_branch(now, "901", NULL));
	assert_false(dictionary_branch(now, "9010001")->open);
	dictionary_free(&now);
}

static void
a_newer_file_closes_what_it_does_not_name(void **state)
{
	(void)state;
	run(check_replaced);
}

static void
check_reread(struct dictionary *d, struct db *db)
{
	struct dictionary *hasty = NULL;
	HDF *conf = NULL;
	struct timespec pause = { .tv_nsec = 20000000 };

	(void)d;
	assert_ok(hdf_init(&conf));
	assert_ok(hdf_set_value(conf, "Dictionary.Age", "0"));
	assert_ok(dictionary_init(&hasty, conf));
	assert_ok(dictionary_fresh(hasty, db));
	assert_ok(store(db, dictionary_store_codes, "[]"));
	while (dictionary_next_code(hasty, "sex", NULL) != NULL) {
		nanosleep(&pause, NULL);
		assert_ok(dictionary_fresh(hasty, db));
	}
	dictionary_free(&hasty);
	hdf_destroy(&conf);
}

static void
what_is_old_is_read_again(void **state)
{
	(void)state;
	run(check_reread);
}

static NEOERR *
store_bad(struct db *db, void *context)
{
	(void)context;
	return nerr_pass(store(db, dictionary_store_codes,
	    "[{'list': 'sex', 'code': '1', 'name_zh': '男', 'name_en': 'Male'}, {'list': "
	    "'sex'}]"));
}

static void
a_row_that_lacks_something_changes_nothing(void **state)
{
	struct dictionary *before = NULL, *after = NULL;
	size_t n = 0;

	(void)state;
	assert_ok(dictionary_init(&before, instance_conf));
	assert_ok(dictionary_fresh(before, instance_db));
	assert_fails(db_transact(instance_db, store_bad, NULL), NERR_PARSE);
	assert_ok(dictionary_init(&after, instance_conf));
	assert_ok(dictionary_fresh(after, instance_db));
	for (const struct code *c = NULL; (c = dictionary_next_code(before, "sex", c)) != NULL;
	     n++)
		assert_non_null(dictionary_code(after, "sex", c->code));
	for (const struct code *c = NULL; (c = dictionary_next_code(after, "sex", c)) != NULL;
	     n--)
		;
	assert_int_equal(n, 0);
	dictionary_free(&before);
	dictionary_free(&after);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_come_list_by_list_in_the_order_of_the_file),
		cmocka_unit_test(a_closed_bank_is_known_but_not_offered),
		cmocka_unit_test(a_banks_open_branches_come_by_district),
		cmocka_unit_test(only_an_open_branch_of_an_open_bank_takes_orders),
		cmocka_unit_test(a_newer_file_closes_what_it_does_not_name),
		cmocka_unit_test(what_is_old_is_read_again),
		cmocka_unit_test(a_row_that_lacks_something_changes_nothing),
	};

	return cmocka_run_group_tests_name("dictionary", tests, instance_open, instance_close);
}
