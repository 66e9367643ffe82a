/*
 * import_test.c - what a bank sends: what is applied, what is refused whole, what is kept aside.
 */
#include "night.h"

#define ORDER "BJSSC-" NIGHT_BANK "-20261122-000001"

static char nos[8][APPLICATION_NO_LEN];

/* An order of count applications lies in outbound. */
static void
order(size_t count)
{
	char first[APPLICATION_NO_LEN];

	night_apply(count, first);
	for (size_t i = 0; i < count; i++)
		night_no(first, (int64_t)i, nos[i]);
	assert_ok(export_run(&night, NIGHT_BANK, NIGHT_DATE));
	night_forget();
}

static void
import(void)
{
	night_forget();
	assert_ok(import_run(&night, NIGHT_BANK));
}

static void
send_free(struct night_message *m)
{
	night_send(m);
	free(m);
}

static void
accepted_order(size_t count)
{
	order(count);
	send_free(night_receipt(ORDER, true));
	import();
	assert_non_null(night_heard("file_accepted"));
	night_forget();
}

static int64_t
in_state(const char *state)
{
	static const struct db_sql sql = { "night_in_state",
		"SELECT COUNT(*) FROM application WHERE bank = '" NIGHT_BANK
		"' AND state = ?" };
	struct db_rows *rows = NULL;
	bool more;
	int64_t n;

	assert_ok(db_select(night.db, &sql, DB_WITH(db_text(state)), &rows));
	assert_ok(db_next(rows, &more));
	n = db_get_int(rows, 0);
	db_rows_free(&rows);
	return n;
}

/* All that the bank's message could change, as one number that changes with it. */
static int64_t
everything(void)
{
	return night_count(
	    "SELECT (SELECT COUNT(*) FROM exchange_record WHERE msg_id LIKE '%" NIGHT_BANK
	    "%') * 1000003 + (SELECT COUNT(*) FROM exchange_suspense WHERE msg_id LIKE "
	    "'%" NIGHT_BANK
	    "%') * 10007 + (SELECT COUNT(*) FROM application_event e JOIN application a "
	    "ON a.no = e.application WHERE a.bank = '" NIGHT_BANK
	    "') * 101 + (SELECT COALESCE(SUM(CRC32(CONCAT(msg_id, state, applied))), 0) "
	    "FROM exchange_message WHERE state <> 'REJECTED' AND bank = '" NIGHT_BANK
	    "') + (SELECT COALESCE(SUM(CRC32(CONCAT(no, state))), 0) FROM application "
	    "WHERE bank = '" NIGHT_BANK "')");
}

/* Sent as it is now, the message is refused with code, lies in quarantine, and has changed nothing. */
static void
refused(const char *id, const char *code)
{
	int64_t before = everything();
	const char *heard;

	import();
	heard = night_heard("import_rejected");
	assert_non_null(heard);
	assert_string_equal(heard, code);
	assert_true(night.alarms > 0);
	assert_true(everything() == before);
	assert_false(night_exists("inbound", id, ".manifest.sig"));
	assert_false(night_exists("work", id, ".manifest.sig"));
	assert_false(night_exists("work", id, ".xml.enc"));
	assert_true(night_exists("quarantine", id, ".manifest.sig"));
}

static void
a_receipt_accepts_the_order_and_all_its_applications(void **state)
{
	struct night_message *m;

	(void)state;
	night.batch_records = 2;
	order(5);
	m = night_receipt(ORDER, true);
	night_send(m);
	import();
	assert_int_equal(in_state("RECEIVED"), 5);
	assert_int_equal(night_count("SELECT COUNT(*) FROM exchange_message WHERE "
				     "msg_id = '" ORDER "' AND state = 'ACCEPTED'"),
	    1);
	assert_int_equal(
	    night_count("SELECT COUNT(*) FROM exchange_message WHERE bank = "
			"'" NIGHT_BANK "' AND direction = 'in' AND state = 'APPLIED' "
			"AND applied = 5 AND seq = 1"),
	    1);
	assert_false(night_exists("outbound", ORDER, ".manifest.sig"));
	assert_true(night_exists("archive", ORDER, ".xml.enc"));
	assert_true(night_exists("archive", m->header.id, ".manifest.sig"));
	assert_int_equal(night.alarms, 0);
	free(m);
}

