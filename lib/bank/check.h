/*
 * check.h - is this file good?  For operators, and for a bank that builds its side.
 */
#ifndef SBK_CHECK_H
#define SBK_CHECK_H

#include <ClearSilver.h>

#include "bank/cipher_file.h"
#include "bank/exchange.h"
#include "bank/message.h"

/* What was looked at; from CHECK_SEALED on each includes the one before. */
enum check_reach {
	CHECK_NOTHING, /* the sender's certificate is not here, and the signature comes first */
	CHECK_CLEAR,   /* XML alone, without manifest and signature */
	CHECK_SEALED,  /* signature, manifest, digests; the receiver's key is not here */
	CHECK_WHOLE,   /* the content too */
};

struct check {
	struct fault fault;           /* what is wrong */
	struct message_header header; /* as far as it was read */
	enum check_reach reach;
	uint8_t
	    sha256[CIPHER_FILE_DIGEST_LEN]; /* of the encrypted file, from CHECK_SEALED on */
};

/*
 * path: a message in clear (….xml), or one of a message's three files, or these without their ending, which
 * are then all checked, with the keys that Exchange.Keys has.  F01 when the name says neither or there is no such file.
 */
NEOERR *check_file(struct exchange *exchange, const char *path, struct check *check);

/*
 * Several files, as if they came in this order: a MsgId or a SeqNo that was there before among the good ones is F10
 * or F11.  tell hears of each, with its path.
 */
struct checker;
NEOERR *checker_init(struct checker **checker, struct exchange *exchange,
    void (*tell)(void *to, const char *path, const struct check *check), void *to);
void checker_free(struct checker **checker);
/* path: as above, or a folder: the messages whose files lie in it, by sender and SeqNo. */
NEOERR *checker_take(struct checker *checker, const char *path);

#endif
