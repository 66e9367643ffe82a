/*
 * clock.h - time: seconds since 1970 in UTC inside, Beijing time (+08:00, no
 * summer time) outside.
 */
#ifndef SBK_CLOCK_H
#define SBK_CLOCK_H

#include <stdint.h>

#define CLOCK_DATE_LEN 11 /* "2026-01-31" and NUL */
#define CLOCK_TIME_LEN 26 /* "2026-01-31T09:08:07+08:00" and NUL */

int64_t clock_now(void); /* UTC seconds */

/* Beijing calendar date, "2026-01-31". Before year 0000 and after 9999: the first, the last. */
void clock_date(int64_t at, char out[CLOCK_DATE_LEN]);

/* ISO 8601 with +08:00. */
void clock_iso(int64_t at, char out[CLOCK_TIME_LEN]);

/* The same for people: "2026-01-31 09:08". */
void clock_minute(int64_t at, char out[CLOCK_TIME_LEN]);

/* A real Gregorian date "YYYY-MM-DD"? Writes its parts, NULL allowed. 1 or 0. */
int clock_parse_date(const char *text, int *year, int *month, int *day);

/*
 * Whole years between two "YYYY-MM-DD" dates; born on 29 Feb turns on 1 Mar.  Negative when
 * not born yet, or when either is no real date: too young for everything.
 */
int clock_age(const char *born, const char *today);

/* The date days after date (days may be negative); "" when date is no real one. */
void clock_add_days(const char *date, int days, char out[CLOCK_DATE_LEN]);

/* Whole days from one real date to a later one; negative when it is earlier. */
int clock_days_between(const char *from, const char *to);

#endif
