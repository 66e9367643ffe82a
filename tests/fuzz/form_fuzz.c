/*
 * form_fuzz.c - any bytes as a form: inputs that are what form.h promises, or FAIL_REQUEST.
 *
 * The first byte chooses the Content-Type and how many inputs are allowed; a boundary other than
 * the usual one is the first line of the rest.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "web/form.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { URLENCODED, MULTIPART, QUOTED, OWN_BOUNDARY, TYPES };

static const char *const types[] = {
	[URLENCODED] = "application/x-www-form-urlencoded; charset=UTF-8",
	[MULTIPART] = "multipart/form-data; boundary=X",
	[QUOTED] = "Multipart/Form-Data; charset=\"x\"; boundary=\"X\"",
};

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	if (fail_init() != STATUS_OK)
		abort();
	return 0;
}

static void
expect(bool condition)
{
	if (!condition)
		abort();
}

/* Every input can be read to its end, is found by its name, and text ends where it says. */
static void
examine(const struct form *form, size_t max)
{
	const char *memory = (const char *)form->memory.data;

	expect(form->count <= max);
	for (size_t i = 0; i < form->count; i++) {
		const struct form_input *input = &form->inputs[i];

		expect(input->name >= memory && input->name <= memory + form->memory.len);
		expect(input->text >= memory &&
		       input->text + input->len <= memory + form->memory.len);
		expect(strlen(input->name) <= 64);
		expect(input->text[input->len] == '\0');
		expect(input->file || strlen(input->text) == input->len);
		expect(input->file || form_text(form, input->name) != NULL);
		expect(!input->file || input->len == 0 || form_file(form, input->name) != NULL);
	}
	expect(form_text(form, "\xFF") == NULL && form_file(form, "\xFF") == NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct form form = FORM_INIT;
	struct bytes body = BYTES_INIT;
	char type[300] = "";
	const uint8_t *line;
	size_t max;
	NEOERR *err;

	if (len == 0)
		return 0;
	max = data[0] / TYPES % 2 ? 200 : 3;
	if (data[0] % TYPES == OWN_BOUNDARY) {
		line = memchr(data + 1, '\n', len - 1);
		if (line == NULL)
			return 0;
		snprintf(type, sizeof type, "multipart/form-data;%.*s", (int)(line - data - 1),
		    (const char *)data + 1);
		len -= (size_t)(line - data);
		data = line;
	} else {
		snprintf(type, sizeof type, "%s", types[data[0] % TYPES]);
	}
	body.len = len - 1;
	body.data = malloc(len);
	expect(body.data != NULL);
	memcpy(body.data, data + 1, len - 1);
	body.data[body.len] = '\0';
	err = form_parse(&form, type, &body, max);
	expect(body.data == NULL && body.len == 0);
	if (err == STATUS_OK)
		examine(&form, max);
	else
		expect(nerr_handle(&err, FAIL_REQUEST) && form.inputs == NULL);
	form_release(&form);
	return 0;
}
