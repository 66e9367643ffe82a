/*
 * rare_test.c - which characters of a page want a letter.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/fail.h"
#include "web/rare.h"

static const char *
shown(HDF *hdf)
{
	assert_null(rare_show(hdf));
	return hdf_get_value(hdf, "Page.rare", "");
}

static void
rare_characters_are_found_wherever_they_stand_and_once(void **state)
{
	HDF *hdf;

	(void)state;
	assert_null(hdf_init(&hdf));
	assert_null(hdf_set_value(hdf, "Page.person", "王小燕 · Wáng"));
	assert_string_equal(shown(hdf), "");
	assert_null(hdf_set_value(hdf, "Applicant.0.text", "王𠮷安"));
	assert_null(hdf_set_value(hdf, "Application.0.told.name", "刘䶮𠮷鿫"));
	assert_string_equal(shown(hdf), "20bb7-4dae-9feb");
	hdf_destroy(&hdf);
}

static void
of_more_than_a_page_has_room_for_the_first_ones_are_shown(void **state)
{
	HDF *hdf;

	(void)state;
	assert_null(hdf_init(&hdf));
	assert_null(hdf_set_value(hdf, "A", "㐀㐁㐂㐃㐄㐅㐆㐇㐈㐉"));
	assert_string_equal(shown(hdf), "3400-3401-3402-3403-3404-3405-3406-3407");
	hdf_destroy(&hdf);
}

static size_t
count(const char *list, const char *rest)
{
	uint32_t points[RARE_MAX];
	size_t n = rare_read(&list, points);

	if (n > 0)
		assert_string_equal(list, rest);
	return n;
}

static void
what_is_shown_is_read_back(void **state)
{
	const char *list = "20bb7-4dae";
	uint32_t points[RARE_MAX];

	(void)state;
	assert_int_equal(rare_read(&list, points), 2);
	assert_int_equal(points[0], 0x20BB7);
	assert_int_equal(points[1], 0x4DAE);
	assert_int_equal(count("3400-3401-3402-3403-3404-3405-3406-3407", ""), RARE_MAX);
	assert_int_equal(count("4dae.css", ".css"), 1);
}

static void
what_is_no_list_of_rare_characters_is_none(void **state)
{
	static const char *const lists[] = { "", "-", "4e00", "9fa5", "4dc0", "1f600", "4dae-",
		"-4dae", "4dae--20bb7", "4dae- 20bb7", "0x4dae", "+4dae", "3fffe",
		"fffffffff4dae", "3400-3401-3402-3403-3404-3405-3406-3407-3408" };

	(void)state;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		assert_int_equal(count(lists[i], ""), 0);
	assert_true(rare_in("王𠮷安"));
	assert_false(rare_in("王小燕 · Wáng"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rare_characters_are_found_wherever_they_stand_and_once),
		cmocka_unit_test(of_more_than_a_page_has_room_for_the_first_ones_are_shown),
		cmocka_unit_test(what_is_shown_is_read_back),
		cmocka_unit_test(what_is_no_list_of_rare_characters_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
