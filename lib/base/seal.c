/*
 * seal.c - personal data at rest, look-ups without it, and tokens.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/core_names.h>

#include "base/conf.h"
#include "base/fail.h"
#include "base/seal.h"

#define KEY_LEN 32
#define VERSION 1
#define ID_LEN 4
#define NONCE_LEN 12
#define TAG_LEN 16
#define HEAD_LEN (1 + ID_LEN + NONCE_LEN)
#define RING_MAX 64 /* keys: one a month for five years */

_Static_assert(HEAD_LEN + TAG_LEN == SEAL_OVERHEAD, "the sealed form");

struct key {
	uint32_t id;
	uint8_t bytes[KEY_LEN];
};

struct seal {
	struct key keys[RING_MAX];
	size_t n;
	uint8_t index[KEY_LEN];
	int has_index;
	/* Looked up once: to find an algorithm costs more than to run it over a few bytes. */
	EVP_CIPHER *cipher;
	EVP_MAC_CTX *mac;
};

static const struct key *
key_find(const struct seal *seal, uint32_t id)
{
	for (size_t i = 0; i < seal->n; i++) {
		if (seal->keys[i].id == id)
			return &seal->keys[i];
	}
	return NULL;
}

/* One line of the ring. 1, or 0 when it is malformed or says something twice. */
static int
ring_line(struct seal *seal, char *line)
{
	char *save, *end;
	char *name = strtok_r(line, " \t\n", &save);
	char *hex = strtok_r(NULL, " \t\n", &save);
	unsigned long long id;
	struct key *key;

	if (name == NULL || name[0] == '#')
		return 1;
	if (hex == NULL || strtok_r(NULL, " \t\n", &save) != NULL)
		return 0;
	if (strcmp(name, "index") == 0) {
		if (seal->has_index || !seal_unhex(hex, seal->index, KEY_LEN))
			return 0;
		seal->has_index = 1;
		return 1;
	}
	errno = 0;
	id = strtoull(name, &end, 10);
	if (name[strspn(name, "0123456789")] != '\0' || errno != 0 || id == 0 ||
	    id > UINT32_MAX || key_find(seal, (uint32_t)id) != NULL || seal->n == RING_MAX)
		return 0;
	key = &seal->keys[seal->n];
	if (!seal_unhex(hex, key->bytes, KEY_LEN))
		return 0;
	key->id = (uint32_t)id;
	seal->n++;
	return 1;
}

static NEOERR *
ring_read(struct seal *seal, FILE *file, const char *path)
{
	char line[128];
	NEOERR *err = STATUS_OK;

	for (int number = 1; fgets(line, sizeof(line), file) != NULL; number++) {
		if (strchr(line, '\n') == NULL && !feof(file)) {
			err = nerr_raise(FAIL_CONFIG, "%s:%d: line too long", path, number);
			goto out;
		}
		if (!ring_line(seal, line)) {
			err = nerr_raise(FAIL_CONFIG, "%s:%d: not a key", path, number);
			goto out;
		}
	}
	if (ferror(file))
		err = nerr_raise_errno(FAIL_CONFIG, "%s", path);
	else if (seal->n == 0 || !seal->has_index)
		err = nerr_raise(FAIL_CONFIG, "%s: needs a key and an index key", path);
out:
	OPENSSL_cleanse(line, sizeof(line));
	return err;
}

static NEOERR *
find_algorithms(struct seal *seal)
{
	char digest[] = "SHA256";
	const OSSL_PARAM parameters[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
		OSSL_PARAM_construct_end(),
	};
	EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);

	seal->mac = hmac != NULL ? EVP_MAC_CTX_new(hmac) : NULL;
	EVP_MAC_free(hmac);
	seal->cipher = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	if (seal->cipher == NULL || seal->mac == NULL ||
	    EVP_MAC_CTX_set_params(seal->mac, parameters) != 1)
		return nerr_raise(FAIL_CRYPTO, "AES-256-GCM or HMAC-SHA-256 is missing");
	return STATUS_OK;
}

NEOERR *
seal_init(struct seal **seal, HDF *conf)
{
	struct seal *made = NULL;
	const char *path;
	char buffer[BUFSIZ];
	FILE *file = NULL;
	struct stat st;
	NEOERR *err;
	int fd;

	err = conf_text(conf, "Seal.Ring", &path);
	if (err != STATUS_OK)
		return nerr_pass(err);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) != 0) {
		err = nerr_raise_errno(FAIL_CONFIG, "Seal.Ring: %s", path);
		goto out;
	}
	if (!S_ISREG(st.st_mode) || (st.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
		err = nerr_raise(FAIL_CONFIG, "Seal.Ring: %s: not its owner's alone", path);
		goto out;
	}
	made = calloc(1, sizeof(*made));
	file = fdopen(fd, "r");
	if (made == NULL || file == NULL) {
		err = nerr_raise(NERR_NOMEM, "seal");
		goto out;
	}
	fd = -1;
	setvbuf(file, buffer, _IOFBF, sizeof(buffer));
	if ((err = ring_read(made, file, path)) || (err = find_algorithms(made))) {
		err = nerr_pass(err);
		goto out;
	}
	*seal = made;
	made = NULL;
out:
	if (file != NULL)
		fclose(file);
	if (fd >= 0)
		close(fd);
	OPENSSL_cleanse(buffer, sizeof(buffer));
	seal_free(&made);
	return err;
}