static void
a_receipt_can_refuse_the_order_and_later_accept_it(void **state)
{
	(void)state;
	order(2);
	send_free(night_receipt(ORDER, false));
	import();
	assert_string_equal(night_heard("file_rejected"), "F05");
	assert_int_equal(night.alarms, 1);
	assert_int_equal(in_state("SENT"), 2);
	assert_int_equal(night_count("SELECT COUNT(*) FROM exchange_message WHERE msg_id = "
				     "'" ORDER "' AND state = 'REJECTED' AND reason = 'F05'"),
	    1);
	assert_true(night_exists("outbound", ORDER, ".manifest.sig"));
	send_free(night_receipt(ORDER, true));
	import();
	assert_int_equal(in_state("RECEIVED"), 2);
}

static void
a_receipt_for_other_bytes_or_for_no_order_changes_nothing(void **state)
{
	struct night_message *m;

	(void)state;
	order(1);
	m = night_receipt(ORDER, true);
	memset(strstr(m->body, "<Sha256>") + 8, 'a', 64);
	send_free(m);
	import();
	assert_non_null(night_heard("receipt_contradicts"));
	assert_int_equal(in_state("SENT"), 1);
	send_free(night_receipt("BJSSC-" NIGHT_BANK "-20261122-000077", true));
	import();
	assert_non_null(night_heard("receipt_suspended"));
	assert_int_equal(night_count("SELECT COUNT(*) FROM exchange_suspense WHERE msg_id LIKE "
				     "'" NIGHT_BANK "-%' AND reason = 'unknown_message'"),
	    1);
}

static void
a_receipt_waits_until_our_own_run_has_ended(void **state)
{
	(void)state;
	order(1);
	send_free(night_receipt(ORDER, true));
	night_sql("UPDATE exchange_message SET state = 'MARKED' WHERE msg_id = '" ORDER "'");
	import();
	assert_non_null(night_heard("import_waits"));
	assert_int_equal(in_state("SENT"), 1);
	night_sql("UPDATE exchange_message SET state = 'WRITTEN' WHERE msg_id = '" ORDER "'");
	import();
	assert_int_equal(in_state("RECEIVED"), 1);
}

static void
a_report_moves_its_applications_at_the_banks_time(void **state)
{
	struct night_message *m;

	(void)state;
	night.batch_records = 2;
	accepted_order(5);
	send_free(night_report(ORDER, "ACCEPTED", "", nos, 5));
	send_free(night_report(ORDER, "ACCOUNT_OPENED", "", nos, 4));
	send_free(night_report(ORDER, "PRODUCED", "", nos, 3));
	m = night_report(ORDER, "MAILED", "", nos, 1);
	strcpy(strstr(m->body, "</StatusTime>"),
	    "</StatusTime><TrackingNo>SF-1234567</TrackingNo></Entry>");
	send_free(m);
	send_free(night_report(ORDER, "REJECTED", "D06", nos + 4, 1));
	import();
	assert_int_equal(night.alarms, 0);
	assert_int_equal(in_state("MAILED"), 1);
	assert_int_equal(in_state("PRODUCED"), 2);
	assert_int_equal(in_state("ACCOUNT_OPENED"), 1);
	assert_int_equal(in_state("REJECTED"), 1);
	assert_int_equal(
	    night_count("SELECT COUNT(*) FROM application WHERE bank = '" NIGHT_BANK
			"' AND tracking = 'SF-1234567'"),
	    1);
	assert_int_equal(
	    night_count("SELECT COUNT(*) FROM application WHERE bank = '" NIGHT_BANK
			"' AND reason = 'D06'"),
	    1);
	/* 2026-11-21T10:11:12+08:00 */
	assert_int_equal(
	    night_count("SELECT COUNT(*) FROM application_event e JOIN application a "
			"ON a.no = e.application WHERE a.bank = '" NIGHT_BANK
			"' AND e.state = 'PRODUCED' AND e.at = 1795227072 "
			"AND e.cause = '" NIGHT_BANK "-BJSSC-20261122-000004'"),
	    3);
}

