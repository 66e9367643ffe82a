/*
 * fold.c - what people type, as it is stored, code point by code point.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply/fold.h"
#include "apply/utf8.h"
#include "base/clock.h"

/*
 * Where GBK fonts of old put characters that Unicode had not yet, U+E815 and on, and where
 * GB 18030 has them now (its bytes FE50 to FEA0).
 */
#define PRIVATE_FIRST 0xE815
static const uint32_t private_points[] = {
	0x2E81, 0x20087, 0x20089, 0x200CC, 0x2E84, 0x3473, 0x3447, 0x2E88, /* U+E815 */
	0x2E8B, 0x9FB4, 0x359E, 0x361A, 0x360E, 0x2E8C, 0x2E97, 0x396E,    /* U+E81D */
	0x3918, 0x9FB5, 0x39CF, 0x39DF, 0x3A73, 0x39D0, 0x9FB6, 0x9FB7,    /* U+E825 */
	0x3B4E, 0x3C6E, 0x3CE0, 0x2EA7, 0x215D7, 0x9FB8, 0x2EAA, 0x4056,   /* U+E82D */
	0x415F, 0x2EAE, 0x4337, 0x2EB3, 0x2EB6, 0x2EB7, 0x2298F, 0x43B1,   /* U+E835 */
	0x43AC, 0x2EBB, 0x43DD, 0x44D6, 0x4661, 0x464C, 0x9FB9, 0x4723,    /* U+E83D */
	0x4729, 0x477C, 0x478D, 0x2ECA, 0x4947, 0x497A, 0x497D, 0x4982,    /* U+E845 */
	0x4983, 0x4985, 0x4986, 0x499F, 0x499B, 0x49B7, 0x49B6, 0x9FBA,    /* U+E84D */
	0x241FE, 0x4CA3, 0x4C9F, 0x4CA0, 0x4CA1, 0x4C77, 0x4CA2, 0x4D13,   /* U+E855 */
	0x4D14, 0x4D15, 0x4D16, 0x4D17, 0x4D18, 0x4D19, 0x4DAE, 0x9FBB,    /* U+E85D */
};
#define PRIVATE_COUNT (sizeof(private_points) / sizeof(private_points[0]))

/* What input methods and typewriters offer for the dot within a name, beside U+00B7. */
static const uint32_t name_dots[] = { 0x0387, 0x2022, 0x2024, 0x2027, 0x2219, 0x22C5, 0x2E31,
	0x30FB, 0xFF0E, 0xFF65 };

static bool
is_blank(uint32_t point)
{
	return point == ' ' || (point >= '\t' && point <= '\r') || point == 0xA0 ||
	       (point >= 0x2000 && point <= 0x200A) || point == 0x202F || point == 0x3000;
}

/* Marks that cannot be seen and come along when text is copied. */
static bool
is_invisible(uint32_t point)
{
	return (point >= 0x200B && point <= 0x200F) || (point >= 0x202A && point <= 0x202E) ||
	       (point >= 0x2060 && point <= 0x2064) || point == 0xFEFF || point == 0xAD;
}

static bool
is_dash(uint32_t point)
{
	return point == '-' || (point >= 0x2010 && point <= 0x2015) || point == 0x2212 ||
	       point == 0xFF0D;
}

/* Or something else that no name may have. */
static bool
is_han(uint32_t point)
{
	return point >= 0x3400;
}

/* Full-width forms of ASCII, as Chinese input methods type them. */
static uint32_t
narrow(uint32_t point)
{
	if (is_blank(point))
		return ' ';
	return point >= 0xFF01 && point <= 0xFF5E ? point - 0xFF01 + '!' : point;
}

void
fold_text(const char *typed, char *out)
{
	char *end = out, *kept = out;
	uint32_t point;

	while ((point = utf8_next(&typed)) != 0) {
		if (is_invisible(point) || (is_blank(point) && kept == out))
			continue;
		end = utf8_put(end, point);
		if (!is_blank(point))
			kept = end;
		else if (kept == out)
			end = out;
	}
	*kept = '\0';
}

