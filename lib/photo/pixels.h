/*
 * pixels.h - a decoded picture as the recognisers see it, and parts of it as their networks want them.
 */
#ifndef SBK_PIXELS_H
#define SBK_PIXELS_H

#include <stdint.h>

struct pixels {
	const uint8_t *rgb; /* borrowed; sRGB, 3 bytes a pixel, rows without gaps */
	int width, height;
};

/* A part of the picture, turned and scaled: (x, y) of the picture = origin + u·right + v·down. */
struct part {
	double x, y;             /* its upper left corner */
	double right_x, right_y; /* one step to the right in it */
	double down_x, down_y;   /* one step down in it */
};

/* What a network was trained with: (byte / 255 - mean) / deviation; by channel. */
struct scaling {
	float mean[3], deviation[3];
};

/*
 * Writes width × height values of each channel, red last as the networks here want it, into planes of stride × height
 * floats.  Shrinking takes the mean of what falls together; beyond the picture its edge goes on.
 */
void pixels_sample(const struct pixels *pixels, const struct part *part, int width, int height,
    const struct scaling *scaling, float *planes, int stride);

#endif
