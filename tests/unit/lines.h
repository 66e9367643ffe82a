/*
 * lines.h - lines of text as text_read would have read them, without a picture.
 */
#ifndef SBK_LINES_H
#define SBK_LINES_H

#include <string.h>

#include <apply/utf8.h>
#include <photo/text.h>

#define LINES_UNSURE 0.6f

/*
 * One line more, its letters as wide as it is high; whatever is too much is left out.  "8?3" is an 8 that is unsure, and
 * perhaps a 3.
 */
static inline void
lines_add(struct text *text, double left, double middle, double height, const char *words)
{
	struct line *line = &text->lines[text->count];

	if (text->count == TEXT_LINES)
		return;
	*line = (struct line) { .left = left, .middle = middle, .height = height };
	while (*words != '\0' && line->count < LINE_LETTERS) {
		struct letter letter = {
			.code = utf8_next(&words),
			.sure = 1,
			.at = left + ((double)line->count + 0.5) * height,
		};

		if (*words == '?') {
			words++;
			letter.sure = LINES_UNSURE;
			letter.other = utf8_next(&words);
		}
		if (letter.code < 0x80 && strchr("0123456789X", (int)letter.code) != NULL)
			line->digits[line->digit_count++] = letter;
		line->letters[line->count++] = letter;
	}
	line->right = left + (double)line->count * height;
	text->count++;
}

#endif
