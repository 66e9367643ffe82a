#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "base/fail.h"
#include "bank/cipher_file.h"
#include "bank/folder.h"

#define BLOCK 65536

struct sums_under_way {
	EVP_MD_CTX *sha256, *sm3;
	int64_t size;
};

struct cipher_file {
	int fd;
	off_t at;
	EVP_CIPHER_CTX *cipher; /* NULL: in clear */
	struct sums_under_way sums;
	NEOERR *err;
	size_t held;
	uint8_t block[BLOCK];
};

static NEOERR *
foreign(const char *what)
{
	unsigned long code = ERR_peek_last_error();

	ERR_clear_error();
	return nerr_raise(FAIL_CRYPTO, "%s: openssl %lx", what, code);
}

static void
sums_release(struct sums_under_way *sums)
{
	EVP_MD_CTX_free(sums->sha256);
	EVP_MD_CTX_free(sums->sm3);
}

static NEOERR *
sums_init(struct sums_under_way *sums)
{
	sums->size = 0;
	sums->sha256 = EVP_MD_CTX_new();
	sums->sm3 = EVP_MD_CTX_new();
	if (sums->sha256 == NULL || sums->sm3 == NULL ||
	    EVP_DigestInit_ex(sums->sha256, EVP_sha256(), NULL) != 1 ||
	    EVP_DigestInit_ex(sums->sm3, EVP_sm3(), NULL) != 1)
		return foreign("EVP_DigestInit");
	return STATUS_OK;
}

static NEOERR *
sums_add(struct sums_under_way *sums, const void *data, size_t len)
{
	if (EVP_DigestUpdate(sums->sha256, data, len) != 1 ||
	    EVP_DigestUpdate(sums->sm3, data, len) != 1)
		return foreign("EVP_DigestUpdate");
	sums->size += (int64_t)len;
	return STATUS_OK;
}

static NEOERR *
sums_finish(struct sums_under_way *sums, struct cipher_file_sums *out)
{
	if (EVP_DigestFinal_ex(sums->sha256, out->sha256, NULL) != 1 ||
	    EVP_DigestFinal_ex(sums->sm3, out->sm3, NULL) != 1)
		return foreign("EVP_DigestFinal");
	out->size = sums->size;
	return STATUS_OK;
}

static NEOERR *
open_file(
    struct cipher_file **file, int fd, const char *name, const uint8_t *key, const uint8_t *iv)
{
	NEOERR *err = STATUS_OK;
	EVP_CIPHER *cipher = NULL;
	struct cipher_file *made = calloc(1, sizeof(*made));

	if (made == NULL)
		return nerr_raise(NERR_NOMEM, "cipher_file");
	made->fd = fd;
	if (name) {
		/* Stream ciphers only: their encryption and decryption are the same. */
		cipher = EVP_CIPHER_fetch(NULL, name, NULL);
		made->cipher = EVP_CIPHER_CTX_new();
		if (cipher == NULL || made->cipher == NULL ||
		    EVP_CIPHER_get_block_size(cipher) != 1 ||
		    EVP_EncryptInit_ex2(made->cipher, cipher, key, iv, NULL) != 1)
			err = foreign("EVP_EncryptInit");
		EVP_CIPHER_free(cipher);
	}
	if (err != STATUS_OK) {
		cipher_file_free(&made);
		return nerr_pass(err);
	}
	*file = made;
	return STATUS_OK;
}

NEOERR *
cipher_file_writer(struct cipher_file **file, int fd, const char *cipher, const uint8_t *key,
    const uint8_t *iv)
{
	NEOERR *err;
	struct cipher_file *made;

	err = open_file(&made, fd, cipher, key, iv);
	if (err != STATUS_OK)
		return nerr_pass(err);
	err = sums_init(&made->sums);
	if (err != STATUS_OK) {
		cipher_file_free(&made);
		return nerr_pass(err);
	}
	*file = made;
	return STATUS_OK;
}

