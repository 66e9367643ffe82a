/*
 * exchange_fault_test.c - calls to the database fail in the middle of a night, fetches included.
 *
 * Whatever fails, the job run again ends the night: each application in one file under one MsgId, each answer applied
 * once.  A sample of the calls; each of them with $FAULTS = full.
 */
#include "../faults/mysql_shim.h"
#include "night.h"

#include <bank/check.h>
#include <bank/statement.h>

#define ORDER "BJSSC-" NIGHT_BANK "-20261122-000001"
#define APPLICANTS 3
#define SAMPLE 41 /* every such call */

static const struct shim_fault faults[] = {
	{ .number = 1205 },
	{ .number = 1213 },
	{ .number = 2006, .cuts = true },
	{ .number = 2013, .cuts = true },
	{ .number = 2013, .cuts = true, .after = true },
};

/* A job of the night, the state that it begins in, and what must be true when it has ended. */
struct job {
	void (*prepare)(void);
	NEOERR *(*run)(void);
	void (*assert_done)(void);
	int least; /* calls to the database that it wants */
};

static char nos[APPLICANTS][APPLICATION_NO_LEN];

static NEOERR *
run_export(void)
{
	return nerr_pass(export_run(&night, NIGHT_BANK, NIGHT_DATE));
}

static NEOERR *
run_import(void)
{
	return nerr_pass(import_run(&night, NIGHT_BANK));
}

static NEOERR *
run_statement(void)
{
	return nerr_pass(statement_run(&night, NIGHT_BANK, NIGHT_DATE));
}

static void
applicants_wait(void)
{
	char first[APPLICATION_NO_LEN];

	night.records_per_file = 2;
	night_apply(APPLICANTS, first);
	for (size_t i = 0; i < APPLICANTS; i++)
		night_no(first, (int64_t)i, nos[i]);
}

static void
assert_readable(const char *id, int64_t records)
{
	struct check seen;
	char path[160];

	snprintf(
	    path, sizeof(path), "%s/" NIGHT_BANK "/outbound/%s.manifest.xml", night_dir, id);
	assert_ok(check_file(&night, path, &seen));
	assert_string_equal(seen.fault.code, "");
	assert_int_equal(seen.reach, CHECK_WHOLE);
	assert_int_equal(seen.header.records, records);
}

static void
assert_sent_once(void)
{
	assert_int_equal(night_count("SELECT COUNT(*) FROM exchange_message WHERE "
				     "bank = '" NIGHT_BANK "' AND state = 'WRITTEN'"),
	    2);
	assert_int_equal(night_count("SELECT COUNT(*) FROM exchange_message WHERE "
				     "bank = '" NIGHT_BANK "'"),
	    2);
	assert_int_equal(night_count("SELECT MAX(seq) FROM exchange_message WHERE "
				     "bank = '" NIGHT_BANK "' AND last_part = 1"),
	    2);
	assert_int_equal(night_count("SELECT COUNT(*) FROM exchange_record WHERE "
				     "msg_id LIKE 'BJSSC-" NIGHT_BANK "-%'"),
	    APPLICANTS);
	assert_int_equal(
	    night_count("SELECT COUNT(*) FROM application_event e JOIN application a "
			"ON a.no = e.application WHERE a.bank = '" NIGHT_BANK
			"' AND a.state = 'SENT' AND e.state = 'SENT'"),
	    APPLICANTS);
	assert_readable(ORDER, 2);
	assert_readable("BJSSC-" NIGHT_BANK "-20261122-000002", 1);
	assert_false(night_exists("outbound", ORDER, ".xml.enc.tmp"));
}

static void
bank_has_answered(void)
{
	struct night_message *m;

	applicants_wait();
	night.records_per_file = APPLICANTS;
	night.batch_records = 2;
	assert_ok(run_export());
	m = night_receipt(ORDER, true);
	night_send(m);
	free(m);
	m = night_report(ORDER, "ACCEPTED", "", nos, APPLICANTS);
	night_send(m);
	free(m);
}

