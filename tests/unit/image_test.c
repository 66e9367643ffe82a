/*
 * image_test.c - what strangers send comes out as one kind of JPEG, or as a fault.
 *
 * The pictures are made here, by the library that reads them; the card is the sandbox's drawing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <dirent.h>
#include <vips/vips.h>

#include <base/fail.h>
#include <photo/idcard.h>
#include <photo/image.h>

static const struct image_rules rules = {
	.limits = {
		.min = 2000,
		.max = 9175040,
		.pixels = 4000000,
		.edge_min = 200,
		.portrait_width = 358,
		.portrait_height = 441,
		.portrait_min = 14336,
		.portrait_max = 61440,
		.side_max = 1600,
	},
};

struct file {
	void *data; /* g_free */
	size_t len;
};

/* The encoder that makes the HEIC files here leaks; the programs only decode. */
const char *__lsan_default_suppressions(void);

const char *
__lsan_default_suppressions(void)
{
	return "leak:libx265\n";
}

static int
start(void **state)
{
	(void)state;
	assert_ptr_equal(fail_init(), STATUS_OK);
	assert_ptr_equal(image_init(getenv("MODELS")), STATUS_OK);
	return 0;
}

/* The decoders are forked from what has loaded it; a runtime that reports to its maker would have one. */
static void
loading_makes_no_thread(void **state)
{
	DIR *threads = opendir("/proc/self/task");
	size_t count = 0;
	const struct dirent *entry;

	(void)state;
	assert_non_null(threads);
	while ((entry = readdir(threads)) != NULL)
		count += entry->d_name[0] != '.';
	closedir(threads);
	assert_int_equal(count, 1);
}

static int
end(void **state)
{
	(void)state;
	image_end();
	return 0;
}

#define TILE 128

/* Noise of so many bands around the mean, as hard to compress as sigma says; tiled, for speed. */
static VipsImage *
noise(int width, int height, int bands, double mean, double sigma)
{
	VipsImage *band[4] = { NULL }, *joined, *tile, *tiled, *done;

	for (int i = 0; i < bands; i++)
		assert_int_equal(vips_gaussnoise(&band[i], TILE, TILE, "mean", mean, "sigma",
				     sigma, "seed", i, NULL),
		    0);
	assert_int_equal(vips_bandjoin(band, &joined, bands, NULL), 0);
	assert_int_equal(vips_cast_uchar(joined, &tile, NULL), 0);
	assert_int_equal(
	    vips_replicate(tile, &tiled, width / TILE + 1, height / TILE + 1, NULL), 0);
	assert_int_equal(vips_extract_area(tiled, &done, 0, 0, width, height, NULL), 0);
	for (int i = 0; i < bands; i++)
		g_object_unref(band[i]);
	g_object_unref(joined);
	g_object_unref(tile);
	g_object_unref(tiled);
	return done;
}

/* A view of picture, which is used up, with another meaning of its bands. */
static VipsImage *
meaning(VipsImage *picture, VipsInterpretation interpretation)
{
	VipsImage *done;

	assert_int_equal(vips_copy(picture, &done, "interpretation", interpretation, NULL), 0);
	g_object_unref(picture);
	return done;
}

static VipsImage *
photo_of(int width, int height)
{
	return meaning(noise(width, height, 3, 150, 20), VIPS_INTERPRETATION_sRGB);
}

/* Uses the picture up. */
static struct file
saved(VipsImage *picture, const char *suffix)
{
	struct file file;

	if (vips_image_write_to_buffer(picture, suffix, &file.data, &file.len, NULL) != 0)
		fail_msg("%s: %s", suffix, vips_error_buffer());
	g_object_unref(picture);
	return file;
}

static enum wire_fault
normalise(const struct file *file, enum wire_kind kind, struct image *image)
{
	return image_normalise(&rules, kind, file->data, file->len, image);
}

static void
assert_fault(struct file file, enum wire_fault fault)
{
	struct image image = { .width = -1 };

	assert_int_equal(normalise(&file, WIRE_PORTRAIT, &image), fault);
	assert_int_equal(image.width, -1);
	g_free(file.data);
}

