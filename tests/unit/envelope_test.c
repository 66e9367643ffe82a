/*
 * envelope_test.c - keys and signatures between two sides, and that only the agreed ones work.
 */
#include "night.h"

static struct envelope *
side(const char *own, const char *peer)
{
	struct envelope *envelope = NULL;

	assert_ok(envelope_init(&envelope, night_profile, night_keys, own, peer));
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

/* What somebody else's signature is: with SM2 nothing in it says whose it is. */
static const char *
stranger(void)
{
	return strcmp(night_profile, "sm") == 0 ? "S01" : "S02";
}

static void
a_signature_verifies_for_its_data_and_its_signer_only(void **state)
{
	struct envelope *bureau = side(night_bureau(), NIGHT_BANK),
			*bank = side(NIGHT_BANK, night_bureau());
	struct envelope *other = side(night_bureau(), "stranger");
	struct bytes signature = BYTES_INIT;

	(void)state;
	night_pair(night_keys, "stranger", -3600, 3600);
	assert_ok(envelope_of(bank)->sign(bank, "manifest", 8, &signature));
	assert_string_equal(verdict(bureau, "manifest", &signature), "");
	assert_string_equal(verdict(bureau, "manifesT", &signature), "S01");
	assert_string_equal(verdict(bureau, "", &signature), "S01");
	assert_string_equal(verdict(other, "manifest", &signature), stranger());
	assert_string_equal(verdict(bank, "manifest", &signature), stranger());
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
	struct envelope *bureau = side(night_bureau(), NIGHT_BANK),
			*bank = side(NIGHT_BANK, night_bureau());
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
	struct envelope *bureau = side(night_bureau(), NIGHT_BANK),
			*bank = side(NIGHT_BANK, night_bureau());
	struct bytes sealed = BYTES_INIT, key = BYTES_INIT;
	struct fault fault = { .code = "" };
	uint8_t secret[ENVELOPE_KEY_LEN];
	const size_t len = envelope_of(bureau)->key_len;

	(void)state;
	assert_ok(seal_random(secret, sizeof(secret)));
	assert_ok(envelope_of(bureau)->seal(bureau, secret, len, &sealed));
	assert_ok(envelope_of(bank)->open(bank, sealed.data, sealed.len, &key, &fault));
	assert_string_equal(fault.code, "");
	assert_int_equal(key.len, len);
	assert_memory_equal(key.data, secret, len);
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
			assert_memory_equal(key.data, secret, len);
		bytes_release(&key);
		sealed.data[at] ^= 4;
	}
	bytes_release(&sealed);
	/* A key of another length is none. */
	assert_ok(envelope_of(bureau)->seal(bureau, secret, len - 1, &sealed));
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
			*bureau = side(night_bureau(), NIGHT_BANK);
	struct envelope *none = NULL;
	struct bytes out = BYTES_INIT;
	char path[128];

	(void)state;
	assert_fails(envelope_of(nobody)->sign(nobody, "x", 1, &out), FAIL_CONFIG);
	assert_fails(envelope_of(nobody)->seal(nobody, "x", 1, &out), FAIL_CONFIG);
	assert_fails(
	    envelope_init(&none, "rot13", night_keys, night_bureau(), NIGHT_BANK), FAIL_CONFIG);
	snprintf(path, sizeof(path), "%s/%s.key", night_keys, night_bureau());
	assert_int_equal(chmod(path, 0604), 0);
	assert_fails(envelope_of(bureau)->sign(bureau, "x", 1, &out), FAIL_CONFIG);
	assert_null(out.data);
	envelope_free(&nobody);
	envelope_free(&bureau);
}

static void
a_certificate_counts_only_in_its_time(void **state)
{
	struct envelope *bank = side(NIGHT_BANK, night_bureau()), *bureau;
	static const long times[][2] = { { -3600, -60 }, { 60, 3600 } };
	struct bytes signature = BYTES_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		night_pair(night_keys, "timed", times[i][0], times[i][1]);
		envelope_free(&bank);
		bank = side("timed", night_bureau());
		bureau = side(night_bureau(), "timed");
		assert_ok(envelope_of(bank)->sign(bank, "manifest", 8, &signature));
		assert_string_equal(verdict(bureau, "manifest", &signature), "S03");
		bytes_release(&signature);
		envelope_free(&bureau);
	}
	envelope_free(&bank);
}

/* A pair of the other profile is a matter of configuration, and says so. */
static void
keys_of_another_curve_are_told(void **state)
{
	struct envelope *bureau = side("p256", "p256");
	struct bytes out = BYTES_INIT;
	struct fault fault = { .code = "" };

	(void)state;
	night_profile = "intl";
	night_pair(night_keys, "p256", -3600, 3600);
	night_profile = "sm";
	assert_fails(envelope_of(bureau)->sign(bureau, "x", 1, &out), FAIL_CONFIG);
	assert_fails(envelope_of(bureau)->seal(bureau, "x", 1, &out), FAIL_CONFIG);
	assert_fails(envelope_of(bureau)->verify(bureau, "x", 1, "y", 1, &fault), FAIL_CONFIG);
	assert_fails(envelope_of(bureau)->open(bureau, "x", 1, &out, &fault), FAIL_CONFIG);
	envelope_free(&bureau);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		NIGHTS(a_signature_verifies_for_its_data_and_its_signer_only),
		NIGHTS(bytes_after_the_signature_are_refused),
		NIGHTS(a_key_opens_for_its_receiver_only),
		NIGHTS(missing_or_open_keys_are_a_matter_of_configuration),
		NIGHTS(a_certificate_counts_only_in_its_time),
		cmocka_unit_test_setup_teardown(
		    keys_of_another_curve_are_told, night_begin_sm, night_end),
	};

	return cmocka_run_group_tests_name("envelope", tests, NULL, NULL);
}
