/*
 * bytes.c - a piece of memory that knows its length.
 */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

void
bytes_release(struct bytes *b)
{
	if (b->data != NULL)
		explicit_bzero(b->data, b->len);
	free(b->data);
	*b = (struct bytes)BYTES_INIT;
}

bool
bytes_are_base64url(const char *text, size_t len)
{
	static const char letters[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

	for (size_t i = 0; i < len; i++)
		if (memchr(letters, text[i], sizeof letters - 1) == NULL)
			return false;
	return len % 4 != 1;
}
