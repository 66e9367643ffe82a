/*
 * profile_intl.c - CMS (RFC 5652, 5083) with P-256, SHA-256 and AES-256.
 */
#include <stdlib.h>
#include <string.h>
#include <openssl/cms.h>
#include <openssl/ec.h>
#include <openssl/err.h>

#include "base/fail.h"
#include "bank/profile.h"

static NEOERR *
drain(BIO *bio, struct bytes *out)
{
	char *data;
	long len = BIO_get_mem_data(bio, &data);
	struct bytes copy;

	if (len < 0)
		return profile_foreign("BIO_get_mem_data");
	copy.data = malloc((size_t)len + 1);
	if (copy.data == NULL)
		return nerr_raise(NERR_NOMEM, "envelope");
	if (len)
		memcpy(copy.data, data, (size_t)len);
	copy.data[len] = '\0';
	copy.len = (size_t)len;
	*out = copy;
	return STATUS_OK;
}

static NEOERR *
export_cms(CMS_ContentInfo *cms, struct bytes *out)
{
	NEOERR *err;
	BIO *der = BIO_new(BIO_s_mem());

	if (der == NULL || i2d_CMS_bio(der, cms) != 1)
		err = profile_foreign("i2d_CMS_bio");
	else
		err = drain(der, out);
	BIO_free(der);
	return nerr_pass(err);
}

static NEOERR *
intl_sign(struct pair *own, const void *data, size_t len, struct bytes *signature)
{
	unsigned flags = CMS_DETACHED | CMS_BINARY;
	NEOERR *err;
	CMS_ContentInfo *cms = NULL;
	BIO *bio = NULL;
	EVP_PKEY *key;
	X509 *crt;

	if ((err = pair_certificate(own, &crt)) || (err = pair_key(own, &key)))
		return nerr_pass(err);
	bio = BIO_new_mem_buf(data, (int)len);
	cms = CMS_sign(NULL, NULL, NULL, NULL, flags | CMS_PARTIAL);
	if (bio == NULL || cms == NULL ||
	    CMS_add1_signer(cms, crt, key, EVP_sha256(), flags) == NULL ||
	    CMS_final(cms, bio, NULL, flags) != 1)
		err = profile_foreign("CMS_sign");
	else
		err = export_cms(cms, signature);
	CMS_ContentInfo_free(cms);
	BIO_free(bio);
	return nerr_pass(err);
}

/* Into the object at *at, which must have this tag: *at and *end are its content then. */
static bool
enter(const uint8_t **at, const uint8_t **end, int tag)
{
	long len;
	int found, class;

	if (ASN1_get_object(at, &len, &found, &class, *end - *at) != V_ASN1_CONSTRUCTED ||
	    found != tag)
		return false;
	*end = *at + len;
	return true;
}

static bool
skip(const uint8_t **at, const uint8_t *end)
{
	long len;
	int tag, class;

	if ((ASN1_get_object(at, &len, &tag, &class, end - *at) & 0x80) != 0)
		return false;
	*at += len;
	return true;
}

static bool
is_version_1(const uint8_t *at, const uint8_t *end)
{
	static const uint8_t version[] = { V_ASN1_INTEGER, 1, 1 };

	return end - at > (long)sizeof(version) && memcmp(at, version, sizeof(version)) == 0;
}

/* ContentInfo { type, [0] SignedData { version, …, SET { SignerInfo { version, … } } } } */
static bool
versions_are_1(const uint8_t *at, const uint8_t *end)
{
	const uint8_t *last = at, *last_end = end;

	if (!enter(&at, &end, V_ASN1_SEQUENCE) || !skip(&at, end) || !enter(&at, &end, 0) ||
	    !enter(&at, &end, V_ASN1_SEQUENCE) || !is_version_1(at, end))
		return false;
	while (at < end) {
		last = at;
		if (!skip(&at, end))
			return false;
	}
	last_end = end;
	return enter(&last, &last_end, V_ASN1_SET) &&
	       enter(&last, &last_end, V_ASN1_SEQUENCE) && is_version_1(last, last_end);
}

