/*
 * portrait_test.c - where the card's picture is cut out of a portrait, and what is said against it.
 *
 * The portraits are drawn (tests/sandbox/pictures); what stands where on the drawing is known, so that the rule can
 * be held against the part that was chosen, and not against what the network believes to see.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <vips/vips.h>

#include <base/conf.h>
#include <base/fail.h>
#include <photo/face.h>
#include <photo/image.h>
#include <photo/portrait.h>

#include "instance.h"

#define WIDTH 358
#define HEIGHT 441
#define WHITE 251

static struct image_rules rules;
static VipsImage *drawn; /* head and shoulders of a woman, 900 × 1200, on white */

/* What is where on it (bust() of draw.mjs, nine tenths of its size, 91 lower). */
static const struct {
	double face_left, face_right, hair, eyes;
} truth = { 224, 676, 132, 559 };

static VipsImage *
picture_read(const char *name)
{
	const char *folder = getenv("PICTURES");
	char path[4096];
	VipsSource *source;
	VipsImage *read, *done;
	gchar *data;
	gsize len;

	assert_non_null(folder);
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_true(g_file_get_contents(path, &data, &len, NULL));
	source = vips_source_new_from_memory(data, len);
	read = vips_image_new_from_source(source, "", NULL);
	assert_non_null(read);
	done = vips_image_copy_memory(read);
	assert_non_null(done);
	g_object_unref(read);
	g_object_unref(source);
	g_free(data);
	return done;
}

static int
start(void **state)
{
	(void)state;
	assert_ok(fail_init());
	assert_ok(conf_load(&instance_conf));
	assert_ok(photo_limits_init(&rules.limits, instance_conf));
	assert_ok(portrait_rules_init(&rules.portrait, instance_conf));
	assert_ok(image_init(getenv("MODELS")));
	drawn = picture_read("portrait.png");
	return 0;
}

static int
end(void **state)
{
	(void)state;
	g_object_unref(drawn);
	image_end();
	hdf_destroy(&instance_conf);
	return 0;
}

/* ---- pictures ---- */

/* The drawing at that scale, its upper left corner at (x, y) of a canvas. Takes nothing over. */
static VipsImage *
scene(int width, int height, double scale, int x, int y)
{
	VipsArrayDouble *white =
	    vips_array_double_newv(3, WHITE * 1.0, WHITE * 1.0, WHITE * 1.0);
	VipsImage *sized, *placed, *done;

	assert_int_equal(vips_resize(drawn, &sized, scale, NULL), 0);
	assert_int_equal(vips_embed(sized, &placed, x, y, width, height, "extend",
			     VIPS_EXTEND_BACKGROUND, "background", white, NULL),
	    0);
	done = vips_image_copy_memory(placed);
	assert_non_null(done);
	g_object_unref(sized);
	g_object_unref(placed);
	vips_area_unref(VIPS_AREA(white));
	return done;
}

/* What she stands before, alone: a corner of the drawing. */
static VipsImage *
wall(int width, int height)
{
	VipsImage *corner, *wide, *done;

	assert_int_equal(vips_extract_area(drawn, &corner, 0, 0, 90, 90, NULL), 0);
	assert_int_equal(
	    vips_embed(corner, &wide, 0, 0, width, height, "extend", VIPS_EXTEND_REPEAT, NULL),
	    0);
	done = vips_image_copy_memory(wide);
	assert_non_null(done);
	g_object_unref(corner);
	g_object_unref(wide);
	return done;
}

/* ---- judging ---- */

static struct pixels
pixels_of(VipsImage *picture)
{
	assert_int_equal(vips_image_get_bands(picture), 3);
	return (struct pixels) {
		.rgb = (const uint8_t *)vips_image_get_data(picture),
		.width = vips_image_get_width(picture),
		.height = vips_image_get_height(picture),
	};
}

static json_t *
judge(VipsImage *picture, struct portrait *part)
{
	const struct pixels pixels = pixels_of(picture);
	json_t *facts = json_object();

	assert_ok(portrait_judge(&rules.portrait, &pixels, WIDTH, HEIGHT, part, facts));
	return facts;
}

static bool
says(const json_t *facts, const char *list, const char *key)
{
	const json_t *item;
	size_t i;

	json_array_foreach(json_object_get(facts, list), i,
	    item) if (strcmp(json_string_value(item), key) == 0) return true;
	return false;
}

static void
assert_says(const json_t *facts, const char *list, const char *key)
{
	char *text;

	if (says(facts, list, key))
		return;
	text = json_dumps(facts, JSON_COMPACT);
	fail_msg("%s %s is missing: %s", list, key, text);
}

