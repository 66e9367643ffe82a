#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fail.h"
#include "box.h"
#include "model.h"

#define GRAIN 32   /* its edges are multiples of that */
#define INK 0.3f   /* probability from which a pixel belongs to text */
#define SURE 0.6   /* a box's mean probability, at least */
#define SHORTEST 3 /* pixels of the network's picture */
#define SPREAD \
	1.6 /* the network marks the core of a line: outwards by that × area / perimeter */

static struct model *finder;

static const struct scaling scaling = {
	.mean = { 0.485f, 0.456f, 0.406f },
	.deviation = { 0.229f, 0.224f, 0.225f },
};

struct spot {
	int x, y;
};

/* The network's map of probabilities, and what is needed to walk over it. */
struct map {
	const float *ink;
	int width, height;
	bool *seen;
	struct spot *queue; /* of one island */
};

struct part
box_part(const struct box *box, int columns, int rows)
{
	const double dx = cos(box->angle), dy = sin(box->angle);
	const double across = box->width / columns, down = box->height / rows;

	return (struct part) {
		.x = box->x - dx * box->width / 2 + dy * box->height / 2,
		.y = box->y - dy * box->width / 2 - dx * box->height / 2,
		.right_x = dx * across,
		.right_y = dy * across,
		.down_x = -dy * down,
		.down_y = dx * down,
	};
}

NEOERR *
box_init(const char *models)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/find.onnx", models);
	return nerr_pass(model_load(&finder, path));
}

/* Collects the island of text that (x, y) belongs to into map->queue; how many pixels. */
static size_t
collect(struct map *map, int x, int y, double *ink)
{
	size_t begin = 0, end = 0;

	map->queue[end++] = (struct spot) { x, y };
	map->seen[y * map->width + x] = true;
	*ink = 0;
	while (begin < end) {
		const struct spot at = map->queue[begin++];

		*ink += (double)map->ink[at.y * map->width + at.x];
		for (int n = 0; n < 9; n++) {
			const struct spot to = { at.x + n % 3 - 1, at.y + n / 3 - 1 };
			const int i = to.y * map->width + to.x;

			if (to.x < 0 || to.y < 0 || to.x >= map->width || to.y >= map->height ||
			    map->seen[i] || map->ink[i] < INK)
				continue;
			map->seen[i] = true;
			map->queue[end++] = to;
		}
	}
	return end;
}

static int
by_place(const void *a, const void *b)
{
	const struct spot *p = a, *q = b;

	return p->x != q->x ? p->x - q->x : p->y - q->y;
}

static long
turn(const struct spot *o, const struct spot *a, const struct spot *b)
{
	return (long)(a->x - o->x) * (b->y - o->y) - (long)(a->y - o->y) * (b->x - o->x);
}

/* The convex hull of n spots (Andrew's monotone chain); hull has room for 2 n. */
static size_t
hull_of(struct spot *spots, size_t n, struct spot *hull)
{
	size_t k = 0, lower;

	qsort(spots, n, sizeof(*spots), by_place);
	for (size_t i = 0; i < n; hull[k++] = spots[i++])
		while (k >= 2 && turn(&hull[k - 2], &hull[k - 1], &spots[i]) <= 0)
			k--;
	lower = k + 1;
	for (size_t i = n - 1; i-- > 0; hull[k++] = spots[i])
		while (k >= lower && turn(&hull[k - 2], &hull[k - 1], &spots[i]) <= 0)
			k--;
	return k > 1 ? k - 1 : k;
}

/* The smallest rectangle around the hull: one of its sides lies on a side of the hull. */
static struct box
rectangle(const struct spot *hull, size_t n)
{
	struct box best = { .width = 0 };
	double least = INFINITY;

	for (size_t i = 0; i < n; i++) {
		const struct spot *a = &hull[i], *b = &hull[(i + 1) % n];
		const double length = hypot(b->x - a->x, b->y - a->y);
		const double dx = (b->x - a->x) / length, dy = (b->y - a->y) / length;
		double left = INFINITY, right = -INFINITY, top = INFINITY, bottom = -INFINITY;

		for (size_t k = 0; k < n; k++) {
			const double u = hull[k].x * dx + hull[k].y * dy;
			const double v = hull[k].y * dx - hull[k].x * dy;

			left = fmin(left, u);
			right = fmax(right, u);
			top = fmin(top, v);
			bottom = fmax(bottom, v);
		}
		if ((right - left + 1) * (bottom - top + 1) >= least)
			continue;
		least = (right - left + 1) * (bottom - top + 1);
		best = (struct box) {
			.x = (left + right) / 2 * dx - (top + bottom) / 2 * dy,
			.y = (left + right) / 2 * dy + (top + bottom) / 2 * dx,
			.width = right - left + 1,
			.height = bottom - top + 1,
			.angle = atan2(dy, dx),
		};
	}
	if (best.width < best.height) {
		const double width = best.width;

		best.width = best.height;
		best.height = width;
		best.angle += M_PI / 2;
	}
	return best;
}