/* The result's pixels, read back. */
static VipsImage *
pixels(const struct image *image)
{
	VipsSource *source = vips_source_new_from_memory(image->jpeg.data, image->jpeg.len);
	VipsImage *read = vips_image_new_from_source(source, "", NULL), *done;

	assert_non_null(read);
	done = vips_image_copy_memory(read);
	assert_non_null(done);
	g_object_unref(read);
	g_object_unref(source);
	return done;
}

/* JFIF at the start, SOF0 with three components of 8 bits, no other application data. */
static void
assert_clean_baseline(const struct image *image, unsigned dpi)
{
	const uint8_t *jpeg = image->jpeg.data;
	size_t at = 2;
	bool framed = false;

	assert_true(image->jpeg.len > 20);
	assert_memory_equal(jpeg, "\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01", 13);
	assert_int_equal(jpeg[13], dpi > 0);
	assert_int_equal(jpeg[14] << 8 | jpeg[15], dpi > 0 ? dpi : 1);
	assert_int_equal(jpeg[16] << 8 | jpeg[17], dpi > 0 ? dpi : 1);
	for (at = 20; jpeg[at + 1] != 0xda;
	     at += 2U + (size_t)(jpeg[at + 2] << 8 | jpeg[at + 3])) {
		assert_int_equal(jpeg[at], 0xff);
		assert_false(jpeg[at + 1] >= 0xe0 && jpeg[at + 1] <= 0xef);
		assert_int_not_equal(jpeg[at + 1], 0xfe);
		if (jpeg[at + 1] < 0xc0 || jpeg[at + 1] > 0xcf || jpeg[at + 1] == 0xc4)
			continue;
		framed = true;
		assert_int_equal(jpeg[at + 1], 0xc0);
		assert_int_equal(jpeg[at + 4], 8);
		assert_int_equal(jpeg[at + 5] << 8 | jpeg[at + 6], image->height);
		assert_int_equal(jpeg[at + 7] << 8 | jpeg[at + 8], image->width);
		assert_int_equal(jpeg[at + 9], 3);
	}
	assert_true(framed);
	assert_memory_equal(jpeg + image->jpeg.len - 2, "\xff\xd9", 2);
}

/* The colour around one point of the result. */
static void
assert_colour(const struct image *image, int x, int y, double red, double green, double blue)
{
	const double wanted[] = { red, green, blue };
	VipsImage *read = pixels(image), *spot, *band;
	double mean;

	assert_int_equal(vips_extract_area(read, &spot, x - 20, y - 20, 40, 40, NULL), 0);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(vips_extract_band(spot, &band, i, NULL), 0);
		assert_int_equal(vips_avg(band, &mean, NULL), 0);
		if (mean < wanted[i] - 4 || mean > wanted[i] + 4)
			fail_msg("band %d is %g, not %g", i, mean, wanted[i]);
		g_object_unref(band);
	}
	g_object_unref(spot);
	g_object_unref(read);
}

static void
each_type_becomes_a_portrait_of_the_cards_size(void **state)
{
	static const char *const suffixes[] = { ".jpg", ".jpg[interlace]", ".png",
		".png[interlace]", ".webp", ".webp[lossless,effort=0]", ".heic[effort=0]" };

	(void)state;
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		struct file file = saved(photo_of(400, 520), suffixes[i]);
		struct image image = { .width = 0 };

		assert_int_equal(normalise(&file, WIRE_PORTRAIT, &image), WIRE_FINE);
		assert_int_equal(image.width, 358);
		assert_int_equal(image.height, 441);
		assert_clean_baseline(&image, 350);
		assert_in_range(
		    image.jpeg.len, rules.limits.portrait_min, rules.limits.portrait_max);
		image_release(&image);
		g_free(file.data);
	}
}

static void
a_portrait_of_pure_noise_still_fits(void **state)
{
	struct file file = saved(noise(358, 441, 3, 128, 120), ".png");
	struct image image = { .width = 0 };

	(void)state;
	assert_int_equal(normalise(&file, WIRE_PORTRAIT, &image), WIRE_FINE);
	assert_true(image.jpeg.len <= (size_t)rules.limits.portrait_max);
	image_release(&image);
	g_free(file.data);
}

