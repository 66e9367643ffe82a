#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply/utf8.h"
#include "base/fail.h"
#include "box.h"
#include "model.h"
#include "text.h"

#define HEIGHT 48 /* of a line as the networks see it */
#define NARROW \
	0.8 /* letters are read so much narrower than they are: it costs less and reads as well */
#define TURN_WIDTH 192 /* of its beginning, as the one sees it that tells what is upside down */
#define READ_WIDTH 320 /* of a line, at least; the rest is grey */
#define READ_WIDEST 1600 /* longer lines are narrowed */
#define LETTERS 8192     /* room for letters.txt */
#define LETTERS_MORE 2   /* none before the first, a blank behind the last */
#define LONG 2.0         /* width : height from which a box tells how text runs */
#define ASIDE \
	(15 * M_PI / 180) /* lines turned further than that from the others are not theirs */
#define SECOND_LOOK 672   /* of where the text stands */
#define MARGIN 1.5        /* around that, in heights of its largest line */
#define FEW 6             /* lines found at first: there must be more */
#define LEGIBLE 0.5f      /* how sure a line's letters are, in the mean */
#define VOTES 5           /* lines that are asked whether they are upside down */

static struct model *turner, *reader;
static uint32_t letters[LETTERS];
static size_t letter_count; /* LETTERS_MORE included */
static bool digit[LETTERS];

static const struct scaling scaling = {
	.mean = { 0.5f, 0.5f, 0.5f },
	.deviation = { 0.5f, 0.5f, 0.5f },
};

/* The first look: its longer edge as the detector sees it, and how many ways that text runs are passed over. */
static const struct {
	int edge, passed_over;
} attempts[TEXT_ATTEMPTS] = {
	{ 512, 0 },
	{ 768, 0 },
	{ 768, 1 },
};

static NEOERR *
load_letters(const char *path)
{
	FILE *file = fopen(path, "re");
	char line[64];
	size_t n = 1; /* 0: no letter */

	if (file == NULL)
		return nerr_raise_errno(FAIL_CONFIG, "%s", path);
	while (n < LETTERS - 1 && fgets(line, sizeof(line), file) != NULL) {
		const char *at = line;

		letters[n] = utf8_next(&at);
		digit[n] = (letters[n] >= '0' && letters[n] <= '9') || letters[n] == 'X';
		n++;
	}
	fclose(file);
	letters[n++] = ' ';
	letter_count = n;
	return STATUS_OK;
}

