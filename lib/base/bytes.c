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
