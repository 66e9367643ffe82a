/*
 * seal_test.c - what is sealed opens only here, whole, and in its own place.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/fail.h"
#include "base/log.h"
#include "base/seal.h"

#define KEY_A "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define KEY_B "f0f1f2f3f4f5f6f7f8f9fafbfcfdfefff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"
#define INDEX "index 0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b\n"

static char path[] = "/tmp/seal_test.XXXXXX";
static HDF *conf;

static void
write_ring(const char *text, mode_t mode)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static struct seal *
ring(const char *text)
{
	struct seal *seal = NULL;
	NEOERR *err;

	write_ring(text, 0600);
	err = seal_init(&seal, conf);
	if (err != STATUS_OK) {
		log_failure("test", NULL, &err);
		fail();
	}
	return seal;
}

static int
make_ring(void **state)
{
	int fd;

	(void)state;
	assert_ptr_equal(fail_init(), STATUS_OK);
	fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	assert_ptr_equal(hdf_init(&conf), STATUS_OK);
	assert_ptr_equal(hdf_set_value(conf, "Seal.Ring", path), STATUS_OK);
	return 0;
}

static int
remove_ring(void **state)
{
	(void)state;
	hdf_destroy(&conf);
	return unlink(path);
}

static void
assert_fails(NEOERR *err, NERR_TYPE kind)
{
	assert_ptr_not_equal(err, STATUS_OK);
	assert_true(nerr_handle(&err, kind));
}

static void
what_is_sealed_opens_again_at_every_length(void **state)
{
	struct seal *seal = ring("7 " KEY_A "\n" INDEX);
	uint8_t plain[300];

	(void)state;
	for (size_t i = 0; i < sizeof(plain); i++)
		plain[i] = (uint8_t)(i * 7);
	for (size_t len = 0; len <= sizeof(plain); len++) {
		struct bytes sealed = BYTES_INIT, opened = BYTES_INIT;

		assert_ptr_equal(
		    seal_close(seal, "draft.data", "row", 3, plain, len, &sealed), STATUS_OK);
		assert_int_equal(sealed.len, len + SEAL_OVERHEAD);
		assert_memory_equal(sealed.data, "\x01\x00\x00\x00\x07", 5);
		assert_ptr_equal(
		    seal_open(seal, "draft.data", "row", 3, sealed.data, sealed.len, &opened),
		    STATUS_OK);
		assert_int_equal(opened.len, len);
		assert_memory_equal(opened.data, plain, len);
		assert_int_equal(opened.data[len], 0);
		bytes_release(&sealed);
		bytes_release(&opened);
		assert_null(opened.data);
	}
	seal_free(&seal);
	assert_null(seal);
}

static void
the_same_text_never_looks_the_same(void **state)
{
	struct seal *seal = ring("7 " KEY_A "\n" INDEX);
	struct bytes one = BYTES_INIT, two = BYTES_INIT;

	(void)state;
	assert_ptr_equal(seal_close(seal, "a.b", "r", 1, "text", 4, &one), STATUS_OK);
	assert_ptr_equal(seal_close(seal, "a.b", "r", 1, "text", 4, &two), STATUS_OK);
	assert_memory_not_equal(one.data + 5, two.data + 5, 12);
	assert_memory_not_equal(one.data + 17, two.data + 17, 20);
	bytes_release(&one);
	bytes_release(&two);
	seal_free(&seal);
}

static void
one_changed_bit_or_a_missing_byte_does_not_open(void **state)
{
	struct seal *seal = ring("7 " KEY_A "\n3 " KEY_B "\n" INDEX);
	struct bytes sealed = BYTES_INIT, opened = BYTES_INIT;

	(void)state;
	assert_ptr_equal(seal_close(seal, "a.b", "r", 1, "some text", 9, &sealed), STATUS_OK);
	for (size_t i = 0; i < sealed.len * 8; i++) {
		sealed.data[i / 8] ^= (uint8_t)(1 << i % 8);
		assert_fails(seal_open(seal, "a.b", "r", 1, sealed.data, sealed.len, &opened),
		    FAIL_CRYPTO);
		sealed.data[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	for (size_t len = 0; len < sealed.len; len++)
		assert_fails(
		    seal_open(seal, "a.b", "r", 1, sealed.data, len, &opened), FAIL_CRYPTO);
	assert_null(opened.data);
	bytes_release(&sealed);
	seal_free(&seal);
}

static void
it_does_not_open_in_another_column_or_row(void **state)
{
	static const struct {
		const char *where, *row;
		size_t len;
	} others[] = {
		{ "a.c", "r", 1 },
		{ "b.b", "r", 1 },
		{ "a.b", "s", 1 },
		{ "a.b", "", 0 },
		{ "a.b", "r\0", 2 },
		{ "a.b", "\0r", 2 },
		{ "a.", "b\0r", 3 },
	};
	struct seal *seal = ring("7 " KEY_A "\n" INDEX);
	struct bytes sealed = BYTES_INIT, opened = BYTES_INIT;

	(void)state;
	assert_ptr_equal(seal_close(seal, "a.b", "r", 1, "text", 4, &sealed), STATUS_OK);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_fails(seal_open(seal, others[i].where, others[i].row, others[i].len,
				 sealed.data, sealed.len, &opened),
		    FAIL_CRYPTO);
	bytes_release(&sealed);
	seal_free(&seal);
}

static void
the_last_key_seals_and_the_others_still_open(void **state)
{
	struct seal *old = ring("7 " KEY_A "\n" INDEX);
	struct bytes first = BYTES_INIT, second = BYTES_INIT, opened = BYTES_INIT;
	struct seal *both, *only;

	(void)state;
	assert_ptr_equal(seal_close(old, "a.b", "r", 1, "text", 4, &first), STATUS_OK);
	both = ring("# rotated\n7 " KEY_A "\n" INDEX "\n3   " KEY_B "\n");
	assert_ptr_equal(
	    seal_open(both, "a.b", "r", 1, first.data, first.len, &opened), STATUS_OK);
	bytes_release(&opened);
	assert_ptr_equal(seal_close(both, "a.b", "r", 1, "text", 4, &second), STATUS_OK);
	assert_int_equal(second.data[4], 3);
	/* The ring without key 7, then one whose key 3 is another. */
	only = ring("3 " KEY_B "\n" INDEX);
	assert_fails(
	    seal_open(only, "a.b", "r", 1, first.data, first.len, &opened), FAIL_CRYPTO);
	seal_free(&only);
	only = ring("3 " KEY_A "\n" INDEX);
	assert_fails(
	    seal_open(only, "a.b", "r", 1, second.data, second.len, &opened), FAIL_CRYPTO);
	seal_free(&only);
	bytes_release(&first);
	bytes_release(&second);
	seal_free(&old);
	seal_free(&both);
}

