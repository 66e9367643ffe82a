/*
 * lines_fuzz.c - any lines of text as those of an ID card: an end, and facts of which a page can be made.
 *
 * The first byte chooses the side, then each row is a line: left, middle and height in pixels, and its words as lines.h has
 * them: "60 120 20 文化园西街55号".
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <apply/utf8.h>
#include <base/fail.h>
#include <photo/idcard.h>

#include "../unit/lines.h"

#define FAR 4000 /* pixels: no picture that is read is larger */

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	if (fail_init() != STATUS_OK)
		abort();
	return 0;
}

static double
number(char **at, long least, long most)
{
	const long value = strtol(*at, at, 10);

	return (double)(value < least ? least : value > most ? most : value);
}

static void
read_row(char *row, struct text *text)
{
	const double left = number(&row, -FAR, FAR), middle = number(&row, -FAR, FAR);
	const double height = number(&row, 1, FAR);

	lines_add(text, left, middle, height, *row == ' ' ? row + 1 : row);
}

/* A text, and doubts about characters that it has. */
static void
check(const json_t *field)
{
	const char *text = json_string_value(json_object_get(field, "text"));
	const json_t *doubt;
	size_t i;

	if (text == NULL || *text == '\0')
		abort();
	json_array_foreach(json_object_get(field, "doubt"), i,
	    doubt) if (json_integer_value(doubt) < 0 ||
		       (size_t)json_integer_value(doubt) >= utf8_length(text)) abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct text text;
	char *copy = calloc(1, len + 1), *rest = copy, *row;
	json_t *facts = json_object(), *field;
	const char *name;

	if (copy == NULL || facts == NULL)
		abort();
	memcpy(copy, data, len);
	text.count = 0;
	for (strsep(&rest, "\n"); (row = strsep(&rest, "\n")) != NULL;)
		read_row(row, &text);
	if (idcard_understand(
		&text, NULL, *copy == 'b' ? WIRE_ID_BACK : WIRE_ID_FRONT, facts) != STATUS_OK)
		abort();
	json_object_foreach(json_object_get(facts, "fields"), name, field) check(field);
	json_decref(facts);
	free(copy);
	return 0;
}