/* Nothing is said against it. */
static void
assert_suitable(const json_t *facts)
{
	char *text;

	if (json_object_get(facts, "refuse") == NULL && json_object_get(facts, "warn") == NULL)
		return;
	text = json_dumps(facts, JSON_COMPACT);
	fail_msg("a suitable picture: %s", text);
}

static void
assert_between(const char *what, double value, double least, double most)
{
	if (!(value >= least && value <= most))
		fail_msg("%s is %.1f, not %.0f to %.0f", what, value, least, most);
}

/* The card's, but for the last pixel. */
static void
assert_shape(const struct portrait *part)
{
	const double width = (double)part->height * WIDTH / HEIGHT;

	assert_between("the part's width", part->width, width - 1, width + 1);
}

/* The rule, against where things are on the drawing: it lies in the picture at that scale and place. */
static void
assert_rule_holds(const struct portrait *part, double scale, int x, int y)
{
	const double by = (double)HEIGHT / part->height;
	const double middle = (truth.face_left + truth.face_right) / 2;

	assert_shape(part);
	assert_between(
	    "the face's width", (truth.face_right - truth.face_left) * scale * by, 179, 255);
	assert_between("the hair's top", (truth.hair * scale + y - part->top) * by, 7, 21);
	assert_between("the eyes' line above the lower edge",
	    HEIGHT - (truth.eyes * scale + y - part->top) * by, 207, HEIGHT);
	assert_between("the face's middle", (middle * scale + x - part->left) * by, 162, 196);
}

static void
the_rule_holds_wherever_the_head_is_and_however_large(void **state)
{
	static const double scales[] = { 0.3, 0.42, 0.6, 0.8, 1, 1.3 };
	static const double across[] = { -0.08, 0, 0.1, 0.4 }, down[] = { -0.06, 0, 0.2 };

	(void)state;
	for (size_t s = 0; s < sizeof(scales) / sizeof(scales[0]); s++)
		for (size_t a = 0; a < sizeof(across) / sizeof(across[0]); a++)
			for (size_t d = 0; d < sizeof(down) / sizeof(down[0]); d++) {
				const int width = (int)(900 * scales[s]);
				const int height = (int)(1200 * scales[s]);
				const int x = (int)(across[a] * width);
				const int y = (int)(down[d] * height);
				VipsImage *picture =
				    scene(width + MAX(0, x) * 2, height + y, scales[s], x, y);
				struct portrait part;
				json_t *facts = judge(picture, &part);

				assert_suitable(facts);
				assert_rule_holds(&part, scales[s], x, y);
				assert_between("head",
				    (double)json_array_size(json_object_get(facts, "head")), 4,
				    4);
				assert_between("eyes",
				    json_number_value(json_object_get(facts, "eyes")),
				    (truth.eyes * scales[s] + y - part.top) * HEIGHT /
					    part.height -
					12,
				    (truth.eyes * scales[s] + y - part.top) * HEIGHT /
					    part.height +
					12);
				json_decref(facts);
				g_object_unref(picture);
			}
}

/* ---- what is wrong with a picture ---- */

static VipsImage *
plain(void)
{
	return wall(900, 1200);
}

static VipsImage *
two_of_her(void)
{
	VipsImage *both, *done;

	assert_int_equal(vips_join(drawn, drawn, &both, VIPS_DIRECTION_HORIZONTAL, NULL), 0);
	done = vips_image_copy_memory(both);
	g_object_unref(both);
	return done;
}

static VipsImage *
far_away(void)
{
	return scene(900, 1200, 0.17, 380, 500);
}

static VipsImage *
hair_cut_off(void)
{
	return scene(900, 1000, 1, 0, -200);
}

static VipsImage *
cheek_cut_off(void)
{
	return scene(900, 1200, 1, -260, 0);
}

static VipsImage *
sides_cut_off(void)
{
	return scene(560, 1200, 1, -170, 0);
}

static VipsImage *
chin_at_the_edge(void)
{
	return scene(900, 910, 1, 0, 0);
}

/* The drawing with the pixels between those edges painted over. */
static VipsImage *
painted(void (*paint)(uint8_t rgb[3]), int left, int top, int right, int bottom)
{
	const struct pixels pixels = pixels_of(drawn);
	const size_t size = (size_t)pixels.width * (size_t)pixels.height * 3;
	uint8_t *rgb = g_memdup2(pixels.rgb, size);
	VipsImage *done;

	for (int y = top; y < bottom; y++)
		for (int x = left; x < right; x++)
			paint(rgb + 3 * ((size_t)y * (size_t)pixels.width + (size_t)x));
	done = vips_image_new_from_memory_copy(
	    rgb, size, pixels.width, pixels.height, 3, VIPS_FORMAT_UCHAR);
	g_free(rgb);
	return done;
}

