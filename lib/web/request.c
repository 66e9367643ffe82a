#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

#include "base/fail.h"
#include "base/seal.h"
#include "web/request.h"

#define MAX_QUERY 4096
#define GZIP_MIN 1000 /* bytes; this and the level as in conf/nginx/http.conf */
#define GZIP_LEVEL 6
#define GZIP_WINDOW (15 + 16) /* the largest, in the frame of gzip */
#define GZIP_MEMORY 8

const char *
request_param(const struct request *r, const char *name)
{
	const char *value = FCGX_GetParam(name, r->fcgi->envp);

	return value ? value : "";
}

/* nginx's id where it looks like one, so that its log and ours can be laid side by side. */
static NEOERR *
take_id(struct request *r)
{
	const char *given = request_param(r, "REQUEST_ID");
	uint8_t random[SEAL_ID_LEN];
	NEOERR *err;

	if (strlen(given) == REQUEST_ID_LEN - 1 && seal_unhex(given, random, sizeof random)) {
		memcpy(r->id, given, REQUEST_ID_LEN);
		return STATUS_OK;
	}
	if ((err = seal_random(random, sizeof random)))
		return nerr_pass(err);
	seal_hex(random, sizeof random, r->id);
	return STATUS_OK;
}

static NEOERR *
take_query(struct request *r, size_t max_inputs)
{
	const char *query = request_param(r, "QUERY_STRING");
	struct bytes copy = BYTES_INIT;

	if (*query == '\0')
		return STATUS_OK;
	if ((copy.len = strlen(query)) > MAX_QUERY)
		return nerr_raise(FAIL_REQUEST, "query of %zu bytes", copy.len);
	if ((copy.data = (uint8_t *)strdup(query)) == NULL)
		return nerr_raise(NERR_NOMEM, "query");
	return nerr_pass(
	    form_parse(&r->query, "application/x-www-form-urlencoded", &copy, max_inputs));
}

NEOERR *
request_read_form(struct request *r, size_t max_body, size_t max_inputs)
{
	const char *length = request_param(r, "CONTENT_LENGTH");
	struct bytes body = BYTES_INIT;
	char *end;
	unsigned long want;
	NEOERR *err;

	want = strtoul(length, &end, 10);
	if (*length < '0' || *length > '9' || *end != '\0')
		return nerr_raise(FAIL_REQUEST, "no content length");
	if (want > max_body)
		return nerr_raise(FAIL_TOO_LARGE, "body of %lu bytes", want);
	if ((body.data = malloc(want + 1)) == NULL)
		return nerr_raise(NERR_NOMEM, "body of %lu bytes", want);
	while (body.len < want) {
		size_t left = want - body.len;
		int n = FCGX_GetStr((char *)body.data + body.len,
		    left > 1 << 20 ? 1 << 20 : (int)left, r->fcgi->in);

		if (n <= 0)
			break;
		body.len += (size_t)n;
	}
	body.data[body.len] = '\0';
	if (body.len < want) {
		err = nerr_raise(
		    FAIL_REQUEST, "body ends after %zu of %lu bytes", body.len, want);
		bytes_release(&body);
		return err;
	}
	return nerr_pass(
	    form_parse(&r->form, request_param(r, "CONTENT_TYPE"), &body, max_inputs));
}

NEOERR *
request_open(struct request *r, FCGX_Request *fcgi, size_t max_inputs)
{
	const char *method, *path;
	NEOERR *err;

	*r = (struct request) {
		.status = 200, .type = "text/html; charset=utf-8", .fcgi = fcgi
	};
	string_init(&r->headers);
	string_init(&r->body);
	r->address = request_param(r, "REMOTE_ADDR");
	if ((err = take_id(r)) || (err = hdf_init(&r->hdf)))
		return nerr_pass(err);
	method = request_param(r, "REQUEST_METHOD");
	path = request_param(r, "DOCUMENT_URI");
	if (strlen(method) >= sizeof r->method || strlen(path) >= sizeof r->path ||
	    path[0] != '/')
		return nerr_raise(FAIL_REQUEST, "method or path");
	memcpy(r->method, method, strlen(method) + 1);
	memcpy(r->path, path, strlen(path) + 1);
	if (strcmp(method, "HEAD") == 0)
		memcpy(r->method, "GET", sizeof "GET");
	return nerr_pass(take_query(r, max_inputs));
}

void
request_release(struct request *r)
{
	form_release(&r->query);
	form_release(&r->form);
	string_clear(&r->headers);
	string_clear(&r->body);
	hdf_destroy(&r->hdf);
}

