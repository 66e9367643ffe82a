/*
 * envelope_test.c - keys and signatures between two sides, and that only the agreed ones work.
 */
#include "night.h"

static struct envelope *
side(const char *own, const char *peer)
{
	struct envelope *envelope = NULL;

	assert_ok(envelope_init(&envelope, "intl", night_keys, own, peer));
	return envelope;
}

static const char *
verdict(struct envelope *envelope, const char *data, const struct bytes *signature)
{
	static struct fault fault;

	fault = (struct fault) { .code = "" };
	assert_ok(envelope_of(envelope)->verify(
	    envelope, data, strlen(data), signature->data, signature->len, &fault));
	return fault.code;
}

static void
a_signature_verifies_for_its_data_and_its_signer_only(void **state)
{
	struct envelope *bureau = side("bureau", NIGHT_BANK),
			*bank = side(NIGHT_BANK, "bureau");
	struct envelope *other = side("bureau", "stranger");
	struct bytes signature = BYTES_INIT;

	(void)state;
	night_pair(night_keys, "stranger", -3600, 3600);
	assert_ok(envelope_of(bank)->sign(bank, "manifest", 8, &signature));
	assert_string_equal(verdict(bureau, "manifest", &signature), "");
	assert_string_equal(verdict(bureau, "manifesT", &signature), "S01");
	assert_string_equal(verdict(bureau, "", &signature), "S01");
	assert_string_equal(verdict(other, "manifest", &signature), "S02");
	assert_string_equal(verdict(bank, "manifest", &signature), "S02");
	signature.len--;
	assert_string_equal(verdict(bureau, "manifest", &signature), "S01");
	signature.len = 0;
	assert_string_equal(verdict(bureau, "manifest", &signature), "S01");
	bytes_release(&signature);
	envelope_free(&bureau);
	envelope_free(&bank);
	envelope_free(&other);
}

static void
bytes_after_the_signature_are_refused(void **state)
{
	struct envelope *bureau = side("bureau", NIGHT_BANK),
			*bank = side(NIGHT_BANK, "bureau");
	struct bytes signature = BYTES_INIT, longer = BYTES_INIT;

	(void)state;
	assert_ok(envelope_of(bank)->sign(bank, "manifest", 8, &signature));
	longer.data = calloc(1, signature.len + 5);
	longer.len = signature.len + 4;
	memcpy(longer.data, signature.data, signature.len);
	assert_string_equal(verdict(bureau, "manifest", &longer), "S01");
	bytes_release(&signature);
	bytes_release(&longer);
	envelope_free(&bureau);
	envelope_free(&bank);
}

static void
a_key_opens_for_its_receiver_only(void **state)
{
	struct envelope *bureau = side("bureau", NIGHT_BANK),
			*bank = side(NIGHT_BANK, "bureau");
	struct bytes sealed = BYTES_INIT, key = BYTES_INIT;
	struct fault fault = { .code = "" };
	uint8_t secret[ENVELOPE_KEY_LEN];

	(void)state;
	assert_ok(seal_random(secret, sizeof(secret)));
	assert_ok(envelope_of(bureau)->seal(bureau, secret, sizeof(secret), &sealed));
	assert_ok(envelope_of(bank)->open(bank, sealed.data, sealed.len, &key, &fault));
	assert_string_equal(fault.code, "");
	assert_int_equal(key.len, sizeof(secret));
	assert_memory_equal(key.data, secret, sizeof(secret));
	bytes_release(&key);
	assert_ok(envelope_of(bureau)->open(bureau, sealed.data, sealed.len, &key, &fault));
	assert_string_equal(fault.code, "S04");
	assert_null(key.data);
	for (size_t at = 0; at < sealed.len; at += 13) {
		fault = (struct fault) { .code = "" };
		sealed.data[at] ^= 4;
		assert_ok(envelope_of(bank)->open(bank, sealed.data, sealed.len, &key, &fault));
		/* Damage in what names the receiver may be harmless; a wrong key never comes out. */
		if (!fault_is(&fault))
			assert_memory_equal(key.data, secret, sizeof(secret));
		bytes_release(&key);
		sealed.data[at] ^= 4;
	}
	bytes_release(&sealed);
	/* A key of another length is none. */
	assert_ok(envelope_of(bureau)->seal(bureau, secret, 16, &sealed));
	fault = (struct fault) { .code = "" };
	assert_ok(envelope_of(bank)->open(bank, sealed.data, sealed.len, &key, &fault));
	assert_string_equal(fault.code, "S04");
	bytes_release(&sealed);
	envelope_free(&bureau);
	envelope_free(&bank);
}

static void
missing_or_open_keys_are_a_matter_of_configuration(void **state)
{
	struct envelope *nobody = side("nobody", "nobody"),
			*bureau = side("bureau", NIGHT_BANK);
	struct envelope *none = NULL;
	struct bytes out = BYTES_INIT;
	char path[128];

	(void)state;
	assert_fails(envelope_of(nobody)->sign(nobody, "x", 1, &out), FAIL_CONFIG);
	assert_fails(envelope_of(nobody)->seal(nobody, "x", 1, &out), FAIL_CONFIG);
	assert_fails(
	    envelope_init(&none, "rot13", night_keys, "bureau", NIGHT_BANK), FAIL_CONFIG);
	snprintf(path, sizeof(path), "%s/bureau.key", night_keys);
	assert_int_equal(chmod(path, 0604), 0);
	assert_fails(envelope_of(bureau)->sign(bureau, "x", 1, &out), FAIL_CONFIG);
	assert_null(out.data);
	envelope_free(&nobody);
	envelope_free(&bureau);
}

int
main(void)
{
#define NIGHT(test) cmocka_unit_test_setup_teardown(test, night_begin, night_end)
	const struct CMUnitTest tests[] = {
		NIGHT(a_signature_verifies_for_its_data_and_its_signer_only),
		NIGHT(bytes_after_the_signature_are_refused),
		NIGHT(a_key_opens_for_its_receiver_only),
		NIGHT(missing_or_open_keys_are_a_matter_of_configuration),
	};

	return cmocka_run_group_tests_name("envelope", tests, NULL, NULL);
}