static void
repeated_late_refused_and_unknown_entries_are_kept_and_not_applied(void **state)
{
	char strange[1][APPLICATION_NO_LEN] = { "BJ2611229999999ZZ" };
	struct night_message *m;

	(void)state;
	accepted_order(3);
	send_free(night_report(ORDER, "PRODUCED", "", nos, 2));
	import();
	night_forget();
	send_free(night_report(ORDER, "PRODUCED", "", nos, 1));
	send_free(night_report(ORDER, "ACCEPTED", "", nos + 1, 1));
	send_free(night_report(ORDER, "REJECTED", "B01", nos, 1));
	send_free(night_report(ORDER, "PRODUCED", "", strange, 1));
	m = night_report(ORDER, "PRODUCED", "", nos + 2, 1);
	strstr(m->body, "<Attempt>")[9] = '2';
	send_free(m);
	import();
	assert_int_equal(in_state("PRODUCED"), 2);
	assert_int_equal(in_state("RECEIVED"), 1);
	assert_non_null(night_heard("report_repeated"));
	assert_non_null(night_heard("report_late"));
	assert_non_null(night_heard("report_refused"));
	assert_non_null(night_heard("report_suspended"));
	assert_int_equal(night.alarms, 3);
	assert_int_equal(night_count("SELECT COUNT(*) FROM exchange_suspense WHERE msg_id LIKE "
				     "'" NIGHT_BANK "-%' AND reason = 'unknown'"),
	    1);
	assert_int_equal(night_count("SELECT COUNT(*) FROM exchange_suspense WHERE msg_id LIKE "
				     "'" NIGHT_BANK "-%' AND reason = 'other_attempt'"),
	    1);
	assert_int_equal(
	    night_count("SELECT COUNT(DISTINCT outcome) FROM exchange_record WHERE "
			"msg_id LIKE '" NIGHT_BANK "-%'"),
	    5);
}

static void
an_application_counts_once_in_a_report(void **state)
{
	static const char totals[] =
	    "<Totals><Total><Status>ACCEPTED</Status><Number>1</Number></Total>"
	    "<Total><Status>PRODUCED</Status><Number>1</Number></Total></Totals>";
	struct night_message *m;
	char entries[4096];

	(void)state;
	accepted_order(1);
	memcpy(nos[1], nos[0], sizeof(nos[0]));
	m = night_report(ORDER, "ACCEPTED", "", nos, 2);
	snprintf(entries, sizeof(entries), "%s", strstr(m->body, "<Entry>"));
	memcpy(strstr(strstr(entries, "<RecordNo>2"), "ACCEPTED"), "PRODUCED", 8);
	snprintf(m->body, sizeof(m->body), "%s%s", totals, entries);
	send_free(m);
	import();
	assert_int_equal(in_state("ACCEPTED"), 1);
	assert_int_equal(night_count("SELECT COUNT(*) FROM exchange_record WHERE msg_id LIKE "
				     "'" NIGHT_BANK "-%' AND outcome = 'REPEATED'"),
	    1);
}

static void
an_answer_to_an_earlier_attempt_is_late(void **state)
{
	(void)state;
	accepted_order(1);
	night_sql("UPDATE application SET attempt = 2 WHERE bank = '" NIGHT_BANK "'");
	send_free(night_report(ORDER, "PRODUCED", "", nos, 1));
	import();
	assert_non_null(night_heard("report_late"));
	assert_int_equal(in_state("RECEIVED"), 1);
}

static void
size_and_both_digests_must_be_right(void **state)
{
	struct night_message *m;

	(void)state;
	accepted_order(1);
	m = night_report(ORDER, "PRODUCED", "", nos, 1);
	m->wrong_sm3 = 1;
	night_send(m);
	refused(m->header.id, "F03");
	m->wrong_sm3 = 0;
	m->wrong_size = 1;
	night_send(m);
	refused(m->header.id, "F03");
	free(m);
}

static void
another_banks_application_is_not_touched(void **state)
{
	(void)state;
	accepted_order(1);
	night_sql("UPDATE application SET bank = '902' WHERE bank = '" NIGHT_BANK "'");
	send_free(night_report(ORDER, "PRODUCED", "", nos, 1));
	import();
	assert_int_equal(night_count("SELECT COUNT(*) FROM application WHERE bank = '902' "
				     "AND state = 'RECEIVED'"),
	    1);
	assert_int_equal(night_count("SELECT COUNT(*) FROM exchange_suspense WHERE msg_id LIKE "
				     "'" NIGHT_BANK "-%' AND reason = 'other_bank'"),
	    1);
	night_sql("UPDATE application SET bank = '', live = NULL, state = 'WITHDRAWN' "
		  "WHERE bank = '902'");
}

