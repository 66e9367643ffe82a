/*
 * session.h - who is at the other end: one row, found by the keyed hash of a random token.
 *
 * The token lives in a cookie (Session.Cookie, HttpOnly, SameSite=Lax, Secure where conf says so).  Before the
 * login a cookie with a random token exists without a row: it binds CSRF tokens and captchas to the browser.  Login always makes
 * a new token.  One SELECT brings session, draft and live application together.  seen_at moves at most once a minute.
 */
#ifndef SBK_SESSION_H
#define SBK_SESSION_H

#include <stdbool.h>
#include <stdint.h>
#include <ClearSilver.h>

#include "apply/application.h"
#include "apply/draft.h"
#include "base/db.h"
#include "base/seal.h"
#include "web/csrf.h"
#include "web/request.h"
#include "web/settings.h"

enum session_state {
	SESSION_NONE,  /* no cookie */
	SESSION_GUEST, /* a cookie, no login, or one logged out */
	SESSION_ENDED, /* idle too long, or too old; still says who typed a late form */
	SESSION_LIVE
};

struct session {
	enum session_state state;
	char token[SEAL_TOKEN_LEN];  /* "" when there is no cookie */
	uint8_t hash[SEAL_HASH_LEN]; /* of the token: the row's key */
	uint8_t account[SEAL_ID_LEN];
	uint8_t person[PERSON_LEN];
	bool has_person; /* real name proven */
	char channel[17];
	char way[24];    /* of logging in */
	char masked[64]; /* name as shown in the corner */
	int64_t created_at, seen_at;
	int64_t ends_in; /* seconds, when nothing more is done */
	struct draft draft;
	char live_no[APPLICATION_NO_LEN]; /* the person's live application, "" if none */
	char live_state[17];
};

/* Reads cookie and row; touches seen_at when a minute old. */
NEOERR *session_open(struct session *s, struct db *db, const struct seal *seal,
    const struct settings *settings, struct request *request);
void session_release(struct session *s);

/*
 * Another browser's session, by its hash: as it stands, not touched, without its token.  SESSION_NONE: logged out, or
 * there is none.  session_release in any case.
 */
NEOERR *session_look(struct session *s, struct db *db, const struct seal *seal,
    const struct settings *settings, const uint8_t hash[SEAL_HASH_LEN]);

/* The hash of a cookie's token: the row's key. */
NEOERR *session_hash(const struct seal *seal, const char *token, uint8_t out[SEAL_HASH_LEN]);

/* A guest cookie for a browser that has none. */
NEOERR *session_guest(
    struct session *s, const struct settings *settings, struct request *request);

struct session_new {
	const uint8_t *account; /* SEAL_ID_LEN */
	const uint8_t *person;  /* PERSON_LEN; NULL: not proven yet */
	const char *channel;
	const char *masked;
	const char *way; /* of logging in */
};

/* New token (fresh) and row for a login; ends the row of the old token. Inside a transaction; after the
 * commit the caller puts fresh into s->token and sends session_cookie (lib/web/entry.h does). */
NEOERR *session_login(struct session *s, struct db *db, const struct seal *seal,
    const struct request *request, const struct session_new *login, char fresh[SEAL_TOKEN_LEN]);
NEOERR *session_logout(struct session *s, struct db *db, const struct seal *seal);

/* Ends the account's sessions but this one (NULL: all of them): after a new password, and when she asks for it. */
NEOERR *session_end_all(
    struct db *db, const uint8_t account[SEAL_ID_LEN], const struct session *except);

/* Ends one by the hash of its token; *ended false when the account has no live one of that hash. */
NEOERR *session_end_one(struct db *db, const uint8_t account[SEAL_ID_LEN],
    const uint8_t hash[SEAL_HASH_LEN], bool *ended);

/* The account's live sessions, latest first: token_hash, channel, way, browser, network, created_at, seen_at. */
NEOERR *session_list(struct db *db, const struct settings *settings,
    const uint8_t account[SEAL_ID_LEN], struct db_rows **rows);

NEOERR *session_cookie(const struct session *s, const struct settings *settings,
    struct request *request, bool clear);

/* The CSRF token of this browser, of the cookie's. */
NEOERR *session_csrf(const struct session *s, const struct seal *seal, char out[CSRF_LEN]);

/* FAIL_FORBIDDEN unless the form carries the token and Sec-Fetch-Site / Origin, where sent, are ours. */
NEOERR *session_check_csrf(const struct session *s, const struct seal *seal,
    const struct settings *settings, const struct request *request);

#endif
