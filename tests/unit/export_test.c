/*
 * export_test.c - the nightly orders: what is marked, what is written, what a second run does.
 */
#include "night.h"

#include <bank/check.h>

#define FIRST "BJSSC-" NIGHT_BANK "-20261122-000001"
#define SECOND "BJSSC-" NIGHT_BANK "-20261122-000002"
#define THIRD "BJSSC-" NIGHT_BANK "-20261122-000003"

static void
run(const char *date)
{
	night_forget();
	assert_ok(export_run(&night, NIGHT_BANK, date));
}

static struct check
check(const char *id)
{
	char path[160];
	struct check made;

	snprintf(
	    path, sizeof(path), "%s/" NIGHT_BANK "/outbound/%s.manifest.xml", night_dir, id);
	assert_ok(check_file(&night, path, &made));
	return made;
}

static void
waiting_applications_are_sent_once_in_order_and_readably(void **state)
{
	char first[APPLICATION_NO_LEN];
	struct check seen;

	(void)state;
	night_apply(5, first);
	run(NIGHT_DATE);
	assert_non_null(night_heard("file_written"));
	seen = check(FIRST);
	assert_string_equal(seen.fault.code, "");
	assert_int_equal(seen.reach, CHECK_WHOLE);
	assert_int_equal(seen.header.records, 5);
	assert_int_equal(night_count("SELECT COUNT(*) FROM application WHERE state = 'SENT' "
				     "AND bank = '" NIGHT_BANK "'"),
	    5);
	assert_int_equal(
	    night_count("SELECT COUNT(*) FROM application_event e JOIN exchange_record r "
			"ON r.application = e.application WHERE e.state = 'SENT' "
			"AND e.cause = '" FIRST "' AND r.msg_id = '" FIRST "'"),
	    5);
	assert_int_equal(night_count("SELECT COUNT(*) FROM exchange_message WHERE "
				     "msg_id = '" FIRST "' AND state = 'WRITTEN' AND seq = 1"),
	    1);
	run(NIGHT_DATE);
	assert_non_null(night_heard("nothing_to_send"));
	assert_false(night_exists("outbound", SECOND, ".xml.enc"));
}

static void
an_empty_day_is_a_file_and_is_one_only_once(void **state)
{
	(void)state;
	run(NIGHT_DATE);
	assert_int_equal(check(FIRST).header.records, 0);
	assert_string_equal(check(FIRST).fault.code, "");
	run(NIGHT_DATE);
	assert_non_null(night_heard("nothing_to_send"));
	run("2026-11-23");
	assert_string_equal(check("BJSSC-" NIGHT_BANK "-20261123-000002").fault.code, "");
}

static void
what_comes_later_that_day_goes_into_the_next_message(void **state)
{
	char first[APPLICATION_NO_LEN];

	(void)state;
	run(NIGHT_DATE);
	night_apply(2, first);
	run(NIGHT_DATE);
	assert_int_equal(check(SECOND).header.records, 2);
	assert_int_equal(
	    night_count("SELECT part FROM exchange_message WHERE msg_id = '" SECOND "'"), 2);
}

static void
a_large_day_is_several_files_and_the_last_is_flagged(void **state)
{
	char first[APPLICATION_NO_LEN];

	(void)state;
	night.records_per_file = 2;
	night_apply(5, first);
	run(NIGHT_DATE);
	assert_int_equal(check(FIRST).header.records, 2);
	assert_int_equal(check(SECOND).header.records, 2);
	assert_int_equal(check(THIRD).header.records, 1);
	assert_int_equal(
	    night_count("SELECT COUNT(*) FROM exchange_message WHERE last_part = 1 "
			"AND bank = '" NIGHT_BANK "'"),
	    1);
	assert_int_equal(
	    night_count("SELECT last_part FROM exchange_message WHERE msg_id = '" THIRD "'"),
	    1);
}

static void
a_day_that_was_cut_off_is_ended_under_its_own_date(void **state)
{
	char first[APPLICATION_NO_LEN];

	(void)state;
	night_apply(1, first);
	run(NIGHT_DATE);
	night_sql("UPDATE exchange_message SET last_part = 0 WHERE msg_id = '" FIRST "'");
	night_apply(1, first);
	run("2026-11-23");
	assert_int_equal(check(SECOND).header.records, 1);
	assert_int_equal(check("BJSSC-" NIGHT_BANK "-20261123-000003").header.records, 0);
}

static void
what_was_marked_is_written_again_with_the_same_bytes(void **state)
{
	char first[APPLICATION_NO_LEN];
	static const char *const suffixes[] = { ".xml.enc", ".manifest.xml" };
	struct bytes before[2], after;

	(void)state;
	night_apply(3, first);
	run(NIGHT_DATE);
	for (int i = 0; i < 2; i++)
		before[i] = night_file("outbound", FIRST, suffixes[i]);
	night_sql("UPDATE exchange_message SET state = 'MARKED', digest = NULL "
		  "WHERE msg_id = '" FIRST "'");
	night_put("outbound", FIRST, ".xml.enc", "half", 4);
	night_put("outbound", FIRST, ".xml.enc.tmp", "rest of a killed run", 20);
	night_apply(1, first);
	run(NIGHT_DATE);
	for (int i = 0; i < 2; i++) {
		after = night_file("outbound", FIRST, suffixes[i]);
		assert_int_equal(after.len, before[i].len);
		assert_memory_equal(after.data, before[i].data, after.len);
		bytes_release(&after);
		bytes_release(&before[i]);
	}
	assert_string_equal(check(FIRST).fault.code, "");
	assert_int_equal(check(SECOND).header.records, 1);
	assert_false(night_exists("outbound", FIRST, ".xml.enc.tmp"));
}

