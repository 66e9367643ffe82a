/*
 * idcard_test.c - the items of an ID card, and why one is refused.
 *
 * The cards are drawn (tests/sandbox/pictures/make.mjs); how what was read is understood is tried on lines alone.
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

#include "lines.h"

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
		assert_int_equal(json_integer_value(json_object_get(facts, "turned")), i + 1);
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

/* ---- lines alone ---- */

#define HIGH 20
#define NUMBER "110105199005129983"
#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

struct words {
	double left, middle;
	const char *words;
};

static json_t *
understand(const struct words *words, size_t count, enum wire_kind wanted)
{
	struct text text = { .count = 0 };
	json_t *facts = json_object();

	for (size_t i = 0; i < count; i++)
		lines_add(&text, words[i].left, words[i].middle, HIGH, words[i].words);
	assert_ptr_equal(idcard_understand(&text, NULL, wanted, facts), STATUS_OK);
	return facts;
}

/* A front; NULL: as on the card of 王芳. */
struct front {
	const char *name, *sex, *birth, *number, *address[3];
};

static const char *
or_hers(const char *words, const char *hers)
{
	return words ? words : hers;
}

static json_t *
understand_front(const struct front *front, enum wire_kind wanted)
{
	const struct words lines[] = {
		{ 0, 0, "姓名" },
		{ 60, 0, or_hers(front->name, "王芳") },
		{ 0, 40, or_hers(front->sex, "性别女民族汉") },
		{ 0, 80, or_hers(front->birth, "出生1990年5月12日") },
		{ 0, 120, "住址" },
		{ 60, 120, or_hers(front->address[0], "北京市大兴区文化园") },
		{ 60, 144, or_hers(front->address[1], "") },
		{ 60, 168, or_hers(front->address[2], "") },
		{ 0, 200, "公民身份号码" },
		{ 160, 200, or_hers(front->number, NUMBER) },
	};

	return understand(lines, ROWS(lines), wanted);
}

static json_t *
understand_back(const char *validity)
{
	const struct words lines[] = {
		{ 200, 0, "中华人民共和国" },
		{ 200, 40, "居民身份证" },
		{ 0, 80, "签发机关北京市公安局" },
		{ 80, 104, "朝阳分局" },
		{ 0, 160, validity },
	};

	return understand(lines, ROWS(lines), WIRE_ID_BACK);
}

/* doubt: the positions, as "0 5". */
static void
assert_doubt(const json_t *facts, const char *name, const char *doubt)
{
	const json_t *item;
	char found[256] = "";
	size_t i, len = 0;

	json_array_foreach(json_object_get(field(facts, name), "doubt"), i, item) len +=
	    (size_t)snprintf(found + len, sizeof(found) - len, i ? " %d" : "%d",
		(int)json_integer_value(item));
	if (strcmp(found, doubt) != 0)
		fail_msg("%s is doubted at \"%s\", not \"%s\"", name, found, doubt);
}

#define ALL_DIGITS "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17"
#define ALL_OF_DATE "0 1 2 3 4 5 6 7 8 9"

static void
the_check_character_mends_a_number_and_what_it_mends_is_doubted(void **state)
{
	static const struct {
		const char *read, *number, *doubt;
	} rows[] = {
		{ NUMBER, NUMBER, "" },
		{ "1?7101051990051299?183", NUMBER, "" }, /* unsure, but right */
		{ "11010519900512998?9"
		  "8?3",
		    NUMBER, "17" },
		{ "1101051990051299"
		  "3?8"
		  "3",
		    NUMBER, "16" },
		{ "7?1"
		  "10105199"
		  "6?0"
		  "05129983",
		    NUMBER, "0 9" },
		{ "11010519491231002X", "11010519491231002X", "" },
		{ "11010519491231002"
		  "8?X",
		    "11010519491231002X", "17" },
		/* Nothing likely makes it right: any digit may be the wrong one. */
		{ "110105199005129984", "110105199005129984", ALL_DIGITS },
		{ "11010519900512998?1"
		  "4",
		    "110105199005129984", ALL_DIGITS },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		json_t *facts =
		    understand_front(&(struct front) { .number = rows[i].read }, WIRE_ID_FRONT);

		assert_refused(facts, NULL);
		assert_says(facts, "id_number", rows[i].number);
		assert_doubt(facts, "id_number", rows[i].doubt);
		json_decref(facts);
	}
}

static void
what_the_card_says_twice_is_doubted_where_it_differs(void **state)
{
	static const struct {
		struct front front;
		const char *sex, *sex_doubt, *birth, *birth_doubt;
	} rows[] = {
		{ { NULL }, "2", "", "1990-05-12", "" },
		{ { .sex = "性别男民族汉" }, "2", "0", "1990-05-12", "" },
		{ { .sex = "性别民族汉" }, "2", "", "1990-05-12", "" },
		{ { .birth = "出生1990年5月13日" }, "2", "", "1990-05-12", ALL_OF_DATE },
		{ { .birth = "出生1990年15月12日" }, "2", "", "1990-05-12", "" },
		/* Without a number that is right there are only the words. */
		{ { .number = "110105199005129984" }, "2", "", "1990-05-12", ALL_OF_DATE },
		{ { .number = "110105199005129984", .sex = "性别女?男民族汉" }, "2", "0",
		    "1990-05-12", ALL_OF_DATE },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		json_t *facts = understand_front(&rows[i].front, WIRE_ID_FRONT);

		assert_says(facts, "sex", rows[i].sex);
		assert_doubt(facts, "sex", rows[i].sex_doubt);
		assert_says(facts, "birth_date", rows[i].birth);
		assert_doubt(facts, "birth_date", rows[i].birth_doubt);
		json_decref(facts);
	}
}

