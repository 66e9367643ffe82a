#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "base/conf.h"
#include "base/fail.h"
#include "face.h"
#include "portrait.h"

/*
 * The rule's figures, in pixels of the card's 358 × 441. The network's box is some wider than a face from cheek to cheek
 * (by 1.06 on drawings, up to 1.2 on photographs): its bounds lie so that the rule's 179 … 255 holds for both.
 */
#define RULE_WIDTH 358
#define RULE_HEIGHT 441
#define BOX_LEAST 216
#define BOX_MOST 262
#define BOX_GOOD 232
#define BOX_TALL 180 /* under hair so tall that more would push the eyes too low */
#define HAIR_HIGH 8  /* top of the hair, at least */
#define HAIR_GOOD 14
#define EYES_LEAST 210 /* above the lower edge */
#define ASIDE 12       /* that the middle of the face may be off */

#define FACES 8
#define FACE_EDGE 128 /* of the face as its sharpness is measured */
#define NEAR 40       /* difference of colour from which something is no background */
#define BAND \
	0.35 /* of the face's width, to both sides: where the top of the hair is looked for */
#define BURNT 252
#define STRAY 0.05 /* of a line of background may be something else */

struct colour {
	double red, green, blue;
};

struct subject {
	const struct pixels *pixels;
	struct face face;
	double hair;     /* y of its top */
	bool hair_known; /* background was seen above it */
	bool hair_cut;   /* nothing but head, or what is no background, up to the edge */
	struct colour background;
	double uneven; /* deviation of the background's brightness */
	double scale;  /* pixels of the result for one of the picture */
};

NEOERR *
portrait_rules_init(struct portrait_rules *rules, HDF *conf)
{
	struct portrait_rules found;
	const struct {
		const char *key;
		long max, *value;
	} keys[] = {
		{ "Portrait.Score", 100, &found.score },
		{ "Portrait.FaceMin", 1000, &found.face_min },
		{ "Portrait.Crowd", 100, &found.crowd },
		{ "Portrait.Dark", 255, &found.dark },
		{ "Portrait.Bright", 255, &found.bright },
		{ "Portrait.Grey", 255, &found.grey },
		{ "Portrait.BackgroundDark", 255, &found.background_dark },
		{ "Portrait.BackgroundColour", 255, &found.background_colour },
		{ "Portrait.BackgroundUneven", 255, &found.background_uneven },
		{ "Portrait.Blurred", 10000, &found.blurred },
		{ "Portrait.Soft", 10000, &found.soft },
		{ "Portrait.Tilted", 90, &found.tilted },
		{ "Portrait.Mask", 1000, &found.mask },
		{ "Portrait.Shade", 100, &found.shade },
		{ "Portrait.Bridge", 255, &found.bridge },
		{ "Portrait.Hat", 255, &found.hat },
		{ "Portrait.Glare", 1000, &found.glare },
		{ "Portrait.Share", 100, &found.share },
		{ "Portrait.Aside", 100, &found.aside },
	};
	NEOERR *err;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if ((err = conf_int(conf, keys[i].key, 0, keys[i].max, keys[i].value)))
			return nerr_pass(err);
	*rules = found;
	return STATUS_OK;
}

NEOERR *
portrait_init(const char *models)
{
	return nerr_pass(face_init(models));
}

/* ---- looking ---- */

static const uint8_t *
pixel(const struct pixels *pixels, int x, int y)
{
	return pixels->rgb + 3 * ((size_t)y * (size_t)pixels->width + (size_t)x);
}

static double
brightness(const struct colour *colour)
{
	return 0.299 * colour->red + 0.587 * colour->green + 0.114 * colour->blue;
}

static double
colourfulness(const struct colour *colour)
{
	return fmax(colour->red, fmax(colour->green, colour->blue)) -
	       fmin(colour->red, fmin(colour->green, colour->blue));
}

static struct colour
at(const struct pixels *pixels, int x, int y)
{
	const uint8_t *p = pixel(pixels, x, y);

	return (struct colour) { p[0], p[1], p[2] };
}

