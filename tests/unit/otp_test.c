/*
 * otp_test.c - one-time codes, as they are sent, waited for and checked.
 */
#include "crowd.h"

#include <string.h>

#include "apply/outbox.h"
#include "apply/sealed.h"
#include "base/clock.h"
#include "login/otp.h"

#define CROWD 20

static struct seal *seal;
static struct otp_rules rules;

static const struct db_sql newest = { "test_newest",
	"SELECT id, body, state FROM outbox WHERE template = ? ORDER BY created_at DESC, id" };
static const struct db_sql expire = { "test_expire", "UPDATE otp SET expires_at = ?" };

static int
open_all(void **state)
{
	instance_open(state);
	assert_ok(seal_init(&seal, instance_conf));
	assert_ok(otp_rules_init(&rules, instance_conf));
	/* The other limits have their own test. */
	rules.per_phone = (struct throttle_rates) { .of = { { 1000, 60 } }, .count = 1 };
	rules.per_address = rules.all =
	    (struct throttle_rates) { .of = { { 1000000, 60 } }, .count = 1 };
	return 0;
}

static int
close_all(void **state)
{
	seal_free(&seal);
	return instance_close(state);
}

/* Somebody new with a telephone of her own, who asks for a code. */
static struct otp_request
ask(char phone[12])
{
	uint32_t random;

	assert_ok(seal_random(&random, sizeof(random)));
	snprintf(phone, 12, "198%08u", random % 100000000u);
	return (struct otp_request) {
		.purpose = "login", .phone = phone, .token = "browser", .address = "192.0.2.1"
	};
}

/* The code in the message to this telephone, and the message's state. */
static void
read_message(const struct otp_request *request, const char *prefix, char code[7], char *in)
{
	struct db_rows *rows = NULL;
	char template[OUTBOX_TEMPLATE_LEN];
	bool more = true, found = false;

	snprintf(template, sizeof(template), "otp_%s", request->purpose);
	assert_ok(db_select(instance_db, &newest, DB_WITH(db_text(template)), &rows));
	while (!found) {
		json_t *body;
		size_t len;
		const void *sealed;

		assert_ok(db_next(rows, &more));
		assert_true(more);
		sealed = db_get_bytes(rows, 1, &len);
		assert_ok(sealed_open(seal, "outbox.body",
		    db_get_bytes(rows, 0, &(size_t) { 0 }), SEAL_ID_LEN, sealed, len, &body));
		found = strcmp(field_answer(body, "phone"), request->phone) == 0 &&
			strcmp(field_answer(body, "prefix"), prefix) == 0;
		if (found) {
			snprintf(code, 7, "%s", field_answer(body, "code"));
			snprintf(in, 9, "%s", db_get_text(rows, 2));
		}
		json_decref(body);
	}
	db_rows_free(&rows);
}

/* Asks, and gives the code. */
static void
get_code(const struct otp_request *request, char code[7])
{
	struct otp_sent sent;
	char in[9];

	assert_ok(otp_send(instance_db, seal, &rules, request, &sent));
	assert_true(sent.sent);
	assert_int_equal(strlen(sent.prefix), 3);
	read_message(request, sent.prefix, code, in);
	assert_int_equal(strlen(code), 6);
	assert_int_equal(strspn(code, "0123456789"), 6);
	/* The job may have sent it already. */
	assert_int_equal(strcmp(in, "mute") == 0, request->mute);
}

static enum otp_verdict
check(const struct otp_request *request, const char *typed)
{
	enum otp_verdict verdict;

	assert_ok(otp_check(instance_db, seal, &rules, request, typed, &verdict));
	return verdict;
}

static const char *
another(const char code[7], char wrong[7])
{
	memcpy(wrong, code, 7);
	wrong[5] = code[5] == '9' ? '0' : (char)(code[5] + 1);
	return wrong;
}

static void
a_right_code_counts_once_with_blanks_or_its_mark_or_without(void **state)
{
	char phone[12], code[7], typed[16], wrong[7];
	struct otp_request request = ask(phone);

	(void)state;
	assert_int_equal(check(&request, "123456"), OTP_NONE);
	get_code(&request, code);
	assert_int_equal(check(&request, another(code, wrong)), OTP_WRONG);
	assert_int_equal(check(&request, "12345"), OTP_WRONG);
	snprintf(typed, sizeof(typed), " %.3s %s ", code, code + 3);
	assert_int_equal(check(&request, typed), OTP_RIGHT);
	assert_int_equal(check(&request, code), OTP_NONE);
	get_code(&request, code);
	snprintf(typed, sizeof(typed), "YT6-%s", code);
	assert_int_equal(check(&request, typed), OTP_RIGHT);
}

static void
a_code_is_of_one_browser_and_one_purpose(void **state)
{
	char phone[12], code[7];
	struct otp_request request = ask(phone), other = request;
	struct otp_sent waiting;

	(void)state;
	get_code(&request, code);
	other.token = "another browser";
	assert_int_equal(check(&other, code), OTP_NONE);
	assert_ok(otp_waiting(instance_db, seal, &rules, &other, &waiting));
	assert_false(waiting.sent);
	other = request;
	other.purpose = "reset";
	assert_int_equal(check(&other, code), OTP_NONE);
	/* Not even where both purposes have asked. */
	get_code(&other, (char[7]) { 0 });
	assert_int_equal(check(&other, code), OTP_WRONG);
	assert_ok(otp_waiting(instance_db, seal, &rules, &request, &waiting));
	assert_true(waiting.sent);
	assert_in_range(waiting.wait, 55, 60);
	assert_int_equal(check(&request, code), OTP_RIGHT);
}

