/*
 * person_test.c - the roster: who is on it, found by number alone, and unreadable without the
 * key.
 */
#include "citizen.h"

static const struct db_sql load_body = { "test_body",
	"SELECT body FROM insured_person WHERE person = ?" };
static const struct db_sql swap_body = { "test_swap",
	"UPDATE insured_person a JOIN insured_person b SET a.body = b.body "
	"WHERE a.person = ? AND b.person = ?" };

static void
a_number_is_one_person_and_another_number_another(void **state)
{
	struct citizen a = citizen_new(), b = citizen_new();
	uint8_t again[PERSON_LEN];

	(void)state;
	assert_ok(person_key(instance_seal, a.number, again));
	assert_memory_equal(a.person, again, PERSON_LEN);
	assert_memory_not_equal(a.person, b.person, PERSON_LEN);
}

static void
a_stranger_is_not_found(void **state)
{
	struct citizen citizen = citizen_new();
	struct insured insured;

	(void)state;
	assert_ok(insured_load(&insured, instance_db, instance_seal, citizen.person));
	assert_false(insured.found);
	assert_null(insured.facts);
	insured_release(&insured);
}

static void
what_the_roster_says_comes_back(void **state)
{
	struct citizen citizen = citizen_new();
	struct insured insured;

	(void)state;
	citizen_insure(&citizen, 2);
	assert_ok(insured_load(&insured, instance_db, instance_seal, citizen.person));
	assert_true(insured.found);
	assert_false(insured.deceased);
	assert_int_equal(insured.card_generation, 2);
	assert_string_equal(insured.category, "employee");
	assert_string_equal(insured.banks, "102 103");
	assert_string_equal(field_answer(insured.facts, "name"), CITIZEN_NAME);
	assert_string_equal(field_answer(insured.facts, "id_number"), citizen.number);
	insured_release(&insured);
}

static void
a_card_once_handed_out_is_not_forgotten_by_a_later_import(void **state)
{
	struct citizen citizen = citizen_new();
	struct insured insured;

	(void)state;
	citizen_insure(&citizen, 3);
	citizen_insure(&citizen, 2);
	assert_ok(insured_load(&insured, instance_db, instance_seal, citizen.person));
	assert_int_equal(insured.card_generation, 3);
	insured_release(&insured);
}

static NEOERR *
store_json(const char *text)
{
	json_t *facts = json_loads(text, 0, NULL);
	NEOERR *err = insured_store(instance_db, instance_seal, facts, "resident", "", 2, true);

	assert_non_null(facts);
	json_decref(facts);
	return err;
}

static void
a_row_is_stored_as_answers_are_and_without_what_is_no_field(void **state)
{
	struct citizen citizen;
	struct insured insured;

	(void)state;
	assert_ok(person_key(instance_seal, "11010519491231002X", citizen.person));
	assert_ok(store_json(
	    "{\"name\": \" 王\xee\xa1\xa3 \", \"id_number\": \"11010519491231002x\", "
	    "\"phone\": \"+86 143 0000 0001\", \"password\": \"secret\"}"));
	assert_ok(insured_load(&insured, instance_db, instance_seal, citizen.person));
	assert_true(insured.deceased);
	assert_string_equal(field_answer(insured.facts, "name"), "王䶮");
	assert_string_equal(field_answer(insured.facts, "id_number"), "11010519491231002X");
	assert_string_equal(field_answer(insured.facts, "phone"), "14300000001");
	assert_int_equal(json_object_size(insured.facts), 3);
	insured_release(&insured);
}

static void
a_row_without_name_or_number_is_refused(void **state)
{
	(void)state;
	assert_fails(store_json("{\"name\": \"王芳\"}"), NERR_PARSE);
	assert_fails(
	    store_json("{\"id_number\": \"11010519491231002X\", \"name\": \" \"}"), NERR_PARSE);
	assert_fails(store_json("{}"), NERR_PARSE);
}

static void
nothing_of_a_person_stands_in_clear(void **state)
{
	struct citizen citizen = citizen_new();
	struct db_rows *rows = NULL;
	const void *body;
	size_t len;
	bool more;

	(void)state;
	citizen_insure(&citizen, 2);
	assert_ok(db_select(
	    instance_db, &load_body, DB_WITH(db_bytes(citizen.person, PERSON_LEN)), &rows));
	assert_ok(db_next(rows, &more));
	body = db_get_bytes(rows, 0, &len);
	assert_null(memmem(body, len, CITIZEN_NAME, strlen(CITIZEN_NAME)));
	assert_null(memmem(body, len, citizen.number, 18));
	assert_null(memmem(body, len, CITIZEN_PHONE, 11));
	assert_null(memmem(citizen.person, PERSON_LEN, citizen.number, 6));
	db_rows_free(&rows);
}

static void
a_row_moved_to_another_person_does_not_open(void **state)
{
	struct citizen a = citizen_new(), b = citizen_new();
	struct insured insured = { .found = false };

	(void)state;
	citizen_insure(&a, 2);
	citizen_insure(&b, 2);
	assert_ok(db_run(instance_db, &swap_body,
	    DB_WITH(db_bytes(a.person, PERSON_LEN), db_bytes(b.person, PERSON_LEN)), NULL));
	assert_fails(insured_load(&insured, instance_db, instance_seal, a.person), FAIL_CRYPTO);
	assert_false(insured.found);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_is_one_person_and_another_number_another),
		cmocka_unit_test(a_stranger_is_not_found),
		cmocka_unit_test(what_the_roster_says_comes_back),
		cmocka_unit_test(a_card_once_handed_out_is_not_forgotten_by_a_later_import),
		cmocka_unit_test(a_row_is_stored_as_answers_are_and_without_what_is_no_field),
		cmocka_unit_test(a_row_without_name_or_number_is_refused),
		cmocka_unit_test(nothing_of_a_person_stands_in_clear),
		cmocka_unit_test(a_row_moved_to_another_person_does_not_open),
	};

	return cmocka_run_group_tests_name(
	    "person", tests, sealed_instance_open, sealed_instance_close);
}
