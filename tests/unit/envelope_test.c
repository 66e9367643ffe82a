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
	assert_ok(envelope_verify(
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
	assert_ok(envelope_sign(bank, "manifest", 8, &signature));
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
	assert_ok(envelope_sign(bank, "manifest", 8, &signature));
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
	struct bytes sealed = BYTES_INIT, longer = BYTES_INIT, key = BYTES_INIT;
	struct fault fault = { .code = "" };
	uint8_t secret[ENVELOPE_KEY_LEN];
	const size_t len = envelope_profile(bureau)->key_len;

	(void)state;
	assert_ok(seal_random(secret, sizeof(secret)));
	assert_ok(envelope_seal(bureau, secret, len, &sealed));
	assert_ok(envelope_open(bank, sealed.data, sealed.len, &key, &fault));
	assert_string_equal(fault.code, "");
	assert_int_equal(key.len, len);
	assert_memory_equal(key.data, secret, len);
	bytes_release(&key);
	assert_ok(envelope_open(bureau, sealed.data, sealed.len, &key, &fault));
	assert_string_equal(fault.code, "S04");
	assert_null(key.data);
	for (size_t at = 0; at < sealed.len; at += 13) {
		fault = (struct fault) { .code = "" };
		sealed.data[at] ^= 4;
		assert_ok(envelope_open(bank, sealed.data, sealed.len, &key, &fault));
		/* Damage in what names the receiver may be harmless; a wrong key never comes out. */
		if (!fault_is(&fault))
			assert_memory_equal(key.data, secret, len);
		bytes_release(&key);
		sealed.data[at] ^= 4;
	}
	longer.data = calloc(1, sealed.len + 2);
	longer.len = sealed.len + 1;
	memcpy(longer.data, sealed.data, sealed.len);
	fault = (struct fault) { .code = "" };
	assert_ok(envelope_open(bank, longer.data, longer.len, &key, &fault));
	assert_string_equal(fault.code, "S04");
	bytes_release(&longer);
	bytes_release(&sealed);
	/* A key of another length is none. */
	assert_ok(envelope_seal(bureau, secret, len - 1, &sealed));
	fault = (struct fault) { .code = "" };
	assert_ok(envelope_open(bank, sealed.data, sealed.len, &key, &fault));
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
	assert_fails(envelope_sign(nobody, "x", 1, &out), FAIL_CONFIG);
	assert_fails(envelope_seal(nobody, "x", 1, &out), FAIL_CONFIG);
	assert_fails(
	    envelope_init(&none, "rot13", night_keys, night_bureau(), NIGHT_BANK), FAIL_CONFIG);
	snprintf(path, sizeof(path), "%s/%s.key", night_keys, night_bureau());
	assert_int_equal(chmod(path, 0604), 0);
	assert_fails(envelope_sign(bureau, "x", 1, &out), FAIL_CONFIG);
	assert_null(out.data);
	envelope_free(&nobody);
	envelope_free(&bureau);
}

static void
a_certificate_counts_only_in_its_time(void **state)
{
	static const long times[][2] = { { -3600, -60 }, { 60, 3600 } };
	struct bytes signature = BYTES_INIT, none = BYTES_INIT;
	struct envelope *bank, *bureau;

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		night_pair(night_keys, NIGHT_BANK, times[i][0], times[i][1]);
		bank = side(NIGHT_BANK, night_bureau());
		bureau = side(night_bureau(), NIGHT_BANK);
		night_sign(NIGHT_BANK, "manifest", 8, &signature);
		assert_string_equal(verdict(bureau, "manifest", &signature), "S03");
		assert_string_equal(verdict(bureau, "manifesT", &signature), "S01");
		assert_fails(envelope_sign(bank, "x", 1, &none), FAIL_CONFIG);
		assert_fails(envelope_seal(bureau, "x", 1, &none), FAIL_CONFIG);
		bytes_release(&signature);
		envelope_free(&bank);
		envelope_free(&bureau);
	}
}