struct area {
	int left, top, right, bottom;
};

static struct area
within(const struct pixels *pixels, double left, double top, double right, double bottom)
{
	return (struct area) {
		.left = (int)fmax(0, floor(left)),
		.top = (int)fmax(0, floor(top)),
		.right = (int)fmin(pixels->width, ceil(right)),
		.bottom = (int)fmin(pixels->height, ceil(bottom)),
	};
}

struct impression {
	struct colour mean;
	double colourfulness; /* the mean of each pixel's */
	double deviation;     /* of the brightness */
	double burnt;         /* share */
	size_t count;
};

static void
add(const struct pixels *pixels, struct area area, struct impression *seen, double *squares)
{
	for (int y = area.top; y < area.bottom; y++)
		for (int x = area.left; x < area.right; x++) {
			const struct colour colour = at(pixels, x, y);
			const double light = brightness(&colour);

			seen->mean.red += colour.red;
			seen->mean.green += colour.green;
			seen->mean.blue += colour.blue;
			seen->colourfulness += colourfulness(&colour);
			seen->burnt += colour.red >= BURNT && colour.green >= BURNT &&
				       colour.blue >= BURNT;
			*squares += light * light;
			seen->count++;
		}
}

/* The sums as means. */
static void
conclude(struct impression *seen, double squares)
{
	const double n = seen->count > 0 ? (double)seen->count : 1;
	double light;

	seen->mean =
	    (struct colour) { seen->mean.red / n, seen->mean.green / n, seen->mean.blue / n };
	seen->colourfulness /= n;
	seen->burnt /= n;
	light = brightness(&seen->mean);
	seen->deviation = sqrt(fmax(0, squares / n - light * light));
}

/* A part of the face: edges in widths and heights of its box. */
static struct impression
part_of(const struct subject *subject, double left, double top, double right, double bottom)
{
	const struct face *face = &subject->face;
	struct impression seen = { .count = 0 };
	double squares = 0;

	add(subject->pixels,
	    within(subject->pixels, face->left + left * face->width,
		face->top + top * face->height, face->left + right * face->width,
		face->top + bottom * face->height),
	    &seen, &squares);
	conclude(&seen, squares);
	return seen;
}

/* Left and right of the head, down to the middle of the face: there a portrait has nothing but background. */
static void
see_background(struct subject *subject)
{
	const struct face *face = &subject->face;
	const double bottom = face->top + face->height / 2;
	const double reach = face->width * 0.55;
	struct impression seen = { .count = 0 };
	double squares = 0;

	add(subject->pixels, within(subject->pixels, 0, 0, face->left - reach, bottom), &seen,
	    &squares);
	add(subject->pixels,
	    within(subject->pixels, face->left + face->width + reach, 0, INFINITY, bottom),
	    &seen, &squares);
	if (seen.count == 0) /* a head that fills the picture: its upper corners */
		for (int right = 0; right < 2; right++) {
			const double edge = face->width * 0.15;
			const double left = right ? subject->pixels->width - edge : 0;

			add(subject->pixels,
			    within(subject->pixels, left, 0, left + edge, edge), &seen,
			    &squares);
		}
	conclude(&seen, squares);
	subject->background = seen.mean;
	subject->uneven = seen.deviation;
}

static bool
is_background(const struct subject *subject, int x, int y)
{
	const struct colour colour = at(subject->pixels, x, y);

	return fabs(colour.red - subject->background.red) < NEAR &&
	       fabs(colour.green - subject->background.green) < NEAR &&
	       fabs(colour.blue - subject->background.blue) < NEAR;
}

