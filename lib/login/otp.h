/*
 * otp.h - one-time codes by text message.
 *
 * One code per telephone and purpose, over all workers and nodes; a new one replaces the old one and does not give
 * back the tries; a right one does.  Bound to the browser that asked.  Kept as a keyed hash.  A short prefix, shown
 * on the page and in the message, tells a late message from the one asked for.
 */
#ifndef SBK_OTP_H
#define SBK_OTP_H

#include <stdbool.h>
#include <stdint.h>
#include <ClearSilver.h>

#include "base/db.h"
#include "base/seal.h"
#include "login/throttle.h"

#define OTP_PREFIX_LEN 4 /* "K7M" and NUL */

struct otp_rules { /* from conf Otp.*, read once */
	struct throttle_rates per_phone, per_address, all;
	long life;   /* seconds of a code */
	long tries;  /* of a telephone and purpose, within window */
	long window; /* seconds */
};

struct otp_request {
	const char *
	    purpose; /* login, register, reset, realname: its message is Lang.message.otp_<purpose> */
	const char *phone;   /* as field_fold makes it */
	const char *token;   /* of the browser's cookie */
	const char *address; /* of the browser */
	bool
	    mute; /* goes through all of it, sends nothing: an answer must not tell who has an account */
};

struct otp_sent {
	bool sent;    /* false: too many were asked for */
	int64_t wait; /* seconds until another may be asked for */
	char prefix[OTP_PREFIX_LEN];
};

enum otp_verdict {
	OTP_RIGHT, /* spent now */
	OTP_WRONG,
	OTP_TOO_MANY, /* tries used up; only waiting helps */
	OTP_NONE      /* none asked for by this browser, or too old */
};

NEOERR *otp_rules_init(struct otp_rules *rules, HDF *conf);

/* Makes a code and puts its message into the outbox, as one transaction. */
NEOERR *otp_send(struct db *db, const struct seal *seal, const struct otp_rules *rules,
    const struct otp_request *request, struct otp_sent *sent);

/* What the page shows of a code that waits: *waiting.sent false when there is none for this browser. */
NEOERR *otp_waiting(struct db *db, const struct seal *seal, const struct otp_rules *rules,
    const struct otp_request *request, struct otp_sent *waiting);

/* Counts a try before it compares; six digits, blanks do not count. */
NEOERR *otp_check(struct db *db, const struct seal *seal, const struct otp_rules *rules,
    const struct otp_request *request, const char *typed, enum otp_verdict *verdict);

#endif