static void
words_are_folded_and_what_is_unsure_in_them_is_doubted(void **state)
{
	static const struct {
		struct front front;
		const char *field, *text, *doubt;
	} rows[] = {
		{ { .name = "王芳" }, "name", "王芳", "" },
		{ { .name = "王芳?若" }, "name", "王芳", "1" },
		{ { .name = "阿依古丽•买买提" }, "name", "阿依古丽·买买提", "" },
		{ { .sex = "性别女民族维吾尔" }, "ethnicity", "维吾尔", "" },
		{ { .address = { "文化园西街３号" } }, "address", "文化园西街3号", "" },
		{ { .address = { "天山路3一1—1102" } }, "address", "天山路3-1-1102", "" },
		{ { .address = { "一里庄1号" } }, "address", "一里庄1号", "" },
		{ { .address = { "北京市大兴区文化", "园西街55号院", "2单元" } }, "address",
		    "北京市大兴区文化园西街55号院2单元", "" },
		/* Words of a label in it. */
		{ { .address = { "民族大道6号" } }, "address", "民族大道6号", "" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		json_t *facts = understand_front(&rows[i].front, WIRE_ID_FRONT);

		assert_says(facts, rows[i].field, rows[i].text);
		assert_doubt(facts, rows[i].field, rows[i].doubt);
		json_decref(facts);
	}
}

/* Cards are valid for 5, 10 or 20 years to the day, or for ever. */
static void
a_validity_that_no_card_has_is_doubted(void **state)
{
	static const struct {
		const char *read, *from, *to, *doubt;
	} rows[] = {
		{ "有效期限2021.06.21-2041.06.21", "2021-06-21", "2041-06-21", "" },
		{ "有效期限2021.06.21-2026.06.21", "2021-06-21", "2026-06-21", "" },
		{ "有效期限2016.02.29-2026.02.28", "2016-02-29", "2026-02-28", "" },
		{ "有效期限2021.06.21-2041.06.27", "2021-06-21", "2041-06-27", ALL_OF_DATE },
		{ "有效期限2021.06.21-2047.06.21", "2021-06-21", "2047-06-21", ALL_OF_DATE },
		{ "有效期限2021.06.21-长期", "2021-06-21", "9999-12-31", "" },
		{ "有效期限2021.06.21-长?民期?朋", "2021-06-21", "9999-12-31", "" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		json_t *facts = understand_back(rows[i].read);

		assert_refused(facts, NULL);
		assert_says(facts, "issuer", "北京市公安局朝阳分局");
		assert_says(facts, "id_valid_from", rows[i].from);
		assert_says(facts, "id_valid_to", rows[i].to);
		assert_doubt(facts, "id_valid_from", rows[i].doubt);
		assert_doubt(facts, "id_valid_to", rows[i].doubt);
		json_decref(facts);
	}
}

static void
a_validity_that_is_no_date_is_unclear(void **state)
{
	static const char *const rows[] = {
		"有效期限2021.02.30-2041.02.28",
		"有效期限2021.06.21-2041.06.2",
		"有效期限2021.06.21",
		"有效期限长期",
		"有效期限",
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		json_t *facts = understand_back(rows[i]);

		assert_refused(facts, "id_unclear");
		assert_null(field(facts, "id_valid_to"));
		json_decref(facts);
	}
}

static void
what_every_card_has_must_be_read(void **state)
{
	static const struct {
		struct front front;
		enum wire_kind wanted;
		const char *reason;
	} rows[] = {
		{ { NULL }, WIRE_ID_FRONT, NULL },
		{ { NULL }, WIRE_ID_BACK, "id_swapped" },
		{ { .name = "" }, WIRE_ID_FRONT, "id_unclear" },
		{ { .number = "11010519900512998" }, WIRE_ID_FRONT, "id_unclear" },
		{ { .number = "" }, WIRE_ID_FRONT, "id_unclear" },
	};
	static const struct words label[] = { { 0, 0, "姓名" } };
	json_t *facts;

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		facts = understand_front(&rows[i].front, rows[i].wanted);
		assert_refused(facts, rows[i].reason);
		json_decref(facts);
	}
	facts = understand(label, ROWS(label), WIRE_ID_FRONT);
	assert_refused(facts, "id_none");
	json_decref(facts);
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
		cmocka_unit_test(
		    the_check_character_mends_a_number_and_what_it_mends_is_doubted),
		cmocka_unit_test(what_the_card_says_twice_is_doubted_where_it_differs),
		cmocka_unit_test(words_are_folded_and_what_is_unsure_in_them_is_doubted),
		cmocka_unit_test(a_validity_that_no_card_has_is_doubted),
		cmocka_unit_test(a_validity_that_is_no_date_is_unclear),
		cmocka_unit_test(what_every_card_has_must_be_read),
	};

	return cmocka_run_group_tests_name("idcard", tests, start, end);
}
