#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "face.h"
#include "model.h"

#define EDGE 256 /* of what the network sees */
#define CHANNELS 3
#define VALUES 16 /* a box and six points */
#define SAME \
	0.5f /* share of the smaller one that two have in common, from which they are one */
#define FOUND 256    /* candidates, before that */
#define TINY 4.0f    /* of what the network sees: no face is that narrow */
#define LARGEST 1.2f /* of the longer edge */
#define SMALL 0.2    /* of the picture's longer edge: the box of a face below is rough */
#define CLOSE 3      /* widths of such a face that are looked at for a better one */

static struct model *finder;

static const struct scaling scaling = {
	.mean = { 0.5f, 0.5f, 0.5f },
	.deviation = { 0.5f, 0.5f, 0.5f },
};

/* The network looks at cells of two sizes, with so many anchors in the middle of each. */
static const struct grid {
	int cells, anchors;
	size_t scores, boxes; /* its outputs */
} grids[] = {
	{ 16, 2, 0, 2 },
	{ 8, 6, 1, 3 },
};
#define OUTPUTS 4

/*
 * Squares of the picture that are looked at: their edge by its longer edge, and where their free play goes, 0 … 1.
 * A face that fills the picture is sure to be found only with some room around it.
 */
static const struct view {
	double edge, across, down;
	bool closer; /* only where the others show nothing */
} views[] = {
	{ 1.5, 0.5, 0.5, false },
	{ 1.0, 0.5, 0.5, false },
	{ 0.55, 0, 0, true },
	{ 0.55, 1, 0, true },
	{ 0.55, 0, 1, true },
	{ 0.55, 1, 1, true },
};

NEOERR *
face_init(const char *models)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/face.onnx", models);
	return nerr_pass(model_load(&finder, path));
}

/* What two have in common, as a share of the smaller one: a part of a face is the face. */
static float
overlap(const struct face *a, const struct face *b)
{
	const float width =
	    fminf(a->left + a->width, b->left + b->width) - fmaxf(a->left, b->left);
	const float height =
	    fminf(a->top + a->height, b->top + b->height) - fmaxf(a->top, b->top);
	const float smaller = fminf(a->width * a->height, b->width * b->height);

	return width > 0 && height > 0 ? width * height / smaller : 0;
}

static int
by_score(const void *a, const void *b)
{
	const struct face *p = a, *q = b;

	return (p->score < q->score) - (p->score > q->score);
}

static int
by_size(const void *a, const void *b)
{
	const struct face *p = a, *q = b;

	return (p->width < q->width) - (p->width > q->width);
}

/* Of those that are the same the best one stays; how many are left. */
static size_t
settle(struct face *faces, size_t count)
{
	size_t kept = 0;

	qsort(faces, count, sizeof(*faces), by_score);
	for (size_t i = 0; i < count; i++) {
		size_t k = 0;

		while (k < kept && overlap(&faces[k], &faces[i]) <= SAME)
			k++;
		if (k == kept)
			faces[kept++] = faces[i];
	}
	return kept;
}

/* values: middle, width and height, then the points, in pixels of the network's picture from the anchor. */
static struct face
decode(
    const struct part *part, const float *values, float anchor_x, float anchor_y, float score)
{
	const float scale = (float)part->right_x;
	struct point spots[1 + 6];
	struct face face = {
		.width = values[2] * scale, .height = values[3] * scale, .score = score
	};

	for (size_t i = 0; i < 7; i++) {
		const float *at = values + (i == 0 ? 0 : 2 + 2 * i);

		spots[i].x = (float)part->x + (anchor_x + at[0]) * scale;
		spots[i].y = (float)part->y + (anchor_y + at[1]) * scale;
	}
	face.left = spots[0].x - face.width / 2;
	face.top = spots[0].y - face.height / 2;
	memcpy(face.eyes, spots + 1, sizeof(face.eyes));
	face.nose = spots[3];
	face.mouth = spots[4];
	memcpy(face.ears, spots + 5, sizeof(face.ears));
	return face;
}

/* A picture can be made to let the network say anything. */
static bool
plausible(const struct pixels *pixels, const struct face *face, double scale)
{
	const float most = LARGEST * (float)fmax(pixels->width, pixels->height);
	const float tiny = TINY * (float)scale;

	return face->width > tiny && face->width < most && face->height > tiny &&
	       face->height < most && face->left + face->width > 0 &&
	       face->left < (float)pixels->width && face->top + face->height > 0 &&
	       face->top < (float)pixels->height;
}

static void
collect(const struct pixels *pixels, const struct tensor out[OUTPUTS], const struct part *part,
    float least, struct face faces[FOUND], size_t *count)
{
	for (size_t g = 0; g < sizeof(grids) / sizeof(grids[0]); g++) {
		const struct grid *grid = &grids[g];
		const float step = (float)EDGE / (float)grid->cells;

		for (int i = 0; i < grid->cells * grid->cells * grid->anchors; i++) {
			const int cell = i / grid->anchors;
			const int column = cell % grid->cells, row = cell / grid->cells;
			const float score = 1 / (1 + expf(-out[grid->scores].data[i]));
			struct face face;

			if (!(score > least))
				continue;
			face = decode(part, out[grid->boxes].data + (size_t)i * VALUES,
			    ((float)column + 0.5f) * step, ((float)row + 0.5f) * step, score);
			if (*count < FOUND && plausible(pixels, &face, part->right_x))
				faces[(*count)++] = face;
		}
	}
}