static void
the_same_message_again_changes_nothing_and_other_content_is_refused(void **state)
{
	struct night_message *m;
	struct bytes files[3];
	static const char *const suffixes[] = { ".xml.enc", ".manifest.xml", ".manifest.sig" };
	int64_t before;

	(void)state;
	accepted_order(2);
	m = night_report(ORDER, "PRODUCED", "", nos, 2);
	night_send(m);
	for (int i = 0; i < 3; i++)
		files[i] = night_file("inbound", m->header.id, suffixes[i]);
	import();
	before = everything();
	for (int i = 0; i < 3; i++) {
		night_put("inbound", m->header.id, suffixes[i], files[i].data, files[i].len);
		bytes_release(&files[i]);
	}
	import();
	assert_non_null(night_heard("import_repeated"));
	assert_int_equal(night.alarms, 0);
	assert_true(everything() == before);
	night_send(m); /* encrypted anew: another digest */
	refused(m->header.id, "F10");
	assert_int_equal(in_state("PRODUCED"), 2);
	free(m);
}

static void
a_seqno_counts_once_and_what_comes_behind_a_gap_is_held(void **state)
{
	struct night_message *m;

	(void)state;
	accepted_order(2);
	night_seq = 0;
	m = night_report(ORDER, "PRODUCED", "", nos, 1);
	strcpy(m->header.business_date, "2026-11-23");
	message_identify(&m->header);
	night_send(m);
	refused(m->header.id, "F11");
	free(m);
	night_seq = 2;
	m = night_report(ORDER, "PRODUCED", "", nos, 1);
	night_send(m);
	import();
	assert_non_null(night_heard("import_held"));
	assert_int_equal(in_state("PRODUCED"), 0);
	assert_true(night_exists("work", m->header.id, ".manifest.sig"));
	/* The missing one comes: both are worked off, in their order. */
	night_seq = 1;
	send_free(night_report(ORDER, "IN_PRODUCTION", "", nos, 1));
	import();
	assert_null(night_heard("import_held"));
	assert_int_equal(in_state("PRODUCED"), 1);
	assert_true(night_exists("archive", m->header.id, ".manifest.sig"));
	free(m);
}

static void
the_citizen_is_told_once_of_what_she_has_to_know(void **state)
{
	static const struct {
		const char *status, *reason;
		int64_t messages;
	} steps[] = {
		{ "ACCEPTED", "", 0 },
		{ "PRODUCED", "", 0 },
		{ "MAILED", "", 1 },
		{ "MAILED", "", 1 },
		{ "RETURNED", "L01", 2 },
		{ "AT_BRANCH", "", 3 },
		{ "COLLECTED", "", 3 },
	};

	(void)state;
	accepted_order(1);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		send_free(night_report(ORDER, steps[i].status, steps[i].reason, nos, 1));
		import();
		assert_int_equal(
		    night_count("SELECT COUNT(*) FROM outbox o JOIN application a ON "
				"o.person = a.person WHERE a.bank = '" NIGHT_BANK "'"),
		    steps[i].messages);
	}
}

static void
an_operator_may_go_on_past_a_gap(void **state)
{
	(void)state;
	accepted_order(1);
	night_seq = 4;
	send_free(night_report(ORDER, "PRODUCED", "", nos, 1));
	night.past_gaps = true;
	import();
	assert_non_null(night_heard("import_gap"));
	assert_int_equal(in_state("PRODUCED"), 1);
}

static void
a_refused_file_can_be_corrected_under_its_name(void **state)
{
	struct night_message *m;

	(void)state;
	accepted_order(1);
	m = night_report(ORDER, "PRODUCED", "", nos, 1);
	m->wrong_header_records = 1;
	night_send(m);
	refused(m->header.id, "F08");
	assert_int_equal(
	    night_count("SELECT COUNT(*) FROM exchange_message WHERE bank = '" NIGHT_BANK
			"' AND state = 'REJECTED' AND reason = 'F08' AND seq IS NULL"),
	    1);
	m->wrong_header_records = 0;
	night_send(m);
	import();
	assert_int_equal(in_state("PRODUCED"), 1);
	free(m);
}