/* Upwards from the face until a row is background; where there is none, as much as hair mostly takes. */
static void
see_hair(struct subject *subject)
{
	const struct face *face = &subject->face;
	const double middle = face->left + face->width / 2;
	const struct area band = within(subject->pixels, middle - BAND * face->width, 0,
	    middle + BAND * face->width, face->top);

	subject->hair = face->top - 0.3 * face->height;
	subject->hair_known = false;
	subject->hair_cut = false;
	for (int y = band.bottom - 1; y >= 0; y--) {
		int other = 0;

		for (int x = band.left; x < band.right; x++)
			other += !is_background(subject, x, y);
		if (other * 50 < band.right - band.left) {
			/* Above the brows there is at least a forehead. */
			if (y < face->top - 0.1 * face->height) {
				subject->hair = y + 1;
				subject->hair_known = true;
			}
			return;
		}
	}
	subject->hair_cut = true;
}

/* Variance of the Laplacian of the face, drawn FACE_EDGE wide. */
static double
sharpness(const struct subject *subject)
{
	static const struct scaling plain = { .mean = { 0, 0, 0 }, .deviation = { 1, 1, 1 } };
	const struct face *face = &subject->face;
	const struct part part = {
		.x = face->left,
		.y = face->top,
		.right_x = face->width / FACE_EDGE,
		.down_y = face->height / FACE_EDGE,
	};
	static float planes[3 * FACE_EDGE * FACE_EDGE], grey[FACE_EDGE * FACE_EDGE];
	const size_t plane = (size_t)FACE_EDGE * FACE_EDGE;
	double sum = 0, squares = 0;
	const double n = (FACE_EDGE - 2) * (FACE_EDGE - 2);

	pixels_sample(subject->pixels, &part, FACE_EDGE, FACE_EDGE, &plain, planes, FACE_EDGE);
	for (size_t i = 0; i < plane; i++)
		grey[i] = 255 * (0.114f * planes[i] + 0.587f * planes[plane + i] +
				    0.299f * planes[2 * plane + i]);
	for (size_t y = 1; y < FACE_EDGE - 1; y++)
		for (size_t x = 1; x < FACE_EDGE - 1; x++) {
			const float *p = grey + y * FACE_EDGE + x;
			const double edge =
			    (double)(p[-1] + p[1] + p[-FACE_EDGE] + p[FACE_EDGE] - 4 * p[0]);

			sum += edge;
			squares += edge * edge;
		}
	return squares / n - sum / n * (sum / n);
}

/* ---- cutting ---- */

/* Is that side's outermost column background, where the part goes beyond it? */
static bool
plain_side(const struct subject *subject, bool right, const struct portrait *portrait)
{
	const struct pixels *pixels = subject->pixels;
	const int x = right ? pixels->width - 1 : 0;
	const int top = MAX(0, portrait->top);
	const int bottom = MIN(pixels->height, portrait->top + portrait->height);
	int other = 0;

	for (int y = top; y < bottom; y++)
		other += !is_background(subject, x, y);
	return other <= STRAY * (bottom - top);
}

/* The part at that scale, as far aside as it may be so as not to go beyond a side that is not plain. */
static void
place_at(const struct subject *subject, double scale, int width, int height,
    const bool closed[2], struct portrait *portrait)
{
	const struct face *face = &subject->face;
	const double unit = (double)height / RULE_HEIGHT;
	const double eyes = (double)(face->eyes[0].y + face->eyes[1].y) / 2;
	const double room = (RULE_HEIGHT - EYES_LEAST) * unit / scale - (eyes - subject->hair);
	const double above =
	    fmax(HAIR_HIGH * unit / scale, fmin(HAIR_GOOD * unit / scale, room));
	const double aside = ASIDE * unit / scale;
	const double middle = (double)face->left + (double)face->width / 2;
	double left = middle - width / scale / 2;
	double top = subject->hair - above;

	if (closed[0])
		left = fmin(fmax(left, 0), left + aside);
	if (closed[1])
		left = fmax(fmin(left, subject->pixels->width - width / scale), left - aside);
	/* Where the hair is too tall for both, the eyes come first. */
	top = fmax(top, eyes - (RULE_HEIGHT - EYES_LEAST) * unit / scale);
	portrait->width = (int)lround(width / scale);
	portrait->height = (int)lround(height / scale);
	portrait->left = (int)lround(left);
	portrait->top = (int)lround(top);
}