static void
it_opens_what_another_program_sealed(void **state)
{
	/* Node's aes-256-gcm: key KEY_A, nonce 00…0b, AAD "a.b" 00 "r" 00 00000007, "text" */
	static const char hex[] = "0100000007000102030405060708090a0b"
				  "3367ae6f8e9f44aa9b79df53bde97e7fc4df836a";
	struct seal *seal = ring("7 " KEY_A "\n" INDEX);
	struct bytes opened = BYTES_INIT;
	uint8_t sealed[37];

	(void)state;
	assert_int_equal(seal_unhex(hex, sealed, sizeof(sealed)), 1);
	assert_ptr_equal(
	    seal_open(seal, "a.b", "r", 1, sealed, sizeof(sealed), &opened), STATUS_OK);
	assert_string_equal((char *)opened.data, "text");
	bytes_release(&opened);
	seal_free(&seal);
}

static void
a_malformed_ring_is_refused(void **state)
{
	static const char *const rings[] = {
		"",
		"7 " KEY_A "\n",                    /* no index key */
		INDEX,                              /* no key */
		"7 " KEY_A "\n" INDEX INDEX,        /* two of them */
		"7 " KEY_A "\n7 " KEY_B "\n" INDEX, /* one id twice */
		"0 " KEY_A "\n" INDEX,
		"-7 " KEY_A "\n" INDEX,
		"7x " KEY_A "\n" INDEX,
		"4294967296 " KEY_A "\n" INDEX,
		"99999999999999999999999 " KEY_A "\n" INDEX,
		"7 " KEY_A "00\n" INDEX,
		"7 0" KEY_A "\n" INDEX,
		"7 00010203\n" INDEX,
		"7 " KEY_A " 8\n" INDEX,
		"7\n" INDEX,
		"7 g00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n" INDEX,
		"7 " KEY_A "\nindex 00\n",
		"7 " KEY_A KEY_A KEY_A KEY_A "\n" INDEX,
	};
	struct seal *seal = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(rings) / sizeof(rings[0]); i++) {
		write_ring(rings[i], 0600);
		assert_fails(seal_init(&seal, conf), FAIL_CONFIG);
		assert_null(seal);
	}
}

static void
a_ring_that_others_may_read_is_refused(void **state)
{
	static const mode_t open_modes[] = { 0640, 0604, 0620, 0644, 0601, 0610 };
	struct seal *seal = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(open_modes) / sizeof(open_modes[0]); i++) {
		write_ring("7 " KEY_A "\n" INDEX, open_modes[i]);
		assert_fails(seal_init(&seal, conf), FAIL_CONFIG);
	}
	assert_int_equal(chmod(path, 0400), 0);
	assert_ptr_equal(seal_init(&seal, conf), STATUS_OK);
	seal_free(&seal);
	assert_ptr_equal(hdf_set_value(conf, "Seal.Ring", "/nonexistent/ring"), STATUS_OK);
	assert_fails(seal_init(&seal, conf), FAIL_CONFIG);
	assert_ptr_equal(hdf_set_value(conf, "Seal.Ring", "/tmp"), STATUS_OK);
	assert_fails(seal_init(&seal, conf), FAIL_CONFIG);
	assert_ptr_equal(hdf_set_value(conf, "Seal.Ring", path), STATUS_OK);
	assert_int_equal(chmod(path, 0600), 0);
}