static void
foreign_keys_are_refused_before_the_content_is_opened(void **state)
{
	struct night_message *m;

	(void)state;
	accepted_order(1);
	m = night_report(ORDER, "PRODUCED", "", nos, 1);
	night_pair(night_keys, "stranger", -3600, 86400);
	m->signer = "stranger";
	night_send(m);
	refused(m->header.id, "S02");
	m->signer = NULL;
	m->receiver = "stranger";
	night_send(m);
	refused(m->header.id, "S04");
	m->receiver = NULL;
	m->profile = "sm";
	night_send(m);
	refused(m->header.id, "S05");
	m->profile = NULL;
	m->manifest_type = "CardProductionOrder";
	night_send(m);
	refused(m->header.id, "F14");
	m->manifest_type = NULL;
	night_pair(night_keys, NIGHT_BANK, -7200, -3600);
	night_send(m);
	refused(m->header.id, "S03");
	night_pair(night_keys, NIGHT_BANK, 3600, 7200);
	night_send(m);
	refused(m->header.id, "S03");
	free(m);
}

static void
wrong_counts_and_digests_are_refused(void **state)
{
	struct night_message *m;
	char *at;

	(void)state;
	accepted_order(3);
	m = night_report(ORDER, "PRODUCED", "", nos, 3);
	m->wrong_manifest_records = 1;
	night_send(m);
	refused(m->header.id, "F08");
	m->wrong_manifest_records = 0;
	m->wrong_header_records = -1;
	m->wrong_manifest_records = -1;
	night_send(m);
	refused(m->header.id, "F08");
	m->wrong_header_records = m->wrong_manifest_records = 0;
	strstr(m->body, "<Number>")[8] = '2';
	night_send(m);
	refused(m->header.id, "F08");
	strstr(m->body, "<Number>")[8] = '3';
	at = strstr(m->body, "<RecordNo>2");
	at[10] = '4';
	night_send(m);
	refused(m->header.id, "F13");
	at[10] = '2';
	m->header.control[0] = m->header.control[0] == 'a' ? 'b' : 'a';
	night_send(m);
	refused(m->header.id, "F09");
	free(m);
}

static void
header_manifest_and_name_must_agree(void **state)
{
	struct night_message *m;

	(void)state;
	accepted_order(1);
	m = night_report(ORDER, "PRODUCED", "", nos, 1);
	night_compose(m);
	strstr(m->xml, "<SeqNo>")[7] = '9';
	night_send_text(m, m->xml, strlen(m->xml));
	refused(m->header.id, "F07");
	night_compose(m);
	memcpy(strstr(m->xml, "<BusinessDate>") + 14, "2026-11-20", 10);
	night_send_text(m, m->xml, strlen(m->xml));
	refused(m->header.id, "F07");
	free(m);
}

static void
only_plain_utf8_xml_without_doctype_gets_through(void **state)
{
	static const struct {
		const char *prologue, *code;
	} cases[] = {
		{ "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a SYSTEM "
		  "\"file:///etc/hostname\">]>",
		    "F06" },
		{ "<?xml version=\"1.0\"?><!DOCTYPE x SYSTEM \"http://127.0.0.1:9/x.dtd\">",
		    "F06" },
		{ "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY % p SYSTEM "
		  "\"file:///etc/passwd\"> %p;]>",
		    "F06" },
		{ "<?xml version=\"1.0\"?><!DOCTYPE x>", "F06" },
		{ "<?xml version=\"1.1\"?>", "F06" },
		{ "<?xml version=\"1.0\" encoding=\"GB18030\"?>", "F06" },
		{ "<?xml version=\"1.0\" encoding=\"UTF-7\"?>", "F06" },
		{ "<?xml version=\"1.0\" encoding=\"UTF-16\"?>", "F06" },
		{ "\xEF\xBB\xBF<?xml version=\"1.0\"?>", "F06" },
		{ "\xFF\xFE<", "F06" },
		{ "", "F06" },
		{ " <?xml version=\"1.0\"?>", "F06" },
		{ "<?xml version=\"1.0\"?><a/>", "F05" },
		{ "<?xml version=\"1.0\"?>text", "F04" },
	};
	struct night_message *m;

	(void)state;
	accepted_order(1);
	m = night_report(ORDER, "PRODUCED", "", nos, 1);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *heard;
		int64_t before = everything();

		m->prologue = cases[i].prologue;
		night_send(m);
		import();
		heard = night_heard("import_rejected");
		if (heard == NULL || strcmp(heard, cases[i].code) != 0)
			fail_msg("case %zu: %s", i, heard ? heard : "taken");
		assert_true(everything() == before);
	}
	free(m);
}

