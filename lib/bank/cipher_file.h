/*
 * cipher_file.h - an encrypted file as a stream: out with cipher and digests on the way, in with
 * the cipher taken off.  Memory does not grow with the file, and clear text never touches a disk.
 */
#ifndef SBK_CIPHER_FILE_H
#define SBK_CIPHER_FILE_H

#include <stdint.h>
#include <sys/types.h>
#include <ClearSilver.h>

#define CIPHER_FILE_DIGEST_LEN 32

struct cipher_file_sums { /* of the encrypted bytes */
	int64_t size;
	uint8_t sha256[CIPHER_FILE_DIGEST_LEN];
	uint8_t sm3[CIPHER_FILE_DIGEST_LEN];
};

struct cipher_file;

/* To write to fd, borrowed. cipher is OpenSSL's name. */
NEOERR *cipher_file_writer(struct cipher_file **file, int fd, const char *cipher,
    const uint8_t *key, const uint8_t *iv);
/* Takes len clear bytes. After an error nothing more is taken. */
NEOERR *cipher_file_write(struct cipher_file *file, const void *clear, size_t len);
/* Flushes what is buffered. sums are those of all that was written. */
NEOERR *cipher_file_finish(struct cipher_file *file, struct cipher_file_sums *sums);

/* To read from the beginning of fd, borrowed. cipher NULL: the file is in clear. */
NEOERR *cipher_file_reader(struct cipher_file **file, int fd, const char *cipher,
    const uint8_t *key, const uint8_t *iv);
/* Up to len clear bytes, 0 at the end, -1 when the file or the cipher failed. */
ssize_t cipher_file_read(struct cipher_file *file, void *clear, size_t len);
/* The failure behind a -1, once; STATUS_OK if there was none. */
NEOERR *cipher_file_error(struct cipher_file *file);

void cipher_file_free(struct cipher_file **file);

/* Sums of from's bytes up to its end, at most max (FAIL_TOO_LARGE); copied to to unless to is -1. */
NEOERR *cipher_file_sum(int from, int to, int64_t max, struct cipher_file_sums *sums);

#endif