/* How near the face's middle is to the side beyond which nothing may be cut. */
static double
space(const struct subject *subject, bool right)
{
	const double middle = (double)subject->face.left + (double)subject->face.width / 2;

	return fmax(1, right ? subject->pixels->width - middle : middle);
}

/* Scale and place; false when no part of the picture keeps the rule. */
static bool
place(struct subject *subject, int width, int height, struct portrait *portrait)
{
	const struct face *face = &subject->face;
	const double unit = (double)height / RULE_HEIGHT;
	const double eyes = (double)(face->eyes[0].y + face->eyes[1].y) / 2;
	const double box = unit / (double)face->width;
	const double below = fmax(1, subject->pixels->height - subject->hair);
	const double tall =
	    (RULE_HEIGHT - HAIR_HIGH - EYES_LEAST) * unit / fmax(1, eyes - subject->hair);
	const double most = fmin(BOX_MOST * box, fmax(BOX_TALL * box, tall));
	double least =
	    fmax(fmin(BOX_LEAST * box, most), (RULE_HEIGHT - HAIR_GOOD) * unit / below);
	bool closed[2] = { false, false };

	/* A side once closed stays so: thrice is enough. */
	for (int attempt = 0; attempt < 3; attempt++) {
		subject->scale = fmin(fmax(BOX_GOOD * box, least), most);
		place_at(subject, subject->scale, width, height, closed, portrait);
		for (int right = 0; right < 2; right++) {
			const int beyond =
			    right ? portrait->left + portrait->width - subject->pixels->width
				  : -portrait->left;

			if (beyond <= 0 || plain_side(subject, right, portrait))
				continue;
			closed[right] = true;
			least =
			    fmax(least, (width / 2.0 - ASIDE * unit) / space(subject, right));
		}
	}
	portrait->background[0] = (unsigned char)subject->background.red;
	portrait->background[1] = (unsigned char)subject->background.green;
	portrait->background[2] = (unsigned char)subject->background.blue;
	return least <= most * 1.02;
}

/* The middle of the picture, or all of it and background around it, for one that is refused anyway. */
static double
place_middle(
    const struct pixels *pixels, bool all, int width, int height, struct portrait *portrait)
{
	const double across = (double)width / pixels->width;
	const double down = (double)height / pixels->height;
	const double scale = all ? fmin(across, down) : fmax(across, down);

	portrait->width = (int)(width / scale);
	portrait->height = (int)(height / scale);
	portrait->left = (pixels->width - portrait->width) / 2;
	portrait->top = (pixels->height - portrait->height) / 2;
	return scale;
}

/* ---- what is wrong ---- */

static void
say(json_t *facts, const char *list, const char *key)
{
	json_t *all = json_object_get(facts, list);

	if (all == NULL)
		json_object_set_new(facts, list, all = json_array());
	json_array_append_new(all, json_string(key));
}

/* What is seen of a box of the picture in the result. */
static json_t *
box_in(const struct portrait *portrait, double scale, double left, double top, double width,
    double height)
{
	const long x0 = lround(fmax(0, (left - portrait->left) * scale));
	const long y0 = lround(fmax(0, (top - portrait->top) * scale));
	const long x1 = lround(fmin(portrait->width, left - portrait->left + width) * scale);
	const long y1 = lround(fmin(portrait->height, top - portrait->top + height) * scale);

	return json_pack(
	    "[i, i, i, i]", (int)x0, (int)y0, (int)MAX(0, x1 - x0), (int)MAX(0, y1 - y0));
}

static void
mark(json_t *facts, const struct portrait *portrait, double scale, const struct face *face)
{
	json_t *marks = json_object_get(facts, "marks");

	if (marks == NULL)
		json_object_set_new(facts, "marks", marks = json_array());
	json_array_append_new(
	    marks, box_in(portrait, scale, (double)face->left, (double)face->top,
		       (double)face->width, (double)face->height));
}