static void
entities_bad_bytes_and_wrong_elements_are_refused(void **state)
{
	static const struct {
		const char *from, *to, *code;
	} cases[] = {
		{ "PRODUCED", "&a;DUCED", "F06" },
		{ "PRODUCED",
		    "PRO\xC0\xAF"
		    "CED",
		    "F06" },
		{ "PRODUCED",
		    "PRO\xED\xA0\x80"
		    "ED",
		    "F06" },
		{ "PRODUCED", "PRO\x01UCED", "F06" },
		{ "PRODUCED", "PRODUCT!", "F05" },
		{ "<Entry>", "<Entri>", "F05" },
		{ "<Attempt>1</Attempt>", "<attempt>1</attempt>", "F05" },
		{ "<Attempt>1</Attempt>", "                    ", "F05" },
		{ "<Attempt>1</Attempt>", "<Attempt>0</Attempt>", "F05" },
		{ "2026-11-21T10:11:12+08:00", "2026-11-21T10:11:12+09:00", "F05" },
		{ "2026-11-21T10:11:12+08:00", "2026-02-30T10:11:12+08:00", "F05" },
		{ "</ProductionStatusReport>", "</ProductionStatusRepor> ", "F04" },
		{ "</ProductionStatusReport>\n", "</ProductionStatusReport>x", "F04" },
		{ "urn:bjssc:exchange:1", "urn:bjssc:exchange:2", "F05" },
	};
	struct night_message *m;

	(void)state;
	accepted_order(1);
	m = night_report(ORDER, "PRODUCED", "", nos, 1);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *heard;
		char *at = NULL;
		int64_t before = everything();

		night_compose(m);
		for (char *next = strstr(m->xml, cases[i].from); next;
		     next = strstr(next + 1, cases[i].from))
			at = next;
		assert_non_null(at);
		memcpy(at, cases[i].to, strlen(cases[i].to));
		night_send_text(m, m->xml, strlen(m->xml));
		import();
		heard = night_heard("import_rejected");
		if (heard == NULL || strcmp(heard, cases[i].code) != 0)
			fail_msg("case %zu: %s", i, heard ? heard : "taken");
		assert_true(everything() == before);
	}
	night_compose(m);
	night_send_text(m, m->xml, strlen(m->xml) + 1); /* a NUL at the end */
	refused(m->header.id, "F04");
	free(m);
}

static void
a_refusal_without_reason_is_refused(void **state)
{
	struct night_message *m;

	(void)state;
	accepted_order(1);
	m = night_report(ORDER, "REJECTED", "", nos, 1);
	night_send(m);
	refused(m->header.id, "F05");
	free(m);
}

/* Signed and encrypted as it should be, but cut off before that. */
static void
xml_cut_off_is_refused(void **state)
{
	struct night_message *m;
	size_t len;

	(void)state;
	accepted_order(1);
	m = night_report(ORDER, "PRODUCED", "", nos, 1);
	night_compose(m);
	len = strlen(m->xml) - 1; /* the last line feed may go */
	/* Every byte: reader_test.c. Here, that nothing comes of it. */
	for (size_t cut = 0; cut < len; cut += 97) {
		int64_t before = everything();

		night_send_text(m, m->xml, cut);
		import();
		if (night_heard("import_rejected") == NULL)
			fail_msg("taken with %zu of %zu bytes", cut, len);
		assert_true(everything() == before);
	}
	assert_int_equal(in_state("RECEIVED"), 1);
	night_send(m);
	import();
	assert_int_equal(in_state("PRODUCED"), 1);
	free(m);
}

