/*
 * utf8.h - text as code points (RFC 3629).
 */
#ifndef SBK_UTF8_H
#define SBK_UTF8_H

#include <stddef.h>
#include <stdint.h>

#define UTF8_MAX 4 /* bytes of one code point */

/*
 * The code point at *text, which moves past it; 0 at the end. What is no UTF-8 is U+FFFD,
 * byte by byte.
 */
uint32_t utf8_next(const char **text);

/*
 * Writes point (a real one, not 0) and returns where the next one goes; ends nothing with
 * NUL.
 */
char *utf8_put(char *out, uint32_t point);

/* Code points in text. */
size_t utf8_length(const char *text);

#endif