static bool
background_bad(const struct portrait_rules *rules, const struct subject *subject)
{
	return brightness(&subject->background) < rules->background_dark ||
	       colourfulness(&subject->background) > rules->background_colour ||
	       subject->uneven > rules->background_uneven;
}

/* Is the head itself on the edge of the picture? Before a bad background its top is not known. */
static bool
head_cut(const struct portrait_rules *rules, const struct subject *subject)
{
	const struct face *face = &subject->face;
	const double margin = 0.08 * (double)face->width;

	return face->left < margin ||
	       face->left + face->width > subject->pixels->width - margin ||
	       face->top + face->height > (double)subject->pixels->height - margin ||
	       subject->hair <= 0 || (subject->hair_cut && !background_bad(rules, subject));
}

static void
judge_light(const struct portrait_rules *rules, const struct subject *subject, json_t *facts)
{
	const struct impression seen = part_of(subject, 0.15, 0, 0.85, 0.9);

	if (seen.colourfulness < rules->grey)
		say(facts, "refuse", "portrait_grey");
	if (brightness(&seen.mean) < rules->dark)
		say(facts, "refuse", "portrait_dark");
	else if (brightness(&seen.mean) > rules->bright)
		say(facts, "refuse", "portrait_bright");
	else if (seen.burnt * 1000 > rules->glare)
		say(facts, "warn", "portrait_glare");
	/* In the dark no wall is white. */
	if (brightness(&seen.mean) >= rules->dark && background_bad(rules, subject))
		say(facts, "refuse", "portrait_background");
}

/* How far the hues of two parts are apart, whatever light falls on them. */
static double
apart(const struct colour *a, const struct colour *b)
{
	const double p = fmax(1, a->red + a->green + a->blue),
		     q = fmax(1, b->red + b->green + b->blue);

	return fabs(a->red / p - b->red / q) + fabs(a->blue / p - b->blue / q);
}

/* A patch around a point, in widths of the face. */
static struct impression
around(const struct subject *subject, const struct point *point, double across, double down)
{
	const struct face *face = &subject->face;
	const double x = (double)((point->x - face->left) / face->width);
	const double y = (double)((point->y - face->top) / face->height);

	return part_of(subject, x - across, y - down, x + across, y + down);
}

/* Dark before both eyes, or a dark line from one to the other. */
static bool
wears_glasses(const struct portrait_rules *rules, const struct subject *subject)
{
	const struct point *eyes = subject->face.eyes;
	const struct impression face = part_of(subject, 0.1, 0.1, 0.9, 0.9);
	const struct impression left = around(subject, &eyes[0], 0.11, 0.06);
	const struct impression right = around(subject, &eyes[1], 0.11, 0.06);
	const double most = brightness(&face.mean) * (double)rules->shade / 100;
	double darkest = 255, lightest = 0;

	for (int down = -9; down <= 5; down += 2) { /* per cent of the face */
		const struct point at = { (eyes[0].x + eyes[1].x) / 2,
			(eyes[0].y + eyes[1].y) / 2 +
			    (float)down / 100 * subject->face.height };
		const struct impression row = around(subject, &at, 0.03, 0.005);

		darkest = fmin(darkest, brightness(&row.mean));
		lightest = fmax(lightest, brightness(&row.mean));
	}
	return (brightness(&left.mean) < most && brightness(&right.mean) < most) ||
	       lightest - darkest > (double)rules->bridge;
}

static void
judge_dress(const struct portrait_rules *rules, const struct subject *subject, json_t *facts)
{
	const struct impression bridge = part_of(subject, 0.42, 0.2, 0.58, 0.36);
	const struct impression lower = part_of(subject, 0.3, 0.68, 0.7, 0.95);
	const double crown =
	    ((double)subject->hair - (double)subject->face.top) / (double)subject->face.height;
	const struct impression hair = part_of(subject, 0.3, crown * 0.8, 0.7, crown * 0.4);

	if (wears_glasses(rules, subject))
		say(facts, "warn", "portrait_glasses");
	/* What is burnt out or black has no hue. */
	if (bridge.burnt + lower.burnt < STRAY && brightness(&bridge.mean) >= rules->dark &&
	    apart(&bridge.mean, &lower.mean) * 1000 > (double)rules->mask)
		say(facts, "warn", "portrait_mask");
	if (subject->hair_known && hair.colourfulness > (double)rules->hat)
		say(facts, "warn", "portrait_hat");
}