/* Is what the network answered of the shape that grids tells? */
static bool
shaped(const struct tensor out[OUTPUTS])
{
	for (size_t g = 0; g < sizeof(grids) / sizeof(grids[0]); g++) {
		const int64_t n = (int64_t)grids[g].cells * grids[g].cells * grids[g].anchors;

		if (out[grids[g].scores].rank != 3 || out[grids[g].scores].shape[1] != n ||
		    out[grids[g].boxes].rank != 3 || out[grids[g].boxes].shape[1] != n ||
		    out[grids[g].boxes].shape[2] != VALUES)
			return false;
	}
	return true;
}

/* Looks at a square of the picture, and adds what it shows. */
static NEOERR *
look(const struct pixels *pixels, double x, double y, double edge, float least,
    struct face faces[FOUND], size_t *count)
{
	const struct part part = {
		.x = x, .y = y, .right_x = edge / EDGE, .down_y = edge / EDGE
	};
	const size_t plane = (size_t)EDGE * EDGE;
	float *planes = malloc(2 * CHANNELS * plane * sizeof(*planes));
	float *woven = planes ? planes + CHANNELS * plane : NULL;
	const struct tensor in = {
		.data = woven, .shape = { 1, EDGE, EDGE, CHANNELS }, .rank = 4
	};
	struct tensor out[OUTPUTS];
	NEOERR *err;

	if (planes == NULL)
		return nerr_raise(NERR_NOMEM, "face");
	pixels_sample(pixels, &part, EDGE, EDGE, &scaling, planes, EDGE);
	/* This network wants red first, pixel by pixel. */
	for (size_t i = 0; i < plane; i++)
		for (size_t c = 0; c < CHANNELS; c++)
			woven[i * CHANNELS + c] = planes[(CHANNELS - 1 - c) * plane + i];
	err = model_run(finder, &in, out, OUTPUTS);
	free(planes);
	if (err)
		return nerr_pass(err);
	if (shaped(out))
		collect(pixels, out, &part, least, faces, count);
	else
		err = nerr_raise(NERR_SYSTEM, "face.onnx answers in another shape");
	for (size_t i = 0; i < OUTPUTS; i++)
		tensor_release(&out[i]);
	return err;
}

static NEOERR *
look_through(const struct pixels *pixels, float least, struct face faces[FOUND], size_t *count)
{
	const double longer = fmax(pixels->width, pixels->height);
	NEOERR *err;

	for (size_t i = 0; i < sizeof(views) / sizeof(views[0]); i++) {
		const struct view *view = &views[i];
		const double edge = longer * view->edge;

		if (view->closer && !views[i - 1].closer && *count > 0)
			break;
		if ((err = look(pixels, (pixels->width - edge) * view->across,
			 (pixels->height - edge) * view->down, edge, least, faces, count)))
			return nerr_pass(err);
	}
	*count = settle(faces, *count);
	return STATUS_OK;
}

/* A face as it is seen from near; *still: it is one. */
static NEOERR *
come_near(const struct pixels *pixels, float least, struct face *face, bool *still)
{
	const double edge = (double)face->width * CLOSE;
	struct face seen[FOUND];
	size_t n = 0;
	NEOERR *err;

	if ((err = look(pixels, (double)face->left + ((double)face->width - edge) / 2,
		 (double)face->top + ((double)face->height - edge) / 2, edge, least, seen, &n)))
		return nerr_pass(err);
	n = settle(seen, n);
	*still = false;
	for (size_t i = 0; i < n && !*still; i++)
		if (overlap(&seen[i], face) > SAME) {
			*face = seen[i];
			*still = true;
		}
	return STATUS_OK;
}

NEOERR *
face_find(
    const struct pixels *pixels, float least, struct face *faces, size_t max, size_t *count)
{
	const double small = fmax(pixels->width, pixels->height) * SMALL;
	struct face found[FOUND];
	size_t n = 0, kept = 0;
	NEOERR *err;

	if ((err = look_through(pixels, least, found, &n)))
		return nerr_pass(err);
	qsort(found, n, sizeof(found[0]), by_size);
	for (size_t i = 0; i < n && i < max; i++) {
		bool still = true;

		if ((double)found[i].width < small &&
		    (err = come_near(pixels, least, &found[i], &still)))
			return nerr_pass(err);
		if (still)
			found[kept++] = found[i];
	}
	kept = settle(found, kept);
	qsort(found, kept, sizeof(found[0]), by_size);
	memcpy(faces, found, kept * sizeof(*faces));
	*count = kept;
	return STATUS_OK;
}
