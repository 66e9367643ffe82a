/*
 * idcard_test.c - the items of an ID card, and why one is refused; the cards are drawn (tests/sandbox/pictures/make.mjs).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <vips/vips.h>

#include <base/fail.h>
#include <photo/idcard.h>
#include <photo/image.h>

static int
start(void **state)
{
	(void)state;
	assert_ptr_equal(fail_init(), STATUS_OK);
	assert_ptr_equal(image_init(getenv("MODELS")), STATUS_OK);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	image_end();
	return 0;
}

static VipsImage *
drawing(const char *name)
{
	char path[4096];
	VipsSource *file;
	VipsImage *seen, *kept;

	snprintf(path, sizeof(path), "%s/%s", getenv("PICTURES"), name);
	file = vips_source_new_from_file(path);
	assert_non_null(file);
	assert_int_equal(vips_jpegload_source(file, &seen, NULL), 0);
	kept = vips_image_copy_memory(seen);
	assert_non_null(kept);
	g_object_unref(seen);
	g_object_unref(file);
	return kept;
}

/* Uses the picture up; the facts are the caller's. */
static json_t *
read_as(enum wire_kind side, VipsImage *picture)
{
	json_t *facts = json_object();
	size_t len;
	void *rgb = vips_image_write_to_memory(picture, &len);
	const struct pixels pixels = { rgb, picture->Xsize, picture->Ysize };

	assert_non_null(rgb);
	assert_ptr_equal(idcard_read(&pixels, side, facts), STATUS_OK);
	g_free(rgb);
	g_object_unref(picture);
	return facts;
}

static const json_t *
field(const json_t *facts, const char *name)
{
	return json_object_get(json_object_get(facts, "fields"), name);
}

static void
assert_says(const json_t *facts, const char *name, const char *text)
{
	const char *found = json_string_value(json_object_get(field(facts, name), "text"));

	if (found == NULL || strcmp(found, text) != 0)
		fail_msg("%s: %s, not %s", name, found ? found : "nothing", text);
}

static void
assert_sure(const json_t *facts, const char *name)
{
	assert_int_equal(json_array_size(json_object_get(field(facts, name), "doubt")), 0);
}

static void
assert_refused(const json_t *facts, const char *reason)
{
	const char *found =
	    json_string_value(json_array_get(json_object_get(facts, "refuse"), 0));

	if (reason == NULL)
		assert_null(found);
	else if (found == NULL || strcmp(found, reason) != 0)
		fail_msg("%s, not %s", found ? found : "nothing", reason);
}

static void
assert_front(const json_t *facts)
{
	assert_refused(facts, NULL);
	assert_says(facts, "name", "王芳");
	assert_says(facts, "sex", "2");
	assert_says(facts, "ethnicity", "汉");
	assert_says(facts, "birth_date", "1990-05-12");
	assert_says(facts, "address", "北京市大兴区文化园西街55号院4号楼2单元1202");
	assert_says(facts, "id_number", "110105199005129983");
	assert_sure(facts, "id_number");
	assert_string_equal(json_string_value(json_object_get(facts, "side")), "front");
}

static void
the_front_says_six_items(void **state)
{
	json_t *facts = read_as(WIRE_ID_FRONT, drawing("id-front.jpg"));

	(void)state;
	assert_front(facts);
	json_decref(facts);
}

static void
the_back_says_who_issued_it_and_how_long_it_is_valid(void **state)
{
	json_t *facts = read_as(WIRE_ID_BACK, drawing("id-back.jpg"));

	(void)state;
	assert_refused(facts, NULL);
	assert_says(facts, "issuer", "北京市公安局朝阳分局");
	assert_says(facts, "id_valid_from", "2021-06-21");
	assert_says(facts, "id_valid_to", "2041-06-21");
	assert_sure(facts, "id_valid_to");
	json_decref(facts);
}

static void
one_without_an_end_is_valid_for_ever(void **state)
{
	json_t *facts = read_as(WIRE_ID_BACK, drawing("id-back-forever.jpg"));

	(void)state;
	assert_says(facts, "id_valid_from", "2021-06-21");
	assert_says(facts, "id_valid_to", "9999-12-31");
	json_decref(facts);
}

