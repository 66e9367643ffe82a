/*
 * request.h - one request: what came in, and where the answer is put together.
 *
 * Between FastCGI and ClearSilver.  Its memory dies with it: nothing from it is kept.
 */
#ifndef SBK_REQUEST_H
#define SBK_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <fcgiapp.h>
#include <jansson.h>
#include <ClearSilver.h>

#include "web/form.h"

#define REQUEST_ID_LEN 33
#define REQUEST_MAX_HEADERS 8

struct request {
	char id[REQUEST_ID_LEN]; /* nginx's $request_id, or random */
	char method[8];          /* GET (HEAD counts as GET), POST */
	char path[128];          /* without the query, as nginx normalised it */
	const char *address;     /* of the client, set by nginx */
	struct form query, form; /* form: only of a POST, within the limits asked for */
	HDF *hdf;                /* the page contract, see page.h */
	int status;
	STRING headers; /* complete lines "Name: value\r\n" */
	STRING body;
	const char *type;   /* Content-Type of the answer */
	FCGX_Request *fcgi; /* borrowed from the loop */
};

/* Takes over an accepted FastCGI request: id, method, path, query. FAIL_REQUEST; r is to be released in any case. */
NEOERR *request_open(struct request *r, FCGX_Request *fcgi, size_t max_inputs);

/* Reads the form of a POST, up to max_body bytes. FAIL_REQUEST, FAIL_TOO_LARGE. */
NEOERR *request_read_form(struct request *r, size_t max_body, size_t max_inputs);
void request_release(struct request *r);

/* A parameter of FastCGI's environment or "". */
const char *request_param(const struct request *r, const char *name);

/* The value of a cookie, or NULL when absent or given twice. Writes into out. */
const char *request_cookie(const struct request *r, const char *name, char *out, size_t size);

/* Adds a header line; FAIL_REQUEST when name or value hold CR, LF or control characters. */
NEOERR *request_header(struct request *r, const char *name, const char *value);

/* Answers with this object, which is taken over; NULL: lack of memory. */
NEOERR *request_json(struct request *r, json_t *answer);

/*
 * 303 See Other to a path of our own ("/…", never "//").  A script that posts with "Accept: application/json" has no use
 * for the page there: 200 and {"to": path}.
 */
NEOERR *request_redirect(struct request *r, const char *path);

/* The same to another site. Only ever with an address that a provider of the configuration has given. */
NEOERR *request_leave(struct request *r, const char *url);

/* FAIL_FORBIDDEN when Sec-Fetch-Site or Origin, where sent, say that it comes from elsewhere than origin. */
NEOERR *request_check_origin(const struct request *r, const char *origin);

/* Writes status, headers and body to nginx. A client that has gone away is no error. */
void request_send(struct request *r);

#endif