static void
a_file_cut_off_or_with_one_bit_flipped_is_refused(void **state)
{
	static const char *const suffixes[] = { ".xml.enc", ".manifest.xml", ".manifest.sig" };
	struct night_message *m;
	struct bytes files[3];
	int64_t before;

	(void)state;
	accepted_order(1);
	m = night_report(ORDER, "PRODUCED", "", nos, 1);
	night_send(m);
	for (int i = 0; i < 3; i++)
		files[i] = night_file("inbound", m->header.id, suffixes[i]);
	before = everything();
	for (int f = 0; f < 3; f++)
		/* Every byte: parcel_test.c. Here, that nothing comes of it. */
		for (size_t at = (size_t)f; at < files[f].len; at += 89)
			for (int cut = 0; cut < 2; cut++) {
				size_t len = cut ? at : files[f].len;
				uint8_t bit = (uint8_t)(1u << (at % 8));

				files[f].data[at] ^= cut ? 0 : bit;
				for (int i = 0; i < 3; i++)
					night_put("inbound", m->header.id, suffixes[i],
					    files[i].data, i == f ? len : files[i].len);
				files[f].data[at] ^= cut ? 0 : bit;
				import();
				if (night_heard("import_rejected") == NULL)
					fail_msg("%s: %s at %zu of %zu is taken", suffixes[f],
					    cut ? "cut" : "bit", at, files[f].len);
			}
	assert_true(everything() == before);
	for (int i = 0; i < 3; i++) {
		night_put("inbound", m->header.id, suffixes[i], files[i].data, files[i].len);
		bytes_release(&files[i]);
	}
	import();
	assert_int_equal(in_state("PRODUCED"), 1);
	free(m);
}

static void
an_unfinished_message_waits_and_strange_files_are_put_aside(void **state)
{
	struct night_message *m;
	char path[192], other[224];
	struct bytes sig;

	(void)state;
	accepted_order(1);
	m = night_report(ORDER, "PRODUCED", "", nos, 1);
	night_send(m);
	sig = night_file("inbound", m->header.id, ".manifest.sig");
	snprintf(path, sizeof(path), "%s/" NIGHT_BANK "/inbound/%s.manifest.sig", night_dir,
	    m->header.id);
	unlink(path);
	night_put("inbound", m->header.id, ".manifest.sig.tmp", sig.data, sig.len / 2);
	night_put("inbound", "passwd", "", "x", 1);
	night_put("inbound", "902-BJSSC-20261122-000001", ".manifest.sig", "x", 1);
	snprintf(other, sizeof(other), "%s/" NIGHT_BANK "/inbound/link", night_dir);
	assert_int_equal(symlink("/etc/passwd", other), 0);
	import();
	assert_non_null(night_heard("import_strange_files"));
	assert_int_equal(in_state("RECEIVED"), 1);
	assert_true(night_exists("inbound", m->header.id, ".xml.enc"));
	assert_true(night_exists("quarantine", "passwd", ""));
	snprintf(other, sizeof(other), "%s.tmp", path);
	unlink(other);
	night_put("inbound", m->header.id, ".manifest.sig", sig.data, sig.len);
	import();
	assert_int_equal(in_state("PRODUCED"), 1);
	bytes_release(&sig);
	free(m);
}

static void
links_fifos_and_folders_in_the_place_of_files_are_refused(void **state)
{
	struct night_message *m;
	char path[192], aside[192];

	(void)state;
	accepted_order(1);
	snprintf(aside, sizeof(aside), "%s/aside", night_dir);
	for (int kind = 0; kind < 4; kind++) {
		m = night_report(ORDER, "PRODUCED", "", nos, 1);
		night_seq--;
		night_send(m);
		snprintf(path, sizeof(path), "%s/" NIGHT_BANK "/inbound/%s.xml.enc", night_dir,
		    m->header.id);
		unlink(aside);
		assert_int_equal(rename(path, aside), 0);
		assert_int_equal(kind == 0   ? symlink(aside, path)
				 : kind == 1 ? link(aside, path)
				 : kind == 2 ? mkfifo(path, 0600)
					     : mkdir(path, 0700),
		    0);
		refused(m->header.id, "F01");
		free(m);
	}
}