NEOERR *
text_init(const char *models)
{
	const struct {
		struct model **model;
		const char *name;
	} table[] = {
		{ &turner, "turn.onnx" },
		{ &reader, "read.onnx" },
	};
	char path[PATH_MAX];
	NEOERR *err = box_init(models);

	for (size_t i = 0; err == STATUS_OK && i < sizeof(table) / sizeof(table[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", models, table[i].name);
		err = model_load(table[i].model, path);
	}
	snprintf(path, sizeof(path), "%s/letters.txt", models);
	return nerr_pass(err ? err : load_letters(path));
}

/* The difference of two directions of lines without beginning, -90° … 90°. */
static double
between(double a, double b)
{
	return remainder(a - b, M_PI);
}

/* How most of the text runs: where the long boxes agree, weighed by their length. */
static double
direction(const struct box *boxes, size_t n)
{
	double best = 0, most = 0;

	for (size_t i = 0; i < n; i++) {
		double sum = 0, weight = 0;

		for (size_t k = 0; k < n; k++) {
			const double off = between(boxes[k].angle, boxes[i].angle);
			const double length = boxes[k].width - boxes[k].height;

			if (boxes[k].width < LONG * boxes[k].height || fabs(off) > ASIDE / 2)
				continue;
			sum += off * length;
			weight += length;
		}
		if (weight <= most)
			continue;
		most = weight;
		best = boxes[i].angle + sum / weight;
	}
	return best;
}

/* Turns the box's own angle into the one that its text runs by, if it runs as the rest does: a square may lie on any side. */
static bool
align(struct box *box, double angle)
{
	const double quarters = round((angle - box->angle) / (M_PI / 2));

	if (fmod(fabs(quarters), 2) == 1) {
		const double width = box->width;

		if (box->width > LONG * box->height)
			return false;
		box->width = box->height;
		box->height = width;
	}
	box->angle += quarters * M_PI / 2;
	return fabs(box->angle - angle) <= ASIDE;
}

/* How many columns the box takes in HEIGHT rows. */
static int
columns(const struct box *box, int most)
{
	const double width = ceil(NARROW * HEIGHT * box->width / box->height);

	return width < 1 ? 1 : width > most ? most : (int)width;
}

/* Runs the model over the box, drawn into HEIGHT × stride; what is right of the box is grey. */
static NEOERR *
ask(const struct model *model, const struct pixels *pixels, const struct box *box, int width,
    int stride, struct tensor *out)
{
	float *planes = calloc(3 * (size_t)HEIGHT * (size_t)stride, sizeof(*planes));
	const struct tensor in = {
		.data = planes, .shape = { 1, 3, HEIGHT, stride }, .rank = 4
	};
	const struct part part = box_part(box, width, HEIGHT);
	NEOERR *err;

	if (planes == NULL)
		return nerr_raise(NERR_NOMEM, "text");
	pixels_sample(pixels, &part, width, HEIGHT, &scaling, planes, stride);
	err = model_run(model, &in, out, 1);
	free(planes);
	return nerr_pass(err);
}

/* Do the longest lines stand on their heads? */
static NEOERR *
upside_down(const struct pixels *pixels, const struct box *boxes, size_t n, bool *upside)
{
	double votes = 0;

	for (size_t i = 0; i < n && i < VOTES; i++) {
		struct box start = boxes[i];
		struct tensor out;
		NEOERR *err;

		/* The model wants no more than a line's beginning. */
		if (start.width > start.height * TURN_WIDTH / HEIGHT) {
			const double cut = start.width - start.height * TURN_WIDTH / HEIGHT;

			start.x -= cos(start.angle) * cut / 2;
			start.y -= sin(start.angle) * cut / 2;
			start.width -= cut;
		}
		if ((err = ask(turner, pixels, &start, columns(&start, TURN_WIDTH), TURN_WIDTH,
			 &out)))
			return nerr_pass(err);
		votes +=
		    (double)(out.data[1] - out.data[0]) * (double)columns(&start, TURN_WIDTH);
		tensor_release(&out);
	}
	*upside = votes > 0;
	return STATUS_OK;
}

/*
 * The likeliest letter of each step, those that go on from the step before left out (CTC).  allowed NULL: any.
 * Returns how many letters.
 */
static size_t
decode(const struct tensor *out, const bool *allowed, double left, double step,
    struct letter *read)
{
	const size_t steps = (size_t)out->shape[1], all = (size_t)out->shape[2];
	size_t count = 0, before = 0;

	for (size_t t = 0; t < steps; t++) {
		const float *likely = out->data + t * all;
		size_t best = 0, other = 0;

		for (size_t i = 1; i < all; i++) {
			if (allowed && !allowed[i])
				continue;
			if (likely[i] > likely[best]) {
				other = best;
				best = i;
			} else if (other == 0 || likely[i] > likely[other]) {
				other = i;
			}
		}
		if (best != 0 && best == before && likely[best] > read[count - 1].sure) {
			read[count - 1].sure = likely[best];
			read[count - 1].other = letters[other];
		}
		if (best != 0 && best != before) {
			if (count == LINE_LETTERS)
				return count;
			read[count++] = (struct letter) {
				.code = letters[best],
				.other = letters[other],
				.sure = likely[best],
				.at = left + ((double)t + 0.5) * step,
			};
		}
		before = best;
	}
	return count;
}

static NEOERR *
read_line(const struct pixels *pixels, const struct box *box, double angle, struct line *line)
{
	const int width = columns(box, READ_WIDEST);
	const int stride = width < READ_WIDTH ? READ_WIDTH : width;
	const double along = box->x * cos(angle) + box->y * sin(angle);
	struct tensor out;
	double step;
	NEOERR *err;

	if ((err = ask(reader, pixels, box, width, stride, &out)))
		return nerr_pass(err);
	if (out.rank != 3 || (size_t)out.shape[2] != letter_count) {
		tensor_release(&out);
		return nerr_raise(NERR_SYSTEM, "read.onnx does not go with letters.txt");
	}
	line->left = along - box->width / 2;
	line->right = along + box->width / 2;
	line->middle = box->y * cos(angle) - box->x * sin(angle);
	line->height = box->height;
	step = box->width * stride / width / (double)out.shape[1];
	line->count = decode(&out, NULL, line->left, step, line->letters);
	line->digit_count = decode(&out, digit, line->left, step, line->digits);
	tensor_release(&out);
	return STATUS_OK;
}

/* What is no text reads as something, but not surely. */
static bool
legible(const struct line *line)
{
	float sure = 0;

	for (size_t i = 0; i < line->count; i++)
		sure += line->letters[i].sure;
	return line->count > 0 && sure / (float)line->count >= LEGIBLE;
}

static int
by_middle(const void *a, const void *b)
{
	const struct line *p = a, *q = b;

	return (p->middle > q->middle) - (p->middle < q->middle);
}

/* Keeps the boxes whose text runs that way; or those whose text does not. */
static size_t
keep(struct box *boxes, size_t found, double angle, bool aligned)
{
	size_t n = 0;

	for (size_t i = 0; i < found; i++)
		if (align(&boxes[i], angle) == aligned)
			boxes[n++] = boxes[i];
	return n;
}

/*
 * The upright rectangle around all boxes, as the text runs, with room for what was overlooked: a card is not much
 * higher than its longest line is wide.
 */
static struct box
around(const struct box *boxes, size_t n, double angle)
{
	const double dx = cos(angle), dy = sin(angle);
	double left = INFINITY, right = -INFINITY, top = INFINITY, bottom = -INFINITY,
	       margin = 0;

	for (size_t i = 0; i < n; i++) {
		const double u = boxes[i].x * dx + boxes[i].y * dy;
		const double v = boxes[i].y * dx - boxes[i].x * dy;

		left = fmin(left, u - boxes[i].width / 2);
		right = fmax(right, u + boxes[i].width / 2);
		top = fmin(top, v - boxes[i].height / 2);
		bottom = fmax(bottom, v + boxes[i].height / 2);
		margin = fmax(margin, boxes[i].height * MARGIN);
	}
	if (n < FEW)
		margin = fmax(margin, boxes[0].width);
	return (struct box) {
		.x = (left + right) / 2 * dx - (top + bottom) / 2 * dy,
		.y = (left + right) / 2 * dy + (top + bottom) / 2 * dx,
		.width = right - left + 2 * margin,
		.height = bottom - top + 2 * margin,
		.angle = angle,
	};
}

/* A first look finds where and how the text stands, a second one, at that alone and upright, all of it. */
static NEOERR *
look(const struct pixels *pixels, size_t attempt, struct box *boxes, size_t *count,
    double *angle)
{
	struct box where = {
		.x = pixels->width / 2.0,
		.y = pixels->height / 2.0,
		.width = pixels->width,
		.height = pixels->height,
	};
	size_t n;
	bool upside = false;
	NEOERR *err;

	*count = 0;
	if ((err = box_find(pixels, &where, attempts[attempt].edge, boxes, TEXT_LINES, &n)))
		return nerr_pass(err);
	*angle = direction(boxes, n);
	for (int i = 0; i < attempts[attempt].passed_over; i++) {
		n = keep(boxes, n, *angle, false);
		*angle = direction(boxes, n);
	}
	if ((n = keep(boxes, n, *angle, true)) == 0)
		return STATUS_OK;
	if ((err = upside_down(pixels, boxes, n, &upside)))
		return nerr_pass(err);
	*angle += upside ? M_PI : 0;
	where = around(boxes, n, *angle);
	if ((err = box_find(pixels, &where, SECOND_LOOK, boxes, TEXT_LINES, &n)))
		return nerr_pass(err);
	*count = keep(boxes, n, *angle, true);
	return STATUS_OK;
}

NEOERR *
text_read_at(const struct pixels *pixels, double angle, double left, double middle,
    double width, double height, struct line *line)
{
	const double along = left + width / 2;
	const struct box box = {
		.x = along * cos(angle) - middle * sin(angle),
		.y = along * sin(angle) + middle * cos(angle),
		.width = width,
		.height = height,
		.angle = angle,
	};
	NEOERR *err = read_line(pixels, &box, angle, line);

	if (err == STATUS_OK && !legible(line))
		line->count = 0;
	return nerr_pass(err);
}

NEOERR *
text_read(const struct pixels *pixels, size_t attempt, struct text *text)
{
	struct box boxes[TEXT_LINES];
	size_t n;
	NEOERR *err;

	text->count = 0;
	if ((err = look(pixels, attempt, boxes, &n, &text->angle)))
		return nerr_pass(err);
	for (size_t i = 0; i < n; i++) {
		struct line *line = &text->lines[text->count];

		if ((err = read_line(pixels, &boxes[i], text->angle, line)))
			return nerr_pass(err);
		text->count += legible(line);
	}
	qsort(text->lines, text->count, sizeof(text->lines[0]), by_middle);
	return STATUS_OK;
}
