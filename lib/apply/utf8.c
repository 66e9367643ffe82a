/*
 * utf8.c - text as code points (RFC 3629).
 */
#include "apply/utf8.h"

#define REPLACEMENT 0xFFFD

uint32_t
utf8_next(const char **text)
{
	const unsigned char *at = (const unsigned char *)*text;
	int more = at[0] < 0x80   ? 0
		   : at[0] < 0xC2 ? -1
		   : at[0] < 0xE0 ? 1
		   : at[0] < 0xF0 ? 2
				  : 3;
	uint32_t point = at[0];

	if (at[0] == '\0')
		return 0;
	(*text)++;
	if (more < 0 || at[0] > 0xF4)
		return REPLACEMENT;
	if (more > 0)
		point &= 0x3Fu >> more;
	for (int i = 1; i <= more; i++) {
		if ((at[i] & 0xC0) != 0x80) /* the NUL too */
			return REPLACEMENT;
		point = point << 6 | (at[i] & 0x3Fu);
	}
	if ((more == 2 && (point < 0x800 || (point >= 0xD800 && point < 0xE000))) ||
	    (more == 3 && (point < 0x10000 || point > 0x10FFFF)))
		return REPLACEMENT;
	*text += more;
	return point;
}

char *
utf8_put(char *out, uint32_t point)
{
	if (point < 0x80) {
		*out++ = (char)point;
	} else if (point < 0x800) {
		*out++ = (char)(0xC0 | point >> 6);
		*out++ = (char)(0x80 | (point & 0x3F));
	} else if (point < 0x10000) {
		*out++ = (char)(0xE0 | point >> 12);
		*out++ = (char)(0x80 | (point >> 6 & 0x3F));
		*out++ = (char)(0x80 | (point & 0x3F));
	} else {
		*out++ = (char)(0xF0 | point >> 18);
		*out++ = (char)(0x80 | (point >> 12 & 0x3F));
		*out++ = (char)(0x80 | (point >> 6 & 0x3F));
		*out++ = (char)(0x80 | (point & 0x3F));
	}
	return out;
}

size_t
utf8_length(const char *text)
{
	size_t n = 0;

	while (utf8_next(&text) != 0)
		n++;
	return n;
}
