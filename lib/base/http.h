/*
 * http.h - asking a service of somebody else: libcurl, over TLS, bounded and impatient.
 *
 * One client a process; it keeps its connections.  Answers of whatever status are answers.  No redirects, no
 * cookies, no proxy.  TLS 1.2 or later (RFC 8446, 5246), the peer's certificate and name verified against
 * Http.Ca; plain HTTP only where the configuration says Http.Plain = 1, and only to a loopback address:
 * for the sandbox.
 */
#ifndef SBK_HTTP_H
#define SBK_HTTP_H

#include <ClearSilver.h>

#include "base/bytes.h"

struct http;

struct http_question {
	const char *method; /* NULL: GET without body, POST with one */
	const char *url;
	const char *const *headers; /* "Name: value", NULL-terminated; NULL: none */
	const char *type;           /* Content-Type of the body */
	const void *body;           /* NULL: none */
	size_t len;
};

struct http_answer {
	long status;
	long max_age; /* seconds that Cache-Control lets it be kept, 0 when it does not say */
	struct bytes body; /* owned; at most HTTP_ANSWER_MAX */
};

#define HTTP_ANSWER_MAX (256 * 1024)

/* Reads Http.Ca, Http.Plain, Http.Timeout (seconds for connect and answer together). FAIL_CONFIG. */
NEOERR *http_init(struct http **http, HDF *conf);
void http_free(struct http **http);

/*
 * *answer is the caller's (http_answer_release).  FAIL_UNAVAILABLE: no connection, no trust, too slow, too
 * long; nothing is known of what the service has done.  Error texts name the host, never query or body.
 */
NEOERR *http_ask(
    struct http *http, const struct http_question *question, struct http_answer *answer);
void http_answer_release(struct http_answer *answer);

/* Appends text percent-encoded. */
NEOERR *http_append_text(STRING *to, const char *text);

/* Appends "name=value" (RFC 3986 percent-encoding, '&' between) to a query or an urlencoded body. */
NEOERR *http_append(STRING *to, const char *name, const char *value);

#endif
