/*
 * login_test.c - accounts, passwords, captchas and the counting of attempts.
 */
#include "instance.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "login/account.h"
#include "login/captcha.h"
#include "login/password.h"
#include "login/throttle.h"

static struct seal *seal;
static struct password_rules rules;

static int
open_all(void **state)
{
	instance_open(state);
	assert_ok(seal_init(&seal, instance_conf));
	assert_ok(password_rules_init(&rules, instance_conf));
	return 0;
}

static int
close_all(void **state)
{
	seal_free(&seal);
	return instance_close(state);
}

static void
a_password_is_known_again_and_another_is_not(void **state)
{
	char encoded[PASSWORD_HASH_LEN], twice[PASSWORD_HASH_LEN];
	bool match;

	(void)state;
	assert_ok(password_hash(seal, &rules, "Beijing2026", encoded));
	assert_ok(password_hash(seal, &rules, "Beijing2026", twice));
	assert_memory_equal(encoded, "$argon2id$v=19$m=19456,t=2,p=1$", 31);
	assert_string_not_equal(encoded, twice);
	assert_ok(password_verify(seal, &rules, "Beijing2026", encoded, &match));
	assert_true(match);
	assert_ok(password_verify(seal, &rules, "Beijing2027", encoded, &match));
	assert_false(match);
	assert_ok(password_verify(seal, &rules, "Beijing2026", NULL, &match));
	assert_false(match);
}

/* Out of the way of the sample citizens; new at every run. */
static void
invent(char *username, size_t size, char phone[12])
{
	uint32_t random;

	assert_ok(seal_random(&random, sizeof random));
	snprintf(username, size, "Test-%08X", random);
	snprintf(phone, 12, "199%08u", random % 100000000u);
}

static void
an_account_is_found_by_user_name_phone_and_id_number(void **state)
{
	char username[32], phone[12], spaced[16];
	struct account_new new = { .username = username,
		.phone = phone,
		.password = "Beijing2026",
		.name = "𠮷龙",
		.id_type = "06",
		.id_number = username + 5,
		.realname = true };
	const char *ways[] = { username, phone, spaced, new.id_number };
	struct account account;
	bool made;

	(void)state;
	invent(username, sizeof username, phone);
	/* A passport number holds a digit. */
	username[5] = '7';
	snprintf(spaced, sizeof spaced, "%.3s %.4s %s", phone, phone + 3, phone + 7);
	assert_ok(account_create(instance_db, seal, &rules, &new, &made));
	assert_true(made);
	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
		assert_ok(account_find(instance_db, seal, ways[i], &account));
		if (!account.found)
			fail_msg("not found by way %zu", i);
		assert_true(account.has_person);
		assert_string_equal(account.masked, "𠮷*");
		account_release(&account);
	}
	assert_ok(account_create(instance_db, seal, &rules, &new, &made));
	assert_false(made);
	assert_ok(account_find(instance_db, seal, "nobody-of-that-name", &account));
	assert_false(account.found);
}

static void
attempts_are_counted_per_rule_and_subject_until_the_window_ends(void **state)
{
	uint8_t subject[8];
	const struct throttle_rates rates = { .of = { { 3, 60 }, { 4, 600 } }, .count = 2 };
	const struct throttle_rates none = { .of = { { 1, 0 } }, .count = 1 };
	bool allowed;
	int64_t wait;

	(void)state;
	assert_ok(seal_random(subject, sizeof subject));
	for (int i = 0; i < 5; i++) {
		assert_ok(throttle_hit(instance_db, seal, "test", subject, sizeof subject,
		    &rates, &allowed, &wait));
		assert_int_equal(allowed, i < 3);
		if (i < 3)
			assert_int_equal(wait, 0);
		else if (i == 3)
			assert_in_range(wait, 58, 60);
		else
			assert_in_range(wait, 598, 600);
	}
	assert_ok(throttle_hit(
	    instance_db, seal, "other", subject, sizeof subject, &rates, &allowed, &wait));
	assert_true(allowed);
	assert_ok(throttle_clear(instance_db, seal, "test", subject, sizeof subject, &rates));
	assert_ok(throttle_hit(
	    instance_db, seal, "test", subject, sizeof subject, &rates, &allowed, &wait));
	assert_true(allowed);
	/* A window of no length: every attempt begins anew. */
	for (int i = 0; i < 5; i++) {
		assert_ok(throttle_hit(instance_db, seal, "again", subject, sizeof subject,
		    &none, &allowed, &wait));
		assert_true(allowed);
	}
}