static void
a_side_is_made_smaller_but_never_larger(void **state)
{
	static const struct {
		int width, height, becomes_width, becomes_height;
	} rows[] = { { 2000, 1500, 1600, 1200 }, { 1000, 2000, 800, 1600 },
		{ 856, 540, 856, 540 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct file file = saved(photo_of(rows[i].width, rows[i].height), ".jpg");
		struct image image = { .width = 0 };

		assert_int_equal(normalise(&file, WIRE_ID_FRONT, &image), WIRE_FINE);
		assert_int_equal(image.width, rows[i].becomes_width);
		assert_int_equal(image.height, rows[i].becomes_height);
		assert_clean_baseline(&image, 0);
		image_release(&image);
		g_free(file.data);
	}
}

/* Red above, blue below; orientation 6 says: turn clockwise, so red comes to the right. */
static void
a_picture_is_turned_as_its_exif_says(void **state)
{
	VipsImage *red = noise(600, 200, 3, 0, 6), *blue = noise(600, 200, 3, 0, 6), *both;
	double a[] = { 1, 1, 1 }, reddish[] = { 200, 0, 0 }, blueish[] = { 0, 0, 200 };
	VipsImage *upper, *lower, *bytes;
	struct image image = { .width = 0 };
	struct file file;

	(void)state;
	assert_int_equal(vips_linear(red, &upper, a, reddish, 3, NULL), 0);
	assert_int_equal(vips_linear(blue, &lower, a, blueish, 3, NULL), 0);
	assert_int_equal(vips_join(upper, lower, &both, VIPS_DIRECTION_VERTICAL, NULL), 0);
	assert_int_equal(vips_cast_uchar(both, &bytes, NULL), 0);
	bytes = meaning(bytes, VIPS_INTERPRETATION_sRGB);
	vips_image_set_int(bytes, VIPS_META_ORIENTATION, 6);
	file = saved(bytes, ".jpg[Q=95]");
	assert_int_equal(normalise(&file, WIRE_ID_BACK, &image), WIRE_FINE);
	assert_int_equal(image.width, 400);
	assert_int_equal(image.height, 600);
	assert_colour(&image, 350, 300, 202, 2, 2);
	assert_colour(&image, 50, 300, 2, 2, 202);
	image_release(&image);
	g_free(file.data);
	g_object_unref(red);
	g_object_unref(blue);
	g_object_unref(upper);
	g_object_unref(lower);
	g_object_unref(both);
}

static void
a_card_is_kept_the_way_it_is_read(void **state)
{
	static const VipsAngle angles[] = { VIPS_ANGLE_D90, VIPS_ANGLE_D180 };
	char path[4096];

	(void)state;
	snprintf(path, sizeof(path), "%s/id-front.jpg", getenv("PICTURES"));
	for (size_t i = 0; i < sizeof(angles) / sizeof(angles[0]); i++) {
		VipsSource *drawing = vips_source_new_from_file(path);
		VipsImage *drawn, *turned, *kept;
		struct image image = { .width = 0 };
		json_t *facts = json_object();
		struct file file;
		size_t len;
		void *rgb;

		assert_int_equal(vips_jpegload_source(drawing, &drawn, NULL), 0);
		assert_int_equal(vips_rot(drawn, &turned, angles[i], NULL), 0);
		file = saved(turned, ".jpg");
		assert_int_equal(normalise(&file, WIRE_ID_FRONT, &image), WIRE_FINE);
		assert_null(json_object_get(image.facts, "turned"));
		kept = pixels(&image);
		assert_int_equal(kept->Xsize, image.width);
		assert_int_equal(kept->Ysize, image.height);
		rgb = vips_image_write_to_memory(kept, &len);
		assert_ptr_equal(
		    idcard_read(&(struct pixels) { rgb, image.width, image.height },
			WIRE_ID_FRONT, facts),
		    STATUS_OK);
		assert_string_equal(json_string_value(json_object_get(facts, "side")), "front");
		assert_null(json_object_get(facts, "turned"));
		json_decref(facts);
		g_free(rgb);
		g_object_unref(kept);
		g_object_unref(drawn);
		g_object_unref(drawing);
		image_release(&image);
		g_free(file.data);
	}
}

static void
what_is_transparent_becomes_white(void **state)
{
	VipsImage *colour = photo_of(400, 500), *alpha = noise(400, 500, 1, 0, 0), *both;
	struct image image = { .width = 0 };
	struct file file;

	(void)state;
	assert_int_equal(vips_bandjoin2(colour, alpha, &both, NULL), 0);
	g_object_unref(colour);
	g_object_unref(alpha);
	file = saved(both, ".png");
	assert_int_equal(normalise(&file, WIRE_PORTRAIT, &image), WIRE_FINE);
	assert_colour(&image, 179, 220, 255, 255, 255);
	assert_clean_baseline(&image, 350);
	image_release(&image);
	g_free(file.data);
}

static void
print_inks_greys_and_16_bits_become_24_bit_colour(void **state)
{
	VipsImage *grey = meaning(noise(400, 500, 1, 120, 10), VIPS_INTERPRETATION_B_W);
	VipsImage *inks = meaning(noise(400, 500, 4, 60, 6), VIPS_INTERPRETATION_CMYK);
	VipsImage *narrow = photo_of(400, 500), *wide, *shifted;
	struct file files[3];

	(void)state;
	files[0] = saved(grey, ".jpg");
	files[1] = saved(inks, ".jpg");
	assert_int_equal(vips_linear1(narrow, &wide, 257, 0, NULL), 0);
	assert_int_equal(vips_cast_ushort(wide, &shifted, NULL), 0);
	g_object_unref(narrow);
	g_object_unref(wide);
	files[2] = saved(meaning(shifted, VIPS_INTERPRETATION_RGB16), ".png");
	for (size_t i = 0; i < 3; i++) {
		struct image image = { .width = 0 };

		assert_int_equal(normalise(&files[i], WIRE_PORTRAIT, &image), WIRE_FINE);
		assert_clean_baseline(&image, 350);
		if (i == 0)
			assert_colour(&image, 179, 220, 120, 120, 120);
		if (i == 2)
			assert_colour(&image, 179, 220, 150, 150, 150);
		image_release(&image);
		g_free(files[i].data);
	}
}

/* Telephones send Display P3: the same numbers would be duller colours. */
static void
colours_of_a_wide_profile_stay_what_they_were(void **state)
{
	VipsImage *photo = noise(400, 500, 3, 100, 6), *warm, *bytes, *wide;
	double one[] = { 1, 1, 1 }, more[] = { 60, 0, -30 };
	struct image image = { .width = 0 };
	struct file file;

	(void)state;
	assert_int_equal(vips_linear(photo, &warm, one, more, 3, NULL), 0);
	assert_int_equal(vips_cast_uchar(warm, &bytes, NULL), 0);
	bytes = meaning(bytes, VIPS_INTERPRETATION_sRGB);
	assert_int_equal(
	    vips_icc_transform(bytes, &wide, "p3", "input_profile", "srgb", NULL), 0);
	g_object_unref(photo);
	g_object_unref(warm);
	g_object_unref(bytes);
	file = saved(wide, ".jpg[Q=95]");
	assert_int_equal(normalise(&file, WIRE_PORTRAIT, &image), WIRE_FINE);
	assert_colour(&image, 179, 220, 160, 100, 70);
	image_release(&image);
	g_free(file.data);
}

static void
nothing_of_what_came_with_the_picture_goes_out(void **state)
{
	static const char payload[] = "<script>alert(1)</script>";
	VipsImage *photo = photo_of(400, 500);
	struct image image = { .width = 0 };
	struct file file;

	(void)state;
	vips_image_set_blob_copy(photo, "iptc-data", payload, sizeof(payload));
	vips_image_set_string(photo, "exif-ifd0-ImageDescription", payload);
	vips_image_set_blob_copy(photo, VIPS_META_XMP_NAME, payload, sizeof(payload));
	file = saved(photo, ".jpg");
	assert_non_null(memmem(file.data, file.len, payload, strlen(payload)));
	assert_int_equal(normalise(&file, WIRE_PORTRAIT, &image), WIRE_FINE);
	assert_null(memmem(image.jpeg.data, image.jpeg.len, "script", 6));
	assert_clean_baseline(&image, 350);
	image_release(&image);
	g_free(file.data);
}

static void
size_and_shape_have_limits(void **state)
{
	(void)state;
	assert_fault((struct file) { g_malloc0(1), 0 }, WIRE_TOO_SMALL);
	assert_fault((struct file) { g_malloc0(1999), 1999 }, WIRE_TOO_SMALL);
	assert_fault((struct file) { g_malloc0(9175041), 9175041 }, WIRE_TOO_LARGE);
	assert_fault(saved(photo_of(199, 300), ".jpg"), WIRE_PIXELS);
	assert_fault(saved(photo_of(250, 1000), ".jpg"), WIRE_PIXELS);
	assert_fault(saved(photo_of(2001, 2000), ".jpg"), WIRE_PIXELS);
	assert_fault(saved(photo_of(2001, 2000), ".webp[Q=10]"), WIRE_PIXELS);
}

static void
other_types_are_refused_whatever_their_name(void **state)
{
	static const char *const starts[] = { "<svg xmlns='http://www.w3.org/2000/svg'/>",
		"%PDF-1.4\n", "PK\x03\x04", "<!DOCTYPE html>", "II*", "BM",
		"\x7f"
		"ELF",
		"" };

	(void)state;
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		struct file file = { g_malloc0(30000), 30000 };

		memcpy(file.data, starts[i], strlen(starts[i]));
		assert_fault(file, WIRE_TYPE);
	}
	assert_fault(saved(photo_of(400, 500), ".gif"), WIRE_TYPE);
	assert_fault(saved(photo_of(400, 500), ".tif"), WIRE_TYPE);
	assert_fault(saved(photo_of(400, 500), ".avif[effort=0]"), WIRE_TYPE);
}