static void
judge_sharpness(
    const struct portrait_rules *rules, const struct subject *subject, json_t *facts)
{
	const double sharp = sharpness(subject);

	if (sharp < rules->blurred)
		say(facts, "refuse", "portrait_blurred");
	else if (sharp < rules->soft)
		say(facts, "warn", "portrait_soft");
}

static void
judge_pose(const struct portrait_rules *rules, const struct subject *subject, json_t *facts)
{
	const struct point *eyes = subject->face.eyes;
	const double angle =
	    atan2((double)(eyes[1].y - eyes[0].y), (double)(eyes[1].x - eyes[0].x));

	if (fabs(angle) * 180 / M_PI > rules->tilted)
		say(facts, "warn", "portrait_tilted");
}

/* Small and not in the middle: the picture on an ID card, or in a group. */
static void
judge_share(const struct portrait_rules *rules, const struct subject *subject, json_t *facts)
{
	const struct face *face = &subject->face;
	const double width = subject->pixels->width;
	const double aside = (double)face->left + (double)face->width / 2 - width / 2;

	if ((double)face->width * 100 < width * (double)rules->share &&
	    fabs(aside) * 100 > width * (double)rules->aside)
		say(facts, "warn", "portrait_far");
}

NEOERR *
portrait_judge(const struct portrait_rules *rules, const struct pixels *pixels, int width,
    int height, struct portrait *portrait, json_t *facts)
{
	struct subject subject = { .pixels = pixels };
	struct face faces[FACES];
	size_t count, others = 0;
	bool fits;
	NEOERR *err;

	if ((err = face_find(pixels, (float)rules->score / 100, faces, FACES, &count)))
		return nerr_pass(err);
	*portrait = (struct portrait) { .background = { 255, 255, 255 } };
	if (count == 0) {
		place_middle(pixels, false, width, height, portrait);
		say(facts, "refuse", "portrait_none");
		return STATUS_OK;
	}
	subject.face = faces[0];
	for (size_t i = 1; i < count; i++)
		others += (double)faces[i].width * 100 >
			  (double)faces[0].width * (double)rules->crowd;
	if (others > 0) {
		subject.scale = place_middle(pixels, true, width, height, portrait);
		say(facts, "refuse", "portrait_many");
		for (size_t i = 0; i <= others; i++)
			mark(facts, portrait, subject.scale, &faces[i]);
		return STATUS_OK;
	}
	see_background(&subject);
	see_hair(&subject);
	fits = place(&subject, width, height, portrait);
	if (head_cut(rules, &subject) || !fits)
		say(facts, "refuse", "portrait_cut");
	if (subject.face.width < (float)rules->face_min)
		say(facts, "refuse", "portrait_small");
	judge_light(rules, &subject, facts);
	judge_sharpness(rules, &subject, facts);
	judge_pose(rules, &subject, facts);
	judge_share(rules, &subject, facts);
	if (json_object_get(facts, "refuse") == NULL)
		judge_dress(rules, &subject, facts);
	if (json_object_get(facts, "refuse"))
		mark(facts, portrait, subject.scale, &subject.face);
	json_object_set_new(facts, "head",
	    box_in(portrait, subject.scale, (double)subject.face.left, subject.hair,
		(double)subject.face.width,
		(double)subject.face.top + (double)subject.face.height - subject.hair));
	json_object_set_new(facts, "eyes",
	    json_integer(lround(((double)(subject.face.eyes[0].y + subject.face.eyes[1].y) / 2 -
				    portrait->top) *
				subject.scale)));
	return STATUS_OK;
}