const char *
request_cookie(const struct request *r, const char *name, char *out, size_t size)
{
	const char *p = request_param(r, "HTTP_COOKIE"), *found = NULL;
	size_t len = strlen(name), found_len = 0;

	while (*p) {
		size_t n;

		p += strspn(p, " ;");
		n = strcspn(p, ";");
		if (n > len && strncmp(p, name, len) == 0 && p[len] == '=') {
			if (found != NULL)
				return NULL;
			found = p + len + 1;
			found_len = n - len - 1;
		}
		p += n;
	}
	if (found == NULL || found_len >= size)
		return NULL;
	memcpy(out, found, found_len);
	out[found_len] = '\0';
	return out;
}

NEOERR *
request_header(struct request *r, const char *name, const char *value)
{
	for (const char *p = value; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7F)
			return nerr_raise(FAIL_REQUEST, "control character in header %s", name);
	return nerr_pass(string_appendf(&r->headers, "%s: %s\r\n", name, value));
}

NEOERR *
request_json(struct request *r, json_t *answer)
{
	char *text = answer ? json_dumps(answer, JSON_COMPACT) : NULL;
	NEOERR *err;

	json_decref(answer);
	if (text == NULL)
		return nerr_raise(NERR_NOMEM, "json");
	r->type = "application/json";
	err = string_append(&r->body, text);
	free(text);
	return nerr_pass(err);
}

NEOERR *
request_redirect(struct request *r, const char *path)
{
	if (path[0] != '/' || path[1] == '/' || path[1] == '\\')
		return nerr_raise(FAIL_REQUEST, "redirect to a foreign place");
	if (strcmp(r->method, "POST") == 0 &&
	    strcmp(request_param(r, "HTTP_ACCEPT"), "application/json") == 0)
		return nerr_pass(request_json(r, json_pack("{s:s}", "to", path)));
	r->status = 303;
	return nerr_pass(request_header(r, "Location", path));
}

NEOERR *
request_leave(struct request *r, const char *url)
{
	if (strncmp(url, "https://", 8) != 0 && strncmp(url, "http://127.0.0.1:", 17) != 0)
		return nerr_raise(FAIL_UNAVAILABLE, "the way to another site is not https");
	r->status = 303;
	return nerr_pass(request_header(r, "Location", url));
}

/* Headers that a browser sets by itself and a page of others cannot change. */
NEOERR *
request_check_origin(const struct request *r, const char *origin)
{
	const char *site = request_param(r, "HTTP_SEC_FETCH_SITE");
	const char *from = request_param(r, "HTTP_ORIGIN");

	if (*site && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0)
		return nerr_raise(FAIL_FORBIDDEN, "Sec-Fetch-Site");
	if (*from && strcmp(from, origin) != 0)
		return nerr_raise(FAIL_FORBIDDEN, "Origin");
	return STATUS_OK;
}

/* false: as it is, it is good, too. */
static bool
gzip(const STRING *body, struct bytes *out)
{
	z_stream z = { .next_in = (Bytef *)body->buf, .avail_in = (uInt)body->len };

	if (deflateInit2(&z, GZIP_LEVEL, Z_DEFLATED, GZIP_WINDOW, GZIP_MEMORY,
		Z_DEFAULT_STRATEGY) != Z_OK)
		return false;
	out->len = deflateBound(&z, z.avail_in);
	z.next_out = out->data = malloc(out->len + 1);
	z.avail_out = (uInt)out->len;
	if (out->data && deflate(&z, Z_FINISH) == Z_STREAM_END)
		out->len = z.total_out;
	else
		bytes_release(out);
	deflateEnd(&z);
	return out->data != NULL;
}

/* Of pages that refuse something nginx compresses those of 403 and 404 only. */
static bool
left_by_nginx(const struct request *r)
{
	return r->status >= 400 && r->status != 403 && r->status != 404 &&
	       r->body.len >= GZIP_MIN && strncmp(r->type, "text/html", 9) == 0;
}

void
request_send(struct request *r)
{
	FCGX_Stream *out = r->fcgi->out;
	struct bytes packed = BYTES_INIT;
	const char *body = r->body.buf;
	int len = r->body.len;

	FCGX_FPrintF(out, "Status: %d\r\nContent-Type: %s\r\n", r->status, r->type);
	if (r->headers.len > 0)
		FCGX_PutStr(r->headers.buf, r->headers.len, out);
	if (left_by_nginx(r)) {
		FCGX_FPrintF(out, "Vary: Accept-Encoding\r\n");
		if (strstr(request_param(r, "HTTP_ACCEPT_ENCODING"), "gzip") &&
		    gzip(&r->body, &packed)) {
			FCGX_FPrintF(out, "Content-Encoding: gzip\r\n");
			body = (const char *)packed.data;
			len = (int)packed.len;
		}
	}
	FCGX_FPrintF(out, "Content-Length: %d\r\n\r\n", len);
	if (len > 0 && strcmp(request_param(r, "REQUEST_METHOD"), "HEAD") != 0)
		FCGX_PutStr(body, len, out);
	bytes_release(&packed);
}