static void
a_hash_depends_on_purpose_text_and_the_index_key_alone(void **state)
{
	struct seal *seal = ring("7 " KEY_A "\n" INDEX);
	struct seal *rotated = ring("7 " KEY_A "\n9 " KEY_B "\n" INDEX);
	uint8_t hash[SEAL_HASH_LEN], same[SEAL_HASH_LEN], other[SEAL_HASH_LEN];
	char hex[2 * SEAL_HASH_LEN + 1], purpose[65];

	(void)state;
	assert_ptr_equal(seal_hash(seal, "person", "11010519491231002X", 18, hash), STATUS_OK);
	assert_ptr_equal(
	    seal_hash(rotated, "person", "11010519491231002X", 18, same), STATUS_OK);
	assert_true(seal_equal(hash, same, sizeof(hash)));
	assert_ptr_equal(seal_hash(seal, "phone", "11010519491231002X", 18, other), STATUS_OK);
	assert_false(seal_equal(hash, other, sizeof(hash)));
	assert_ptr_equal(seal_hash(seal, "person", "110105194912310021", 18, other), STATUS_OK);
	assert_false(seal_equal(hash, other, sizeof(hash)));
	assert_ptr_equal(seal_hash(seal, "person", NULL, 0, other), STATUS_OK);
	/* openssl kdf HKDF, mode EXPAND_ONLY, key INDEX, info "person"; then openssl mac HMAC */
	seal_hex(hash, sizeof(hash), hex);
	assert_string_equal(
	    hex, "24c2e544569c3563876d3169812c79105ac0d82e9955b7ed3b7e07990ffda7b0");
	memset(purpose, 'p', 64);
	purpose[64] = '\0';
	assert_fails(seal_hash(seal, purpose, "x", 1, other), FAIL_CRYPTO);
	seal_free(&seal);
	seal_free(&rotated);
}

static void
tokens_are_base64url_and_never_twice_the_same(void **state)
{
	char tokens[200][SEAL_TOKEN_LEN];

	(void)state;
	for (size_t i = 0; i < 200; i++) {
		assert_ptr_equal(seal_token(tokens[i]), STATUS_OK);
		assert_int_equal(strlen(tokens[i]), SEAL_TOKEN_LEN - 1);
		assert_int_equal(
		    strspn(tokens[i], "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789-_"),
		    SEAL_TOKEN_LEN - 1);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(tokens[i], tokens[j]);
	}
}

static void
random_fills_more_than_one_call_gives(void **state)
{
	static uint8_t random[1 << 20];
	size_t zeros = 0;

	(void)state;
	assert_ptr_equal(seal_random(random, sizeof(random)), STATUS_OK);
	for (size_t i = 0; i < sizeof(random); i++)
		zeros += random[i] == 0;
	assert_in_range(zeros, sizeof(random) / 256 - 1000, sizeof(random) / 256 + 1000);
}

static void
hex_goes_and_comes_back_and_nothing_else_does(void **state)
{
	static const char *const bad[] = { "", "00ff1", "00ff100", "00FF10", "00ff1g", "0x00ff",
		"00ff10 ", "00ff1\xc3" };
	const uint8_t bytes[] = { 0x00, 0xff, 0x10 };
	uint8_t back[3] = { 1, 2, 3 };
	char hex[7];

	(void)state;
	seal_hex(bytes, sizeof(bytes), hex);
	assert_string_equal(hex, "00ff10");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(seal_unhex(bad[i], back, sizeof(back)), 0);
	assert_int_equal(seal_unhex(NULL, back, sizeof(back)), 0);
	assert_int_equal(back[0], 1);
	assert_int_equal(seal_unhex(hex, back, sizeof(back)), 1);
	assert_memory_equal(back, bytes, sizeof(bytes));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_sealed_opens_again_at_every_length),
		cmocka_unit_test(the_same_text_never_looks_the_same),
		cmocka_unit_test(one_changed_bit_or_a_missing_byte_does_not_open),
		cmocka_unit_test(it_does_not_open_in_another_column_or_row),
		cmocka_unit_test(the_last_key_seals_and_the_others_still_open),
		cmocka_unit_test(it_opens_what_another_program_sealed),
		cmocka_unit_test(a_malformed_ring_is_refused),
		cmocka_unit_test(a_ring_that_others_may_read_is_refused),
		cmocka_unit_test(a_hash_depends_on_purpose_text_and_the_index_key_alone),
		cmocka_unit_test(tokens_are_base64url_and_never_twice_the_same),
		cmocka_unit_test(random_fills_more_than_one_call_gives),
		cmocka_unit_test(hex_goes_and_comes_back_and_nothing_else_does),
	};

	return cmocka_run_group_tests_name("seal", tests, make_ring, remove_ring);
}
