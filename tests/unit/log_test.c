/*
 * log_test.c - every event is one line of JSON, whatever it holds.
 */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <jansson.h>

#include "base/fail.h"
#include "base/log.h"

static int kept_stderr, pipe_ends[2];
static char line[2 * PIPE_BUF];

static int
start_kinds(void **state)
{
	(void)state;
	return fail_init() != STATUS_OK;
}

/* From here on stderr is a pipe. */
static void
capture(void)
{
	kept_stderr = dup(STDERR_FILENO);
	assert_int_equal(pipe(pipe_ends), 0);
	assert_int_equal(dup2(pipe_ends[1], STDERR_FILENO), STDERR_FILENO);
}

/* What one read sees is what one write wrote: a whole line, and that is parsed. */
static json_t *
captured(void)
{
	json_error_t why;
	json_t *json;
	ssize_t len;

	len = read(pipe_ends[0], line, sizeof(line) - 1);
	dup2(kept_stderr, STDERR_FILENO);
	close(kept_stderr);
	close(pipe_ends[0]);
	close(pipe_ends[1]);
	assert_in_range(len, 1, PIPE_BUF);
	line[len] = '\0';
	assert_ptr_equal(strchr(line, '\n'), line + len - 1);
	for (char *at = line; at < line + len - 1; at++)
		assert_true((unsigned char)*at >= ' ' && *at != 0x7f);
	json = json_loads(line, JSON_REJECT_DUPLICATES, &why);
	if (json == NULL)
		fail_msg("%s: %s", why.text, line);
	return json;
}

static const char *
text_of(const json_t *json, const char *key)
{
	const char *text = json_string_value(json_object_get(json, key));

	assert_non_null(text);
	return text;
}

static void
a_line_has_time_level_program_event_and_its_items(void **state)
{
	const char *nothing = NULL;
	const struct log_item items[] = {
		LOG_TEXT("code", "taken"),
		LOG_NUMBER("ms", 12),
		LOG_NUMBER("least", INT64_MIN),
		LOG_TEXT("nothing", nothing),
	};
	json_t *json;

	(void)state;
	capture();
	log_line("info", "saved", items, 4);
	json = captured();
	assert_string_equal(text_of(json, "level"), "info");
	assert_string_equal(text_of(json, "event"), "saved");
	assert_string_equal(text_of(json, "program"), "log_test");
	assert_int_equal(strlen(text_of(json, "time")), 25);
	assert_string_equal(text_of(json, "time") + 19, "+08:00");
	assert_string_equal(text_of(json, "code"), "taken");
	assert_int_equal(json_integer_value(json_object_get(json, "ms")), 12);
	assert_true(json_integer_value(json_object_get(json, "least")) == INT64_MIN);
	assert_string_equal(text_of(json, "nothing"), "");
	json_decref(json);
}

static void
hostile_text_stays_inside_its_string(void **state)
{
	static const struct {
		const char *text, *read;
	} cases[] = {
		{ "\"}\n{\"level\":\"x\\", "\"}\n{\"level\":\"x\\" },
		{ "\x1b[2J\x7f\x01\t\r", "\x1b[2J\x7f\x01\t\r" },
		{ "\xc2\x9b"
		  "31m\xc2\xa0",
		    "\xc2\x9b"
		    "31m\xc2\xa0" },
		{ "北京 \xf0\x9f\x8f\x9b", "北京 \xf0\x9f\x8f\x9b" },
		{ "a\xff\xc0\xafz", "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz" },
		{ "\xe4\xba", "\xef\xbf\xbd\xef\xbf\xbd" },                 /* cut short */
		{ "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" }, /* a surrogate */
		{ "\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xe0\x80\xaf", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" }, /* overlong */
		{ "\xf0\x80\x80\xaf", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct log_item item = LOG_TEXT("text", cases[i].text);
		json_t *json;

		capture();
		log_line("warn", "odd", &item, 1);
		json = captured();
		assert_string_equal(text_of(json, "text"), cases[i].read);
		assert_null(strstr(line, "\xc2\x9b"));
		json_decref(json);
	}
}

static void
a_line_too_long_is_cut_and_still_json(void **state)
{
	char text[PIPE_BUF + 10];
	const struct log_item items[] = {
		LOG_TEXT("first", text),
		LOG_NUMBER("second", INT64_MIN),
		LOG_TEXT("third", text),
	};
	json_t *json;

	(void)state;
	for (size_t len = PIPE_BUF - 250; len < PIPE_BUF + 10; len++) {
		memset(text, len % 2 ? 'x' : '\n', len);
		text[len] = '\0';
		capture();
		log_line("info", "long", items, 3);
		json = captured();
		assert_non_null(json_object_get(json, "first"));
		json_decref(json);
	}
}

static NEOERR *
inner(void)
{
	return nerr_raise(FAIL_RETRY, "session_load: %d", 1213);
}

static NEOERR *
middle(void)
{
	return nerr_pass_ctx(inner(), "try %d", 3);
}

static NEOERR *
outer(void)
{
	return nerr_pass(middle());
}

static void
a_failure_is_logged_with_kind_text_and_trace_and_freed(void **state)
{
	const char *trace;
	NEOERR *err;
	json_t *json;

	(void)state;
	/* Twice: ClearSilver uses freed errors again, and nothing of the first may show. */
	for (int i = 0; i < 2; i++) {
		err = outer();
		capture();
		log_failure("request", "r-1", &err);
		json = captured();
		assert_null(err);
		assert_string_equal(text_of(json, "level"), "error");
		assert_string_equal(text_of(json, "event"), "request");
		assert_string_equal(text_of(json, "request"), "r-1");
		assert_string_equal(text_of(json, "kind"), "FAIL_RETRY");
		assert_string_equal(text_of(json, "text"), "session_load: 1213");
		trace = text_of(json, "trace");
		assert_ptr_equal(strstr(trace, "tests/unit/log_test.c:"), trace);
		assert_non_null(strstr(trace, " (try 3) tests/unit/log_test.c:"));
		assert_null(strstr(strstr(trace, "(try 3)") + 1, "("));
		json_decref(json);
	}
}

static void
success_is_not_logged_and_an_error_without_memory_is(void **state)
{
	NEOERR *err = STATUS_OK;
	json_t *json;

	(void)state;
	capture();
	log_failure("request", NULL, &err);
	err = INTERNAL_ERR;
	log_failure("request", NULL, &err);
	json = captured(); /* the first wrote nothing */
	assert_null(err);
	assert_null(json_object_get(json, "request"));
	assert_non_null(strstr(text_of(json, "kind"), "nternal"));
	json_decref(json);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_has_time_level_program_event_and_its_items),
		cmocka_unit_test(hostile_text_stays_inside_its_string),
		cmocka_unit_test(a_line_too_long_is_cut_and_still_json),
		cmocka_unit_test(a_failure_is_logged_with_kind_text_and_trace_and_freed),
		cmocka_unit_test(success_is_not_logged_and_an_error_without_memory_is),
	};

	return cmocka_run_group_tests_name("log", tests, start_kinds, NULL);
}
