/*
 * bytes.h - a piece of memory that knows its length.
 */
#ifndef SBK_BYTES_H
#define SBK_BYTES_H

#include <stddef.h>
#include <stdint.h>

struct bytes {
	uint8_t *data; /* owned, malloc; NUL-terminated one past len for convenience */
	size_t len;
};

#define BYTES_INIT      \
	{               \
		NULL, 0 \
	}

/* Wipes and frees; leaves an empty piece. Accepts an empty one. */
void bytes_release(struct bytes *b);

#endif
