/*
 * clock_test.c - days, ages and Beijing time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "base/clock.h"

static void
beijing_is_eight_hours_ahead_of_utc(void **state)
{
	static const struct {
		int64_t at;
		const char *iso;
	} cases[] = {
		{ 0, "1970-01-01T08:00:00+08:00" },
		{ -1, "1970-01-01T07:59:59+08:00" },
		{ -28801, "1969-12-31T23:59:59+08:00" },
		{ 951753599, "2000-02-28T23:59:59+08:00" },
		{ 951753600, "2000-02-29T00:00:00+08:00" },
		{ 1798732799, "2026-12-31T23:59:59+08:00" },
		{ 1798732800, "2027-01-01T00:00:00+08:00" },
		{ 4107513599, "2100-02-28T23:59:59+08:00" },
		{ 4107513600, "2100-03-01T00:00:00+08:00" },
		{ INT64_MIN, "0000-01-01T00:00:00+08:00" },
		{ INT64_MAX, "9999-12-31T23:59:59+08:00" },
	};
	char iso[CLOCK_TIME_LEN], date[CLOCK_DATE_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		clock_iso(cases[i].at, iso);
		assert_string_equal(iso, cases[i].iso);
		clock_date(cases[i].at, date);
		assert_memory_equal(date, cases[i].iso, CLOCK_DATE_LEN - 1);
		assert_int_equal(date[CLOCK_DATE_LEN - 1], '\0');
	}
}

static void
the_calendar_agrees_with_the_library_for_every_day_of_five_centuries(void **state)
{
	(void)state;
	for (int64_t at = -8520336000; at < 7258118400; at += 86400) {
		time_t local = (time_t)(at + 8 * 3600);
		char date[CLOCK_DATE_LEN], expected[CLOCK_DATE_LEN];
		struct tm tm;

		assert_non_null(gmtime_r(&local, &tm));
		strftime(expected, sizeof(expected), "%Y-%m-%d", &tm);
		clock_date(at, date);
		assert_string_equal(date, expected);
	}
}

static void
only_real_dates_are_dates(void **state)
{
	static const char *const real[] = { "2024-02-29", "2000-02-29", "1900-02-28",
		"2026-12-31", "0001-01-01", "9999-12-31" };
	static const char *const unreal[] = { "", "2023-02-29", "1900-02-29", "2100-02-29",
		"2026-13-01", "2026-00-10", "2026-04-31", "2026-01-00", "2026-01-32",
		"0000-01-01", "2026-1-01", "2026/01/01", "20260101", "2026-01-01 ",
		" 2026-01-01", "2026-01-0x", "+026-01-01", "2026-01--1", "２026-01-01" };
	int year, month, day;

	(void)state;
	for (size_t i = 0; i < sizeof(real) / sizeof(real[0]); i++)
		assert_int_equal(clock_parse_date(real[i], NULL, NULL, NULL), 1);
	year = month = day = -7;
	for (size_t i = 0; i < sizeof(unreal) / sizeof(unreal[0]); i++)
		assert_int_equal(clock_parse_date(unreal[i], &year, &month, &day), 0);
	assert_int_equal(clock_parse_date(NULL, &year, &month, &day), 0);
	assert_int_equal(year, -7); /* untouched */
	assert_int_equal(clock_parse_date("2026-01-31", &year, &month, &day), 1);
	assert_int_equal(year, 2026);
	assert_int_equal(month, 1);
	assert_int_equal(day, 31);
}

static void
a_year_of_age_is_full_on_the_birthday(void **state)
{
	static const struct {
		const char *born, *today;
		int age;
	} cases[] = {
		{ "2010-06-15", "2026-06-14", 15 },
		{ "2010-06-15", "2026-06-15", 16 },
		{ "2010-06-15", "2026-05-20", 15 },
		{ "2010-06-15", "2026-07-01", 16 },
		{ "2010-06-15", "2010-06-15", 0 },
		{ "2008-02-29", "2026-02-28", 17 }, /* on 29 Feb: 1 Mar */
		{ "2008-02-29", "2026-03-01", 18 },
		{ "2008-02-29", "2024-02-29", 16 },
		{ "2026-06-15", "2026-06-14", -1 }, /* not born yet */
		{ "2010-02-30", "2026-06-14", -1 }, /* no date: too young for everything */
		{ "2010-02-20", "", -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(clock_age(cases[i].born, cases[i].today), cases[i].age);
}

static void
days_are_added_over_months_leap_years_and_backwards(void **state)
{
	static const struct {
		const char *date;
		int days;
		const char *then;
	} cases[] = {
		{ "2026-01-31", 1, "2026-02-01" },
		{ "2024-02-28", 1, "2024-02-29" },
		{ "2026-02-28", 1, "2026-03-01" },
		{ "2026-01-01", -1, "2025-12-31" },
		{ "2026-05-05", 0, "2026-05-05" },
		{ "2000-01-01", 146097, "2400-01-01" },
		{ "9999-12-31", 1, "9999-12-31" },
		{ "2026-02-30", 1, "" },
	};
	char then[CLOCK_DATE_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		clock_add_days(cases[i].date, cases[i].days, then);
		assert_string_equal(then, cases[i].then);
	}
}

static void
now_is_now(void **state)
{
	time_t before = time(NULL);

	(void)state;
	assert_in_range(clock_now(), before, before + 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(beijing_is_eight_hours_ahead_of_utc),
		cmocka_unit_test(
		    the_calendar_agrees_with_the_library_for_every_day_of_five_centuries),
		cmocka_unit_test(only_real_dates_are_dates),
		cmocka_unit_test(a_year_of_age_is_full_on_the_birthday),
		cmocka_unit_test(days_are_added_over_months_leap_years_and_backwards),
		cmocka_unit_test(now_is_now),
	};

	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