void
fold_line(const char *in, char *out)
{
	uint32_t point, before = 0;

	while ((point = utf8_next(&in)) != 0) {
		if (is_blank(point))
			point = ' ';
		if (point != ' ' || before != ' ')
			out = utf8_put(out, point);
		before = point;
	}
	*out = '\0';
}

void
fold_name(const char *in, char *out)
{
	uint32_t point, before = 0;
	bool blank = false;

	while ((point = utf8_next(&in)) != 0) {
		if (point >= PRIVATE_FIRST && point - PRIVATE_FIRST < PRIVATE_COUNT)
			point = private_points[point - PRIVATE_FIRST];
		for (size_t i = 0; i < sizeof(name_dots) / sizeof(name_dots[0]); i++) {
			if (point == name_dots[i])
				point = 0xB7;
		}
		if (point == '.' && is_han(before)) /* 阿里木.买买提, but not J. Smith */
			point = 0xB7;
		point = is_dash(point) ? '-' : narrow(point);
		if (point == ' ') {
			blank = true;
			continue;
		}
		if (blank && !(is_han(before) && is_han(point)))
			out = utf8_put(out, ' ');
		out = utf8_put(out, point);
		before = point;
		blank = false;
	}
	*out = '\0';
}

void
fold_number(const char *in, char *out)
{
	uint32_t point;

	while ((point = utf8_next(&in)) != 0) {
		point = narrow(point);
		if (point != ' ' && !is_dash(point))
			out =
			    utf8_put(out, point < 0x80 ? (uint32_t)toupper((int)point) : point);
	}
	*out = '\0';
}

/* Without the country's code: +86, 0086 or 86 before a number of eleven digits. */
void
fold_phone(const char *in, char *out)
{
	static const char *const codes[] = { "+86", "0086", "86" };

	fold_number(in, out);
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		size_t len = strlen(codes[i]);

		if (strncmp(out, codes[i], len) == 0 && strlen(out) == len + 11) {
			memmove(out, out + len, 12);
			return;
		}
	}
}

/*
 * Numbers of a date with whatever stands between them. Returns how many there are, at most 4.
 */
static int
date_numbers(const char *text, int numbers[4], size_t lengths[4])
{
	int n = 0;

	while (*text != '\0' && n < 4) {
		size_t len = strspn(text, "0123456789");

		if (len > 8)
			return 0;
		if (len > 0) {
			numbers[n] = (int)strtol(text, NULL, 10);
			lengths[n++] = len;
			text += len;
			continue;
		}
		if (strchr("-/. ", *text) != NULL)
			text++;
		else if (strncmp(text, "年", strlen("年")) == 0 ||
			 strncmp(text, "月", strlen("月")) == 0 ||
			 strncmp(text, "日", strlen("日")) == 0)
			text += strlen("年");
		else
			return 0;
	}
	return n;
}

/* Text that is no date stays as it was typed: the validator says so. */
void
fold_date(const char *typed, char *out)
{
	const char *in = typed;
	char *end = out;
	int numbers[4] = { 0 };
	size_t lengths[4] = { 0 };
	uint32_t point;
	int n;

	while ((point = utf8_next(&in)) != 0)
		end = utf8_put(end, is_dash(point) ? '-' : narrow(point));
	*end = '\0';
	n = date_numbers(out, numbers, lengths);
	if (n == 1 && lengths[0] == 8) {
		numbers[2] = numbers[0] % 100;
		numbers[1] = numbers[0] / 100 % 100;
		numbers[0] /= 10000;
	} else if (n != 3 || lengths[0] != 4 || lengths[1] > 2 || lengths[2] > 2) {
		strcpy(out, strcmp(out, "长期") == 0 || strcmp(out, "長期") == 0 ? FOLD_FOREVER
										 : typed);
		return;
	}
	snprintf(out, CLOCK_DATE_LEN, "%04d-%02d-%02d", numbers[0], numbers[1], numbers[2]);
}
