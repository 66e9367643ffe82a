#include <curl/curl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/conf.h"
#include "base/fail.h"
#include "base/http.h"

struct http {
	CURL *curl;
	const char *ca; /* borrowed from conf */
	long plain, timeout;
};

NEOERR *
http_init(struct http **out, HDF *conf)
{
	struct http *http = calloc(1, sizeof *http);
	NEOERR *err;

	if (http == NULL)
		return nerr_raise(NERR_NOMEM, "http");
	if ((err = conf_text(conf, "Http.Ca", &http->ca)) ||
	    (err = conf_int(conf, "Http.Plain", 0, 1, &http->plain)) ||
	    (err = conf_int(conf, "Http.Timeout", 1, 60, &http->timeout)))
		goto out;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
	    (http->curl = curl_easy_init()) == NULL)
		err = nerr_raise(NERR_NOMEM, "libcurl");
out:
	if (err == STATUS_OK)
		*out = http;
	else
		http_free(&http);
	return nerr_pass(err);
}

void
http_free(struct http **http)
{
	if (*http == NULL)
		return;
	curl_easy_cleanup((*http)->curl);
	free(*http);
	*http = NULL;
}

static size_t
take(char *data, size_t size, size_t n, void *context)
{
	struct bytes *body = context;
	const size_t len = size * n;
	uint8_t *grown;

	if (len > HTTP_ANSWER_MAX - body->len ||
	    (grown = realloc(body->data, body->len + len + 1)) == NULL)
		return 0;
	memcpy(grown + body->len, data, len);
	body->data = grown;
	body->len += len;
	grown[body->len] = '\0';
	return len;
}

/* RFC 9111, section 5.2.2.1. */
static size_t
take_header(char *data, size_t size, size_t n, void *context)
{
	static const char name[] = "cache-control:", directive[] = "max-age=";
	long *max_age = context;
	const size_t len = size * n;
	char line[256];
	const char *at;

	snprintf(line, sizeof line, "%.*s", (int)(len < 255 ? len : 255), data);
	if (strncasecmp(line, name, sizeof name - 1) == 0 &&
	    (at = strcasestr(line, directive)) != NULL)
		*max_age = strtol(at + sizeof directive - 1, NULL, 10);
	return len;
}

/* Plain HTTP goes to ourselves or nowhere. */
static bool
may_ask(const struct http *http, const char *url)
{
	static const char *const loopback[] = { "http://127.0.0.1:", "http://[::1]:" };

	if (strncmp(url, "https://", 8) == 0)
		return true;
	for (size_t i = 0; http->plain && i < sizeof loopback / sizeof loopback[0]; i++)
		if (strncmp(url, loopback[i], strlen(loopback[i])) == 0)
			return true;
	return false;
}

/* "https://host:port" of the url, for error texts. */
static int
host_len(const char *url)
{
	const char *host = strstr(url, "://");

	return (int)(host ? host + 3 + strcspn(host + 3, "/?#@") - url : 0);
}

static struct curl_slist *
headers_of(const struct http_question *question)
{
	struct curl_slist *list = NULL;
	char type[128];

	for (size_t i = 0; question->headers && question->headers[i]; i++)
		list = curl_slist_append(list, question->headers[i]);
	if (question->type) {
		snprintf(type, sizeof type, "Content-Type: %s", question->type);
		list = curl_slist_append(list, type);
	}
	/* Some wait for a "100 Continue" that never comes. */
	return curl_slist_append(list, "Expect:");
}

NEOERR *
http_ask(struct http *http, const struct http_question *question, struct http_answer *answer)
{
	CURL *curl = http->curl;
	struct http_answer got = { .body = BYTES_INIT };
	struct curl_slist *headers;
	CURLcode code;

	if (!may_ask(http, question->url))
		return nerr_raise(FAIL_CONFIG, "%.*s is neither https nor the sandbox",
		    host_len(question->url), question->url);
	if ((headers = headers_of(question)) == NULL)
		return nerr_raise(NERR_NOMEM, "http");
	curl_easy_reset(curl);
	curl_easy_setopt(curl, CURLOPT_URL, question->url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, http->plain ? "http,https" : "https");
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(curl, CURLOPT_CAINFO, http->ca);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, http->timeout);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &got.body);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, &got.max_age);
	if (question->body) {
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, question->body);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)question->len);
	}
	if (question->method)
		curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, question->method);
	code = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &got.status);
	/* What it was asked with is the caller's no longer. */
	curl_easy_reset(curl);
	curl_slist_free_all(headers);
	if (code != CURLE_OK) {
		bytes_release(&got.body);
		return nerr_raise(FAIL_UNAVAILABLE, "%.*s: %s", host_len(question->url),
		    question->url, curl_easy_strerror(code));
	}
	*answer = got;
	return STATUS_OK;
}

void
http_answer_release(struct http_answer *answer)
{
	bytes_release(&answer->body);
}

NEOERR *
http_append_text(STRING *to, const char *text)
{
	char *escaped = curl_easy_escape(NULL, text, 0);
	NEOERR *err;

	if (escaped == NULL)
		return nerr_raise(NERR_NOMEM, "http");
	err = string_append(to, escaped);
	curl_free(escaped);
	return nerr_pass(err);
}

NEOERR *
http_append(STRING *to, const char *name, const char *value)
{
	NEOERR *err;

	if ((err = string_appendf(
		 to, "%s%s=", to->len > 0 && to->buf[to->len - 1] != '?' ? "&" : "", name)))
		return nerr_pass(err);
	return nerr_pass(http_append_text(to, value));
}
