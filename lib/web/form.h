/*
 * form.h - parses application/x-www-form-urlencoded (WHATWG URL) and multipart/form-data (RFC 7578).
 *
 * Bounded: number of inputs, length of names; text must be UTF-8 without NUL.  Values are looked
 * up by names from our own tables; nothing in C or in a template is named by input.
 */
#ifndef SBK_FORM_H
#define SBK_FORM_H

#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>
#include <ClearSilver.h>

#include "base/bytes.h"

struct form_input {
	const char *name;
	const char *text; /* NUL-terminated; file: its bytes */
	size_t len;
	bool file; /* came with a filename */
};

struct form {
	struct form_input *inputs; /* owned; the texts lie in memory */
	size_t count;
	struct bytes memory; /* the body, decoded in place */
};

#define FORM_INIT                   \
	{                           \
		NULL, 0, BYTES_INIT \
	}

/* Takes body over (also on failure) and decodes it in place. type: the Content-Type. FAIL_REQUEST, FAIL_TOO_LARGE. */
NEOERR *form_parse(struct form *form, const char *type, struct bytes *body, size_t max_inputs);
void form_release(struct form *form);

/* First text input of that name, or NULL. Borrowed. */
const char *form_text(const struct form *form, const char *name);
/* First file of that name that is not empty, or NULL. Borrowed. */
const struct form_input *form_file(const struct form *form, const char *name);

#endif
