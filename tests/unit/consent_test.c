/*
 * consent_test.c - consents are kept as they were given.
 */
#include <apply/consent.h>

#include "citizen.h"

static const struct db_sql load = { "test_load",
	"SELECT consent, text_version, channel, detail FROM consent WHERE person = ? "
	"ORDER BY given_at" };

static void
give(const struct citizen *citizen, const char *version, int64_t at)
{
	assert_ok(consent_give(
	    instance_db, citizen->person, "bank_transfer", version, "web", "102", at));
}

static void
every_consent_is_kept_with_its_text_channel_and_what_it_names(void **state)
{
	struct citizen citizen = citizen_new();
	struct db_rows *rows = NULL;
	bool more;

	(void)state;
	give(&citizen, "2026-11", 1000);
	give(&citizen, "2026-11", 1000); /* a transaction that is run again */
	give(&citizen, "2027-01", 2000);
	assert_ok(db_select(
	    instance_db, &load, DB_WITH(db_bytes(citizen.person, PERSON_LEN)), &rows));
	for (int i = 0; i < 2; i++) {
		assert_ok(db_next(rows, &more));
		assert_true(more);
		assert_string_equal(db_get_text(rows, 0), "bank_transfer");
		assert_string_equal(db_get_text(rows, 1), i == 0 ? "2026-11" : "2027-01");
		assert_string_equal(db_get_text(rows, 2), "web");
		assert_string_equal(db_get_text(rows, 3), "102");
	}
	assert_ok(db_next(rows, &more));
	assert_false(more);
	db_rows_free(&rows);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_consent_is_kept_with_its_text_channel_and_what_it_names),
	};

	return cmocka_run_group_tests_name(
	    "consent", tests, sealed_instance_open, sealed_instance_close);
}