void
seal_free(struct seal **seal)
{
	if (*seal == NULL)
		return;
	EVP_CIPHER_free((*seal)->cipher);
	EVP_MAC_CTX_free((*seal)->mac);
	OPENSSL_clear_free(*seal, sizeof(**seal));
	*seal = NULL;
}

static void
put_id(uint8_t out[ID_LEN], uint32_t id)
{
	for (int i = ID_LEN; i-- > 0; id >>= 8)
		out[i] = (uint8_t)id;
}

/*
 * Hands the associated data to the cipher. Only the row may hold 0x00, and it stands
 * between two pieces whose ends are known: no two identities look alike.
 */
static int
bind_identity(EVP_CIPHER_CTX *ctx, const char *where, const void *row, size_t row_len,
    const uint8_t id[ID_LEN])
{
	static const uint8_t nul[1] = { 0 };
	const struct {
		const void *data;
		size_t len;
	} pieces[] = {
		{ where, strlen(where) },
		{ nul, sizeof(nul) },
		{ row, row_len },
		{ nul, sizeof(nul) },
		{ id, ID_LEN },
	};
	int ignored;

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		if (pieces[i].len > INT_MAX)
			return 0;
		if (pieces[i].len > 0 && EVP_CipherUpdate(ctx, NULL, &ignored, pieces[i].data,
					     (int)pieces[i].len) != 1)
			return 0;
	}
	return 1;
}

NEOERR *
seal_close(const struct seal *seal, const char *where, const void *row, size_t row_len,
    const void *plain, size_t len, struct bytes *out)
{
	const struct key *key = &seal->keys[seal->n - 1];
	struct bytes made = BYTES_INIT;
	EVP_CIPHER_CTX *ctx = NULL;
	uint8_t *id, *nonce, *body;
	int done = 0, last = 0;
	NEOERR *err;

	if (len > INT_MAX - SEAL_OVERHEAD)
		return nerr_raise(FAIL_CRYPTO, "%s: too long to seal", where);
	made.len = len + SEAL_OVERHEAD;
	made.data = malloc(made.len + 1);
	ctx = EVP_CIPHER_CTX_new();
	if (made.data == NULL || ctx == NULL) {
		err = nerr_raise(NERR_NOMEM, "seal");
		goto out;
	}
	made.data[0] = VERSION;
	made.data[made.len] = '\0';
	id = made.data + 1;
	nonce = id + ID_LEN;
	body = nonce + NONCE_LEN;
	put_id(id, key->id);
	err = seal_random(nonce, NONCE_LEN);
	if (err != STATUS_OK) {
		err = nerr_pass(err);
		goto out;
	}
	if (EVP_EncryptInit_ex(ctx, seal->cipher, NULL, key->bytes, nonce) != 1 ||
	    !bind_identity(ctx, where, row, row_len, id) ||
	    (len > 0 && EVP_EncryptUpdate(ctx, body, &done, plain, (int)len) != 1) ||
	    EVP_EncryptFinal_ex(ctx, body + done, &last) != 1 ||
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG, TAG_LEN, body + len) != 1) {
		err = nerr_raise(FAIL_CRYPTO, "%s: sealing failed", where);
		goto out;
	}
	*out = made;
	made = (struct bytes)BYTES_INIT;
out:
	EVP_CIPHER_CTX_free(ctx);
	bytes_release(&made);
	return err;
}

