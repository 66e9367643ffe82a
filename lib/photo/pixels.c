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
add_between(const struct pixels *pixels, float x, float y, float sum[CHANNELS])
{
	const int left = (int)(x + 1) - 1, top = (int)(y + 1) - 1; /* floor, from -1 on */
	const float fx = x - (float)left, fy = y - (float)top;
	const float weights[] = { (1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy };
	const size_t x0 = (size_t)clamp(left, pixels->width - 1) * CHANNELS;
	const size_t x1 = (size_t)clamp(left + 1, pixels->width - 1) * CHANNELS;
	const size_t stride = (size_t)pixels->width * CHANNELS;
	const uint8_t *row0 = pixels->rgb + (size_t)clamp(top, pixels->height - 1) * stride;
	const uint8_t *row1 = pixels->rgb + (size_t)clamp(top + 1, pixels->height - 1) * stride;

	for (size_t c = 0; c < CHANNELS; c++)
		sum[c] += weights[0] * (float)row0[x0 + c] + weights[1] * (float)row0[x1 + c] +
			  weights[2] * (float)row1[x0 + c] + weights[3] * (float)row1[x1 + c];
}

/* Adds the colour of the nearest pixel: where many are added that is as good. */
static void
add_nearest(const struct pixels *pixels, float x, float y, float sum[CHANNELS])
{
	const size_t at =
	    (size_t)clamp((int)(y + 0.5f), pixels->height - 1) * (size_t)pixels->width +
	    (size_t)clamp((int)(x + 0.5f), pixels->width - 1);

	for (size_t c = 0; c < CHANNELS; c++)
		sum[c] += (float)pixels->rgb[at * CHANNELS + c];
}

/* Samples across one step, so that none of the pixels that it passes over is missed. */
static int
samples(double step_x, double step_y)
{
	const double step = ceil(hypot(step_x, step_y) - 0.25);

	return step < 1 ? 1 : step > FINEST ? FINEST : (int)step;
}

/* One value of the part: the mean of its samples. */
static void
sample(const struct pixels *pixels, const struct part *part, int u, int v, int across,
    int along, float sum[CHANNELS])
{
	for (int j = 0; j < along; j++)
		for (int i = 0; i < across; i++) {
			const double du = u + (i + 0.5) / across, dv = v + (j + 0.5) / along;
			const double x = part->x + du * part->right_x + dv * part->down_x - 0.5;
			const double y = part->y + du * part->right_y + dv * part->down_y - 0.5;
			const float near_x = (float)fmin(fmax(x, -1), pixels->width);
			const float near_y = (float)fmin(fmax(y, -1), pixels->height);

			if (across * along > 1)
				add_nearest(pixels, near_x, near_y, sum);
			else
				add_between(pixels, near_x, near_y, sum);
		}
}

void
pixels_sample(const struct pixels *pixels, const struct part *part, int width, int height,
    const struct scaling *scaling, float *planes, int stride)
{
	const int across = samples(part->right_x, part->right_y);
	const int along = samples(part->down_x, part->down_y);
	const float bytes = 255.0f * (float)(across * along);
	const size_t plane = (size_t)stride * (size_t)height;

	for (int v = 0; v < height; v++)
		for (int u = 0; u < width; u++) {
			float *to = planes + (size_t)v * (size_t)stride + (size_t)u;
			float sum[CHANNELS] = { 0 };

			sample(pixels, part, u, v, across, along, sum);
			for (size_t c = 0; c < CHANNELS; c++)
				to[c * plane] =
				    (sum[CHANNELS - 1 - c] / bytes - scaling->mean[c]) /
				    scaling->deviation[c];
		}
}