static void
set(uint8_t rgb[3], int red, int green, int blue)
{
	rgb[0] = (uint8_t)red;
	rgb[1] = (uint8_t)green;
	rgb[2] = (uint8_t)blue;
}

static void
paint_grey(uint8_t rgb[3])
{
	const int grey = (299 * rgb[0] + 587 * rgb[1] + 114 * rgb[2]) / 1000;

	set(rgb, grey, grey, grey);
}

static void
paint_dark(uint8_t rgb[3])
{
	set(rgb, rgb[0] / 5, rgb[1] / 5, rgb[2] / 5);
}

static void
paint_bright(uint8_t rgb[3])
{
	set(rgb, MIN(255, 160 + rgb[0] * 2 / 5), MIN(255, 160 + rgb[1] * 2 / 5),
	    MIN(255, 160 + rgb[2] * 2 / 5));
}

static bool
is_white(const uint8_t rgb[3])
{
	return rgb[0] > 220 && rgb[1] > 220 && rgb[2] > 220;
}

static void
paint_background_blue(uint8_t rgb[3])
{
	if (is_white(rgb))
		set(rgb, 40, 110, 200);
}

static void
paint_background_dark(uint8_t rgb[3])
{
	if (is_white(rgb))
		set(rgb, 60, 60, 64);
}

static void
paint_red(uint8_t rgb[3])
{
	set(rgb, 190, 50, 40);
}

static void
paint_black(uint8_t rgb[3])
{
	set(rgb, 20, 20, 20);
}

static void
paint_cloth(uint8_t rgb[3])
{
	set(rgb, 143, 193, 216);
}

static void
paint_white(uint8_t rgb[3])
{
	set(rgb, 255, 255, 255);
}

static VipsImage *
grey(void)
{
	return painted(paint_grey, 0, 0, 900, 1200);
}

static VipsImage *
dark(void)
{
	return painted(paint_dark, 0, 0, 900, 1200);
}

static VipsImage *
bright(void)
{
	return painted(paint_bright, 0, 0, 900, 1200);
}

/* The whites of the eyes stay. */
static VipsImage *
before_blue(void)
{
	return painted(paint_background_blue, 0, 0, 900, 500);
}

static VipsImage *
before_black(void)
{
	return painted(paint_background_dark, 0, 0, 900, 500);
}

static VipsImage *
with_a_hat(void)
{
	return painted(paint_red, 150, 140, 750, 330);
}

static VipsImage *
with_a_mask(void)
{
	return painted(paint_cloth, 240, 640, 660, 890);
}

static VipsImage *
with_dark_glasses(void)
{
	return painted(paint_black, 270, 510, 630, 610);
}

static VipsImage *
with_glare(void)
{
	return painted(paint_white, 250, 420, 480, 640);
}

static VipsImage *
smeared(double sigma)
{
	VipsImage *smooth, *done;

	assert_int_equal(vips_gaussblur(drawn, &smooth, sigma, NULL), 0);
	done = vips_image_copy_memory(smooth);
	g_object_unref(smooth);
	return done;
}

static VipsImage *
blurred(void)
{
	return smeared(18);
}

static VipsImage *
soft(void)
{
	return smeared(8);
}

static VipsImage *
tilted(void)
{
	VipsArrayDouble *white =
	    vips_array_double_newv(3, WHITE * 1.0, WHITE * 1.0, WHITE * 1.0);
	VipsImage *turned, *done;

	assert_int_equal(
	    vips_similarity(drawn, &turned, "angle", 14.0, "background", white, NULL), 0);
	done = vips_image_copy_memory(turned);
	g_object_unref(turned);
	vips_area_unref(VIPS_AREA(white));
	return done;
}

static const struct {
	const char *list, *key;
	VipsImage *(*picture)(void);
	size_t marks;
} wrong[] = {
	{ "refuse", "portrait_none", plain, 0 },
	{ "refuse", "portrait_many", two_of_her, 2 },
	{ "refuse", "portrait_small", far_away, 1 },
	{ "refuse", "portrait_cut", hair_cut_off, 1 },
	{ "refuse", "portrait_cut", cheek_cut_off, 1 },
	{ "refuse", "portrait_cut", sides_cut_off, 1 },
	{ "refuse", "portrait_cut", chin_at_the_edge, 1 },
	{ "refuse", "portrait_grey", grey, 1 },
	{ "refuse", "portrait_dark", dark, 1 },
	{ "refuse", "portrait_bright", bright, 1 },
	{ "refuse", "portrait_background", before_blue, 1 },
	{ "refuse", "portrait_background", before_black, 1 },
	{ "refuse", "portrait_blurred", blurred, 1 },
	{ "warn", "portrait_soft", soft, 0 },
	{ "warn", "portrait_tilted", tilted, 0 },
	{ "warn", "portrait_hat", with_a_hat, 0 },
	{ "warn", "portrait_mask", with_a_mask, 0 },
	{ "warn", "portrait_glasses", with_dark_glasses, 0 },
	{ "warn", "portrait_glare", with_glare, 0 },
};

