#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fail.h"
#include "web/session.h"
#include "web/visitor.h"

#define TOUCH_SECONDS 60
#define CLOCK_SLACK 60 /* seconds that the clocks of several nodes may differ */

enum { LOAD, TOUCH, INSERT, END, END_ONE, END_OTHERS, LIST };

static const struct db_sql sql[] = {
	[LOAD] = { "session_load",
	    "SELECT s.account, s.person, s.channel, s.body, s.created_at, s.seen_at, "
	    "s.ended_at, "
	    "d.version, d.saved_at, d.body, a.no, a.state, s.way "
	    "FROM session s LEFT JOIN draft d ON d.person = s.person "
	    "LEFT JOIN application a ON a.person = s.person AND a.live = 1 "
	    "WHERE s.token_hash = ?" },
	[TOUCH] = { "session_touch", "UPDATE session SET seen_at = ? WHERE token_hash = ? AND "
				     "seen_at < ? AND ended_at IS NULL" },
	[INSERT] = { "session_insert", "INSERT INTO session (token_hash, account, person, "
				       "channel, body, created_at, seen_at, way, browser, "
				       "network) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },
	[END] = { "session_end",
	    "UPDATE session SET ended_at = ? WHERE token_hash = ? AND ended_at IS NULL" },
	[END_ONE] = { "session_end_one", "UPDATE session SET ended_at = ? WHERE token_hash = ? "
					 "AND account = ? AND ended_at IS NULL" },
	[END_OTHERS] = { "session_end_others",
	    "UPDATE session SET ended_at = ? WHERE account = ? AND token_hash <> ? "
	    "AND ended_at IS NULL" },
	[LIST] = { "session_list",
	    "SELECT token_hash, channel, way, browser, network, created_at, seen_at "
	    "FROM session WHERE account = ? AND ended_at IS NULL AND seen_at > ? "
	    "AND created_at > ? ORDER BY seen_at DESC, token_hash LIMIT 50" },
};

NEOERR *
session_hash(const struct seal *seal, const char *token, uint8_t out[SEAL_HASH_LEN])
{
	return nerr_pass(seal_hash(seal, "session", token, strlen(token), out));
}

static bool
looks_like_token(const char *text)
{
	return strlen(text) == SEAL_TOKEN_LEN - 1 &&
	       strspn(
		   text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
		   SEAL_TOKEN_LEN - 1;
}

static void
copy(char *out, size_t size, const char *text)
{
	snprintf(out, size, "%s", text ? text : "");
}

/* The row's columns into s; its state is set by the caller. */
static NEOERR *
take_row(struct session *s, const struct seal *seal, struct db_rows *rows)
{
	struct bytes masked = BYTES_INIT;
	const void *data;
	size_t len;
	NEOERR *err;

	data = db_get_bytes(rows, 0, &len);
	if (len != SEAL_ID_LEN)
		return nerr_raise(NERR_DB, "session account of %zu bytes", len);
	memcpy(s->account, data, len);
	data = db_get_bytes(rows, 1, &len);
	s->has_person = data != NULL && len == PERSON_LEN;
	if (s->has_person)
		memcpy(s->person, data, len);
	copy(s->channel, sizeof s->channel, db_get_text(rows, 2));
	data = db_get_bytes(rows, 3, &len);
	if ((err = seal_open(seal, "session.body", s->hash, SEAL_HASH_LEN, data, len, &masked)))
		return nerr_pass(err);
	copy(s->masked, sizeof s->masked, (const char *)masked.data);
	bytes_release(&masked);
	if (!db_is_null(rows, 7)) {
		data = db_get_bytes(rows, 9, &len);
		if ((err = draft_unseal(&s->draft, seal, s->person, db_get_int(rows, 7),
			 db_get_int(rows, 8), data, len)))
			return nerr_pass(err);
	}
	copy(s->live_no, sizeof s->live_no, db_get_text(rows, 10));
	copy(s->live_state, sizeof s->live_state, db_get_text(rows, 11));
	copy(s->way, sizeof s->way, db_get_text(rows, 12));
	return STATUS_OK;
}

/* The row of s->hash, if it proves anything. */
static NEOERR *
load(struct session *s, struct db *db, const struct seal *seal, const struct settings *settings)
{
	struct db_rows *rows = NULL;
	int64_t now = clock_now(), idle_left, life_left;
	bool more;
	NEOERR *err;

	if ((err = db_select(
		 db, &sql[LOAD], DB_WITH(db_bytes(s->hash, sizeof s->hash)), &rows)) ||
	    (err = db_next(rows, &more)))
		goto out;
	if (!more)
		goto out;
	s->created_at = db_get_int(rows, 4);
	s->seen_at = db_get_int(rows, 5);
	idle_left = s->seen_at + settings->session.idle - now;
	life_left = s->created_at + settings->session.life - now;
	s->ends_in = idle_left < life_left ? idle_left : life_left;
	/* The clock has gone back behind its last request: what has ended must not begin to live again. */
	if (s->ends_in > 0 &&
	    (s->seen_at > now + CLOCK_SLACK || s->created_at > now + CLOCK_SLACK))
		s->ends_in = 0;
	if (s->ends_in < -settings->session.keep || !db_is_null(rows, 6))
		goto out; /* logged out, or so old that it proves nothing: a guest */
	if ((err = take_row(s, seal, rows)))
		goto out;
	s->state = s->ends_in > 0 ? SESSION_LIVE : SESSION_ENDED;
out:
	db_rows_free(&rows);
	return nerr_pass(err);
}

NEOERR *
session_open(struct session *s, struct db *db, const struct seal *seal,
    const struct settings *settings, struct request *request)
{
	char cookie[SEAL_TOKEN_LEN];
	int64_t now = clock_now(), life_left;
	NEOERR *err;

	*s = (struct session) { .state = SESSION_NONE };
	if ((err = draft_init(&s->draft)))
		return nerr_pass(err);
	if (request_cookie(request, settings->session.cookie, cookie, sizeof cookie) == NULL ||
	    !looks_like_token(cookie))
		return STATUS_OK;
	copy(s->token, sizeof s->token, cookie);
	s->state = SESSION_GUEST;
	if ((err = session_hash(seal, s->token, s->hash)) ||
	    (err = load(s, db, seal, settings)) || s->state != SESSION_LIVE)
		return nerr_pass(err);
	if (now - s->seen_at >= TOUCH_SECONDS)
		err = db_run(db, &sql[TOUCH],
		    DB_WITH(db_int(now), db_bytes(s->hash, sizeof s->hash),
			db_int(now - TOUCH_SECONDS + 1)),
		    NULL);
	life_left = s->created_at + settings->session.life - now;
	s->ends_in = settings->session.idle < life_left ? settings->session.idle : life_left;
	return nerr_pass(err);
}

NEOERR *
session_look(struct session *s, struct db *db, const struct seal *seal,
    const struct settings *settings, const uint8_t hash[SEAL_HASH_LEN])
{
	NEOERR *err;

	*s = (struct session) { .state = SESSION_NONE };
	memcpy(s->hash, hash, sizeof s->hash);
	if ((err = draft_init(&s->draft)))
		return nerr_pass(err);
	return nerr_pass(load(s, db, seal, settings));
}

void
session_release(struct session *s)
{
	draft_release(&s->draft);
}

NEOERR *
session_cookie(const struct session *s, const struct settings *settings,
    struct request *request, bool clear)
{
	char line[256];

	snprintf(line, sizeof line, "%s=%s; Path=/; HttpOnly; SameSite=Lax%s%s",
	    settings->session.cookie, clear ? "" : s->token,
	    settings->session.secure ? "; Secure" : "", clear ? "; Max-Age=0" : "");
	return nerr_pass(request_header(request, "Set-Cookie", line));
}

NEOERR *
session_guest(struct session *s, const struct settings *settings, struct request *request)
{
	NEOERR *err;

	if (s->token[0] != '\0')
		return STATUS_OK;
	if ((err = seal_token(s->token)))
		return nerr_pass(err);
	s->state = SESSION_GUEST;
	return nerr_pass(session_cookie(s, settings, request, false));
}

static NEOERR *
end(struct db *db, const struct seal *seal, const char *token)
{
	uint8_t hash[SEAL_HASH_LEN];
	NEOERR *err;

	if (token[0] == '\0')
		return STATUS_OK;
	if ((err = session_hash(seal, token, hash)))
		return nerr_pass(err);
	return nerr_pass(db_run(
	    db, &sql[END], DB_WITH(db_int(clock_now()), db_bytes(hash, sizeof hash)), NULL));
}

NEOERR *
session_login(struct session *s, struct db *db, const struct seal *seal,
    const struct request *request, const struct session_new *login, char fresh[SEAL_TOKEN_LEN])
{
	struct visitor visitor;
	uint8_t hash[SEAL_HASH_LEN];
	struct bytes sealed = BYTES_INIT;
	int64_t now = clock_now();
	NEOERR *err;

	visitor_read(&visitor, request);
	if ((err = seal_token(fresh)) || (err = session_hash(seal, fresh, hash)) ||
	    (err = seal_close(seal, "session.body", hash, sizeof hash, login->masked,
		 strlen(login->masked), &sealed)) ||
	    (err = end(db, seal, s->token)))
		goto out;
	err = db_run(db, &sql[INSERT],
	    DB_WITH(db_bytes(hash, sizeof hash), db_bytes(login->account, SEAL_ID_LEN),
		login->person ? db_bytes(login->person, PERSON_LEN) : db_null(),
		db_text(login->channel), db_bytes(sealed.data, sealed.len), db_int(now),
		db_int(now), db_text(login->way), db_text(visitor.browser),
		db_text(visitor.network)),
	    NULL);
out:
	bytes_release(&sealed);
	return nerr_pass(err);
}

NEOERR *
session_logout(struct session *s, struct db *db, const struct seal *seal)
{
	return nerr_pass(end(db, seal, s->token));
}

NEOERR *
session_end_all(struct db *db, const uint8_t account[SEAL_ID_LEN], const struct session *except)
{
	/* No token has this hash. */
	static const uint8_t none[SEAL_HASH_LEN];

	return nerr_pass(db_run(db, &sql[END_OTHERS],
	    DB_WITH(db_int(clock_now()), db_bytes(account, SEAL_ID_LEN),
		db_bytes(except ? except->hash : none, SEAL_HASH_LEN)),
	    NULL));
}

NEOERR *
session_end_one(struct db *db, const uint8_t account[SEAL_ID_LEN],
    const uint8_t hash[SEAL_HASH_LEN], bool *ended)
{
	int64_t n;
	NEOERR *err;

	if ((err = db_run(db, &sql[END_ONE],
		 DB_WITH(db_int(clock_now()), db_bytes(hash, SEAL_HASH_LEN),
		     db_bytes(account, SEAL_ID_LEN)),
		 &n)))
		return nerr_pass(err);
	*ended = n > 0;
	return STATUS_OK;
}

NEOERR *
session_list(struct db *db, const struct settings *settings, const uint8_t account[SEAL_ID_LEN],
    struct db_rows **rows)
{
	int64_t now = clock_now();

	return nerr_pass(db_select(db, &sql[LIST],
	    DB_WITH(db_bytes(account, SEAL_ID_LEN), db_int(now - settings->session.idle),
		db_int(now - settings->session.life)),
	    rows));
}

NEOERR *
session_csrf(const struct session *s, const struct seal *seal, char out[CSRF_LEN])
{
	return nerr_pass(csrf_token(seal, "csrf", s->token, out));
}

NEOERR *
session_check_csrf(const struct session *s, const struct seal *seal,
    const struct settings *settings, const struct request *request)
{
	const char *given = form_text(&request->form, "csrf");
	bool right;
	NEOERR *err;

	if ((err = request_check_origin(request, settings->origin)) ||
	    (err = csrf_check(seal, "csrf", s->token, given, &right)))
		return nerr_pass(err);
	if (s->token[0] == '\0' || !right)
		return nerr_raise(FAIL_FORBIDDEN, "CSRF token");
	return STATUS_OK;
}