static void
a_card_may_lie_any_way_round(void **state)
{
	static const VipsAngle angles[] = { VIPS_ANGLE_D90, VIPS_ANGLE_D180, VIPS_ANGLE_D270 };

	(void)state;
	for (size_t i = 0; i < sizeof(angles) / sizeof(angles[0]); i++) {
		VipsImage *picture = drawing("id-front.jpg"), *turned;
		json_t *facts;

		assert_int_equal(vips_rot(picture, &turned, angles[i], NULL), 0);
		g_object_unref(picture);
		facts = read_as(WIRE_ID_FRONT, turned);
		assert_front(facts);
		json_decref(facts);
	}
}

static void
words_of_the_labels_may_stand_in_an_address(void **state)
{
	json_t *facts = read_as(WIRE_ID_FRONT, drawing("id-front-avenue.jpg"));

	(void)state;
	assert_says(facts, "ethnicity", "汉");
	assert_says(facts, "address", "北京市海淀区中关村街道民族大道49号楼5单元374室");
	json_decref(facts);
}

static void
a_number_that_cannot_be_is_not_read_for_sure(void **state)
{
	json_t *facts = read_as(WIRE_ID_FRONT, drawing("id-front-wrong.jpg"));
	const json_t *number = field(facts, "id_number");

	(void)state;
	if (number != NULL)
		assert_true(json_array_size(json_object_get(number, "doubt")) > 0);
	assert_says(facts, "name", "王芳");
	json_decref(facts);
}

static void
the_other_side_and_what_is_no_card_are_told(void **state)
{
	static const struct {
		const char *file;
		enum wire_kind wanted;
		const char *reason;
	} cases[] = {
		{ "id-back.jpg", WIRE_ID_FRONT, "id_swapped" },
		{ "id-front.jpg", WIRE_ID_BACK, "id_swapped" },
		{ "portrait.jpg", WIRE_ID_FRONT, "id_none" },
		{ "portrait.jpg", WIRE_ID_BACK, "id_none" },
		{ "hostile-scene-words.jpg", WIRE_ID_FRONT, "id_none" },
		{ "hostile-scene-board.jpg", WIRE_ID_BACK, "id_none" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *facts = read_as(cases[i].wanted, drawing(cases[i].file));

		assert_refused(facts, cases[i].reason);
		json_decref(facts);
	}
}

/* A white spot over what is to be read: of light, or of paper. */
static VipsImage *
spotted(const char *file, int left, int top, int width, int height, double brightness)
{
	VipsImage *picture = drawing(file), *spot;
	double ink[3] = { brightness, brightness, brightness };

	spot = vips_image_copy_memory(picture);
	g_object_unref(picture);
	assert_int_equal(
	    vips_draw_rect(spot, ink, 3, left, top, width, height, "fill", TRUE, NULL), 0);
	return spot;
}

static void
what_hides_the_number_is_told_apart(void **state)
{
	json_t *lit =
	    read_as(WIRE_ID_FRONT, spotted("id-front.jpg", 560, 1080, 1100, 150, 255));
	json_t *covered =
	    read_as(WIRE_ID_FRONT, spotted("id-front.jpg", 560, 1080, 1100, 150, 128));

	(void)state;
	assert_refused(lit, "id_glare");
	assert_refused(covered, "id_unclear");
	assert_null(field(covered, "id_number"));
	assert_says(covered, "name", "王芳");
	json_decref(lit);
	json_decref(covered);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_front_says_six_items),
		cmocka_unit_test(the_back_says_who_issued_it_and_how_long_it_is_valid),
		cmocka_unit_test(one_without_an_end_is_valid_for_ever),
		cmocka_unit_test(a_card_may_lie_any_way_round),
		cmocka_unit_test(words_of_the_labels_may_stand_in_an_address),
		cmocka_unit_test(a_number_that_cannot_be_is_not_read_for_sure),
		cmocka_unit_test(the_other_side_and_what_is_no_card_are_told),
		cmocka_unit_test(what_hides_the_number_is_told_apart),
	};

	return cmocka_run_group_tests_name("idcard", tests, start, end);
}
