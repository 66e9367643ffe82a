/*
 * pixels.h - a decoded picture as the recognisers see it.
 */
#ifndef SBK_PIXELS_H
#define SBK_PIXELS_H

#include <stdint.h>

struct pixels {
	const uint8_t *rgb; /* borrowed; sRGB, 3 bytes a pixel, rows without gaps */
	int width, height;
};

#endif