static void
an_application_that_does_not_fit_stays_behind_and_is_told(void **state)
{
	static const struct {
		const char *field, *value;
	} cases[] = {
		{ "id_number", "" },
		{ "sex", "7" },
		{ "phone", "12" },
		{ "birth_date", "1990-02-30" },
		{ "delivery", "pigeon" },
		{ "name", "王\tfang" },
		{ "nationality", "China" },
	};
	char first[APPLICATION_NO_LEN], no[APPLICATION_NO_LEN];
	size_t n = sizeof(cases) / sizeof(cases[0]);

	(void)state;
	night_apply(1, first);
	for (size_t i = 0; i < n; i++) {
		night_no(first, 5000 + (int64_t)i, no);
		night_apply_with(no, 100, cases[i].field, cases[i].value);
	}
	run(NIGHT_DATE);
	assert_int_equal(check(FIRST).header.records, 1);
	assert_string_equal(check(FIRST).fault.code, "");
	assert_string_equal(night_heard("application_unfit"), "F05");
	assert_true(night.alarms > 0);
	assert_int_equal(
	    night_count("SELECT COUNT(*) FROM application WHERE state = 'SUBMITTED' "
			"AND bank = '" NIGHT_BANK "'"),
	    (int64_t)n);
}

static void
another_run_at_the_same_time_says_so_and_does_nothing(void **state)
{
	char first[APPLICATION_NO_LEN];

	(void)state;
	night_apply(1, first);
	night_sql("INSERT INTO lease VALUES ('export/" NIGHT_BANK "', 'elsewhere/1/2', 7, "
		  "UNIX_TIMESTAMP() + 60)");
	run(NIGHT_DATE);
	assert_non_null(night_heard("lease_held"));
	assert_int_equal(night.alarms, 0);
	assert_int_equal(
	    night_count("SELECT COUNT(*) FROM exchange_message WHERE bank = '" NIGHT_BANK "'"),
	    0);
	night_sql("UPDATE lease SET expires_at = UNIX_TIMESTAMP() - 1 "
		  "WHERE name = 'export/" NIGHT_BANK "'");
	run(NIGHT_DATE);
	assert_int_equal(check(FIRST).header.records, 1);
	assert_int_equal(
	    night_count("SELECT fence FROM lease WHERE name = 'export/" NIGHT_BANK "'"), 8);
}

static void
without_the_banks_certificate_nothing_is_marked(void **state)
{
	char path[128], first[APPLICATION_NO_LEN];

	(void)state;
	night_apply(1, first);
	snprintf(path, sizeof(path), "%s/" NIGHT_BANK ".crt", night_keys);
	assert_int_equal(unlink(path), 0);
	assert_fails(export_run(&night, NIGHT_BANK, NIGHT_DATE), FAIL_CONFIG);
	assert_int_equal(
	    night_count("SELECT COUNT(*) FROM exchange_message WHERE bank = '" NIGHT_BANK "'"),
	    0);
	assert_int_equal(night_count("SELECT expires_at FROM lease "
				     "WHERE name = 'export/" NIGHT_BANK "'"),
	    0);
}

static void
an_order_is_sent_again_as_it_was_until_it_is_accepted(void **state)
{
	static const char *const suffixes[] = { ".xml.enc", ".manifest.xml" };
	char first[APPLICATION_NO_LEN];
	struct bytes before[2], after;
	bool known;

	(void)state;
	night_apply(3, first);
	run(NIGHT_DATE);
	night_apply(1, first);
	for (int i = 0; i < 2; i++)
		before[i] = night_file("outbound", FIRST, suffixes[i]);
	night_put("outbound", FIRST, ".xml.enc", "damaged", 7);
	assert_ok(export_again(&night, NIGHT_BANK, FIRST, &known));
	assert_true(known);
	for (int i = 0; i < 2; i++) {
		after = night_file("outbound", FIRST, suffixes[i]);
		/* The key is sealed once, and stands in the row. */
		assert_int_equal(after.len, before[i].len);
		assert_memory_equal(after.data, before[i].data, after.len);
		bytes_release(&after);
		bytes_release(&before[i]);
	}
	assert_int_equal(night_count("SELECT COUNT(*) FROM exchange_message WHERE "
				     "bank = '" NIGHT_BANK "' AND state = 'WRITTEN'"),
	    1);
	assert_false(night_exists("outbound", SECOND, ".xml.enc"));
	night_sql("UPDATE exchange_message SET state = 'ACCEPTED' WHERE msg_id = '" FIRST "'");
	assert_ok(export_again(&night, NIGHT_BANK, FIRST, &known));
	assert_false(known);
	assert_ok(export_again(&night, NIGHT_BANK, SECOND, &known));
	assert_false(known);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		NIGHTS(waiting_applications_are_sent_once_in_order_and_readably),
		NIGHT(an_empty_day_is_a_file_and_is_one_only_once),
		NIGHT(what_comes_later_that_day_goes_into_the_next_message),
		NIGHT(a_large_day_is_several_files_and_the_last_is_flagged),
		NIGHT(a_day_that_was_cut_off_is_ended_under_its_own_date),
		NIGHTS(what_was_marked_is_written_again_with_the_same_bytes),
		NIGHT(an_order_is_sent_again_as_it_was_until_it_is_accepted),
		NIGHT(an_application_that_does_not_fit_stays_behind_and_is_told),
		NIGHT(another_run_at_the_same_time_says_so_and_does_nothing),
		NIGHT(without_the_banks_certificate_nothing_is_marked),
	};

	return cmocka_run_group_tests_name("export", tests, NULL, NULL);
}