static void
assert_applied_once(void)
{
	assert_int_equal(night_count("SELECT COUNT(*) FROM exchange_message WHERE "
				     "bank = '" NIGHT_BANK "' AND (direction = 'out' AND "
				     "state = 'ACCEPTED' OR state = 'APPLIED')"),
	    3);
	assert_int_equal(night_count("SELECT COUNT(*) FROM exchange_record WHERE "
				     "msg_id LIKE '" NIGHT_BANK "-%' AND outcome = 'APPLIED'"),
	    APPLICANTS);
	assert_int_equal(
	    night_count("SELECT COUNT(*) FROM application_event e JOIN application a "
			"ON a.no = e.application WHERE a.bank = '" NIGHT_BANK
			"' AND a.state = 'ACCEPTED' AND e.state IN ('RECEIVED', 'ACCEPTED')"),
	    2 * APPLICANTS);
	assert_int_equal(night_count("SELECT COUNT(*) FROM exchange_suspense WHERE msg_id LIKE "
				     "'" NIGHT_BANK "-%'"),
	    0);
	for (int64_t seq = 1; seq <= night_seq; seq++) {
		char id[MESSAGE_ID_LEN];

		snprintf(id, sizeof(id), NIGHT_BANK "-BJSSC-20261122-%06lld", (long long)seq);
		assert_false(night_exists("inbound", id, ".manifest.sig"));
		assert_false(night_exists("work", id, ".manifest.sig"));
		assert_true(night_exists("archive", id, ".manifest.sig"));
	}
}

static void
orders_are_under_way(void)
{
	applicants_wait();
	assert_ok(run_export());
}

static void
assert_reported_once(void)
{
	const char *report = "BJSSC-" NIGHT_BANK "-20261122-000003";

	assert_int_equal(night_count("SELECT COUNT(*) FROM exchange_message WHERE bank = "
				     "'" NIGHT_BANK "' AND state = 'WRITTEN' AND type = "
				     "'ReconciliationReport' AND seq = 3"),
	    1);
	assert_int_equal(night_count("SELECT COUNT(*) FROM exchange_message WHERE "
				     "bank = '" NIGHT_BANK "'"),
	    3);
	assert_readable(report, 2);
	assert_false(night_exists("outbound", report, ".xml.enc.tmp"));
}

/* Returns how many calls there were. */
static int
night_with(const struct job *job, struct shim_fault fault)
{
	NEOERR *err;
	int calls;

	night_begin(NULL);
	job->prepare();
	shim_arm(fault);
	err = job->run();
	calls = shim_disarm();
	if (fault.call == 0)
		assert_ok(err);
	nerr_ignore(&err);
	/* A lease that could not be given back runs out. */
	night_sql("UPDATE lease SET expires_at = 0 WHERE name LIKE '%/" NIGHT_BANK "'");
	assert_ok(job->run());
	job->assert_done();
	night_end(NULL);
	return calls;
}

static void
sweep(const struct job *job)
{
	const char *all = getenv("FAULTS");
	const int step = all && strcmp(all, "full") == 0 ? 1 : SAMPLE;
	const int calls = night_with(job, (struct shim_fault) { 0 });
	const size_t count = sizeof(faults) / sizeof(faults[0]);

	assert_true(calls > job->least);
	for (size_t i = 0; i < count; i++) {
		struct shim_fault fault = faults[i];

		for (fault.call = 1 + (int)i * step / (int)count; fault.call <= calls;
		     fault.call += step)
			night_with(job, fault);
	}
}

static void
an_export_whose_database_fails_sends_each_application_once(void **state)
{
	(void)state;
	sweep(&(struct job) { applicants_wait, run_export, assert_sent_once, 100 });
}

static void
an_import_whose_database_fails_applies_each_answer_once(void **state)
{
	(void)state;
	sweep(&(struct job) { bank_has_answered, run_import, assert_applied_once, 100 });
}

static void
a_statement_whose_database_fails_is_sent_once(void **state)
{
	(void)state;
	sweep(&(struct job) { orders_are_under_way, run_statement, assert_reported_once, 50 });
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_export_whose_database_fails_sends_each_application_once),
		cmocka_unit_test(an_import_whose_database_fails_applies_each_answer_once),
		cmocka_unit_test(a_statement_whose_database_fails_is_sent_once),
	};

	return cmocka_run_group_tests_name("exchange_fault", tests, NULL, NULL);
}
