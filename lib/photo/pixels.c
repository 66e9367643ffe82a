#include <math.h>
#include <stddef.h>

#include "pixels.h"

#define CHANNELS 3
#define FINEST 4

static int
clamp(int value, int most)
{
	return value < 0 ? 0 : value > most ? most : value;
}

/* Adds the colour at a point between pixels, weighed by distance. */
static void
add(const struct pixels *pixels, double x, double y, float sum[CHANNELS])
{
	const double left = floor(x), top = floor(y);
	const float fx = (float)(x - left), fy = (float)(y - top);
	const int x0 = clamp((int)left, pixels->width - 1);
	const int x1 = clamp((int)left + 1, pixels->width - 1);
	const int y0 = clamp((int)top, pixels->height - 1);
	const int y1 = clamp((int)top + 1, pixels->height - 1);
	const uint8_t *row0 = pixels->rgb + (size_t)y0 * (size_t)pixels->width * CHANNELS;
	const uint8_t *row1 = pixels->rgb + (size_t)y1 * (size_t)pixels->width * CHANNELS;

	for (int c = 0; c < CHANNELS; c++) {
		const float upper = (float)row0[x0 * CHANNELS + c] * (1 - fx) +
				    (float)row0[x1 * CHANNELS + c] * fx;
		const float lower = (float)row1[x0 * CHANNELS + c] * (1 - fx) +
				    (float)row1[x1 * CHANNELS + c] * fx;

		sum[c] += upper * (1 - fy) + lower * fy;
	}
}

/* Samples across one step, so that none of the pixels that it passes over is missed. */
static int
samples(double step_x, double step_y)
{
	const double step = ceil(hypot(step_x, step_y) - 0.25);

	return step < 1 ? 1 : step > FINEST ? FINEST : (int)step;
}

void
pixels_sample(const struct pixels *pixels, const struct part *part, int width, int height,
    const struct scaling *scaling, float *planes, int stride)
{
	const int across = samples(part->right_x, part->right_y);
	const int along = samples(part->down_x, part->down_y);
	const size_t plane = (size_t)stride * (size_t)height;

	for (int v = 0; v < height; v++)
		for (int u = 0; u < width; u++) {
			float sum[CHANNELS] = { 0 };

			for (int j = 0; j < along; j++)
				for (int i = 0; i < across; i++) {
					const double du = u + (i + 0.5) / across;
					const double dv = v + (j + 0.5) / along;

					add(pixels,
					    part->x + du * part->right_x + dv * part->down_x -
						0.5,
					    part->y + du * part->right_y + dv * part->down_y -
						0.5,
					    sum);
				}
			for (int c = 0; c < CHANNELS; c++) {
				const float value =
				    sum[CHANNELS - 1 - c] / (float)(across * along) / 255;

				planes[(size_t)c * plane + (size_t)v * (size_t)stride +
				       (size_t)u] =
				    (value - scaling->mean[c]) / scaling->deviation[c];
			}
		}
}