static void
a_signature_that_is_still_being_renamed_waits(void **state)
{
	struct night_message *m;
	char path[192], old[224];

	(void)state;
	accepted_order(1);
	m = night_report(ORDER, "PRODUCED", "", nos, 1);
	night_send(m);
	snprintf(path, sizeof(path), "%s/" NIGHT_BANK "/inbound/%s.manifest.sig", night_dir,
	    m->header.id);
	snprintf(old, sizeof(old), "%s.tmp", path);
	assert_int_equal(link(path, old), 0);
	import();
	assert_true(night_exists("inbound", m->header.id, ".manifest.sig"));
	assert_int_equal(in_state("RECEIVED"), 1);
	assert_int_equal(unlink(old), 0);
	import();
	assert_int_equal(in_state("PRODUCED"), 1);
	free(m);
}

static void
what_is_kept_of_a_file_its_sender_cannot_change(void **state)
{
	static const char *const suffixes[] = { ".xml.enc", ".manifest.xml", ".manifest.sig" };
	struct night_message *m;
	struct bytes sent[3], kept;
	char path[192];
	int held[3];

	(void)state;
	if (geteuid() != 0)
		skip();
	accepted_order(1);
	m = night_report(ORDER, "PRODUCED", "", nos, 1);
	night_send(m);
	for (int i = 0; i < 3; i++) {
		sent[i] = night_file("inbound", m->header.id, suffixes[i]);
		snprintf(path, sizeof(path), "%s/" NIGHT_BANK "/inbound/%s%s", night_dir,
		    m->header.id, suffixes[i]);
		assert_int_equal(chown(path, 65534, 65534), 0);
		held[i] = open(path, O_WRONLY | O_CLOEXEC);
		assert_true(held[i] >= 0);
	}
	import();
	assert_int_equal(in_state("PRODUCED"), 1);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(write(held[i], "changed", 7), 7);
		close(held[i]);
		kept = night_file("archive", m->header.id, suffixes[i]);
		assert_int_equal(kept.len, sent[i].len);
		assert_memory_equal(kept.data, sent[i].data, kept.len);
		bytes_release(&kept);
		bytes_release(&sent[i]);
	}
	free(m);
}

static void
too_large_a_file_is_refused_by_its_manifest(void **state)
{
	struct night_message *m;

	(void)state;
	accepted_order(1);
	night.file_max = 500;
	m = night_report(ORDER, "PRODUCED", "", nos, 1);
	night_send(m);
	refused(m->header.id, "F12");
	free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		NIGHTS(a_receipt_accepts_the_order_and_all_its_applications),
		NIGHT(a_receipt_can_refuse_the_order_and_later_accept_it),
		NIGHT(a_receipt_for_other_bytes_or_for_no_order_changes_nothing),
		NIGHT(a_receipt_waits_until_our_own_run_has_ended),
		NIGHTS(a_report_moves_its_applications_at_the_banks_time),
		NIGHT(repeated_late_refused_and_unknown_entries_are_kept_and_not_applied),
		NIGHT(an_application_counts_once_in_a_report),
		NIGHT(an_answer_to_an_earlier_attempt_is_late),
		NIGHT(size_and_both_digests_must_be_right),
		NIGHT(another_banks_application_is_not_touched),
		NIGHT(the_same_message_again_changes_nothing_and_other_content_is_refused),
		NIGHT(a_seqno_counts_once_and_what_comes_behind_a_gap_is_held),
		NIGHT(the_citizen_is_told_once_of_what_she_has_to_know),
		NIGHT(an_operator_may_go_on_past_a_gap),
		NIGHT(a_refused_file_can_be_corrected_under_its_name),
		NIGHT(foreign_keys_are_refused_before_the_content_is_opened),
		NIGHT(wrong_counts_and_digests_are_refused),
		NIGHT(header_manifest_and_name_must_agree),
		NIGHT(only_plain_utf8_xml_without_doctype_gets_through),
		NIGHT(entities_bad_bytes_and_wrong_elements_are_refused),
		NIGHT(a_refusal_without_reason_is_refused),
		NIGHT(an_unfinished_message_waits_and_strange_files_are_put_aside),
		NIGHT(links_fifos_and_folders_in_the_place_of_files_are_refused),
		NIGHT(a_signature_that_is_still_being_renamed_waits),
		NIGHT(what_is_kept_of_a_file_its_sender_cannot_change),
		NIGHT(too_large_a_file_is_refused_by_its_manifest),
		NIGHT(xml_cut_off_is_refused),
		NIGHT(a_file_cut_off_or_with_one_bit_flipped_is_refused),
	};

	return cmocka_run_group_tests_name("import", tests, NULL, NULL);
}