static void
an_animation_is_no_photo(void **state)
{
	VipsImage *two = photo_of(400, 1000);

	(void)state;
	vips_image_set_int(two, VIPS_META_PAGE_HEIGHT, 500);
	assert_fault(saved(two, ".webp"), WIRE_TYPE);
}

static void
a_picture_cut_short_is_unreadable(void **state)
{
	static const char *const suffixes[] = { ".jpg", ".jpg[interlace]", ".png", ".webp",
		".heic[effort=0]" };

	(void)state;
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		struct file whole = saved(photo_of(400, 500), suffixes[i]);

		for (size_t part = 2; part <= 9; part += 3) {
			struct file file = { g_memdup2(whole.data, whole.len),
				whole.len * part / 10 };

			assert_fault(file, WIRE_UNREADABLE);
		}
		g_free(whole.data);
	}
}

/* Nothing is promised but that it ends, and ends in one of the two ways. */
static void
a_damaged_picture_is_taken_or_refused(void **state)
{
	static const char *const suffixes[] = { ".jpg", ".jpg[interlace]", ".png", ".webp",
		".heic[effort=0]" };
	uint32_t random = 1;

	(void)state;
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		struct file file = saved(photo_of(240, 300), suffixes[i]);

		for (int round = 0; round < 16; round++) {
			struct file hurt = { g_memdup2(file.data, file.len), file.len };
			struct image image = { .width = 0 };
			size_t reach = round % 2 ? file.len : 600;

			for (int wound = 0; wound < 3; wound++) {
				random = random * 1664525U + 1013904223U;
				((uint8_t *)hurt.data)[(random >> 8) % reach] ^=
				    (uint8_t)(1U << (random & 7));
			}
			if (normalise(&hurt, WIRE_PORTRAIT, &image) == WIRE_FINE)
				assert_clean_baseline(&image, 350);
			else
				assert_null(image.jpeg.data);
			image_release(&image);
			g_free(hurt.data);
		}
		g_free(file.data);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loading_makes_no_thread),
		cmocka_unit_test(each_type_becomes_a_portrait_of_the_cards_size),
		cmocka_unit_test(a_portrait_of_pure_noise_still_fits),
		cmocka_unit_test(a_side_is_made_smaller_but_never_larger),
		cmocka_unit_test(a_picture_is_turned_as_its_exif_says),
		cmocka_unit_test(a_card_is_kept_the_way_it_is_read),
		cmocka_unit_test(what_is_transparent_becomes_white),
		cmocka_unit_test(print_inks_greys_and_16_bits_become_24_bit_colour),
		cmocka_unit_test(colours_of_a_wide_profile_stay_what_they_were),
		cmocka_unit_test(nothing_of_what_came_with_the_picture_goes_out),
		cmocka_unit_test(size_and_shape_have_limits),
		cmocka_unit_test(other_types_are_refused_whatever_their_name),
		cmocka_unit_test(an_animation_is_no_photo),
		cmocka_unit_test(a_picture_cut_short_is_unreadable),
		cmocka_unit_test(a_damaged_picture_is_taken_or_refused),
	};

	return cmocka_run_group_tests_name("image", tests, start, end);
}