/* Each box has an extent and lies in the result. */
static void
assert_marks(const json_t *facts, size_t count)
{
	const json_t *marks = json_object_get(facts, "marks"), *mark;
	size_t i;

	assert_int_equal(json_array_size(marks), count);
	json_array_foreach(marks, i, mark)
	{
		json_int_t left, top, width, height;

		assert_int_equal(json_unpack((json_t *)(uintptr_t)mark, "[I, I, I, I]", &left,
				     &top, &width, &height),
		    0);
		assert_true(left >= 0 && top >= 0 && width > 0 && height > 0);
		assert_true(left + width <= WIDTH && top + height <= HEIGHT);
	}
}

static void
each_rule_that_is_broken_is_named_and_no_other(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		VipsImage *picture = wrong[i].picture();
		struct portrait part;
		json_t *facts = judge(picture, &part);

		assert_says(facts, wrong[i].list, wrong[i].key);
		if (json_array_size(json_object_get(facts, "refuse")) +
			json_array_size(json_object_get(facts, "warn")) !=
		    1)
			fail_msg(
			    "more than %s: %s", wrong[i].key, json_dumps(facts, JSON_COMPACT));
		assert_marks(facts, wrong[i].marks);
		assert_shape(&part);
		json_decref(facts);
		g_object_unref(picture);
	}
}

/* ---- the faces themselves ---- */

static size_t
faces_on(VipsImage *picture, struct face *faces)
{
	const struct pixels pixels = pixels_of(picture);
	size_t count;

	assert_ok(face_find(&pixels, 0.75f, faces, 4, &count));
	g_object_unref(picture);
	return count;
}

static void
a_face_is_found_where_it_is_drawn(void **state)
{
	struct face faces[4];
	const struct face *face = &faces[0];

	(void)state;
	assert_int_equal(faces_on(scene(900, 1200, 1, 0, 0), faces), 1);
	assert_between("score", (double)face->score, 0.75, 1);
	assert_between("middle", (double)(face->left + face->width / 2), 435, 465);
	assert_between("left eye across", (double)face->eyes[0].x, 332, 362);
	assert_between("left eye down", (double)face->eyes[0].y, 545, 573);
	assert_between("right eye across", (double)face->eyes[1].x, 536, 566);
	assert_between("nose", (double)face->nose.y, 620, 720);
	assert_between("mouth", (double)face->mouth.y, 750, 830);
	assert_true(face->ears[0].x < face->eyes[0].x && face->ears[1].x > face->eyes[1].x);
}

static void
a_small_face_is_found_in_a_large_picture_of_any_shape(void **state)
{
	struct face faces[4];

	(void)state;
	assert_int_equal(faces_on(scene(1600, 1200, 0.08, 200, 300), faces), 1);
	assert_between("middle", (double)(faces[0].left + faces[0].width / 2), 228, 244);
	assert_int_equal(faces_on(scene(400, 1500, 0.25, 90, 1000), faces), 1);
	assert_between("middle", (double)(faces[0].left + faces[0].width / 2), 194, 212);
	assert_int_equal(faces_on(scene(1500, 400, 0.3, 900, 30), faces), 1);
	assert_between("middle", (double)(faces[0].left + faces[0].width / 2), 1025, 1045);
}

static void
a_red_disc_is_no_face(void **state)
{
	VipsImage *picture = wall(600, 600);
	double red[] = { 200, 40, 40 };
	struct face faces[4];
	VipsImage *canvas = vips_image_copy_memory(picture);

	(void)state;
	for (int radius = 250; radius >= 100; radius -= 50) {
		assert_int_equal(
		    vips_draw_circle(canvas, red, 3, 300, 300, radius, "fill", TRUE, NULL), 0);
		g_object_ref(canvas);
		assert_int_equal(faces_on(canvas, faces), 0);
		red[1] += 10;
	}
	g_object_unref(canvas);
	g_object_unref(picture);
}

/* ---- the finished picture ---- */

