/*
 * http_test.c - services of others are asked over TLS that is trusted, or not at all.  The sandbox answers.
 */
#include "instance.h"

#include <stdlib.h>
#include <string.h>

#include "base/http.h"

static void
url(char out[128], const char *scheme, const char *host, const char *path)
{
	snprintf(out, 128, "%s://%s:%s%s", scheme, host, getenv("SANDBOX_PORT"), path);
}

static void
ask(const char *target, NERR_TYPE kind, long status)
{
	struct http *http = NULL;
	struct http_answer answer = { .body = BYTES_INIT };
	struct http_question question = { .url = target };

	assert_ok(http_init(&http, instance_conf));
	if (status == 0)
		assert_fails(http_ask(http, &question, &answer), kind);
	else
		assert_ok(http_ask(http, &question, &answer));
	assert_int_equal(answer.status, status);
	http_answer_release(&answer);
	http_free(&http);
}

static void
an_answer_of_whatever_status_is_an_answer(void **state)
{
	char target[128];

	(void)state;
	url(target, "https", "127.0.0.1", "/healthz");
	ask(target, 0, 200);
	url(target, "https", "localhost", "/nothing");
	ask(target, 0, 404);
	url(target, "http", "127.0.0.1", "/healthz");
	ask(target, 0, 200);
}

static void
who_cannot_be_trusted_or_reached_is_not_asked(void **state)
{
	char target[128];

	(void)state;
	/* The certificate names 127.0.0.1. */
	url(target, "https", "127.0.0.2", "/healthz");
	ask(target, FAIL_UNAVAILABLE, 0);
	ask("https://127.0.0.1:1/", FAIL_UNAVAILABLE, 0);
	ask("http://198.51.100.1/", FAIL_CONFIG, 0);
	ask("http://127.0.0.1.example/", FAIL_CONFIG, 0);
	ask("file:///etc/passwd", FAIL_CONFIG, 0);
}

static void
another_authority_is_not_trusted(void **state)
{
	char *mine = strdup(hdf_get_value(instance_conf, "Http.Ca", ""));
	char target[128];

	(void)state;
	url(target, "https", "127.0.0.1", "/healthz");
	assert_ok(
	    hdf_set_value(instance_conf, "Http.Ca", "/etc/ssl/certs/ca-certificates.crt"));
	ask(target, FAIL_UNAVAILABLE, 0);
	assert_ok(hdf_set_value(instance_conf, "Http.Ca", mine));
	free(mine);
}

static void
without_the_sandbox_nothing_is_asked_in_the_clear(void **state)
{
	char target[128];

	(void)state;
	url(target, "http", "127.0.0.1", "/healthz");
	assert_ok(hdf_set_value(instance_conf, "Http.Plain", "0"));
	ask(target, FAIL_CONFIG, 0);
	assert_ok(hdf_set_value(instance_conf, "Http.Plain", "1"));
}

static void
parameters_are_percent_encoded(void **state)
{
	STRING out;

	(void)state;
	string_init(&out);
	assert_ok(http_append(&out, "name", "王 &=?/\r\n"));
	assert_ok(http_append(&out, "x", "1~-._"));
	assert_string_equal(out.buf, "name=%E7%8E%8B%20%26%3D%3F%2F%0D%0A&x=1~-._");
	string_clear(&out);
	assert_ok(string_append(&out, "https://x/?"));
	assert_ok(http_append(&out, "a", "b"));
	assert_string_equal(out.buf, "https://x/?a=b");
	string_clear(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_of_whatever_status_is_an_answer),
		cmocka_unit_test(who_cannot_be_trusted_or_reached_is_not_asked),
		cmocka_unit_test(another_authority_is_not_trusted),
		cmocka_unit_test(without_the_sandbox_nothing_is_asked_in_the_clear),
		cmocka_unit_test(parameters_are_percent_encoded),
	};

	return cmocka_run_group_tests_name("http", tests, instance_open, instance_close);
}