static void
another_code_makes_the_first_worthless_and_gives_no_tries_back(void **state)
{
	char phone[12], first[7], second[7], wrong[7];
	struct otp_request request = ask(phone);

	(void)state;
	get_code(&request, first);
	for (int i = 0; i < 4; i++)
		assert_int_equal(check(&request, another(first, wrong)), OTP_WRONG);
	do
		get_code(&request, second);
	while (strcmp(first, second) == 0);
	assert_int_equal(check(&request, first), OTP_WRONG);
	assert_int_equal(check(&request, second), OTP_TOO_MANY);
	get_code(&request, second);
	assert_int_equal(check(&request, second), OTP_TOO_MANY);
	/* Other purposes and telephones are not touched. */
	request.purpose = "reset";
	get_code(&request, second);
	assert_int_equal(check(&request, second), OTP_RIGHT);
}

static void
an_old_code_is_worthless(void **state)
{
	char phone[12], code[7];
	struct otp_request request = ask(phone);

	(void)state;
	get_code(&request, code);
	assert_ok(db_run(instance_db, &expire, DB_WITH(db_int(clock_now())), NULL));
	assert_int_equal(check(&request, code), OTP_NONE);
}

static void
a_mute_code_is_like_any_other_but_never_sent(void **state)
{
	char phone[12], code[7];
	struct otp_request request = ask(phone);

	(void)state;
	request.mute = true;
	get_code(&request, code);
	assert_int_equal(check(&request, code), OTP_RIGHT);
}

static int
try_wrong(struct db *db, int member, void *context)
{
	enum otp_verdict verdict;
	char typed[7];
	NEOERR *err;

	snprintf(typed, sizeof(typed), "%06d", member);
	err = otp_check(db, seal, &rules, context, typed, &verdict);
	log_failure("crowd", NULL, &err);
	return (int)verdict;
}

static void
of_many_tries_at_once_five_count(void **state)
{
	int results[CROWD];
	char phone[12], code[7];
	struct otp_request request = ask(phone);

	(void)state;
	do
		get_code(&request, code);
	while (strcmp(code, "000020") < 0);
	crowd_run(CROWD, try_wrong, &request, results);
	assert_int_equal(crowd_count(CROWD, results, OTP_WRONG), rules.tries);
	assert_int_equal(crowd_count(CROWD, results, OTP_TOO_MANY), CROWD - rules.tries);
}

static void
each_limit_refuses_by_itself_and_says_how_long(void **state)
{
	char phone[12], second[12], address[16];
	struct otp_request request = ask(phone), other = ask(second);
	struct otp_rules strict = rules;
	struct otp_sent sent;

	(void)state;
	strict.per_phone =
	    (struct throttle_rates) { .of = { { 1, 60 }, { 2, 3600 } }, .count = 2 };
	assert_ok(otp_send(instance_db, seal, &strict, &request, &sent));
	assert_true(sent.sent);
	assert_int_equal(sent.wait, 60);
	for (int i = 0; i < 5; i++) {
		assert_ok(otp_send(instance_db, seal, &strict, &request, &sent));
		assert_false(sent.sent);
		assert_in_range(sent.wait, 58, 60);
	}
	/* Pressing too often has not used up the hour. */
	strict.per_phone.of[0].window = 59;
	request.purpose = "reset";
	assert_ok(otp_send(instance_db, seal, &strict, &request, &sent));
	assert_true(sent.sent);
	strict.per_phone.of[0].window = 58;
	assert_ok(otp_send(instance_db, seal, &strict, &request, &sent));
	assert_false(sent.sent);
	assert_in_range(sent.wait, 3590, 3600);
	strict = rules;
	strict.per_address = (struct throttle_rates) { .of = { { 1, 60 } }, .count = 1 };
	snprintf(address, sizeof(address), "%s", other.phone);
	other.address = address;
	assert_ok(otp_send(instance_db, seal, &strict, &other, &sent));
	assert_true(sent.sent);
	assert_ok(otp_send(instance_db, seal, &strict, &other, &sent));
	assert_false(sent.sent);
	strict = rules;
	strict.all = (struct throttle_rates) { .of = { { 1, 2 } }, .count = 1 };
	assert_ok(otp_send(instance_db, seal, &strict, &other, &sent));
	assert_ok(otp_send(instance_db, seal, &strict, &other, &sent));
	assert_false(sent.sent);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_right_code_counts_once_with_blanks_or_its_mark_or_without),
		cmocka_unit_test(a_code_is_of_one_browser_and_one_purpose),
		cmocka_unit_test(
		    another_code_makes_the_first_worthless_and_gives_no_tries_back),
		cmocka_unit_test(an_old_code_is_worthless),
		cmocka_unit_test(a_mute_code_is_like_any_other_but_never_sent),
		cmocka_unit_test(of_many_tries_at_once_five_count),
		cmocka_unit_test(each_limit_refuses_by_itself_and_says_how_long),
	};

	return cmocka_run_group_tests_name("otp", tests, open_all, close_all);
}
