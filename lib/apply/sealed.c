/*
 * sealed.c - a JSON object as one sealed column.
 */
#include <stdlib.h>
#include <string.h>

#include "apply/sealed.h"
#include "base/fail.h"

NEOERR *
sealed_close(const struct seal *seal, const char *where, const void *row, size_t row_len,
    const json_t *object, struct bytes *out)
{
	char *text = json_dumps(object, JSON_COMPACT);
	NEOERR *err;

	if (text == NULL)
		return nerr_raise(NERR_NOMEM, "%s", where);
	err = nerr_pass(seal_close(seal, where, row, row_len, text, strlen(text), out));
	explicit_bzero(text, strlen(text));
	free(text);
	return err;
}

NEOERR *
sealed_open(const struct seal *seal, const char *where, const void *row, size_t row_len,
    const void *sealed, size_t len, json_t **object)
{
	struct bytes text = BYTES_INIT;
	json_t *read;
	NEOERR *err;

	err = seal_open(seal, where, row, row_len, sealed, len, &text);
	if (err != STATUS_OK)
		return nerr_pass(err);
	read = json_loadb((const char *)text.data, text.len, 0, NULL);
	bytes_release(&text);
	if (!json_is_object(read)) {
		json_decref(read);
		return nerr_raise(FAIL_CRYPTO, "%s is no object", where);
	}
	*object = read;
	return STATUS_OK;
}
