/*
 * number.c - the application's number: nobody guesses one, and a slip in typing it shows.
 */
#include <stdio.h>
#include <string.h>

#include "apply/application.h"
#include "base/clock.h"

#define NUMBER_LEN 17 /* "BJ" yymmdd, 8 at random, 1 to check */

static const char base36[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/* ISO 7064 MOD 37,36 over n characters; '\0' when one of them is none of base36. */
static char
number_check(const char *text, size_t n)
{
	size_t product = 36;

	for (size_t i = 0; i < n; i++) {
		const char *at = text[i] != '\0' ? strchr(base36, text[i]) : NULL;

		if (at == NULL)
			return '\0';
		product = (product + (size_t)(at - base36)) % 36;
		product = (product == 0 ? 36 : product) * 2 % 37;
	}
	return base36[(37 - product) % 36];
}

NEOERR *
application_number(int64_t now, char out[APPLICATION_NO_LEN])
{
	/* Without I, L, O, U: nobody reads them out right. */
	static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	char date[CLOCK_DATE_LEN];
	uint8_t random[8];
	NEOERR *err;

	if ((err = seal_random(random, sizeof(random))))
		return nerr_pass(err);
	clock_date(now, date);
	snprintf(out, APPLICATION_NO_LEN, "BJ%.2s%.2s%.2s", date + 2, date + 5, date + 8);
	for (size_t i = 0; i < sizeof(random); i++)
		out[8 + i] = letters[random[i] % 32];
	out[NUMBER_LEN - 1] = number_check(out, NUMBER_LEN - 1);
	out[NUMBER_LEN] = '\0';
	return STATUS_OK;
}

bool
application_number_valid(const char *no)
{
	return strlen(no) == NUMBER_LEN && strncmp(no, "BJ", 2) == 0 &&
	       strspn(no + 2, "0123456789") >= 6 &&
	       number_check(no, NUMBER_LEN - 1) == no[NUMBER_LEN - 1];
}
