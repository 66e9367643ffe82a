/*
 * fail.h - the kinds of failure that a caller treats differently.
 *
 * The project has one error type, ClearSilver's NEOERR: raised once where it
 * happened (nerr_raise), passed up (nerr_pass), logged once at the top.  A
 * user's mistake is never a NEOERR; it is data on the page.  The text of an
 * error never holds personal data: no value, only names, codes, numbers.
 */
#ifndef SBK_FAIL_H
#define SBK_FAIL_H

#include <ClearSilver.h>

extern NERR_TYPE FAIL_REQUEST;     /* the request is malformed: 400 */
extern NERR_TYPE FAIL_FORBIDDEN;   /* CSRF, foreign origin: 403 */
extern NERR_TYPE FAIL_NOT_FOUND;   /* no such page, or not for this person: 404 */
extern NERR_TYPE FAIL_TOO_LARGE;   /* over a limit: 413 */
extern NERR_TYPE FAIL_TOO_MANY;    /* over a rate: 429 */
extern NERR_TYPE FAIL_UNAVAILABLE; /* database or picture workers away: 503, try again */
extern NERR_TYPE FAIL_RETRY;       /* the transaction may be run again as a whole */
extern NERR_TYPE FAIL_UNKNOWN;     /* COMMIT was sent, its outcome is not known: look it up */
extern NERR_TYPE FAIL_DUPLICATE;   /* a UNIQUE constraint refused the row */
extern NERR_TYPE FAIL_CRYPTO;      /* key missing, seal broken, signature machinery failed */
extern NERR_TYPE FAIL_CONFIG;      /* configuration missing or out of range: refuse to start */

/* Registers the kinds above and ClearSilver's own. Once per process, first thing in main. */
NEOERR *fail_init(void);

#endif
