/*
 * csrf_test.c - a form's token is another one on each page, and right for one browser only.
 */
#include "instance.h"

#include <stdbool.h>
#include <string.h>

#include "web/csrf.h"

static struct seal *seal;

static int
open_all(void **state)
{
	instance_open(state);
	assert_ok(seal_init(&seal, instance_conf));
	return 0;
}

static int
close_all(void **state)
{
	seal_free(&seal);
	return instance_close(state);
}

static bool
is_right(const char *domain, const char *subject, const char *given)
{
	bool right = true;

	assert_ok(csrf_check(seal, domain, subject, given, &right));
	return right;
}

static void
each_page_has_another_token_and_all_of_them_are_right(void **state)
{
	char one[CSRF_LEN], two[CSRF_LEN];

	(void)state;
	assert_ok(csrf_token(seal, "csrf", "a browser", one));
	assert_ok(csrf_token(seal, "csrf", "a browser", two));
	assert_string_not_equal(one, two);
	for (size_t i = 0; i < CSRF_LEN - 1; i += 8)
		assert_true(memcmp(one + i, two + i, 8) != 0);
	assert_true(is_right("csrf", "a browser", one));
	assert_true(is_right("csrf", "a browser", two));
}

static void
nobody_elses_and_nothing_made_up_is_right(void **state)
{
	char token[CSRF_LEN];

	(void)state;
	assert_ok(csrf_token(seal, "csrf", "a browser", token));
	assert_false(is_right("csrf", "another browser", token));
	assert_false(is_right("operator_csrf", "a browser", token));
	assert_false(is_right("csrf", "a browser", NULL));
	assert_false(is_right("csrf", "a browser", ""));
	for (size_t i = 0; i < CSRF_LEN - 1; i++) {
		const char was = token[i];

		token[i] = was == '0' ? '1' : '0';
		assert_false(is_right("csrf", "a browser", token));
		token[i] = was;
	}
	token[CSRF_LEN - 2] = '\0';
	assert_false(is_right("csrf", "a browser", token));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_page_has_another_token_and_all_of_them_are_right),
		cmocka_unit_test(nobody_elses_and_nothing_made_up_is_right),
	};

	return cmocka_run_group_tests_name("csrf", tests, open_all, close_all);
}
