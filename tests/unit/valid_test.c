/*
 * valid_test.c - validators: input and the key of the fault that is expected, NULL for none.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <apply/valid.h>
#include <base/clock.h>

#include "instance.h"

#define TEN "一二三四五六七八九十"
#define FIFTY TEN TEN TEN TEN TEN

#define TODAY "2026-11-22"

static void
assert_fault(const char *got, const char *expected, const char *of)
{
	if (expected == NULL ? got != NULL : got == NULL || strcmp(got, expected) != 0)
		fail_msg(
		    "%s: %s, not %s", of, got ? got : "good", expected ? expected : "good");
}

static const struct {
	field_valid *valid;
	const char *value, *fault;
} cases[] = {
	{ valid_name, "王芳", NULL },
	{ valid_name, "𠮷", NULL },
	{ valid_name, "䶮", NULL },
	{ valid_name, "㐀䶿一鿿", NULL },
	{ valid_name, "阿依古丽·买买提", NULL },
	{ valid_name, "ANNA MARIA KOWALSKA-NOWAK", NULL },
	{ valid_name, FIFTY, NULL },
	{ valid_name, FIFTY "一", "name_length" },
	{ valid_name, "", "name_length" },
	{ valid_name, "王芳1", "name_characters" },
	{ valid_name, "王•芳", "name_characters" },
	{ valid_name, "·王芳", "name_characters" },
	{ valid_name, "王芳·", "name_characters" },
	{ valid_name, "-", "name_characters" },
	{ valid_name, "王<b>芳", "name_characters" },
	{ valid_name, "王\xee\x80\x80", "name_characters" },     /* U+E000, private */
	{ valid_name, "王\xf3\xb0\x80\x80", "name_characters" }, /* U+F0000, private */
	{ valid_name, "王\n芳", "name_characters" },
	{ valid_name, "王\xff", "name_characters" },
	{ valid_address, "朝阳门外大", NULL },
	{ valid_address, "朝阳门外", "address_short" },
	{ valid_address, "", "address_short" },
	{ valid_address, FIFTY FIFTY, NULL },
	{ valid_address, FIFTY FIFTY "一", "address_long" },
	{ valid_address, "幸福路1号院3-1-1102", NULL },
	{ valid_address, "北京市东城区天津街1号", NULL },
	{ valid_address, "天津市和平区南京路1号", "address_elsewhere" },
	{ valid_address, "新疆维吾尔自治区乌鲁木齐市1号", "address_elsewhere" },
	{ valid_address, "幸福路\t1号", "address_characters" },
	{ valid_address, "幸福路\n1号", "address_characters" },
	{ valid_address,
	    "幸福路\xc2\x85"
	    "1号",
	    "address_characters" },
	{ valid_phone, "13800138000", NULL },
	{ valid_phone, "19912345678", NULL },
	{ valid_phone, "12800138000", "phone_format" },
	{ valid_phone, "1380013800", "phone_format" },
	{ valid_phone, "138001380000", "phone_format" },
	{ valid_phone, "1380013800a", "phone_format" },
	{ valid_phone, "23800138000", "phone_format" },
	{ valid_phone, "", "phone_format" },
	{ valid_postcode, "100000", NULL },
	{ valid_postcode, "102699", NULL },
	{ valid_postcode, "102700", "postcode_range" },
	{ valid_postcode, "099999", "postcode_range" },
	{ valid_postcode, "1000000", "postcode_range" },
	{ valid_postcode, "10000", "postcode_range" },
	{ valid_postcode, "10000x", "postcode_range" },
	{ valid_date, "2024-02-29", NULL },
	{ valid_date, "9999-12-31", NULL },
	{ valid_date, "2025-02-29", "date_invalid" },
	{ valid_date, "2025-13-01", "date_invalid" },
	{ valid_date, "2025-1-1", "date_invalid" },
	{ valid_date, "", "date_invalid" },
	{ valid_photo, "00112233445566778899aabbccddeeff", NULL },
	{ valid_photo, "00112233445566778899AABBCCDDEEFF", "required" },
	{ valid_photo, "../../etc/passwd", "required" },
	{ valid_resident_id, "11010519491231002X", NULL }, /* samples of GB 11643 */
	{ valid_resident_id, "440524188001010014", NULL },
	{ valid_resident_id, "110103198511039959", NULL }, /* an area of old */
	{ valid_resident_id, "110105194912310021", "id_check" },
	{ valid_resident_id, "11010519491231002", "id_length" },
	{ valid_resident_id, "11010519491231002XX", "id_length" },
	{ valid_resident_id, "11010519491231002x", "id_format" },
	{ valid_resident_id, "1101051949123100AX", "id_format" },
	{ valid_resident_id, "110105194913310021", "id_date" },
	{ valid_resident_id, "110105202502290027", "id_date" },
	{ valid_resident_id, "110105000012310026", "id_date" },
	{ valid_resident_id, "810000199408230021", "id_format" },
	{ valid_resident_id, "010105194912310026", "id_format" },
	{ valid_id_any, "11010519491231002X", NULL },
	{ valid_id_any, "810000199408230021", NULL },
	{ valid_id_any, "H12345678", NULL },
	{ valid_id_any, "12345678", NULL },
	{ valid_id_any, "E12345678", NULL },
	{ valid_id_any, "123456789", NULL },
	{ valid_id_any, "POL110085051509", NULL },
	{ valid_id_any, "1234567890", "id_length" },
	{ valid_id_any, "11010519491231002", "id_length" },
	{ valid_id_any, "110105194912310021", "id_check" },
	{ valid_id_any, "WANGFANG", "id_length" },
	{ valid_id_any, "1234", "id_length" },
	{ valid_id_any, "", "id_length" },
};

