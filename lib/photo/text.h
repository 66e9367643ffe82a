/*
 * text.h - the lines of text on a picture, read by the PP-OCR models.
 *
 * Most of the text on a card runs one way; which way is found out, and lines that run otherwise are left out.  The
 * models know the characters of letters.txt and no others: anything else comes out as something that looks like it.
 */
#ifndef SBK_TEXT_H
#define SBK_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <ClearSilver.h>

#include "pixels.h"

#define TEXT_LINES 48
#define TEXT_ATTEMPTS 3
#define LINE_LETTERS 64

struct letter {
	uint32_t code;  /* Unicode */
	uint32_t other; /* the next likely one; 0: none */
	float sure;     /* of code, 0 … 1 */
	double at;      /* its middle, along the line, in the text's own pixels (struct line) */
};

/* Left, right, middle and height in pixels of the picture turned so that the text runs to the right. */
struct line {
	double left, right, middle, height;
	struct letter letters[LINE_LETTERS];
	size_t count;
	/* The same, read as if there were nothing but digits and X. */
	struct letter digits[LINE_LETTERS];
	size_t digit_count;
};

struct text {
	double angle; /* radians, clockwise: how far the text is turned on the picture */
	struct line lines[TEXT_LINES]; /* from top to bottom */
	size_t count;
};

/* Loads find.onnx, turn.onnx, read.onnx and letters.txt out of the folder. */
NEOERR *text_init(const char *models);

/*
 * The lines that run as most of the text does.  attempt, below TEXT_ATTEMPTS, is 0, and greater where the text was
 * not what was looked for: each looks more closely, and the last at what runs as most of the rest does.
 */
NEOERR *text_read(const struct pixels *pixels, size_t attempt, struct text *text);

/* One line more, where one should be though none was found; its count is 0 when there is none. */
NEOERR *text_read_at(const struct pixels *pixels, double angle, double left, double middle,
    double width, double height, struct line *line);

#endif
