/*
 * bytes.h - a piece of memory that knows its length.
 */
#ifndef SBK_BYTES_H
#define SBK_BYTES_H

#include <stdbool.h>
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

/* Is the text base64url without padding (RFC 4648 §5, RFC 7515 §2)? An empty one is. */
bool bytes_are_base64url(const char *text, size_t len);

#endif
