/*
 * profile_sm.c - the national algorithms: SM2 (GB/T 32918), SM3 (GB/T 32905), SM4 (GB/T 32907).
 */
#include <stdlib.h>
#include <string.h>
#include <openssl/ec.h>
#include <openssl/err.h>

#include "base/fail.h"
#include "bank/profile.h"

#define SM2_ID "1234567812345678" /* of every signer, GB/T 35276 */

/* A context that signs or verifies with SM2 and SM3; NULL on failure. */
static EVP_MD_CTX *
context_of(EVP_PKEY *key)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pkey = EVP_PKEY_CTX_new(key, NULL);

	if (ctx == NULL || pkey == NULL ||
	    EVP_PKEY_CTX_set1_id(pkey, SM2_ID, sizeof(SM2_ID) - 1) != 1) {
		EVP_PKEY_CTX_free(pkey);
		EVP_MD_CTX_free(ctx);
		return NULL;
	}
	EVP_MD_CTX_set_pkey_ctx(ctx, pkey);
	return ctx;
}

static void
context_free(EVP_MD_CTX *ctx)
{
	EVP_PKEY_CTX *pkey = ctx ? EVP_MD_CTX_get_pkey_ctx(ctx) : NULL;

	EVP_MD_CTX_free(ctx);
	EVP_PKEY_CTX_free(pkey);
}

/* Room for what OpenSSL says that it is going to write. */
static NEOERR *
make_room(struct bytes *out, size_t len)
{
	out->data = calloc(1, len + 1);
	out->len = len;
	return out->data ? STATUS_OK : nerr_raise(NERR_NOMEM, "%zu bytes", len);
}

static NEOERR *
sm_sign(struct pair *own, const void *data, size_t len, struct bytes *signature)
{
	struct bytes made = BYTES_INIT;
	EVP_MD_CTX *ctx = NULL;
	EVP_PKEY *key;
	size_t size = 0;
	NEOERR *err = pair_key(own, &key);

	if (err != STATUS_OK)
		return nerr_pass(err);
	ctx = context_of(key);
	if (ctx == NULL || EVP_DigestSignInit(ctx, NULL, EVP_sm3(), NULL, key) != 1 ||
	    EVP_DigestSign(ctx, NULL, &size, data, len) != 1)
		err = profile_foreign("EVP_DigestSign");
	else if ((err = make_room(&made, size)) == STATUS_OK &&
		 EVP_DigestSign(ctx, made.data, &size, data, len) != 1)
		err = profile_foreign("EVP_DigestSign");
	context_free(ctx);
	if (err == STATUS_OK) {
		*signature = made;
		signature->len = size;
	} else {
		bytes_release(&made);
	}
	return nerr_pass(err);
}

/* The bytes that OpenSSL would write for what it has read: DER, and nothing behind it. */
static bool
is_canonical(const void *signature, size_t len)
{
	const unsigned char *at = signature;
	ECDSA_SIG *read = d2i_ECDSA_SIG(NULL, &at, (long)len);
	unsigned char *again = NULL;
	int n = read ? i2d_ECDSA_SIG(read, &again) : -1;
	bool same = n >= 0 && (size_t)n == len && memcmp(again, signature, len) == 0;

	OPENSSL_free(again);
	ECDSA_SIG_free(read);
	return same;
}

/* A signature alone names no signer: by anybody else it is simply wrong (S01, never S02). */
static NEOERR *
sm_verify(struct pair *peer, const void *data, size_t len, const void *signature,
    size_t signature_len, struct fault *fault)
{
	EVP_MD_CTX *ctx = NULL;
	EVP_PKEY *key;
	X509 *crt;
	NEOERR *err = pair_certificate(peer, &crt);

	if (err != STATUS_OK)
		return nerr_pass(err);
	key = X509_get0_pubkey(crt);
	ctx = context_of(key);
	if (ctx == NULL || EVP_DigestVerifyInit(ctx, NULL, EVP_sm3(), NULL, key) != 1)
		err = profile_foreign("EVP_DigestVerify");
	else if (!is_canonical(signature, signature_len) ||
		 EVP_DigestVerify(ctx, signature, signature_len, data, len) != 1)
		fault_set(fault, "S01", 0, NULL);
	ERR_clear_error();
	context_free(ctx);
	return nerr_pass(err);
}

static NEOERR *
sm_seal(struct pair *peer, const void *key, size_t len, struct bytes *sealed)
{
	struct bytes made = BYTES_INIT;
	EVP_PKEY_CTX *ctx = NULL;
	X509 *crt;
	size_t size = 0;
	NEOERR *err = pair_certificate(peer, &crt);

	if (err != STATUS_OK)
		return nerr_pass(err);
	ctx = EVP_PKEY_CTX_new(X509_get0_pubkey(crt), NULL);
	if (ctx == NULL || EVP_PKEY_encrypt_init(ctx) != 1 ||
	    EVP_PKEY_encrypt(ctx, NULL, &size, key, len) != 1)
		err = profile_foreign("EVP_PKEY_encrypt");
	else if ((err = make_room(&made, size)) == STATUS_OK &&
		 EVP_PKEY_encrypt(ctx, made.data, &size, key, len) != 1)
		err = profile_foreign("EVP_PKEY_encrypt");
	EVP_PKEY_CTX_free(ctx);
	if (err == STATUS_OK) {
		*sealed = made;
		sealed->len = size;
	} else {
		bytes_release(&made);
	}
	return nerr_pass(err);
}

/* OpenSSL does not look behind the ciphertext. */
static bool
is_one_object(const uint8_t *at, size_t len)
{
	const uint8_t *begin = at;
	long inside;
	int tag, class;

	return ASN1_get_object(&at, &inside, &tag, &class, (long)len) == V_ASN1_CONSTRUCTED &&
	       tag == V_ASN1_SEQUENCE && at + inside == begin + len;
}

static NEOERR *
sm_open(
    struct pair *own, const void *sealed, size_t len, struct bytes *key, struct fault *fault)
{
	struct bytes plain = BYTES_INIT;
	EVP_PKEY_CTX *ctx = NULL;
	EVP_PKEY *mine;
	size_t size = len;
	NEOERR *err = pair_key(own, &mine);

	/* No key is longer than its ciphertext. */
	if (err != STATUS_OK || (err = make_room(&plain, len)))
		return nerr_pass(err);
	ctx = EVP_PKEY_CTX_new(mine, NULL);
	if (ctx == NULL || EVP_PKEY_decrypt_init(ctx) != 1)
		err = profile_foreign("EVP_PKEY_decrypt");
	else if (!is_one_object(sealed, len) ||
		 EVP_PKEY_decrypt(ctx, plain.data, &size, sealed, len) != 1)
		fault_set(fault, "S04", 0, NULL);
	ERR_clear_error();
	EVP_PKEY_CTX_free(ctx);
	if (err == STATUS_OK && !fault_is(fault)) {
		*key = plain;
		key->len = size;
	} else {
		bytes_release(&plain);
	}
	return nerr_pass(err);
}

const struct profile profile_sm = {
	.name = "sm",
	.bureau = "bureau-sm",
	.curve = SN_sm2,
	.cipher = "SM4-CTR",
	.key_len = 16,
	.iv_len = 16,
	.sign = sm_sign,
	.verify = sm_verify,
	.seal = sm_seal,
	.open = sm_open,
};