/* From the network's picture to the whole one, and from the core of the line to all of it. */
static void
spread(struct box *box, const struct part *part)
{
	const double more =
	    SPREAD * box->width * box->height / (box->width + box->height); /* of both sides */
	const double along = hypot(part->right_x, part->right_y);
	const double down = hypot(part->down_x, part->down_y);
	const double u = box->x + 0.5, v = box->y + 0.5;
	const double du = cos(box->angle) * along, dv = sin(box->angle) * down;

	box->x = part->x + u * part->right_x + v * part->down_x;
	box->y = part->y + u * part->right_y + v * part->down_y;
	box->width = (box->width + more) * hypot(du, dv);
	box->height =
	    (box->height + more) * hypot(sin(box->angle) * along, cos(box->angle) * down);
	box->angle = atan2(dv, du) + atan2(part->right_y, part->right_x);
}

static int
by_width(const void *a, const void *b)
{
	const struct box *p = a, *q = b;

	return (p->width < q->width) - (p->width > q->width);
}

/* Every island of ink, as far as it is one; the longest are kept. */
static NEOERR *
gather(struct map *map, const struct part *part, struct box *boxes, size_t max, size_t *count)
{
	const size_t size = (size_t)map->width * (size_t)map->height;
	struct spot *hull = malloc((2 * size + 1) * sizeof(*hull));
	double ink;

	map->seen = calloc(size, sizeof(*map->seen));
	map->queue = malloc(size * sizeof(*map->queue));
	*count = 0;
	for (int y = 0; hull && map->seen && map->queue && y < map->height; y++)
		for (int x = 0; x < map->width; x++) {
			const int i = y * map->width + x;
			struct box box;
			size_t n;

			if (map->seen[i] || map->ink[i] < INK)
				continue;
			n = collect(map, x, y, &ink);
			if (n < SHORTEST * SHORTEST || ink / (double)n < SURE)
				continue;
			box = rectangle(hull, hull_of(map->queue, n, hull));
			if (box.height < SHORTEST)
				continue;
			spread(&box, part);
			if (*count == max && boxes[max - 1].width >= box.width)
				continue;
			if (*count < max)
				++*count;
			boxes[*count - 1] = box;
			qsort(boxes, *count, sizeof(*boxes), by_width);
		}
	if (hull == NULL || map->seen == NULL || map->queue == NULL) {
		free(hull);
		free(map->seen);
		free(map->queue);
		return nerr_raise(NERR_NOMEM, "boxes");
	}
	free(hull);
	free(map->seen);
	free(map->queue);
	return STATUS_OK;
}

static int
edge(double length, double scale)
{
	const int grains = (int)lround(length * scale / GRAIN);

	return (grains < 1 ? 1 : grains) * GRAIN;
}

NEOERR *
box_find(const struct pixels *pixels, const struct box *where, int longest, struct box *boxes,
    size_t max, size_t *count)
{
	const double longer = fmax(where->width, where->height);
	const double scale = longer > longest ? longest / longer : 1;
	const int width = edge(where->width, scale), height = edge(where->height, scale);
	const struct part part = box_part(where, width, height);
	float *planes = malloc(3 * sizeof(*planes) * (size_t)width * (size_t)height);
	const struct tensor in = {
		.data = planes, .shape = { 1, 3, height, width }, .rank = 4
	};
	struct map map = { .width = width, .height = height };
	struct tensor out;
	NEOERR *err;

	if (planes == NULL)
		return nerr_raise(NERR_NOMEM, "boxes");
	pixels_sample(pixels, &part, width, height, &scaling, planes, width);
	err = model_run(finder, &in, &out, 1);
	free(planes);
	if (err)
		return nerr_pass(err);
	map.ink = out.data;
	if (out.rank == 4 && out.shape[2] == height && out.shape[3] == width)
		err = gather(&map, &part, boxes, max, count);
	else
		err = nerr_raise(NERR_SYSTEM, "find.onnx answers in another shape");
	tensor_release(&out);
	return nerr_pass(err);
}