/* Keys of another kind, or of another certificate, are a matter of configuration, and say so. */
static void
keys_that_do_not_fit_are_told(void **state)
{
	const char *profile = night_profile;
	struct envelope *wrong = side("wrong", "wrong"), *mixed = side("mixed", "mixed");
	struct bytes out = BYTES_INIT;
	struct fault fault = { .code = "" };
	char from[160], to[160];

	(void)state;
	night_profile = strcmp(profile, "sm") == 0 ? "intl" : "sm";
	night_pair(night_keys, "wrong", -3600, 3600);
	night_profile = profile;
	assert_fails(envelope_sign(wrong, "x", 1, &out), FAIL_CONFIG);
	assert_fails(envelope_seal(wrong, "x", 1, &out), FAIL_CONFIG);
	assert_fails(envelope_verify(wrong, "x", 1, "y", 1, &fault), FAIL_CONFIG);
	assert_fails(envelope_open(wrong, "x", 1, &out, &fault), FAIL_CONFIG);
	night_pair(night_keys, "mixed", -3600, 3600);
	snprintf(from, sizeof(from), "%s/" NIGHT_BANK ".key", night_keys);
	snprintf(to, sizeof(to), "%s/mixed.key", night_keys);
	assert_int_equal(rename(from, to), 0);
	assert_fails(envelope_sign(mixed, "x", 1, &out), FAIL_CONFIG);
	assert_fails(envelope_open(mixed, "x", 1, &out, &fault), FAIL_CONFIG);
	envelope_free(&wrong);
	envelope_free(&mixed);
}

#define NEXT_BANK NIGHT_BANK ".next"

static const char *
judged(const char *bank_is, const struct bytes *signature)
{
	struct envelope *bureau = side(night_bureau(), bank_is);
	const char *code = verdict(bureau, "manifest", signature);

	envelope_free(&bureau);
	return code;
}

static void
bank_signs(struct bytes *signature)
{
	struct envelope *bank = side(NIGHT_BANK, night_bureau());

	assert_ok(envelope_sign(bank, "manifest", 8, signature));
	envelope_free(&bank);
}

static void
bureau_seals(struct bytes *sealed)
{
	struct envelope *bureau = side(night_bureau(), NIGHT_BANK);
	const uint8_t secret[ENVELOPE_KEY_LEN] = { 1 };

	assert_ok(envelope_seal(bureau, secret, envelope_profile(bureau)->key_len, sealed));
	envelope_free(&bureau);
}

static bool
opens(const char *own, const struct bytes *sealed)
{
	struct envelope *bank = side(own, night_bureau());
	struct fault fault = { .code = "" };
	struct bytes key = BYTES_INIT;

	assert_ok(envelope_open(bank, sealed->data, sealed->len, &key, &fault));
	bytes_release(&key);
	envelope_free(&bank);
	return !fault_is(&fault);
}

static void
move_pair(const char *from, const char *to)
{
	static const char *const suffixes[] = { "key", "crt" };
	char old[160], new[160];

	for (int i = 0; i < 2; i++) {
		snprintf(old, sizeof(old), "%s/%s.%s", night_keys, from, suffixes[i]);
		snprintf(new, sizeof(new), "%s/%s.%s", night_keys, to, suffixes[i]);
		assert_int_equal(rename(old, new), 0);
	}
}

static void
the_following_pair_takes_over_from_its_first_moment(void **state)
{
	struct bytes before = BYTES_INIT, after = BYTES_INIT;
	struct bytes sealed_before = BYTES_INIT, sealed_after = BYTES_INIT;

	(void)state;
	/* Announced: nothing changes. */
	night_pair(night_keys, NEXT_BANK, 60, 86400);
	bank_signs(&before);
	bureau_seals(&sealed_before);
	assert_string_equal(judged(NEXT_BANK, &before), stranger());
	assert_string_equal(judged(NIGHT_BANK, &before), "");
	assert_false(opens(NEXT_BANK, &sealed_before));
	assert_true(opens(NIGHT_BANK, &sealed_before));
	/* Begun: it signs, and is sealed to; what was made before is good still. */
	night_pair(night_keys, NEXT_BANK, -60, 86400);
	bank_signs(&after);
	bureau_seals(&sealed_after);
	assert_string_equal(judged(NEXT_BANK, &after), "");
	assert_string_equal(judged(NIGHT_BANK, &after), "");
	assert_string_equal(judged(NIGHT_BANK, &before), "");
	assert_true(opens(NEXT_BANK, &sealed_after));
	assert_true(opens(NIGHT_BANK, &sealed_after));
	assert_true(opens(NIGHT_BANK, &sealed_before));
	/* It takes the first one's name. */
	move_pair(NEXT_BANK, NIGHT_BANK);
	assert_string_equal(judged(NIGHT_BANK, &after), "");
	assert_string_equal(judged(NIGHT_BANK, &before), stranger());
	assert_true(opens(NIGHT_BANK, &sealed_after));
	assert_false(opens(NIGHT_BANK, &sealed_before));
	bytes_release(&before);
	bytes_release(&after);
	bytes_release(&sealed_before);
	bytes_release(&sealed_after);
}

