/*
 * qr_test.c - QR codes: whose they are, for how long, and what becomes of them once.
 */
#include "instance.h"

#include <stdlib.h>
#include <string.h>

#include "login/qr.h"
#include "web/qrcode.h"

#define TOKEN "0123456789012345678901234567890123456789abc"
#define OTHER "0123456789012345678901234567890123456789abd"

static struct seal *seal;
static const uint8_t shown[QR_SHOWN_LEN] = { 5, 4, 4, 203, 0, 113 };
static const uint8_t account[SEAL_ID_LEN] = { 1 };
static const struct qr_times times = { .life = 90, .take = 60 };
static const struct qr_times over = { .life = 0, .take = 60 };

static int
open_all(void **state)
{
	instance_open(state);
	assert_ok(seal_init(&seal, instance_conf));
	return 0;
}

static int
close_all(void **state)
{
	seal_free(&seal);
	return instance_close(state);
}

static struct qr
draw(char code[QR_CODE_LEN])
{
	struct qr qr;

	assert_ok(qr_new(seal, TOKEN, shown, code));
	assert_int_equal(strlen(code), QR_CODE_LEN - 1);
	assert_ok(qr_read(seal, &times, TOKEN, code, &qr));
	assert_true(qr.known);
	return qr;
}

static void
a_code_is_its_browsers_and_says_what_was_shown(void **state)
{
	char code[QR_CODE_LEN], second[QR_CODE_LEN];
	struct qr qr = draw(code);

	(void)state;
	assert_true(qr.own);
	assert_memory_equal(qr.shown, shown, sizeof shown);
	assert_in_range(qr.left, 88, 90);
	assert_in_range(qr.number, 10, 99);
	assert_ok(qr_read(seal, &times, OTHER, code, &qr));
	assert_true(qr.known);
	assert_false(qr.own);
	assert_ok(qr_read(seal, &times, "", code, &qr));
	assert_true(qr.known);
	assert_false(qr.own);
	draw(second);
	assert_string_not_equal(code, second);
}

static void
a_code_with_any_other_character_is_unknown(void **state)
{
	static const char letters[] = "AQgw-_=+/ \x80.";
	char code[QR_CODE_LEN], text[QR_CODE_LEN + 1];
	struct qr qr;

	(void)state;
	draw(code);
	for (size_t i = 0; i < QR_CODE_LEN - 1; i++)
		for (const char *c = letters; *c; c++) {
			memcpy(text, code, sizeof code);
			text[i] = *c;
			assert_ok(qr_read(seal, &times, TOKEN, text, &qr));
			if (qr.known != (code[i] == *c))
				fail_msg("place %zu, character %d", i, *c);
		}
	snprintf(text, sizeof text, "%sA", code);
	assert_ok(qr_read(seal, &times, TOKEN, text, &qr));
	assert_false(qr.known);
	assert_ok(qr_read(seal, &times, TOKEN, code + 4, &qr));
	assert_false(qr.known);
	assert_ok(qr_read(seal, &times, TOKEN, "", &qr));
	assert_false(qr.known);
}

static void
a_code_ends(void **state)
{
	static const struct qr_times gone = { .life = -1, .take = 0 };
	char code[QR_CODE_LEN];
	struct qr qr;
	struct qr_row row;

	(void)state;
	draw(code);
	assert_ok(qr_read(seal, &over, TOKEN, code, &qr));
	assert_true(qr.known);
	assert_int_equal(qr.left, 0);
	assert_ok(qr_look(instance_db, &qr, &over, &row));
	assert_int_equal(row.state, QR_EXPIRED);
	assert_ok(qr_read(seal, &gone, TOKEN, code, &qr));
	assert_false(qr.known);
}

static void
the_first_phone_decides_and_the_code_is_used_once(void **state)
{
	char code[QR_CODE_LEN];
	struct qr qr = draw(code), late;
	struct qr_row row;
	bool mine, done;

	(void)state;
	assert_ok(qr_look(instance_db, &qr, &times, &row));
	assert_int_equal(row.state, QR_WAITING);
	assert_ok(qr_decide(instance_db, seal, &qr, "phone", true, &done));
	assert_false(done);
	for (int i = 0; i < 2; i++) {
		assert_ok(
		    qr_scan(instance_db, seal, &qr, &times, "phone", account, &row, &mine));
		assert_true(mine);
		assert_int_equal(row.state, QR_SCANNED);
	}
	assert_ok(qr_scan(instance_db, seal, &qr, &times, "another", account, &row, &mine));
	assert_false(mine);
	assert_ok(qr_decide(instance_db, seal, &qr, "another", true, &done));
	assert_false(done);
	assert_ok(qr_use(instance_db, &qr, &times, &done));
	assert_false(done);
	/* Too late to decide. */
	assert_ok(qr_read(seal, &over, TOKEN, code, &late));
	assert_ok(qr_decide(instance_db, seal, &late, "phone", true, &done));
	assert_false(done);
	assert_ok(qr_look(instance_db, &late, &over, &row));
	assert_int_equal(row.state, QR_EXPIRED);
	assert_ok(qr_decide(instance_db, seal, &qr, "phone", true, &done));
	assert_true(done);
	assert_ok(qr_decide(instance_db, seal, &qr, "phone", false, &done));
	assert_false(done);
	assert_ok(qr_look(instance_db, &qr, &times, &row));
	assert_int_equal(row.state, QR_CONFIRMED);
	assert_memory_equal(row.account, account, sizeof account);
	assert_ok(qr_use(instance_db, &qr, &times, &done));
	assert_true(done);
	assert_ok(qr_use(instance_db, &qr, &times, &done));
	assert_false(done);
	assert_ok(qr_look(instance_db, &qr, &times, &row));
	assert_int_equal(row.state, QR_USED);
}

static void
what_is_cancelled_gives_nothing(void **state)
{
	char code[QR_CODE_LEN];
	struct qr qr = draw(code);
	struct qr_row row;
	bool mine, done;

	(void)state;
	assert_ok(qr_scan(instance_db, seal, &qr, &times, "phone", account, &row, &mine));
	assert_ok(qr_decide(instance_db, seal, &qr, "phone", false, &done));
	assert_true(done);
	assert_ok(qr_decide(instance_db, seal, &qr, "phone", true, &done));
	assert_false(done);
	assert_ok(qr_use(instance_db, &qr, &times, &done));
	assert_false(done);
	assert_ok(qr_look(instance_db, &qr, &times, &row));
	assert_int_equal(row.state, QR_CANCELLED);
}

static void
the_picture_is_one_path(void **state)
{
	STRING path;
	int size;

	(void)state;
	string_init(&path);
	assert_ok(qrcode_draw("http://127.0.0.1/", &path, &size));
	assert_int_equal(size % 4, 1);                /* 17 + 4 × version, and 8 */
	assert_memory_equal(path.buf, "M4 4.5h7", 8); /* the corner's mark */
	string_clear(&path);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_code_is_its_browsers_and_says_what_was_shown),
		cmocka_unit_test(a_code_with_any_other_character_is_unknown),
		cmocka_unit_test(a_code_ends),
		cmocka_unit_test(the_first_phone_decides_and_the_code_is_used_once),
		cmocka_unit_test(what_is_cancelled_gives_nothing),
		cmocka_unit_test(the_picture_is_one_path),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
