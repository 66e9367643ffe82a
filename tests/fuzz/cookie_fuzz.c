/*
 * cookie_fuzz.c - any Cookie header, Origin and query: a session, a guest or nobody.
 *
 * Lines of the input: the Cookie header, the query, Origin, Sec-Fetch-Site. The database is
 * away, so a well-formed token ends in FAIL_UNAVAILABLE, and nothing else may.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fail.h"
#include "web/display.h"
#include "web/request.h"
#include "web/session.h"

#define COOKIE "sbk_session"
#define RING                                                                       \
	"index 0000000000000000000000000000000000000000000000000000000000000001\n" \
	"1 0000000000000000000000000000000000000000000000000000000000000002\n"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const struct settings settings = {
	.origin = "https://card.example",
	.session = { .cookie = COOKIE,
	    .secure = 1,
	    .idle = 1800,
	    .life = 28800,
	    .keep = 86400 },
};

static const char database[] = "Db.Socket=/nonexistent/db.sock\nDb.User=x\nDb.Name=x\n"
			       "Db.Timeout=1\nDb.Tries=1\n";

static HDF *conf;
static struct seal *seal;
static struct db *db;

static void
expect(bool condition)
{
	if (!condition)
		abort();
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	char ring[] = "/tmp/cookie_fuzz.XXXXXX";
	int fd = mkstemp(ring);

	(void)argc, (void)argv;
	expect(fd != -1 && write(fd, RING, sizeof RING - 1) == sizeof RING - 1);
	close(fd);
	expect(fail_init() == STATUS_OK && hdf_init(&conf) == STATUS_OK &&
	       hdf_read_string(conf, database) == STATUS_OK &&
	       hdf_set_value(conf, "Seal.Ring", ring) == STATUS_OK &&
	       seal_init(&seal, conf) == STATUS_OK && db_init(&db, conf) == STATUS_OK);
	unlink(ring);
	return 0;
}

/* A cookie's value is a piece of the header, and is there once. */
static void
cookies(const struct request *r, const char *header)
{
	static const char *const names[] = { COOKIE, "view", "", "a" };
	char out[48];

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (request_cookie(r, names[i], out, sizeof out) == NULL)
			continue;
		expect(strlen(out) < sizeof out && strstr(header, out) != NULL &&
		       strchr(out, ';') == NULL);
	}
	expect(request_cookie(r, COOKIE, out, 1) == NULL || out[0] == '\0');
}

static void
session(struct request *r)
{
	struct session s = { .state = SESSION_NONE };
	char csrf[CSRF_LEN];
	bool token;
	NEOERR *err = session_open(&s, db, seal, &settings, r);

	token = s.token[0] != '\0';
	expect(token ? nerr_handle(&err, FAIL_UNAVAILABLE) : err == STATUS_OK);
	expect(!token || strlen(s.token) == SEAL_TOKEN_LEN - 1);
	expect(s.state == (token ? SESSION_GUEST : SESSION_NONE));
	/* Nobody here knows the token of a form. */
	err = session_check_csrf(&s, seal, &settings, r);
	expect(nerr_handle(&err, FAIL_FORBIDDEN));
	expect(session_csrf(&s, seal, csrf) == STATUS_OK);
	expect(session_guest(&s, &settings, r) == STATUS_OK && s.token[0] != '\0');
	session_release(&s);
}

static void
display(struct request *r)
{
	struct display shown;
	char setting[32];

	display_read(&shown, r);
	for (int i = 0; i < DISPLAY_SETS; i++)
		expect(shown.choice[i] >= 0 && shown.choice[i] < 8);
	if (display_asked(&r->query, setting, sizeof setting))
		display_choose(&shown, setting);
	expect(display_cookie(&shown, r) == STATUS_OK);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const names[] = { "HTTP_COOKIE", "QUERY_STRING", "HTTP_ORIGIN",
		"HTTP_SEC_FETCH_SITE" };
	enum { GIVEN = sizeof names / sizeof names[0] };
	char *text = malloc(len + 1), *rest = text;
	char *env[GIVEN + 3] = { strdup("DOCUMENT_URI=/my"), strdup("REQUEST_METHOD=POST") };
	FCGX_Request fcgi = { .envp = env };
	struct request r;
	const char *line;
	NEOERR *err;

	expect(text != NULL);
	memcpy(text, data, len);
	text[len] = '\0';
	for (int i = 0; i < GIVEN && (line = strsep(&rest, "\n")) != NULL; i++)
		expect(asprintf(&env[i + 2], "%s=%s", names[i], line) > 0);
	err = request_open(&r, &fcgi, 20);
	expect(err == STATUS_OK || nerr_handle(&err, FAIL_REQUEST));
	cookies(&r, request_param(&r, names[0]));
	session(&r);
	display(&r);
	request_release(&r);
	for (int i = 0; env[i]; i++)
		free(env[i]);
	free(text);
	return 0;
}