static void
every_value_gets_the_fault_it_has(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_fault(cases[i].valid(cases[i].value), cases[i].fault, cases[i].value);
}

static const struct {
	const char *type, *number, *fault;
} numbers[] = {
	{ "01", "11010519491231002X", NULL },
	{ "01", "H12345678", "id_length" },
	{ "02", "810000199408230021", NULL },
	{ "02", "820000199408230018", "id_check" },
	{ "02", "11010519491231002X", "id_format" },
	{ "03", "H12345678", NULL },
	{ "03", "M12345678", NULL },
	{ "03", "C12345678", "id_format" },
	{ "03", "H1234567", "id_length" },
	{ "03", "H1234567A", "id_format" },
	{ "04", "12345678", NULL },
	{ "04", "1234567", "id_length" },
	{ "04", "1234567A", "id_format" },
	{ "05", "DEU110078051701", NULL },
	{ "05", "DE1110078051701", "id_format" },
	{ "05", "DEU11007805170A", "id_format" },
	{ "05", "DEU1100780517011", "id_length" },
	{ "06", "E12345678", NULL },
	{ "06", "C4FHT", NULL },
	{ "06", "C4FH", "id_length" },
	{ "06", "ABCDE", "id_format" },
	{ "06", "12345678901234567", NULL },
	{ "06", "123456789012345678", "id_length" },
	{ "06", "E1234-5678", "id_format" },
	{ "99", "E12345678", "choice_unknown" },
	{ "", "E12345678", "choice_unknown" },
};

static void
a_number_is_judged_by_its_type(void **state)
{
	char permanent[19] = "91111119850709001";

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		assert_fault(valid_id_number(numbers[i].type, numbers[i].number),
		    numbers[i].fault, numbers[i].number);
	permanent[17] = valid_id_check(permanent);
	assert_fault(valid_id_number("05", permanent), NULL, permanent);
	assert_fault(valid_id_number("01", permanent), "id_format", permanent);
	assert_fault(valid_id_number("05", "11010519491231002X"), "id_format", "a resident's");
}

static void
neither_a_wrong_character_nor_two_swapped_ones_pass(void **state)
{
	const char *good = "11010519491231002X";

	(void)state;
	for (size_t i = 0; i < 18; i++) {
		char slip[19];

		for (const char *c = "0123456789X"; *c != '\0'; c++) {
			strcpy(slip, good);
			slip[i] = *c;
			if (*c != good[i])
				assert_non_null(valid_resident_id(slip));
		}
		if (i == 0 || good[i] == good[i - 1])
			continue;
		strcpy(slip, good);
		slip[i] = good[i - 1];
		slip[i - 1] = good[i];
		assert_non_null(valid_resident_id(slip));
	}
}

static void
a_number_tells_sex_and_birth_date_where_it_holds_them(void **state)
{
	char sex, birth[CLOCK_DATE_LEN];

	(void)state;
	assert_true(valid_id_facts("01", "11010519491231002X", &sex, birth));
	assert_int_equal(sex, '2');
	assert_string_equal(birth, "1949-12-31");
	assert_true(valid_id_facts("01", "440524188001010014", &sex, birth));
	assert_int_equal(sex, '1');
	assert_string_equal(birth, "1880-01-01");
	assert_true(valid_id_facts("02", "810000199408230021", &sex, birth));
	assert_false(valid_id_facts("05", "DEU110078051701", &sex, birth));
	assert_false(valid_id_facts("03", "H12345678", &sex, birth));
	assert_false(valid_id_facts("01", "110105194912310021", &sex, birth));
	assert_false(valid_id_facts("99", "11010519491231002X", &sex, birth));
}