/* The bytes that OpenSSL would write for what it has read: nothing was overlooked in reading. */
static bool
is_canonical(CMS_ContentInfo *cms, const void *der, size_t len)
{
	unsigned char *again = NULL;
	int n = i2d_CMS_ContentInfo(cms, &again);
	bool same = n >= 0 && (size_t)n == len && memcmp(again, der, len) == 0;

	OPENSSL_free(again);
	return same;
}

/* Names are compared without regard to case; here byte for byte. */
static bool
names_issuer(CMS_SignerInfo *signer, X509 *agreed)
{
	X509_NAME *issuer = NULL;
	const unsigned char *named, *wanted;
	size_t named_len, wanted_len;

	return CMS_SignerInfo_get0_signer_id(signer, NULL, &issuer, NULL) == 1 && issuer &&
	       X509_NAME_get0_der(issuer, &named, &named_len) == 1 &&
	       X509_NAME_get0_der(X509_get_issuer_name(agreed), &wanted, &wanted_len) == 1 &&
	       named_len == wanted_len && memcmp(named, wanted, named_len) == 0;
}

/*
 * One signer, ECDSA with SHA-256, the content not inside, and no byte of it open to doubt: much of the
 * wrapping is not covered by the signature, and a damaged file is to be refused wherever the damage is.
 */
static bool
signed_as_agreed(CMS_ContentInfo *cms, const void *der, size_t len)
{
	STACK_OF(CMS_SignerInfo) *signers = CMS_get0_SignerInfos(cms);
	X509_ALGOR *digest, *signature;
	const ASN1_OBJECT *digest_oid, *signature_oid;
	CMS_SignerInfo *signer;

	if (CMS_is_detached(cms) != 1 || signers == NULL ||
	    sk_CMS_SignerInfo_num(signers) != 1 ||
	    OBJ_obj2nid(CMS_get0_eContentType(cms)) != NID_pkcs7_data ||
	    !is_canonical(cms, der, len) || !versions_are_1(der, (const uint8_t *)der + len))
		return false;
	signer = sk_CMS_SignerInfo_value(signers, 0);
	if (CMS_unsigned_get_attr_count(signer) > 0)
		return false;
	CMS_SignerInfo_get0_algs(signer, NULL, NULL, &digest, &signature);
	X509_ALGOR_get0(&digest_oid, NULL, NULL, digest);
	X509_ALGOR_get0(&signature_oid, NULL, NULL, signature);
	return OBJ_obj2nid(digest_oid) == NID_sha256 &&
	       OBJ_obj2nid(signature_oid) == NID_ecdsa_with_SHA256;
}

/* Certificates that came along are never believed; one that is not the agreed one is no accident either. */
static bool
brings_strangers(CMS_ContentInfo *cms, X509 *agreed)
{
	STACK_OF(X509) *brought = CMS_get1_certs(cms);
	bool strange = false;

	for (int i = 0; i < sk_X509_num(brought); i++)
		strange = strange || X509_cmp(sk_X509_value(brought, i), agreed) != 0;
	sk_X509_pop_free(brought, X509_free);
	return strange;
}

