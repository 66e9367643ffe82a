/*
 * box.h - where on a picture text stands: the first half of reading (PP-OCR's DB detector).
 */
#ifndef SBK_BOX_H
#define SBK_BOX_H

#include <stddef.h>
#include <ClearSilver.h>

#include "pixels.h"

/* A line of text, or a piece of one: a turned rectangle around it. */
struct box {
	double x, y;          /* its middle, in pixels of the picture */
	double width, height; /* along and across the line */
	double
	    angle; /* radians, of the line, clockwise from the picture's right; its beginning may be at either end */
};

/* The box as so many columns and rows. */
struct part box_part(const struct box *box, int columns, int rows);

/* Loads find.onnx out of the folder. */
NEOERR *box_init(const char *models);

/*
 * The boxes in a turned rectangle of the picture (angle 0: its right is the picture's right), drawn with its longer
 * edge in so many pixels at most; the longest first; *count of them, max at most.
 */
NEOERR *box_find(const struct pixels *pixels, const struct box *where, int longest,
    struct box *boxes, size_t max, size_t *count);

#endif