/* answers, and the faults expected of them */
static const struct {
	const char *answers, *faults;
} across[] = {
	{ "{}", "{}" },
	{ "{'id_type': '01', 'id_number': '11010519491231002X', 'sex': '2', 'birth_date': "
	  "'1949-12-31'}",
	    "{}" },
	{ "{'id_type': '03', 'id_number': '11010519491231002X'}",
	    "{'id_number': 'id_length'}" },
	{ "{'id_type': '01', 'id_number': '110105194912310021', 'sex': '1'}",
	    "{'id_number': 'id_check'}" },
	{ "{'id_type': '01', 'id_number': '11010519491231002X', 'sex': '1'}",
	    "{'sex': 'sex_differs'}" },
	{ "{'id_type': '01', 'id_number': '11010519491231002X', 'birth_date': '1949-12-30'}",
	    "{'birth_date': 'birth_differs'}" },
	{ "{'birth_date': '2026-11-23'}", "{'birth_date': 'date_invalid'}" },
	{ "{'id_valid_from': '2026-01-01', 'id_valid_to': '2036-01-01'}", "{}" },
	{ "{'id_valid_from': '2026-01-01', 'id_valid_to': '9999-12-31'}", "{}" },
	{ "{'id_valid_from': '2026-01-01', 'id_valid_to': '2026-01-01'}",
	    "{'id_valid_to': 'date_order'}" },
	{ "{'id_valid_from': '2006-01-01', 'id_valid_to': '2026-11-21'}",
	    "{'id_valid_to': 'expired'}" },
	{ "{'id_valid_from': '2006-01-01', 'id_valid_to': '2026-11-22'}", "{}" },
	{ "{'id_valid_to': '2026-11-21'}", "{'id_valid_to': 'expired'}" },
	{ "{'birth_date': '2008-11-23', 'delivery': 'mail'}",
	    "{'delivery': 'minor_pickup_only'}" },
	{ "{'birth_date': '2008-11-22', 'delivery': 'mail'}", "{}" },
	{ "{'birth_date': '2008-11-23', 'delivery': 'branch'}", "{}" },
	{ "{'birth_date': '2008-11-23'}", "{}" },
	{ "{'id_type': '01', 'id_number': '110105201512310023', 'delivery': 'mail'}",
	    "{'delivery': 'minor_pickup_only'}" },
};

static json_t *
object(const char *quoted)
{
	char text[256];
	json_t *made;

	snprintf(text, sizeof(text), "%s", quoted);
	for (char *p = text; *p != '\0'; p++)
		*p = *p == '\'' ? '"' : *p;
	made = json_loads(text, 0, NULL);
	assert_non_null(made);
	return made;
}

static void
rules_across_fields_blame_the_field_that_can_be_mended(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(across) / sizeof(across[0]); i++) {
		json_t *answers = object(across[i].answers),
		       *expected = object(across[i].faults);
		json_t *faults = json_object();

		valid_across(answers, TODAY, faults);
		if (!json_equal(faults, expected))
			fail_msg("%s: %s", across[i].answers, json_dumps(faults, 0));
		json_decref(answers);
		json_decref(expected);
		json_decref(faults);
	}
}

static void
every_fault_has_its_sentence_in_every_language(void **state)
{
	static const char *const languages[] = { "zh-CN", "en" };
	const char *folder;

	(void)state;
	assert_ok(conf_text(instance_conf, "Templates.Dir", &folder));
	for (size_t i = 0; i < sizeof(languages) / sizeof(languages[0]); i++) {
		char path[4096];
		HDF *words = NULL;

		snprintf(path, sizeof(path), "%s/lang/%s.hdf", folder, languages[i]);
		assert_ok(hdf_init(&words));
		assert_ok(hdf_read_file(words, path));
		for (size_t j = 0; j < valid_faults_count; j++) {
			assert_non_null(valid_faults[j]);
			if (hdf_get_valuef(words, "Lang.error.%s", valid_faults[j]) == NULL)
				fail_msg(
				    "%s lacks Lang.error.%s", languages[i], valid_faults[j]);
		}
		hdf_destroy(&words);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_value_gets_the_fault_it_has),
		cmocka_unit_test(a_number_is_judged_by_its_type),
		cmocka_unit_test(neither_a_wrong_character_nor_two_swapped_ones_pass),
		cmocka_unit_test(a_number_tells_sex_and_birth_date_where_it_holds_them),
		cmocka_unit_test(rules_across_fields_blame_the_field_that_can_be_mended),
		cmocka_unit_test(every_fault_has_its_sentence_in_every_language),
	};

	return cmocka_run_group_tests_name("valid", tests, instance_open, instance_close);
}
