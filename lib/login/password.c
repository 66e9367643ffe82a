#include <argon2.h>
#include <openssl/crypto.h>
#include <string.h>

#include "apply/utf8.h"
#include "apply/words.h"
#include "base/conf.h"
#include "base/fail.h"
#include "login/password.h"

#define SALT_LEN 16
#define KEY_LEN 32
#define LANES 1

NEOERR *
password_rules_init(struct password_rules *rules, HDF *conf)
{
	NEOERR *err;

	if ((err = conf_int(conf, "Password.Memory", 8, 1 << 20, &rules->memory)))
		return nerr_pass(err);
	if ((err = conf_text(conf, "Password.Common", &rules->common)))
		return nerr_pass(err);
	return nerr_pass(conf_int(conf, "Password.Passes", 1, 16, &rules->passes));
}

const char *
password_fault(const struct password_rules *rules, const char *password)
{
	if (password == NULL || *password == '\0')
		return "required";
	if (utf8_length(password) < PASSWORD_MIN)
		return "password_short";
	if (strlen(password) > PASSWORD_MAX)
		return "password_long";
	if (words_have(rules->common, password))
		return "password_common";
	return NULL;
}

static NEOERR *
pepper(const struct seal *seal, const char *password, uint8_t out[SEAL_HASH_LEN])
{
	return nerr_pass(seal_hash(seal, "password", password, strlen(password), out));
}

NEOERR *
password_hash(const struct seal *seal, const struct password_rules *rules, const char *password,
    char out[PASSWORD_HASH_LEN])
{
	uint8_t salt[SALT_LEN], peppered[SEAL_HASH_LEN];
	NEOERR *err;
	int rc;

	if ((err = seal_random(salt, sizeof salt)) || (err = pepper(seal, password, peppered)))
		return nerr_pass(err);
	rc = argon2id_hash_encoded((uint32_t)rules->passes, (uint32_t)rules->memory, LANES,
	    peppered, sizeof peppered, salt, sizeof salt, KEY_LEN, out, PASSWORD_HASH_LEN);
	OPENSSL_cleanse(peppered, sizeof peppered);
	if (rc != ARGON2_OK)
		return nerr_raise(FAIL_CRYPTO, "argon2id: %s", argon2_error_message(rc));
	return STATUS_OK;
}

NEOERR *
password_verify(const struct seal *seal, const struct password_rules *rules,
    const char *password, const char *encoded, bool *match)
{
	char wasted[PASSWORD_HASH_LEN];
	uint8_t peppered[SEAL_HASH_LEN];
	NEOERR *err;
	int rc;

	if (encoded == NULL) {
		if ((err = password_hash(seal, rules, password, wasted)))
			return nerr_pass(err);
		*match = false;
		return STATUS_OK;
	}
	if ((err = pepper(seal, password, peppered)))
		return nerr_pass(err);
	rc = argon2id_verify(encoded, peppered, sizeof peppered);
	OPENSSL_cleanse(peppered, sizeof peppered);
	if (rc != ARGON2_OK && rc != ARGON2_VERIFY_MISMATCH)
		return nerr_raise(FAIL_CRYPTO, "argon2id: %s", argon2_error_message(rc));
	*match = rc == ARGON2_OK;
	return STATUS_OK;
}
