/*
 * qr.h - logging a browser in with a phone: a code on the screen, confirmed on the phone that scanned it.
 *
 * As RFC 10027 (BCP on cross-device flows) asks: the code is random, short-lived and for one use, bound to the
 * browser that drew it and to the phone that scanned it; the phone shows who asks, and scanning confirms nothing.
 *
 * Nothing is stored until it is scanned.  A code is 78 bytes as base64url (RFC 4648, 104 characters, no padding):
 *   version(1)=1 | drawn at(4, UTC seconds, big endian) | random(32) | shown(9) | browser(16) | mac(16)
 * shown: what the phone tells of the browser; opaque here.  browser: a keyed hash over random and the
 * token of the browser's cookie.  mac: a keyed hash over all before it.  From the scan on there is a row in qr_login,
 * under a keyed hash of the code.
 */
#ifndef SBK_QR_H
#define SBK_QR_H

#include <stdbool.h>
#include <stdint.h>
#include <ClearSilver.h>

#include "base/db.h"
#include "base/seal.h"

#define QR_CODE_LEN 105 /* 104 characters and NUL */
#define QR_SHOWN_LEN 9

struct qr_times {  /* seconds */
	long life; /* from the drawing: scanning and deciding */
	long take; /* from the confirmation: the browser's coming for its session */
};

struct qr { /* what a code says */
	bool
	    known; /* made here, not longer ago than anything can come of it; else nothing else is set */
	bool own;               /* by the browser that now holds the token */
	int64_t drawn_at, left; /* UTC; seconds for scanning and deciding, 0: none */
	uint8_t shown[QR_SHOWN_LEN];
	int number;                 /* 10–99: the screen shows it, the phone asks for it */
	uint8_t key[SEAL_HASH_LEN]; /* of its row */
};

enum qr_state {
	QR_WAITING,
	QR_SCANNED,
	QR_CONFIRMED,
	QR_CANCELLED,
	QR_USED,
	QR_EXPIRED,
	QR_STATES
};

/* "waiting", "scanned", … */
extern const char *const qr_states[QR_STATES];

struct qr_row {              /* what has become of it */
	enum qr_state state; /* QR_WAITING: not scanned, no row */
	uint8_t phone[SEAL_HASH_LEN];
	uint8_t account[SEAL_ID_LEN]; /* of the phone's session */
};

/* A new code for the browser that holds token. */
NEOERR *qr_new(const struct seal *seal, const char *token, const uint8_t shown[QR_SHOWN_LEN],
    char code[QR_CODE_LEN]);

/* Any text may come in. token: of the browser that asks; "" is nobody's. */
NEOERR *qr_read(const struct seal *seal, const struct qr_times *times, const char *token,
    const char *code, struct qr *qr);

/* Where a known code stands: one SELECT by primary key. What came too late is QR_EXPIRED. */
NEOERR *qr_look(
    struct db *db, const struct qr *qr, const struct qr_times *times, struct qr_row *row);

/*
 * The phone whose session holds token has scanned a known code: the first one has it.  row: as it stands
 * then; *mine: this phone is the one.
 */
NEOERR *qr_scan(struct db *db, const struct seal *seal, const struct qr *qr,
    const struct qr_times *times, const char *token, const uint8_t account[SEAL_ID_LEN],
    struct qr_row *row, bool *mine);

/* That phone confirms or cancels; inside a transaction. *done false: not its, decided already, or too late. */
NEOERR *qr_decide(struct db *db, const struct seal *seal, const struct qr *qr,
    const char *token, bool confirm, bool *done);

/* Spends a confirmed code; inside the transaction that makes the session. *done false: there is none to spend. */
NEOERR *qr_use(struct db *db, const struct qr *qr, const struct qr_times *times, bool *done);

#endif