static void
rates_are_read_whole_or_not_at_all(void **state)
{
	static const char *const wrong[] = { "", "x", "5", "5/", "/60", "0/60", "5/0", "5/60x",
		"1/1 2/2 3/3 4/4 5/5" };
	struct throttle_rates rates;

	(void)state;
	assert_ok(hdf_set_value(instance_conf, "Test.Rates", "5/60 10/900"));
	assert_ok(throttle_rates_init(&rates, instance_conf, "Test.Rates"));
	assert_int_equal(rates.count, 2);
	assert_int_equal(rates.of[1].limit, 10);
	assert_int_equal(rates.of[1].window, 900);
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		assert_ok(hdf_set_value(instance_conf, "Test.Rates", wrong[i]));
		assert_fails(
		    throttle_rates_init(&rates, instance_conf, "Test.Rates"), FAIL_CONFIG);
	}
}

static void
a_captcha_is_bound_to_browser_time_and_itself(void **state)
{
	char id[CAPTCHA_ID_LEN], other[CAPTCHA_ID_LEN], answer[CAPTCHA_MAX_ANSWER],
	    again[CAPTCHA_MAX_ANSWER];
	bool known;

	(void)state;
	assert_ok(captcha_new(seal, "browser", id));
	assert_ok(captcha_answer(seal, "browser", id, 300, 5, &known, answer));
	assert_true(known);
	assert_int_equal(strlen(answer), 5);
	assert_ok(captcha_answer(seal, "browser", id, 300, 5, &known, again));
	assert_string_equal(answer, again);
	assert_ok(captcha_answer(seal, "another", id, 300, 5, &known, again));
	assert_false(known);
	assert_ok(captcha_answer(seal, "browser", id, -1, 5, &known, again));
	assert_false(known);
	for (size_t i = 0; id[i]; i++) {
		memcpy(other, id, sizeof id);
		other[i] = other[i] == '0' ? '1' : '0';
		assert_ok(captcha_answer(seal, "browser", other, 300, 5, &known, again));
		assert_false(known);
	}
	assert_ok(captcha_answer(seal, "browser", "", 300, 5, &known, again));
	assert_false(known);
	assert_ok(captcha_answer(seal, "browser", NULL, 300, 5, &known, again));
	assert_false(known);
}

static void
an_answer_counts_once_whatever_its_case_and_blanks(void **state)
{
	char id[CAPTCHA_ID_LEN], answer[CAPTCHA_MAX_ANSWER], typed[2 * CAPTCHA_MAX_ANSWER];
	bool known, right;

	(void)state;
	assert_ok(captcha_new(seal, "browser", id));
	assert_ok(captcha_answer(seal, "browser", id, 300, 5, &known, answer));
	snprintf(typed, sizeof typed, " %c %s", answer[0] | 0x20, answer + 1);
	assert_ok(captcha_check(instance_db, seal, 300, 5, "browser", id, typed, &right));
	assert_true(right);
	assert_ok(captcha_check(instance_db, seal, 300, 5, "browser", id, answer, &right));
	assert_false(right);
	assert_ok(captcha_new(seal, "browser", id));
	assert_ok(captcha_answer(seal, "browser", id, 300, 5, &known, answer));
	assert_ok(captcha_check(instance_db, seal, 300, 5, "browser", id, "00000", &right));
	assert_false(right);
	assert_ok(captcha_check(instance_db, seal, 300, 5, "browser", id, answer, &right));
	assert_false(right);
}

static void
a_captcha_is_drawn_as_a_picture(void **state)
{
	char id[CAPTCHA_ID_LEN];
	struct bytes png = BYTES_INIT;

	(void)state;
	assert_ok(captcha_new(seal, "browser", id));
	assert_ok(captcha_draw(id, "ACDEF", 2, &png));
	assert_true(png.len > 2000);
	assert_memory_equal(png.data, "\x89PNG", 4);
	bytes_release(&png);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_password_is_known_again_and_another_is_not),
		cmocka_unit_test(an_account_is_found_by_user_name_phone_and_id_number),
		cmocka_unit_test(
		    attempts_are_counted_per_rule_and_subject_until_the_window_ends),
		cmocka_unit_test(rates_are_read_whole_or_not_at_all),
		cmocka_unit_test(a_captcha_is_bound_to_browser_time_and_itself),
		cmocka_unit_test(an_answer_counts_once_whatever_its_case_and_blanks),
		cmocka_unit_test(a_captcha_is_drawn_as_a_picture),
	};

	return cmocka_run_group_tests_name("login", tests, open_all, close_all);
}