NEOERR *
seal_open(const struct seal *seal, const char *where, const void *row, size_t row_len,
    const void *sealed, size_t len, struct bytes *out)
{
	const uint8_t *id, *nonce, *body;
	const struct key *key;
	struct bytes made = BYTES_INIT;
	EVP_CIPHER_CTX *ctx = NULL;
	uint8_t tag[TAG_LEN];
	uint32_t number = 0;
	int done = 0, last = 0;
	NEOERR *err = STATUS_OK;

	if (len < SEAL_OVERHEAD || len > INT_MAX || *(const uint8_t *)sealed != VERSION)
		return nerr_raise(FAIL_CRYPTO, "%s: not a seal", where);
	id = (const uint8_t *)sealed + 1;
	nonce = id + ID_LEN;
	body = nonce + NONCE_LEN;
	for (int i = 0; i < ID_LEN; i++)
		number = number << 8 | id[i];
	key = key_find(seal, number);
	if (key == NULL)
		return nerr_raise(
		    FAIL_CRYPTO, "%s: no key %u in the ring", where, (unsigned)number);
	made.len = len - SEAL_OVERHEAD;
	made.data = malloc(made.len + 1);
	ctx = EVP_CIPHER_CTX_new();
	if (made.data == NULL || ctx == NULL) {
		err = nerr_raise(NERR_NOMEM, "seal");
		goto out;
	}
	made.data[made.len] = '\0';
	memcpy(tag, body + made.len, TAG_LEN);
	if (EVP_DecryptInit_ex(ctx, seal->cipher, NULL, key->bytes, nonce) != 1 ||
	    !bind_identity(ctx, where, row, row_len, id) ||
	    (made.len > 0 &&
		EVP_DecryptUpdate(ctx, made.data, &done, body, (int)made.len) != 1) ||
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG, TAG_LEN, tag) != 1 ||
	    EVP_DecryptFinal_ex(ctx, made.data + done, &last) != 1) {
		err =
		    nerr_raise(FAIL_CRYPTO, "%s: broken seal, key %u", where, (unsigned)number);
		goto out;
	}
	*out = made;
	made = (struct bytes)BYTES_INIT;
out:
	EVP_CIPHER_CTX_free(ctx);
	bytes_release(&made);
	return err;
}

static int
hmac(const struct seal *seal, const uint8_t key[KEY_LEN], const void *data, size_t len,
    uint8_t out[SEAL_HASH_LEN])
{
	size_t done;

	return EVP_MAC_init(seal->mac, key, KEY_LEN, NULL) == 1 &&
	       EVP_MAC_update(seal->mac, data, len) == 1 &&
	       EVP_MAC_final(seal->mac, out, &done, SEAL_HASH_LEN) == 1;
}

/* HKDF-Expand (RFC 5869, 2.3) to one block: the index key is random, so 3.3 spares Extract. */
static int
purpose_key(const struct seal *seal, const char *purpose, uint8_t out[KEY_LEN])
{
	uint8_t info[64];
	size_t len = strlen(purpose);

	if (len >= sizeof(info))
		return 0;
	memcpy(info, purpose, len);
	info[len] = 1;
	return hmac(seal, seal->index, info, len + 1, out);
}

NEOERR *
seal_hash(const struct seal *seal, const char *purpose, const void *data, size_t len,
    uint8_t out[SEAL_HASH_LEN])
{
	uint8_t key[KEY_LEN];
	uint8_t hash[SEAL_HASH_LEN];
	NEOERR *err = STATUS_OK;

	if (purpose_key(seal, purpose, key) && hmac(seal, key, len > 0 ? data : "", len, hash))
		memcpy(out, hash, SEAL_HASH_LEN);
	else
		err = nerr_raise(FAIL_CRYPTO, "hash for %s failed", purpose);
	OPENSSL_cleanse(key, sizeof(key));
	return err;
}

NEOERR *
seal_random(void *out, size_t len)
{
	uint8_t *at = out;

	while (len > 0) {
		ssize_t got = getrandom(at, len, 0);

		if (got < 0 && errno != EINTR)
			return nerr_raise_errno(FAIL_CRYPTO, "getrandom");
		if (got > 0) {
			at += got;
			len -= (size_t)got;
		}
	}
	return STATUS_OK;
}

NEOERR *
seal_token(char out[SEAL_TOKEN_LEN])
{
	uint8_t random[32];
	unsigned char text[SEAL_TOKEN_LEN + 1]; /* 43 characters, "=" and NUL */
	NEOERR *err;

	err = seal_random(random, sizeof(random));
	if (err != STATUS_OK)
		return nerr_pass(err);
	EVP_EncodeBlock(text, random, sizeof(random));
	for (size_t i = 0; i < SEAL_TOKEN_LEN - 1; i++)
		out[i] = text[i] == '+' ? '-' : text[i] == '/' ? '_' : (char)text[i];
	out[SEAL_TOKEN_LEN - 1] = '\0';
	OPENSSL_cleanse(random, sizeof(random));
	OPENSSL_cleanse(text, sizeof(text));
	return STATUS_OK;
}

static const char digits[] = "0123456789abcdef";

void
seal_hex(const void *data, size_t len, char *out)
{
	const uint8_t *at = data;

	for (size_t i = 0; i < len; i++) {
		*out++ = digits[at[i] >> 4];
		*out++ = digits[at[i] & 15];
	}
	*out = '\0';
}

int
seal_unhex(const char *text, void *out, size_t len)
{
	uint8_t *at = out;

	if (text == NULL || strlen(text) != 2 * len || strspn(text, digits) != 2 * len)
		return 0;
	for (size_t i = 0; i < len; i++, text += 2)
		at[i] = (uint8_t)((strchr(digits, text[0]) - digits) << 4 |
				  (strchr(digits, text[1]) - digits));
	return 1;
}

int
seal_equal(const void *a, const void *b, size_t len)
{
	return CRYPTO_memcmp(a, b, len) == 0;
}