static NEOERR *
intl_verify(struct pair *peer, const void *data, size_t len, const void *signature,
    size_t signature_len, struct fault *fault)
{
	unsigned flags = CMS_BINARY | CMS_NOINTERN | CMS_NO_SIGNER_CERT_VERIFY;
	NEOERR *err;
	CMS_ContentInfo *cms = NULL;
	STACK_OF(X509) *certs = NULL;
	/* CMS_verify copies a BIO that is memory, and forgets the copy where the message is broken: so it gets none. */
	BIO *bio = BIO_new(BIO_f_null()), *memory = NULL;
	const unsigned char *at = signature;
	X509 *crt;

	err = pair_certificate(peer, &crt);
	if (err != STATUS_OK)
		goto out;
	cms = d2i_CMS_ContentInfo(NULL, &at, (long)signature_len);
	if (cms == NULL || at != (const unsigned char *)signature + signature_len ||
	    OBJ_obj2nid(CMS_get0_type(cms)) != NID_pkcs7_signed ||
	    !signed_as_agreed(cms, signature, signature_len)) {
		fault_set(fault, "S01", 0, NULL);
		goto out;
	}
	if (brings_strangers(cms, crt)) {
		fault_set(fault, "S02", 0, NULL);
		goto out;
	}
	certs = sk_X509_new_null();
	memory = BIO_new_mem_buf(data, (int)len);
	if (certs == NULL || bio == NULL || memory == NULL || sk_X509_push(certs, crt) == 0) {
		BIO_free(memory);
		err = profile_foreign("CMS_verify");
		goto out;
	}
	BIO_push(bio, memory);
	if (CMS_verify(cms, certs, NULL, bio, NULL, flags) != 1 ||
	    !names_issuer(sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(cms), 0), crt)) {
		bool other =
		    ERR_GET_REASON(ERR_peek_last_error()) == CMS_R_SIGNER_CERTIFICATE_NOT_FOUND;

		fault_set(fault, other ? "S02" : "S01", 0, NULL);
	}
out:
	ERR_clear_error();
	CMS_ContentInfo_free(cms);
	sk_X509_free(certs);
	BIO_free_all(bio);
	return nerr_pass(err);
}

static NEOERR *
intl_seal(struct pair *peer, const void *key, size_t len, struct bytes *sealed)
{
	unsigned flags = CMS_BINARY;
	NEOERR *err;
	CMS_ContentInfo *cms = NULL;
	CMS_RecipientInfo *recipient = NULL;
	BIO *bio = NULL;
	X509 *crt;

	err = pair_certificate(peer, &crt);
	if (err != STATUS_OK)
		return nerr_pass(err);
	bio = BIO_new_mem_buf(key, (int)len);
	cms = CMS_encrypt(NULL, NULL, EVP_aes_256_gcm(), flags | CMS_PARTIAL);
	if (cms)
		recipient = CMS_add1_recipient_cert(cms, crt, flags | CMS_KEY_PARAM);
	if (bio == NULL || recipient == NULL ||
	    EVP_PKEY_CTX_set_ecdh_kdf_md(
		CMS_RecipientInfo_get0_pkey_ctx(recipient), EVP_sha256()) <= 0 ||
	    CMS_final(cms, bio, NULL, flags) != 1)
		err = profile_foreign("CMS_encrypt");
	else
		err = export_cms(cms, sealed);
	CMS_ContentInfo_free(cms);
	BIO_free(bio);
	return nerr_pass(err);
}

static NEOERR *
intl_open(
    struct pair *own, const void *sealed, size_t len, struct bytes *key, struct fault *fault)
{
	NEOERR *err;
	CMS_ContentInfo *cms = NULL;
	BIO *bio = NULL;
	const unsigned char *at = sealed;
	EVP_PKEY *mine;

	err = pair_key(own, &mine);
	if (err != STATUS_OK)
		return nerr_pass(err);
	bio = BIO_new(BIO_s_secmem());
	if (bio == NULL)
		return profile_foreign("BIO_new");
	cms = d2i_CMS_ContentInfo(NULL, &at, (long)len);
	if (cms == NULL || at != (const unsigned char *)sealed + len ||
	    OBJ_obj2nid(CMS_get0_type(cms)) != NID_id_smime_ct_authEnvelopedData ||
	    CMS_decrypt(cms, mine, NULL, NULL, bio, CMS_BINARY) != 1)
		fault_set(fault, "S04", 0, NULL);
	else
		err = drain(bio, key);
	ERR_clear_error();
	CMS_ContentInfo_free(cms);
	BIO_free(bio);
	return nerr_pass(err);
}

const struct profile profile_intl = {
	.name = "intl",
	.bureau = "bureau",
	.curve = SN_X9_62_prime256v1,
	.cipher = "AES-256-CTR",
	.key_len = 32,
	.iv_len = 16,
	.sign = intl_sign,
	.verify = intl_verify,
	.seal = intl_seal,
	.open = intl_open,
};