static void
each_of_two_certificates_counts_in_its_own_time(void **state)
{
	static const struct {
		long next_begin, next_end;
		const char *says;
	} cases[] = { { 60, 3600, "S03" }, { -3600, -60, "S03" }, { -60, 3600, "" } };
	struct bytes first = BYTES_INIT, next = BYTES_INIT;
	struct fault fault = { .code = "" };
	struct envelope *bureau;

	(void)state;
	night_sign(NIGHT_BANK, "manifest", 8, &first);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		night_pair(night_keys, NEXT_BANK, cases[i].next_begin, cases[i].next_end);
		night_sign(NEXT_BANK, "manifest", 8, &next);
		assert_string_equal(judged(NIGHT_BANK, &next), cases[i].says);
		assert_string_equal(judged(NIGHT_BANK, &first), "");
		bytes_release(&next);
	}
	bytes_release(&first);
	/* The first is over. */
	night_pair(night_keys, NIGHT_BANK, -3600, -60);
	night_sign(NIGHT_BANK, "manifest", 8, &first);
	assert_string_equal(judged(NIGHT_BANK, &first), "S03");
	bank_signs(&next);
	assert_string_equal(judged(NIGHT_BANK, &next), "");
	bytes_release(&first);
	bytes_release(&next);
	/* One that cannot be read is told, not passed over. */
	fclose(night_open(night_keys, NEXT_BANK, "crt", "w"));
	bureau = side(night_bureau(), NIGHT_BANK);
	assert_fails(envelope_verify(bureau, "x", 1, "y", 1, &fault), FAIL_CONFIG);
	envelope_free(&bureau);
}

static void
days_are_left_until_the_last_of_the_certificates_that_follow_without_a_gap(void **state)
{
#define DAY 86400L
	static const struct {
		long end, next_begin, next_end; /* days; next_end 0: there is none */
		int left;
	} cases[] = {
		{ 10, 0, 0, 9 },
		{ -2, 0, 0, -3 },
		{ 10, 5, 100, 99 },
		{ 10, 11, 100, 9 },
		{ -2, -1, 100, 99 },
		{ -2, 1, 100, -3 },
	};
	struct envelope *bureau;
	int own, peer;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		night_pair(night_keys, "a", -30 * DAY, cases[i].end * DAY - 60);
		if (cases[i].next_end)
			night_pair(night_keys, "a.next", cases[i].next_begin * DAY,
			    cases[i].next_end * DAY - 60);
		bureau = side(night_bureau(), "a");
		assert_ok(envelope_days_left(bureau, &own, &peer));
		if (peer != cases[i].left)
			fail_msg("case %zu: %d days", i, peer);
		envelope_free(&bureau);
	}
}

/* Without the identifier that everybody has agreed on, an SM2 signature is another one. */
static void
a_signature_without_the_identifier_is_refused(void **state)
{
	struct envelope *bureau = side(night_bureau(), NIGHT_BANK);
	FILE *file = night_open(night_keys, NIGHT_BANK, "key", "r");
	EVP_PKEY *key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t made[128];
	struct bytes signature = { made, sizeof(made) };

	(void)state;
	fclose(file);
	assert_int_equal(EVP_DigestSignInit(ctx, NULL, EVP_sm3(), NULL, key), 1);
	assert_int_equal(
	    EVP_DigestSign(ctx, made, &signature.len, (const uint8_t *)"manifest", 8), 1);
	assert_string_equal(verdict(bureau, "manifest", &signature), "S01");
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
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
		NIGHTS(keys_that_do_not_fit_are_told),
		NIGHTS(the_following_pair_takes_over_from_its_first_moment),
		NIGHTS(each_of_two_certificates_counts_in_its_own_time),
		NIGHT(
		    days_are_left_until_the_last_of_the_certificates_that_follow_without_a_gap),
		cmocka_unit_test_setup_teardown(
		    a_signature_without_the_identifier_is_refused, night_begin_sm, night_end),
	};

	return cmocka_run_group_tests_name("envelope", tests, NULL, NULL);
}
