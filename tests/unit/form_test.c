/*
 * form_test.c - forms as browsers, and others, send them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/fail.h"
#include "web/form.h"

#define MULTIPART "multipart/form-data; boundary=X"

static NEOERR *
parse(struct form *form, const char *type, const char *body, size_t len, size_t max)
{
	struct bytes bytes = { malloc(len + 1), len };

	assert_non_null(bytes.data);
	memcpy(bytes.data, body, len);
	bytes.data[len] = '\0';
	*form = (struct form)FORM_INIT;
	return form_parse(form, type, &bytes, max);
}

static void
a_form_gives_its_inputs_decoded(void **state)
{
	static const struct {
		const char *body, *name, *text;
	} cases[] = {
		{ "a=1&b=2", "b", "2" },
		{ "a=%E7%8E%8B+x", "a", "\xE7\x8E\x8B x" },
		{ "a=%F0%A0%AE%B7", "a", "\xF0\xA0\xAE\xB7" },
		{ "a=1&a=2", "a", "1" },
		{ "&&a=1&&", "a", "1" },
		{ "a&b=2", "a", "" },
		{ "a%41=x", "aA", "x" },
		{ "a=%4", "a", "%4" },
		{ "a==", "a", "=" },
		{ "b=2", "a", NULL },
		{ "", "a", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct form form;
		NEOERR *err = parse(&form, "application/x-www-form-urlencoded", cases[i].body,
		    strlen(cases[i].body), 10);

		assert_null(err);
		if (cases[i].text)
			assert_string_equal(form_text(&form, cases[i].name), cases[i].text);
		else
			assert_null(form_text(&form, cases[i].name));
		form_release(&form);
	}
}

static void
what_is_no_form_is_refused(void **state)
{
	static const struct {
		const char *type, *body;
	} cases[] = {
		{ "text/plain", "a=1" },
		{ "application/json", "{}" },
		{ "application/x-www-form-urlencoded", "a=%00" },
		{ "application/x-www-form-urlencoded", "a%00b=1" },
		{ "application/x-www-form-urlencoded", "a=%FF" },
		{ "application/x-www-form-urlencoded", "a=%C0%AF" },
		{ "application/x-www-form-urlencoded", "a=%ED%A0%80" },
		{ "application/x-www-form-urlencoded", "a=%F4%90%80%80" },
		{ "application/x-www-form-urlencoded", "a=%1B[2J" },
		{ "application/x-www-form-urlencoded", "a&b&c&d" },
		{ "multipart/form-data", "--X\r\n" },
		{ MULTIPART, "" },
		{ MULTIPART, "--Y\r\n" },
		{ MULTIPART, "--X" },
		{ MULTIPART,
		    "--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nno end" },
		{ MULTIPART, "--X\r\nContent-Type: text/plain\r\n\r\nx\r\n--X--" },
		{ MULTIPART,
		    "--X\r\nContent-Disposition: form-data; name=\"a\r\n\r\nx\r\n--X--" },
		{ MULTIPART,
		    "--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\xFF\r\n--X--" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct form form;
		NEOERR *err =
		    parse(&form, cases[i].type, cases[i].body, strlen(cases[i].body), 3);

		if (!nerr_match(err, FAIL_REQUEST))
			fail_msg("case %zu was not refused", i);
		nerr_ignore(&err);
		form_release(&form);
	}
}

static void
a_file_keeps_its_bytes_and_texts_stay_apart(void **state)
{
	static const char body[] =
	    "--X\r\nContent-Disposition: form-data; name=\"t\"\r\n\r\nhello\r\n"
	    "--X\r\nContent-Disposition: form-data; name=\"empty\"\r\n\r\n\r\n"
	    "--X\r\nContent-Disposition: form-data; name=\"p\"; filename=\"a.jpg\"\r\n"
	    "Content-Type: image/jpeg\r\n\r\n\xFF\xD8\0\r\n--\r\n--X--\r\n";
	struct form form;
	NEOERR *err = parse(&form, MULTIPART, body, sizeof body - 1, 10);

	(void)state;
	assert_null(err);
	assert_string_equal(form_text(&form, "t"), "hello");
	assert_string_equal(form_text(&form, "empty"), "");
	assert_null(form_text(&form, "p"));
	assert_null(form_file(&form, "t"));
	assert_int_equal(form_file(&form, "p")->len, 7);
	assert_memory_equal(form_file(&form, "p")->text, "\xFF\xD8\0\r\n--", 7);
	form_release(&form);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_form_gives_its_inputs_decoded),
		cmocka_unit_test(what_is_no_form_is_refused),
		cmocka_unit_test(a_file_keeps_its_bytes_and_texts_stay_apart),
	};

	nerr_ignore(&(NEOERR *) { fail_init() });
	return cmocka_run_group_tests_name("form", tests, NULL, NULL);
}
