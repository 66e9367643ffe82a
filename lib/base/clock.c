/*
 * clock.c - time: UTC inside, Beijing time outside.
 *
 * The calendar is the proleptic Gregorian one, counted in days since 1970-01-01.  Years
 * are reckoned from March, so that the leap day is the last of its year and of its era
 * of 400 years (146097 days).
 */
#include <string.h>
#include <time.h>

#include "base/clock.h"

#define DAY 86400
#define BEIJING (8 * 3600)

/* What four digits of a year can show: 0000-01-01T00:00:00 to 9999-12-31T23:59:59. */
#define EARLIEST INT64_C(-62167219200)
#define LATEST INT64_C(253402300799)

struct date {
	int year, month, day;
};

static int64_t
days_from_date(struct date d)
{
	int64_t year = d.month <= 2 ? d.year - 1 : d.year;
	int64_t era = (year >= 0 ? year : year - 399) / 400;
	int64_t year_of_era = year - era * 400;
	int64_t day_of_year =
	    (153 * (d.month > 2 ? d.month - 3 : d.month + 9) + 2) / 5 + d.day - 1;
	int64_t day_of_era =
	    year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * 146097 + day_of_era - 719468;
}

static struct date
date_from_days(int64_t days)
{
	int64_t shifted = days + 719468;
	int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
	int64_t day_of_era = shifted - era * 146097;
	int64_t year_of_era =
	    (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year =
	    day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month = (5 * day_of_year + 2) / 153;
	struct date d;

	d.day = (int)(day_of_year - (153 * month + 2) / 5 + 1);
	d.month = (int)(month < 10 ? month + 3 : month - 9);
	d.year = (int)(year_of_era + era * 400 + (d.month <= 2));
	return d;
}

static char *
put(char *out, int number, int digits)
{
	for (int i = digits; i-- > 0; number /= 10)
		out[i] = (char)('0' + number % 10);
	return out + digits;
}

static char *
put_date(char *out, struct date d)
{
	out = put(out, d.year, 4);
	*out++ = '-';
	out = put(out, d.month, 2);
	*out++ = '-';
	return put(out, d.day, 2);
}

/* Splits Beijing time into days and the second of the day. */
static int64_t
split(int64_t at, int *second)
{
	int64_t local = at < EARLIEST - BEIJING ? EARLIEST
			: at > LATEST - BEIJING ? LATEST
						: at + BEIJING;
	int64_t days = (local >= 0 ? local : local - (DAY - 1)) / DAY;

	*second = (int)(local - days * DAY);
	return days;
}

int64_t
clock_now(void)
{
	return time(NULL);
}

void
clock_date(int64_t at, char out[CLOCK_DATE_LEN])
{
	int second;

	*put_date(out, date_from_days(split(at, &second))) = '\0';
}

void
clock_iso(int64_t at, char out[CLOCK_TIME_LEN])
{
	int second;

	out = put_date(out, date_from_days(split(at, &second)));
	*out++ = 'T';
	out = put(out, second / 3600, 2);
	*out++ = ':';
	out = put(out, second / 60 % 60, 2);
	*out++ = ':';
	out = put(out, second % 60, 2);
	memcpy(out, "+08:00", sizeof("+08:00"));
}

void
clock_minute(int64_t at, char out[CLOCK_TIME_LEN])
{
	clock_iso(at, out);
	out[10] = ' ';
	out[16] = '\0';
}

static int
number(const char *text, int digits)
{
	int value = 0;

	for (int i = 0; i < digits; i++)
		value = value * 10 + (text[i] - '0');
	return value;
}

static int
days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

static int
parse(const char *text, struct date *d)
{
	if (text == NULL || strlen(text) != CLOCK_DATE_LEN - 1)
		return 0;
	for (int i = 0; i < CLOCK_DATE_LEN - 1; i++) {
		if (i == 4 || i == 7 ? text[i] != '-' : text[i] < '0' || text[i] > '9')
			return 0;
	}
	d->year = number(text, 4);
	d->month = number(text + 5, 2);
	d->day = number(text + 8, 2);
	return d->year >= 1 && d->month >= 1 && d->month <= 12 && d->day >= 1 &&
	       d->day <= days_in_month(d->year, d->month);
}

int
clock_parse_date(const char *text, int *year, int *month, int *day)
{
	struct date d;

	if (!parse(text, &d))
		return 0;
	if (year != NULL)
		*year = d.year;
	if (month != NULL)
		*month = d.month;
	if (day != NULL)
		*day = d.day;
	return 1;
}

int
clock_age(const char *born, const char *today)
{
	struct date b, t;

	if (!parse(born, &b) || !parse(today, &t))
		return -1;
	return t.year - b.year - (t.month < b.month || (t.month == b.month && t.day < b.day));
}

void
clock_add_days(const char *date, int days, char out[CLOCK_DATE_LEN])
{
	struct date d;

	if (parse(date, &d))
		clock_date((days_from_date(d) + days) * DAY - BEIJING, out);
	else
		out[0] = '\0';
}

int
clock_days_between(const char *from, const char *to)
{
	struct date a = { 0 }, b = { 0 };

	if (!parse(from, &a) || !parse(to, &b))
		return 0;
	return (int)(days_from_date(b) - days_from_date(a));
}