static void
finish(VipsImage *picture, struct image *image)
{
	void *data = NULL;
	size_t len;

	assert_int_equal(vips_jpegsave_buffer(picture, &data, &len, "Q", 95, NULL), 0);
	assert_int_equal(image_normalise(&rules, WIRE_PORTRAIT, data, len, image), WIRE_FINE);
	assert_int_equal(image->width, WIDTH);
	assert_int_equal(image->height, HEIGHT);
	g_free(data);
	g_object_unref(picture);
}

/* Wall above her and beside her that is not on the picture is put there, in its own colour. */
static void
what_is_missing_of_a_plain_background_is_filled(void **state)
{
	VipsImage *picture = scene(800, 1080, 1, -100, -122), *read;
	struct image image = { .width = 0 };
	struct portrait part;
	json_t *facts = judge(picture, &part);
	VipsSource *source;
	struct pixels pixels;

	(void)state;
	assert_suitable(facts);
	assert_rule_holds(&part, 1, -100, -122);
	assert_true(part.left < 0 && part.top < 0);
	json_decref(facts);
	finish(picture, &image);
	assert_in_range(image.jpeg.len, rules.limits.portrait_min, rules.limits.portrait_max);
	source = vips_source_new_from_memory(image.jpeg.data, image.jpeg.len);
	picture = vips_image_new_from_source(source, "", NULL);
	read = vips_image_copy_memory(picture);
	pixels = pixels_of(read);
	for (int i = 0; i < 3; i++) {
		assert_in_range(pixels.rgb[i], WHITE - 12, 255);
		assert_in_range(
		    pixels.rgb[(size_t)200 * WIDTH * 3 + (size_t)i], WHITE - 12, 255);
	}
	g_object_unref(read);
	g_object_unref(picture);
	g_object_unref(source);
	image_release(&image);
}

/* Twelve megapixels, head to toe: what the first look finds too small is large enough on the original. */
static void
a_small_face_on_a_large_picture_is_cut_from_the_original(void **state)
{
	struct image image = { .width = 0 };

	(void)state;
	finish(scene(3000, 4000, 0.6, 1200, 700), &image);
	assert_suitable(image.facts);
	image_release(&image);
}

static void
a_refused_picture_is_finished_too(void **state)
{
	struct image image = { .width = 0 };

	(void)state;
	finish(two_of_her(), &image);
	assert_says(image.facts, "refuse", "portrait_many");
	assert_marks(image.facts, 2);
	image_release(&image);
}

/* ---- the rules ---- */

static void
the_rules_are_the_configurations(void **state)
{
	const struct portrait_rules kept = rules.portrait;
	struct portrait_rules found = { .score = -1 };
	VipsImage *picture = scene(900, 1200, 1, 0, 0);
	struct portrait part;
	json_t *facts;
	HDF *conf;

	(void)state;
	assert_ok(hdf_init(&conf));
	assert_ok(hdf_copy(conf, "Portrait", hdf_get_obj(instance_conf, "Portrait")));
	assert_ok(hdf_set_value(conf, "Portrait.Dark", "240"));
	assert_ok(hdf_set_value(conf, "Portrait.Bright", "255"));
	assert_ok(portrait_rules_init(&rules.portrait, conf));
	facts = judge(picture, &part);
	assert_says(facts, "refuse", "portrait_dark");
	json_decref(facts);
	rules.portrait = kept;

	assert_ok(hdf_set_value(conf, "Portrait.Dark", "256"));
	assert_fails(portrait_rules_init(&found, conf), FAIL_CONFIG);
	assert_ok(hdf_remove_tree(conf, "Portrait.Dark"));
	assert_fails(portrait_rules_init(&found, conf), FAIL_CONFIG);
	assert_int_equal(found.score, -1);
	hdf_destroy(&conf);
	g_object_unref(picture);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_rule_holds_wherever_the_head_is_and_however_large),
		cmocka_unit_test(each_rule_that_is_broken_is_named_and_no_other),
		cmocka_unit_test(a_face_is_found_where_it_is_drawn),
		cmocka_unit_test(a_small_face_is_found_in_a_large_picture_of_any_shape),
		cmocka_unit_test(a_red_disc_is_no_face),
		cmocka_unit_test(what_is_missing_of_a_plain_background_is_filled),
		cmocka_unit_test(a_small_face_on_a_large_picture_is_cut_from_the_original),
		cmocka_unit_test(a_refused_picture_is_finished_too),
		cmocka_unit_test(the_rules_are_the_configurations),
	};

	return cmocka_run_group_tests_name("portrait", tests, start, end);
}