static NEOERR *
flush(struct cipher_file *file)
{
	NEOERR *err;

	err = sums_add(&file->sums, file->block, file->held);
	if (err == STATUS_OK)
		err = folder_put(file->fd, file->block, file->held);
	if (err == STATUS_OK)
		file->held = 0;
	return nerr_pass(err);
}

NEOERR *
cipher_file_write(struct cipher_file *file, const void *clear, size_t len)
{
	const uint8_t *at = clear;
	NEOERR *err;

	while (len > 0) {
		size_t room = BLOCK - file->held, n = len < room ? len : room;
		int out;

		if (EVP_EncryptUpdate(
			file->cipher, file->block + file->held, &out, at, (int)n) != 1)
			return foreign("EVP_EncryptUpdate");
		file->held += n;
		at += n;
		len -= n;
		if (file->held == BLOCK) {
			err = flush(file);
			if (err != STATUS_OK)
				return nerr_pass(err);
		}
	}
	return STATUS_OK;
}

NEOERR *
cipher_file_finish(struct cipher_file *file, struct cipher_file_sums *sums)
{
	NEOERR *err = STATUS_OK;

	if (file->held)
		err = flush(file);
	if (err == STATUS_OK)
		err = sums_finish(&file->sums, sums);
	return nerr_pass(err);
}

NEOERR *
cipher_file_reader(struct cipher_file **file, int fd, const char *cipher, const uint8_t *key,
    const uint8_t *iv)
{
	return nerr_pass(open_file(file, fd, cipher, key, iv));
}

ssize_t
cipher_file_read(struct cipher_file *file, void *clear, size_t len)
{
	ssize_t n;
	int out;

	if (file->err != STATUS_OK)
		return -1;
	do
		n = pread(file->fd, clear, len, file->at);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		file->err = nerr_raise_errno(NERR_IO, "read");
	else if (file->cipher &&
		 EVP_EncryptUpdate(file->cipher, clear, &out, clear, (int)n) != 1)
		file->err = foreign("EVP_EncryptUpdate");
	if (file->err != STATUS_OK)
		return -1;
	file->at += n;
	return n;
}

NEOERR *
cipher_file_error(struct cipher_file *file)
{
	NEOERR *err = file->err;

	file->err = STATUS_OK;
	return nerr_pass(err);
}

void
cipher_file_free(struct cipher_file **file)
{
	if (*file == NULL)
		return;
	EVP_CIPHER_CTX_free((*file)->cipher);
	sums_release(&(*file)->sums);
	nerr_ignore(&(*file)->err);
	OPENSSL_cleanse(*file, sizeof(**file));
	free(*file);
	*file = NULL;
}

NEOERR *
cipher_file_sum(int from, int to, int64_t max, struct cipher_file_sums *sums)
{
	NEOERR *err;
	struct sums_under_way under_way = { NULL, NULL, 0 };
	uint8_t *block = malloc(BLOCK);
	off_t at = 0;

	if (block == NULL)
		return nerr_raise(NERR_NOMEM, "cipher_file_sum");
	err = sums_init(&under_way);
	while (err == STATUS_OK) {
		ssize_t n = pread(from, block, BLOCK, at);

		if (n == 0)
			break;
		if (n < 0) {
			if (errno != EINTR)
				err = nerr_raise_errno(NERR_IO, "read");
			continue;
		}
		at += n;
		if (at > max)
			err = nerr_raise(FAIL_TOO_LARGE, "larger than %lld", (long long)max);
		if (err == STATUS_OK)
			err = sums_add(&under_way, block, (size_t)n);
		if (err == STATUS_OK && to >= 0)
			err = folder_put(to, block, (size_t)n);
	}
	if (err == STATUS_OK)
		err = sums_finish(&under_way, sums);
	sums_release(&under_way);
	free(block);
	return nerr_pass(err);
}
